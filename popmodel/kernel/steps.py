"""The compiled loops: one district's step, and all steps of all districts, with and without moves between them.

Inputs come as rows of ages, two-dimensional and without repeats. The row of input a that belongs to a cell is base[a,
lead] + t·steps[a, 0] + d·steps[a, 1] + sex·steps[a, 2]. The stock is carried in a small double-precision array W of
rows; results are streamed into flat arrays, and an empty flat array is a result that is not wanted.
"""

import numba
import numpy as np

from .compiling import compiled, stream

LARGEST = 1e300
"""A stock above it is an overflow, not a population."""


@compiled()
def _work(n, A):  # type: ignore[no-untyped-def]
    """Zeroed rows for n stocks by age; age 1 of each starts a cache line, for the loops over ages 1 … A."""
    row = (A + 7) // 8 * 8
    memory = np.zeros(n * row + 8)
    skip = (56 - memory.ctypes.data % 64) % 64 // 8
    return memory[skip : skip + n * row].reshape(n, row)


@compiled()
def _row(base, steps, a, i, t, d):  # type: ignore[no-untyped-def]
    """Row of input a for the women (or both sexes) of one district."""
    return base[a, i] + t * steps[a, 0] + d * steps[a, 1]


@compiled()
def _send(rows, row, A, flat, at):  # type: ignore[no-untyped-def]
    """Write the first A values of a row to flat[at:]."""
    for x in range(A):
        stream(flat, at + x, rows[row, x])  # type: ignore[call-arg]


@compiled()
def _take(P, p, W, to):  # type: ignore[no-untyped-def]
    """Set the stock of one sex of one district; returns whether every value is a count."""
    ok = True
    for x in range(P.shape[1]):
        W[to, x] = P[p, x]
        ok &= (P[p, x] >= 0.0) & (P[p, x] <= LARGEST)
    return ok


@compiled()
def _begin(P, p, W, to, A, stocks, at):  # type: ignore[no-untyped-def]
    """Set and report the stocks of both sexes of one district; returns whether every value is a count."""
    ok = True
    for sex in range(2):
        ok &= _take(P, p[sex], W, to + sex)
        _send(W, to + sex, A, stocks, (at + sex) * A)
    return ok


@compiled()
def _age(W, old, new, S, s, M, m, shares, F, f, spare):  # type: ignore[no-untyped-def]
    """Ages 1 … A of one sex of one district; returns whether every value is in its range (a NaN is not).

    With fertility rates F (None for men) the women's years lived × rate go to the row `spare`, twice.
    """
    h, g, k = shares
    last = S.shape[1] - 1
    ok = True
    for x in range(1, last):
        alive = (W[old, x - 1] + h * M[m, x - 1]) * S[s, x]
        end = alive + g * M[m, x]
        W[new, x] = end
        ok &= (S[s, x] >= 0.0) & (S[s, x] <= 1.0) & (end >= 0.0) & (end <= LARGEST)
        if F is not None:
            W[spare, x] = F[f, x] * ((W[old, x] + h * M[m, x]) + (alive + k * M[m, x]))
            ok &= F[f, x] >= 0.0
    top = W[old, last] + h * M[m, last]
    alive = ((W[old, last - 1] + h * M[m, last - 1]) + top) * S[s, last]
    end = alive + g * M[m, last]
    W[new, last] = end
    if F is not None:
        # Girls born in the step do not bear in it: at age 0 only those count who are there or come.
        W[spare, 0] = F[f, 0] * (W[old, 0] + (h + k) * M[m, 0])
        W[spare, last] = F[f, last] * (top + (alive + k * M[m, last]))
        ok &= (F[f, 0] >= 0.0) & (F[f, last] >= 0.0)
    return ok & (S[s, last] >= 0.0) & (S[s, last] <= 1.0) & (end >= 0.0) & (end <= LARGEST)


@compiled()
def _total(W, row):  # type: ignore[no-untyped-def]
    """Sum of a row, whose padding is zero, as eight sums in a fixed order: quick, and the same bits on any thread."""
    a = b = c = d = e = f = g = h = 0.0
    for x in range(0, W.shape[1], 8):
        a += W[row, x]
        b += W[row, x + 1]
        c += W[row, x + 2]
        d += W[row, x + 3]
        e += W[row, x + 4]
        f += W[row, x + 5]
        g += W[row, x + 6]
        h += W[row, x + 7]
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


