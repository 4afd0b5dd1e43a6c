"""A migration drafted from the tables leads there on both databases, and back."""

import re
import shutil
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import pytest
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    text,
)

from bot.storage import migrations
from bot.storage.columns import Enumerated, Identifier, Json, Moment, id_column, metadata
from bot.storage.migrations import SCRIPTS, migrate, migrate_back, newest_revision
from migrations.draft import NothingToFill, Steps, compare_urls, write_draft
from tests.databases import run_apart
from tests.storage.test_migrations import ask, differences_from

Change = Callable[[MetaData], object]


class TwinningState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"


def copied() -> MetaData:
    """The tables of the code, to be changed by one test."""
    tables = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(tables)
    return tables


def add_table(tables: MetaData) -> None:
    Table(
        "twinnings",
        tables,
        id_column(),
        Column("team_id", ForeignKey("teams.id"), nullable=False),
        Column("code", String(32), nullable=False, unique=True, comment="whoever has it's in"),
        Column("state", Enumerated(TwinningState), nullable=False),
        Column("aims", Json, nullable=False),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("agreed_at", Moment),
        Index("ix_twinnings_team_id_state", "team_id", "state"),
        Index(
            "uq_twinnings_standing",
            "team_id",
            unique=True,
            sqlite_where=text("state = 'agreed'"),
            postgresql_where=text("state = 'agreed'"),
        ),
        comment='two teams that "visit" each other',
    )
    Table(
        "twinning_visits",
        tables,
        Column("twinning_id", ForeignKey("twinnings.id"), primary_key=True, autoincrement=False),
        Column("place", Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


def add_column(tables: MetaData) -> None:
    tables.tables["meetings"].append_column(Column("room", String(40), comment="where it's held"))
    Index("ix_meetings_room", tables.tables["meetings"].c.room)


def add_filled_column(tables: MetaData) -> None:
    tables.tables["meetings"].append_column(
        Column("seats", Integer, nullable=False, server_default="0")
    )


def add_link(tables: MetaData) -> None:
    tables.tables["teams"].append_column(Column("twin_id", Identifier, ForeignKey("teams.id")))


def add_link_without_row_numbers(tables: MetaData) -> None:
    tables.tables["practice_places"].append_column(Column("team_id", ForeignKey("teams.id")))


def widen(tables: MetaData) -> None:
    tables.tables["teams"].c.name.type = String(120)


def loosen(tables: MetaData) -> None:
    tables.tables["teams"].c.theme.nullable = True


def comment(tables: MetaData) -> None:
    tables.tables["teams"].c.goals.comment = "list of texts, the first one first"
    tables.tables["teams"].comment = "of one school, or of several"


def drop_tables(tables: MetaData) -> None:
    tables.remove(tables.tables["shared_rates"])
    tables.remove(tables.tables["practice_thanks"])
    words = tables.tables["memberships"].c.word
    tables.tables["memberships"]._columns.remove(words)


CHANGES = {
    "tables": [add_table],
    "columns": [add_column, add_filled_column, comment],
    "copied tables": [add_link, add_link_without_row_numbers, widen, loosen],
    "tables that go": [drop_tables],
}


def without_row_numbers(connection: Connection) -> set[str]:
    if connection.dialect.name != "sqlite":
        return set()
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    return {name for name, sql in rows if re.search(r"WITHOUT\s+ROWID", sql)}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES.keys())
async def test_a_draft_goes_up_and_down_on_both(
    sqlite_url: str,
    postgresql_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: list[Change],
) -> None:
    tables = copied()
    assert await compare_urls(sqlite_url, postgresql_url, tables) is None
    for change in changes:
        change(tables)
    steps = await compare_urls(sqlite_url, postgresql_url, tables)
    assert steps is not None
    scripts = tmp_path / "migrations"
    shutil.copytree(SCRIPTS, scripts)
    before = newest_revision()
    path = write_draft("Teams visit each other", steps, scripts)
    assert path.name == f"{int(before) + 1:04}_teams_visit_each_other.py"
    assert "bot" not in path.read_text("utf-8")
    monkeypatch.setattr(migrations, "SCRIPTS", scripts)
    for url in (sqlite_url, postgresql_url):
        shaped = await ask(url, without_row_numbers)
        for _ in range(2):
            run_apart(migrate, url)
            assert await ask(url, differences_from(tables)) == []
            assert await ask(url, without_row_numbers) >= shaped
            run_apart(migrate_back, url, before)
            assert await ask(url, differences_from(metadata)) == []


async def test_a_column_that_rows_would_lack_is_refused(
    sqlite_url: str, postgresql_url: str
) -> None:
    tables = copied()
    tables.tables["teams"].append_column(Column("room", String(40), nullable=False))
    with pytest.raises(NothingToFill, match=r"^teams\.room is never empty"):
        await compare_urls(sqlite_url, postgresql_url, tables)


def test_a_draft_is_written_as_the_other_migrations_are(tmp_path: Path) -> None:
    scripts = tmp_path / "migrations"
    shutil.copytree(SCRIPTS, scripts)
    upgrade = (
        "op.add_column('teams', sa.Column('twin_id', ID, nullable=True,"
        " comment='the team of another school that visits it'))"
    )
    steps = Steps(upgrade, "op.drop_column('teams', 'twin_id')")
    number = int(newest_revision()) + 1
    path = write_draft("Twinning.", steps, scripts)
    assert path == scripts / "versions" / f"{number:04}_twinning.py"
    assert (
        path.read_text("utf-8")
        == f'''"""Twinning."""

import sqlalchemy as sa
from alembic import op

revision = "{number:04}"
down_revision = "{number - 1:04}"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "teams",
        sa.Column(
            "twin_id", ID, nullable=True, comment="the team of another school that visits it"
        ),
    )


def downgrade() -> None:
    op.drop_column("teams", "twin_id")
'''
    )
