"""What a start loads and reads: what is needed now and then waits until it is needed."""

import os
import subprocess
import sys
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import pytest

from bot.core.clock import Clock
from bot.scheduling import work
from bot.storage.database import open_database
from bot.storage.transaction import Tx

NOW_AND_THEN = {
    "alembic": "for a database that is not at the newest revision",
    "babel.messages": "for a catalogue that was not compiled",
    "bot.commands": "for all commands but `halqa run`",
    "bot.demo": "for `make run`",
    "bot.doctor": "for `halqa doctor`",
    "bot.simulator": "for `make run`",
    "bot.upkeep": "for the commands of an operator",
    "httpx._main": "a command line of httpx, with click, pygments and rich",
    "icalendar": "for the calendar that a department sends once a year",
    "openpyxl": "for a list that is sent as a workbook",
    "pydantic": "for the commands, by typer, and for the file of `make run`",
    "pygments": "prints in colours",
    "rapidfuzz": "for the first search",
    "rich": "for `halqa routes` and the help",
    "segno": "for what is printed, in a process of its own",
    "sqlalchemy.dialects.postgresql": "on PostgreSQL",
    "sqlalchemy.ext.asyncio": "on PostgreSQL",
    "sqlalchemy.orm": "for nothing",
    "telegram.ext": "for nothing",
    "typst": "for what is printed, in a process of its own",
    "typer": "for all commands but `halqa run`",
}
START = """
import asyncio, sys
import bot.__main__, bot.service
from bot.app import App
from bot.core.clock import Clock
from bot.core.settings import load_settings

async def build():
    await (await App.build(load_settings(), Clock())).database.close()

asyncio.run(build())
print(*(name for name, module in sys.modules.items() if module))
"""


@pytest.fixture
def loaded(sqlite_url: str, tmp_path: Path) -> set[str]:
    """The modules of a bot on SQLite that is put together as docs/deploy does it."""
    settings = {
        "HALQA_DATABASE_URL": sqlite_url,
        "HALQA_DATA_DIR": str(tmp_path),
        "HALQA_TELEGRAM_TOKEN": "123456:of-a-test",
    }
    done = subprocess.run(
        [sys.executable, "-OO", "-c", START],
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if "HALQA_" not in name} | settings,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_a_start_leaves_what_is_needed_now_and_then(loaded: set[str]) -> None:
    assert {"bot.app", "bot.features", "sqlalchemy.dialects.sqlite"} <= loaded
    assert sorted(loaded & NOW_AND_THEN.keys()) == []


@pytest.mark.parametrize("name", NOW_AND_THEN)
def test_what_a_start_leaves_is_there_to_be_loaded(name: str) -> None:
    top, _, inner = name.partition(".")
    assert find_spec(top)
    # It cannot be found by its own name: that is how it is left.
    assert inner == "_main" or find_spec(name)


class Planned:
    """A transaction that asks how the database would do what it is told to."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.now = tx.now
        self.plan = ""

    async def run(self, sql: str, *params: Any) -> None:
        explain = "EXPLAIN QUERY PLAN " if self._tx.dialect == "sqlite" else "EXPLAIN "
        self.plan = str(await self._tx.fetch(explain + sql, *params))


async def test_a_start_does_not_go_through_everything_that_is_due(database_url: str) -> None:
    database = await open_database(database_url, Clock())
    async with database.transaction() as tx:
        if tx.dialect == "postgresql":
            await tx.run("SET LOCAL enable_seqscan = off")  # few rows are faster read as they lie
        planned = Planned(tx)
        await work.revive(cast("Tx", planned), "digests", timedelta(days=1))
    await database.close()
    assert "ix_due_failed" in planned.plan
