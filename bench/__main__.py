"""Measures the bot against its goals: `python -m bench [--only NAME …] [--quick] [--json FILE]`.

The bot under test has one core to itself, servers and everything else the other. Ratios are taken
in one run in which the bots take turns.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import broadcast, reminders, screens, start, turns
from bench.children import ROOT
from bench.report import Measure, show, write_json

PARTS: dict[str, Callable[..., Iterator[Measure]]] = {
    "turns": turns.measure,
    "broadcast": broadcast.measure,
    "reminders": reminders.measure,
    "start": start.measure,
    "screens": screens.measure,
}


def main() -> int:
    """0 when every goal is met, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", type=Path, default=ROOT / "bench" / "results" / "latest.json")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="small counts: shows that it works")
    arguments = parser.parse_args()
    measures: list[Measure] = []
    broken: list[str] = []
    for name in arguments.only:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="halqa-bench-") as directory:
            try:
                for measure in PARTS[name](Path(directory), quick=arguments.quick):
                    show(measure)
                    sys.stdout.flush()
                    measures.append(measure)
                    write_json(arguments.json, measures, quick=arguments.quick)
            except RuntimeError as error:
                # One part that breaks must not cost the figures of the others.
                broken.append(name)
                print(f"BROKEN {name}: {error}")
        print(f"------ {name} took {time.perf_counter() - began:.0f} s")
    return 0 if not broken and all(measure.ok for measure in measures) else 1


if __name__ == "__main__":
    sys.exit(main())
