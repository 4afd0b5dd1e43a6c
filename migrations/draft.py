"""Drafts the next migration from the tables of the code: `python -m migrations.draft "twinning"`.

What the code has and the migrations have not is written as the other migrations are: numbered after
the last one, plain types that need nothing of the bot, names as the naming convention gives them,
up and down, and on SQLite by copying a table where it knows no other way. Data is for whoever reads
the draft: what is to be filled or moved, no table tells.
"""

import argparse
import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import ops
from alembic.script import ScriptDirectory
from sqlalchemy import (
    INTEGER,
    BigInteger,
    Column,
    Connection,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Text,
)
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import TypeDecorator, TypeEngine

from bench.postgresql import start_server
from bot import app as every_table
from bot.storage.columns import Identifier, complete_indexes, metadata
from bot.storage.migrations import SCRIPTS, migrate

assert every_table.__name__, "importing the application registers all of its tables"

ROOT = SCRIPTS.parent
WRITTEN_BY_HAND = "search_"
"""Tables that the search makes itself, with statements for each database."""
_ID = 'ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
_ON_POSTGRESQL = 'if op.get_bind().dialect.name == "postgresql":'
_NAMED = re.compile(r"(?:batch_)?op\.f\((['\"][^'\"]+['\"])\)")
_HEADING = re.compile(r"^ *# ###.*\n?", re.MULTILINE)
_PLAIN = (
    ops.AddColumnOp,
    ops.DropColumnOp,
    ops.CreateIndexOp,
    ops.DropIndexOp,
)
"""What SQLite does to a table in its place."""
_COMMENTS = (ops.CreateTableCommentOp, ops.DropTableCommentOp)


class NothingToFill(Exception):
    """A column that must have a value is added, and rows that exist would have none."""

    def __init__(self, column: str) -> None:
        super().__init__(
            f"{column} is never empty, and rows that are there already would have nothing in it:"
            " give the column a server_default, or let it be nullable"
        )


@dataclass(frozen=True, slots=True)
class Steps:
    """The bodies of `upgrade` and `downgrade`, as Python."""

    upgrade: str
    downgrade: str


def draft_steps(sqlite: Connection, postgresql: Connection, tables: MetaData) -> Steps | None:
    """What leads from two databases that stand at the newest revision to the tables; None where
    there is nothing to do.

    SQLite tells what is there, word for word; PostgreSQL only the comments, which SQLite forgets.

    :raises NothingToFill:
    """
    complete_indexes(tables)
    script = _compare(sqlite, tables)
    upgrade, downgrade = _both(script)
    _refuse_empty(upgrade)
    copied = {*_copied_tables(upgrade), *_copied_tables(downgrade)}
    comments = _both(_compare(postgresql, tables))
    _recall_comments(downgrade, comments[1])
    renderer = _Renderer(MigrationContext.configure(sqlite), tables, copied)
    up = [*renderer.render(upgrade), *renderer.render_comments(comments[0])]
    down = [*renderer.render_comments(comments[1]), *renderer.render(downgrade)]
    return Steps("\n".join(up), "\n".join(down)) if up or down else None


def write_draft(name: str, steps: Steps, scripts: Path = SCRIPTS) -> Path:
    """Write the steps as the next migration, `<number>_<name>.py`. Returns its path."""
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    directory = ScriptDirectory.from_config(config)
    newest = directory.get_current_head() or "0000"
    body = steps.upgrade + steps.downgrade
    script = directory.generate_revision(
        f"{int(newest) + 1:04}",
        name.rstrip("."),
        upgrades=_indent(steps.upgrade),
        downgrades=_indent(steps.downgrade),
        imports=f"\n{_ID}\n" if re.search(r"\bID\b", body) else "",
    )
    assert script is not None
    path = Path(script.path)
    style = ("--config", str(ROOT / "pyproject.toml"))
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", *style, path], check=True)
    return path


