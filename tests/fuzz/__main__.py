"""Any number of cases by hand: ``python -m tests.fuzz --cases 10000 --seed 7``."""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.fuzz.forms import forms, small_city
from tests.fuzz.run import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="forms whose name holds this text")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        all_ = forms(small_city(Path(folder)))
        found = run([form for form in all_ if chosen.only in form.name], cases=chosen.cases, seed=chosen.seed)
    for name in sorted(set(found.refused) | set(found.taken)):
        print(f"{name}: {found.refused[name]} refused, {found.taken[name]} taken")
    kinds = Counter(text.splitlines()[-1][:100] for _, _, text in found.wrong)
    for kind, count in kinds.most_common():
        number, form, text = next(entry for entry in found.wrong if entry[2].splitlines()[-1][:100] == kind)
        print(f"\n{count} x {kind}\nfirst: seed {number}, {form}\n{text}")
    print(f"{len(found.wrong)} wrong of {chosen.cases}")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
