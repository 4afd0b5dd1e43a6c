"""What the rows of a piece come to, compared with what is there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.arabic.order import order_key
from bot.core.graphemes import begin
from bot.core.i18n import Gender
from bot.features.imports.models import (
    LineState,
    ListedState,
    imported_people,
    imported_units,
    imports,
)
from bot.features.imports.queries.faults import Remark, RowFault, RowState
from bot.features.imports.queries.headings import ColumnKind
from bot.features.imports.queries.people_lists import phone_at, stages_at, subjects_at
from bot.features.imports.queries.staged import StagedRow
from bot.features.people.queries import search as people_search
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit, staff_of
from bot.storage.lists import among, ids_named, texts_named
from bot.storage.transaction import Tx

_MOST_GUESSES = 3
"""Unknown units of one piece for which the nearest one is looked up."""


@dataclass(slots=True)
class ImportReach:
    """Which units somebody may bring lists for: those below these tops; None: every one."""

    tops: Sequence[Unit] | None

    def holds(self, place: Unit) -> bool:
        return self.tops is None or any(place.is_within(top) for top in self.tops)

    def begins_trees(self) -> bool:
        return self.tops is None or any(top.parent_id is None for top in self.tops)


@dataclass(slots=True)
class _Places:
    """The units that the rows name, and of those that were merged the ones that they are part of
    by now."""

    named: Mapping[str, Sequence[Unit]]
    above: Mapping[int, Unit]
    merged: Mapping[int, Unit]
    reach: ImportReach
    guesses: dict[str, str] = field(default_factory=dict)
    found: dict[tuple[str, str], Unit | RowFault] = field(default_factory=dict)

    @classmethod
    async def of(cls, tx: Tx, names: Iterable[str], reach: ImportReach) -> "_Places":
        named = await unit_queries.units_named(tx, names)
        lineages = (number for some in named.values() for place in some for number in place.lineage)
        above = await unit_queries.units_by_id(tx, lineages)
        closed = {each.id for some in named.values() for each in some if not each.is_active}
        return cls(named, above, await unit_queries.merged_into(tx, closed), reach)

    def one(self, name: str, above: str) -> Unit | RowFault:
        """The unit of this name, below one of the name `above`, where that is told; or the one of
        which it has become part."""
        # A school stands on as many rows as it has people.
        if (name, above) not in self.found:
            self.found[name, above] = self._look_for(name, above)
        return self.found[name, above]

    def _look_for(self, name: str, above: str) -> Unit | RowFault:
        found = [
            place for place in self.named.get(order_key(name), ()) if self._below(place, above)
        ]
        if not found:
            return RowFault.UNIT_UNKNOWN
        active = [place for place in found if place.is_active]
        if not active:
            into = {place.id: place for each in found if (place := self.merged.get(each.id))}
            active = list(into.values())
        if not active:
            return RowFault.UNIT_CLOSED
        own = [place for place in active if self.reach.holds(place)]
        if not own:
            return RowFault.UNIT_NOT_YOURS
        return own[0] if len(own) == 1 else RowFault.UNIT_SEVERAL

    def taken_up(self, named: Iterable[Unit], parent: int | None) -> Unit | None:
        """The unit below the parent of which one of these has become part: it lies there since."""
        into = (self.merged.get(place.id) for place in named if not place.is_active)
        return next((each for each in into if each and parent in each.lineage[:-1]), None)

    def _below(self, place: Unit, above: str) -> bool:
        key = order_key(above)
        if not key:
            return True
        lineage = (self.above[number] for number in place.lineage[:-1] if number in self.above)
        return any(order_key(each.name) == key for each in lineage)

    async def guess(self, tx: Tx, name: str) -> str:
        """A unit whose name is like this one; "" for none."""
        if name not in self.guesses:
            if len(self.guesses) >= _MOST_GUESSES:
                return ""
            near = await people_search.find_units(tx, name, 3)
            own = [place.name for place in near if self.reach.holds(place)]
            self.guesses[name] = begin(own[0], 60) if own else ""
        return self.guesses[name]


_COMPARED = ("unit_id", "listed_as", "name", "role", "subjects", "stages", "phone_digest", "state")
_LISTED = (
    select(*(imported_people.c[name] for name in _COMPARED), imports.c.made_by)
    .join_from(imported_people, imports, imports.c.id == imported_people.c.import_id)
    .where(
        among(imported_people.c.unit_id, ids_named("places")),
        among(imported_people.c.listed_as, texts_named("keys")),
    )
)
_ALIKE = select(imported_people.c.unit_id, imported_people.c.folded, imported_people.c.name).where(
    among(imported_people.c.unit_id, ids_named("places")),
    among(imported_people.c.folded, texts_named("keys")),
)


async def check_people(
    tx: Tx, import_id: int, rows: Sequence[StagedRow], reach: ImportReach
) -> list[StagedRow]:
    """Each row with what it comes to."""
    # Of a row that is wrong by itself all is said at once.
    asked = [
        row for row in rows if row.state is not RowState.KNOWN and ColumnKind.UNIT in row.cells
    ]
    places = await _Places.of(tx, (row.cells[ColumnKind.UNIT] for row in asked), reach)
    placed: dict[int, StagedRow] = {}
    for row in asked:
        name, above = row.cells[ColumnKind.UNIT], row.cells.get(ColumnKind.ABOVE, "")
        found = places.one(name, above)
        if isinstance(found, Unit):
            placed[row.line] = _placed(row, found)
            continue
        other = await places.guess(tx, name) if found is RowFault.UNIT_UNKNOWN else ""
        placed[row.line] = row.said(RowState.WRONG, Remark(found, ColumnKind.UNIT, other=other))
    unread = [row for row in placed.values() if row.unit_id and row.state is RowState.UNREAD]
    there = await _ListedThere.of(tx, import_id, unread)
    return [there.judged(placed[row.line]) if row.line in placed else row for row in rows]


def _placed(row: StagedRow, place: Unit) -> StagedRow:
    """The row of somebody of this unit, whose country is that of telephone numbers without one."""
    read = {key: value for key, value in row.read.items() if key != "phones"}
    return replace(
        row,
        unit_id=place.id,
        read=read | {"phone": phone_at(row.read, place.country)},
        remarks=(*row.remarks, *_in_place_of(row, ColumnKind.UNIT, place)),
    )


def _in_place_of(row: StagedRow, column: ColumnKind, place: Unit) -> list[Remark]:
    """What is to be said where a unit has taken the place of the one that the row names."""
    if order_key(row.cells[column]) == order_key(place.name):
        return []
    return [Remark(RowFault.UNIT_MERGED, column, other=begin(place.name, 60))]


async def look_at_listed(tx: Tx, import_id: int, rows: Sequence[StagedRow]) -> list[StagedRow]:
    """Rows whose units are known, each with what it comes to, as the lists stand now."""
    there = await _ListedThere.of(tx, import_id, rows)
    return [there.judged(row) for row in rows]


@dataclass(frozen=True, slots=True)
class _ListedThere:
    """Who is listed already at the units that the rows name, or still at one that has become part
    of them and will follow."""

    made_by: int | None
    known: Mapping[tuple[int, str], Row[Any]]
    alike: Mapping[tuple[int, str], str]
    spoken_of: Mapping[int, Gender]
    """How the people of these units are spoken of."""

    @classmethod
    async def of(cls, tx: Tx, import_id: int, rows: Sequence[StagedRow]) -> "_ListedThere":
        named = {row.unit_id for row in rows}
        ends = await unit_queries.with_parts(tx, named)
        places = sorted(ends)
        keys = sorted({row.read["key"] for row in rows})
        folded = sorted({row.read["folded"] for row in rows} - {""})
        known = await tx.all(_LISTED.params(places=places, keys=keys)) if rows else ()
        alike = await tx.all(_ALIKE.params(places=places, keys=folded)) if folded else ()
        made_by = await tx.scalar(select(imports.c.made_by).where(imports.c.id == import_id))
        there = await unit_queries.units_by_id(tx, {ends[row.unit_id] for row in known})
        # Whoever stands at the place itself counts before one who will come there.
        known = sorted(known, key=lambda row: row.unit_id == ends[row.unit_id])
        return cls(
            made_by,
            {(ends[row.unit_id], row.listed_as): row for row in known},
            {(ends[row.unit_id], row.folded): row.name for row in alike},
            {number: staff_of(place) for number, place in there.items()},
        )

    def judged(self, row: StagedRow) -> StagedRow:
        if row.state is RowState.WRONG:
            return row
        if known := self.known.get((row.unit_id, row.read["key"])):
            return self._compared(row, known)
        if other := self.alike.get((row.unit_id, row.read["folded"])):
            column = ColumnKind.NAME if ColumnKind.NAME in row.cells else ColumnKind.FIRST
            return row.said(RowState.WRONG, Remark(RowFault.TWIN_THERE, column, other=other))
        return row.said(RowState.FRESH)

    def _compared(self, row: StagedRow, known: Row[Any]) -> StagedRow:
        """A row of somebody who is listed. Their role comes from whoever brought them, so nobody
        else's list changes them, but the server's own; and whoever has joined is as they say."""
        found = differences(row, known)
        if not found:
            return row.said(RowState.KNOWN)
        others = self.made_by not in (None, known.made_by)
        if others or known.state is not ListedState.OPEN:
            said = Remark(RowFault.DIFFERS, ColumnKind.STAFF, other=known.name)
            return row.said(RowState.KNOWN, said)
        about = self.spoken_of.get(row.unit_id or 0, "neutral")
        remarks = [
            Remark(
                RowFault.CHANGED,
                kind,
                other=f"{there} {about}" if kind is ColumnKind.ROLE else there,
            )
            for kind, there in found
        ]
        return row.said(RowState.CHANGED, *remarks)


def differences(row: StagedRow, known: Row[Any]) -> list[tuple[ColumnKind, str]]:
    """In which columns a row says something else than is there, with what is there, as it is
    stored; a cell that is empty, or is not understood, says nothing."""
    read, cells = row.read, row.cells
    name = ColumnKind.NAME if ColumnKind.NAME in cells else ColumnKind.FIRST
    compared = (
        (name, read["name"], known.name),
        (ColumnKind.ROLE, read["role"], known.role.value),
        (ColumnKind.SUBJECT, subjects_at(read), known.subjects),
        (ColumnKind.STAGE, stages_at(read), known.stages),
    )
    found = [
        (kind, there) for kind, said, there in compared if kind in cells and said and said != there
    ]
    # Whoever has joined is compared without a number: theirs is forgotten.
    if read["phone"] and known.state is ListedState.OPEN and read["phone"] != known.phone_digest:
        found.append((ColumnKind.PHONE, ""))
    return found


_LINES = select(imported_units.c.line, imported_units.c.unit_id, imported_units.c.state).where(
    imported_units.c.import_id == bindparam("import_id"),
    among(imported_units.c.line, ids_named("lines")),
)


async def lines_of(
    tx: Tx, import_id: int, lines: Iterable[int]
) -> dict[int, tuple[LineState, int | None]]:
    """What came of these lines of a list of units, as far as that is known."""
    wanted = sorted(set(lines) - {0})
    if not wanted:
        return {}
    rows = await tx.all(_LINES.params(lines=wanted), import_id=import_id)
    return {row.line: (row.state, row.unit_id) for row in rows}


async def check_units(
    tx: Tx, import_id: int, rows: Sequence[StagedRow], reach: ImportReach
) -> list[StagedRow]:
    """Each row with what it comes to; `unit_id` is that of the unit that is there already, and of
    one to be added the unit above, as far as that is there."""
    names = [row.cells.get(ColumnKind.NAME, "") for row in rows]
    names += [row.cells.get(ColumnKind.ABOVE, "") for row in rows]
    places = await _Places.of(tx, names, reach)
    known = await lines_of(tx, import_id, (row.read.get("above_line", 0) for row in rows))
    judged: list[StagedRow] = []
    for row in rows:
        done = await _judge_unit(tx, row, places, known)
        judged.append(done)
        if done.state is RowState.WRONG:
            known[done.line] = (LineState.WRONG, None)
        elif done.state is RowState.KNOWN:
            known[done.line] = (LineState.THERE, done.unit_id or None)
    return judged


async def _judge_unit(
    tx: Tx,
    row: StagedRow,
    places: _Places,
    known: Mapping[int, tuple[LineState, int | None]],
) -> StagedRow:
    if row.state is not RowState.UNREAD:
        return row
    above, line = row.cells.get(ColumnKind.ABOVE, ""), row.read["above_line"]
    parent: int | None = None
    if line:
        state, parent = known.get(line, (LineState.ADDED, None))
        if state is LineState.WRONG:
            return row.said(RowState.WRONG, Remark(RowFault.ABOVE_WRONG, ColumnKind.ABOVE, line))
        if parent is None:
            # It will be added with this very list, and nothing is below it yet.
            return row.said(RowState.FRESH)
    elif above:
        found = places.one(above, "")
        if not isinstance(found, Unit):
            fault = {
                RowFault.UNIT_UNKNOWN: RowFault.ABOVE_UNKNOWN,
                RowFault.UNIT_SEVERAL: RowFault.ABOVE_SEVERAL,
            }.get(found, found)
            other = await places.guess(tx, above) if fault is RowFault.ABOVE_UNKNOWN else ""
            return row.said(RowState.WRONG, Remark(fault, ColumnKind.ABOVE, other=other))
        parent = found.id
        said = _in_place_of(row, ColumnKind.ABOVE, found)
        row = replace(row, remarks=(*row.remarks, *said))
    named = places.named.get(order_key(row.read["name"]), ())
    twins = [place for place in named if place.parent_id == parent]
    if active := [place for place in twins if place.is_active]:
        return _there(row, active[0])
    if into := places.taken_up(named, parent):
        remark = Remark(RowFault.UNIT_MERGED, ColumnKind.NAME, other=begin(into.name, 60))
        return replace(row, unit_id=into.id).said(RowState.KNOWN, remark)
    if parent is None and not places.reach.begins_trees():
        return row.said(RowState.WRONG, Remark(RowFault.ROOT_NOT_YOURS, ColumnKind.ABOVE))
    closed = (Remark(RowFault.TWIN_CLOSED, ColumnKind.NAME),) if twins else ()
    return replace(row.said(RowState.FRESH, *closed), unit_id=parent or 0)


def _there(row: StagedRow, place: Unit) -> StagedRow:
    there = replace(row, unit_id=place.id)
    if place.name == row.read["name"]:
        return there.said(RowState.KNOWN)
    remark = Remark(RowFault.TWIN_THERE, ColumnKind.NAME, other=begin(place.name, 60))
    return there.said(RowState.KNOWN, remark)
