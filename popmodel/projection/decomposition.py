"""The difference between two scenarios, split into what fertility, mortality and migration make of it."""

import numpy as np
import xarray as xr

from popmodel.demography.fixed_stock import EXCHANGE
from popmodel.indicators.catalogue import measure
from popmodel.projection.project import project
from popmodel.projection.register import LEDGER
from popmodel.schema import SchemaError, named, near

OWN = {
    "fertility": ("fertility_rate", "sex_ratio_at_birth", "total_fertility", "total_fertility_basis"),
    "mortality": ("survival_ratio", "life_expectancy"),
    "migration": ("net_migration", "departure_rate", "move_rate", "migration_adjustment"),
}
"""Component → what is exchanged for it; whatever else a projection carries is exchanged as `other`."""
COMPONENTS = (*OWN, "other", "interaction")
NEEDED = ("population", "births", "deaths", "net_migration", "fertility_rate", "survival_ratio", "sex_ratio_at_birth")


def compare(projection: xr.Dataset, scenario: str, reference: str) -> xr.Dataset:
    """Split the difference between two scenarios of a projection by component.

    Parameters
    ----------
    projection : xarray.Dataset
        From `project`, with everything kept, raked or not.
    scenario, reference : str
        Names of the two scenarios; the difference is `scenario` less `reference`.

    Returns
    -------
    xarray.Dataset
        Over `component` (fertility, mortality, migration, other, interaction): every indicator of `measure` by year and
        area, in its unit, and `population` by year, district, sex and age [persons]. In every cell the components sum
        to the difference. `fertility` includes the sex ratio at birth; `other` is what shares of places and the
        register's entries change, which leaves residents as they are.

    Raises
    ------
    SchemaError
        If a scenario is not there, the two start from different stocks, the projection lacks what it was run with, or
        it does not come out again when it is run with it.

    Notes
    -----
    The projection is run again with the drivers of one component taken from `scenario` and all else from `reference`;
    the component is what this changes, ``y(1,0,0) − y(0,0,0)`` and so on, and the interaction what is left of
    ``y(1,1,1) − y(0,0,0)``: the drivers act upon one another's people. Exchanging the components of a projection in
    turn is the United Nations' way to show what each contributes to growth and ageing (2017, The contributions of
    fertility, mortality and migration to population trends; Bongaarts & Bulatao 1999, Population and Development
    Review 25, 515-535).

    Examples
    --------
    >>> gap = pm.compare(ev.projection, scenario="plan", reference="trend")
    >>> [str(part) for part in gap["component"].to_numpy()]
    ['fertility', 'mortality', 'migration', 'other', 'interaction']
    """
    lacking = [name for name in NEEDED if name not in projection]
    lacking += [] if "timing" in projection.attrs else ["attrs timing"]
    if lacking:
        raise SchemaError(
            f"compare: the projection lacks {named(lacking)}, with which it was run. Pass what "
            "project(population, rates) returns, unchanged and with everything kept."
        )
    names = [str(name) for name in np.atleast_1d(projection["scenario"].to_numpy())]
    unknown = [name for name in (scenario, reference) if name not in names]
    if unknown or scenario == reference:
        fault = f"scenario {named(unknown)} is not there" if unknown else f"{scenario} is compared with itself"
        raise SchemaError(
            f"compare: {fault}; the projection holds {named(names, most=20)}. Name two of them.{near(unknown, names)}"
        )
    ends = [projection.sel(scenario=name).drop_vars("scenario") for name in (reference, scenario)]
    starts = [end["population"].isel(year=0) for end in ends]
    if (starts[0].to_numpy() != starts[1].to_numpy()).any():
        raise SchemaError(f"compare: {scenario} and {reference} start from different stocks. Project them from one.")
    inputs = [_inputs(end) for end in ends]
    cases = [inputs[0], *(_exchanged(inputs, component) for component in COMPONENTS[:-1]), inputs[1]]
    labels = ["reference", *COMPONENTS[:-1], "scenario"]
    rates = xr.concat(cases, "scenario", join="exact", coords="different", compat="equals").assign_coords(
        scenario=labels
    )
    again = project(starts[0], rates, timing=projection.attrs["timing"])
    for end, label, name in ((ends[0], "reference", reference), (ends[1], "scenario", scenario)):
        gap = float(np.abs(again["population"].sel(scenario=label) - end["population"]).max())
        if not gap <= 1e-6 * max(1.0, float(end["population"].max())):
            raise SchemaError(
                f"compare: run again, {name} differs from its own projection by up to {gap:,.3g} persons in a cell. "
                "Its flows or stocks were changed afterwards; project it anew."
            )
    values = measure(again)
    values["population"] = again["population"].assign_attrs(unit="persons")
    out = _split(values)
    return out.assign_attrs(scenario=scenario, reference=reference, not_given=values.attrs.get("not_given", {}))


def _inputs(end: xr.Dataset) -> xr.Dataset:
    """Take from one scenario of a projection what it was run with."""
    results = {"population", "births", "deaths", "net_migration", "migrant_counts", EXCHANGE, *LEDGER.values()}
    rates = end.drop_vars([name for name in results if name in end])
    if "migration_adjustment" in end:
        # Raked: who moved at rates moved as the first projection had it, so that all migrants are counts now.
        rates = rates.drop_vars(
            [name for name in ("departure_rate", "move_rate", "origin", "destination") if name in rates]
        )
        rates["net_migration"] = end["net_migration"] - end["migration_adjustment"]
    else:
        rates["net_migration"] = end["migrant_counts"] if "migrant_counts" in end else end["net_migration"]
    if EXCHANGE in end and ("migration_adjustment" in end or "migrant_counts" not in end):
        rates["net_migration"] = rates["net_migration"] - end[EXCHANGE]
    labels = [name for name in ("scenario_zh", "scenario_en") if name in rates.coords]
    return rates.drop_vars(labels)


def _exchanged(inputs: list[xr.Dataset], component: str) -> xr.Dataset:
    """Return the reference's inputs with those of one component from the scenario."""
    owned = [name for names in OWN.values() for name in names]
    if component == "other":
        taken = [str(name) for name in inputs[0].data_vars if name not in owned]
    else:
        taken = [name for name in OWN[component] if name in inputs[0].variables]
    return (
        inputs[0]
        .assign({n: inputs[1][n] for n in taken if n in inputs[0].data_vars})
        .assign_coords({name: inputs[1][name] for name in taken if name in inputs[0].coords})
    )


def _split(values: xr.Dataset) -> xr.Dataset:
    """Turn runs with exchanged drivers into components that sum to the whole difference."""
    gains = values.drop_sel(scenario="reference") - values.sel(scenario="reference", drop=True)
    effects = gains.drop_sel(scenario="scenario")
    rest = gains.sel(scenario="scenario") - effects.sum("scenario", skipna=False)
    out = xr.concat(
        [effects, rest.assign_coords(scenario="interaction")], "scenario", coords="minimal", compat="override"
    )
    out = out.rename(scenario="component").assign_coords(component=list(COMPONENTS))
    return out.assign({name: out[name].assign_attrs(values[name].attrs) for name in out.data_vars})
