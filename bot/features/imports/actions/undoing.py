"""Taking back what an import added, and forgetting who claimed no place."""

from sqlalchemy import Select, delete, select, update

from bot.features.imports.actions.changing import change_back
from bot.features.imports.models import (
    ImportKind,
    LineState,
    ListedState,
    imported_people,
    imported_units,
)
from bot.features.imports.queries.imports import Import
from bot.features.people.actions.units import remove_unused_units
from bot.storage.lists import among
from bot.storage.transaction import Tx

AT_ONCE = 500
UNITS_AT_ONCE = 100


async def undo_piece(tx: Tx, found: Import) -> bool:
    """Take the next piece back; False: nothing is left. Who has claimed their place stays, and so
    does a unit in which something has happened."""
    if found.kind is ImportKind.PEOPLE:
        if await change_back(tx, found.id):
            return True
        return await forget_open(tx, found.id, AT_ONCE)
    return await _remove_units(tx, found.id)


async def forget_open(tx: Tx, import_id: int, most: int) -> bool:
    """Forget people of an import who have not claimed their place, at most so many; whether there
    may be more. Whoever claims it at this moment stays."""
    waiting: Select[int] = (
        select(imported_people.c.id)
        .where(
            imported_people.c.import_id == import_id, imported_people.c.state == ListedState.OPEN
        )
        .order_by(imported_people.c.id)
        .limit(most)
    )
    numbers = await tx.scalars(waiting)
    await tx.execute(
        delete(imported_people).where(
            among(imported_people.c.id, numbers), imported_people.c.state == ListedState.OPEN
        )
    )
    return len(numbers) == most


async def _remove_units(tx: Tx, import_id: int) -> bool:
    """From the last line up: what lies below goes before what it lies in."""
    rows = await tx.all(
        select(imported_units.c.line, imported_units.c.unit_id)
        .where(imported_units.c.import_id == import_id, imported_units.c.state == LineState.ADDED)
        .order_by(imported_units.c.line.desc())
        .limit(UNITS_AT_ONCE)
    )
    numbers = [row.unit_id for row in rows]
    # Nor does it keep a unit that another list found it there.
    named = among(imported_units.c.unit_id, numbers)
    await tx.execute(update(imported_units).where(named).values(unit_id=None))
    stay = await remove_unused_units(tx, numbers)
    await tx.run_many(
        "UPDATE imported_units SET unit_id = ?, state = ? WHERE import_id = ? AND line = ?",
        [
            (row.unit_id, LineState.STAYED.value, import_id, row.line)
            if row.unit_id in stay
            else (None, LineState.REMOVED.value, import_id, row.line)
            for row in rows
        ],
    )
    return len(rows) == UNITS_AT_ONCE
