"""Time the registry: `make bench`, or `python -m benchmarks [--quick] [--only NAME] [--out FILE]`."""

import argparse
import gc
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.registry import REGISTRY, Case, Size, ensemble

START = """
import json, sys, time
begin = time.perf_counter()
import numpy as np
from popmodel.kernel import project_path
none = np.zeros((1, 1, 2, 5))
loaded = time.perf_counter()
project_path(np.ones((1, 2, 5)), none[:, :, 0], none + 1, np.ones((1, 1)), none)
first = time.perf_counter()
project_path(np.ones((1, 2, 5)), none[:, :, 0], none + 1, np.ones((1, 1)), none)
print(json.dumps({"import": loaded - begin, "first call": first - loaded, "warm call": time.perf_counter() - first}))
"""


def time_case(case: Case, size: Size, *, runs: int, seconds: float) -> list[float]:
    """Return the seconds of each run, after one that is not counted."""
    work = case.make(size)
    work()
    gc.collect()  # once: between runs it would empty the processor's caches and make small cases look slow
    found: list[float] = []
    begin = time.perf_counter()
    while len(found) < runs and (len(found) < 3 or time.perf_counter() - begin < seconds):
        before = time.perf_counter()
        work()
        found.append(time.perf_counter() - before)
    return found


def start_up() -> dict[str, dict[str, float]]:
    """Time a new process without and with the code that an earlier one compiled."""
    found = {}
    with tempfile.TemporaryDirectory() as cache:
        told = {**os.environ, "NUMBA_CACHE_DIR": cache}
        for name in ("compiling", "from the cache"):
            done = subprocess.run([sys.executable, "-c", START], env=told, capture_output=True, text=True, check=True)
            found[name] = json.loads(done.stdout)
    return found


def peak_of_ensemble(draws: int) -> float:
    """Return the peak memory [MB] of a process that runs `draws` draws of 12 districts in blocks."""
    code = f"from benchmarks.__main__ import run_ensemble; run_ensemble({draws})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def run_ensemble(draws: int) -> None:
    """Run an ensemble and print the peak memory of the process [MB]."""
    ensemble(Size(draws, 12))()
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage would count what the process that started this one held
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        peak = int(lines["VmHWM"].split()[0]) / 1024
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(str(peak))


def main() -> None:
    """Time, print and save."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the smallest size of each case, three runs")
    parser.add_argument("--only", default="", help="cases whose name holds this text (and their yardsticks)")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/latest.json"), help="where to save")
    given = parser.parse_args()
    chosen = [case for case in REGISTRY if given.only in case.name]
    chosen = [c for c in REGISTRY if c in chosen or any(c.name in other.against for other in chosen)]
    machine = {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "numba", "xarray", "popmodel")},
    }
    sys.stdout.write(", ".join(f"{key} {value}" for key, value in machine.items()) + "\n")
    rows: list[dict[str, Any]] = []
    # Size by size, so that a case and its yardsticks run next to each other.
    sizes = sorted({size for case in chosen for size in case.sizes}, key=lambda size: size.cells)
    for size in sizes:
        here: dict[str, float] = {}
        for case in chosen:
            if size not in case.sizes or (given.quick and size != case.sizes[0]):
                continue
            runs = time_case(case, size, runs=3 if given.quick else 15, seconds=20)
            here[case.name] = median(runs)
            row = {
                "case": case.name,
                "draws": size.draws,
                "districts": size.districts,
                "ms": 1e3 * median(runs),
                "ns per cell-step": 1e9 * median(runs) / size.cells,
                "runs": len(runs),
            }
            row |= {f"time / {name}": here[case.name] / here[name] for name in case.against if name in here}
            rows.append(row)
            sys.stdout.write(
                f"{case.name:30} {size.draws:6} draws {size.districts:6} districts {row['ms']:10.3f} ms "
                f"{row['ns per cell-step']:9.3f} ns/cell-step"
                + "".join(f"  {key} {value:.2f}" for key, value in row.items() if key.startswith("time /"))
                + "\n"
            )
            sys.stdout.flush()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    started = start_up() if not given.only else {}
    peak = peak_of_ensemble(100 if given.quick else 10_000) if not given.only else None
    for name, parts in started.items():
        sys.stdout.write(f"new process, {name}: " + ", ".join(f"{k} {v:.3f} s" for k, v in parts.items()) + "\n")
    if peak is not None:
        sys.stdout.write(f"project_indicators, {100 if given.quick else 10_000} draws: peak memory {peak:.0f} MB\n")
    saved = {"machine": machine, "rows": rows, "start-up": started, "peak memory of the ensemble [MB]": peak}
    beside = given.out.with_suffix(".part")
    beside.write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")
    beside.replace(given.out)
    sys.stdout.write(f"saved in {given.out}\n")


if __name__ == "__main__":
    main()
