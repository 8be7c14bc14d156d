"""The kernel against plain loops, its promises on memory, threads and types, and what it refuses."""

import subprocess
import sys
from typing import Any

import numba
import numpy as np
import pytest

from popmodel.kernel import KernelError, NegativeStockError, Projected, project_path, project_step

sys.path.insert(0, __file__.rsplit("/", 1)[0])
from reference_step import FAULTS, reference_step

T, D, A = 4, 3, 12


def case(
    lead: tuple[int, ...] = (), *, seed: int = 0, ages: int = A, periods: int = T, districts: int = D
) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    fertility = np.zeros((*lead, periods, districts, ages))
    fertility[..., 3:7] = rng.uniform(0.02, 0.2, (*lead, periods, districts, 4))
    return {
        "population": rng.uniform(500, 2000, (*lead, districts, 2, ages)),
        "fertility_rate": fertility,
        "survival_ratio": rng.uniform(0.7, 1.0, (*lead, periods, districts, 2, ages)),
        "sex_ratio_at_birth": rng.uniform(1.0, 1.2, (*lead, periods, districts)),
        "net_migration": rng.uniform(-30, 60, (*lead, periods, districts, 2, ages)),
    }


def by_loops(given: dict[str, Any], *, timing: str = "even", width: float = 1.0, fault: str = "") -> Projected:
    stock, stocks, births, deaths = given["population"], [given["population"]], [], []
    for t in range(given["survival_ratio"].shape[0]):
        year = reference_step(
            stock, *(given[name][t] for name in list(given)[1:]), timing=timing, width=width, fault=fault
        )
        stock = year.population
        stocks.append(year.population)
        births.append(year.births)
        deaths.append(year.deaths)
    return Projected(np.array(stocks), np.array(births), np.array(deaths), given["net_migration"])


@pytest.mark.parametrize("timing", ["even", "end"])
@pytest.mark.parametrize("width", [1, 5])
def test_every_cell_is_that_of_plain_loops(timing: str, width: int) -> None:
    given = case(seed=1)
    fast, slow = project_path(**given, timing=timing, width=width), by_loops(given, timing=timing, width=width)
    for name in Projected._fields:
        assert getattr(fast, name) == pytest.approx(getattr(slow, name), rel=1e-12), name


@pytest.mark.parametrize("fault", FAULTS)
def test_seeded_faults_are_caught(fault: str) -> None:
    """A step with one mistake must not pass for the kernel's: stocks, births or deaths differ plainly."""
    given = case(seed=2)
    fast, wrong = project_path(**given), by_loops(given, fault=fault)
    agree = [np.allclose(getattr(fast, n), getattr(wrong, n), rtol=1e-3) for n in ("population", "births", "deaths")]
    assert not all(agree)


def test_one_step_is_a_path_of_one() -> None:
    given = case(seed=3, periods=1)
    path = project_path(**given)
    step = project_step(given["population"], *(given[name][0] for name in list(given)[1:]))
    assert (step.population == path.population[1]).all()
    for name in ("births", "deaths", "net_migration"):
        assert (getattr(step, name) == getattr(path, name)[0]).all()


def test_leading_axes_broadcast() -> None:
    given = case((2, 5), seed=4)
    whole = project_path(**given)
    assert whole.population.shape == (2, 5, T + 1, D, 2, A)
    for i in range(2):
        for j in range(5):
            one = project_path(**{name: array[i, j] for name, array in given.items()})
            assert (one.population == whole.population[i, j]).all()
    mixed = given | {"population": given["population"][0, 0], "survival_ratio": given["survival_ratio"][:1]}
    spread = project_path(**mixed)
    other = given | {"population": np.broadcast_to(mixed["population"], given["population"].shape)}
    other["survival_ratio"] = np.repeat(given["survival_ratio"][:1], 2, axis=0)
    assert (spread.population == project_path(**other).population).all()


