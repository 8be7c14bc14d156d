"""Calibrate the draws on all counties, and write tables and chart into docs/backtest.md: `make calibrate`."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from PIL import Image

import popmodel as pm
from popmodel.backtesting.components import births_innovation, error_components
from popmodel.backtesting.counties import predict_units, prediction_errors
from popmodel.backtesting.drawn import draw_counties, held_out_scores
from popmodel.backtesting.fan import known_in_fan, rates_one_year_ahead
from popmodel.files.inputs import Inputs, read_inputs
from popmodel.plots import blank_axes, figure_bytes
from popmodel.probability.forecast import forecast_values

PAGE = Path(__file__).resolve().parent / "backtest.md"
IMAGES = PAGE.parent / "images"
LAST, SEED = 2035, 20241231
"""Last year of the shipped plan, and the seed of the draws."""
BEGIN, END = "<!-- calibrate: begin -->", "<!-- calibrate: end -->"
WHAT = {
    "growth": "growth of those aged 10+, log",
    "growth_naive": "growth, naive, log",
    "share": "share aged 60+, points",
    "share_given_total": "share aged 60+ given the total, points",
    "share_naive": "share aged 60+, naive, points",
}
FIGURES = {"resident_population": "residents", "births": "births", "deaths": "deaths"}


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table of Markdown, the first column to the left."""
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)])


def main() -> None:
    """Write the section and the pictures."""
    counties = pm.read_counties(pm.data_path("reference/china_counties/counties_age5.csv.gz"))
    errors = pm.empirical_errors(counties)
    covered = pm.coverage(errors)
    chosen = covered[covered["rule"] == "covariates"]
    for lang, name in (("en", "calibration.png"), ("zh", "calibration_zh.png")):
        figure = pm.plot_calibration(chosen, lang=lang, ax=blank_axes()).get_figure(root=True)
        assert figure is not None
        picture = Image.open(BytesIO(figure_bytes(figure, dpi=150))).convert("RGB")
        picture.quantize(128).save(IMAGES / name, optimize=True)
    text = "\n\n".join(
        [*_totals(counties, errors), *_provinces(chosen), *_held_out(counties), *_units(counties), *_city()]
    )
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.partition(BEGIN)[0], page.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _totals(counties: xr.Dataset, errors: pd.DataFrame) -> list[str]:
    rows = []
    for bound, found in ((None, None), (0.25, errors), (0.20, None)):
        own = pm.empirical_errors(counties, changed_area=bound) if found is None else found
        held = pm.coverage(own)
        whole = held[held["group"] == "all"].set_index(["rule", "level"])["coverage"]
        for row in own[own["by"] == "all"].to_dict("records"):
            rule = str(row["rule"])
            rows.append([
                "none" if bound is None else f"{bound:.2f}", rule, row["n"], f"{row['mape']:.1f}", f"{row['median_ape']:.1f}",
                f"{row['bias']:+.1f}", f"{row['sd_log_error']:.3f}", f"{whole[rule, 80.0]:.1f}", f"{whole[rule, 95.0]:.1f}",
            ])  # fmt: skip
    head = ["left out", "rule", "n", "MAPE %", "median %", "bias %", "s.d. of log error", "in 80 %", "in 95 %"]
    parts = error_components(errors, rule="covariates")
    variance = parts["analysis_of_variance"]
    twelve = np.sqrt(variance["province"] + variance["prefecture"] + variance["unit"] / 12)
    share = (parts["analysis_of_variance"] / parts["analysis_of_variance"].sum()).map("{:.2f}".format)
    told = "warns of the boundary" if parts.attrs["boundary"] else "does not warn of the boundary"
    return [
        "Totals of those aged ten and over ten years on, each province from what the others teach; *left out*: units whose "
        "cohort of 45–64 departs by more (log), which also takes out real growth.",
        table(head, rows),
        f"Of the variance of the log error (rule `covariates`) {share['province']} is common to a province, "
        f"{share['prefecture']} to a prefecture, {share['unit']} is the unit's own (analysis of variance; s.d. "
        f"{', '.join(f'{np.sqrt(v):.3f}' for v in parts['analysis_of_variance'])}; the mixed model of statsmodels has "
        f"{', '.join(f'{np.sqrt(v):.3f}' for v in parts['mixed_model'])} and {told}). So a city of twelve such counties is off by an s.d. of {100 * twelve:.1f} % in ten "
        f"years, where their own scatter alone would leave {100 * np.sqrt(variance['unit'] / 12):.1f} %. China's births moved by "
        f"{100 * births_innovation(counties):.1f} % a year, 1990–2023, were they a random walk; the UN's process of total "
        "fertility has 5–6 %.",
    ]  # fmt: skip