@compiled()
def _die(W, old, to, S, s, M, m, h, born):  # type: ignore[no-untyped-def]
    """Deaths of one sex of one district, by the age that the cohort reaches."""
    last = S.shape[1] - 1
    W[to, 0] = born - born * S[s, 0]
    for x in range(1, last):
        start = W[old, x - 1] + h * M[m, x - 1]
        W[to, x] = start - start * S[s, x]
    start = (W[old, last - 1] + h * M[m, last - 1]) + (W[old, last] + h * M[m, last])
    W[to, last] = start - start * S[s, last]


@compiled()
def _step(W, old, new, spare, S, s, M, m, F, f, ratio, shares, width):  # type: ignore[no-untyped-def]
    """One district's step; rows of men follow those of women. Returns girls, boys and whether all is in its range."""
    ok = _age(W, old, new, S, s[0], M, m[0], shares, F, f, spare)
    ok &= _age(W, old + 1, new + 1, S, s[1], M, m[1], shares, None, 0, 0)
    births = 0.5 * width * _total(W, spare)
    girls = births / (1.0 + ratio)
    born = (girls, births - girls)
    ok &= (ratio >= 0.0) & (ratio <= LARGEST) & (births >= 0.0)
    for sex in range(2):
        end = born[sex] * S[s[sex], 0] + shares[1] * M[m[sex], 0]
        W[new + sex, 0] = end
        ok &= (S[s[sex], 0] >= 0.0) & (S[s[sex], 0] <= 1.0) & (end >= 0.0) & (end <= LARGEST)
    return born, ok


@compiled()
def _report(W, old, new, spare, S, s, M, m, h, born, cell, at, stocks, births, deaths, moved):  # type: ignore[no-untyped-def]
    """Write one district's step to the results, where `cell` counts those of flows and `at` those of stocks."""
    A = S.shape[1]
    for sex in range(2):
        _send(W, new + sex, A, stocks, (2 * at + sex) * A)
        if births.size:
            births[2 * cell + sex] = born[sex]
        if deaths.size:
            _die(W, old + sex, spare, S, s[sex], M, m[sex], h, born[sex])
            _send(W, spare, A, deaths, (2 * cell + sex) * A)
        if moved.size:
            _send(M, m[sex], A, moved, (2 * cell + sex) * A)


@compiled(parallel=True)
def run(shape, shares, width, block, rows, base, steps, out, ok):  # type: ignore[no-untyped-def]
    """All steps where districts do not exchange people; each thread takes `block` districts through all of T."""
    n_lead, T, D = shape
    P, F, S, R, M = rows
    stocks, births, deaths, moved = out
    A = S.shape[1]
    n_blocks = (D + block - 1) // block
    for unit in numba.prange(n_lead * n_blocks):
        i = unit // n_blocks
        first = (unit % n_blocks) * block
        last = min(first + block, D)
        W = _work(4 * block + 1, A)
        good = True
        for d in range(first, last):
            p = _row(base, steps, 0, i, 0, d)
            good &= _begin(P, (p, p + steps[0, 2]), W, 2 * (d - first), A, stocks, 2 * (i * (T + 1) * D + d))
        for t in range(T):
            for d in range(first, last):
                old = 2 * block * (t % 2) + 2 * (d - first)
                new = 2 * block * (1 - t % 2) + 2 * (d - first)
                s, m = _row(base, steps, 2, i, t, d), _row(base, steps, 4, i, t, d)
                ss, mm = (s, s + steps[2, 2]), (m, m + steps[4, 2])
                ratio = R[_row(base, steps, 3, i, t, d), 0]
                born, fine = _step(
                    W, old, new, 4 * block, S, ss, M, mm, F, _row(base, steps, 1, i, t, d), ratio, shares, width
                )
                good &= fine
                cell, at = (i * T + t) * D + d, (i * (T + 1) + t + 1) * D + d
                _report(W, old, new, 4 * block, S, ss, M, mm, shares[0], born, cell, at, stocks, births, deaths, moved)
        ok[unit] = good


@compiled()
def _exchange(W, i, d, D, phase, M, m, leave, o, move, t, ages, migrants):  # type: ignore[no-untyped-def]
    """Migrants of district d by rates on the stocks of all districts of one lead, beside the net counts.

    The diagonal of `move` holds what all moves together take away, below zero.
    """
    for sex in range(2):
        own, to = 4 * (i * D + d) + phase + sex, 2 * (i * D + d) + sex
        for x in range(ages[0], ages[1]):
            migrants[to, x] = M[m[sex], x] - leave[o[sex], x] * W[own, x]
        for j in range(move.shape[1]):
            other = 4 * (i * D + j) + phase + sex
            for x in range(ages[0], ages[1]):
                migrants[to, x] += W[other, x] * move[t, j, d, sex, x]


