"""What is said of a row: what, why, and how to mend it."""

import asyncio
from collections.abc import Iterable, Sequence

from bot.core.country import COUNTRIES
from bot.core.i18n import GENDERS, N_, Gender, Phrase, Voice
from bot.core.text import isolate, isolate_ltr
from bot.documents.sheets.table import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    TableFault,
    UnreadableTable,
)
from bot.documents.sheets.writing import Sheet, SheetRow, WorkbookWriter
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.queries.faults import Remark, RowFault, RowState
from bot.features.imports.queries.headings import ColumnKind
from bot.features.imports.queries.imports import Import
from bot.features.imports.queries.staged import NoColumns, StagedRow, unpack
from bot.packs.organisation import (
    UNIT_GENDERS,
    UnitGender,
    offered_kinds,
    role_label,
    stage_label,
    subject_label,
)
from bot.packs.roles import Role
from bot.storage.database import Database
from bot.storage.transaction import Tx

_LOOKED_AT = 50
"""Rows by which the widths of a report are measured."""

COLUMN_NAMES: dict[str, str] = {
    ColumnKind.NAME: N_("Full name"),
    ColumnKind.FIRST: N_("First name"),
    ColumnKind.LAST: N_("Family name"),
    ColumnKind.UNIT: N_("School"),
    ColumnKind.ABOVE: N_("Department"),
    ColumnKind.ROLE: N_("Role"),
    ColumnKind.SUBJECT: N_("Subject"),
    ColumnKind.STAGE: N_("Stage"),
    ColumnKind.STAFF: N_("Staff number"),
    ColumnKind.PHONE: N_("Telephone"),
    ColumnKind.KIND: N_("Kind of unit"),
    ColumnKind.COUNTRY: N_("Country"),
    ColumnKind.GENDER: N_("Girls or boys"),
    ColumnKind.PLACE: N_("Place"),
}
WRITTEN_COLUMNS = tuple(kind for kind in COLUMN_NAMES if kind != ColumnKind.PHONE)

_REMARKS: dict[RowFault, str] = {
    RowFault.NAME_EMPTY: N_("The name is missing: it is to be written."),
    RowFault.NAME_UNFIT: N_("This is no name, or one of its words mixes scripts."),
    RowFault.NAME_LONG: N_("The name is too long: a shorter one is needed."),
    RowFault.UNIT_EMPTY: N_("The school is missing: its name is needed as it stands in Halqa."),
    RowFault.UNIT_UNKNOWN: N_(
        "No school of this name is there: correct the name, or add the school first."
    ),
    RowFault.UNIT_SEVERAL: N_(
        "Several schools have this name: a column with their department is needed."
    ),
    RowFault.UNIT_CLOSED: N_("This school is closed: the one that took its place is needed."),
    RowFault.UNIT_MERGED: N_("This unit has become part of {other}: it counts there."),
    RowFault.UNIT_NOT_YOURS: N_("This school lies outside of what you administer."),
    RowFault.ROLE_UNKNOWN: N_("This role is not known. Known are: {known}."),
    RowFault.ROLE_NEVER: N_("Nobody becomes an administrator by a list: that needs an invitation."),
    RowFault.KIND_UNKNOWN: N_("This kind of unit is not known. Known are: {known}."),
    RowFault.COUNTRY_UNKNOWN: N_("This country is not known. Known are: {known}."),
    RowFault.COUNTRY_EMPTY: N_(
        "Nothing stands above this unit, so its country is needed: {known}."
    ),
    RowFault.GENDER_UNKNOWN: N_("Known here are: {known}."),
    RowFault.PLACE_UNKNOWN: N_(
        "No town or province of this name is known here; the place goes by the unit's name, or by"
        " what it lies below. The name of the nearest larger town would do."
    ),
    RowFault.ABOVE_UNKNOWN: N_(
        "The unit above stands neither further up in the list nor in Halqa."
    ),
    RowFault.ABOVE_SEVERAL: N_("Several units have the name of the one above."),
    RowFault.ABOVE_WRONG: N_("The unit above is not taken: see line {line}."),
    RowFault.ROOT_NOT_YOURS: N_("Only whoever administers everything adds a unit at the top."),
    RowFault.TWICE: N_("The same as line {line}: it counts once."),
    RowFault.TWIN: N_(
        "It differs from line {line} in its spelling alone. For two people a staff number is"
        " needed in both rows; for one, one row is enough."
    ),
    RowFault.TWIN_THERE: N_("It is there already, in another spelling: {other}"),
    RowFault.TWIN_CLOSED: N_(
        "A unit of this name was closed here. A new one is added, and nothing of the closed one"
        " comes to it."
    ),
    RowFault.DIFFERS: N_("Somebody with this number is there already, and stays so: {other}"),
    RowFault.CHANGED: N_("{column}: so far {other}"),
    RowFault.SUBJECT_UNKNOWN: N_("This subject is not known; it will be asked."),
    RowFault.STAGE_UNKNOWN: N_("This stage is not known; it will be asked."),
    RowFault.PHONE_UNFIT: N_("This is no telephone number; it is left out."),
    RowFault.STAFF_NATIONAL: N_(
        "🔒 What stands as a staff number looks like a national identity number; it is left out."
    ),
}
_TWIN_OF_UNITS = N_("The same as line {line} but for its spelling ({other}): it counts once.")