def test_any_split_of_the_draws_gives_the_same_bits() -> None:
    given = case((7,), seed=5, districts=33)
    whole = project_path(**given)
    for cut in (1, 3, 6):
        parts = [project_path(**{n: a[s] for n, a in given.items()}) for s in (slice(0, cut), slice(cut, None))]
        for name in Projected._fields:
            joined = np.concatenate([getattr(part, name) for part in parts])
            assert joined.tobytes() == np.ascontiguousarray(getattr(whole, name)).tobytes()


@pytest.mark.parametrize("by_rates", [False, True])
def test_any_number_of_threads_gives_the_same_bits(by_rates: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("popmodel.kernel.path.PER_THREAD", 1)  # else a small case takes one thread
    given = case((5,), seed=6, districts=40) | ({"departure_rate": np.full((T, 40, 2, A), 0.01)} if by_rates else {})
    most = numba.config.NUMBA_NUM_THREADS
    before = numba.get_num_threads()
    found = []
    try:
        for threads in {1, most}:
            numba.set_num_threads(threads)
            found.append(project_path(**given))
    finally:
        numba.set_num_threads(before)
    for name in Projected._fields:
        assert len({np.ascontiguousarray(getattr(path, name)).tobytes() for path in found}) == 1


def test_results_are_written_where_the_caller_says() -> None:
    given = case((4,), seed=7)
    fresh = project_path(**given)
    large = Projected(
        np.full((9, 4, T + 1, D, 2, A), -1.0), np.full((9, 4, T, D, 2), -1.0), np.full((9, 4, T, D, 2, A), -1.0), None
    )
    path = project_path(**given, out=Projected(*(None if array is None else array[3] for array in large)))
    for name in ("population", "births", "deaths"):
        array = getattr(large, name)
        assert (array[3] == getattr(fresh, name)).all()
        assert (array[[2, 4]] == -1).all()
        assert np.shares_memory(getattr(path, name), array)
    alone = np.empty_like(fresh.population)
    only = project_path(**given, out=alone, components=False)
    assert (alone == fresh.population).all()
    assert only.births is only.deaths is only.net_migration is None


def test_every_second_draw_of_an_array_can_be_written() -> None:
    given = case((4,), seed=8)
    large = np.full((8, T + 1, D, 2, A), -1.0)
    project_path(**given, out=large[::2], components=False)
    assert (large[::2] == project_path(**given).population).all()
    assert (large[1::2] == -1).all()


def test_inputs_that_repeat_are_not_copied() -> None:
    """One district's rates for 200,000 districts: the inputs alone would take 1.5 GB if they were spread out."""
    given = case(seed=9, districts=1, periods=2)
    many = 200_000
    spread = {
        name: np.broadcast_to(array, (*array.shape[:at], many, *array.shape[at + 1 :]))
        for (name, array), at in zip(given.items(), (0, 1, 1, 1, 1), strict=True)
    }
    path = project_path(**spread, components=False)
    one = project_path(**given, components=False)
    assert (path.population[:, ::49_999] == one.population).all()


def test_single_precision_where_asked_for() -> None:
    given = case((2,), seed=10)
    single = project_path(**given, dtype=np.float32)
    double = project_path(**{n: a.astype(np.float32).astype(np.float64) for n, a in given.items()})
    assert single.population.dtype == np.float32
    assert single.population == pytest.approx(double.population, rel=1.2e-7)


def even_ages(seed: int) -> dict[str, Any]:
    """A case whose stocks do not jump from age to age, without net counts."""
    given = case(seed=seed)
    given["population"] = np.full_like(given["population"], 1000.0)
    given["net_migration"] = np.zeros_like(given["net_migration"])
    return given


def test_moves_cancel_in_the_sum() -> None:
    given = even_ages(11)
    move = np.random.default_rng(12).uniform(0, 0.01, (T, D, D, 2, A))
    path = project_path(**given, move_rate=move)
    assert np.abs(path.net_migration.sum(axis=1)).max() < 1e-9
    assert np.abs(path.net_migration).max() > 1
    # By hand: those who come from the two others, less those who leave for them.
    stock = given["population"][:, 0, 5]
    leave = stock[1] * (move[0, 1, 0, 0, 5] + move[0, 1, 2, 0, 5])
    come = stock[0] * move[0, 0, 1, 0, 5] + stock[2] * move[0, 2, 1, 0, 5]
    assert path.net_migration[0, 1, 0, 5] == pytest.approx(come - leave)


def test_rates_on_survivors_can_empty_a_district_but_not_overdraw_it() -> None:
    given = case(seed=13)
    given["net_migration"] = np.zeros_like(given["net_migration"])
    path = project_path(**given, departure_rate=np.full((T, D, 2, A), 1.0), timing="multiregional")
    assert (path.population[1:] == 0).all()
    # Counts of the same size overdraw it, because the ages have moved on by the end of the year.
    given["net_migration"] = np.broadcast_to(-given["population"], given["net_migration"].shape)
    with pytest.raises(NegativeStockError, match="Lower the outflow there, or give it as a rate"):
        project_path(**given)


def test_rates_of_migration_close_the_accounts() -> None:
    given = even_ages(14)
    rng = np.random.default_rng(15)
    rates = {"move_rate": rng.uniform(0, 0.01, (T, D, D, 2, A)), "departure_rate": rng.uniform(0, 0.01, (T, D, 2, A))}
    for timing in ("even", "end", "multiregional"):
        path = project_path(**given, **rates, timing=timing)  # type: ignore[arg-type]
        change = np.diff(path.population.sum(axis=(-2, -1)), axis=0)
        flows = path.births.sum(-1) - path.deaths.sum((-2, -1)) + path.net_migration.sum((-2, -1))
        assert change == pytest.approx(flows, abs=1e-7), timing


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"survival_ratio": np.ones((T, D, 2, A + 1))}, r"survival_ratio has shape .* must be \(4, 3, 2, 12\)"),
        ({"population": np.ones((D, 3, A))}, r"population has shape \(3, 3, 12\)"),
        ({"population": np.full((D, 2, A), "x")}, "population holds <U1; it must hold numbers"),
        ({"population": np.ones((5, D, 2, A)), "sex_ratio_at_birth": np.ones((4, T, D))}, "do not fit together"),
        ({"timing": "start"}, "timing is 'start'"),
        ({"width": 0}, "width is 0"),
        ({"dtype": np.int64}, "dtype is int64"),
        ({"out": np.empty((1, D, 2, A))}, r"out\.population is .* must be a writable"),
        ({"move_rate": np.full((T, D, D, 2, A), 0.6)}, "together take a share of 1.2 out of the district"),
        ({"departure_rate": np.full((T, D, 2, A), -0.1)}, "departure_rate.* must be a share"),
        ({"population": [[[1.0, 2.0], [1.0]]]}, "population holds rows of different lengths; they must be even"),
        ({"population": None}, "population has shape|population holds object"),
        ({"timing": ["even"]}, r"timing is \['even'\]; it must be one of even, end, multiregional"),
        ({"width": "1"}, "width is '1'; it must be the width"),
        ({"width": None}, "width is None; it must be the width"),
        ({"dtype": "wide"}, "dtype is 'wide'; it must be float64 or float32"),
        ({"out": [1.0]}, r"out is list \(list, NoneType.*; it must be an array or a Projected"),
        ({"out": (None, None)}, r"out is tuple \(NoneType, NoneType\); it must be"),
        ({"out": Projected(np.empty((T + 1, D, 2, A)), births=5)}, "out is Projected .*int.*; it must be"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(KernelError, match=message):
        project_path(**(case() | change))


@pytest.mark.parametrize(
    ("name", "index", "value", "message"),
    [
        ("population", (1, 0, 4), -1.0, "a count of people"),
        ("population", (1, 0, 4), np.nan, "a count of people"),
        ("fertility_rate", (2, 1, 4), -0.1, "births per woman-year"),
        ("fertility_rate", (2, 1, 0), np.inf, "births per woman-year"),
        ("survival_ratio", (3, 2, 1, 11), 1.01, "a share, 0 … 1"),
        ("survival_ratio", (3, 2, 1, 0), np.nan, "a share, 0 … 1"),
        ("sex_ratio_at_birth", (1, 1), np.nan, "males per female"),
        ("sex_ratio_at_birth", (1, 1), np.inf, "males per female"),
        ("net_migration", (0, 0, 1, 3), np.inf, "a finite number of people"),
        ("net_migration", (0, 0, 0, 11), np.nan, "a finite number of people"),
    ],
)
def test_the_first_offending_value_is_named(name: str, index: tuple[int, ...], value: float, message: str) -> None:
    given = case(seed=15)
    given[name][index] = value
    with pytest.raises(KernelError, match=message) as raised:
        project_path(**given)
    assert raised.value.array == name
    assert raised.value.index == index


def test_a_negative_stock_is_named() -> None:
    given = case((2,), seed=16)
    given["net_migration"][1, 2, 0, 1, 6] = -1e6
    with pytest.raises(NegativeStockError, match="net migration takes more people than there are") as raised:
        project_path(**given)
    assert raised.value.index == (1, 3, 0, 1, 6)


def test_a_second_process_finds_the_compiled_code() -> None:
    """The code is kept on disk: in a new process the first call finds it and compiles nothing."""
    code = (
        "import numpy as np; from popmodel.kernel import project_path, steps\n"
        "none = np.zeros((1, 1, 2, 5))\n"
        "project_path(np.ones((1, 2, 5)), none[:, :, 0], none + 1, np.ones((1, 1)), none)\n"
        "hits = sum(steps.run.stats.cache_hits.values()); misses = sum(steps.run.stats.cache_misses.values())\n"
        "print(hits, misses)"
    )
    none = np.zeros((1, 1, 2, 5))
    project_path(np.ones((1, 2, 5)), none[:, :, 0], none + 1, np.ones((1, 1)), none)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "0"]


