"""The working behind a rating: the formula with its figures, step by step, from a row of the scorecard."""

import math

from popmodel.scoring import CUTS, Cuts
from popmodel.wording.view import Row, figure, is_missing


def kind_of(row: Row) -> str:
    """Tell what the figures of a row are: `climb`, `budget` (a bound that the base keeps), `changes` or blank."""
    if is_missing(row["pace"]):
        return ""
    if str(row["operator"]) == "rising":
        return "changes"
    if is_missing(row["c"]) or is_missing(row["tau"]):
        return ""
    c, tau, pace = float(row["c"]), float(row["tau"]), float(row["pace"])
    climb = tau != 0 and math.isclose(pace, c / tau, rel_tol=1e-9, abs_tol=1e-12)
    budget = math.isinf(pace) or (c != 0 and math.isclose(pace, tau / c, rel_tol=1e-9, abs_tol=1e-12))
    if climb and budget:  # c equals τ: only the target tells
        bound = {"below": 1, "at_most": 1, "above": -1, "at_least": -1}.get(str(row["operator"]), 0)
        budget = not is_missing(row["target"]) and bound * (float(row["target"]) - float(row["base_value"])) > 0
        climb = not budget
    return "climb" if climb else "budget" if budget else ""


def steps(row: Row, *, lang: str) -> list[str]:
    """Return the working of one row as short lines.

    Parameters
    ----------
    row : mapping
        A row of the scorecard.
    lang : {"zh", "en"}
        Language of the words.

    Returns
    -------
    list of str
        c or the share of a budget used, τ, pace with its class, the changes needed and seen; empty without a rating.
    """
    zh = lang == "zh"
    kind, digits = kind_of(row), row["decimals"]
    base, value, target = (figure(row[name], digits, most=4) for name in ("base_value", "value", "target"))
    out: list[str] = []
    if kind in ("climb", "budget"):
        symbol = "c" if kind == "climb" else "u"
        out.append(f"{symbol} = ({value} − {_bracket(base)}) / ({target} − {_bracket(base)}) = {_three(row['c'])}")
        out.append(_elapsed(row))
        ratio = "c / τ" if kind == "climb" else "τ / u"
        out.append(f"{'节奏' if zh else 'pace'} = {ratio} = {_three(row['pace'])} → {row[f'rating_{lang}']}")
    elif kind == "changes":
        share = "向好的年度变化所占份额 k/n" if zh else "share of yearly changes in the right direction k/n"
        out.append(f"{share} = {_three(row['pace'])} → {row[f'rating_{lang}']}")
    if not is_missing(row["needed_per_year"]) and str(row["rating"]) != "met":
        words = (
            ("今后每年的余量", "room left a year") if kind == "budget" else ("今后每年需变化", "change needed a year")
        )
        out.append(f"{words[not zh]} {_signed(row['needed_per_year'], digits)}")
    if not is_missing(row["seen_per_year"]):
        out.append(f"{'此前年均变化' if zh else 'change seen a year'} {_signed(row['seen_per_year'], digits)}")
    return out


def thresholds(*, lang: str, cuts: Cuts = CUTS) -> str:
    """Return the classes of `pace` with their cut points."""
    if lang == "zh":
        return (
            f"分级：快于预期 ≥ {cuts.ahead:g}，符合预期 ≥ {cuts.on_track:g}，基本符合预期 ≥ {cuts.nearly:g}，"
            f"滞后 ≥ {cuts.behind:g}，背离 < {cuts.behind:g}"
        )
    return (
        f"classes: ahead ≥ {cuts.ahead:g}, on track ≥ {cuts.on_track:g}, nearly ≥ {cuts.nearly:g}, "
        f"behind ≥ {cuts.behind:g}, moving away < {cuts.behind:g}"
    )


def _elapsed(row: Row) -> str:
    """Write τ with its years; a level to be kept is timed by the milestone it comes from, which the row tells by τ."""
    year, base, tau = int(row["value_year"]), int(row["base_year"]), float(row["tau"])
    end = round(base + (year - base) / tau) if tau else int(row["target_year"])
    return f"τ = ({year} − {base}) / ({end} − {base}) = {_three(tau)}"


def _bracket(number: str) -> str:
    return f"({number})" if number.startswith("−") else number


def _three(value: object) -> str:
    number = float(value)  # type: ignore[arg-type]
    return "∞" if math.isinf(number) else figure(f"{number:.3f}", 3, most=3)


def _signed(value: object, digits: object) -> str:
    number = float(value)  # type: ignore[arg-type]
    places = (0 if is_missing(digits) else int(digits)) + 1  # type: ignore[call-overload]
    text = figure(abs(number), places, most=places)
    return ("+" if number > 0 else "−" if number < 0 else "±") + text
