"""The databases that other tests stand on."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests import databases
from tests.databases import PostgresServer, migrate

MIGRATION = '''
"""One table."""
from alembic import op
revision = "1"
down_revision = None
def upgrade() -> None:
    op.execute("CREATE TABLE teams (name TEXT)")
    op.execute("INSERT INTO teams VALUES ('science')")
'''
ENVIRONMENT = """
import asyncio
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url"))
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()

asyncio.run(main())
"""


async def query(url: str, *statements: str) -> list[str]:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            *before, last = statements
            for statement in before:
                await connection.execute(text(statement))
            result = await connection.execute(text(last))
            return [str(value) for value in result.scalars()] if result.returns_rows else []
    finally:
        await engine.dispose()


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_each_test_gets_a_database_of_its_own(empty_database_url: str, turn: str) -> None:
    await query(empty_database_url, "CREATE TABLE marks (turn TEXT)")
    await query(empty_database_url, f"INSERT INTO marks VALUES ('{turn}')")
    assert await query(empty_database_url, "SELECT turn FROM marks") == [turn]


@pytest.fixture
def tiny_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "migrations"
    (directory / "versions").mkdir(parents=True)
    (directory / "env.py").write_text(ENVIRONMENT)
    (directory / "versions" / "0001_teams.py").write_text(MIGRATION)
    monkeypatch.setattr(databases, "MIGRATIONS", directory)
    return directory


async def test_a_migrated_database_is_copied_with_its_rows(
    tiny_migrations: Path, postgres_server: PostgresServer
) -> None:
    template = postgres_server.create_database()
    migrate(postgres_server.url_of(template))
    copy = postgres_server.create_database(template)
    await query(postgres_server.url_of(copy), "INSERT INTO teams VALUES ('history')")
    assert await query(postgres_server.url_of(template), "SELECT name FROM teams") == ["science"]
    postgres_server.drop_database(copy)
    postgres_server.drop_database(template)


async def test_a_database_goes_away_under_an_open_connection(
    postgres_server: PostgresServer,
) -> None:
    name = postgres_server.create_database()
    engine = create_async_engine(postgres_server.url_of(name))
    connection = await engine.connect()
    postgres_server.drop_database(name)
    await connection.invalidate()
    await connection.close()
    await engine.dispose()
    rows = await query(
        postgres_server.url_of("postgres"),
        f"SELECT datname FROM pg_database WHERE datname = '{name}'",
    )
    assert rows == []


async def test_trigram_search_is_at_hand(empty_postgresql_url: str) -> None:
    await query(empty_postgresql_url, "CREATE EXTENSION pg_trgm")
    assert await query(empty_postgresql_url, "SELECT similarity('halqa', 'halqa')") == ["1.0"]
