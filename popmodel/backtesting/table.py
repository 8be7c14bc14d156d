"""The back-tests of all censuses at hand, and their errors as a table in plain text or Markdown."""

from collections.abc import Sequence

import pandas as pd
import xarray as xr

from popmodel.backtesting.run import Backtest, backtest
from popmodel.schema import SchemaError
from popmodel.wording.messages import message

MEASURES = ("mape", "wmape", "malpe", "mdape", "within_1", "within_5")


def backtests(censuses: Sequence[xr.Dataset]) -> tuple[list[Backtest], list[str]]:
    """Run the back-test from each census to the next, and from the last to the published stocks.

    Parameters
    ----------
    censuses : sequence of xarray.Dataset
        From `read_census`, in any order.

    Returns
    -------
    list of Backtest
        One for each census where it is possible.
    list of str
        Why it is not possible for the others.
    """
    ordered = sorted(censuses, key=lambda census: int(census["census_year"]))
    results: list[Backtest] = []
    reasons: list[str] = []
    for place, census in enumerate(ordered):
        earlier = ordered[place - 1] if place else None
        later = ordered[place + 1] if place + 1 < len(ordered) else None
        try:
            results.append(backtest(census, later=later, earlier=earlier))
        except SchemaError as error:
            reasons.append(f"{int(census['census_year'])}: {error}")
    return results, reasons


def error_rows(result: Backtest, *, lang: str = "zh") -> list[list[str]]:
    """Return the errors as rows of text, the head first; years with few places known are marked by their number."""
    rows = [[message(lang, f"backtest-head.{name}") for name in ("year", "forecast", "level", "n", *MEASURES)]]
    for row in result.errors.to_dict("records"):
        first = [str(row["year"]), str(row[f"forecast_{lang}"])]
        if not row["n"]:
            rows.append([*first, message(lang, "backtest-reason.none", reason=row[f"reason_{lang}"])])
            continue
        figures = [_figure(row[name], 0 if name.startswith("within") else 1, name == "malpe") for name in MEASURES]
        rows.append([*first, str(row[f"level_{lang}"]), f"{row['n']}", *figures])
    return rows


def _figure(value: float, decimals: int, sign: bool) -> str:
    if pd.isna(value):
        return "-"
    text = f"{value:+.{decimals}f}" if sign else f"{value:.{decimals}f}"
    return text.lstrip("+-") if float(text) == 0 else text


def error_markdown(result: Backtest, *, lang: str = "zh") -> str:
    """Return the errors as a Markdown table."""
    rows = error_rows(result, lang=lang)
    width = len(rows[0])
    marks = ["---", "---", "---", *["---:"] * (width - 3)]
    filled = [row + [""] * (width - len(row)) for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in [filled[0], marks, *filled[1:]]) + "\n"


def prediction_markdown(errors: pd.DataFrame, *, lang: str = "zh") -> str:
    """Return errors of predicted ages as a table in Markdown, a row a group and a column a rule.

    Parameters
    ----------
    errors : pandas.DataFrame
        From `prediction_errors`.
    lang : {"zh", "en"}
        Language of the heads.

    Returns
    -------
    str
        Median errors, and in brackets mean errors [%].
    """
    rules = list(dict.fromkeys(errors["rule"]))
    parts = ("group", "n", *(rule.replace("_", "-") for rule in rules))
    heads = [message(lang, f"prediction-errors.{part}") for part in parts]
    lines = [f"| {' | '.join(heads)} |", f"| --- | ---: |{' ---: |' * len(rules)}"]
    for group, rows in errors.groupby("group", sort=False):
        by_rule = rows.set_index("rule")
        figures = [f"{by_rule.loc[rule, 'median']:.1f} ({by_rule.loc[rule, 'mean']:.1f})" for rule in rules]
        lines.append(f"| {group} | {by_rule['n'].iloc[0]} | {' | '.join(figures)} |")
    return "\n".join(lines) + "\n"
