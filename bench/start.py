"""A start with a million people and 200,000 reminders ahead, the memory it takes, and whether the
memory stays where it is under load."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.children import ROOT, Child, cores, cpu_of, resident_of
from bench.population import DAY, add_due, add_people, numbers, opened
from bench.report import Measure, against_goal
from bot.storage.migrations import migrate

TURNS_PER_PERSON = 24
"""Few enough that nobody is asked to slow down."""
SETTLE_SECONDS = 1.0


def measure(directory: Path, *, quick: bool) -> Iterator[Measure]:
    """Seconds to ready, memory after the start, and how it grows under load."""
    rounds, people, reminders, batches = (1, 20_000, 4_000, 2) if quick else (5, 10**6, 200_000, 6)
    path = directory / "million.sqlite3"
    migrate(f"sqlite+aiosqlite:///{path}")
    with opened(path) as connection:
        add_people(connection, people)
        first = int(time.time() * 1000) + DAY
        waiting = f"(SELECT i AS id FROM {numbers(reminders)})"  # noqa: S608
        add_due(connection, "meetings.nudge", waiting, f"{first} + id * 10000")
    ready, memory, spent = [], [], []
    own, other = cores()
    with Child("server", other, {"latency": 0.0}) as server:
        for _ in range(rounds):
            seconds, held, cpu = _start(server.ready["url"], path, own)
            ready.append(seconds)
            memory.append(held)
            spent.append(cpu)
    size = f"{people:,} people and {reminders:,} due rows"
    yield against_goal(
        "start_seconds",
        f"from the command to ready, with {size}",
        "s",
        ready,
        1.2,
        cpu_seconds=spent,
    )
    yield against_goal(
        "start_memory", f"memory a second after the start, with {size}", "MB", memory, 100
    )
    yield _load(path, own, other, batches, 100 if quick else 250)


def _start(url: str, path: Path, core: int) -> tuple[float, float, float]:
    """Run the real command until it says that it is ready: seconds, megabytes a second later,
    and seconds of CPU until then."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "HALQA_TELEGRAM_TOKEN": "123456:BENCHMARK",
        "HALQA_TELEGRAM_API_URL": url,
        "HALQA_DATABASE_URL": f"sqlite:///{path}",
        "HALQA_DATA_DIR": str(path.parent),
        # As docs/deploy runs it.
        "PYTHONOPTIMIZE": "2",
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        ["taskset", "-c", str(core), sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    seconds = time.perf_counter() - began
    if not line:
        raise RuntimeError(f"the bot did not start: {process.wait()}")
    time.sleep(SETTLE_SECONDS)
    held, cpu = resident_of(process.pid), cpu_of(process.pid)
    process.terminate()
    process.wait(20)
    process.stdout.close()
    return seconds, held, cpu


def _load(path: Path, own: int, other: int, batches: int, people: int) -> Measure:
    """An hour of ten turns a second, as fast as they go: new people in each batch."""
    held: list[float] = []
    with (
        Child("server", other, {"latency": 0.0}) as server,
        Child("stacks.halqa", own, {"url": server.ready["url"], "database": str(path)}) as bot,
    ):
        for number in range(batches + 1):
            server.ask(
                "talk",
                first=2_000_000 + number * people,
                people=people,
                turns=TURNS_PER_PERSON,
                at_once=50,
            )
            held.append(bot.ask("mark", collect=True)["memory"])
    # The first batch fills caches and pools.
    turns = batches * people * TURNS_PER_PERSON
    return against_goal(
        "memory_growth",
        f"growth of memory over {turns:,} turns of {batches * people:,} people, after the first"
        f" {people * TURNS_PER_PERSON:,}",
        "MB",
        [held[-1] - held[0]],
        5.0,
        held=[round(value, 1) for value in held],
    )
