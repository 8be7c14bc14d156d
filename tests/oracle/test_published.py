"""The kernel against results that nobody here computed; see README.md for where they come from."""

import json
from pathlib import Path

import numpy as np
import pytest

from popmodel.kernel import project_path

ORACLES = Path(__file__).parent


@pytest.mark.parametrize("timing", ["end", "even"])
def test_canada_1950_to_2020_is_the_united_nations(timing: str) -> None:
    """Every cell of 70 years, both sexes, ages 0-100+, as the UN's R code gives it, and its births and deaths."""
    un = np.load(ORACLES / "un_ccmpp_canada_1x1.npz")

    def sexes(name: str) -> np.ndarray:
        return np.stack([un[f"{name}_f"].T, un[f"{name}_m"].T], axis=1)[:, None]

    start = np.stack([un["base_f"], un["base_m"]])[None]
    path = project_path(start, un["asfr"].T[:, None], sexes("S"), un["srb"][:, None], sexes("mig"), timing=timing)
    expected = sexes(f"expected_{timing}")
    assert np.abs(path.population[1:] - expected).max() <= 1e-9 * expected.max()
    totals = np.stack([path.births.sum((1, 2)), path.deaths.sum((1, 2, 3))], axis=1)
    assert totals == pytest.approx(un[f"expected_{timing}_births_deaths"], rel=1e-9)


def test_sweden_1993_to_1998_of_preston_box_6_2() -> None:
    """Females by five-year ages, migration half and half, to the rounding of the book."""
    book = json.loads((ORACLES / "textbook.json").read_text(encoding="utf-8"))["preston_box_6_2"]
    survival = np.ones((1, 1, 2, 18))
    survival[0, 0, 0] = book["survival_f"]
    start = np.zeros((1, 2, 18))
    start[0, 0] = book["pop_f"]
    move = np.zeros((1, 1, 2, 18))
    move[0, 0, 0] = book["mig"]
    path = project_path(start, np.array(book["asfr"])[None, None], survival, [[book["srb"]]], move, width=5)
    assert path.population[1, 0, 0] == pytest.approx(book["expected_f_1998"], abs=0.5)
    assert path.births.sum() == pytest.approx(sum(book["expected_births_by_age"]), abs=3)


@pytest.mark.parametrize(("name", "growth"), [("usa", 1.037573), ("mad", 1.120349)])
def test_stable_populations_of_goodman_keyfitz_and_pullum(name: str, growth: float) -> None:
    """A Leslie matrix in two steps of the kernel: all bear half-way, then all survive.

    Group x of the matrix stands at age 2x + 1. The first step takes it to 2x + 2 without deaths, where a rate of
    2·m[x] on nobody at its start and everybody at its end gives m[x] births each; the second takes it to group x + 1.
    """
    leslie = np.loadtxt(ORACLES / f"stable_{name}_leslie.csv", delimiter=",", skiprows=1)
    stable = np.loadtxt(ORACLES / f"stable_{name}_stable.csv", delimiter=",", skiprows=1)[:, 0]
    n = len(stable)
    fertility = np.zeros((2, 1, 2 * n + 2))
    fertility[0, 0, 2 : 2 * n + 1 : 2] = 2 * leslie[0]
    survival = np.ones((2, 1, 2, 2 * n + 2))
    survival[1, 0, :, 3 : 2 * n + 1 : 2] = np.diag(leslie, -1)
    survival[1, 0, :, 2 * n + 1] = 0.0
    population = np.zeros((1, 2, 2 * n + 2))
    population[0, 0, 1 : 2 * n : 2] = 1.0
    none = np.zeros((2, 1, 2, 2 * n + 2))
    for _ in range(400):
        before = population / population.sum()
        population = project_path(before, fertility, survival, np.zeros((2, 1)), none).population[-1]
    groups = population[0, 0, 1 : 2 * n : 2]
    assert population.sum() == pytest.approx(growth, rel=1e-6)
    assert population.sum() == pytest.approx(np.linalg.eigvals(leslie).real.max(), rel=1e-10)
    assert groups / groups.sum() == pytest.approx(stable / stable.sum(), abs=1e-9)


def test_slovenia_and_yugoslavia_of_willekens_and_rogers() -> None:
    """Two regions with moves from each to the other, females by five-year ages, 1961-2001: within half a person.

    The book's S and P matrices are survival times the share that moved. A dummy open age holds nobody: in the book
    those aged 85 and over all die within the step. Its ratio to 85 and over is one of years lived, which exceed five
    there, and passes 1; the kernel takes shares only, so that group is made smaller and scaled back: it feeds no other.
    """
    book = json.loads((ORACLES / "willekens_rogers_1978.json").read_text(encoding="utf-8"))
    staying, first, population = (np.array(book[key]) for key in ("S", "P", "population"))
    expected, births = np.array(book["expected_projection_1961_2001"]), np.array(book["births"])
    matrices = np.zeros((19, 2, 2))
    matrices[0] = (first[0] + np.eye(2)) / 2
    matrices[1:18] = staying
    survival = np.ones((1, 2, 2, 19))
    survival[0, :, 0] = matrices.sum(axis=1).T
    scale = matrices[17].sum(axis=0).max()
    move = np.zeros((1, 2, 2, 2, 19))
    for origin, destination in ((0, 1), (1, 0)):
        share = survival[0, origin, 0, :18]
        move[0, origin, destination, 0, :18] = matrices[:18, destination, origin] / share
    survival[0, :, 0, 17] /= scale
    start = np.zeros((2, 2, 19))
    start[:, 0, :18] = population.T
    rates = np.zeros((1, 2, 19))
    rates[0, :, :18] = (births / population).T
    steps = 8
    path = project_path(
        start,
        np.broadcast_to(rates, (steps, 2, 19)),
        np.broadcast_to(survival, (steps, 2, 2, 19)),
        np.zeros((steps, 2)),
        np.zeros((steps, 2, 2, 19)),
        move_rate=np.broadcast_to(move, (steps, 2, 2, 2, 19)),
        timing="multiregional",
        width=5,
    )
    women = path.population[:, :, 0, :18].transpose(2, 0, 1)
    women[17, 1:] *= scale
    assert np.abs(women - expected).max() <= 0.5
    moved = path.net_migration.sum(axis=1)
    assert np.abs(moved).max() < 1e-6


def test_growth_of_willekens_and_rogers() -> None:
    """The stable growth over five years that the book's matrices imply, to the last printed digit."""
    book = json.loads((ORACLES / "willekens_rogers_1978.json").read_text(encoding="utf-8"))
    births, staying = np.array(book["B"]), np.array(book["S"])
    whole = np.zeros((36, 36))
    for age in range(17):
        whole[:2, 2 * age : 2 * age + 2] = births[age]
        whole[2 * age + 2 : 2 * age + 4, 2 * age : 2 * age + 2] = staying[age]
    assert np.linalg.eigvals(whole).real.max() == pytest.approx(book["lam"], rel=1e-9)
