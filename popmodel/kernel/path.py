"""The two public functions: a path of many steps, and one step."""

from collections.abc import Mapping
from typing import Any, Literal

import numba
import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from .inputs import (
    KernelError,
    Projected,
    check_apart,
    check_departures,
    check_options,
    check_out,
    check_range,
    check_stock,
    result,
    rows,
    take,
)
from .steps import run, run_coupled

Timing = Literal["even", "end", "multiregional"]
TIMINGS = {"even": (0.5, 0.5, 0.5), "end": (0.0, 1.0, 0.0), "multiregional": (0.0, 1.0, 1.0)}
"""Shares h, g, k of the migrants: added to the stock at the start, at the end, and at the end before births count."""
BLOCK = 16
"""Districts that one thread takes together: their stocks of two years stay in its nearest caches."""
PER_THREAD = 100_000
"""Cells that are worth a thread: waking one takes longer than computing fewer."""


def project_path(
    population: ArrayLike,
    fertility_rate: ArrayLike,
    survival_ratio: ArrayLike,
    sex_ratio_at_birth: ArrayLike,
    net_migration: ArrayLike,
    *,
    timing: Timing = "even",
    move_rate: ArrayLike | None = None,
    departure_rate: ArrayLike | None = None,
    width: float = 1,
    out: Projected | NDArray[Any] | None = None,
    components: bool = True,
    dtype: DTypeLike = np.float64,
) -> Projected:
    r"""Project populations by age and sex over T steps, for any number of scenarios, draws and districts.

    Parameters
    ----------
    population : array_like (..., D, 2, A)
        Stock at the start, sex ordered female, male; the last age is open [persons].
    fertility_rate : array_like (..., T, D, A)
        Births per woman and year by her age at the time [births per woman-year].
    survival_ratio : array_like (..., T, D, 2, A)
        Share that survives a step, by the age reached: S[0] of the newborn, S[A] of the two last ages together [1].
    sex_ratio_at_birth : array_like (..., T, D)
        Boys per girl; 0 projects women alone [males per female].
    net_migration : array_like (..., T, D, 2, A)
        Net migrants by age at the move [persons].
    timing : {"even", "end", "multiregional"}
        When migrants come: half at the start of the step and half at its end; all at its end, too late to bear or to
        die in it; or all at its end, in time to bear, with the rates applied to the survivors.
    move_rate : array_like (T, D, D, 2, A), optional
        Share of the people of the first district (origin) who move to the second (destination) in the step; the
        diagonal is not used [1].
    departure_rate : array_like (..., T, D, 2, A), optional
        Share of a district's people who leave the area in the step [1].
    width : float
        Width of a closed age group and of a step [years].
    out : Projected or numpy.ndarray, optional
        Arrays to write into, of `dtype` and of the shapes of the result; slices of larger arrays along leading axes
        will do. A plain array takes the population. What is None in it is made if `components` asks for it.
    components : bool
        Whether births, deaths and migrants are returned too.
    dtype : {numpy.float64, numpy.float32}
        Type of inputs and results. The arithmetic is in double precision and the stock is carried in it, so that single
        precision rounds each result once, by at most 6e-8 of its value, besides the rounding of the inputs.

    Returns
    -------
    Projected
        Named tuple `population`, `births`, `deaths`, `net_migration`. Net counts without rates come back as a read-only
        view of the input, spread over the leading axes, unless `out` has an array for them.

    Raises
    ------
    KernelError
        If shapes or options do not fit, a value is masked, not finite, negative, or no share where it must be one, or
        `out` shares memory with an input or itself. `out` may then hold part of a run.
    NegativeStockError
        If net migration takes more people than there are; nothing is repaired.

    Notes
    -----
    Leading axes broadcast. An input that only repeats along an axis (`numpy.broadcast_to`, or length 1 in a leading
    axis) is held and read once. Each scenario, draw and district is computed by itself and in a fixed order, so the
    result is the same to the bit for any number of threads and any split of the draws.

    One step of one district and sex, with P the stock at the start, M the migrants, S the survival ratios, A the last
    age and (h, g, k) = (½, ½, ½) under "even", (0, 1, 0) under "end":

    .. math::

        a_x &= P_x + h M_x \\
        N_x &= a_{x-1} S_x + g M_x, \quad x = 1 … A-1 \\
        N_A &= (a_{A-1} + a_A) S_A + g M_A \\
        B &= w \sum_x f_x \tfrac12 \left(a^f_x + N^f_x + (k - g) M^f_x\right) \\
        B^f &= B / (1 + SRB), \quad B^m = B - B^f \\
        N_0 &= B^s S_0 + g M_0

    This is the cohort-component step of Preston, Heuveline & Guillot (2001, Demography, ch. 6) in the form of the UN
    Population Division's ccmppWPP (`project_ccmpp_z_by_z`), with both of its migration timings. Girls born in the step
    do not bear in it. Deaths are what a cohort loses: N_total = P_total + B − D + M, to rounding.

    Rates give migrants from the stock P at the start, so that losses follow the people there are and moves cancel in
    the sum:

    .. math::

        M_d = M^{net}_d - r_d P_d + \sum_o P_o m_{o d} - P_d \sum_j m_{d j}

    Under "multiregional" the same formula takes the survivors a[x−1]·S[x] and B·S[0] in place of P, and
    (h, g, k) = (0, 1, 1): the multiregional projection of Rogers (1975, Introduction to Multiregional Mathematical
    Demography) and Willekens & Rogers (1978, Spatial Population Analysis), where those who survive from age x to x +
    w may have moved. Only there can rates never take more people than there are: under the other two an age may be left
    by more than have grown into it by the end of the step.

    Examples
    --------
    >>> import numpy as np
    >>> ages = np.zeros((1, 2, 3)); ages[...] = 100.0
    >>> none = np.zeros((1, 1, 2, 3))
    >>> path = project_path(ages, none[:, :, 0], none + 0.9, np.full((1, 1), 1.05), none)
    >>> path.population[1, 0, 0]
    array([  0.,  90., 180.])
    """
    kind = check_options(timing, TIMINGS, width, dtype)
    given = check_out(out)
    P = take("population", population, (None, 2, None))
    D, _, A = P.shape[-3:]
    if D < 1 or A < 3:
        raise KernelError(
            f"population has {D} districts and {A} ages; it needs one and three at least.", array="population"
        )
    F = take("fertility_rate", fertility_rate, (None, D, A))
    T = F.shape[-3]
    S = take("survival_ratio", survival_ratio, (T, D, 2, A))
    R = take("sex_ratio_at_birth", sex_ratio_at_birth, (T, D))
    M = take("net_migration", net_migration, (T, D, 2, A))
    views = [P[..., None, :, :, :], F[..., None, :], S, R[..., None, None], M]
    move = None if move_rate is None else take("move_rate", move_rate, (T, D, D, 2, A))
    leave = None if departure_rate is None else take("departure_rate", departure_rate, (T, D, 2, A))
    coupled = move is not None or leave is not None
    if move is not None and move.ndim > 5:
        raise KernelError(
            f"move_rate has shape {move.shape}; it has no leading axes. Give (T, D, D, 2, A).", array="move_rate"
        )
    if coupled:
        check_departures(move, leave)
        views.append(np.broadcast_to(0.0, (T, D, 2, A)) if leave is None else leave)
    inputs = {"population": P, "fertility_rate": F, "survival_ratio": S, "sex_ratio_at_birth": R, "net_migration": M}
    lead = _lead(views, inputs)
    check_apart(given, inputs | {"move_rate": move, "departure_rate": leave})
    flows = ((*lead, T, D, 2), (*lead, T, D, 2, A), (*lead, T, D, 2, A))
    wanted = (True, components, components, components and coupled)
    parts = [
        result(name, array, want, shape, kind)
        for name, array, want, shape in zip(
            Projected._fields, given, wanted, ((*lead, T + 1, D, 2, A), *flows), strict=True
        )
    ]
    fine = _fill(
        [np.broadcast_to(view, lead + view.shape[-4:]) for view in views], move, parts, TIMINGS[timing], float(width)
    )
    if not fine:
        for name, array in inputs.items():
            check_range(name, array)
        check_stock(parts[0])
    if components and parts[3] is None:
        parts[3] = np.broadcast_to(M, flows[2])
    return Projected(*parts)


