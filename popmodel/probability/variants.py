"""The declared variants of a forecast: what is assumed where data cannot say, assumed otherwise."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import xarray as xr

OLD_FROM, LAST_KNOWN = 60, (65, 69)
"""Age from which migrants count as old, and the last ages whose response is kept as learned."""


class Variant(NamedTuple):
    """One assumption, made otherwise.

    Attributes
    ----------
    code : str
        Names it in tables; its words are the message `variant-<code>`.
    group : str
        What it is about: `old`, `weight`, `level`, `spread` or `districts`.
    assume : mapping of str to float
        Other values of assumed parameters, see `estimate_uncertainty`.
    base, drawn : callable
        What it changes in the base or in the draws; by themselves they change nothing.
    """

    code: str
    group: str
    assume: Mapping[str, float] = {}
    base: Callable[[xr.Dataset], xr.Dataset] = lambda base: base
    drawn: Callable[[xr.Dataset], xr.Dataset] = lambda drawn: drawn
    needs: str = ""
    """Driver without which it changes nothing."""


def bears(variant: Variant, base: xr.Dataset, uncertainty: xr.Dataset) -> bool:
    """Tell whether a variant changes anything of a city."""
    if variant.group == "old":
        return "migration_response" in base
    return not variant.needs or variant.needs in uncertainty.attrs["drivers"]


def _old_stay(base: xr.Dataset) -> xr.Dataset:
    """Nobody of 60 and over moves, neither with the total nor at a total of zero."""
    return base.assign({
        name: base[name].where(base["age"] < OLD_FROM, 0.0).assign_attrs(base[name].attrs)
        for name in ("migration_response", "migration_turnover", "migration_own_residual")
        if name in base
    })  # fmt: skip


def _old_as_drawn(drawn: xr.Dataset) -> xr.Dataset:
    if "schedule_component" not in drawn:
        return drawn
    parts = drawn["schedule_component"]
    return drawn.assign(schedule_component=parts.where(parts["age"] < OLD_FROM, 0.0).assign_attrs(parts.attrs))


def _old_come(base: xr.Dataset) -> xr.Dataset:
    """The old of every age move with the total as those of 65 to 69 do."""
    if "migration_response" not in base:
        return base
    response = base["migration_response"]
    last = response.sel(age=slice(*LAST_KNOWN)).mean("age")
    return base.assign(
        migration_response=response.where(response["age"] <= LAST_KNOWN[1], last).assign_attrs(response.attrs)
    )


def _weight(value: float) -> Callable[[xr.Dataset], xr.Dataset]:
    """Every district keeps this part of what its size lets last of its own last decade."""

    def change(drawn: xr.Dataset) -> xr.Dataset:
        if "own_share" not in drawn:
            return drawn
        share, weight = drawn["own_share"], drawn["own_weight"]
        whole = (weight / share).transpose(*weight.dims)
        return drawn.assign(
            own_weight=(value * whole).assign_attrs(weight.attrs),
            own_share=share.copy(data=np.full(share.shape, value)),
        )

    return change


VARIANTS: tuple[Variant, ...] = (
    Variant("old_stay", "old", base=_old_stay, drawn=_old_as_drawn),
    Variant("old_come", "old", base=_old_come),
    Variant("own_past_gone", "weight", drawn=_weight(0.0), needs="own_residual"),
    Variant("own_past_lasts", "weight", drawn=_weight(1.0), needs="own_residual"),
    Variant("level_low", "level", {"net_migration_prior_mean": 0.0}),
    Variant("level_high", "level", {"net_migration_prior_mean": 0.008}),
    Variant("spread_low", "spread", {"net_migration_prior_deviation": 0.003}),
    Variant("spread_high", "spread", {"net_migration_prior_deviation": 0.007}),
    Variant("districts_alike", "districts", {"district_prior_deviation": 0.0015}, needs="district_migration"),
    Variant("districts_apart", "districts", {"district_prior_deviation": 0.006}, needs="district_migration"),
)
"""The treatment of the old, how much of a district's own last decade lasts, the long-run level of net migration and its
spread, and the districts' process."""
