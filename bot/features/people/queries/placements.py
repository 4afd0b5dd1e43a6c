"""Reads about who belongs to which unit, and how they came there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, or_, select

from bot.chat.person import PERSON_COLUMNS, Person, people, person_of
from bot.core.i18n import Gender
from bot.features.people.models import (
    BELONGS,
    STANDING,
    Answerer,
    CameBy,
    UnitStanding,
    placements,
    units,
)
from bot.features.people.queries.units import UNIT_COLUMNS, Unit, unit_of
from bot.storage.lists import among
from bot.storage.transaction import Tx

LINK_KEPT_FOR = timedelta(days=30)
"""How long the link with which somebody came is kept once they are let in."""


@dataclass(frozen=True, slots=True)
class UnitPlacement:
    """How one person stands to one unit."""

    id: int
    person: Person
    unit: Unit
    standing: UnitStanding
    is_main: bool
    came_by: CameBy
    besides: bool
    """Whether they asked for it without leaving anything."""
    replaces: int | None
    """Of a transfer that waits or was answered: the id of the placement that ends by it."""
    asked_by: int | None
    """Of a transfer: who moves them."""
    asked_for: int | None
    """In whose place, if as a deputy; `decided_for` likewise."""
    came_at: datetime
    since: datetime
    until: datetime | None
    confirmed_by: int | None
    decided_by: int | None
    decided_for: int | None
    reason: str
    lies_with: Answerer | None
    lies_since: datetime | None
    voucher_name: str
    voucher_id: int | None
    vouched_at: datetime | None
    link: str | None
    """The link with which they came, sealed."""

    @property
    def belongs(self) -> bool:
        """Whether the person belongs to the unit now."""
        return self.standing in BELONGS

    @property
    def is_transfer(self) -> bool:
        """Whether somebody else moves them there."""
        return self.asked_by is not None

    @property
    def is_suspended(self) -> bool:
        return self.standing is UnitStanding.SUSPENDED

    @property
    def was_removed(self) -> bool:
        return self.standing is UnitStanding.REMOVED

    @property
    def has_left(self) -> bool:
        """Whether they went by themselves, or by moving elsewhere."""
        return self.standing is UnitStanding.LEFT

    @property
    def topic(self) -> str:
        """What messages and due work are about that concern it."""
        return f"placement:{self.id}"


_OWN = tuple(
    placements.c[name].label(f"p_{name}")
    for name in (
        "id", "standing", "main", "came_by", "besides", "replaces_id", "asked_by", "asked_for",
        "came_at", "since", "until", "confirmed_by", "decided_by", "decided_for", "reason",
        "lies_with", "lies_since", "voucher_name", "voucher_id", "vouched_at", "link",
    )
)  # fmt: skip
_SELECTED = (
    select(*UNIT_COLUMNS, *(people.c[name].label(f"q_{name}") for name in PERSON_COLUMNS), *_OWN)
    .join_from(placements, units, units.c.id == placements.c.unit_id)
    .join(people, people.c.id == placements.c.person_id)
)


def _placement_of(row: Row[Any]) -> UnitPlacement:
    width = len(UNIT_COLUMNS)
    number, standing, main, came_by, besides, *more = row[width + len(PERSON_COLUMNS) :]
    person = person_of(row[width : width + len(PERSON_COLUMNS)])
    return UnitPlacement(
        number, person, unit_of(row), standing, bool(main), came_by, bool(besides), *more
    )


async def _some(tx: Tx, *conditions: ColumnElement[bool]) -> list[UnitPlacement]:
    rows = await tx.all(_SELECTED.where(*conditions).order_by(placements.c.id))
    return [_placement_of(row) for row in rows]


_BY_ID = _SELECTED.where(placements.c.id == bindparam("id"))
_OF = _SELECTED.where(placements.c.person_id == bindparam("person")).order_by(placements.c.id)


async def placement(tx: Tx, placement_id: int) -> UnitPlacement | None:
    """A placement by its id, whatever became of it."""
    row = await tx.first(_BY_ID, id=placement_id)
    return _placement_of(row) if row else None


async def known_placement(tx: Tx, placement_id: int) -> UnitPlacement:
    found = await placement(tx, placement_id)
    assert found is not None
    return found


async def placements_by_id(tx: Tx, ids: Iterable[int]) -> dict[int, UnitPlacement]:
    """The placements of these ids; unknown ids are left out."""
    return {each.id: each for each in await _some(tx, among(placements.c.id, ids))}


async def placements_of(tx: Tx, person_id: int) -> list[UnitPlacement]:
    """Everything that stands or stood of the person, the oldest first."""
    return [_placement_of(row) for row in await tx.all(_OF, person=person_id)]


async def kept_link(tx: Tx, person_id: int) -> str:
    """The link with which somebody came who had to wait, and has not opened it within
    `LINK_KEPT_FOR` after they were let in; "" for none."""
    lives = or_(
        placements.c.standing == UnitStanding.WAITING,
        placements.c.since > tx.now - LINK_KEPT_FOR,
    )
    query = select(placements.c.link).where(
        placements.c.person_id == person_id, placements.c.link.is_not(None), lives
    )
    sealed = await tx.scalar(query.order_by(placements.c.id.desc()).limit(1))
    return tx.secret_codes.open(sealed or "")


async def transfer_of(tx: Tx, left: UnitPlacement) -> UnitPlacement | None:
    """The transfer that waits, and by which this placement would end."""
    found = await _some(
        tx,
        placements.c.person_id == left.person.id,
        placements.c.replaces_id == left.id,
        placements.c.standing == UnitStanding.WAITING,
    )
    return next(iter(found), None)


async def placement_at(tx: Tx, person_id: int, unit_id: int) -> UnitPlacement | None:
    """How the person stands to the unit now; None for whoever does not, or not any more."""
    found = await _some(
        tx,
        placements.c.person_id == person_id,
        placements.c.unit_id == unit_id,
        placements.c.standing.in_(STANDING),
    )
    return next(iter(found), None)


async def belongs_to(tx: Tx, person_id: int, unit_ids: Iterable[int]) -> bool:
    """Whether the person belongs to one of these units now."""
    query = select(placements.c.id).where(
        placements.c.person_id == person_id,
        among(placements.c.unit_id, unit_ids),
        placements.c.standing.in_(BELONGS),
    )
    return await tx.first(query.limit(1)) is not None


async def put_out_of(tx: Tx, person_id: int, place: Unit) -> UnitPlacement | None:
    """By what the person is suspended or was removed from the unit, or from what it lies below, and
    has not come back: a suspension from anything above counts, a removal only where they have not
    come to something nearer since."""
    held = [
        each for each in await placements_of(tx, person_id) if place.path.startswith(each.unit.path)
    ]
    for each in held:
        if each.is_suspended:
            return each
    nearest = max(held, key=lambda each: (len(each.unit.path), each.id), default=None)
    return nearest if nearest is not None and nearest.was_removed else None


async def placements_at(
    tx: Tx, unit_id: int, standing: UnitStanding, *, offset: int, limit: int, besides: int = 0
) -> tuple[list[UnitPlacement], int]:
    """A page of those who stand so at the unit itself, the longest first, and how many there are;
    without the person `besides`."""
    here = (
        placements.c.unit_id == unit_id,
        placements.c.standing == standing,
        placements.c.person_id != besides,
    )
    total = int(await tx.scalar(select(func.count()).select_from(placements).where(*here)))
    query = _SELECTED.where(*here).order_by(placements.c.since, placements.c.id)
    rows = await tx.all(query.offset(offset).limit(limit))
    return [_placement_of(row) for row in rows], total


async def genders_at(tx: Tx, unit_id: int, standing: UnitStanding, besides: int = 0) -> set[Gender]:
    """How those who stand so at the unit itself are spoken of, without the person `besides`."""
    query = select(people.c.gender).join(placements, placements.c.person_id == people.c.id)
    here = (
        placements.c.unit_id == unit_id,
        placements.c.standing == standing,
        placements.c.person_id != besides,
    )
    return set(await tx.scalars(query.where(*here).distinct()))


async def count_standings(tx: Tx, unit_id: int, besides: int = 0) -> dict[UnitStanding, int]:
    """How many stand in which way at the unit itself, without the person `besides`."""
    query = (
        select(placements.c.standing, func.count().label("number"))
        .where(placements.c.unit_id == unit_id, placements.c.person_id != besides)
        .group_by(placements.c.standing)
    )
    return {row.standing: int(row.number) for row in await tx.all(query)}