_FAULTS: dict[TableFault, str] = {
    TableFault.LARGE: N_("The file is larger than 20 MB: two smaller ones are needed."),
    TableFault.ROWS: N_("The list is longer than the limit ({rows}): two smaller ones are needed."),
    TableFault.COLUMNS: N_("The list is wider than the limit ({columns}): only a few are needed."),
    TableFault.CELL: N_("The text of a cell is longer than the limit: {cell}."),
    TableFault.MUCH: N_(
        "The list holds too much: only the columns that are read here are needed, or two smaller"
        " lists."
    ),
    TableFault.OLD_EXCEL: N_(
        "This is an old Excel file, or one with a password. It is needed as .xlsx, without one."
    ),
    TableFault.OTHER: N_("This is no table. I read .xlsx and .csv files."),
    TableFault.ENCODING: N_(
        "I cannot read the letters of this file. It is needed as .xlsx, or as .csv in UTF-8."
    ),
    TableFault.QUOTE: N_("A quotation mark is opened there and never closed."),
    TableFault.BROKEN: N_("The file is damaged. Saved anew as .xlsx, it may be read."),
    TableFault.UNSAFE: N_("This file could do harm when it is opened, so I left it closed."),
    TableFault.EMPTY: N_("There are no rows in this file."),
}


def remark_text(voice: Voice, remark: Remark) -> str:
    """A remark in a sentence or two."""
    pattern = _REMARKS[remark.fault]
    if remark.fault is RowFault.TWIN and remark.other:
        pattern = _TWIN_OF_UNITS
    if remark.fault is RowFault.CHANGED:
        return _changed(voice, remark)
    known = voice.join(_known(voice, remark.fault))
    said = voice.text(pattern, line=remark.line, other=remark.other, known=known)
    near = remark.fault in (RowFault.UNIT_UNKNOWN, RowFault.ABOVE_UNKNOWN) and remark.other
    guess = voice.say("Nearest: {other}", other=remark.other) if near else ""
    return f"{said} {guess}".strip()


def _changed(voice: Voice, remark: Remark) -> str:
    """What stands there so far in a column that has changed; of a telephone nothing is shown."""
    column = voice.text(COLUMN_NAMES[remark.column])
    codes = remark.other.split()
    match remark.column:
        case ColumnKind.PHONE:
            return voice.say("Another telephone number.")
        case ColumnKind.ROLE:
            # Where a former version wrote it, nothing says of whose people it is.
            about: Gender = next((each for each in GENDERS if each in codes[1:]), "neutral")
            other: str = role_label(voice, Role(codes[0]), about)
        case ColumnKind.SUBJECT:
            other = voice.join([subject_label(voice, code) for code in codes])
        case ColumnKind.STAGE:
            other = voice.join([stage_label(voice, code) for code in codes])
        case _:
            other = Phrase(isolate(remark.other))
    return voice.text(_REMARKS[RowFault.CHANGED], column=column, other=other or "—")


def changed_text(voice: Voice, found: Import) -> str:
    """In what those have changed of whom a list says something else than is there."""
    columns = [voice.text(COLUMN_NAMES[kind]) for kind in found.columns.get("changed", ())]
    return voice.say(
        "Changed: {columns}. It is applied only if you choose so.", columns=voice.join(columns)
    )


