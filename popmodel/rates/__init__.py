"""The rates that scenarios give on a base."""

from popmodel.rates.build import scenario_rates

__all__ = ["scenario_rates"]