def _compare(connection: Connection, tables: MetaData) -> ops.MigrationScript:
    def ours(name: str | None, kind: str, parents: Any) -> bool:
        return kind != "table" or not (name or "").startswith(WRITTEN_BY_HAND)

    context = MigrationContext.configure(
        connection, opts={"include_name": ours, "compare_type": True}
    )
    return produce_migrations(context, tables)


def _both(script: ops.MigrationScript) -> tuple[Sequence[Any], Sequence[Any]]:
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    return script.upgrade_ops.ops, script.downgrade_ops.ops


def _refuse_empty(steps: Iterable[Any]) -> None:
    for table in _alterations(steps):
        for step in table.ops:
            if isinstance(step, ops.AddColumnOp):
                column = step.column
                if not column.nullable and column.server_default is None:
                    raise NothingToFill(f"{table.table_name}.{column.name}")


def _recall_comments(steps: Iterable[Any], told: Iterable[Any]) -> None:
    """What comes back when a migration is undone has the comments that PostgreSQL tells of."""
    comments = {(table, column.name): column.comment for table, column in _columns_that_come(told)}
    of_tables = {step.table_name: step.comment for step in told if _makes_table(step)}
    for table, column in _columns_that_come(steps):
        column.comment = comments.get((table, column.name))
    for step in steps:
        if _makes_table(step):
            step.comment = of_tables.get(step.table_name)


def _makes_table(step: Any) -> bool:
    return isinstance(step, ops.CreateTableOp)


def _columns_that_come(steps: Iterable[Any]) -> Iterator[tuple[str, Column[Any]]]:
    for step in steps:
        if isinstance(step, ops.CreateTableOp):
            yield from ((step.table_name, c) for c in step.columns if isinstance(c, Column))
        elif isinstance(step, ops.ModifyTableOps):
            added = (each for each in step.ops if isinstance(each, ops.AddColumnOp))
            yield from ((step.table_name, each.column) for each in added)


def _alterations(steps: Iterable[Any]) -> Iterator[ops.ModifyTableOps]:
    return (step for step in steps if isinstance(step, ops.ModifyTableOps))


def _copied_tables(steps: Iterable[Any]) -> Iterator[str]:
    """The tables that SQLite can only change by making them anew."""
    for table in _alterations(steps):
        if not all(isinstance(step, _PLAIN) for step in table.ops):
            yield table.table_name


class _Renderer:
    """Writes operations as Python, in the words of the migrations that are there."""

    def __init__(self, context: MigrationContext, tables: MetaData, copied: set[str]) -> None:
        self._context = context
        self._tables = tables
        self._copied = copied

    def render(self, steps: Sequence[Any]) -> Iterator[str]:
        """Each operation on tables and columns; comments aside."""
        dropped = {step.table_name for step in steps if isinstance(step, ops.DropTableOp)}
        for step in steps:
            if isinstance(step, ops.CreateTableOp):
                step = _in_our_types(step)
            if not isinstance(step, ops.ModifyTableOps):
                yield self._python(step, copied=False)
                continue
            if step.table_name in dropped:
                continue  # its indexes go with it
            copied = step.table_name in self._copied
            written = self._python(step, copied=copied)
            yield self._keep_shape(step.table_name, written) if copied else written

    def render_comments(self, steps: Sequence[Any]) -> Iterator[str]:
        """The operations that change a comment, and those only."""
        found = []
        for step in _alterations(steps):
            for each in step.ops:
                if isinstance(each, ops.AlterColumnOp) and each.modify_comment is not False:
                    each.modify_type = each.existing_type = None
                    each.modify_nullable = each.existing_nullable = None
                    each.modify_server_default = each.existing_server_default = False
                    found.append(self._python(each, copied=False))
                elif isinstance(each, _COMMENTS):
                    found.append(self._python(each, copied=False))
        if found:
            yield _indent("\n".join([_ON_POSTGRESQL, *found]))

    def _python(self, step: Any, *, copied: bool) -> str:
        written = render_python_code(
            ops.UpgradeOps([step]),
            render_as_batch=copied,
            render_item=_render_type,
            migration_context=self._context,
        )
        bare = "\n".join(line.removeprefix("    ") for line in written.split("\n"))
        return _NAMED.sub(r"\1", _HEADING.sub("", bare)).strip("\n")

    def _keep_shape(self, table: str, written: str) -> str:
        """A table without row numbers is copied as one without."""
        kept = self._tables.tables.get(table)
        if kept is None or kept.dialect_options["sqlite"].get("with_rowid", True):
            return written
        shape = f"batch_alter_table('{table}', table_kwargs={{'sqlite_with_rowid': False}}"
        return re.sub(rf"batch_alter_table\('{table}', schema=None", shape, written)


