"""Draw damaged inputs, read them, and keep what went wrong."""

import random
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import popmodel as pm

from .forms import Form

SLOW = 10.0
"""Seconds of processor time after which a case counts as one that hangs."""


@dataclass
class Outcome:
    """How many cases were refused and taken by form, and what went wrong: seed, form and the end of the traceback."""

    refused: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[int, str, str]] = field(default_factory=list)


def run(forms: Sequence[Form], *, cases: int, seed: int) -> Outcome:
    """Run cases seed, seed + 1, …: each is the same whenever it is run by its own seed."""
    outcome = Outcome()
    weights = [form.weight for form in forms]
    for number in range(seed, seed + cases):
        draw = random.Random(number)
        (form,) = draw.choices(forms, weights)
        with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
            warnings.simplefilter("error")
            start = time.process_time()
            try:
                form.make(Path(name), draw)()
                outcome.taken[form.name] += 1
            except pm.SchemaError as error:
                outcome.refused[form.name] += 1
                if not str(error) or len(str(error)) > 10_000:
                    outcome.wrong.append((number, form.name, f"an error of {len(str(error))} characters"))
            except Exception:
                last = traceback.format_exc().strip().splitlines()
                outcome.wrong.append((number, form.name, "\n".join(last[-8:])))
            if time.process_time() - start > SLOW:
                outcome.wrong.append((number, form.name, f"took {time.process_time() - start:.0f} s"))
    return outcome
