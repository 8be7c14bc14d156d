"""The register of a base: who is registered by age, who may enter, and how its fertility compares."""

import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.demography import register_ages
from popmodel.demography.register_ages import Window, class_ages
from popmodel.schema import OPEN_AGE, SEXES, SchemaError, age_bounds

LEARNED, PROPORTIONAL = "learned", "proportional"
"""Whose ages the registered have: what counties teach of them, or the residents'."""


def learned_response(counties: xr.Dataset) -> xr.Dataset:
    """Return `registered_response` (sex, register_age), learned from the units whose registered are published.

    Nothing where there are none; every census counts, and units are compared within province and census.
    """
    if "registered" not in counties:
        return xr.Dataset()
    people = counties["population"].transpose("census", "unit", "sex", "age_group").to_numpy()
    known = counties["registered"].transpose("census", "unit").to_numpy()
    fine = np.isfinite(known) & (known > 0)
    if not fine.any():
        return xr.Dataset()
    provinces = counties["province"].to_numpy().astype(str)
    labels = np.stack([np.char.add(provinces, f" {year}") for year in counties["census"].to_numpy()])
    return xr.Dataset(
        {
            "registered_response": (
                ("sex", "register_age"),
                register_ages.register_response(people[fine], known[fine], labels[fine]),
                {"unit": "1", "units": int(fine.sum())},
            )
        },
        coords={
            "sex": list(SEXES),
            "register_age": [age_bounds(str(group))[0] for group in counties["age_group"].to_numpy()],
        },
    )


def register(census: xr.Dataset, schedules: xr.Dataset, base: xr.Dataset) -> xr.Dataset:
    """Return the register of the base year by age, where its total is published.

    `registered_start` (sex, age) [persons], its attribute `ages` "learned" or "proportional"; `register_pool`
    (sex, age), the ages of those who live here and are registered elsewhere, who may enter; where the rules are given,
    `register_entry_ages` (register_class, sex, age).
    """
    known = base.get("registered_population")
    year = int(base["year"])
    if known is None or year not in known["register_year"]:
        return xr.Dataset()
    residents = base["population"].sum("district").transpose("sex", "age").to_numpy()
    response, ages = np.ones((len(SEXES), OPEN_AGE + 1)), PROPORTIONAL
    if "registered_response" in schedules:
        learned = schedules["registered_response"].transpose("sex", "register_age")
        lower = [int(age) for age in learned["register_age"].to_numpy()]
        response, ages = register_ages.by_single_age(learned.to_numpy(), lower, OPEN_AGE), LEARNED
    try:
        start = register_ages.registered_start(residents, float(known.sel(register_year=year)), response)
    except SchemaError as error:
        raise SchemaError(f"estimate_base: in {year} {error}") from error
    # To the first order those who make the difference; where it is below 0, nobody waits to enter.
    pool = residents * np.maximum(response, 0.0)
    out = xr.Dataset(
        {
            "registered_start": (
                ("sex", "age"), start, {"unit": "persons", "status": "assumed", "ages": ages, "year": year}
            ),
            "register_pool": (("sex", "age"), pool / pool.sum(), {"unit": "1", "status": "assumed", "ages": ages}),
        }
    )  # fmt: skip
    return out.merge(_entry_ages(census, pool)) if "entry_first_age" in census else out


def _entry_ages(census: xr.Dataset, pool: npt.NDArray[np.float64]) -> xr.Dataset:
    """`register_entry_ages` (register_class, sex, age), from the rules that the census carries."""
    rules = census["entry_rule_class"].to_numpy().astype(str)
    classes = list(dict.fromkeys(rules.tolist()))
    sexes = [None if sex == "both" else SEXES.index(sex) for sex in census["entry_rule_sex"].to_numpy().astype(str)]
    chief = census["entry_rule_role"].to_numpy().astype(str) == "principal"
    numbers = (census[f"entry_{name}"].to_numpy() for name in ("first_age", "last_age", "per_principal"))
    windows = [
        Window(sex, int(first), int(last), bool(own), None if np.isnan(number) else float(number))
        for sex, own, first, last, number in zip(sexes, chief, *numbers, strict=True)
    ]
    ages = [
        class_ages([w for w, rule in zip(windows, rules, strict=True) if rule == name], pool, name=name)
        for name in classes
    ]
    first_rows = [rules.tolist().index(name) for name in classes]
    names = {
        f"register_class_{lang}": (
            "register_class",
            census[f"entry_rule_name_{lang}"].to_numpy().astype(str)[first_rows],
        )
        for lang in ("zh", "en")
    }
    return xr.Dataset(
        {"register_entry_ages": (("register_class", "sex", "age"), np.stack(ages), {"unit": "1", "status": "assumed"})},
        coords={"register_class": classes, **names},
    )
