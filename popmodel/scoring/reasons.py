"""The sentence that gives the reason for a rating, in Chinese and in English, with the figures as printed."""

import math
from collections.abc import Callable

from popmodel.schema import UNITS
from popmodel.scoring.evaluation import Outcome, Task
from popmodel.scoring.precision import text
from popmodel.scoring.records import Goal, Line, Point

Pair = tuple[str, str]


def sentences(task: Task, line: Line, outcome: Outcome, *, draws: bool = False) -> Pair:
    """Return the reason in Chinese and in English.

    Parameters
    ----------
    task, line, outcome
        What was rated, and what came out.
    draws : bool
        Whether projected values are medians of draws.

    Returns
    -------
    tuple of str
        Chinese, English.
    """
    zh, en = _BODY[outcome.why](task, outcome)
    at, point = outcome.value_year, outcome.point
    tails: list[Pair] = []
    if point is not None and at is not None and at < min(task.year, task.goal.year):
        tails.append(
            (
                f"{min(task.year, task.goal.year)}年数据尚缺，以{at}年代替",
                f"{at} stands in for the missing {min(task.year, task.goal.year)}",
            )
        )
    if point is not None and point.status == "projected":
        tails.append(
            (
                "该值为推算" + ("各次模拟的中位数" if draws else "值"),
                "projected value" + (", median of the draws" if draws else ""),
            )
        )
    if point is not None and point.status == "assumed":
        tails.append(("该值为假定值", "the value is an assumption"))
    if line.assumed:
        tails.append(("推算值系情景假设，并非推算结果", "the projected value is assumed by the scenario, not a result"))
    if outcome.facts.get("lack") in ("base_missing", "break") and outcome.rating != "not_assessable":
        tails.append(
            ("基期无可比数据，不评进度", "without a base there is no pace")
            if outcome.facts["lack"] == "base_missing"
            else ("与基期口径不同，不评进度", "the basis has changed since the base year, so there is no pace")
        )
    for tail_zh, tail_en in tails:
        zh, en = f"{zh}（{tail_zh}）", f"{en} ({tail_en})"
    return zh + "。", en + "."


def show(value: float, decimals: int, unit: str) -> Pair:
    """Return a value with its unit in both languages; English leaves out a unit of long name."""
    printed = text(value, decimals)
    zh, en = UNITS[unit].zh, UNITS[unit].en
    if unit == "per_100k":
        return f"每10万人{printed}人", f"{printed} per 100,000"
    return printed + zh, printed + ("%" if en == "%" else "‰" if en == "‰" else "")


def _value(task: Task, outcome: Outcome) -> Pair:
    point = outcome.point
    assert point is not None
    zh, en = show(point.value, point.decimals, task.goal.unit)
    return f"{outcome.value_year}年为{zh}", f"{en} in {outcome.value_year}"


def _digits(goal: Goal, outcome: Outcome) -> int:
    return max(goal.decimals, outcome.point.decimals if outcome.point else 0)


def _amount(value: float, goal: Goal, outcome: Outcome, *, more: int = 0) -> Pair:
    zh, en = show(value, _digits(goal, outcome) + more, goal.unit)
    if UNITS[goal.unit].quantity == "share" and goal.unit == "percent":
        return text(value, _digits(goal, outcome) + more) + "个百分点", text(
            value, _digits(goal, outcome) + more
        ) + " points"
    return zh, en


def _percent(share: float) -> str:
    return text(100 * share, 0)


def _climb(task: Task, outcome: Outcome) -> Pair:
    goal = task.goal
    zh, en = _value(task, outcome)
    even = outcome.base + outcome.tau * (outcome.target - outcome.base)
    even_zh, even_en = show(even, _digits(goal, outcome), goal.unit)
    goal_zh, goal_en = show(outcome.target, goal.decimals, goal.unit)
    end = _end(goal, outcome)
    time, done = _percent(outcome.tau), _percent(outcome.share)
    zh += f"，按{outcome.base_year}—{end}年匀速推进应为{even_zh}；"
    en += f" against {even_en} on an even path to {goal_en} in {end}: "
    if outcome.share < 0:
        zh += f"与目标方向相反，时间已过{time}%"
        en += f"it has moved away from the target, {time} % of the time gone"
    else:
        up = outcome.target > outcome.base
        zh += f"已完成计划{'增' if up else '降'}幅的{done}%，时间已过{time}%"
        en += f"{done} % of the way after {time} % of the time"
    return _speeds(task, outcome, zh, en)


def _end(goal: Goal, outcome: Outcome) -> int:
    return int(str(outcome.facts["since"])) if "since" in outcome.facts else goal.year


