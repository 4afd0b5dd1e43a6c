"""Conversation turns: from getUpdates to the answer sent, for three bots that hold the same talk.

Each round starts every bot anew with an empty database, lets everybody go through the form once,
and then measures. The bots take turns within a round, so what slows the machine slows them all.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from bench.children import Child, cores
from bench.report import Measure, against_goal, against_peer
from bench.script import TURNS
from bot.storage.migrations import migrate

FIRST = 1_000_000
LATENCY = 0.05


def measure(directory: Path, *, quick: bool) -> Iterator[Measure]:
    """CPU of a turn against both peers, then turns per second at 50 ms."""
    template = directory / "template.sqlite3"
    migrate(f"sqlite+aiosqlite:///{template}")
    rounds, people = (2, 40) if quick else (5, 120)
    spent: dict[str, list[float]] = {"halqa": [], "aiogram_fsm": [], "telegram_bot": []}
    for number in range(rounds):
        for stack, figures in spent.items():
            database = directory / f"{stack}-{number}.sqlite3"
            if stack == "halqa":
                shutil.copy(template, database)
            cpu, _ = talk(stack, database, 0.0, people, at_once=min(people, 50))
            figures.append(cpu)
            database.unlink()
    ours = spent["halqa"]
    yield against_peer(
        "turn_cpu_aiogram",
        "CPU of a durable turn, against aiogram's FSM on a store in SQLite",
        "ms",
        ours,
        spent["aiogram_fsm"],
        0.3,
    )
    yield against_peer(
        "turn_cpu_ptb",
        "CPU of a durable turn, against python-telegram-bot as it comes",
        "ms",
        ours,
        spent["telegram_bot"],
        0.5,
    )
    yield _rate(directory, template, 1 if quick else 3, 80 if quick else 500)


def _rate(directory: Path, template: Path, rounds: int, people: int) -> Measure:
    rates, cpus, ordered = [], [], True
    for number in range(rounds):
        database = directory / f"rate-{number}.sqlite3"
        shutil.copy(template, database)
        cpu, answer = talk("halqa", database, LATENCY, people, at_once=people // 2)
        rates.append(answer["answered"] / answer["seconds"])
        cpus.append(round(cpu, 3))
        ordered = ordered and answer["disordered"] == 0
        database.unlink()
    return against_goal(
        "turns_per_second",
        "turns a second on one core at 50 ms API latency, in order for each person",
        "turns/s",
        rates,
        1000,
        more_is_better=True,
        sound=ordered,
        cpu_ms=cpus,
        ordered=ordered,
    )


def talk(
    stack: str, database: Path, latency: float, people: int, at_once: int, *, postgresql: str = ""
) -> tuple[float, dict[str, float]]:
    """CPU milliseconds of a turn, and what the people of the server saw. The bot keeps its data in
    the file `database`, or where it is given the URL of a `postgresql`, there."""
    own, other = cores()
    with (
        Child("server", other, {"latency": latency}) as server,
        Child(
            f"stacks.{stack}",
            own,
            {"url": server.ready["url"], "database": str(database), "postgresql": postgresql},
        ) as bot,
    ):
        talk = {"first": FIRST, "people": people, "at_once": at_once}
        server.ask("talk", turns=TURNS, **talk)
        before = bot.ask("mark")
        answer = server.ask("talk", turns=2 * TURNS, **talk)
        after = bot.ask("mark")
    return (after["cpu"] - before["cpu"]) / answer["answered"] * 1000, answer