def _render_type(kind: str, found: Any, _: AutogenContext) -> str | Literal[False]:
    """A type as migrations write it: what is stored, whatever the code makes of it."""
    if kind != "type":
        return False
    if found is Identifier:
        return "ID"
    stored = cast("TypeEngine[Any]", found.impl if isinstance(found, TypeDecorator) else found)
    for ours in (BigInteger, Integer, Text, String):
        if isinstance(stored, ours):
            length = getattr(stored, "length", None)
            return f"sa.{ours.__name__}({f'length={length}' if length else ''})"
    return False


def _in_our_types(step: ops.CreateTableOp) -> ops.CreateTableOp:
    """In a table that was read from SQLite ids look like any number."""
    links = {
        name
        for item in step.columns
        if isinstance(item, ForeignKeyConstraint)
        for name in item.column_keys
    }
    for item in step.columns:
        if isinstance(item, Column) and isinstance(item.type, INTEGER):
            if item.name == "id":
                item.autoincrement = True
            if item.name == "id" or item.name in links:
                item.type = Identifier
    return step


def _indent(code: str) -> str:
    """The code inside of a block whose own indentation is there."""
    return code.replace("\n", "\n    ")


@contextmanager
def _newest(folder: Path) -> Iterator[tuple[str, str]]:
    """An SQLite file and a PostgreSQL, brought to the newest revision, until the block ends."""
    server = start_server(folder / "postgresql")
    try:
        urls = (
            f"sqlite+aiosqlite:///{folder / 'newest.sqlite3'}",
            f"postgresql+asyncpg://postgres@/postgres?host={folder / 'postgresql'}",
        )
        for url in urls:
            migrate(url)
        yield urls
    finally:
        server.cleanup()


async def compare_urls(sqlite: str, postgresql: str, tables: MetaData) -> Steps | None:
    """`draft_steps` for the databases of two URLs."""
    engines = [create_async_engine(url) for url in (sqlite, postgresql)]
    try:
        async with engines[0].connect() as first, engines[1].connect() as second:
            return await first.run_sync(
                lambda one: draft_steps(one, cast("Connection", second.sync_connection), tables)
            )
    finally:
        for engine in engines:
            await engine.dispose()


def main() -> int:
    """0 when there is a draft or nothing to draft, 1 where the tables cannot be had like this."""
    parser = argparse.ArgumentParser(prog="python -m migrations.draft", description=__doc__)
    parser.add_argument("name", help="what the migration is about, as its first line will say it")
    name = parser.parse_args().name
    with (
        tempfile.TemporaryDirectory(prefix="halqa-draft-") as folder,
        _newest(Path(folder)) as (sqlite, postgresql),
    ):
        try:
            steps = asyncio.run(compare_urls(sqlite, postgresql, metadata))
        except NothingToFill as error:
            print(error, file=sys.stderr)
            return 1
    if steps is None:
        print("nothing to draft: the migrations lead to the tables of the code")
        return 0
    path = write_draft(name, steps)
    print(f"drafted {path.relative_to(ROOT)}: read it before you keep it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
