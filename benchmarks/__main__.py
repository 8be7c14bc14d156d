"""Run the benchmarks, each in a process of its own, print the tables and save the figures."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.registry import Case, by_name

ROOT = Path(__file__).parents[1]
STARTS = ("kernel-1x12-shared-population", "project-1x12-shared-all", "relational_table-10000x1-shared-all")
"""Cases whose first calls are timed: in a process that compiles, and in one that finds the code on disk."""


def main() -> None:
    """Run all cases, or those whose name contains one of the words given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", help="parts of the names of the cases to run; all if none")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "benchmarks.json", help="where to save the figures")
    parser.add_argument("--seconds", type=float, default=5.0, help="time to spend on each case")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(_first(asked.child) if asked.once else timed(by_name()[asked.child], seconds=asked.seconds)))
        return
    names = [name for name in by_name() if not asked.only or any(word in name for word in asked.only)]
    results = []
    print(_heading())
    for name in names:
        results.append(_child(name, seconds=asked.seconds))
        print(_line(results[-1]), flush=True)
    starts = [_start(name) for name in STARTS if name in names]
    print("\n" + _starts(starts))
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps({"machine": machine(), "cases": results, "starts": starts}, indent=1) + "\n")
    print(f"\n{', '.join(f'{key} {value}' for key, value in machine().items())}\nsaved in {asked.out}")


def machine() -> dict[str, Any]:
    """Say where the figures come from."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        models = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = models[0] if models else cpu
    packages = {name: version(name) for name in ("popmodel", "numpy", "numba", "xarray")}
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        **packages,
    }


def _peak() -> float | None:
    """Largest memory of this process so far, in MB."""
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _time(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def timed(case: Case, *, seconds: float) -> dict[str, Any]:
    """Time one case in this process: medians over rounds in which the call and the copy take turns."""
    from benchmarks.jobs import job

    empty = _peak()
    work = job(case)
    first = _time(work.call)
    peak = _peak()
    copy = work.copy() if work.copy else None
    if copy:
        copy()
    calls, copies, began = [], [], time.perf_counter()
    while len(calls) < 5 or (time.perf_counter() - began < seconds and len(calls) < 500):
        calls.append(_time(work.call))
        if copy:
            copies.append(_time(copy))
    warm = statistics.median(calls)
    plain = statistics.median(_time(work.plain) for _ in range(3)) if work.plain else None
    fresh = statistics.median(_time(work.fresh) for _ in range(5)) if work.fresh else None
    return {
        "name": case.name,
        "cells": case.cells,
        "first": first,
        "warm": warm,
        "best": min(calls),
        "rounds": len(calls),
        "fresh": fresh,
        "ns": warm / case.cells * 1e9,
        "copy": statistics.median(copies) if copies else None,
        "plain": plain,
        "empty_mb": empty,
        "peak_mb": peak,
    }


def _first(name: str) -> dict[str, float]:
    """Time the imports and the first two calls of one case, with one draw, in this process."""
    began = time.perf_counter()
    from benchmarks.jobs import job

    work = job(replace(by_name()[name], draws=1))
    ready = time.perf_counter() - began
    return {"ready": ready, "first": _time(work.call), "warm": _time(work.call)}


def _child(name: str, *, seconds: float = 5.0, cache: str | None = None, once: bool = False) -> dict[str, Any]:
    """Run one case in a process of its own, so that its memory and its first call are its own."""
    command = [sys.executable, "-m", "benchmarks", "--child", name, "--seconds", str(seconds)] + ["--once"] * once
    env = os.environ | ({"NUMBA_CACHE_DIR": cache} if cache else {})
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"benchmark {name} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _start(name: str) -> dict[str, Any]:
    """Time the first call in a process that compiles, and in the next one."""
    with tempfile.TemporaryDirectory() as cache:
        compiling, cached = (_child(name, cache=cache, once=True) for _ in range(2))
    return {"name": name, "compiling": compiling["first"], **cached}


def _span(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return (
        f"{seconds:.2f} s"
        if seconds >= 1
        else f"{seconds * 1e3:.3g} ms"
        if seconds >= 1e-3
        else f"{seconds * 1e6:.0f} µs"
    )


def _times(other: float | None, own: float) -> str:
    return "–" if other is None else f"{other / own:.1f} ×" if other / own < 10 else f"{other / own:.0f} ×"


def _heading() -> str:
    columns = ("case", "warm", "ns per cell-step", "of copyto", "faster than NumPy", "with fresh memory", "peak memory")
    return f"| {' | '.join(columns)} |\n|---|{'--:|' * (len(columns) - 1)}"


def _line(found: dict[str, Any]) -> str:
    ratio = "–" if found["copy"] is None else f"{found['warm'] / found['copy']:.2f} ×"
    peak = "–" if found["peak_mb"] is None else f"{found['peak_mb']:,.0f} MB"
    cells = (found["name"], _span(found["warm"]), f"{found['ns']:.2g}", ratio, _times(found["plain"], found["warm"]))
    return f"| {' | '.join((*cells, _span(found['fresh']), peak))} |"


def _starts(starts: list[dict[str, Any]]) -> str:
    lines = ["| first calls | compiling | next process | warm | its imports |", "|---|--:|--:|--:|--:|"]
    lines += [
        f"| {start['name']} | {' | '.join(_span(start[key]) for key in ('compiling', 'first', 'warm', 'ready'))} |"
        for start in starts
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
