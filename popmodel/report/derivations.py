"""The working behind a rating: the formula with its figures, step by step, from a row of the scorecard."""

import math

from popmodel.scoring import CUTS, Cuts
from popmodel.wording.messages import message
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
    kind, digits = kind_of(row), row["decimals"]
    rating = str(row[f"rating_{lang}"])
    out: list[str] = []
    if kind in ("climb", "budget"):
        base, value, target = (figure(row[name], digits, most=4) for name in ("base_value", "value", "target"))
        symbol = "c" if kind == "climb" else "u"
        out.append(f"{symbol} = ({value} − {_bracket(base)}) / ({target} − {_bracket(base)}) = {_three(row['c'])}")
        out.append(_elapsed(row))
        ratio = "c / τ" if kind == "climb" else "τ / u"
        out.append(f"{message(lang, 'working-pace')} = {ratio} = {_three(row['pace'])} → {rating}")
    elif kind == "changes":
        out.append(f"{message(lang, 'working-changes')} = {_three(row['pace'])} → {rating}")
    if not is_missing(row["needed_per_year"]) and str(row["rating"]) != "met":
        words = message(lang, "working-room" if kind == "budget" else "working-needed")
        out.append(f"{words} {_signed(row['needed_per_year'], digits)}")
    if not is_missing(row["observed_per_year"]):
        out.append(f"{message(lang, 'working-observed')} {_signed(row['observed_per_year'], digits)}")
    return out


def thresholds(*, lang: str, cuts: Cuts = CUTS) -> str:
    """Return the classes of `pace` with their cut points."""
    return message(lang, "working-classes", {name: f"{cut:g}" for name, cut in cuts._asdict().items()})


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
