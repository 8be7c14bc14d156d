"""What all charts have in common: the settings of the style, and an evaluation in place of its parts."""

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from popmodel.plots import style
from popmodel.plots.words import say

P = ParamSpec("P")
Data = TypeVar("Data", pd.DataFrame, xr.Dataset, xr.DataArray)


class Evaluated(Protocol):
    """What a chart takes from an `Evaluation`."""

    @property
    def year(self) -> int:
        """The year evaluated."""

    @property
    def targets(self) -> pd.DataFrame:
        """From `read_targets`."""

    @property
    def observed(self) -> pd.DataFrame:
        """From `read_observed`."""

    @property
    def projection(self) -> xr.Dataset:
        """From `project`."""

    @property
    def values(self) -> xr.Dataset:
        """From `measure`."""

    @property
    def ratings(self) -> pd.DataFrame:
        """From `score`."""

    @property
    def history(self) -> pd.DataFrame | None:
        """The ratings of the years before."""


Taken = Callable[[Evaluated, str], Any]
"""Evaluation and language → what an option is where it is not given."""


def styled(draw: Callable[P, Axes]) -> Callable[P, Axes]:
    """Draw with the settings of the style, and leave the user's own as they were."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **options: P.kwargs) -> Axes:
        with style.context():
            return draw(*args, **options)

    return drawn


def of_evaluation(
    data: Callable[[Evaluated], Data], **options: Taken
) -> Callable[[Callable[Concatenate[Data, P], Axes]], Callable[Concatenate[Data | Evaluated, P], Axes]]:
    """Let a chart also take an evaluation in the place of its data, and draw it with the settings of the style.

    Parameters
    ----------
    data : callable
        Evaluation → the data.
    **options : callable
        Evaluation and language → an option of the chart, taken where the caller gives none.
    """

    def take(draw: Callable[Concatenate[Data, P], Axes]) -> Callable[Concatenate[Data | Evaluated, P], Axes]:
        styled_draw: Callable[..., Axes] = styled(draw)

        @functools.wraps(draw)
        def drawn(*args: Any, **given: Any) -> Axes:
            if args and _is_evaluation(args[0]):
                first, lang = args[0], style.language(given.get("lang", "zh"))
                more = {name: get(first, lang) for name, get in options.items() if given.get(name) is None}
                return styled_draw(data(first), *args[1:], **{**given, **more})
            return styled_draw(*args, **given)

        return drawn

    return take


def _is_evaluation(given: object) -> bool:
    return not isinstance(given, pd.DataFrame | xr.Dataset | xr.DataArray) and hasattr(given, "ratings")


def first_scenario(evaluation: Evaluated, lang: str) -> str | None:
    """Return the first scenario, whose rating counts where scenarios differ."""
    values = evaluation.values
    return str(values["scenario"].to_numpy()[0]) if "scenario" in values.dims else None


def known(evaluation: Evaluated, lang: str) -> pd.DataFrame:
    """Return the observed values published by the end of the year after the one evaluated."""
    seen = evaluation.observed
    published = seen["published"].astype(str).str.slice(0, 4).astype(int)
    return seen[(seen["year"] <= evaluation.year) & (published <= evaluation.year + 1)]


def names(evaluation: Evaluated, lang: str) -> dict[str, str]:
    """Return scenario → printed name."""
    values = evaluation.values
    codes = [str(name) for name in values["scenario"].to_numpy()]
    coord = f"scenario_{lang}"
    labels = [str(label) for label in values[coord].to_numpy()] if coord in values.coords else codes
    return dict(zip(codes, labels, strict=True))


def tile_positions(projection: xr.Dataset) -> dict[str, tuple[float, float]]:
    """Return district → column and row on the tile map; nothing where the city gives none."""
    if not {"tile_row", "tile_column"} <= set(projection.coords):
        return {}
    codes = (str(code) for code in projection["district"].to_numpy())
    places = zip(projection["tile_column"].to_numpy(), projection["tile_row"].to_numpy(), strict=True)
    return {code: (float(column), float(row)) for code, (column, row) in zip(codes, places, strict=True)}


def last_versions(card: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the plan's last version, where an indicator has targets of several."""
    return card.drop_duplicates(["scenario", "indicator", "target_year"], keep="last")


def last_ratings(history: pd.DataFrame | None, card: pd.DataFrame) -> pd.DataFrame | None:
    """Return the evaluation before the card's in the columns that charts read; None where the history holds none."""
    if history is None:
        return None
    columns = (str(name) for name in history.columns if str(name).startswith("rating_"))
    years = [int(name.removeprefix("rating_")) for name in columns]
    years = [year for year in years if year < int(card["year"].iloc[0])]
    if not years:
        return None
    last = max(years)
    keys = ["scenario", "indicator", "number", "name_zh", "name_en", "target_year"]
    table: pd.DataFrame = history[keys].assign(
        year=last, rating=history[f"rating_{last}"], pace=history[f"pace_{last}"]
    )
    table = last_versions(table)
    scenarios = [str(name) for name in card["scenario"].unique()]
    if set(table["scenario"]) & set(scenarios):
        return table
    # Rated on observations alone, which are the same in every scenario.
    one = table[table["scenario"] == table["scenario"].iloc[0]]
    each: pd.DataFrame = pd.concat([one.assign(scenario=name) for name in scenarios], ignore_index=True)
    return each


def previous(evaluation: Evaluated, lang: str) -> pd.DataFrame | None:
    """Return the evaluation before this one; None where there is none."""
    return last_ratings(evaluation.history, evaluation.ratings)


def sections(evaluation: Evaluated, lang: str) -> dict[str, str]:
    """Return indicator → section of the plan as printed."""
    return sections_of(evaluation.targets, lang)


def centres(evaluation: Evaluated, lang: str) -> Mapping[str, str]:
    """Return indicator → what the plan calls the centre whose share it is."""
    return centre_names(evaluation.targets, lang)


def positions(evaluation: Evaluated, lang: str) -> dict[str, tuple[float, float]]:
    """Return district → column and row on the tile map."""
    return tile_positions(evaluation.projection)


def projected(evaluation: Evaluated, lang: str) -> xr.Dataset:
    """Return the indicators by scenario, year and area."""
    return evaluation.values


def intervals(evaluation: Evaluated, lang: str) -> xr.Dataset | None:
    """Return the intervals of the forecast; None where nothing was drawn."""
    found: xr.Dataset | None = getattr(evaluation, "intervals", None)
    return found


def sections_of(targets: pd.DataFrame, lang: str) -> dict[str, str]:
    """Return indicator → section of the plan as printed, for the indicators that have one."""
    column = f"section_{lang}"
    if column not in targets:
        return {}
    given = targets[targets[column] != ""]
    return {str(key): str(text) for key, text in zip(given["indicator"], given[column], strict=True)}


def centre_names(targets: pd.DataFrame, lang: str) -> Mapping[str, str]:
    """Return indicator → what the plan calls the centre whose share it is, where its name ends as such names do."""
    full = dict(zip(targets["indicator"].astype(str), targets[f"name_{lang}"].astype(str), strict=True))
    ending = say("zh" if lang == "zh" else "en", "centres.ending")
    cut = {name: re.sub(ending, "", text) for name, text in full.items()}
    return {name: text for name, text in cut.items() if text and text != full[name]}