@compiled()
def _survive(W, old, new, S, s, migrants, m, shares):  # type: ignore[no-untyped-def]
    """Age both sexes of one district without migrants."""
    for sex in range(2):
        migrants[m + sex] = 0.0
        _age(W, old + sex, new + sex, S, s[sex], migrants, m, shares, None, 0, 0)


@compiled()
def _add_born(W, new, migrants, m, after):  # type: ignore[no-untyped-def]
    """Move the children born in the step, where they move after it; returns whether every value is a count."""
    ok = True
    for sex in range(2 if after else 0):
        end = W[new + sex, 0] + migrants[m + sex, 0]
        W[new + sex, 0] = end
        ok &= (end >= 0.0) & (end <= LARGEST)
    return ok


@compiled(parallel=True)
def run_coupled(shape, shares, width, rows, base, steps, move, out, ok):  # type: ignore[no-untyped-def]
    """All steps where people move by rates: in each, every district's migrants first, then every district's step.

    Under "multiregional" (k = 1) the rates apply to the survivors: the stock ages first, without migrants, and the
    children born in the step move last.
    """
    n_lead, T, D = shape
    P, F, S, R, M, leave = rows
    stocks, births, deaths, moved = out
    A = S.shape[1]
    h, _, k = shares
    after = k == 1.0
    least = int(after)  # the youngest age that moves with the others
    n = n_lead * D
    W = _work(5 * n, A)
    migrants = np.zeros((2 * n, A))
    born = np.zeros(2 * n)
    for unit in numba.prange(n):
        i, d = unit // D, unit % D
        p = _row(base, steps, 0, i, 0, d)
        ok[unit] &= _begin(P, (p, p + steps[0, 2]), W, 4 * unit, A, stocks, 2 * (i * (T + 1) * D + d))
    for t in range(T):
        old, new = 2 * (t % 2), 2 * (1 - t % 2)
        year = min(t, move.shape[0] - 1)
        if after:
            for unit in numba.prange(n):
                s = _row(base, steps, 2, unit // D, t, unit % D)
                ss = (s, s + steps[2, 2])
                _survive(W, 4 * unit + old, 4 * unit + new, S, ss, migrants, 2 * unit, shares)
        for unit in numba.prange(n):
            i, d = unit // D, unit % D
            m, o = _row(base, steps, 4, i, t, d), _row(base, steps, 5, i, t, d)
            mm, oo = (m, m + steps[4, 2]), (o, o + steps[5, 2])
            _exchange(W, i, d, D, (old, new)[least], M, mm, leave, oo, move, year, (least, A), migrants)
        for unit in numba.prange(n):
            i, d = unit // D, unit % D
            s, mm = _row(base, steps, 2, i, t, d), (2 * unit, 2 * unit + 1)
            ss = (s, s + steps[2, 2])
            a, b = 4 * unit + old, 4 * unit + new
            ratio = R[_row(base, steps, 3, i, t, d), 0]
            children, fine = _step(
                W, a, b, 4 * n + unit, S, ss, migrants, mm, F, _row(base, steps, 1, i, t, d), ratio, shares, width
            )
            ok[unit] &= fine
            born[2 * unit], born[2 * unit + 1] = children
        if after:
            for unit in numba.prange(n):
                i, d = unit // D, unit % D
                m, o = _row(base, steps, 4, i, t, d), _row(base, steps, 5, i, t, d)
                _exchange(
                    W, i, d, D, new, M, (m, m + steps[4, 2]), leave, (o, o + steps[5, 2]), move, year, (0, 1), migrants
                )
        for unit in numba.prange(n):
            i, d = unit // D, unit % D
            a, b = 4 * unit + old, 4 * unit + new
            ok[unit] &= _add_born(W, b, migrants, 2 * unit, after)
            s = _row(base, steps, 2, i, t, d)
            cell, at = (i * T + t) * D + d, (i * (T + 1) + t + 1) * D + d
            flows = (born[2 * unit], born[2 * unit + 1])
            ss, mm = (s, s + steps[2, 2]), (2 * unit, 2 * unit + 1)
            _report(W, a, b, 4 * n + unit, S, ss, migrants, mm, h, flows, cell, at, stocks, births, deaths, moved)
