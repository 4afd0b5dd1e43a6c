"""Adding what was checked: listed people, and units of the tree."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from bot.arabic.calendar.places import place_of
from bot.arabic.order import order_key
from bot.core.country import country
from bot.features.imports.actions.changing import change_listed
from bot.features.imports.models import (
    LineState,
    ListedState,
    imported_people,
    imported_units,
    imports,
)
from bot.features.imports.queries.checking import (
    ImportReach,
    check_units,
    lines_of,
    look_at_listed,
)
from bot.features.imports.queries.faults import Remark, RowFault, RowState
from bot.features.imports.queries.headings import ColumnKind
from bot.features.imports.queries.imports import Import
from bot.features.imports.queries.people_lists import stages_at, subjects_at
from bot.features.imports.queries.staged import StagedRow
from bot.features.people.actions.units import UnitDraft, create_units
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.packs.organisation import UnitGender
from bot.scheduling import due
from bot.storage import audit
from bot.storage.columns import to_millis
from bot.storage.lists import among
from bot.storage.transaction import Tx

FORGET_UNCLAIMED = "imports.forget_unclaimed"
UNCLAIMED_FOR = timedelta(days=90)
"""After which somebody who claimed no place is forgotten."""

_ADD = (
    "INSERT INTO imported_people (import_id, unit_id, state, listed_as, folded, name, family, role,"
    " subjects, stages, staff_number, phone_digest, created_at, wrong_tries)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (unit_id, listed_as) DO NOTHING"
)


async def add_people(
    tx: Tx, found: Import, rows: Sequence[StagedRow], reach: ImportReach
) -> list[StagedRow]:
    """List those of a piece who are new, at the unit of which theirs has become part where it was
    merged since they were looked through; and those who were there by another list then, which was
    taken back. Returns the rows that have come to something else, with why: a unit was closed, or
    somebody was listed meanwhile."""
    # No unit is closed, or becomes another one's, between the look at it and the commit.
    await tx.lock("units", 0)
    wanted = {RowState.FRESH} | ({RowState.CHANGED} if found.altered is not None else set())
    told = {row.line: row.state for row in rows}
    # Of what stands on the list twice the second row names no unit.
    looked_at = [row for row in rows if row.unit_id and row.state in _LOOKED_AT]
    places = await open_units(tx, (row.unit_id for row in looked_at))
    placed: list[StagedRow] = []
    left: list[StagedRow] = []
    lines: dict[tuple[int, str], int] = {}
    for row in looked_at:
        place = places.get(row.unit_id)
        fault = RowFault.UNIT_CLOSED if place is None else _unfit(place, reach)
        if place is None or fault:
            if row.state in wanted:
                left.append(_not_at(row, fault or RowFault.UNIT_CLOSED))
        elif before := lines.get((place.id, row.read["key"])):
            # Two units of the list are one by now.
            if row.state in wanted:
                left.append(row.said(RowState.KNOWN, Remark(RowFault.TWICE, "", before)))
        else:
            lines[place.id, row.read["key"]] = row.line
            placed.append(replace(row, unit_id=place.id))
    judged = await look_at_listed(tx, found.id, [_unsaid(row) for row in placed])
    left += [row for row in judged if told[row.line] in wanted and row.state not in wanted]
    changed = [row for row in judged if row.state is RowState.CHANGED]
    await change_listed(tx, found, [row for row in changed if told[row.line] in wanted])
    taken = [row for row in judged if row.state is RowState.FRESH]
    left += [row for row in taken if told[row.line] is not RowState.FRESH]
    now = to_millis(tx.now)
    await tx.run_many(_ADD, [(found.id, row.unit_id, *_values(row), now) for row in taken])
    return left


_LOOKED_AT = frozenset({RowState.FRESH, RowState.KNOWN, RowState.CHANGED})
_OF_THOSE_THERE = frozenset({RowFault.CHANGED, RowFault.DIFFERS})


def _unsaid(row: StagedRow) -> StagedRow:
    """The row without what it differed in when it was looked through."""
    kept = tuple(remark for remark in row.remarks if remark.fault not in _OF_THOSE_THERE)
    return replace(row, remarks=kept)


def _not_at(row: StagedRow, fault: RowFault) -> StagedRow:
    return row.said(RowState.WRONG, Remark(fault, ColumnKind.UNIT))


async def open_units(tx: Tx, ids: Iterable[int]) -> dict[int, Unit]:
    """The units of these ids, each as it is or as the one of which it has become part; one that
    was closed, or is gone, is left out."""
    wanted = set(ids) - {0}
    places = await unit_queries.units_by_id(tx, wanted)
    found = {number: place for number, place in places.items() if place.is_active}
    return found | await unit_queries.merged_into(tx, wanted - found.keys())


def _unfit(place: Unit, reach: ImportReach) -> RowFault | None:
    return None if reach.holds(place) else RowFault.UNIT_NOT_YOURS


def _values(row: StagedRow) -> tuple[str, ...]:
    read = row.read
    return (
        ListedState.OPEN.value,
        read["key"],
        read["folded"],
        read["name"],
        read["family"],
        read["role"],
        subjects_at(read),
        stages_at(read),
        read["staff"],
        read["phone"],
    )


async def add_units(
    tx: Tx, found: Import, rows: Sequence[StagedRow], reach: ImportReach
) -> list[StagedRow]:
    """Add those of a piece that are new, each below the one that its row names; and those that
    were there by another list, which was taken back. What somebody added meanwhile is not doubled.
    Returns the rows that have come to something else, with why."""
    await tx.lock("units", 0)
    left = await _look_again(tx, found, rows, reach)
    fresh = [row for row in rows if row.state is RowState.FRESH]
    fresh += [row for row in left if row.state is RowState.FRESH]
    lines = await lines_of(tx, found.id, (row.read["above_line"] for row in fresh))
    places = await open_units(
        tx,
        [*(row.unit_id for row in fresh), *(number or 0 for _, number in lines.values())],
    )
    named = await unit_queries.units_named(tx, (row.read["name"] for row in fresh))
    added: dict[int, Unit] = {}
    kept: list[dict[str, object]] = []
    new_lines: set[int] = set()
    while fresh:
        # Of two that lie one in the other the upper one is made first.
        waits = {row.line for row in fresh}
        later = [row for row in fresh if row.read["above_line"] in waits]
        drafts: dict[int, tuple[UnitDraft, Unit | None]] = {}
        for row in fresh:
            if row.read["above_line"] in waits:
                continue
            parent = _parent(row, lines, places, added)
            # What this piece itself has begun is theirs, though their reach was read before it.
            begun = row.read["above_line"] in new_lines
            if not begun and (fault := _why_not(row, parent, reach, lines)):
                left.append(row.said(RowState.WRONG, Remark(fault, ColumnKind.ABOVE)))
                continue
            above = parent.id if parent else None
            beside = named.get(order_key(row.read["name"]), ())
            twins = [p for p in beside if p.parent_id == above and p.is_active]
            if twins:
                added[row.line] = twins[0]
                left.append(replace(row, unit_id=twins[0].id).said(RowState.KNOWN))
            else:
                drafts[row.line] = (_draft(row, parent), parent)
        made = await create_units(tx, list(drafts.values()))
        new = dict(zip(drafts, made, strict=True))
        added |= new
        new_lines |= new.keys()
        kept += [
            {
                "import_id": found.id,
                "line": line,
                "unit_id": place.id,
                "state": LineState.ADDED,
            }
            for line, place in new.items()
        ]
        fresh = later
    if kept:
        await tx.execute(imported_units.insert(), kept)
    # Of a row that was looked at again the last word counts.
    return list({row.line: row for row in left}.values())


async def _look_again(
    tx: Tx, found: Import, rows: Sequence[StagedRow], reach: ImportReach
) -> list[StagedRow]:
    """The rows of units that were there and are no more, each with what it comes to now."""
    known = [row for row in rows if row.state is RowState.KNOWN and row.unit_id]
    there = await unit_queries.units_by_id(tx, (row.unit_id for row in known))
    gone = [row for row in known if row.unit_id not in there]
    if not gone:
        return []
    lines = among(imported_units.c.line, [row.line for row in gone])
    await tx.execute(delete(imported_units).where(imported_units.c.import_id == found.id, lines))
    unread = [replace(row, state=RowState.UNREAD, remarks=(), unit_id=0) for row in gone]
    return await check_units(tx, found.id, unread, reach)


def _parent(
    row: StagedRow,
    lines: dict[int, tuple[LineState, int | None]],
    places: dict[int, Unit],
    added: dict[int, Unit],
) -> Unit | None:
    line = row.read["above_line"]
    if not line:
        return places.get(row.unit_id)
    _, number = lines.get(line, (LineState.WRONG, None))
    return added.get(line) or places.get(number or 0)


def _why_not(
    row: StagedRow,
    parent: Unit | None,
    reach: ImportReach,
    lines: dict[int, tuple[LineState, int | None]],
) -> RowFault | None:
    if parent is not None:
        return _unfit(parent, reach)
    _, above = lines.get(row.read["above_line"], (LineState.WRONG, None))
    if above or row.unit_id:
        return RowFault.UNIT_CLOSED
    if row.cells.get(ColumnKind.ABOVE):
        # A row that names a unit above it begins no tree because that one was not to be had.
        return RowFault.ABOVE_UNKNOWN
    begins = bool(row.read["country"]) and reach.begins_trees()
    return None if begins else RowFault.ROOT_NOT_YOURS


def _draft(row: StagedRow, parent: Unit | None) -> UnitDraft:
    read = row.read
    code = read["country"] or (parent.country if parent else "")
    own = parent is not None and parent.country == code
    timezone = parent.timezone if parent is not None and own else country(code).timezone
    above = parent.id if parent else None
    # A list that was looked through by a former version says nothing of it.
    town = place_of(read.get("place"))
    return UnitDraft(
        read["kind"], read["name"], code, timezone, UnitGender(read["gender"]), above,
        town.code if town and town.country == code else None,
    )  # fmt: skip


async def finish(tx: Tx, found: Import) -> None:
    """All of it is added: how many, and when those are forgotten who claim no place."""
    of_people = select(func.count()).where(imported_people.c.import_id == found.id)
    of_units = select(func.count()).where(
        imported_units.c.import_id == found.id, imported_units.c.state == LineState.ADDED
    )
    added = int(await tx.scalar(of_people)) + int(await tx.scalar(of_units))
    await tx.execute(update(imports).where(imports.c.id == found.id).values(added=added))
    await audit.record(tx, found.made_by, "imports.added", found.id, added=added)
    await due.set_due(
        tx, FORGET_UNCLAIMED, f"import:{found.id}", "unclaimed", anchor=tx.now + UNCLAIMED_FOR,
        payload={"import": found.id},
    )  # fmt: skip
