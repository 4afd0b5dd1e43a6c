"""An installation of a former version, as it was when its bot was killed: its database brought up
to date, its key, and the phones with all that stands in their chats.

What is stored, and how the next version is stored, is said in `tests/data/upgrade/README.md`.
"""

import asyncio
import base64
import gzip
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.app import App
from bot.channels.telegram import rates
from bot.chat.intake.flood import FloodGate
from bot.core.clock import FrozenClock
from bot.core.settings import Settings
from bot.simulator import DEFAULT_TOKEN, SimMessage, Simulator, SimUser
from bot.simulator.faults import Faults
from bot.simulator.files import SimFile
from tests.data.upgrade.hands import Hands, Step
from tests.databases import DIALECTS, PostgresServer, migrate, run_apart
from tests.town import Phone, Town

Button = tuple[SimMessage, str, Step]
"""A sealed button: the message it hangs on, its data, and what it does."""
STORED = Path(__file__).resolve().parent / "data" / "upgrade"
PAUSE = timedelta(minutes=11)
"""How long the upgrade takes; the platform has asked for silence until a minute before its end."""


def stored(name: str) -> bytes:
    return gzip.decompress((STORED / name).read_bytes())


@lru_cache(maxsize=1)
def former_names() -> dict[str, Any]:
    """What was called how in the former version, by kind: see `names.py`."""
    found: dict[str, Any] = json.loads((STORED / "names.json").read_text("utf-8"))
    return found


@lru_cache(maxsize=2)
def kept_phones(dialect: str) -> dict[str, Any]:
    """What was on the phones, and where each half-filled form stood: see `store.py`."""
    found: dict[str, Any] = json.loads(stored(f"{dialect}.phones.json.gz"))
    return found


@dataclass(frozen=True)
class Counts:
    """Rows of each table before and after the migrations."""

    before: dict[str, int]
    after: dict[str, int]


INTERNAL = ("sqlite_", "search_tokens_")
"""How tables begin that SQLite keeps for itself."""


