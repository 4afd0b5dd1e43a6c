"""A turn on PostgreSQL beside the same turn on SQLite: the bot's own CPU, the server on the other
core."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from bench.children import cores
from bench.postgresql import start_server
from bench.report import Measure, against_peer
from bench.turns import talk
from bot.storage.migrations import migrate


def measure(directory: Path, *, quick: bool) -> Iterator[Measure]:
    """CPU of a turn on PostgreSQL against SQLite."""
    rounds, people = (2, 40) if quick else (5, 120)
    template = directory / "template.sqlite3"
    migrate(f"sqlite+aiosqlite:///{template}")
    allowed = os.sched_getaffinity(0)
    # What it starts inherits the core; the bots choose their own.
    os.sched_setaffinity(0, {cores()[1]})
    server = start_server(directory / "postgresql")
    os.sched_setaffinity(0, allowed)
    spent: dict[str, list[float]] = {"sqlite": [], "postgresql": []}
    try:
        for number in range(rounds):
            database = directory / f"turns-{number}.sqlite3"
            shutil.copy(template, database)
            cpu, _ = talk("halqa", database, 0.0, people, at_once=min(people, 50))
            spent["sqlite"].append(cpu)
            database.unlink()
            url = new_database(server.get_uri(), directory, f"turns_{number}")
            at_once = min(people, 50)
            cpu, _ = talk("halqa", database, 0.0, people, at_once, postgresql=url)
            spent["postgresql"].append(cpu)
    finally:
        server.cleanup()
    yield against_peer(
        "turn_cpu_postgresql",
        "CPU of a durable turn on PostgreSQL, against the same on SQLite",
        "ms",
        spent["postgresql"],
        spent["sqlite"],
        1.5,
    )


def new_database(server: str, directory: Path, name: str) -> str:
    """The address of a new database of a server whose data lie in the directory, up to date."""
    asyncio.run(_create(server, name))
    url = f"postgresql+asyncpg://postgres@/{name}?host={directory / 'postgresql'}"
    migrate(url)
    return url


async def _create(server: str, name: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