def _speeds(task: Task, outcome: Outcome, zh: str, en: str) -> Pair:
    if math.isnan(outcome.needed) or math.isnan(outcome.seen):
        return zh, en
    goal, up = task.goal, outcome.needed >= 0
    need_zh, need_en = _amount(abs(outcome.needed), goal, outcome, more=1)
    seen_zh, seen_en = _amount(abs(outcome.seen), goal, outcome, more=1)
    flat = text(abs(outcome.seen), _digits(goal, outcome) + 1).strip("0.") == ""
    seen = "此前基本未变" if flat else f"此前年均{'增加' if outcome.seen > 0 else '减少'}{seen_zh}"
    zh += f"，今后每年需{'增加' if up else '减少'}{need_zh}（{seen}）"
    en += f"; {'' if up else '−'}{need_en} a year needed, {'−' if outcome.seen < 0 and not flat else ''}{seen_en} seen"
    return zh, en


def _budget(task: Task, outcome: Outcome) -> Pair:
    goal = task.goal
    zh, en = _value(task, outcome)
    upper = outcome.target > outcome.base
    bound_zh, bound_en = ("上限", "ceiling") if upper else ("下限", "floor")
    room_zh, room_en = ("上升空间", "room to rise") if upper else ("下降空间", "room to fall")
    time, used = _percent(outcome.tau), _percent(outcome.share)
    goal_zh, goal_en = show(outcome.target, goal.decimals, goal.unit)
    zh += f"，{_end(goal, outcome)}年{bound_zh}为{goal_zh}："
    en += (
        f" under a {bound_en} of {goal_en} for {_end(goal, outcome)}: "
        if upper
        else f" over a {bound_en} of {goal_en} for {_end(goal, outcome)}: "
    )
    if outcome.share <= 0:
        return zh + f"未占用{room_zh}，时间已过{time}%", en + f"none of the {room_en} used after {time} % of the time"
    if outcome.share > 1:
        return (
            zh + f"已突破{bound_zh}，用去{room_zh}的{used}%",
            en + f"the {bound_en} is broken, {used} % of the {room_en} used",
        )
    return (
        zh + f"已用去{room_zh}的{used}%，时间已过{time}%",
        en + f"{used} % of the {room_en} used after {time} % of the time",
    )


def _verdict(task: Task, outcome: Outcome) -> Pair:
    goal = task.goal
    zh, en = _value(task, outcome)
    when = f"{goal.year}年" if outcome.value_year == goal.year else f"{goal.year}年的"
    if outcome.met:
        zh += f"，达到{when}目标（{goal.text}）"
        en += f", which meets the {goal.year} target of {goal.text}"
    else:
        zh += f"，未达到{when}目标（{goal.text}）"
        en += f", which does not meet the {goal.year} target of {goal.text}"
    if "lost" in outcome.facts:
        year, point = outcome.facts["lost"]  # type: ignore[misc]
        lost_zh, lost_en = _plain(point, goal)
        zh += f"；但{year}年为{lost_zh}，达标后又失守"
        en += f"; but {lost_en} in {year}: met and then lost"
    if "once" in outcome.facts:
        zh += f"；{outcome.facts['once']}年曾达标，后又失守"
        en += f"; met in {outcome.facts['once']} and then lost"
    return zh, en


def _plain(point: Point, goal: Goal) -> Pair:
    return show(point.value, point.decimals, goal.unit)


def _early(task: Task, outcome: Outcome) -> Pair:
    zh, en = _value(task, outcome) if task.goal.operator != "cumulative" else _total(task, outcome)
    return (
        f"{zh}，已提前达到{task.goal.year}年目标（{task.goal.text}）",
        f"{en}, which already meets the {task.goal.year} target of {task.goal.text}",
    )


def _beyond(task: Task, outcome: Outcome) -> Pair:
    zh, en = _value(task, outcome)
    return (
        f"{zh}，已越过目标区间（{task.goal.text}）",
        f"{en}, beyond the far end of the target band ({task.goal.text})",
    )


def _kept(task: Task, outcome: Outcome) -> Pair:
    zh, en = _value(task, outcome)
    level_zh, level_en = _level(task, outcome)
    return f"{zh}，{level_zh}目前得到保持", f"{en}; {level_en} holds so far"


def _lost(task: Task, outcome: Outcome) -> Pair:
    zh, en = _value(task, outcome)
    level_zh, level_en = _level(task, outcome)
    return f"{zh}，{level_zh}未能保持", f"{en}; {level_en} does not hold"


def _level(task: Task, outcome: Outcome) -> Pair:
    if "since" in outcome.facts:
        return (
            f"{outcome.facts['since']}年的水平（{outcome.facts['text']}）",
            f"the level of {outcome.facts['since']} ({outcome.facts['text']})",
        )
    return f"目标水平（{task.goal.text}）", f"the target level ({task.goal.text})"


def _keep_verdict(task: Task, outcome: Outcome) -> Pair:
    return _kept_at(task, outcome) if outcome.met else _lost(task, outcome)


def _kept_at(task: Task, outcome: Outcome) -> Pair:
    zh, en = _value(task, outcome)
    level_zh, level_en = _level(task, outcome)
    return f"{zh}，{level_zh}得到保持", f"{en}; {level_en} was kept"


