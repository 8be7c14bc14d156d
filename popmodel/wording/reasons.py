"""The sentence that gives the reason for a rating, in Chinese and in English, with the figures as printed."""

import math
from collections.abc import Callable

from popmodel.scoring.outcome import NOT_ASSESSABLE, Outcome, Task
from popmodel.scoring.precision import text
from popmodel.scoring.records import Goal, Line
from popmodel.wording.figures import Pair, amount, percent, shortest, show, spans


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
    tails = [*_provenance(task, line, outcome, draws=draws), *_lack(outcome), *_moved(task)]
    if tails:
        zh += "（" + "；".join(tail for tail, _ in tails) + "）"
        en += " (" + "; ".join(tail for _, tail in tails) + ")"
    return zh + "。", en + "."


def _provenance(task: Task, line: Line, outcome: Outcome, *, draws: bool) -> list[Pair]:
    """Say where a value that is not the observation of the year comes from."""
    at, point = outcome.value_year, outcome.point
    tails: list[Pair] = []
    if point is None or at is None or outcome.kind == "rising":
        return tails
    wanted = min(task.year, task.goal.year)
    if at < wanted:
        tails.append((f"{wanted}年数据尚缺，以{at}年代替", f"{at} stands in for the missing {wanted}"))
    if point.status == "projected" and line.assumed:
        tails.append(("该值为情景假设，并非推算结果", "assumed by the scenario, not a result"))
    elif point.status == "projected" and draws:
        tails.append(("该值为各次模拟的中位数", "projected value, median of the draws"))
    elif point.status == "projected":
        tails.append(("该值为推算值", "projected value"))
    elif line.assumed:
        tails.append(("推算值为情景假设，并非推算结果", "the projected value is assumed by the scenario, not a result"))
    if point.status == "assumed":
        tails.append(("该值为假定值", "the value is an assumption"))
    return tails


def _lack(outcome: Outcome) -> list[Pair]:
    if outcome.rating == NOT_ASSESSABLE or not outcome.notes.lack:
        return []
    if outcome.notes.lack == "break":
        return [("与基期口径不同，不评进度", "the basis has changed since the base year, so there is no pace")]
    return [("缺少基期数据，不评进度", "without a base there is no pace")]


def _moved(task: Task) -> list[Pair]:
    """Say what earlier versions of the plan asked for, if it was something else."""
    goal = task.goal
    other = [old for old in task.former if old.text != goal.text]
    return [
        (f"{old.version}年版目标为{old.text}", f"the target of version {old.version} was {old.text}") for old in other
    ]


def _value(task: Task, outcome: Outcome) -> Pair:
    if outcome.point is None:
        return "尚无数据", "no value"
    zh, en = show(outcome.point.value, outcome.point.decimals, task.goal.unit)
    if task.goal.operator == "cumulative":
        return (
            f"{outcome.notes.first}—{outcome.value_year}年累计{zh}",
            f"{en} in total over {outcome.notes.first}–{outcome.value_year}",
        )
    return f"{outcome.value_year}年为{zh}", f"{en} in {outcome.value_year}"


def _digits(goal: Goal, outcome: Outcome) -> int:
    return max(goal.decimals, outcome.point.decimals if outcome.point else 0)


def _end(goal: Goal, outcome: Outcome) -> int:
    return outcome.notes.since or goal.year


def _climb(task: Task, outcome: Outcome) -> Pair:
    goal, end = task.goal, _end(task.goal, outcome)
    zh, en = _value(task, outcome)
    even = outcome.base + outcome.tau * (outcome.target - outcome.base)
    even_zh, even_en = show(even, _digits(goal, outcome), goal.unit)
    _, goal_en = shortest(outcome.target, goal.unit)
    time, done = percent(outcome.tau), percent(outcome.share)
    zh += f"，按{outcome.base_year}—{end}年匀速推进应为{even_zh}；"
    en += f" against {even_en} on an even path to {goal_en} in {end}: "
    if outcome.share < 0:
        zh += f"与目标方向相反，时间已过{time}%"
        en += f"it has moved away from the target, {time} % of the time gone"
    else:
        zh += f"已完成计划{'增' if outcome.target > outcome.base else '降'}幅的{done}%，时间已过{time}%"
        en += f"{done} % of the way after {time} % of the time"
    return _speeds(task, outcome, zh, en)


