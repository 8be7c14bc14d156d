"""The compiled loops of many draws from compact drivers: rates are formed, and sums by band of age taken, in the loop.

A row holds both sexes of one district: ages of the women, zeros up to a whole number of eights, the same of the men.
Every draw is computed by itself and in a fixed order, so its bits depend on no other draw, block or thread.
"""

import math

import numpy as np

from .compiling import compiled, inner
from .steps import LARGEST

ORDER = 5
"""Terms of the series of exp between two rows of the table of exp(γ·b)."""
SPACING = 1 / 64
"""Distance of those rows in γ times the greatest response: the series is then good to 1e-12."""
MOST_LEAVING = 0.8
"""Largest share of the people of an age and sex that may leave in a year net [1]."""
FINE, DEPLETED, NEGATIVE, NO_MIGRATION, NO_NUMBER = range(5)
"""What a draw came to."""


@inner
def _sum(row):  # type: ignore[no-untyped-def]
    """Sum of a row as eight sums in a fixed order."""
    a = b = c = d = e = f = g = h = 0.0
    for x in range(0, row.size, 8):
        a += row[x]
        b += row[x + 1]
        c += row[x + 2]
        d += row[x + 3]
        e += row[x + 4]
        f += row[x + 5]
        g += row[x + 6]
        h += row[x + 7]
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


@inner
def _dot(row, other):  # type: ignore[no-untyped-def]
    """Sum of products of two rows as eight sums in a fixed order."""
    a = b = c = d = e = f = g = h = 0.0
    for x in range(0, other.size, 8):
        a += row[x] * other[x]
        b += row[x + 1] * other[x + 1]
        c += row[x + 2] * other[x + 2]
        d += row[x + 3] * other[x + 3]
        e += row[x + 4] * other[x + 4]
        f += row[x + 5] * other[x + 5]
        g += row[x + 6] * other[x + 6]
        h += row[x + 7] * other[x + 7]
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


@inner
def _survival(grid, first, step, e0, S):  # type: ignore[no-untyped-def]
    """Survival ratios at a life expectancy: linear between the tables of the grid."""
    at = (e0 - first) / step
    low = min(max(int(at), 0), grid.shape[0] - 2)
    part = at - low
    below, above = grid[low], grid[low + 1]
    for x in range(S.size):
        S[x] = below[x] + part * (above[x] - below[x])


@inner
def _turnover(g, turnover, own, weight, scores, components):  # type: ignore[no-untyped-def]
    """exp of the net log rates of one district at a total of zero, composed once a draw."""
    for x in range(g.size):
        g[x] = turnover[x] + weight * own[x]
    for k in range(scores.size):
        score, component = scores[k], components[k]
        for x in range(g.size):
            g[x] += score * component[x]
    for x in range(g.size):
        g[x] = math.exp(g[x])


@inner
def _at_risk(P, S, E, A):  # type: ignore[no-untyped-def]
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
def _age(P, S, M, N, died, shares, A):  # type: ignore[no-untyped-def]
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
        if A < half:
            died[last + 1] = 0.0


@inner
def _births(P, M, N, spare, pattern, shares, width):  # type: ignore[no-untyped-def]
    """Births at a total fertility of 1; N holds the survivors, and 0 at age 0."""
    h, _, k = shares
    for x in range(pattern.size):
        spare[x] = (P[x] + h * M[x]) + (N[x] + k * M[x])
    return 0.5 * width * _dot(spare, pattern)


@inner
def _reach_of_one(S, pattern, fertility, born_alive, c, shares, width, A):  # type: ignore[no-untyped-def]
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
def _near(table, unit, gamma, far, response):  # type: ignore[no-untyped-def]
    """The row exp(γ'·b) at the multiple γ' of the spacing nearest to γ, which is returned in units of the spacing."""
    most = (table.shape[0] - 1) // 2
    at = round(gamma)
    if abs(at) <= most:
        return at, table[int(at) + most]
    for x in range(far.size):
        far[x] = math.exp(at * unit * response[x])
    return at, far


@inner
def _root(m, goal, u):  # type: ignore[no-untyped-def]
    """u with Σ m_j·u^j = goal, by Newton steps from u."""
    for _ in range(12):
        value = (((m[4] * u + m[3]) * u + m[2]) * u + m[1]) * u + m[0]
        slope = ((4.0 * m[4] * u + 3.0 * m[3]) * u + 2.0 * m[2]) * u + m[1]
        step = (value - goal) / slope
        u -= step
        if abs(step) <= 4e-16:
            break
    return u