def _keep_climb(task: Task, outcome: Outcome) -> Pair:
    return (_climb if outcome.kind == "climb" else _budget)(task, outcome)


def _total(task: Task, outcome: Outcome) -> Pair:
    point, start = outcome.point, outcome.facts["start"]
    assert point is not None
    zh, en = _plain(point, task.goal)
    return f"{start}—{outcome.value_year}年累计{zh}", f"{en} in total over {start}–{outcome.value_year}"


def _sum(task: Task, outcome: Outcome) -> Pair:
    zh, en = _total(task, outcome)
    done, time = _percent(outcome.share), _percent(outcome.tau)
    goal_zh, goal_en = show(outcome.target, task.goal.decimals, task.goal.unit)
    zh += f"，已完成{task.goal.year}年累计目标{goal_zh}的{done}%，时间已过{time}%"
    en += f", {done} % of the {goal_en} wanted by {task.goal.year} after {time} % of the time"
    return _speeds(task, outcome, zh, en)


def _gaps(task: Task, outcome: Outcome) -> Pair:
    years = [str(year) for year in outcome.facts["years"]]  # type: ignore[attr-defined]
    return f"累计指标缺少{'、'.join(years)}年数据，无法求和", f"the sum lacks {', '.join(years)}"


def _rising(task: Task, outcome: Outcome) -> Pair:
    facts = outcome.facts
    k, n, open_ = facts["k"], facts["n"], facts["open"]
    up_zh, up_en = ("上升", "rose") if task.goal.better == "higher" else ("下降", "fell")
    zh = f"{facts['first']}—{facts['last']}年的{n}个年度变化中，{k}个{up_zh}"
    en = f"{k} of the {n} yearly changes over {facts['first']}–{facts['last']} {up_en}"
    if facts["wrong"]:
        years = [str(year) for year in facts["wrong"]]  # type: ignore[attr-defined]
        zh += f"，{'、'.join(years)}年未{up_zh}"
        en += f", not in {', '.join(years)}"
    if open_:
        years = [str(year) for year in open_]  # type: ignore[attr-defined]
        zh += f"，{'、'.join(years)}年无可比数据"
        en += f", unknown for {', '.join(years)}"
    return zh, en


def _not_begun(task: Task, outcome: Outcome) -> Pair:
    first = int(str(outcome.facts["first"]))
    return (
        f"“{task.goal.text}”自{first + 1}年起逐年考核，尚未开始",
        f"yearly improvement is asked for from {first + 1} on",
    )


def _relative(task: Task, outcome: Outcome) -> Pair:
    goal, facts = task.goal, outcome.facts
    if "rank" in facts:
        rank = facts["rank"].value  # type: ignore[attr-defined]
        return (
            f"{outcome.value_year}年位次为第{rank:g}位，目标为前{goal.value:g}位",
            f"rank {rank:g} in {outcome.value_year}, wanted {goal.value:g} or better",
        )
    zh, en = _value(task, outcome)
    other_zh, other_en = _plain(facts["other"], goal)  # type: ignore[arg-type]
    better = "优于" if outcome.met else "未优于"
    return (
        f"{zh}，{better}参照值{other_zh}",
        f"{en}, {'better' if outcome.met else 'not better'} than the reference, {other_en}",
    )


def _fixed(zh: str, en: str) -> Callable[[Task, Outcome], Pair]:
    return lambda task, outcome: (zh, en)


def _with_value(zh: str, en: str) -> Callable[[Task, Outcome], Pair]:
    def body(task: Task, outcome: Outcome) -> Pair:
        if outcome.point is None:
            return zh, en
        head_zh, head_en = _value(task, outcome)
        return f"{head_zh}；{zh}", f"{head_en}; {en}"

    return body


_BODY: dict[str, Callable[[Task, Outcome], Pair]] = {
    "climb": _climb,
    "budget": _budget,
    "met": _verdict,
    "not_met": _verdict,
    "early": _early,
    "beyond": _beyond,
    "kept": _kept,
    "lost": _lost,
    "keep_met": _keep_verdict,
    "keep_not_met": _keep_verdict,
    "keep_climb": _keep_climb,
    "sum": _sum,
    "gaps": _gaps,
    "rising": _rising,
    "rising_unknown": _rising,
    "not_begun": _not_begun,
    "relative": _relative,
    "no_reference": _with_value(
        "没有可比的参照数据，不作推断", "there is no reference to compare with, and none is guessed"
    ),
    "no_value": _fixed("尚无公布数据", "nothing has been published"),
    "no_value_at_milestone": _fixed("缺少目标年份的数据", "there is no value for the milestone year"),
    "no_time": _with_value("基期之后尚无数据，暂不评级", "no time has passed since the base year"),
    "base_missing": _with_value("缺少基期数据，无法评估进度", "the base is missing, so progress cannot be told"),
    "break": _with_value(
        "与基期统计口径不同，不可比", "the basis has changed since the base year, so they cannot be compared"
    ),
}
