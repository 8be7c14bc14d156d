"""Published tables quoted here, and two years worked by hand: they need no file beside the checkout."""

import numpy as np
import pytest

from popmodel.kernel import project_path, project_step

# Preston, Heuveline & Guillot (2001), Demography, Box 6.2: Sweden 1993-98, females by five-year ages 0-4 … 85+.
WOMEN_1993 = (
    *(293395, 248369, 240012, 261346, 285209, 314388, 281290, 286923, 304108, 324946, 247613, 211351, 215140, 221764),
    *(223506, 183654, 141990, 112424),
)
YEARS_LIVED = (
    *(497487, 497138, 496901, 496531, 495902, 495168, 494213, 492760, 490447, 486613, 480665, 471786, 457852, 436153),
    *(402775, 350358, 271512, 291707),
)
FERTILITY = (0, 0, 0, 0.0120, 0.0908, 0.1499, 0.1125, 0.0441, 0.0074, 0.0003, 0, 0, 0, 0, 0, 0, 0, 0)
MIGRANTS = (6840, 4150, 3365, 5270, 9240, 8230, 5470, 3155, 1770, 1115, 1075, 845, 645, 530, 465, 300, 250, 175)
WOMEN_1998 = (
    *(302392, 298682, 252007, 244150, 268267, 293515, 320624, 284767, 288031, 303166, 322062, 243989, 205841, 205516),
    *(205270, 194771, 142565, 131966),
)

# Goodman, Keyfitz & Pullum (1974), by demogR: the Leslie matrix of the USA's women by five-year ages 0-4 … 45-49.
USA_BEARING = (
    *(0, 0.00104775065380354, 0.0820085574437271, 0.288437558109502, 0.377706431325539, 0.264711002219603),
    *(0.140514408920339, 0.0585567966464919, 0.0134388446884937, 0.000332725177645477),
)
USA_SURVIVAL = (
    *(0.997203625081646, 0.998362501279296, 0.997806253203485, 0.996753513602367, 0.996103896103896),
    *(0.994867655884605, 0.992365777047407, 0.988596822202658, 0.982867562868411),
)


def test_sweden_1993_to_1998() -> None:
    """Half of the migrants at the start, half at the end; survival is a ratio of years lived, at the end T85 / T80."""
    years = np.array(YEARS_LIVED, dtype=float)
    survival = np.ones((2, 18))
    survival[0, 0] = years[0] / 500_000
    survival[0, 1:17] = years[1:17] / years[:16]
    survival[0, 17] = years[17] / (years[16] + years[17])
    women, migrants = np.zeros((2, 18)), np.zeros((2, 18))
    women[0], migrants[0] = WOMEN_1993, MIGRANTS
    step = project_step(women[None], [FERTILITY], survival[None], [1.05], migrants[None], width=5)
    assert step.population[0, 0] == pytest.approx(WOMEN_1998, abs=1.0)
    # A fault of one age, or of one fifth of the migrants, is far outside the book's rounding.
    for wrong in (np.roll(survival, 1, axis=1), survival * 0.9999):
        faulty = project_step(women[None], [FERTILITY], wrong[None], [1.05], migrants[None], width=5)
        assert np.abs(faulty.population[0, 0] - WOMEN_1998).max() > 10


def test_growth_of_the_united_states() -> None:
    """The stable growth over five years, 1.037573.

    The matrix bears before it ages, the kernel half-way: so each group of the matrix takes two ages, and each of its
    steps two of the kernel, one that bears and one that dies.
    """
    n = len(USA_BEARING)
    fertility, survival = np.zeros((2, 1, 2 * n + 2)), np.ones((2, 1, 2, 2 * n + 2))
    fertility[0, 0, 2 : 2 * n + 1 : 2] = 2 * np.array(USA_BEARING)
    survival[1, 0, :, 3 : 2 * n + 1 : 2] = [*USA_SURVIVAL]
    survival[1, 0, :, 2 * n + 1] = 0
    women = np.zeros((1, 2, 2 * n + 2))
    women[0, 0, 1 : 2 * n : 2] = 1
    for _ in range(300):
        before = women / women.sum()
        women = project_path(before, fertility, survival, np.zeros((2, 1)), np.zeros((2, 1, 2, 2 * n + 2))).population[
            -1
        ]
    assert women.sum() == pytest.approx(1.037573, abs=1e-6)


