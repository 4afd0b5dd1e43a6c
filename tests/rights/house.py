"""What each slice's table is tried in: a world that is built once for each run and database."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.databases import PostgresServer, run_apart
from tests.rights.building import World, build
from tests.rights.engine import Rule, Table, faults, hall

__all__ = ["House", "postgresql_house", "rights_house", "sqlite_house"]


class House:
    """A database with the world in it."""

    def __init__(self, url: str, world: World, *, short: bool) -> None:
        self.url = url
        self.world = world
        self.short = short

    async def tries(self, table: Table, rule: Rule, way: str) -> None:
        """Every cell of a way comes out as the rule says."""
        async with hall(self.url, self.world) as open_hall:
            found = await faults(open_hall, table, rule, way, short=self.short)
        assert not found, f"{way}: {rule.says}\n" + "\n".join(found)


@pytest.fixture(scope="session")
def sqlite_house(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    path = tmp_path_factory.mktemp("rights") / "world.sqlite3"
    shutil.copy(migrated_sqlite, path)
    url = f"sqlite+aiosqlite:///{path}"
    return House(url, run_apart(asyncio.run, build(url)), short=False)


@pytest.fixture(scope="session")
def postgresql_house(postgres_server: PostgresServer, migrated_postgresql: str) -> House:
    """The same on PostgreSQL in a short form: one cell of each line and thing, since rights are
    Python and portable statements; the whole table takes several minutes there."""
    url = postgres_server.url_of(postgres_server.create_database(migrated_postgresql))
    return House(url, run_apart(asyncio.run, build(url)), short=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def rights_house(request: pytest.FixtureRequest) -> House:
    house: House = request.getfixturevalue(f"{request.param}_house")
    return house
