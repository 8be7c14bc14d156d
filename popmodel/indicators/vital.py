"""Indicators of births, deaths, migration and the register: each takes `People` and returns (…, year, area)."""

import numpy as np

from popmodel.indicators.people import Array, People
from popmodel.indicators.structure import over, residents


def natural_increase(people: People) -> Array:
    """Births less deaths. [persons]."""
    return people.parts["births"] - people.parts["deaths"]


def rate(people: People, flow: Array) -> Array:
    """A flow per thousand of the mean of the two year-end stocks, as communiques publish it. [per mille]."""
    return 1000 * over(flow, (residents(people) + before(people)) / 2)


def before(people: People) -> Array:
    """Residents at the end of the year before; missing where that year is not in the data. [persons]."""
    stock = residents(people)
    out = np.full_like(stock, np.nan)
    after = [i for i in range(1, len(people.years)) if people.years[i - 1] == people.years[i] - 1]
    out[..., after, :] = stock[..., [i - 1 for i in after], :]
    return out


def growth_rate(people: People) -> Array:
    """Change of the stock over the year per thousand of the mean stock. [per mille]."""
    return rate(people, residents(people) - before(people))


def on_city(people: People, values: Array) -> Array:
    """Put values (…, year) of the whole city on its area; the districts have none."""
    out = np.full((*values.shape, people.residents.shape[-3]), np.nan)
    out[..., 0] = values
    return out


def fertility_on_basis(people: People, *, plan: bool) -> Array:
    """Total fertility on the plan's basis, where a scenario has one, or on that of the residents. [children per woman].

    What a scenario states for the plan's basis and was not converted is none of the residents.
    """
    total = people.parts["total_fertility"]
    basis = people.parts.get("on_plan_basis", np.zeros(1))[..., None] > 0
    stated = people.parts.get("plan_total_fertility", np.where(basis, total, np.nan))
    return on_city(people, stated if plan else np.where(stated == total, np.nan, total))


def registered_population(people: People) -> Array:
    """Registered population of the whole city at the end of the year. [persons]."""
    return on_city(people, people.parts["registered_population"])
