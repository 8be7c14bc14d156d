"""The centres of a city: the shares of its districts, the towns that they are made of, and what these leave open."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from popmodel.schema import Fault, named, near

Array = npt.NDArray[np.float64]
CENTRES, TOWNS = "centres.csv", "townships.csv"
OUTSIDE = "outside"
"""The centre of a town that lies in none."""
OFF = 5e-4
"""How far a share of the whole city may lie off its districts': half of the last digit of a percentage with one. [1]"""


class Towns(NamedTuple):
    """What the towns of a district leave to a centre, as shares of its residents; equal where the list is complete."""

    least: float
    most: float
    complete: bool


def centre_names(table: pd.DataFrame | None) -> list[str]:
    """Return the centres that the table of shares names, in its order."""
    return [] if table is None else list(dict.fromkeys(table["centre"]))


def towns_of(towns: pd.DataFrame | None, district: str, centre: str, people: float) -> Towns:
    """Return what a district's towns leave to a centre.

    Parameters
    ----------
    towns : pandas.DataFrame, optional
        The table of towns.
    district, centre : str
        The district and the centre.
    people : float
        The district's residents in the census. [persons]

    Returns
    -------
    Towns
        Towns that are not listed, and those whose centre is not known, may lie inside or outside. A list is complete
        if it sums to the district as exactly as its figures are printed, and every town's centre is known.
    """
    if towns is None or not people > 0:
        return Towns(0.0, 1.0, False)
    own = towns[towns["district"] == district]
    size, slack = own["population"], own["rounding"].fillna(0.0) / 2
    inside = own["centre"] == centre
    elsewhere = ~inside & (own["centre"] != "")
    if len(own) and (own["centre"] != "").all() and abs(size.sum() - people) <= slack.sum() + 0.5:
        share = float(size[inside].sum() / size.sum())
        return Towns(share, share, True)
    least = float((size - slack)[inside].sum() / people)
    most = 1 - float((size - slack)[elsewhere].sum() / people)
    return Towns(max(least, 0.0), min(most, 1.0), False)


def centre_shares(
    table: pd.DataFrame, towns: pd.DataFrame | None, people: pd.Series, city: str
) -> dict[str, xr.DataArray]:
    """Arrange the shares of the districts in the centres, with the least and the most that they can be.

    Parameters
    ----------
    table : pandas.DataFrame
        The shares; a row of the city itself gives that of the whole.
    towns : pandas.DataFrame, optional
        The towns; where a district's list is complete its share is computed.
    people : pandas.Series
        Residents of the districts in the census, by code. [persons]
    city : str
        Code of the whole city.

    Returns
    -------
    dict of str to xarray.DataArray
        `centre_share`, `centre_share_least` and `centre_share_most`, (district, centre) [1]. The two are the share
        itself unless it is assumed; assumed shares leave what the towns and the share of the whole city leave.
    """
    centres, codes = centre_names(table), [str(code) for code in people.index]
    # A district that the form does not list lies outside the centre: that is the rule of the form, not a repair.
    given = {
        (str(row["district"]), str(row["centre"])): (float(row["share"]), str(row["status"]))
        for row in table.to_dict("records")
    }
    share, least, most = (np.zeros((len(codes), len(centres))) for _ in range(3))
    kinds = set()
    for i, code in enumerate(codes):
        for j, centre in enumerate(centres):
            found = towns_of(towns, code, centre, float(people[code]))
            own, status = (found.least, "derived") if found.complete else given.get((code, centre), (0.0, ""))
            share[i, j] = own
            least[i, j], most[i, j] = (found.least, found.most) if status == "assumed" else (own, own)
            kinds |= {status} - {""}
    # What is sure to live in one centre does not live in another.
    most = np.minimum(most, np.maximum(1 - (least.sum(axis=1, keepdims=True) - least), share))
    weights = people.to_numpy(dtype=float)
    for j, centre in enumerate(centres):
        if (city, centre) in given:
            least[:, j], most[:, j] = _together(share[:, j], least[:, j], most[:, j], weights)
    attrs = {"unit": "1", "status": ", ".join(sorted(kinds))}
    labels = {"district": codes, "centre": centres}
    values = {"centre_share": share, "centre_share_least": least, "centre_share_most": most}
    dims = ("district", "centre")
    return {name: xr.DataArray(part, coords=labels, dims=dims, attrs=attrs) for name, part in values.items()}