def _speeds(task: Task, outcome: Outcome, zh: str, en: str) -> Pair:
    if math.isnan(outcome.needed) or math.isnan(outcome.seen):
        return zh, en
    goal, digits = task.goal, _digits(task.goal, outcome) + 1
    need_zh, need_en = amount(outcome.needed, digits, goal.unit)
    seen_zh, seen_en = amount(outcome.seen, digits, goal.unit)
    flat = not text(abs(outcome.seen), digits).strip("0.")
    verb = "增加" if outcome.seen > 0 else "减少"
    zh += f"，今后每年需{'增加' if outcome.needed >= 0 else '减少'}{need_zh}"
    zh += "，此前基本未变" if flat else f"，此前年均{verb}{seen_zh}"
    en += f"; {'−' if outcome.needed < 0 else ''}{need_en} a year needed, "
    en += f"{'−' if outcome.seen < 0 and not flat else ''}{seen_en} seen"
    return zh, en


def _budget(task: Task, outcome: Outcome) -> Pair:
    goal, end = task.goal, _end(task.goal, outcome)
    zh, en = _value(task, outcome)
    upper = outcome.target > outcome.base
    bound_zh, bound_en = ("上限", "ceiling") if upper else ("下限", "floor")
    room_zh, room_en = ("上升空间", "room to rise") if upper else ("下降空间", "room to fall")
    time, used = percent(outcome.tau), percent(outcome.share)
    goal_zh, goal_en = shortest(outcome.target, goal.unit)
    zh += f"，{end}年{bound_zh}为{goal_zh}："
    en += f", with a {bound_en} of {goal_en} for {end}: "
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
    goal, notes = task.goal, outcome.notes
    zh, en = _value(task, outcome)
    zh += f"，{'' if outcome.met else '未'}达到{goal.year}年目标（{goal.text}）"
    en += f", which {'meets' if outcome.met else 'does not meet'} the {goal.year} target of {goal.text}"
    if notes.lost is not None:
        year, point = notes.lost
        lost_zh, lost_en = show(point.value, point.decimals, goal.unit)
        zh += f"；但{year}年为{lost_zh}，达标后又失守"
        en += f"; but {lost_en} in {year}: met and then lost"
    if notes.once is not None:
        zh += f"；{notes.once}年曾达标，后又失守"
        en += f"; met in {notes.once} and then lost"
    return zh, en


def _early(task: Task, outcome: Outcome) -> Pair:
    zh, en = _value(task, outcome)
    year, printed_as = task.goal.year, task.goal.text
    return (
        f"{zh}，已提前达到{year}年目标（{printed_as}）",
        f"{en}, which already meets the {year} target of {printed_as}",
    )


def _beyond(task: Task, outcome: Outcome) -> Pair:
    zh, en = _value(task, outcome)
    return (
        f"{zh}，已越过目标区间（{task.goal.text}）",
        f"{en}, beyond the far end of the target band ({task.goal.text})",
    )


def _level(end_zh: str, end_en: str) -> Callable[[Task, Outcome], Pair]:
    """Return the writer of a sentence on a level that is kept or not."""

    def body(task: Task, outcome: Outcome) -> Pair:
        zh, en = _value(task, outcome)
        since, printed_as = outcome.notes.since, outcome.notes.since_text
        if since is None:
            return f"{zh}，目标水平（{task.goal.text}）{end_zh}", f"{en}; the target level ({task.goal.text}) {end_en}"
        return f"{zh}，{since}年的水平（{printed_as}）{end_zh}", f"{en}; the level of {since} ({printed_as}) {end_en}"

    return body


