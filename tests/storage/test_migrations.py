"""Migrations go up and down on both databases, and end in exactly the tables of the code."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from bot import features as every_table
from bot.arabic.search import tables
from bot.storage import migrations
from bot.storage.columns import metadata
from bot.storage.migrations import SCRIPTS, migrate, migrate_back, newest_revision
from tests.databases import run_apart

assert every_table.FEATURES, "importing the features registers their tables"
SEARCH = "search_"
DROPPED = {"postmen"}
"""Tables of earlier revisions that nothing needs any more."""


def revisions() -> list[str]:
    scripts = ScriptDirectory(str(SCRIPTS))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


async def ask(url: str, question: Any) -> Any:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(question)
    finally:
        await engine.dispose()


def table_names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def differences_from(tables: MetaData) -> Callable[[Connection], list[Any]]:
    def ours(name: str | None, kind: str, parents: Any) -> bool:
        return kind != "table" or not (name or "").startswith(SEARCH)

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"include_name": ours, "compare_type": True}
        )
        return list(compare_metadata(context, tables))

    return compare


differences = differences_from(metadata)


async def test_the_tables_are_those_of_the_code(database_url: str) -> None:
    assert await ask(database_url, differences) == []


async def test_a_migration_that_was_cut_short_leaves_nothing_behind(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "migrations"
    shutil.copytree(SCRIPTS, broken)
    [second] = (broken / "versions").glob("0002_*.py")
    ended = "def upgrade() -> None:\n    _upgrade()\n    raise InterruptedError\n"
    script = second.read_text("utf-8").replace("def upgrade()", "def _upgrade()")
    second.write_text(f"{script}\n\n{ended}", "utf-8")
    monkeypatch.setattr(migrations, "SCRIPTS", broken)
    with pytest.raises(InterruptedError):
        run_apart(migrate, empty_database_url)
    monkeypatch.undo()
    assert await ask(empty_database_url, table_names) == set()

    run_apart(migrate, empty_database_url)
    assert await ask(empty_database_url, differences) == []


async def test_every_revision_goes_up_and_down(empty_database_url: str) -> None:
    steps = revisions()
    assert steps[-1] == newest_revision()
    seen = [set[str]()]
    for revision in steps:
        run_apart(migrate, empty_database_url, revision)
        seen.append(await ask(empty_database_url, table_names))
        assert seen[-1] | DROPPED >= seen[-2]
    for revision, expected in zip(
        reversed(["base", *steps[:-1]]), reversed(seen[:-1]), strict=True
    ):
        run_apart(migrate_back, empty_database_url, revision)
        assert await ask(empty_database_url, table_names) == expected
    run_apart(migrate, empty_database_url)
    assert await ask(empty_database_url, table_names) == seen[-1]


@pytest.mark.parametrize(
    ("dialect", "statements"),
    [
        ("sqlite", tables.CREATE_SQLITE),
        ("postgresql", tables.CREATE_POSTGRES),
    ],
)
def test_the_search_has_the_tables_that_its_code_describes(
    dialect: str, statements: list[str]
) -> None:
    """The migration holds its own copy of the statements; both must say the same."""
    revision = ScriptDirectory(str(SCRIPTS)).get_revision("0008").module
    migrated = revision.ON_SQLITE if dialect == "sqlite" else revision.ON_POSTGRESQL
    assert [s.split() for s in migrated] == [s.split() for s in statements]
