"""Measures the bot against its goals: `python -m bench [--all] [--only NAME …] [--quick]`.

The core of it takes less than ten minutes; `--all` adds the sizes of a ministry and PostgreSQL. The
bot under test has one core to itself, servers and everything else the other. Ratios are taken
in one run in which the bots take turns.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import (
    broadcast,
    lists,
    on_postgresql,
    printing,
    reminders,
    scales,
    screens,
    search,
    start,
    turns,
)
from bench.children import ROOT
from bench.report import Measure, describe_peers, show, write_json

CORE: dict[str, Callable[..., Iterator[Measure]]] = {
    "turns": turns.measure,
    "broadcast": broadcast.measure,
    "reminders": reminders.measure,
    "start": start.measure,
}
PARTS = CORE | {
    "screens": screens.measure,
    "scales": scales.measure,
    "search": search.measure_part,
    "lists": lists.measure,
    "printing": printing.measure,
    "postgresql": on_postgresql.measure,
}


def main() -> int:
    """0 when every goal is met, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", type=Path, default=ROOT / "bench" / "results" / "latest.json")
    parser.add_argument("--all", action="store_true", help="everything that there is")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="small counts: shows that it works")
    arguments = parser.parse_args()
    measures: list[Measure] = []
    broken: list[str] = []
    print(f"beside {describe_peers()}")
    for name in arguments.only or (PARTS if arguments.all else CORE):
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