def count_rows(url: str) -> dict[str, int]:
    """How many rows each table has."""
    if url.startswith("postgresql"):
        found: dict[str, int] = run_apart(asyncio.run, _count_postgresql(url))
        return found
    with closing(sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"))) as file:
        tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        names = [name for (name,) in tables if not name.startswith(INTERNAL)]
        return {n: int(file.execute(f"SELECT count(*) FROM {n}").fetchone()[0]) for n in names}


async def _count_postgresql(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = [str(row[0]) for row in await connection.fetch(query)]
        return {n: int(await connection.fetchval(f"SELECT count(*) FROM {n}")) for n in names}
    finally:
        await connection.close()


async def _load(url: str, script: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(script)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def former_counts() -> dict[str, Counts]:
    """By database; filled as each is laid out."""
    return {}


@pytest.fixture(scope="session")
def former_sqlite(
    tmp_path_factory: pytest.TempPathFactory, former_counts: dict[str, Counts]
) -> Path:
    """The file of the former version, brought up to date; to be copied."""
    path = tmp_path_factory.mktemp("former") / "halqa.sqlite3"
    path.write_bytes(stored("sqlite.sqlite3.gz"))
    url = f"sqlite+aiosqlite:///{path}"
    before = count_rows(url)
    migrate(url)
    former_counts["sqlite"] = Counts(before, count_rows(url))
    return path


@pytest.fixture(scope="session")
def former_postgresql(postgres_server: PostgresServer, former_counts: dict[str, Counts]) -> str:
    """The name of a database with the dump of the former version, brought up to date."""
    name = postgres_server.create_database()
    url = postgres_server.url_of(name)
    run_apart(asyncio.run, _load(url, stored("postgresql.sql.gz").decode()))
    before = count_rows(url)
    migrate(url)
    former_counts["postgresql"] = Counts(before, count_rows(url))
    return name


@pytest.fixture
def former_sqlite_url(former_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "halqa.sqlite3"
    shutil.copy(former_sqlite, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def former_postgresql_url(postgres_server: PostgresServer, former_postgresql: str) -> Iterator[str]:
    name = postgres_server.create_database(former_postgresql)
    yield postgres_server.url_of(name)
    postgres_server.drop_database(name)


class Upgraded:
    """Everybody of the former version, in the town of today."""

    def __init__(self, town: Town, kept: dict[str, Any]) -> None:
        self.town = town
        self.kept = kept
        self.hands = Hands(town)
        self.numbers: dict[str, int] = kept["numbers"]

    def __getitem__(self, name: str) -> Phone:
        return self.town.phones[self.numbers[name]]

    async def steps(self, phone: Phone) -> list[Button]:
        """Every button on a phone, with what it does."""
        return await self.hands.buttons(phone)

    async def find(self, phone: Phone, route: str, *args: str) -> Button:
        """The newest button of this route whose arguments begin so."""
        for button in await self.steps(phone):
            if button[2][0] == route and button[2][1][: len(args)] == args:
                return button
        raise AssertionError(f"{phone.user.name} has no button to {route} {args}")

    async def value(self, statement: str, *values: object) -> Any:
        """The first value of the first row."""
        async with self.town.app.database.reading() as tx:
            rows = await tx.fetch(statement, *values)
        return rows[0][0] if rows else None

    async def set_aside(self) -> int:
        """How many updates could not be handled; one came so in the former version."""
        return int(await self.value("SELECT count(*) FROM updates WHERE state = 'set_aside'"))

    async def column(self, statement: str, *values: object) -> list[Any]:
        async with self.town.app.database.reading() as tx:
            return [row[0] for row in await tx.fetch(statement, *values)]


@asynccontextmanager
async def running(url: str, kept: dict[str, Any], folder: Path) -> AsyncIterator[Upgraded]:
    """The bot of today on what the former one left, from the first moment on."""
    clock = FrozenClock(datetime.fromisoformat(kept["taken_at"]) + PAUSE)
    simulator = Simulator(token=DEFAULT_TOKEN, now=clock.now, faults=Faults(seed=2))
    await simulator.start()
    (folder / "secret.key").write_text(kept["key"])
    settings = Settings.of(
        {
            "telegram_token": DEFAULT_TOKEN,
            "telegram_api_url": simulator.url,
            "database_url": url,
            "data_dir": folder,
            "administrators": "999",
        }
    )
    unlimited = rates(overall=None, per_chat=None, per_group_minute=None)
    app = await App.build(settings, clock, limits=unlimited, flood=FloodGate(burst=1e6))
    town = Town(app, simulator, clock, settings, expects_trouble=True)
    _lay_out(town, kept)
    await app.start()
    try:
        await town.settles()
        yield Upgraded(town, kept)
        await town.check()
    finally:
        await app.stop()
        await simulator.stop()


def _lay_out(town: Town, kept: dict[str, Any]) -> None:
    """The chats as they stood, with their messages, menus and files."""
    world = town.simulator.world
    for each in kept["files"]:
        file = SimFile(**each | {"data": base64.b64decode(each["data"])})
        world.files._by_id |= {file.file_id: file, file.small_id: file}
        world.files._by_unique[file.unique_id] = file
        world.files._by_path[file.path] = file
    for each in kept["phones"]:
        user = SimUser(each["id"], each["name"])
        town.simulator.add_user(user, started=True)
        town.phones[user.id] = Phone(town, user)
        chat = world.chats.chat(user.id)
        chat.blocked, chat.reply_keyboard = each["blocked"], each["menu"]
        for said in each["messages"]:
            message = SimMessage(
                said["id"], user.id, True, datetime.fromisoformat(said["at"]),
                text=said["text"], caption=said["caption"], entities=said["entities"],
                keyboard=said["keyboard"], media=world.files.by_id(said["file"] or ""),
            )  # fmt: skip
            world.chats.place(chat, message)
    world.chats._last_number = kept["last_message"]
    world.updates._next = kept["next_update"]
    town.look()


@pytest.fixture(params=DIALECTS)
async def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Upgraded]:
    """The bot of today on the installation of a former version, once on each database."""
    url = request.getfixturevalue(f"former_{request.param}_url")
    async with running(url, kept_phones(request.param), tmp_path) as found:
        yield found
