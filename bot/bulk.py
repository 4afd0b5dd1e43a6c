"""Lists of people and units from the command line: the same work as in the chat, with a bar."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.app import load_secret_key
from bot.chat.seal import Seal
from bot.core.english import counted
from bot.core.errors import Refused, SettingsError
from bot.core.i18n import Voice
from bot.core.settings import Settings
from bot.documents.sheets.table import MOST_BYTES, UnreadableTable
from bot.documents.sheets.writing import write_workbook
from bot.features.imports.actions import staging, working
from bot.features.imports.models import ImportKind, ImportState
from bot.features.imports.queries import exports
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.queries.imports import Import
from bot.features.imports.queries.reading import AT_ONCE, read_list
from bot.features.imports.queries.staged import NoColumns
from bot.features.imports.screens.remarks import (
    columns_text,
    report_workbook,
    row_text,
    trouble_text,
)
from bot.storage.database import Database
from bot.storage.failures import is_collision
from bot.upkeep import opened

SHOWN = 20
"""Rows that the report on the screen names."""
WAITS_SECONDS = 600
LOOK_SECONDS = 1.0
MOST_COLLISIONS = 5
"""How often the same piece may collide with what a running bot does."""
SPEAKS = Voice("en", numerals="latn")

Told = Callable[[int, int], None]
"""Hears how many of how many rows are done."""


@dataclass(frozen=True, slots=True)
class ListReport:
    """What a list comes to before anything of it is added."""

    id: int
    fresh: int
    changed: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding a list, in a sentence, and why the report of the rest could not be
    written; "" where it was."""

    said: str
    trouble: str = ""


def require_workbook(file: Path, source: Path | None = None) -> None:
    """That a table may be written there, before any work is done for it.

    :raises SettingsError: it is no .xlsx, is the list itself, or its folder is not there.
    """
    if file.suffix.lower() != ".xlsx":
        raise SettingsError(f"{file}: the name must end with .xlsx")
    if source is not None and file.exists() and source.exists() and file.samefile(source):
        raise SettingsError(f"{file}: this is the list itself; name another file")
    if not file.parent.is_dir():
        raise SettingsError(f"{file.parent}: there is no such folder")


def _put_down(file: Path, data: bytes) -> None:
    """Write it whole, or leave what is there.

    :raises SettingsError:
    """
    draft = file.with_name(f".{file.name}.part")
    try:
        draft.write_bytes(data)
        draft.replace(file)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise SettingsError(f"{file}: {error.strerror}") from None


def _bytes_of(file: Path) -> bytes:
    with file.open("rb") as source:
        # One byte more tells that it is too large, however large it is.
        return source.read(MOST_BYTES + 1)


async def check_list(
    settings: Settings, kind: ImportKind, file: Path, report: Path | None, tell: Told
) -> ListReport:
    """Read a file and compare it with what is there; nothing of it is added yet. `report` is a
    workbook to be written, with the rows to be mended.

    :raises SettingsError: the file is not taken, with the line and how to mend it; or the report
        cannot be written, and the list is forgotten.
    """
    if report is not None:
        require_workbook(report, file)
    digest = Seal(load_secret_key(settings)).digest
    try:
        data = await asyncio.to_thread(_bytes_of, file)
        table = await asyncio.to_thread(read_list, data, kind, digest, settings.country)
    except OSError as error:
        raise SettingsError(f"{file.name}: {error.strerror}") from None
    except (UnreadableTable, NoColumns) as error:
        raise SettingsError(f"{file.name}: {trouble_text(SPEAKS, error)}") from None
    async with opened(settings) as database:
        async with database.transaction() as tx:
            staged = await staging.stage(tx, None, kind, file.name, table)
        found = await _work(database, staged.id, tell)
        try:
            return await _report(database, found, report)
        except SettingsError:
            async with database.transaction() as tx:
                await staging.drop(tx, None, found.id)
            raise


async def _report(database: Database, found: Import, report: Path | None) -> ListReport:
    async with database.reading() as tx:
        rows = await import_queries.rows_to_say(tx, found.id, SHOWN)
    if report is not None:
        data = await report_workbook(database, found, SPEAKS)
        await asyncio.to_thread(_put_down, report, data)
    counts = (
        f"{found.fresh} new, {found.known} there already, {found.changed} changed,"
        f" {found.wrong} not taken"
    )
    more = found.known + found.changed + found.wrong - SHOWN
    hint = "more rows: write them into a workbook with --report"
    told = [*columns_text(SPEAKS, found), counts]
    told += [row_text(SPEAKS, row) for row in rows]
    if len(rows) >= SHOWN and more > 0 and report is None:
        told.append(hint)
    return ListReport(found.id, found.fresh, found.changed, tuple(told))


