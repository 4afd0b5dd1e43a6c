"""Fresh databases for tests, each on SQLite and on PostgreSQL.

`database_url` is a database migrated to the newest schema, `empty_database_url` one without a
table. The PostgreSQL server comes as a package: it starts with the first test that asks for it and
ends with the run, so no test is ever skipped for want of a server.
"""

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ParamSpec, TypeVar

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.postgresql import start_server
from bot.storage import postgresql

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
DIALECTS = ("sqlite", "postgresql")
# A crash of the machine may take the test data with it, and nobody tidies up behind a database that
# lives for a second; nothing else changes.
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}

P = ParamSpec("P")
T = TypeVar("T")


def run_apart(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call what runs an event loop of its own, even from inside a test's loop."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(work, *args, **kwargs).result()


class PostgresServer:
    """A PostgreSQL of this test run, reached through a socket in its own temporary folder."""

    def __init__(self) -> None:
        self.directory = Path(mkdtemp(prefix="halqa-postgresql-"))
        self._server = start_server(self.directory)
        self._numbers = count(1)
        # One connection for all orders, with a loop and a thread of its own, so that it works from
        # inside a test's loop too: a new one for each would cost more than most orders.
        self._thread = ThreadPoolExecutor(1)
        self._runner = asyncio.Runner()
        self._connection = self._run(asyncpg.connect(self._server.get_uri()))
        settings = [f"ALTER SYSTEM SET {name} = {value}" for name, value in _FAST.items()]
        self.execute(*settings, "SELECT pg_reload_conf()")

    def create_database(self, template: str = "template0") -> str:
        """The name of a new database, a copy of `template`, to which nobody may be connected."""
        name = f"halqa_{next(self._numbers)}"
        # Copying files is half the work of writing every page into the log as well.
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, even from under connections that a test has left open."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url_of(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={self.directory}"

    def execute(self, *statements: str) -> None:
        for statement in statements:
            self._run(self._connection.execute(statement))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._thread.submit(self._runner.run, work).result()

    def stop(self) -> None:
        self._run(self._connection.close())
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()
        self._server.cleanup()


def alembic_config(url: str) -> Config:
    """Alembic, pointed at the migrations of the project and at one database."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database up to a revision."""
    run_apart(command.upgrade, alembic_config(url), revision)


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """To SQLAlchemy every bot of a run speaks to one and the same PostgreSQL, so that what one has
    compiled the next one need not compile again."""
    shared: list[Engine] = []

    def create(*args: Any, **more: Any) -> AsyncEngine:
        made = create_async_engine(*args, **more)
        shared.append(made.sync_engine)
        made.sync_engine.dialect = shared[0].dialect
        made.sync_engine._compiled_cache = shared[0]._compiled_cache
        del shared[1:]
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgresql, "create_async_engine", create)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to be copied; each test writes to a copy."""
    path = tmp_path_factory.mktemp("template") / "migrated.sqlite3"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgres_server: PostgresServer) -> str:
    """The name of a migrated PostgreSQL database to be copied."""
    name = postgres_server.create_database()
    migrate(postgres_server.url_of(name))
    return name


def _lend_postgresql(server: PostgresServer, template: str) -> Iterator[str]:
    name = server.create_database(template)
    yield server.url_of(name)
    server.drop_database(name)


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of this test."""
    path = tmp_path / "halqa.sqlite3"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres_server: PostgresServer, migrated_postgresql: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test."""
    yield from _lend_postgresql(postgres_server, migrated_postgresql)


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of this test, once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite3'}"


@pytest.fixture
def empty_postgresql_url(postgres_server: PostgresServer) -> Iterator[str]:
    yield from _lend_postgresql(postgres_server, "template0")


@pytest.fixture(params=DIALECTS)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database of this test without a table, once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url
