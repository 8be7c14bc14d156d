"""Indicators of births, deaths, migration and the register: each takes `People` and returns (…, year, area)."""

import numpy as np

from popmodel.demography.registered import project_registered
from popmodel.indicators.people import Array, People
from popmodel.indicators.structure import over, residents


def natural_increase(people: People) -> Array:
    """Births less deaths. [persons]."""
    return people.parts["births"] - people.parts["deaths"]


def rate(people: People, flow: Array) -> Array:
    """A flow per thousand of the mean of the two year-end stocks, as communiques publish it. [per mille]."""
    stock = residents(people)
    mean = np.full_like(stock, np.nan)
    mean[..., 1:, :] = (stock[..., 1:, :] + stock[..., :-1, :]) / 2
    return 1000 * over(flow, mean)


def growth_rate(people: People) -> Array:
    """Change of the stock over the year per thousand of the mean stock. [per mille]."""
    stock = residents(people)
    return rate(people, np.diff(stock, axis=-2, prepend=np.nan))


def on_city(people: People, values: Array) -> Array:
    """Put values (…, year) of the whole city on its area; the districts have none."""
    out = np.full((*values.shape, people.residents.shape[-3]), np.nan)
    out[..., 0] = values
    return out


def fertility_on_basis(people: People, *, plan: bool) -> Array:
    """Total fertility of the scenarios that use the plan's basis, or of the others. [children per woman]."""
    basis = people.parts.get("on_plan_basis", np.zeros(1))[..., None] > 0
    return on_city(people, np.where(basis == plan, people.parts["total_fertility"], np.nan))


def registered_population(people: People) -> Array:
    """Registered population at the end of the year. [persons].

    Natural increase at the residents' rate (an assumption), or beyond it as the scenario says, and net entries.
    """
    stock = residents(people)[..., 0]
    natural = natural_increase(people)[..., 1:, 0] / stock[..., :-1]
    if "registered_natural_gap" in people.parts:
        natural = natural + people.parts["registered_natural_gap"][..., 1:]
    entries = people.parts["registered_net_entries"][..., 1:]
    return on_city(people, project_registered(people.parts["registered_start"], natural, net_entries=entries))