@pytest.mark.parametrize("name", ["population", "survival_ratio", "sex_ratio_at_birth", "net_migration"])
def test_a_masked_value_is_none(name: str) -> None:
    """The number under a mask is not one that was given."""
    given = case(seed=21)
    given[name] = np.ma.masked_array(given[name])
    plain = project_path(**case(seed=21)).population
    np.testing.assert_array_equal(project_path(**given).population, plain)  # nothing is hidden
    given[name][(1,) * given[name].ndim] = np.ma.masked
    with pytest.raises(KernelError, match=rf"{name}\[1, 1.*\] is masked, one of 1 such values"):
        project_path(**given)
    if name != "population":
        step = {key: value if key == "population" else value[1] for key, value in given.items()}
        with pytest.raises(KernelError, match=rf"{name}\[1.*\] is masked"):
            project_step(**step)


def test_out_lies_apart_from_inputs_and_from_itself() -> None:
    given = case(seed=22)
    large = np.empty((T + 2, D, 2, A))
    large[0] = given["population"]
    with pytest.raises(KernelError, match=r"out\.population shares memory with population"):
        project_path(**(given | {"population": large[0]}), out=large[: T + 1], components=False)
    path = project_path(**(given | {"population": large[0]}), out=large[1:], components=False)  # beside it
    np.testing.assert_array_equal(path.population, project_path(**given).population)
    flows = np.empty((2, T, D, 2, A))
    with pytest.raises(KernelError, match=r"out\.deaths shares memory with net_migration"):
        project_path(
            **(given | {"net_migration": flows[0]}), out=Projected(np.empty((T + 1, D, 2, A)), deaths=flows[0])
        )
    stocks = np.empty((T + 1, D, 2, A))
    with pytest.raises(KernelError, match=r"out\.deaths shares memory with out\.population"):
        project_path(**given, out=Projected(stocks, deaths=stocks[1:]))
    one = np.lib.stride_tricks.as_strided(stocks, shape=(5, *stocks.shape), strides=(0, *stocks.strides))
    many = given | {"population": np.stack([given["population"] * k for k in range(1, 6)])}
    with pytest.raises(KernelError, match=r"out\.population holds cells that are one place in memory"):
        project_path(**many, out=one, components=False)
