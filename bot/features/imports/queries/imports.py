"""Reads about imports and what is staged of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select

from bot.features.imports.models import (
    ImportKind,
    ImportState,
    LineState,
    ListedState,
    import_parts,
    imported_people,
    imported_units,
    imports,
)
from bot.features.imports.queries.faults import RowFault
from bot.features.imports.queries.staged import StagedRow, unpack
from bot.storage.transaction import Tx

RESTING = frozenset(
    {ImportState.CHECKED, ImportState.DONE, ImportState.UNDONE, ImportState.DROPPED}
)
"""States in which nothing is under way."""


@dataclass(frozen=True, slots=True)
class Import:
    """A list that somebody brought. `columns` is what was understood of its headings, as JSON."""

    id: int
    kind: ImportKind
    state: ImportState
    made_by: int | None
    title: str
    columns: Any
    parts: int
    parts_done: int
    rows: int
    fresh: int
    known: int
    wrong: int
    added: int
    changed: int
    altered: int | None
    created_at: datetime
    worked_at: datetime

    @property
    def rests(self) -> bool:
        return self.state in RESTING


_COLUMNS = tuple(imports.c[name] for name in Import.__slots__)


def _of(row: Row[Any]) -> Import:
    values = row._asdict()
    return Import(**values | {"columns": dict(values["columns"])})


async def import_by_id(tx: Tx, import_id: int) -> Import | None:
    row = await tx.first(select(*_COLUMNS).where(imports.c.id == import_id))
    return _of(row) if row else None


async def imports_of(tx: Tx, person_id: int | None, *, limit: int, offset: int = 0) -> list[Import]:
    """The imports of one person (None: of the command line), the newest first, without those that
    nobody confirmed."""
    rows = await tx.all(
        select(*_COLUMNS)
        .where(imports.c.made_by == person_id, imports.c.state != ImportState.DROPPED)
        .order_by(imports.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_of(row) for row in rows]


async def all_imports(tx: Tx, limit: int) -> list[Import]:
    """The newest of all imports, for the command line."""
    rows = await tx.all(select(*_COLUMNS).order_by(imports.c.id.desc()).limit(limit))
    return [_of(row) for row in rows]


async def busy_import(tx: Tx) -> Import | None:
    """The import that is adding or undoing just now."""
    working = imports.c.state.in_((ImportState.ADDING, ImportState.UNDOING))
    row = await tx.first(select(*_COLUMNS).where(working).order_by(imports.c.worked_at.desc()))
    return _of(row) if row else None


async def part_of(tx: Tx, import_id: int, number: int) -> list[StagedRow]:
    """The rows of one piece; none where they are not kept any more."""
    content = await packed_part(tx, import_id, number)
    return unpack(content) if content else []


async def packed_part(tx: Tx, import_id: int, number: int) -> bytes:
    """The same as it is stored, for whoever unpacks it in a thread; nothing where it is gone."""
    row = await tx.first(
        select(import_parts.c.content).where(
            import_parts.c.import_id == import_id, import_parts.c.number == number
        )
    )
    return bytes(row.content) if row else b""


async def parts_to_say(tx: Tx, import_id: int) -> list[int]:
    """The pieces in which something is to be said of some row, as far as that is known."""
    said = import_parts.c.remarked
    query = select(import_parts.c.number).where(
        import_parts.c.import_id == import_id, or_(said.is_(None), said > 0)
    )
    return list(await tx.scalars(query.order_by(import_parts.c.number)))


async def rows_to_say(
    tx: Tx, import_id: int, most: int, *, of_their_own: bool = False
) -> list[StagedRow]:
    """Rows of which something is to be said; the first so many. With `of_their_own` only those that
    are not wrong by another row alone."""
    said: list[StagedRow] = []
    for number in await parts_to_say(tx, import_id):
        rows = [row for row in await part_of(tx, import_id, number) if row.remarks]
        said += [row for row in rows if not (of_their_own and _follows(row))]
        if len(said) >= most:
            break
    return said[:most]


def _follows(row: StagedRow) -> bool:
    """Whether a row is wrong by the one of the unit above it alone."""
    return {each.fault for each in row.remarks} == {RowFault.ABOVE_WRONG}


async def units_stayed(tx: Tx, import_id: int) -> int:
    """How many units stayed when their list was taken back, since they are used."""
    query = select(func.count()).where(
        imported_units.c.import_id == import_id, imported_units.c.state == LineState.STAYED
    )
    return int(await tx.scalar(query))


async def counts_of(tx: Tx, import_id: int) -> tuple[int, int]:
    """How many people of an import wait, and how many have claimed their place."""
    rows = await tx.all(
        select(imported_people.c.state, func.count().label("number"))
        .where(imported_people.c.import_id == import_id)
        .group_by(imported_people.c.state)
    )
    by_state = {row.state: int(row.number) for row in rows}
    return by_state.get(ListedState.OPEN, 0), by_state.get(ListedState.CLAIMED, 0)
