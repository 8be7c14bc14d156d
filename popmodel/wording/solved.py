"""What scenarios were solved for, in words."""

from collections.abc import Iterator, Sequence

import numpy as np
import xarray as xr

from popmodel.scenario import Scenario, Solve
from popmodel.wording.effort import people
from popmodel.wording.messages import message


def solved_sentences(scenarios: Sequence[Scenario], base: xr.Dataset, projection: xr.Dataset, lang: str) -> list[str]:
    """Say for each scenario which stock it was solved for, and what it takes a year from which year on.

    Parameters
    ----------
    scenarios : sequence of Scenario
        As written down.
    base : xarray.Dataset
        From `estimate_base`: its published years come before the first that is open.
    projection : xarray.Dataset
        From `project`, with these scenarios.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    list of str
        A sentence for each stock that was solved for.
    """
    return [sentence for scenario in scenarios for sentence in _of(scenario, base, projection, lang)]


def _of(scenario: Scenario, base: xr.Dataset, projection: xr.Dataset, lang: str) -> Iterator[str]:
    start = int(base["year"])
    named = (scenario.zh if lang == "zh" else scenario.en) or scenario.name
    one = projection.sel(scenario=scenario.name)
    register = base["register_year"].to_numpy() if "registered_population" in base else np.zeros(0)
    stock = base["observed_year"].to_numpy() if base.sizes.get("observed_year", 0) else np.zeros(0)
    for driver, published in (("net_migration", stock), ("registered_net_entries", register)):
        wanted = getattr(scenario, driver)
        if not isinstance(wanted, Solve) or driver not in one:
            continue
        last = start if scenario.counterfactual or not len(published) else max(start, int(published[-1]))
        flow = one[driver].sel(period=wanted.year)
        each = float(flow.sum())
        yield message(
            lang,
            f"solved-{driver}",
            scenario=named,
            each=people(each, lang),
            first=str(last + 1),
            year=str(wanted.year),
            years="one" if wanted.year == last + 1 else "other",
            stock=people(wanted.value, lang),
            then=message(lang, f"solved-then.{wanted.then}"),
        )
