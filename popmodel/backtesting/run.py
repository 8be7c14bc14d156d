"""Run the back-test: forecasts from an earlier census beside naive ones, compared with what came."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.backtesting.known import Known, known_at, merge_units
from popmodel.demography.accuracy import Accuracy, accuracy
from popmodel.evaluation import project_scenarios
from popmodel.scenario import Scenario
from popmodel.schema import SEXES, SchemaError, age_edges
from popmodel.wording.messages import LANGUAGES, message

Array = npt.NDArray[np.float64]
BOTH = "both"
ALL_AGES = "all"

FORECASTS = ("no_migration", "past_migration", "residual", "no_change", "constant_growth")
"""What is compared; their names are the messages `backtest-forecast`."""


class Backtest(NamedTuple):
    """What a back-test gives: one row a cell, one row a forecast and level, one row an input."""

    cells: pd.DataFrame
    errors: pd.DataFrame
    inputs: pd.DataFrame


def backtest(census: xr.Dataset, *, later: xr.Dataset | None = None, earlier: xr.Dataset | None = None) -> Backtest:
    """Project from a census with what was known then, and compare with what came.

    Parameters
    ----------
    census : xarray.Dataset
        Where the forecasts start, from `read_census`.
    later : xarray.Dataset, optional
        The census to compare with, by unit, sex and age group. If not given, the published year-end stocks after
        `census`, by district.
    earlier : xarray.Dataset, optional
        The census before; without it there is no past migration and no past growth to carry on.

    Returns
    -------
    Backtest
        `cells`: columns start, year, forecast, area, name_zh, name_en, sex, age_group, projected, actual [persons],
        error [persons], percent and the names of the forecast; `sex` is ``both`` and `age_group` ``all`` where only
        totals are published.
        `errors`: the measures of `accuracy` by start, year, forecast and level, with `reason` where a forecast is not
        assessable. `inputs`: what the forecasts rest on.

    Raises
    ------
    SchemaError
        If the censuses lie in the wrong order or not whole years apart, have no common units, or nothing is published
        after `census`.

    Notes
    -----
    The forecasts are those of `popmodel` with rates held constant and with three kinds of migration: none; the net
    migration of the ten years before, carried on (the residual of the back-test that starts at `earlier`); and the
    residual of the period itself, spread evenly over its years: no forecast, but the most that knowing total
    migration could give. Naive forecasts: no change, and constant growth of each unit since `earlier`. From census to
    census the years run from census day to census day.

    Examples
    --------
    >>> result = pm.backtest(census_2010, later=census)
    >>> int(result.errors["year"].iloc[0])
    2020
    """
    if later is not None:
        return _between(census, later, earlier)
    return _after(census, earlier)


def _between(census: xr.Dataset, later: xr.Dataset, earlier: xr.Dataset | None) -> Backtest:
    steps = _steps(census, later)
    merged = merge_units(census, later)
    actual = merge_units(later, later)
    units = merged["district"].to_numpy().tolist()
    if sorted(units) != sorted(actual["district"].to_numpy().tolist()):
        raise SchemaError(
            f"back-test: the units of {int(census['census_year'])} and {int(later['census_year'])} differ: "
            f"{', '.join(sorted(set(units) ^ set(actual['district'].to_numpy().tolist())))}. Give each district of "
            "both censuses its unit in districts.csv."
        )
    known = known_at(merged, census_day=True)
    groups = [str(group) for group in later["age_group"].to_numpy()]
    counted = actual["population"].sel(district=units).transpose("district", "sex", "age_group").to_numpy()
    year = int(census["census_year"])
    paths, reasons = _forecasts(known, census, earlier, steps, target=counted.sum(axis=(1, 2)))
    lower = age_edges(groups, what="back-test: the later census")
    tables = [
        _cell_table(merged, known, name, year + steps, np.add.reduceat(path[-1], lower, axis=-1), counted, groups)
        for name, path in paths.items()
    ]
    return _result(pd.concat(tables, ignore_index=True), reasons, known, year)


def _after(census: xr.Dataset, earlier: xr.Dataset | None) -> Backtest:
    year = int(census["census_year"])
    stocks = census.get("published_population")
    if stocks is not None:
        stocks = stocks.sel(published_year=slice(year + 1, None)).dropna("published_year", how="all")
    if stocks is None or not stocks.sizes["published_year"]:
        raise SchemaError(
            f"back-test: nothing is published after {year} to compare with. Add year-end stocks to the observed "
            "values, or a later census."
        )
    known = known_at(census, census_day=False)
    last = int(stocks["published_year"].to_numpy().max())
    paths, reasons = _forecasts(known, census, earlier, last - year, target=None)
    tables = []
    for label in stocks["published_year"].to_numpy().astype(int):
        seen = stocks.sel(published_year=label).to_numpy()
        for name, path in paths.items():
            own = path[label - year].sum(axis=(1, 2))
            both = np.concatenate([[own.sum()], own])
            keep = np.isfinite(seen)
            areas = {name_: census[f"area{name_}"].to_numpy()[keep] for name_ in ("", "_zh", "_en")}
            tables.append(_total_table(year, int(label), name, areas, both[keep], seen[keep]))
    cells = pd.concat(tables, ignore_index=True)
    return _result(cells, reasons, known, year, city=str(census["city"].item()))


def _steps(census: xr.Dataset, later: xr.Dataset) -> int:
    between = (later["census_date"].to_numpy() - census["census_date"].to_numpy()) / np.timedelta64(1, "D") / 365.2425
    steps = round(float(between))
    if steps < 1 or abs(float(between) - steps) > 0.1:
        raise SchemaError(
            f"back-test: the censuses lie {float(between):.2f} years apart; it takes a whole number of years above 0. "
            "Choose two other censuses."
        )
    return steps


def _forecasts(
    known: Known, census: xr.Dataset, earlier: xr.Dataset | None, steps: int, *, target: Array | None
) -> tuple[dict[str, Array], dict[str, str]]:
    """Stocks (year, district, sex, age) of each forecast, and why some cannot be made."""
    stock = known.base["population"].transpose("district", "sex", "age").to_numpy()
    size = stock.sum(axis=(1, 2))
    still = _project(known, np.zeros(len(size)), steps)
    paths = {"no_migration": still}
    reasons: dict[str, str] = {}
    past = None if earlier is None else _past(census, earlier)
    if past is None:
        reasons["past_migration"] = reasons["constant_growth"] = "no_earlier"
    else:
        moved, rate = past
        paths["past_migration"] = _project(known, moved * size, steps)
    if target is None:
        reasons["residual"] = "totals_only"
    else:
        paths["residual"] = _project(known, _residual(known, target, steps, still), steps)
    paths["no_change"] = np.broadcast_to(stock, (steps + 1, *stock.shape))
    if past is not None:
        growth = (1 + rate)[None, :] ** np.arange(steps + 1)[:, None]
        paths["constant_growth"] = stock * growth[:, :, None, None]
    return paths, reasons


def _project(known: Known, migrants: Array, steps: int) -> Array:
    """Project with constant rates and, by district, net migrants a year; losses are departure rates.

    A loss of m < 0 is k times the age schedule of migrants as a rate, k such that the stock at the start loses m in a
    year: so no age loses people that it does not have.
    """
    base, start = known.base, int(known.base["year"])
    scenario = Scenario(
        "no_migration",
        known.total_fertility,
        known.life_expectancy,
        known.sex_ratio_at_birth,
        net_migration=0.0,
        counterfactual=True,  # a forecast of years that are published by now
    )
    stock = base["population"].transpose("district", "sex", "age").to_numpy()
    schedule = base["migration_schedule"].transpose("sex", "age").to_numpy()
    propensity = np.broadcast_to(schedule.sum(axis=0), schedule.shape)
    loss = np.maximum(-migrants, 0) / (stock * propensity).sum(axis=(1, 2))
    dims = ("period", "district", "sex", "age")
    gains = np.maximum(migrants, 0)[:, None, None] * schedule
    leave = np.minimum(loss[:, None, None] * propensity, 1.0)

    def moving(rates: xr.Dataset) -> xr.Dataset:
        shape = tuple(rates.sizes[dim] for dim in dims)
        return rates.assign(
            net_migration=(dims, np.broadcast_to(gains, shape)), departure_rate=(dims, np.broadcast_to(leave, shape))
        )

    path = project_scenarios(base, [scenario], horizon=start + steps, adjust=moving)["population"]
    return path.isel(scenario=0).transpose("year", "district", "sex", "age").to_numpy()


def _residual(known: Known, target: Array, steps: int, none: Array) -> Array:
    """Net migrants a year, the same in each, under which every district ends at `target`: secant steps."""
    before, end = np.zeros(len(target)), none[-1].sum(axis=(1, 2))
    now: Array = (target - end) / steps
    for _ in range(40):
        after = _project(known, now, steps)[-1].sum(axis=(1, 2))
        gap = target - after
        if np.abs(gap).max() <= 0.01:
            return now
        moved, gained = now - before, after - end
        open_ = (np.abs(gap) > 1e-6) & (gained != 0)
        before, end = now, after
        now = np.asarray(now + np.where(open_, gap * moved / np.where(open_, gained, 1.0), 0.0))
    worst = int(np.abs(gap).argmax())
    raise SchemaError(
        f"back-test: no even migration takes {known.base['district'].to_numpy()[worst]} to its later count of "
        f"{target[worst]:,.0f}. Check column unit of districts.csv: the territory may have changed."
    )


def _past(census: xr.Dataset, earlier: xr.Dataset) -> tuple[Array, Array]:
    """Net migration per resident and year, and growth a year, of each district's unit since the census before."""
    steps = _steps(earlier, census)
    before = merge_units(earlier, census)
    known = known_at(before, census_day=True)
    now = merge_units(census, census)
    units = before["district"].to_numpy().tolist()
    end = now["population"].sum(("sex", "age_group")).reindex(district=units).to_numpy()
    strange = sorted(set(units) ^ set(now["district"].to_numpy().tolist()))
    if strange:
        raise SchemaError(
            f"back-test: {', '.join(strange)} is a unit of one census only. Correct column unit of districts.csv."
        )
    start = known.base["population"].sum(("sex", "age")).to_numpy()
    still = _project(known, np.zeros(len(units)), steps)
    moved = _residual(known, end, steps, still)
    place = [units.index(unit) for unit in census["unit"].to_numpy().tolist()]
    return (moved / end)[place], ((end / start) ** (1 / steps) - 1)[place]


