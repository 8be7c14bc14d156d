"""The rates that scenarios give on a base."""

from popmodel.rates.build import numbers_of, scenario_rates

__all__ = ["numbers_of", "scenario_rates"]
