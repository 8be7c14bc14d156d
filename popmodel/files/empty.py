"""The empty tables of a city."""

from popmodel.files.city_tables import FORMS
from popmodel.files.observed import OBSERVED_COLUMNS

CITY = """\
# The city. Every key is explained in README.md.
format = 1

[city]
code = ""       # code of the whole city, not one of its districts
name_zh = ""
name_en = ""
reference = "un_wpp2024_china"  # schedules: a folder here, else the set of that name that is shipped
observed = "observed.csv"       # yearly published values

[[census]]
year = 2020
date = 2020-11-01
publication = ""
"""
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
- `share` (0 … 1): the part of the district's residents who live in that centre.
- Rows with the city's own code in `population.csv` are optional; the districts are then held to them.
- Years in `observed.csv` are year-ends for stocks and calendar years for flows. Most used: `resident_population` (of
  the city and its districts), `births`, `deaths`, `urbanisation_rate`, `registered_population`, `life_expectancy`.

Without `settlement.csv` urbanisation, without `centres.csv` the shares of centres, without yearly values trends are
*not assessable*; all else works. Then:

    popmodel check .        everything that is missing or wrong, cell by cell
    popmodel backtest --census .    how large the model's errors were

## Where the figures come from

Name for each table its publication, and what was edited.
"""
ROWS = {
    "districts.csv": "census and district",
    "population.csv": "census, district, sex and age group",
    "settlement.csv": "census and district",
    "centres.csv": "district and centre",
}


def empty_city() -> dict[str, str]:
    """Return the files of a city's folder with nothing filled in: name → text."""
    files = {"city.toml": CITY}
    files |= {name: ",".join(form.columns) + "\n" for name, form in FORMS.items()}
    files["observed.csv"] = ",".join(OBSERVED_COLUMNS) + "\n"
    lines = ["| `city.toml` | yes | – | explained in the file |"]
    lines += [
        f"| `{name}` | {'yes' if form.needed else 'no'} | {ROWS[name]} | {', '.join(f'`{c}`' for c in form.columns)} |"
        for name, form in FORMS.items()
    ]
    names = ", ".join(f"`{name}`" for name in OBSERVED_COLUMNS)
    lines.append(f"| `observed.csv` | no | indicator, area and year | {names} |")
    files["README.md"] = README.format(tables="\n".join(lines))
    return files
