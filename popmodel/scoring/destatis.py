"""The weather symbols of the German sustainability indicators."""

import math
from collections.abc import Mapping

from popmodel.schema import SchemaError
from popmodel.scoring.rating import HIGHER, Rating, check_finite, direction, reached

KINDS = ("reach", "keep", "rising")


def destatis(
    series: Mapping[int, float],
    target: float | None,
    *,
    target_year: int | None,
    kind: str = "reach",
    better: str = HIGHER,
    cuts: tuple[float, float, float] = (0.05, 0.20, 1.0),
    points: int = 6,
) -> Rating:
    r"""Give the weather symbol of a series.

    Parameters
    ----------
    series : mapping of int to float
        Year → value; the last `points` count.
    target : float or None
        The target, in the unit of the series; `None` for `rising`.
    target_year : int or None
        Year of the target; used by `reach` alone.
    kind : {"reach", "keep", "rising"}
        A value by a year, a bound to be kept every year, or a direction alone.
    better : {"higher", "lower"}
        Direction of improvement.
    cuts : tuple of 3 floats
        Upper ends of the shortfall q: below the first `sun`, up to the second `sun_cloud`, below the third `cloud`.
    points : int
        How many of the last points are used.

    Returns
    -------
    Rating
        The shortfall q (`reach`) or the mean yearly change for the better (`keep`, `rising`), and `sun`,
        `sun_cloud`, `cloud`, `storm` or `none`.

    Raises
    ------
    SchemaError
        If a value is missing, `kind` or `better` is unknown, or the target that `kind` needs is not given.

    Notes
    -----
    The mean yearly change :math:`m` is taken over the last six points; four are the least (three yearly changes:
    a series with gaps counts by the years that it spans), else there is no symbol.

    * `reach`: :math:`q = (y^* - y_t - m\,(t^*-t)) / (y^*-y_t)`, what would be missing of the rest of the way: below 5 %
      sun, up to 20 % sun and cloud, below 100 % cloud, else storm. A target already reached is read as `keep`.
    * `keep`: reached, and the mean change not for the worse: sun; reached, for the worse: sun and cloud; missed, for
      the better: cloud; missed, not for the better: storm.
    * `rising`: mean and last change for the better: sun; only the mean: sun and cloud; only the last: cloud; neither:
      storm.

    References
    ----------
    Federal Statistical Office of Germany (Destatis), *Sustainable Development in Germany: Indicator Report 2021*,
    status of the indicators; https://dns-indikatoren.de/en/status.
    """
    sign = direction(better)
    if kind not in KINDS:
        raise SchemaError(f"kind={kind!r} is not known. Use one of: {', '.join(KINDS)}.")
    if kind != "rising" and target is None:
        raise SchemaError(f"kind {kind!r} needs a target. Give one, or use kind='rising'.")
    years = sorted(series)[-points:]
    for year in years:
        check_finite(**{f"value of {year}": series[year]})
    if len(years) < 2 or years[-1] - years[0] < 3:
        return Rating(math.nan, "none")
    last = series[years[-1]]
    mean = sign * (last - series[years[0]]) / (years[-1] - years[0])
    if kind == "rising" or target is None:
        latest = sign * (last - series[years[-2]])
        good = "sun" if latest > 0 else "sun_cloud"
        return Rating(mean, good if mean > 0 else "cloud" if latest > 0 else "storm")
    if reached(last, target, sign):
        return Rating(mean, "sun" if mean >= 0 else "sun_cloud")
    if kind == "keep":
        return Rating(mean, "cloud" if mean > 0 else "storm")
    if target_year is None or target_year < years[-1]:
        raise SchemaError(f"target_year {target_year} is not known or before the last value, {years[-1]}. Correct it.")
    gap = sign * (target - last)
    shortfall = float(f"{(gap - mean * (target_year - years[-1])) / gap:.12g}")
    return Rating(shortfall, _symbol(shortfall, cuts))


def _symbol(shortfall: float, cuts: tuple[float, float, float]) -> str:
    """Return the symbol of a shortfall: the second cut belongs to its class, the others do not."""
    if shortfall < cuts[0]:
        return "sun"
    if shortfall <= cuts[1]:
        return "sun_cloud"
    return "cloud" if shortfall < cuts[2] else "storm"