@inner
def _solve(E, g, c, goal, gamma, schedule, q, far):  # type: ignore[no-untyped-def]
    """γ with Σ c·E·exp(g + γ·b) = goal, from a guess: the place of the row of the table, what is beyond it, the slope.

    Where the slope is 0, no γ was found.
    """
    powers, table, unit = schedule[0], schedule[1], schedule[4]
    at, u = gamma, 0.0
    for _ in range(200):
        at, row = _near(table, unit, gamma, far, powers[1])
        for x in range(q.size):
            q[x] = E[x] * g[x] * row[x]
        if c.size:
            for x in range(q.size):
                q[x] *= c[x]
        m = (_sum(q), _dot(q, powers[1]), _dot(q, powers[2]), _dot(q, powers[3]), _dot(q, powers[4]))
        if not (m[0] > 0.0 and m[1] > 0.0):
            return at, u, 0.0
        u = math.log(goal / m[0]) * m[0] / m[1]
        if abs(u) <= 4.0 * unit:
            u = _root(m, goal, u)
        if abs(u) <= 0.6 * unit:
            return at, u, m[1] / m[0]
        gamma = at + min(max(u / unit, -320.0), 320.0)
        if abs(gamma) > 1280.0:
            break
    return at, u, 0.0


@inner
def _leavers(E, g, row, u, response, M):  # type: ignore[no-untyped-def]
    """Net migrants E·(exp(g + γ·b) − 1)."""
    for x in range(M.size):
        v = u * response[x]
        series = 1.0 + v * (1.0 + v * (0.5 + v * (1.0 / 6.0 + v * (1.0 / 24.0))))
        M[x] = E[x] * (g[x] * row[x] * series) - E[x]


@inner
def _depleted(P, M):  # type: ignore[no-untyped-def]
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
def _negative(N):  # type: ignore[no-untyped-def]
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
def _measure(N, edges, A, n, t, a, bands, middle):  # type: ignore[no-untyped-def]
    """Sums by band of age of one area, and where half of its people is reached: age, people below it and up to it."""
    half = N.size // 2
    whole = 0.0
    for b in range(edges.size):
        last = edges[b + 1] if b + 1 < edges.size else A
        for sex in range(2):
            total = 0.0
            for x in range(edges[b], last):
                total += N[sex * half + x]
            bands[b, sex, n, t, a] = total
            whole += total
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


@inner
def _stock_alone(P, S, none, N, spare, vital, fertility, ratio, shares, width, A):  # type: ignore[no-untyped-def]
    """The stock at the end without migrants, and the survivors among the children born, per birth."""
    half = N.size // 2
    born_alive = (S[0] + ratio * S[half]) / (1.0 + ratio)
    _age(P, S, none, N, spare, shares, A)
    births = fertility * _births(P, none, N, spare, vital, shares, width)
    return _sum(N) + births * born_alive, born_alive


@inner
def _learned(P, E, g, c, due, there, memory, schedule, q, far, M):  # type: ignore[no-untyped-def]
    """Migrants by learned rates whose sum, each taken c times, is `due`; returns what it came to.

    `memory` keeps γ, its slope and the log of the change for the next year's guess.
    """
    powers, table, unit = schedule[0], schedule[1], schedule[4]
    goal = there + due
    if not goal > 1e-9 * there:
        return NO_MIGRATION
    change = math.log(goal / there)
    gamma = memory[0] + (change - memory[2]) * memory[1] / unit
    at, u, slope = _solve(E, g, c, goal, gamma, schedule, q, far)
    if not slope > 0.0:
        return NO_MIGRATION
    memory[0], memory[1], memory[2] = at + u / unit, 1.0 / slope, change
    at, row = _near(table, unit, at, far, powers[1])
    _leavers(E, g, row, u, powers[1], M)
    return FINE


@inner
def _migrants(P, S, c, due, g, memory, schedule, scratch, A):  # type: ignore[no-untyped-def]
    """Net migrants of one district whose sum, each taken c times (an empty row: once), is `due`."""
    E, q, far, M = scratch[0], scratch[1], scratch[2], scratch[3]
    parts, by_shares = schedule[2], schedule[3]
    if by_shares and due >= 0.0:
        total = due / (_dot(c, parts) if c.size else 1.0)
        for x in range(M.size):
            M[x] = total * parts[x]
        return FINE
    _at_risk(P, S, E, A)
    there = _dot(E, c) if c.size else _sum(E)
    if not there > 0.0:
        for x in range(M.size):
            M[x] = 0.0
        return FINE if due == 0.0 else NO_MIGRATION
    code = _learned(P, E, g, c, due, there, memory, schedule, q, far, M)
    return DEPLETED if code == FINE and _depleted(P, M) >= 0 else code


@inner
def _district(P, N, S, g, memory, given, pattern, schedule, scratch, step):  # type: ignore[no-untyped-def]
    """One year of one district: girls, boys, deaths, migrants, and what it came to."""
    fertility, ratio, net, stock = given
    shares, width, A = step
    M, died, spare, c, none = scratch[3], scratch[4], scratch[5], scratch[6], scratch[7]
    if stock == stock:
        alone, born_alive = _stock_alone(P, S, none, N, spare, pattern, fertility, ratio, shares, width, A)
        _reach_of_one(S, pattern, fertility, born_alive, c, shares, width, A)
        code = _migrants(P, S, c, stock - alone, g, memory, schedule, scratch, A)
    else:
        code = _migrants(P, S, c[:0], net, g, memory, schedule, scratch, A)
    if code != FINE:
        return 0.0, 0.0, 0.0, 0.0, code
    _age(P, S, M, N, died, shares, A)
    births = fertility * _births(P, M, N, spare, pattern, shares, width)
    girls = births / (1.0 + ratio)
    boys = births - girls
    half = N.size // 2
    alive = (girls * S[0], boys * S[half])
    deaths = _sum(died) + (girls - alive[0]) + (boys - alive[1])
    for x in range(N.size):
        N[x] += shares[1] * M[x]
    N[0] += alive[0]
    N[half] += alive[1]
    moved = _sum(M)
    if not births + deaths + moved + ratio < LARGEST:
        return girls, boys, deaths, moved, NO_NUMBER
    return girls, boys, deaths, moved, FINE if _negative(N) < 0 else NEGATIVE