def _sum(task: Task, outcome: Outcome) -> Pair:
    zh, en = _value(task, outcome)
    done, time = percent(outcome.share), percent(outcome.tau)
    goal_zh, goal_en = shortest(outcome.target, task.goal.unit)
    zh += f"，已完成{task.goal.year}年累计目标{goal_zh}的{done}%，时间已过{time}%"
    en += f", {done} % of the {goal_en} wanted by {task.goal.year} after {time} % of the time"
    return _speeds(task, outcome, zh, en)


def _gaps(task: Task, outcome: Outcome) -> Pair:
    zh, en = spans(outcome.notes.unknown)
    return f"累计指标缺少{zh}年数据，无法求和", f"the sum lacks {en}"


def _rising(task: Task, outcome: Outcome) -> Pair:
    notes = outcome.notes
    up_zh, up_en = ("上升", "rose") if task.goal.better == "higher" else ("下降", "fell")
    n = notes.last - notes.first
    zh = f"{notes.first}—{notes.last}年的{n}个年度变化中，{notes.right}个{up_zh}"
    en = f"{notes.right} of the {n} yearly changes over {notes.first}–{notes.last} {up_en}"
    if notes.wrong:
        years_zh, years_en = spans(notes.wrong)
        zh += f"，{years_zh}年未{up_zh}"
        en += f", not in {years_en}"
    if notes.unknown:
        years_zh, years_en = spans(notes.unknown)
        zh += f"，{years_zh}年无可比数据"
        en += f", unknown for {years_en}"
    return zh, en


def _not_begun(task: Task, outcome: Outcome) -> Pair:
    first = outcome.notes.first + 1
    return f"“{task.goal.text}”自{first}年起逐年考核，尚未开始", f"yearly improvement is asked for from {first} on"


def _relative(task: Task, outcome: Outcome) -> Pair:
    zh, en = _value(task, outcome)
    other = outcome.notes.other
    if other is None:
        return zh, en
    other_zh, other_en = show(other.value, other.decimals, task.goal.unit)
    better_zh, better_en = ("优于", "better") if outcome.met else ("未优于", "not better")
    return f"{zh}，{better_zh}参照值{other_zh}", f"{en}, {better_en} than the reference, {other_en}"


def _rank(task: Task, outcome: Outcome) -> Pair:
    rank, wanted = outcome.notes.other.value if outcome.notes.other else math.nan, task.goal.value
    year = outcome.value_year
    return f"{year}年列第{rank:g}位，目标为前{wanted:g}位", f"rank {rank:g} in {year}, wanted {wanted:g} or better"


def _after_value(zh: str, en: str) -> Callable[[Task, Outcome], Pair]:
    """Return the writer of a fixed sentence, after the value if there is one."""

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
    "sum_verdict": _verdict,
    "early": _early,
    "beyond": _beyond,
    "kept": _level("目前得到保持", "holds so far"),
    "was_kept": _level("得到保持", "was kept"),
    "lost": _level("未能保持", "does not hold"),
    "sum": _sum,
    "gaps": _gaps,
    "rising": _rising,
    "not_begun": _not_begun,
    "relative": _relative,
    "rank": _rank,
    "no_reference": _after_value(
        "没有可比的参照数据，不作推断", "there is no reference to compare with, and none is guessed"
    ),
    "no_rank": _after_value(
        "规划未载明位次要求，不作推断", "the plan names no rank to be reached, and none is guessed"
    ),
    "no_number": _after_value("规划未载明可比的数值，不作推断", "the plan prints no number to compare with"),
    "no_value": _after_value("尚无公布数据", "nothing has been published"),
    "no_value_at_milestone": _after_value("缺少目标年份的数据", "there is no value for the milestone year"),
    "no_time": _after_value("基期之后尚无数据，暂不评级", "no time has passed since the base year"),
    "base_missing": _after_value("缺少基期数据，无法评估进度", "the base is missing, so progress cannot be told"),
    "break": _after_value(
        "与基期统计口径不同，不可比", "the basis has changed since the base year, so they cannot be compared"
    ),
}
