"""Applying what a list says differently of those who are listed, and taking that back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from bot.features.imports.models import ImportState, ListedState, imported_people, imports
from bot.features.imports.queries.faults import RowFault
from bot.features.imports.queries.headings import ColumnKind
from bot.features.imports.queries.imports import Import
from bot.features.imports.queries.people_lists import stages_at, subjects_at
from bot.features.imports.queries.staged import StagedRow
from bot.features.people.queries import units as unit_queries
from bot.packs.roles import Role
from bot.storage.lists import among
from bot.storage.transaction import Tx

AT_ONCE = 100
_VALUES = ("name", "family", "role", "subjects", "stages", "phone_digest")
_OPEN = imported_people.c.state == ListedState.OPEN
_GONE = (ImportState.UNDOING, ImportState.UNDONE)


async def change_listed(tx: Tx, found: Import, rows: Sequence[StagedRow]) -> None:
    """Let those who wait stand on the list as these rows say, where this list was asked to. What
    they said before is kept as long as nobody has taken the place."""
    if found.altered is None or not rows:
        return
    keys = {(row.unit_id, row.read["key"]): row for row in rows}
    named = {place for place, _ in keys}
    ends = await unit_queries.with_parts(tx, named)
    query = select(imported_people.c.id).where(
        among(imported_people.c.unit_id, ends),
        imported_people.c.listed_as.in_([key for _, key in keys]),
        _OPEN,
    )
    # Somebody may stand at a unit and, by another list, at a part that is on its way to it.
    people: set[tuple[int, str]] = set()
    for there_id in await tx.scalars(query.order_by(imported_people.c.id)):
        # Whoever takes the place at this moment has it as it was, and what another list changes at
        # this moment is part of what was there before: so it is read under its lock.
        await tx.lock("listed", there_id)
        there = await tx.first(select(imported_people).where(imported_people.c.id == there_id))
        place = ends.get(there.unit_id, 0) if there else 0
        row = keys.get((place, there.listed_as)) if there else None
        if there is None or row is None:
            continue
        said = {name: str(getattr(there, name)) for name in _VALUES}
        before = [*(there.before or ()), [found.id, said]]
        done = await tx.execute(
            update(imported_people)
            .where(imported_people.c.id == there.id, _OPEN)
            .values(**_new_values(row), changed_in=found.id, before=before)
        )
        if done.rowcount:
            people.add((place, there.listed_as))
    more = imports.c.altered + len(people)
    await tx.execute(update(imports).where(imports.c.id == found.id).values(altered=more))


def _new_values(row: StagedRow) -> dict[str, Any]:
    read = row.read
    changed = {remark.column for remark in row.remarks if remark.fault is RowFault.CHANGED}
    values: dict[str, Any] = {}
    if changed & {ColumnKind.NAME, ColumnKind.FIRST}:
        values |= {"name": read["name"], "family": read["family"]}
    if ColumnKind.ROLE in changed:
        values["role"] = Role(read["role"])
    if ColumnKind.SUBJECT in changed:
        values["subjects"] = subjects_at(read)
    if ColumnKind.STAGE in changed:
        values["stages"] = stages_at(read)
    if ColumnKind.PHONE in changed:
        values["phone_digest"] = read["phone"]
    return values


async def change_back(tx: Tx, import_id: int) -> bool:
    """Let the next of those whom an import changed, and who wait still, be as they were; whether
    there may be more. What a later list says of them stays."""
    own = (imported_people.c.changed_in == import_id, _OPEN)
    query = select(imported_people.c.id).where(*own).order_by(imported_people.c.id)
    rows = await tx.scalars(query.limit(AT_ONCE))
    for there_id in rows:
        await tx.lock("listed", there_id)
        kept_so_far = select(imported_people.c.before).where(imported_people.c.id == there_id, *own)
        kept = list(await tx.scalar(kept_so_far) or ())
        values: dict[str, Any] = {}
        while kept and (kept[-1][0] == import_id or await _is_gone(tx, kept[-1][0])):
            values = dict(kept.pop()[1])
            values["role"] = Role(values["role"])
        await tx.execute(
            update(imported_people)
            .where(imported_people.c.id == there_id, *own)
            .values(
                **values,
                changed_in=kept[-1][0] if kept else None,
                before=kept or None,
            )
        )
    return len(rows) == AT_ONCE


async def _is_gone(tx: Tx, import_id: int) -> bool:
    state = await tx.scalar(select(imports.c.state).where(imports.c.id == import_id))
    return state is None or state in _GONE
