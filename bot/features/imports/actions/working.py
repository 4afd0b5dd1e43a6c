"""The work on an import, piece by piece: each is a short transaction, and whoever comes next goes
on where it ended."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, update

from bot.chat.person import find_person
from bot.core.errors import Refused
from bot.features.imports.actions import adding, undoing
from bot.features.imports.actions.staging import go_on_later
from bot.features.imports.models import (
    ImportKind,
    ImportState,
    LineState,
    import_parts,
    imported_units,
    imports,
)
from bot.features.imports.queries import checking as checks
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.queries.checking import ImportReach
from bot.features.imports.queries.faults import RowFault, RowState
from bot.features.imports.queries.headings import ColumnKind
from bot.features.imports.queries.imports import Import
from bot.features.imports.queries.staged import StagedRow, pack
from bot.features.imports.rights.lists import access_importing
from bot.storage import audit
from bot.storage.transaction import Tx


async def advance(tx: Tx, import_id: int) -> Import | None:
    """Do the next piece of what is under way; None: there is no such import. It `rests` once
    nothing is left to do.

    The right of whoever brought the list is asked for each piece: one who administers no more adds
    no more.
    """
    await tx.lock("import", import_id)
    found = await import_queries.import_by_id(tx, import_id)
    if found is None or found.rests:
        return found
    if found.state is ImportState.UNDOING:
        more = await undoing.undo_piece(tx, found)
        await _note(tx, found, done=not more, to=ImportState.UNDONE)
    else:
        await _piece(tx, found)
    return await import_queries.import_by_id(tx, import_id)


async def settle(tx: Tx, import_id: int) -> Import:
    """Do all that is under way, for a list that is small."""
    while (found := await advance(tx, import_id)) and not found.rests:
        pass
    assert found is not None
    return found


async def go_on(tx: Tx, import_id: int) -> Import | None:
    """Do the next piece, and have the one after it done by the bot."""
    found = await advance(tx, import_id)
    if found is not None and not found.rests:
        await go_on_later(tx, import_id)
    return found


async def _piece(tx: Tx, found: Import) -> None:
    adds = found.state is ImportState.ADDING
    if found.parts_done < found.parts:
        reach = await _reach(tx, found)
        rows = await import_queries.part_of(tx, found.id, found.parts_done)
        if adds:
            adder = adding.add_people if found.kind is ImportKind.PEOPLE else adding.add_units
            await _note_left(tx, found, rows, await adder(tx, found, rows, reach))
        else:
            await _check(tx, found, rows, reach)
    last = found.parts_done + 1 >= found.parts
    await _note(tx, found, done=last, to=ImportState.DONE if adds else ImportState.CHECKED)
    if last and adds:
        await adding.finish(tx, found)


async def _reach(tx: Tx, found: Import) -> ImportReach:
    if found.made_by is None:
        return ImportReach(None)
    person = await find_person(tx, found.made_by)
    if person is None:
        return ImportReach([])
    try:
        return ImportReach(await access_importing(tx, person))
    except Refused:
        return ImportReach([])


async def _check(tx: Tx, found: Import, rows: Sequence[StagedRow], reach: ImportReach) -> None:
    check = checks.check_people if found.kind is ImportKind.PEOPLE else checks.check_units
    judged = await check(tx, found.id, rows, reach)
    if found.kind is ImportKind.UNITS:
        await _keep_lines(tx, found.id, judged)
    await _keep_part(tx, found, judged)
    await _count(tx, found, Counter(row.state for row in judged))
    changed = {
        _shown(r.column) for row in judged for r in row.remarks if r.fault is RowFault.CHANGED
    }
    if new := changed - set(found.columns.get("changed", ())):
        columns = found.columns | {"changed": sorted({*found.columns.get("changed", ()), *new})}
        await tx.execute(update(imports).where(imports.c.id == found.id).values(columns=columns))


def _shown(column: str) -> str:
    return ColumnKind.NAME if column == ColumnKind.FIRST else column


async def _count(tx: Tx, found: Import, counts: Mapping[RowState, int]) -> None:
    """Count so many rows more of each state."""
    columns = {
        state: imports.c[state.value] + counts.get(state, 0)
        for state in (RowState.FRESH, RowState.KNOWN, RowState.CHANGED, RowState.WRONG)
    }
    await tx.execute(
        update(imports)
        .where(imports.c.id == found.id)
        .values({state.value: value for state, value in columns.items()})
    )


async def _note_left(
    tx: Tx, found: Import, rows: Sequence[StagedRow], left: Sequence[StagedRow]
) -> None:
    """Rows that are not taken any more count as what they have come to."""
    if not left:
        return
    by_line = {row.line: row for row in left}
    judged = [by_line.get(row.line, row) for row in rows]
    await _keep_part(tx, found, judged)
    if found.kind is ImportKind.UNITS:
        await _keep_lines(tx, found.id, left)
    counts = Counter(row.state for row in left)
    counts.subtract(row.state for row in rows if row.line in by_line)
    await _count(tx, found, counts)


async def _keep_part(tx: Tx, found: Import, judged: Sequence[StagedRow]) -> None:
    await tx.execute(
        update(import_parts)
        .where(import_parts.c.import_id == found.id, import_parts.c.number == found.parts_done)
        .values(content=pack(judged), remarked=sum(bool(row.remarks) for row in judged))
    )


async def _keep_lines(tx: Tx, import_id: int, rows: Sequence[StagedRow]) -> None:
    """What later rows need to know of the units above them."""
    states = {RowState.WRONG: LineState.WRONG, RowState.KNOWN: LineState.THERE}
    kept = [
        {
            "import_id": import_id,
            "line": row.line,
            "state": states[row.state],
            "unit_id": row.unit_id if row.state is RowState.KNOWN and row.unit_id else None,
        }
        for row in rows
        if row.state in states
    ]
    if kept:
        await tx.execute(imported_units.insert(), kept)


async def _note(tx: Tx, found: Import, *, done: bool, to: ImportState) -> None:
    values: dict[str, object] = {"worked_at": tx.now, "parts_done": found.parts_done + 1}
    if done:
        values |= {"state": to, "parts_done": 0}
        if to is ImportState.DONE:
            values["finished_at"] = tx.now
        if to is ImportState.UNDONE:
            values["undone_at"] = tx.now
            await tx.execute(delete(import_parts).where(import_parts.c.import_id == found.id))
            await audit.record(tx, found.made_by, "imports.undone", found.id)
    await tx.execute(update(imports).where(imports.c.id == found.id).values(**values))
