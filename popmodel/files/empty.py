"""The empty tables of a city."""

from collections.abc import Mapping

from popmodel.files.centres import OUTSIDE
from popmodel.files.city_tables import FORMS
from popmodel.files.observed import OBSERVED_COLUMNS
from popmodel.files.paths import data_path
from popmodel.files.reference import DRIVER_COLUMNS
from popmodel.files.tables import read_table
from popmodel.files.targets import OPERATORS, TARGET_COLUMNS
from popmodel.schema import Column

CITY = """\
# The city. Every key is explained in README.md.
format = 1

[city]
code = ""       # code of the whole city, not one of its districts
name_zh = ""
name_en = ""
reference = "un_wpp2024_china"  # schedules: a folder here, else the set of that name that is shipped
targets = "targets.csv"         # the plan's targets
observed = "observed.csv"       # yearly published values
scenarios = "scenarios.toml"    # what is assumed of births, deaths and migration
townships = "townships.csv"     # towns with their residents, of which centres are made

# One block for each census that the tables hold; take out or add.
[[census]]
year = 2020
date = 2020-11-01
publication = ""
"""
SCENARIOS = """\
# Scenarios: what is assumed of births, deaths and migration. Values may be dated, {{ 2020 = 1.2, 2030 = 1.3 }}, or be
# those of a district; all that can be written is described in data/scenarios/README.md of the package.
#
# ASSUMED: the figures below are those of the whole country in {year} (United Nations, World Population Prospects 2024,
# reference set {reference}), with no migration. Put your city's in their place before anything is concluded from them.
format = 1

[scenario.country]
zh = "全国水平，无迁移（假定）"
en = "National level, no migration (assumed)"
note = "Assumed: the country's fertility, life expectancy and sex ratio at birth of {year}, and no migration."
total_fertility = {total_fertility}
total_fertility_basis = "assumed: the country's"
life_expectancy = {life_expectancy}
sex_ratio_at_birth = {sex_ratio_at_birth}
net_migration = 0

# With births, deaths and residents at the ends of several years in observed.csv, this one carries them on:
#
# [scenario.trend]
# zh = "趋势延续"
# en = "Trend"
# note = "Births, deaths and migration as published, carried on; life expectancy and sex ratio assumed."
# total_fertility = {{ observed = "implied", carry = "last" }}
# total_fertility_basis = "resident births over census women"
# life_expectancy = {life_expectancy}
# sex_ratio_at_birth = {sex_ratio_at_birth}
# net_migration = {{ observed = "residual", carry = "mean" }}
"""
REFERENCE, YEAR = "un_wpp2024_china", 2020
"""The set of schedules and the year that the empty scenario takes its assumed figures from."""
README = """\
# A city's tables: how to fill them in

Tables are UTF-8 CSV with commas, a full stop as the decimal point, no thousands separators, no units in cells. The
first row stays as it is. A table that holds nothing but its first row counts as not given.

| file | needed | one row for each | columns |
|---|---|---|---|
{tables}

- `unit`: the districts (codes joined by `+`) that together have the same territory in every census listed; the
  district's own code where no boundary changed.
- `tile_column`, `tile_row`: may stay blank; else the place of the district on the tile map, counted from the left and
  from the top, for every district of a census.
- `age_group`: `0`, `1-4`, `5-9` … `85+`, or `0-4` …, or single years `0`, `1` … `100+`; each age once, the last open,
  the same for all districts of a census. Every district needs every sex and age group; 0 where nobody is counted.
- `urban` and `rural` sum to the district's population.
- `share` (0 … 1): the part of the district's residents who live in that centre; in a row with the city's own code, the
  part of the whole city's, to which the districts are held.
- `townships.csv`: `population` of the latest census; `rounding`: to how many persons it is printed (100; empty: 1);
  `centre`: that in which the town lies, `{outside}` for none, empty where that is not known. Where the towns sum to
  their district, its shares are computed from them; where they do not, they bound an `assumed` share.
- `register_entries.csv`: who may enter the household register by the city's rules; without it people of all classes
  enter at the ages of those who live here and are registered elsewhere.
- Rows with the city's own code in `population.csv` are optional; the districts are then held to them.
- Years in `observed.csv` are year-ends for stocks and calendar years for flows. Most used: `resident_population` (of
  the city and its districts), `births`, `deaths`, `urbanisation_rate`, `registered_population`, `life_expectancy`.

- `targets.csv`: copied from the plan. `indicator` is the id of a computed indicator (`popmodel project` gives them), or
  of one that `observed.csv` gives; `operator` is what the plan asks for ({operators}); `text` as printed.
- `scenarios.toml` holds one scenario of assumed figures, so that everything runs; put your own in.

Without `settlement.csv` urbanisation, without `centres.csv` the shares of centres, without yearly values trends are
*not assessable*; all else works.

## From the empty folder to the report

In the folder above this one, named `{name}` here:

    popmodel check {name}                                what is missing or wrong, cell by cell
    popmodel project --city {name} --out population.csv  the projected population; needs no targets
    popmodel score --city {name}                         the scorecard; needs targets.csv
    popmodel evaluate --city {name} --out out/{name}     scorecard, tables, charts and report
    popmodel observe template --city {name} --year 2025 --out 2025.xlsx   the sheet for a further year
    popmodel backtest --city {name}                      how large the model's errors were; needs two censuses, or
                                                         one and residents at the ends of later years

## Where the figures come from

Name for each table its publication, and what was edited.
"""
ROWS = {
    "districts.csv": "census and district",
    "population.csv": "census, district, sex and age group",
    "settlement.csv": "census and district",
    "centres.csv": "district and centre",
    "register_entries.csv": "class, role and ages",
    "townships.csv": "district and township",
}


def empty_city(name: str = "mycity") -> dict[str, str]:
    """Return the files of a city's folder with nothing filled in: name → text.

    Parameters
    ----------
    name : str
        The folder, as its README names it.

    Returns
    -------
    dict of str to str
        Besides empty tables a scenario of the country's figures, marked as assumed.
    """
    files = {"city.toml": CITY}
    files |= {table: ",".join(form.columns) + "\n" for table, form in FORMS.items()}
    files["observed.csv"] = ",".join(OBSERVED_COLUMNS) + "\n"
    files["targets.csv"] = ",".join(TARGET_COLUMNS) + "\n"
    files["scenarios.toml"] = SCENARIOS.format(year=YEAR, reference=REFERENCE, **_country())
    lines = ["| `city.toml` | yes | – | explained in the file |"]
    lines += [_line(table, "yes" if form.needed else "no", ROWS[table], form.columns) for table, form in FORMS.items()]
    lines.append(_line("observed.csv", "no", "indicator, area and year", OBSERVED_COLUMNS))
    lines.append(_line("targets.csv", "to score", "indicator and milestone", TARGET_COLUMNS))
    lines.append("| `scenarios.toml` | to project | scenario | explained in the file |")
    files["README.md"] = README.format(
        tables="\n".join(lines), name=name, operators=", ".join(OPERATORS), outside=OUTSIDE
    )
    return files


def _line(table: str, needed: str, rows: str, columns: Mapping[str, Column]) -> str:
    return f"| `{table}` | {needed} | {rows} | {', '.join(f'`{column}`' for column in columns)} |"


def _country() -> dict[str, float]:
    """Return the country's drivers of a year, from the reference schedules."""
    table = read_table(data_path(f"reference/{REFERENCE}/drivers.csv"), DRIVER_COLUMNS)
    mean = table[table["year"] == YEAR].groupby("series")["value"].mean()  # life expectancy of both sexes
    return {str(series): round(float(value), 3) for series, value in mean.items()}