def _provinces(chosen: pd.DataFrame) -> list[str]:
    rows = [
        [row["group"], row["n"], f"{row['coverage']:.0f}", f"{row['mean_width']:.2f}"]
        for row in chosen[chosen["level"] == 80.0].to_dict("records")
    ]
    return [
        "![Where what came fell in its forecast](images/calibration.png)",
        "In Chinese: [the same](images/calibration_zh.png).",
        "That the tenths are even is nearly built in. The 80 % intervals by province are the real test, and they fail it: a "
        "shock of its own is common to a province, so that a city's interval must be wider than its counties' scatter over "
        "the root of their number.",
        table(["province (code)", "n", "in 80 %", "width, log"], rows),
    ]


def _held_out(counties: xr.Dataset) -> list[str]:
    scores = held_out_scores(draw_counties(counties))
    rows = [
        [WHAT[str(row["what"])], row["n"], f"{row['coverage_80']:.1f}", f"{row['coverage_95']:.1f}",
         f"{row['width_80']:.3g}", f"{row['crps']:.3g}", f"{row['bias']:+.3f}"]
        for row in scores.to_dict("records")
    ]  # fmt: skip
    head = ["drawn for 2020", "n", "in 80 %", "in 95 %", "width 80 %", "CRPS", "bias of the median"]
    return [
        "Draws of 2020 from 2010 (200 a county, total and ages; errors of all ages, those above 60 included, since a "
        "county's mortality is not known). *Naive*: growth as in any "
        "unit of another province; the survivors' share, and how far others were from theirs.",
        table(head, rows),
    ]


def _units(counties: xr.Dataset) -> list[str]:
    census = pm.read_census(pm.data_path("census/wenzhou"))
    earlier = pm.read_census(pm.data_path("census/wenzhou"), year=2010)
    schedules = pm.read_schedules(pm.data_path("reference/china_counties"))
    units = predict_units(census, schedules, earlier=earlier, counties=counties)
    apart = prediction_errors(units, by="unit").pivot_table(index="group", columns="rule", values="median", sort=False)
    names: dict[str, str] = {}
    for unit, name in zip(census["unit"].to_numpy(), census["name_en"].to_numpy(), strict=True):
        names[str(unit)] = f"{names[str(unit)]} + {name}" if str(unit) in names else str(name)
    rules = ["no_migration", "proportional", "rogers_castro", "learned"]
    rows = [
        [names.get(str(unit), str(unit)), *(f"{row[rule]:.1f}" for rule in rules)] for unit, row in apart.iterrows()
    ]
    rows.append(["mean", *(f"{apart[rule].mean():.1f}" for rule in rules)])
    return [
        "The shipped city's ten units, from which nothing was learned: error of the ages in percent, given the total. On the "
        "mean the learned schedules are best; unit by unit it is mixed.",
        table(["unit", *rules], rows),
    ]