def _lead(views: list[NDArray[Any]], inputs: Mapping[str, NDArray[Any]]) -> tuple[int, ...]:
    """Leading axes of the result."""
    try:
        return np.broadcast_shapes(*(view.shape[:-4] for view in views))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in inputs.items())
        raise KernelError(f"leading axes do not fit together: {shapes}. Give them the same length, or 1.") from None


def _fill(
    views: list[NDArray[Any]],
    move: NDArray[Any] | None,
    parts: list[Any],
    shares: tuple[float, float, float],
    width: float,
) -> bool:
    """Run into `parts`; returns whether every value was in its range."""
    if any(part is not None and not part.flags.c_contiguous for part in parts):
        halves = zip(*([part] * len(parts[0]) if part is None else part for part in parts), strict=True)
        fine = [_fill([view[i] for view in views], move, list(half), shares, width) for i, half in enumerate(halves)]
        return all(fine)
    kind = parts[0].dtype
    T, D, _, A = views[2].shape[-4:]
    n = int(np.prod(parts[0].shape[:-4]))
    data, bases, steps = zip(*(rows(view, kind) for view in views), strict=True)
    where = (np.stack(bases), np.array(steps, np.int64))
    flat = tuple(np.empty(0, kind) if part is None else part.reshape(-1) for part in parts)
    threads = numba.get_num_threads()
    numba.set_num_threads(max(1, min(threads, n * T * D * 2 * A // PER_THREAD)))
    try:
        if len(views) == 5:
            block = min(BLOCK, D)
            ok = np.ones(n * -(-D // block), np.bool_)
            run((n, T, D), shares, width, block, data, *where, flat, ok)
        else:
            ok = np.ones(n * D, np.bool_)
            moves = np.zeros((1, 0, 0, 2, A)) if move is None else np.array(move, np.float64, order="C")
            stay = np.einsum("tddsa->tdsa", moves)  # a view of the diagonal
            stay[...] = 0.0
            stay[...] = -moves.sum(axis=2)
            run_coupled((n, T, D), shares, width, data, *where, moves, flat, ok)
    finally:
        numba.set_num_threads(threads)
    return bool(ok.all())


def project_step(
    population: ArrayLike,
    fertility_rate: ArrayLike,
    survival_ratio: ArrayLike,
    sex_ratio_at_birth: ArrayLike,
    net_migration: ArrayLike,
    *,
    timing: Timing = "even",
    move_rate: ArrayLike | None = None,
    departure_rate: ArrayLike | None = None,
    width: float = 1,
    components: bool = True,
    dtype: DTypeLike = np.float64,
) -> Projected:
    """Project populations by one step: `project_path` without the axis T.

    Parameters
    ----------
    population : array_like (..., D, 2, A)
        Stock at the start [persons].
    fertility_rate : array_like (..., D, A)
        Births per woman and year by her age [births per woman-year].
    survival_ratio : array_like (..., D, 2, A)
        Share that survives the step, by the age reached [1].
    sex_ratio_at_birth : array_like (..., D)
        Boys per girl [males per female].
    net_migration : array_like (..., D, 2, A)
        Net migrants by age at the move [persons].
    timing, width, components, dtype
        As in `project_path`.
    move_rate : array_like (D, D, 2, A), optional
        Share of the people of the first district who move to the second [1].
    departure_rate : array_like (..., D, 2, A), optional
        Share of a district's people who leave the area [1].

    Returns
    -------
    Projected
        `population` (..., D, 2, A) is the stock at the end; flows have no axis T either.

    Raises
    ------
    KernelError, NegativeStockError
        As in `project_path`; indices have the axis T, of length one, or the year, which is 1.

    Notes
    -----
    Formulas and sources: `project_path`.
    """
    path = project_path(
        population,
        take("fertility_rate", fertility_rate, (None, None))[..., None, :, :],
        take("survival_ratio", survival_ratio, (None, 2, None))[..., None, :, :, :],
        take("sex_ratio_at_birth", sex_ratio_at_birth, (None,))[..., None, :],
        take("net_migration", net_migration, (None, 2, None))[..., None, :, :, :],
        timing=timing,
        move_rate=None if move_rate is None else take("move_rate", move_rate, (None, None, 2, None))[None],
        departure_rate=(
            None
            if departure_rate is None
            else take("departure_rate", departure_rate, (None, 2, None))[..., None, :, :, :]
        ),
        width=width,
        components=components,
        dtype=dtype,
    )
    if path.births is None or path.deaths is None or path.net_migration is None:
        return Projected(path.population[..., 1, :, :, :])
    return Projected(
        path.population[..., 1, :, :, :],
        path.births[..., 0, :, :],
        path.deaths[..., 0, :, :, :],
        path.net_migration[..., 0, :, :, :],
    )
