"""The compiled loops of many draws from compact drivers: no array of rates or people is formed on the way.

Every draw is computed by itself and in a fixed order, so its bits depend on no other draw, block or thread.
"""

import math

import numpy as np

from .compiling import compiled, inner
from .rows import (
    DEPLETED,
    FINE,
    NEGATIVE,
    NO_MIGRATION,
    NO_NUMBER,
    age_row,
    at_risk,
    births_of,
    clear,
    compose,
    depleted_at,
    leavers,
    near,
    negative_at,
    reach_of_one,
    row_dot,
    row_sum,
    solve,
    sum_bands,
    survive,
)
from .steps import LARGEST


@inner
def _stock_alone(P, S, none, N, spare, vital, fertility, ratio, shares, width, A):  # type: ignore[no-untyped-def]
    """The stock at the end without migrants, and the survivors among the children born, per birth."""
    half = N.size // 2
    born_alive = (S[0] + ratio * S[half]) / (1.0 + ratio)
    age_row(P, S, none, N, spare, shares, A)
    births = fertility * births_of(P, none, N, spare, vital, shares, width)
    return row_sum(N) + births * born_alive, born_alive


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
    at, u, slope = solve(E, g, c, goal, gamma, schedule, q, far)
    if not slope > 0.0:
        return NO_MIGRATION
    memory[0], memory[1], memory[2] = at + u / unit, 1.0 / slope, change
    at, row = near(table, unit, at, far, powers[1])
    leavers(E, g, row, u, powers[1], M)
    return FINE


@inner
def _migrants(P, S, c, due, g, memory, schedule, scratch, A):  # type: ignore[no-untyped-def]
    """Net migrants of one district whose sum, each taken c times (an empty row: once), is `due`."""
    E, q, far, M = scratch[0], scratch[1], scratch[2], scratch[3]
    parts, by_shares = schedule[2], schedule[3]
    if by_shares and due >= 0.0:
        total = due / (row_dot(c, parts) if c.size else 1.0)
        for x in range(M.size):
            M[x] = total * parts[x]
        return FINE
    at_risk(P, S, E, A)
    there = row_dot(E, c) if c.size else row_sum(E)
    if not there > 0.0:
        for x in range(M.size):
            M[x] = 0.0
        return FINE if due == 0.0 else NO_MIGRATION
    code = _learned(P, E, g, c, due, there, memory, schedule, q, far, M)
    return DEPLETED if code == FINE and depleted_at(P, M) >= 0 else code


@inner
def _district(P, N, S, g, memory, given, pattern, schedule, scratch, step):  # type: ignore[no-untyped-def]
    """One year of one district: girls, boys, deaths, migrants, and what it came to."""
    fertility, ratio, net, stock = given
    shares, width, A = step
    M, died, spare, c, none = scratch[3], scratch[4], scratch[5], scratch[6], scratch[7]
    if stock == stock:
        alone, born_alive = _stock_alone(P, S, none, N, spare, pattern, fertility, ratio, shares, width, A)
        reach_of_one(S, pattern, fertility, born_alive, c, shares, width, A)
        code = _migrants(P, S, c, stock - alone, g, memory, schedule, scratch, A)
    else:
        code = _migrants(P, S, c[:0], net, g, memory, schedule, scratch, A)
    if code != FINE:
        return 0.0, 0.0, 0.0, 0.0, code
    age_row(P, S, M, N, died, shares, A)
    births = fertility * births_of(P, M, N, spare, pattern, shares, width)
    girls = births / (1.0 + ratio)
    boys = births - girls
    half = N.size // 2
    alive = (girls * S[0], boys * S[half])
    deaths = row_sum(died) + (girls - alive[0]) + (boys - alive[1])
    for x in range(N.size):
        N[x] += shares[1] * M[x]
    N[0] += alive[0]
    N[half] += alive[1]
    moved = row_sum(M)
    if not births + deaths + moved + ratio < LARGEST:
        return girls, boys, deaths, moved, NO_NUMBER
    return girls, boys, deaths, moved, FINE if negative_at(N) < 0 else NEGATIVE


@inner
def _report(N, city, edges, A, n, t, a, bands, middle, people):  # type: ignore[no-untyped-def]
    """Sum one district's stock, add it to the city's, and keep its ages where they are wanted."""
    sum_bands(N, edges, A, n, t, a, bands, middle)
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
        here = row_sum(W[d])
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
        compose(G[d], turnover[d], own[d], weight[n, d], scores[n, d], components)
        for i in range(memory.shape[1]):
            memory[d, i] = 0.0


@inner
def _year(n, t, at, W, G, memory, S, scratch, city, vital, moves, schedule, step, edges, out):  # type: ignore[no-untyped-def]
    """One year of one draw; returns what it came to and the district where it went wrong."""
    fertility, level, pattern, life, difference, grid, where, ratio = vital
    rate, deviation, centred, counts, stocks = moves
    bands, middle, people, flows = out
    D = W.shape[1]
    centre = _centre(W[at], deviation, n, t) if centred else 0.0
    clear(city)
    for d in range(D):
        if d == 0 or difference[d] != difference[d - 1]:
            survive(grid, where[0], where[1], life[n, t] + difference[d], S)
        net = row_sum(W[at, d]) * (rate[n, t] + deviation[n, t, d] - centre) + counts[n, t, d]
        given = (fertility[n, t] * level[t, d], ratio[n, t], net, stocks[n, t, d])
        girls, boys, deaths, moved, code = _district(
            W[at, d], W[1 - at, d], S, G[d], memory[d], given, pattern[t], schedule, scratch, step
        )
        if code != FINE:
            return code, d
        _report(W[1 - at, d], city, edges, step[2], n, t + 1, d + 1, bands, middle, people)
        _note(flows, n, t, d + 1, girls, boys, deaths, moved)
    sum_bands(city, edges, step[2], n, t + 1, 0, bands, middle)
    return FINE, 0


@compiled(alone=True)
def run_draws(start, rates_of, vital, moves, schedule, step, edges, out, failed):  # type: ignore[no-untyped-def]
    """All years of all draws of a block; `failed` gets code, year, district and cell of draws that cannot be run."""
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
        clear(city)
        for d in range(D):
            _report(W[0, d], city, edges, A, n, 0, d + 1, out[0], out[1], out[2])
        sum_bands(city, edges, A, n, 0, 0, out[0], out[1])
        for t in range(T):
            at = t % 2
            code, d = _year(n, t, at, W, G, memory, S, scratch, city, vital, moves, schedule, step, edges, out)
            if code != FINE:
                cell = negative_at(W[1 - at, d]) if code == NEGATIVE else depleted_at(W[at, d], scratch[3])
                failed[n, 0], failed[n, 1], failed[n, 2], failed[n, 3] = code, t, d, cell
                break