def _together(share: Array, least: Array, most: Array, people: Array) -> tuple[Array, Array]:
    """Narrow the bounds of the districts' shares, whose sum over the city is known to be that of the shares."""
    whole = float((share * people).sum())
    safe = np.where(people > 0, people, 1.0)
    rest_most, rest_least = ((bound * people).sum() - bound * people for bound in (most, least))
    low = np.clip((whole - rest_most) / safe, least, share)
    high = np.clip((whole - rest_least) / safe, share, most)
    return np.where(people > 0, low, least), np.where(people > 0, high, most)


def centre_faults(tables: Mapping[str, pd.DataFrame], people: pd.DataFrame, city: str) -> Iterator[Fault]:
    """Yield what is wrong between the towns, the shares of the centres and the counts of the last census."""
    table, towns = tables.get(CENTRES), tables.get(TOWNS)
    counts = people.groupby("district")["population"].sum(min_count=1)
    if towns is not None:
        yield from _town_faults(towns, counts, centre_names(table))
    if table is not None:
        yield from _whole_faults(table, towns, counts.drop(city, errors="ignore"), city)
        yield from _share_faults(table, towns, counts)


def _town_faults(towns: pd.DataFrame, counts: pd.Series, centres: Sequence[str]) -> Iterator[Fault]:
    for line, centre in towns["centre"].items():
        if centre not in ("", OUTSIDE, *centres):
            known = f"{named([*centres, OUTSIDE])}, or leave it empty where it is not known"
            remedy = f"Use one of: {known}.{near(centre, centres)}"
            yield Fault(TOWNS, int(str(line)), "centre", centre, "is not a centre of centres.csv", remedy)
    for code, own in towns.groupby("district", sort=False):
        if code not in counts.index:
            continue
        slack = (own["rounding"].fillna(0.0) / 2).sum() + 0.5
        if own["population"].sum() > counts[code] + slack:
            rule = f"towns of {code} sum to {own['population'].sum():,.0f}, the census counts {counts[code]:,.0f}"
            remedy = "Correct the rows; a town stands in one district, and once."
            yield Fault(TOWNS, int(own.index[-1]), "population", f"{own['population'].iloc[-1]:.15g}", rule, remedy)


def _share_faults(table: pd.DataFrame, towns: pd.DataFrame | None, counts: pd.Series) -> Iterator[Fault]:
    """Hold the shares given against the towns."""
    for line, row in table.iterrows():
        code, centre, share = str(row["district"]), str(row["centre"]), float(row["share"])
        if code not in counts.index or not np.isfinite(share):
            continue
        found = towns_of(towns, code, centre, float(counts[code]))
        if found.complete and (row["status"] == "assumed" or abs(found.least - share) <= OFF):
            continue
        if not found.least - 1e-9 <= share <= found.most + 1e-9:
            rule = f"of {code} in {centre} must lie within {found.least:.4f} … {found.most:.4f}, as its towns leave it"
            remedy = f"Correct it, or the towns in {TOWNS}."
            yield Fault(CENTRES, int(str(line)), "share", f"{share:.15g}", rule, remedy)


def _whole_faults(table: pd.DataFrame, towns: pd.DataFrame | None, people: pd.Series, city: str) -> Iterator[Fault]:
    """Hold a share of the whole city against those of its districts."""
    whole = table[(table["district"] == city) & table["share"].notna()]
    if whole.empty or table.duplicated(["district", "centre"]).any() or people.isna().any():
        return
    shares = centre_shares(table, towns, people, city)["centre_share"]
    for line, row in whole.iterrows():
        parts = float((shares.sel(centre=row["centre"]).to_numpy() * people.to_numpy()).sum() / people.sum())
        if abs(parts - row["share"]) > OFF:
            rule = f"is the share of the whole city in {row['centre']}, but its districts come to {parts:.4f}"
            remedy = "Correct it, or the districts' shares."
            yield Fault(CENTRES, int(str(line)), "share", f"{row['share']:.15g}", rule, remedy)