def _known(voice: Voice, fault: RowFault) -> Sequence[str]:
    """The words that would be understood in this place."""
    match fault:
        case RowFault.ROLE_UNKNOWN:
            given = (role for role in Role if role is not Role.ADMINISTRATOR)
            return [role_label(voice, role, "neutral") for role in given]
        case RowFault.KIND_UNKNOWN:
            return [isolate_ltr(kind) for kind in offered_kinds(None)]
        case RowFault.COUNTRY_UNKNOWN | RowFault.COUNTRY_EMPTY:
            return [isolate_ltr(code) for code in COUNTRIES]
        case RowFault.GENDER_UNKNOWN:
            return [voice.text(UNIT_GENDERS[gender]) for gender in UnitGender]
    return []


def trouble_text(voice: Voice, error: UnreadableTable | NoColumns) -> str:
    """Why a file is not taken, and what to do."""
    if isinstance(error, NoColumns):
        missing = [voice.text(COLUMN_NAMES[kind]) for kind in error.missing]
        return voice.say(
            "I find no column for: {missing}. The first row needs the names of the columns.",
            missing=voice.join(missing),
        )
    said = voice.text(
        _FAULTS[error.fault],
        rows=voice.count("{n} row", "{n} rows", MOST_ROWS),
        columns=voice.count("{n} column", "{n} columns", MOST_COLUMNS),
        cell=voice.count("{n} character", "{n} characters", LONGEST_CELL),
    )
    return voice.say("Line {line}: {text}", line=error.line, text=said) if error.line else said


def row_text(voice: Voice, row: StagedRow) -> str:
    """A row with what is to be said of it, in a paragraph."""
    mark = {RowState.WRONG: "🔴", RowState.KNOWN: "⚪"}.get(row.state, "🟡")
    name = row.read.get("name") or row.cells.get(ColumnKind.UNIT, "") or "—"
    head = voice.say("Line {line}: {text}", line=row.line, text=name)
    said = (remark_text(voice, remark) for remark in row.remarks)
    return "\n".join([f"{mark} {head}", *said])


def columns_text(voice: Voice, found: Import) -> list[str]:
    """What was understood of the headings, a line each."""
    columns = found.columns
    titles = _named(voice, columns["titles"].values())
    said: list[str] = [voice.say("Columns that I read: {titles}", titles=titles)]
    if columns["national"]:
        said.append(
            voice.say(
                "🔒 Not read, since it looks like a national identity number: {titles}",
                titles=_named(voice, columns["national"]),
            )
        )
    if left_out := [*columns["left_out"], *columns["doubled"]]:
        said.append(voice.say("Not needed: {titles}", titles=_named(voice, left_out)))
    return said


def _named(voice: Voice, titles: Iterable[str]) -> Phrase:
    return voice.join([Phrase(isolate(title)) for title in titles])


async def report_workbook(database: Database, found: Import, voice: Voice) -> bytes:
    """The rows with their cells as they were read, those to be mended marked, and what is to be
    said; it can be mended and sent back. Telephone numbers are not in it. Read piece by piece, and
    written in a thread."""
    kinds = [kind for kind in WRITTEN_COLUMNS if kind in found.columns["titles"]]
    titles = [found.columns["titles"][kind] for kind in kinds]
    headings = [str(voice.say("Line")), *titles, str(voice.say("To be mended"))]

    def add(writer: WorkbookWriter, content: bytes) -> None:
        said = [row for row in unpack(content) if row.remarks] if content else []
        writer.add([_report_row(voice, kinds, row) for row in said])

    async with database.reading() as tx:
        numbers = await import_queries.parts_to_say(tx, found.id)
        first = [_report_row(voice, kinds, row) for row in await _first(tx, found.id)]
    sheet = Sheet(headings[-1], headings, first, rtl=voice.language == "ar")
    writer = WorkbookWriter(sheet)
    for number in numbers:
        async with database.reading() as tx:
            content = await import_queries.packed_part(tx, found.id, number)
        await asyncio.to_thread(add, writer, content)
    return await asyncio.to_thread(writer.finish)


async def _first(tx: Tx, import_id: int) -> list[StagedRow]:
    return await import_queries.rows_to_say(tx, import_id, _LOOKED_AT)


def _report_row(voice: Voice, kinds: Sequence[str], row: StagedRow) -> SheetRow:
    marked = {remark.column for remark in row.remarks}
    places = frozenset(at for at, kind in enumerate(kinds, 1) if kind in marked)
    said = " ".join(remark_text(voice, remark) for remark in row.remarks)
    return SheetRow([row.line, *(row.cells.get(kind, "") for kind in kinds), said], places)
