"""Indicators that are counts of residents or ratios of such counts: the form, the value, and the weights behind it.

`measure` computes the value from sums by band of age; feasibility needs the same form as weights of single cells. Both
read it here, so that no formula stands twice.
"""

from functools import reduce
from operator import or_
from typing import NamedTuple

import numpy as np
import xarray as xr

from popmodel.indicators.people import Array, People
from popmodel.indicators.structure import over, residents
from popmodel.indicators.vital import on_city
from popmodel.schema import SEXES

Ages = tuple[int, int | None]
"""From the first age to below the second; None: open."""
ALL: Ages = (0, None)


class Form(NamedTuple):
    """Residents in the ages `top`, or `scale` times them over those in the ages `bottom`.

    With `inside`, the top are residents of all ages in a part of the city (`central_city`, `urban_share`,
    `centre_share: NAME`); with `sex`, of one sex.
    """

    top: tuple[Ages, ...] = (ALL,)
    bottom: tuple[Ages, ...] = ()
    scale: float = 1.0
    inside: str = ""
    sex: str = ""


def value_of(people: People, form: Form) -> Array:
    """Return the indicator of a form (…, year, 1 + D).

    Raises
    ------
    KeyError
        If the ages have no edge where the form needs one, or the data does not have the part of the city.
    """
    if form.inside:
        return _inside(people, form)
    sex = SEXES.index(form.sex) if form.sex else None
    top = sum((residents(people, low, high, sex=sex) for low, high in form.top), np.array(0.0))
    if not form.bottom:
        return np.asarray(form.scale * top)
    bottom = sum((residents(people, low, high) for low, high in form.bottom), np.array(0.0))
    return np.asarray(form.scale * over(top, bottom))


def _inside(people: People, form: Form) -> Array:
    here = residents(people)[..., 1:]
    inside = np.broadcast_to(people.parts[form.inside], here.shape)
    whole = form.scale * over((here * inside).sum(axis=-1), here.sum(axis=-1))
    if form.inside != "urban_share":
        return on_city(people, whole)
    return np.concatenate([whole[..., None], form.scale * inside], axis=-1)


def weights_of(form: Form, data: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray | None]:
    """Return the weight of each resident in the top and in the bottom of a form, for the whole city.

    Parameters
    ----------
    form : Form
        Of an indicator.
    data : xarray.Dataset
        A projection without a scenario dim: labels, and the shares of `inside`.

    Returns
    -------
    tuple of DataArray
        Weights that broadcast over (year, district, sex, age), the scale in the top; no bottom for a count.

    Raises
    ------
    KeyError
        If the data does not have the part of the city.
    """
    ages = data["age"]

    def among(spans: tuple[Ages, ...]) -> xr.DataArray:
        inside = [(ages >= low) & (True if high is None else ages < high) for low, high in spans]
        return reduce(or_, inside).astype(float)

    top = form.scale * among(form.top)
    if form.sex:
        top = top * (data["sex"] == form.sex)
    if form.inside:
        top = top * _share(form.inside, data)
    return top, among(form.bottom) if form.bottom else None


def _share(inside: str, data: xr.Dataset) -> xr.DataArray:
    name, _, centre = inside.partition(": ")
    if name not in data.variables:
        raise KeyError(name)
    share = data[name].sel(centre=centre, drop=True) if centre else data[name]
    return share.astype(float)