def _cell_table(
    merged: xr.Dataset, known: Known, name: str, year: int, projected: Array, counted: Array, groups: list[str]
) -> pd.DataFrame:
    axes: list[list[Any]] = [merged["district"].to_numpy().tolist(), list(SEXES), groups]
    index = pd.MultiIndex.from_product(axes, names=["area", "sex", "age_group"])
    table = index.to_frame(index=False).assign(projected=projected.ravel(), actual=counted.ravel())
    for lang in ("zh", "en"):
        names = dict(zip(axes[0], merged[f"name_{lang}"].to_numpy(), strict=True))
        table[f"name_{lang}"] = table["area"].map(names)
    return table.assign(start=int(known.base["year"]), year=year, forecast=name)


def _total_table(
    start: int, year: int, name: str, areas: dict[str, Array], projected: Array, seen: Array
) -> pd.DataFrame:
    table = pd.DataFrame(
        {"area": areas[""], "name_zh": areas["_zh"], "name_en": areas["_en"], "projected": projected, "actual": seen}
    )
    return table.assign(start=start, year=year, forecast=name, sex=BOTH, age_group=ALL_AGES)


def _result(cells: pd.DataFrame, reasons: dict[str, str], known: Known, start: int, *, city: str = "") -> Backtest:
    columns = ["start", "year", "forecast", "area", "name_zh", "name_en", "sex", "age_group", "projected", "actual"]
    error = cells["projected"] - cells["actual"]
    cells = cells[columns].assign(error=error, percent=100 * error / cells["actual"].where(cells["actual"] > 0))
    for lang in LANGUAGES:
        cells[f"forecast_{lang}"] = _named(cells["forecast"], "backtest-forecast", lang)
    rows = []
    for year in sorted(set(cells["year"])):
        for name in FORECASTS:
            here = cells[(cells["year"] == year) & (cells["forecast"] == name)]
            for level, measures in _levels(here, city).items():
                rows.append({"start": start, "year": year, "forecast": name, "level": level, **measures._asdict()})
            if here.empty:
                rows.append({"start": start, "year": year, "forecast": name, "level": "city", "n": 0})
    errors = pd.DataFrame(rows).reindex(columns=["start", "year", "forecast", "level", *Accuracy._fields])
    why = [reasons.get(name, "") for name in errors["forecast"]]
    for lang in LANGUAGES:
        errors[f"forecast_{lang}"] = _named(errors["forecast"], "backtest-forecast", lang)
        errors[f"level_{lang}"] = _named(errors["level"], "backtest-level", lang)
        errors[f"reason_{lang}"] = _named(why, "backtest-reason", lang)
    return Backtest(cells, errors, known.inputs.assign(start=start))


def _named(codes: Iterable[str], key: str, lang: str) -> list[str]:
    """Return the words for a column of codes; blank for a blank one."""
    given = list(codes)
    words = {code: message(lang, f"{key}.{code}") if code else "" for code in set(given)}
    return [words[code] for code in given]


def _levels(cells: pd.DataFrame, city: str) -> dict[str, Accuracy]:
    """Accuracy of the totals, and of every way in which the cells can be summed."""
    if cells.empty:
        return {}
    if city:
        whole, parts = cells[cells["area"] == city], cells[cells["area"] != city]
        out = {"city": accuracy(whole["projected"], whole["actual"])} if len(whole) else {}
        return out | ({"district": accuracy(parts["projected"], parts["actual"])} if len(parts) else {})

    def summed(*by: str) -> Accuracy:
        sums = cells.groupby(list(by), sort=False)[["projected", "actual"]].sum()
        return accuracy(sums["projected"], sums["actual"])

    return {
        "city": summed("year"),
        "district": summed("area"),
        "sex": summed("sex"),
        "age_group": summed("age_group"),
        "sex_age_group": summed("sex", "age_group"),
        "cell": summed("area", "sex", "age_group"),
    }