def _hangs_on(census: xr.Dataset, base: xr.Dataset, inputs: Inputs) -> list[str]:
    """The city's interval in the last year of the plan, and what is left of the variance without each driver."""
    sure = pm.estimate_uncertainty(base, reference=census, observed=inputs.observed, peers=inputs.peers)
    names = ["resident_population", "share_60_plus"]

    def last(*freeze: str) -> dict[str, np.ndarray]:
        drawn = pm.draw(sure, draws=2000, years=range(int(base["year"]), LAST + 1), seed=SEED, freeze=freeze)
        values = forecast_values(base, drawn, wanted=names).isel(area=0)
        return {name: values[name].sel(year=LAST).to_numpy().ravel() for name in names}

    whole = last()
    low, middle, high = np.percentile(whole["resident_population"], [10, 50, 90])
    least, half, most = np.percentile(whole["share_60_plus"], [10, 50, 90])
    moving = ("net_migration", "district_migration", "migration_schedule", "own_residual")
    alone = np.percentile(last(*moving)["resident_population"], [10, 50, 90])
    rows = []
    for driver in sure.attrs["drivers"]:
        left = last(driver)
        rows.append([driver, *(f"{left[name].var() / whole[name].var():.2f}" for name in names)])
    return [
        f"From what was published to {int(sure['last_observed'])}, 2,000 draws: residents at the end of {LAST} lie in "
        f"{low / 1e4:,.0f}–{high / 1e4:,.0f}万 in 80 % of them (median {middle / 1e4:,.0f}万; {100 * (low / middle - 1):+.1f} and "
        f"{100 * (high / middle - 1):+.1f} %; s.d. {100 * whole['resident_population'].std() / middle:.1f} %), those aged 60 and over make up {least:.1f}–{most:.1f} % ({half:.1f} %). Births "
        f"and deaths alone, migration at its median: {100 * (alone[0] / alone[1] - 1):+.1f} and "
        f"{100 * (alone[2] / alone[1] - 1):+.1f} % of the residents. What is left of the variance with one driver at its "
        "median:",
        table(["driver held", "residents", "share aged 60+"], rows),
    ]


def _city() -> list[str]:
    inputs = read_inputs()
    assert inputs.peers is not None
    census = pm.read_census(inputs.city.folder, observed=inputs.observed)
    found = known_in_fan(census, observed=inputs.observed, peers=inputs.peers)
    own = found[found["area"] == inputs.city.code]
    rows = [
        [FIGURES[str(row["indicator"])], row["year"], *(f"{row[name]:,.0f}" for name in ("published", "q10", "q50", "q90")),
         f"{row['pit']:.2f}"]
        for row in own.sort_values(["indicator", "year"], ascending=[False, True]).to_dict("records")
    ]  # fmt: skip
    others = found[found["area"] != inputs.city.code]
    inside = ((others["published"] >= others["q10"]) & (others["published"] <= others["q90"])).sum()
    base = pm.estimate_base(census)
    ahead = rates_one_year_ahead(base, observed=inputs.observed, peers=inputs.peers)
    steps = [
        [
            row["area"],
            row["year"],
            *(f"{1000 * row[name]:.1f}" for name in ("rate", "mean", "deviation")),
            f"{row['pit']:.2f}",
        ]
        for row in ahead.to_dict("records")
    ]
    return [
        "Stand at the end of 2020 and draw the years since, with nothing published after it: where the figures fell.",
        table(["Wenzhou", "year", "published", "10 %", "50 %", "90 %", "share of draws below"], rows),
        f"Of {len(others)} published stocks of districts {inside} lay in their 80 % interval; these are one city's, and hang "
        "together. The UN's schedules are of 2024: to that extent the fan is too kind.",
        *_hangs_on(census, base, inputs),
        "Net migration rates of cities one year ahead, in ‰; the first year of each from the decade before. Those of the "
        "other cities lean high at first: they slowed together after 2020.",
        table(["city (code)", "year", "rate", "forecast", "s.d.", "share below"], steps),
    ]


if __name__ == "__main__":
    main()
