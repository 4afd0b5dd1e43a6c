"""Runs the cases, prints what they found, and ends with 1 if something that must hold did not."""

import argparse
import asyncio
import json
import secrets
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench.chaos.cases import CASES, Case
from bench.chaos.outcome import CaseOutcome, Finished, show
from bench.chaos.setup import CaseSetup
from bench.crowd import patience

MOST_SECONDS = 900.0
"""No case may take longer, whatever hangs."""


async def play(case: Case, setup: CaseSetup) -> Finished:
    """Run one case; whatever it raises is one more thing that does not hold."""
    began = time.monotonic()
    try:
        async with patience(MOST_SECONDS):
            outcome = await case.play(setup)
    except Exception as error:  # noqa: BLE001 - the other cases are still worth running
        outcome = CaseOutcome()
        where = traceback.extract_tb(error.__traceback__)[-1]
        outcome.broken.append(
            f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        )
    outcome.seconds = time.monotonic() - began
    if (busy := setup.crowd.stretch(began)) > 1:
        outcome.measured["kept waiting by others"] = f"{busy:.1f} times as long"
    return Finished(case.key, case.name, outcome, case.sabotaged)


async def play_all(
    cases: Sequence[Case], seed: int, *, short: bool, keep: Path | None, console: Console
) -> list[Finished]:
    """Run the cases one after the other, in the short form group beside group; `keep` is where
    their databases and logs stay."""
    # Ended from outside, it ends its own processes as after Ctrl-C.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _give_up, asyncio.current_task())
    with tempfile.TemporaryDirectory(prefix="halqa-chaos-") as temporary:
        setup = CaseSetup(seed, short, keep or Path(temporary))
        try:
            await setup.open()
            groups = [list(cases)]
            if short:
                numbers = sorted({case.group for case in cases})
                groups = [[case for case in cases if case.group == number] for number in numbers]
            played = await asyncio.gather(*(_play_group(group, setup, console) for group in groups))
        finally:
            await setup.close()
    finished = {one.key: one for group in played for one in group}
    return [finished[case.key] for case in cases]


def _give_up(task: "asyncio.Task[object] | None") -> None:
    if task is not None:
        task.cancel()


async def _play_group(group: Sequence[Case], setup: CaseSetup, console: Console) -> list[Finished]:
    finished = []
    for case in group:
        finished.append(await play(case, setup))
        state = "as promised" if finished[-1].ok else "NOT as promised"
        console.print(f"{case.key}: {state}, {finished[-1].outcome.seconds:.0f} s")
    return finished


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="repeats a run; without it a new one is drawn")
    parser.add_argument("--case", action="append", choices=[case.key for case in CASES])
    parser.add_argument("--short", action="store_true", help="the form that the tests run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep databases and logs there")
    return parser.parse_args(words)


def main() -> int:
    arguments = read_arguments()
    seed = secrets.randbelow(10**6) if arguments.seed is None else arguments.seed
    console = Console()
    console.print(f"seed {seed}")
    offered = [case for case in CASES if case.quick or not arguments.short]
    named = arguments.case or [case.key for case in offered]
    wanted = [case for case in CASES if case.key in named]
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    finished = asyncio.run(
        play_all(wanted, seed, short=arguments.short, keep=arguments.keep, console=console)
    )
    show(finished, console)
    ok = all(one.ok for one in finished)
    if arguments.json:
        found = {"seed": seed, "short": arguments.short, "ok": ok}
        found["cases"] = [one.to_json() for one in finished]
        arguments.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