@inner
def _report(N, city, edges, A, n, t, a, bands, middle, people):  # type: ignore[no-untyped-def]
    """Sum one district's stock, add it to the city's, and keep its ages where they are wanted."""
    _measure(N, edges, A, n, t, a, bands, middle)
    for x in range(N.size):
        city[x] += N[x]
    if people.size:
        half = N.size // 2
        for x in range(A):
            people[n, t, a - 1, 0, x] = N[x]
            people[n, t, a - 1, 1, x] = N[half + x]


@inner
def _note(flows, n, t, a, girls, boys, deaths, moved):  # type: ignore[no-untyped-def]
    """Keep the flows of one district and add them to the city's."""
    born, died, net = flows
    for area in (0, a):
        born[0, n, t, area] += girls
        born[1, n, t, area] += boys
        died[n, t, area] += deaths
        net[n, t, area] += moved


@inner
def _centre(W, deviation, n, t):  # type: ignore[no-untyped-def]
    """Mean of the districts' deviations, weighted by the people who are there."""
    above = whole = 0.0
    for d in range(W.shape[0]):
        here = _sum(W[d])
        above += here * deviation[n, t, d]
        whole += here
    return above / whole if whole > 0.0 else 0.0


@inner
def _begin(start, W, G, memory, n, schedule):  # type: ignore[no-untyped-def]
    """Set the stock of one draw, and compose its turnover."""
    turnover, own, weight, scores, components = schedule
    for d in range(W.shape[0]):
        for x in range(W.shape[1]):
            W[d, x] = start[d, x]
        _turnover(G[d], turnover[d], own[d], weight[n], scores[n, d], components)
        memory[d, :] = 0.0


@inner
def _year(n, t, at, W, G, memory, S, scratch, city, vital, moves, schedule, step, edges, out):  # type: ignore[no-untyped-def]
    """One year of one draw; returns what it came to and the district where it went wrong."""
    fertility, level, pattern, life, difference, grid, where, ratio = vital
    rate, deviation, centred, counts, stocks = moves
    bands, middle, people, flows = out
    D = W.shape[1]
    centre = _centre(W[at], deviation, n, t) if centred else 0.0
    city[:] = 0.0
    for d in range(D):
        if d == 0 or difference[d] != difference[d - 1]:
            _survival(grid, where[0], where[1], life[n, t] + difference[d], S)
        net = _sum(W[at, d]) * (rate[n, t] + deviation[n, t, d] - centre) + counts[n, t, d]
        given = (fertility[n, t] * level[t, d], ratio[n, t], net, stocks[n, t, d])
        girls, boys, deaths, moved, code = _district(
            W[at, d], W[1 - at, d], S, G[d], memory[d], given, pattern[t], schedule, scratch, step
        )
        if code != FINE:
            return code, d
        _report(W[1 - at, d], city, edges, step[2], n, t + 1, d + 1, bands, middle, people)
        _note(flows, n, t, d + 1, girls, boys, deaths, moved)
    _measure(city, edges, step[2], n, t + 1, 0, bands, middle)
    return FINE, 0


@compiled(alone=True)
def run_draws(start, rates_of, vital, moves, schedule, step, edges, out, failed):  # type: ignore[no-untyped-def]
    """All years of all draws of a block; `failed` gets code, year, district and cell of the draws that cannot be run."""
    N, T = vital[0].shape
    D, row = start.shape
    A = step[2]
    W = np.zeros((2, D, row))
    G = np.zeros((D, row))
    memory = np.zeros((D, 3))
    S, city = np.zeros(row), np.zeros(row)
    scratch = np.zeros((8, row))
    for n in range(N):
        _begin(start, W[0], G, memory, n, rates_of)
        city[:] = 0.0
        for d in range(D):
            _report(W[0, d], city, edges, A, n, 0, d + 1, out[0], out[1], out[2])
        _measure(city, edges, A, n, 0, 0, out[0], out[1])
        for t in range(T):
            at = t % 2
            code, d = _year(n, t, at, W, G, memory, S, scratch, city, vital, moves, schedule, step, edges, out)
            if code != FINE:
                cell = _negative(W[1 - at, d]) if code == NEGATIVE else _depleted(W[at, d], scratch[3])
                failed[n] = (code, t, d, cell)
                break
