"""README and docs: what they say of the shipped case is what a run gives, and no verdict says too much."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import popmodel as pm

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "notebooks").glob("*.ipynb"))]
CITY = "330300"
YEAR, MILESTONE = 2024, 2035


def text_of(name: str) -> str:
    """The page in one line, so that a claim may run over its line breaks."""
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def evaluation() -> pm.Evaluation:
    return pm.evaluate(year=YEAR, history=False)


@pytest.mark.parametrize("page", ["README.md", "docs/start.md"])
def test_the_year_that_make_evaluate_takes(page: str) -> None:
    assert pm.evaluate(history=False).year == YEAR
    assert f"the annual evaluation of the newest year, {YEAR}, on the shipped data → out/{YEAR}" in text_of(page)


def rounded(value: float, digits: int = 0) -> str:
    return f"{value:.{digits}f}"


def test_what_readme_says_of_residents(evaluation: pm.Evaluation) -> None:
    row = evaluation.ratings.query("indicator == 'resident_population' and target_year == 2025").iloc[0]
    trend = evaluation.values["resident_population"].sel(scenario="trend", area=CITY)
    millions = float(trend.sel(year=2025)) / 1e6
    assert (row["value_status"], row["value_year"]) == ("derived", YEAR)
    claim = (
        f"{rounded(row['value'] / 100, 2)} million residents at the end of {YEAR} (derived from a published change): "
        f"{rounded(100 * row['c'])} % of the way to ten million after {rounded(100 * row['tau'])} % of the time. "
        f"Carried on, the trend gives {rounded(millions, 2)} million in 2025."
    )
    assert claim in text_of("README.md")


def test_what_readme_says_of_ageing(evaluation: pm.Evaluation) -> None:
    old = evaluation.values["share_60_plus"].sel(area=CITY, year=MILESTONE)
    trend, plan = (rounded(float(old.sel(scenario=name))) for name in ("trend", "plan"))
    claim = (
        f"{trend} % of the residents are 60 or older in 2035 if 2021–2024 carries on, {plan} % with the plan's own "
        "fertility, life expectancy and ten million residents; the plan asks for less than 26 %."
    )
    assert claim in text_of("README.md")


def share_60_plus(evaluation: pm.Evaluation, scenario: str, migrants: float) -> float:
    """The share in 2035 with what was published to 2024 and so many net migrants a year after."""
    base = evaluation.base
    chosen = next(s for s in evaluation.scenarios if s.name == scenario)
    run = pm.scenario_rates(base, [replace(chosen, net_migration=migrants)], years=range(2020, MILESTONE + 1))
    values = pm.measure(pm.project(base["population"], run))
    return float(values["share_60_plus"].sel(area=CITY, year=MILESTONE).squeeze())


@pytest.mark.parametrize("page", ["README.md", "docs/scoring.md"])
@pytest.mark.parametrize("scenario", ["trend", "plan"])
def test_so_many_migrants_meet_the_target_and_fewer_do_not(evaluation: pm.Evaluation, scenario: str, page: str) -> None:
    """The number printed is the least that gives < 26 %, to the nearest ten thousand."""
    said = text_of(page)
    found = {
        "trend": re.search(r"(\d{3},000)(?: net migrants a year from 2025 on,| with the present one)", said),
        "plan": re.search(r"(\d{3},000)(?: with the plan's fertility| net migrants a year from 2025 on with)", said),
    }[scenario]
    assert found is not None
    number = int(found[1].replace(",", ""))
    shares = [share_60_plus(evaluation, scenario, number + step) for step in (-5_000, 5_000)]
    assert shares[0] >= 25.95 > shares[1]  # printed with one digit, 25.95 is 26.0


@pytest.mark.parametrize("page", ["README.md", "docs/scoring.md"])
def test_the_most_published_net_migration(evaluation: pm.Evaluation, page: str) -> None:
    seen = evaluation.observed.query("indicator == 'net_migration' and area == @CITY and year > 2020")
    most = seen.loc[seen["value"].idxmax()]
    assert most["year"] == 2023
    assert f"{round(1e4 * most['value'], -3):,.0f}" in text_of(page)


def test_what_readme_says_of_younger_migrants_and_of_2024(evaluation: pm.Evaluation) -> None:
    table = pm.effort(evaluation, schedule="under_60", indicator="share_60_plus")
    need = float(table.query("target_year == @MILESTONE")["net_migration"].item())
    left = float(evaluation.base["residual_migration"].sum("district").sel(observed_year=YEAR))
    assert f"{round(need, -4):,.0f} if none of the additional ones were 60 or older." in text_of("README.md")
    claim = f"what the residents of {YEAR} leave, births and deaths being the model's, is {round(left, -3):,.0f}."
    assert claim in text_of("README.md")


def ageing_in_words() -> str:
    """What README says of how sure ageing is, from the outputs of the notebook, which are held to the run."""
    notebook = json.loads((ROOT / "notebooks" / "09_how_sure.ipynb").read_text(encoding="utf-8"))
    texts = ["".join(o.get("data", {}).get("text/plain", o.get("text", ""))) for c in notebook["cells"]
             for o in c.get("outputs", [])]  # fmt: skip
    draws = re.search(r"'draws': (\d+)", "".join(texts))
    rows = re.findall(r"(20[23]\d) +<\d+ +([<>]?[\d.]+%) +(0\.\d+) +(0\.\d+) +([a-z ]+)", "\n".join(texts))
    found = {int(year): (printed, float(low), float(high), word.strip()) for year, printed, low, high, word in rows}
    printed, low, high, word = found[2035]
    share, least, most = printed.replace("%", " %"), f"{100 * low:.1f}", f"{100 * high:.1f}"
    assert draws is not None
    return (
        f"Of {int(draws[1]):,} futures drawn, {share} have fewer than 26 % in 2035 ({least}–{most} % over ten declared "
        f"variants): {word}. For 2025 the word is “{found[2025][3]}” ({100 * found[2025][1]:.0f}–"
        f"{100 * found[2025][2]:.0f} %)"
    )


def test_what_readme_says_of_how_sure() -> None:
    assert ageing_in_words() in text_of("README.md")


def test_which_indicators_have_a_figure_after_the_base(evaluation: pm.Evaluation) -> None:
    seen = evaluation.observed.query("area == @CITY and year > 2020 and status in ['source', 'derived']")
    plan = evaluation.targets.drop_duplicates("indicator")
    known = plan[plan["indicator"].isin(seen["indicator"])]
    assert len(plan) == 20
    assert known["number"].tolist() == [1, 2, 11, 17, 20]
    claim = (
        "Of the twenty indicators, five have a figure of a later year than 2020: residents, registered population, "
        "retention of graduates, primacy of the central city, urbanisation."
    )
    assert claim in text_of("README.md")


def test_which_targets_readme_says_exclude_each_other(evaluation: pm.Evaluation) -> None:
    said = text_of("README.md")
    assert "Within “peers”, what comparable prefectures have kept up, three of the plan's targets of 2035" in said
    asked = ["share_60_plus", "main_centre_share", "sub_centre_share"]
    targets = evaluation.targets
    three = targets[targets["indicator"].isin(asked) & (targets["year"] == MILESTONE)]
    problem = pm.plan_problem(evaluation.projection, three, start=YEAR, limits=pm.read_limits()["peers"])
    found = pm.find_conflicts(problem)
    assert sorted(found["indicator"]) == sorted(asked)
    assert found["conflict"].nunique() == 1  # no two of them exclude each other
    assert found.attrs["certificates"][0].margin > 0


BOLD = r"impossible|cannot hold|contradict|必然|不可能|矛盾"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_calls_a_target_impossible(page: Path) -> None:
    """A verdict of that kind takes named limits and a proof; pages say what it would take instead."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        said = [output.get("data", {}).get("text/markdown", "") for cell in cells for output in cell.get("outputs", [])]
        prose = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
        text = "\n".join("".join(lines) for lines in [*prose, *said])
    names = [name for one in pm.read_limits().values() for name in (one.zh, one.en)]
    bold = [line for line in text.splitlines() if re.search(BOLD, line, flags=re.IGNORECASE)]
    assert not [line for line in bold if not any(f"“{name}”" in line for name in names)]


def test_the_guard_can_fail() -> None:
    assert re.findall(BOLD, "These targets cannot hold together.", flags=re.IGNORECASE) == ["cannot hold"]
