"""The compiled parts of one district's year: rates formed from drivers, migrants solved for, sums by band of age.

A row holds both sexes of one district: ages of the women, zeros up to a whole number of eights, the same of the men.
`compact` calls them; as numba renews compiled code when the module of the caller changes, change that one too.
"""

import math

import numpy as np

from .compiling import inner
from .steps import LARGEST

ORDER = 5
"""Terms of the series of exp between two rows of the table of exp(γ·b)."""
SPACING = 1 / 64
"""Distance of those rows in γ times the greatest response: the series is then good to 1e-12."""
MOST_LEAVING = 0.8
"""Largest share of the people of an age and sex that may leave in a year net [1]."""
EIGHT = np.uintp(8)
FINE, DEPLETED, NEGATIVE, NO_MIGRATION, NO_NUMBER = range(5)
"""What a draw came to."""


@inner
def clear(row):  # type: ignore[no-untyped-def]
    """Set a row to zero; a loop, as a slice takes numba a second to compile."""
    for x in range(row.size):
        row[x] = 0.0


@inner
def row_sum(row):  # type: ignore[no-untyped-def]
    """Sum of a row as eight sums in a fixed order."""
    a = b = c = d = e = f = g = h = 0.0
    for i in range(row.size // 8):
        x = EIGHT * np.uintp(i)  # unsigned: no index can count from the end, and eight lie in one register
        a += row[x]
        b += row[x + np.uintp(1)]
        c += row[x + np.uintp(2)]
        d += row[x + np.uintp(3)]
        e += row[x + np.uintp(4)]
        f += row[x + np.uintp(5)]
        g += row[x + np.uintp(6)]
        h += row[x + np.uintp(7)]
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


@inner
def row_dot(other, row):  # type: ignore[no-untyped-def]
    """Sum of products of two rows as eight sums in a fixed order; the second is not longer."""
    a = b = c = d = e = f = g = h = 0.0
    for i in range(row.size // 8):
        x = EIGHT * np.uintp(i)  # unsigned: no index can count from the end, and eight lie in one register
        a += other[x] * row[x]
        b += other[x + np.uintp(1)] * row[x + np.uintp(1)]
        c += other[x + np.uintp(2)] * row[x + np.uintp(2)]
        d += other[x + np.uintp(3)] * row[x + np.uintp(3)]
        e += other[x + np.uintp(4)] * row[x + np.uintp(4)]
        f += other[x + np.uintp(5)] * row[x + np.uintp(5)]
        g += other[x + np.uintp(6)] * row[x + np.uintp(6)]
        h += other[x + np.uintp(7)] * row[x + np.uintp(7)]
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


@inner
def survive(grid, first, step, e0, S):  # type: ignore[no-untyped-def]
    """Survival ratios at a life expectancy: linear between the tables of the grid."""
    at = (e0 - first) / step
    low = min(max(int(at), 0), grid.shape[0] - 2)
    part = at - low
    below, above = grid[low], grid[low + 1]
    for x in range(S.size):
        S[x] = below[x] + part * (above[x] - below[x])


@inner
def compose(g, turnover, own, weight, scores, components):  # type: ignore[no-untyped-def]
    """Take exp of the net log rates of one district at a total of zero, composed once a draw."""
    for x in range(g.size):
        g[x] = turnover[x] + weight * own[x]
    for k in range(scores.size):
        score, component = scores[k], components[k]
        for x in range(g.size):
            g[x] += score * component[x]
    for x in range(g.size):
        g[x] = math.exp(g[x])


@inner
def at_risk(P, S, E, A):  # type: ignore[no-untyped-def]
    """People who may move: harmonic mean of those of an age at the start and those who reach it."""
    for x in range(1, E.size):
        reach = P[x - 1] * S[x]
        whole = P[x] + reach
        E[x] = 2.0 * P[x] * reach / (whole if whole > 0.0 else 1.0)
    half = E.size // 2
    for first in (0, half):
        E[first] = P[first]
        E[first + A - 1] = P[first + A - 1]


@inner
def age_row(P, S, M, N, died, shares, A):  # type: ignore[no-untyped-def]
    """Survivors N of all but the newborn, without those who come at the end, and the deaths."""
    h = shares[0]
    for x in range(1, N.size):
        start = P[x - 1] + h * M[x - 1]
        alive = start * S[x]
        died[x] = start - alive
        N[x] = alive
    half = N.size // 2
    for first in (0, half):
        last = first + A - 1
        N[first] = 0.0
        died[first] = 0.0
        start = (P[last - 1] + h * M[last - 1]) + (P[last] + h * M[last])
        N[last] = start * S[last]
        died[last] = start - N[last]
        if half > A:
            died[last + 1] = 0.0


@inner
def births_of(P, M, N, spare, pattern, shares, width):  # type: ignore[no-untyped-def]
    """Births at a total fertility of 1; N holds the survivors, and 0 at age 0."""
    h, _, k = shares
    for x in range(pattern.size):
        spare[x] = (P[x] + h * M[x]) + (N[x] + k * M[x])
    return 0.5 * width * row_dot(spare, pattern)


@inner
def reach_of_one(S, pattern, fertility, born_alive, c, shares, width, A):  # type: ignore[no-untyped-def]
    """What one migrant of each age adds to the stock at the end, children included."""
    h, g, k = shares
    half = c.size // 2
    each = 0.5 * width * fertility * born_alive
    for first in (0, half):
        last = first + A - 1
        for x in range(A):
            after = min(x + 1, A - 1)
            c[first + x] = g + h * S[first + after]
            if first == 0:
                c[x] += each * ((h + k) * pattern[x] + h * S[after] * pattern[after])
        c[last] = g + h * S[last]
    c[A - 1] += each * pattern[A - 1] * (h + k + h * S[A - 1])


@inner
def near(table, unit, gamma, far, response):  # type: ignore[no-untyped-def]
    """The row exp(γ'·b) at the multiple γ' of the spacing nearest to γ, which is returned in units of the spacing."""
    most = (table.shape[0] - 1) // 2
    at = math.floor(gamma + 0.5)
    if -most <= at <= most:
        return at, table[int(at) + most]
    for x in range(far.size):
        far[x] = math.exp(at * unit * response[x])
    return at, far


@inner
def root(m, goal, u):  # type: ignore[no-untyped-def]
    """Find u with Σ m_j·u^j = goal, by Newton steps from u."""
    for _ in range(12):
        value = (((m[4] * u + m[3]) * u + m[2]) * u + m[1]) * u + m[0]
        slope = ((4.0 * m[4] * u + 3.0 * m[3]) * u + 2.0 * m[2]) * u + m[1]
        step = (value - goal) / slope
        u -= step
        if abs(step) <= 4e-16:
            break
    return u


@inner
def solve(E, g, c, goal, gamma, schedule, q, far):  # type: ignore[no-untyped-def]
    """γ with Σ c·E·exp(g + γ·b) = goal, from a guess: the place of the row of the table, what is beyond it, the slope.

    Where the slope is 0, no γ was found.
    """
    powers, table, unit = schedule[0], schedule[1], schedule[4]
    at, u = gamma, 0.0
    for _ in range(200):
        at, row = near(table, unit, gamma, far, powers[1])
        for x in range(q.size):
            q[x] = E[x] * g[x] * row[x]
        if c.size:
            for x in range(q.size):
                q[x] *= c[x]
        m = (row_sum(q), row_dot(q, powers[1]), row_dot(q, powers[2]), row_dot(q, powers[3]), row_dot(q, powers[4]))
        if not (m[0] > 0.0 and m[1] > 0.0):
            return at, u, 0.0
        u = math.log(goal / m[0]) * m[0] / m[1]
        if abs(u) <= 4.0 * unit:
            u = root(m, goal, u)
        if abs(u) <= 0.6 * unit:
            return at, u, m[1] / m[0]
        gamma = at + min(max(u / unit, -320.0), 320.0)
        if abs(gamma) > 1280.0:
            break
    return at, u, 0.0


@inner
def leavers(E, g, row, u, response, M):  # type: ignore[no-untyped-def]
    """Net migrants E·(exp(g + γ·b) − 1)."""
    for x in range(M.size):
        v = u * response[x]
        series = 1.0 + v * (1.0 + v * (0.5 + v * (1.0 / 6.0 + v * (1.0 / 24.0))))
        M[x] = E[x] * (g[x] * row[x] * series) - E[x]


@inner
def depleted_at(P, M):  # type: ignore[no-untyped-def]
    """Place of the first cell that more than may would leave, or −1."""
    bad = False
    for x in range(M.size):
        bad |= (M[x] < -1e-6) & (-M[x] > MOST_LEAVING * P[x])
    if bad:
        for x in range(M.size):
            if M[x] < -1e-6 and -M[x] > MOST_LEAVING * P[x]:
                return x
    return -1


@inner
def negative_at(N):  # type: ignore[no-untyped-def]
    """Place of the first cell that is no count of people, or −1."""
    fine = True
    for x in range(N.size):
        fine &= (N[x] >= 0.0) & (N[x] <= LARGEST)
    if not fine:
        for x in range(N.size):
            if not (N[x] >= 0.0 and N[x] <= LARGEST):
                return x
    return -1


@inner
def sum_bands(N, edges, A, n, t, a, bands, middle):  # type: ignore[no-untyped-def]
    """Sums by band of age of one area, and where half of its people is reached: age, people below it and up to it."""
    half = N.size // 2
    whole = 0.0
    for b in range(edges.size):
        last = edges[b + 1] if b + 1 < edges.size else A
        women = men = 0.0
        for x in range(edges[b], last):
            women += N[x]
            men += N[half + x]
        bands[b, 0, n, t, a] = women
        bands[b, 1, n, t, a] = men
        whole += women + men
    below, b = 0.0, 0
    goal = whole / 2.0
    while b + 1 < edges.size and below + bands[b, 0, n, t, a] + bands[b, 1, n, t, a] < goal:
        below += bands[b, 0, n, t, a] + bands[b, 1, n, t, a]
        b += 1
    x = edges[b]
    while x < A - 1 and below + N[x] + N[half + x] < goal:
        below += N[x] + N[half + x]
        x += 1
    middle[0, n, t, a] = x
    middle[1, n, t, a] = below
    middle[2, n, t, a] = below + N[x] + N[half + x]
