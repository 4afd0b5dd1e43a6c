"""Plants the mistakes, runs the tests of their rooms, and ends with 1 if one is not noticed."""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from bench.mutants.mutant import CannotBePlanted, Mutant
from bench.mutants.table import MUTANTS
from bench.mutants.workshop import Run, Workshop

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 300.0
"""No mistake may take longer: tests that hang have noticed nothing."""
MOST_SECONDS_GREEN = 1800.0


class MutantVerdict(StrEnum):
    NOTICED = "noticed"
    SURVIVED = "SURVIVED"
    NOT_PLANTED = "CANNOT BE PLANTED"
    BROKEN = "BROKEN"
    """Its tests did not come to judge it: a wrong import, a slip, a fixture that failed."""
    HUNG = "HUNG"


@dataclass(frozen=True, slots=True)
class Judged:
    """A mistake, and what became of it."""

    mutant: Mutant
    verdict: MutantVerdict
    seconds: float = 0.0
    by: str = ""
    """The test that noticed it."""
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        mutant = self.mutant
        found = {"mutant": mutant.key, "wrong": mutant.wrong, "guards": mutant.guards}
        return found | {
            "verdict": self.verdict, "by": self.by, "why": self.why,
            "seconds": round(self.seconds, 1),
        }  # fmt: skip


def judge(mutant: Mutant, workshop: Workshop, seconds: float = MOST_SECONDS) -> Judged:
    """Plant one mistake in the workshop, and see whether its tests notice it."""
    spent = 0.0
    try:
        with mutant.planted(workshop.root):
            first, *others = mutant.steps(workshop.root)
            run = workshop.run(first, seconds, exit_first=True)
            for targets in others:
                if not run.is_green:
                    break
                spent += run.seconds
                run = workshop.run(targets, seconds, exit_first=True)
            spent += run.seconds
    except CannotBePlanted as error:
        return Judged(mutant, MutantVerdict.NOT_PLANTED, why=str(error))
    return Judged(mutant, _verdict(run), spent, run.test, _why(run))


def _verdict(run: Run) -> MutantVerdict:
    if run.is_hung:
        return MutantVerdict.HUNG
    if run.is_green:
        return MutantVerdict.SURVIVED
    if run.code != 1 or not run.test or run.is_slip or run.phase == "setup":
        return MutantVerdict.BROKEN
    return MutantVerdict.NOTICED


def _why(run: Run) -> str:
    if run.is_green:
        return ""
    return run.why or run.output[-2000:].strip()


@contextmanager
def side_by_side(workshops: Sequence[Workshop]) -> Iterator[ThreadPoolExecutor]:
    """A thread for each workshop; whatever interrupts them ends what they have started."""
    with ThreadPoolExecutor(len(workshops)) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for workshop in workshops:
                workshop.close()
            raise


def check_green(mutants: Sequence[Mutant], workshops: Sequence[Workshop]) -> list[Run]:
    """Run every test file that is used, without a mistake: what is red already notices nothing."""
    root = workshops[0].root
    targets = {name for m in mutants for name in m.steps(root)[-1]}
    largest = sorted(targets, key=lambda name: (root / name).stat().st_size, reverse=True)
    shares = [largest[n :: len(workshops)] for n in range(len(workshops))]
    with side_by_side(workshops) as pool:
        runs = pool.map(
            lambda pair: pair[0].run(pair[1], MOST_SECONDS_GREEN, exit_first=False),
            [(shop, share) for shop, share in zip(workshops, shares, strict=True) if share],
        )
        return list(runs)


def judge_all(
    mutants: Sequence[Mutant], workshops: Sequence[Workshop], seconds: float, console: Console
) -> list[Judged]:
    free: SimpleQueue[Workshop] = SimpleQueue()
    for workshop in workshops:
        free.put(workshop)

    def take(mutant: Mutant) -> Judged:
        workshop = free.get()
        try:
            done = judge(mutant, workshop, seconds)
        finally:
            free.put(workshop)
        console.print(f"{mutant.key}: {done.verdict}, {done.seconds:.0f} s", highlight=False)
        return done

    with side_by_side(workshops) as pool:
        return list(pool.map(take, mutants))


def show(judged: Sequence[Judged], console: Console) -> None:
    """Print the table, below it what is red, and how many of them were noticed."""
    by = Column("noticed by", overflow="fold")
    table = Table("mutant", "what goes wrong", by, Column("s", justify="right"), "")
    for one in judged:
        noticed = one.verdict is MutantVerdict.NOTICED
        verdict = f"[{'green' if noticed else 'red'}]{one.verdict}[/]"
        test = one.by.rpartition("/")[2] if noticed else ""
        table.add_row(one.mutant.key, one.mutant.wrong, test, f"{one.seconds:.0f}", verdict)
    console.print(table)
    for one in judged:
        if one.verdict is not MutantVerdict.NOTICED:
            console.print(f"[red]{one.verdict}[/] {one.mutant.key}: {one.mutant.wrong}")
            console.print(f"  {one.by} {one.why}", highlight=False, markup=False)
    count = sum(one.verdict is MutantVerdict.NOTICED for one in judged)
    console.print(f"{count} of {len(judged)} noticed")


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    keys = [mutant.key for mutant in MUTANTS]
    parser.add_argument("--only", action="append", choices=keys, metavar="MUTANT")
    parser.add_argument("--list", action="store_true", help="say which there are, and plant none")
    parser.add_argument("--jobs", type=int, default=2, help="copies in which tests run at once")
    parser.add_argument("--seconds", type=float, default=MOST_SECONDS, help="for each, at most")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found there")
    return parser.parse_args(words)


def _give_up(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    arguments = read_arguments()
    console = Console()
    mutants = [m for m in MUTANTS if not arguments.only or m.key in arguments.only]
    if arguments.list:
        for mutant in mutants:
            console.print(f"{mutant.key}: {mutant.wrong}", highlight=False)
        return 0
    # Ended from outside, it ends what it has started as after Ctrl-C.
    signal.signal(signal.SIGTERM, _give_up)
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="halqa-mutants-") as folder:
        workshops = [
            Workshop(ROOT, Path(folder) / f"copy-{n + 1}") for n in range(max(1, arguments.jobs))
        ]
        runs = check_green(mutants, workshops)
        if not all(run.is_green for run in runs):
            console.print("[red]The tests are red without any mistake[/], so they prove nothing:")
            for run in runs:
                console.print(run.output, markup=False, highlight=False)
            return 1
        console.print(f"green without a mistake, {monotonic() - began:.0f} s")
        judged = judge_all(mutants, workshops, arguments.seconds, console)
    show(judged, console)
    console.print(f"{(monotonic() - began) / 60:.0f} minutes")
    ok = all(one.verdict is MutantVerdict.NOTICED for one in judged)
    if arguments.json:
        found = {"ok": ok, "seconds": round(monotonic() - began), "mutants": len(judged)}
        content = found | {"judged": [one.to_json() for one in judged]}
        arguments.json.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
