"""How far an indicator was off at a horizon: the errors that an outlook has to stay clear of."""

from collections.abc import Iterable

import pandas as pd

from popmodel.backtesting.run import Backtest
from popmodel.schema import SchemaError, age_bounds

FORECASTS = ("past_migration", "no_migration")
"""Forecasts of the model that knew nothing of what came, the better first."""


def indicator_errors(results: Iterable[Backtest]) -> pd.DataFrame:
    r"""Return the relative error of the city's indicators at each horizon that was back-tested.

    Parameters
    ----------
    results : iterable of Backtest
        From `backtest`.

    Returns
    -------
    pandas.DataFrame
        Columns `indicator`, `horizon` [years], `error` [share of the actual value], `start`, `forecast`: residents,
        and, where ages are known, the shares of age groups and the dependency ratio, for `score(…, errors=…)`.

    Raises
    ------
    SchemaError
        If no back-test is given.

    Notes
    -----
    :math:`e = |\hat y / y - 1|` of the best forecast that knew nothing of what came: past migration carried on, without
    an earlier census no migration. Of the years after a census only those count in which as many areas are published
    as in the fullest. A single decade back-tested is one error, not a distribution: the largest of a horizon counts.

    Examples
    --------
    >>> errors = pm.indicator_errors([pm.backtest(census_2010, later=census)])
    >>> errors.query("indicator == 'resident_population'")["horizon"].tolist()
    [10]
    """
    parts = [_of(result) for result in results]
    if not parts:
        raise SchemaError("no back-test is given. Run backtest() on a census first.")
    return pd.concat(parts, ignore_index=True)


def _of(result: Backtest) -> pd.DataFrame:
    cells = result.cells
    names = [name for name in FORECASTS if (cells["forecast"] == name).any()][:1]
    chosen = cells[cells["forecast"].isin(names)]
    areas = chosen.groupby("year")["area"].nunique()
    full = areas[areas == areas.max()].index
    rows = []
    for year, here in chosen[chosen["year"].isin(full)].groupby("year"):
        start = int(here["start"].iloc[0])
        then, now = (_values(here, column) for column in ("projected", "actual"))
        for indicator, actual in now.items():
            error = abs(then[indicator] / actual - 1)
            rows.append((indicator, int(str(year)) - start, error, start, names[0]))
    return pd.DataFrame(rows, columns=["indicator", "horizon", "error", "start", "forecast"])


def _values(cells: pd.DataFrame, column: str) -> dict[str, float]:
    """Return the city's indicators that the cells give."""
    total = float(cells[column].sum())
    out = {"resident_population": total}
    if set(cells["age_group"]) == {"all"}:
        return out
    lower = cells["age_group"].map(lambda group: age_bounds(str(group))[0])
    young, old = float(cells.loc[lower < 15, column].sum()), float(cells.loc[lower >= 60, column].sum())
    working = total - young - old
    return out | {
        "share_0_14": young / total,
        "share_15_59": working / total,
        "share_60_plus": old / total,
        "dependency_ratio": (young + old) / working,
    }