async def add_list(
    settings: Settings,
    import_id: int,
    tell: Told,
    report: Path | None = None,
    *,
    changes: bool = False,
) -> Added:
    """Add what was checked; while another list is being added, wait for it. `report` is written
    anew where some rows were not taken any more; with `changes` what the list says differently of
    those who are listed is applied.

    :raises Refused: as `confirm`.
    """
    trouble = ""
    async with opened(settings) as database:
        before = await _begin(database, import_id, undoes=False, changes=changes)
        found = await _work(database, import_id, tell)
        late = found.wrong - before.wrong
        if late and report is not None:
            data = await report_workbook(database, found, SPEAKS)
            try:
                await asyncio.to_thread(_put_down, report, data)
            except SettingsError as error:
                trouble = str(error)
    there = f", {counted(found.known, 'was', 'were')} there already" if found.known else ""
    one, many = ("person", "people") if found.kind is ImportKind.PEOPLE else ("unit", "units")
    added = counted(found.added, one, many)
    if found.altered is not None:
        there += f", {found.altered} changed"
    if late:
        rows = counted(late, "row was", "rows were")
        there += f", {rows} left out since the units were closed or moved meanwhile"
    return Added(f"{added} added{there}; `halqa undo-import {import_id}` takes it back", trouble)


async def undo_list(settings: Settings, import_id: int, tell: Told) -> str:
    """Take back what an import added; returns what was done in a sentence.

    :raises SettingsError: there is no such import.
    :raises Refused: as `undo`.
    """
    async with opened(settings) as database:
        await _begin(database, import_id, undoes=True)
        await _work(database, import_id, tell)
        async with database.reading() as tx:
            _, claimed = await import_queries.counts_of(tx, import_id)
            stayed = await import_queries.units_stayed(tx, import_id)
    stays = [
        (claimed, "person who claimed a place stays", "people who claimed their place stay"),
        (stayed, "unit is used by now and stays", "units are used by now and stay"),
    ]
    told = [counted(number, one, many) for number, one, many in stays if number]
    return "; ".join([f"import {import_id} is taken back", *told])


async def drop_list(settings: Settings, import_id: int) -> None:
    """Forget a list that was checked and is not wanted."""
    async with opened(settings) as database, database.transaction() as tx:
        await staging.drop(tx, None, import_id)


async def _begin(
    database: Database, import_id: int, *, undoes: bool, changes: bool = False
) -> Import:
    begin = staging.undo if undoes else partial(staging.confirm, changes=changes)
    for attempt in range(WAITS_SECONDS):
        try:
            async with database.transaction() as tx:
                return await begin(tx, None, import_id)
        except Refused as refusal:
            if refusal.code == "imports.not_yours":
                # The command line has all of them.
                raise SettingsError(f"there is no import {import_id}") from None
            if refusal.code != "imports.busy" or attempt + 1 == WAITS_SECONDS:
                raise
        await asyncio.sleep(LOOK_SECONDS)
    raise AssertionError("the last attempt returns or raises")


async def _work(database: Database, import_id: int, tell: Told) -> Import:
    while True:
        found = await _advance(database, import_id)
        if found is None:
            raise SettingsError(f"there is no import {import_id}")
        if found.rests:
            tell(found.rows, found.rows)
            return found
        tell(min(found.rows, found.parts_done * AT_ONCE[found.kind]), found.rows)
        # Whoever waits to write goes between two pieces.
        await asyncio.sleep(0)


async def _advance(database: Database, import_id: int) -> Import | None:
    for _ in range(MOST_COLLISIONS):
        try:
            async with database.transaction() as tx:
                return await working.advance(tx, import_id)
        except Exception as error:
            if not is_collision(error):
                raise
    async with database.transaction() as tx:
        return await working.advance(tx, import_id)


async def list_imports(settings: Settings) -> list[str]:
    """The newest imports, a line each."""
    async with opened(settings) as database, database.reading() as tx:
        found = await import_queries.all_imports(tx, 50)
    return [
        f"{each.id}  {each.created_at:%Y-%m-%d %H:%M}Z  {each.kind}  {each.state}"
        f"  {each.added} of {each.rows}  {each.title}"
        for each in found
        if each.state is not ImportState.DROPPED
    ]


async def export_list(settings: Settings, kind: ImportKind, file: Path, unit_id: int) -> int:
    """Write the people or units below a unit (0: all) in the form in which they are brought,
    without telephone numbers; returns how many.

    :raises SettingsError: there is no such unit, or the file cannot be written.
    """
    require_workbook(file)
    try:
        async with opened(settings) as database, database.reading() as tx:
            sheet = await exports.sheet_of(tx, kind, unit_id, SPEAKS)
    except LookupError as error:
        raise SettingsError(str(error)) from None
    data = await asyncio.to_thread(write_workbook, sheet)
    await asyncio.to_thread(_put_down, file, data)
    return len(sheet.rows)