BY_HAND = {
    "population": [[[100, 80, 40], [110, 90, 30]]],
    "fertility_rate": [[0, 0.5, 0.25]],
    "survival_ratio": [[[0.9, 0.8, 0.5], [0.8, 0.7, 0.4]]],
    "sex_ratio_at_birth": [1.5],
    "net_migration": [[[4, 8, -2], [2, -4, 6]]],
}


def test_one_year_by_hand_migrants_half_and_half() -> None:
    """Ages 0, 1 and 2+. With half the migrants the year starts with 102, 84, 39 women and 111, 88, 33 men.

    Women: 102 · 0.8 + 4 = 85.6; (84 + 39) · 0.5 − 1 = 60.5. Men: 111 · 0.7 − 2 = 75.7; (88 + 33) · 0.4 + 3 = 51.4.
    Births: 0.5 · (84 + 85.6)/2 + 0.25 · (39 + 60.5)/2 = 54.8375; girls 54.8375/2.5 = 21.935, boys 32.9025.
    Infants: 21.935 · 0.9 + 2 = 21.7415; 32.9025 · 0.8 + 1 = 27.322.
    """
    step = project_step(**BY_HAND)  # type: ignore[arg-type]
    assert step.population[0] == pytest.approx(np.array([[21.7415, 85.6, 60.5], [27.322, 75.7, 51.4]]), rel=1e-14)
    assert step.births is not None
    assert step.births[0] == pytest.approx([21.935, 32.9025], rel=1e-14)
    assert step.deaths is not None
    assert step.deaths[0] == pytest.approx(np.array([[2.1935, 20.4, 61.5], [6.5805, 33.3, 72.6]]), rel=1e-14)


def test_one_year_by_hand_migrants_at_the_end() -> None:
    """Women: 100 · 0.8 + 8 = 88; (80 + 40) · 0.5 − 2 = 58. Men: 110 · 0.7 − 4 = 73; (90 + 30) · 0.4 + 6 = 54.

    Births without the migrants: 0.5 · (80 + 80)/2 + 0.25 · (40 + 60)/2 = 52.5; girls 21, boys 31.5.
    Infants: 21 · 0.9 + 4 = 22.9; 31.5 · 0.8 + 2 = 27.2.
    """
    step = project_step(**BY_HAND, timing="end")  # type: ignore[arg-type]
    assert step.population[0] == pytest.approx(np.array([[22.9, 88, 58], [27.2, 73, 54]]), rel=1e-14)
    assert step.births is not None
    assert step.births[0] == pytest.approx([21, 31.5], rel=1e-14)
    assert step.deaths is not None
    assert step.deaths[0] == pytest.approx(np.array([[2.1, 20, 60], [6.3, 33, 72]]), rel=1e-14)


def test_moves_by_hand() -> None:
    """Two districts, all survive, nobody bears: a tenth of 100 goes from the first to the second, a fifth of 50 back.

    "even": 100 − 10 + 10 = 100 at once (10 come, 10 go); so the second's 50 gain 10 and lose 10. Departures of a
    twentieth of the first's 100 take 5: half before the year's ageing, half after.
    """
    people = np.zeros((2, 2, 4))
    people[0, :, 1], people[1, :, 1] = 100, 50
    people[:, :, 2] = 40  # those who are a year older, so that late leavers are there
    move, leave = np.zeros((2, 2, 2, 4)), np.zeros((2, 2, 4))
    move[0, 1, :, 1], move[1, 0, :, 1], leave[0, :, 1] = 0.1, 0.2, 0.05
    given = (people, np.zeros((2, 4)), np.ones((2, 2, 4)), [1.0, 1.0], np.zeros((2, 2, 4)))
    with pytest.raises(ValueError, match="net migration takes more people than there are"):
        project_step(*given, move_rate=move, departure_rate=leave)  # nobody of age 1 is left at the end
    people[:, :, 0] = 60
    step = project_step(*given, move_rate=move, departure_rate=leave)
    assert step.net_migration is not None
    assert step.net_migration[:, 0, 1] == pytest.approx([-5, 0])
    assert step.population[:, 0] == pytest.approx(np.array([[0, 57.5, 97.5, 40], [0, 60, 50, 40]]))
    after = project_step(*given, move_rate=move, departure_rate=leave, timing="multiregional")
    # The 60 who reach age 1 move by its rates: 6 go and 12 come, 3 leave; the second's lose 12 and gain 6.
    assert after.population[:, 0] == pytest.approx(np.array([[0, 63, 100, 40], [0, 54, 50, 40]]))
