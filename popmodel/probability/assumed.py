"""What is assumed of the drivers where data cannot say: every figure, with its source, in one table."""

from collections.abc import Mapping
from typing import NamedTuple

from popmodel.schema import SchemaError, named, near


class Assumed(NamedTuple):
    """A parameter: value, unit, where it comes from, and "assumed" or "published"."""

    value: float
    unit: str
    source: str
    status: str = "assumed"


SEVCIKOVA = "Ševčíková, Raftery & Gerland 2018, doi:10.4054/DemRes.2018.38.60"
BAYES_LIFE = "Ševčíková & Raftery 2021, bayesLife, doi:10.18637/jss.v100.i08"
ASSUMED: Mapping[str, Assumed] = {
    "city_fertility_level": Assumed(-0.0305, "log", "log .97, between a city's record and the published 1"),
    "city_fertility_persistence_5": Assumed(0.92464, "1", SEVCIKOVA, "published"),
    "city_fertility_innovation_5": Assumed(0.04522, "log", SEVCIKOVA, "published"),
    "birth_sampling_fraction": Assumed(0.005, "1", "annual survey of population change: 5 per mille"),
    "birth_design_effect": Assumed(1.5, "1", "clusters of the survey; not published"),
    "census_birth_error": Assumed(0.02, "1", "relative s.e. of births in a census year"),
    "gap_persistence_5": Assumed(0.95, "1", BAYES_LIFE, "published"),
    "gap_variance": Assumed(0.0482, "years²", BAYES_LIFE, "published"),
    "gap_variance_slope": Assumed(0.0154, "years", BAYES_LIFE, "published"),
    "gap_variance_from": Assumed(82.5, "years", BAYES_LIFE, "published"),
    "natural_sex_ratio_at_birth": Assumed(1.06, "males per female", "the ratio without selection"),
    "sex_ratio_half_life": Assumed(12.0, "years", "years in which the excess over the natural ratio halves"),
    "sex_ratio_persistence": Assumed(0.9, "1", "first-order autoregression"),
    "sex_ratio_innovation": Assumed(0.007, "males per female", "first-order autoregression"),
    "net_migration_prior_mean": Assumed(0.004, "1/year", "long-run rate of the city before its own figures"),
    "net_migration_prior_deviation": Assumed(0.005, "1/year", "of the long-run rate"),
    "decade_rate_error": Assumed(0.0015, "1/year", "s.e. of the survival residual of a decade"),
    "annual_rate_error": Assumed(0.0005, "1/year", "s.e. of the residual of a year"),
    "natural_rate_error": Assumed(0.0015, "1/year", "of another city's natural increase where it is not published"),
    "district_prior_deviation": Assumed(0.003, "1/year", "of a district's long-run deviation from the city"),
    "district_rate_error": Assumed(0.002, "1/year", "s.e. of the residual of a year less the city's"),
    "district_correlation": Assumed(0.25, "1", "within the centre and within the rest: county errors, mixed model"),
    "district_stock_error": Assumed(0.004, "1", "relative, for each year since the last published stock"),
    "own_weight_shape": Assumed(2.0, "1", "both parameters of the beta distribution of the own residual's weight"),
    "register_deviation": Assumed(0.00096, "1/year", "of the mean of net entries, over the register: four stocks"),
    "register_persistence": Assumed(0.8, "1", "of net entries; first-order autoregression"),
    "register_innovation": Assumed(0.00072, "1/year", "of net entries, over the register"),
    "urban_drift_deviation": Assumed(0.25, "1", "of the drift of the logit urban share, over the drift"),
}


def assumptions(changes: Mapping[str, float] | None) -> dict[str, Assumed]:
    """Return the table with other values for some of its parameters.

    Raises
    ------
    SchemaError
        If a parameter is unknown, or a value is not a finite number.
    """
    given = dict(changes or {})
    unknown = [name for name in given if name not in ASSUMED]
    if unknown:
        raise SchemaError(
            f"estimate_uncertainty: assume names {named(unknown)}, which is no assumed parameter; "
            f"known: {named(ASSUMED, most=40)}.{near(unknown, ASSUMED)}"
        )
    bad = [name for name, value in given.items() if not abs(float(value)) < 1e6]
    if bad:
        raise SchemaError(f"estimate_uncertainty: assume gives {named(bad)} no finite number. Correct it.")
    return {
        name: Assumed(float(given[name]), known.unit, "given to estimate_uncertainty") if name in given else known
        for name, known in ASSUMED.items()
    }
