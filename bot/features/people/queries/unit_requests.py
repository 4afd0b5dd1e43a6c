"""Reads about units that people work at and do not find in the tree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from bot.arabic.order import order_key
from bot.chat.person import Person, find_people
from bot.features.people.models import UnitRequestState, unit_requests, units
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit, below, unit_ids_within_any
from bot.packs.roles import Role
from bot.storage.lists import among
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class UnitRequest:
    """A unit of this name is to lie below another one, since somebody works there."""

    id: int
    person: Person
    below: Unit
    name: str
    besides: bool
    """Whether they leave nothing for it."""
    state: UnitRequestState
    asked_at: datetime
    reason: str
    unit_id: int | None

    @property
    def is_open(self) -> bool:
        return self.state is UnitRequestState.ASKED


_COLUMNS = (
    "id", "person_id", "below_id", "name", "besides", "state", "asked_at", "reason", "unit_id",
)  # fmt: skip
IS_OPEN: ColumnElement[bool] = unit_requests.c.state == UnitRequestState.ASKED
_SELECTED = tuple(unit_requests.c[name] for name in _COLUMNS)


async def _of(tx: Tx, rows: Sequence[Row[Any]]) -> list[UnitRequest]:
    people = await find_people(tx, sorted({row.person_id for row in rows}))
    places = await unit_queries.units_by_id(tx, {row.below_id for row in rows})
    return [
        UnitRequest(
            row.id, people[row.person_id], places[row.below_id], row.name, bool(row.besides),
            row.state, row.asked_at, row.reason, row.unit_id,
        )
        for row in rows
    ]  # fmt: skip


async def unit_requests_by_id(tx: Tx, ids: Iterable[int]) -> dict[int, UnitRequest]:
    """Those of these ids that are there."""
    rows = await tx.all(select(*_SELECTED).where(among(unit_requests.c.id, set(ids))))
    return {each.id: each for each in await _of(tx, rows)}


async def unit_request(tx: Tx, request_id: int) -> UnitRequest | None:
    return (await unit_requests_by_id(tx, [request_id])).get(request_id)


async def open_of(tx: Tx, person_id: int) -> UnitRequest | None:
    """What the person asks to be added."""
    own = (unit_requests.c.person_id == person_id, IS_OPEN)
    rows = await tx.all(select(*_SELECTED).where(*own).order_by(unit_requests.c.id.desc()).limit(1))
    return (await _of(tx, rows))[0] if rows else None


async def open_within(
    tx: Tx, tops: Iterable[Unit], *, offset: int, limit: int, besides: int
) -> tuple[list[UnitRequest], int]:
    """A page of what is asked for at these units and below, the oldest first, and how many there
    are; without what the person `besides` asks for themselves."""
    here = (
        unit_requests.c.below_id.in_(unit_ids_within_any(tops)),
        unit_requests.c.person_id != besides,
        IS_OPEN,
    )
    total = int(await tx.scalar(select(func.count()).select_from(unit_requests).where(*here)))
    query = select(*_SELECTED).where(*here).order_by(unit_requests.c.id)
    return await _of(tx, await tx.all(query.offset(offset).limit(limit))), total


async def open_for(tx: Tx, place: Unit, name: str) -> list[UnitRequest]:
    """All that ask for this unit, by its own name or by the one that it was asked for by, however
    they spell it: right above it, or further up where no other one has the name."""
    query = select(*_SELECTED).where(among(unit_requests.c.below_id, place.lineage[:-1]), IS_OPEN)
    keys = {order_key(name), order_key(place.name)}
    found = []
    for each in await _of(tx, await tx.all(query.order_by(unit_requests.c.id))):
        if order_key(each.name) not in keys:
            continue
        meant = place if each.below.id == place.parent_id else None
        meant = meant or await unit_named(tx, each.below, each.name)
        if meant is not None and meant.id == place.id:
            found.append(each)
    return found


async def unit_named(tx: Tx, above: Unit, name: str) -> Unit | None:
    """The unit of this name right below that one, or the only one of it further down."""
    named = (await unit_queries.units_named(tx, [name])).get(order_key(name), ())
    within = [each for each in named if each.is_active and each.is_within(above)]
    within = [each for each in within if each.id != above.id]
    beside = [each for each in within if each.parent_id == above.id]
    return next(iter(beside), within[0] if len(within) == 1 else None)


async def count_since(tx: Tx, person_id: int, since: datetime) -> int:
    """How often the person has asked since then."""
    own = (unit_requests.c.person_id == person_id, unit_requests.c.asked_at > since)
    return int(await tx.scalar(select(func.count()).select_from(unit_requests).where(*own)))


async def told_last(tx: Tx, root: Unit) -> datetime | None:
    """When those who administer a tree were told last that something is asked for there."""
    query = (
        select(func.max(unit_requests.c.told_at))
        .join(units, units.c.id == unit_requests.c.below_id)
        .where(below(root.path))
    )
    found: datetime | None = await tx.scalar(query)
    return found


async def untold_places(tx: Tx, root: Unit) -> list[tuple[Unit, set[int]]]:
    """Where in a tree something is asked for of which those who add units were not told, and by
    whom."""
    query = select(unit_requests.c.below_id, unit_requests.c.person_id).where(
        unit_requests.c.below_id.in_(unit_queries.unit_ids_within(root)),
        unit_requests.c.told_at.is_(None),
        IS_OPEN,
    )
    asking: dict[int, set[int]] = {}
    for row in await tx.all(query):
        asking.setdefault(row.below_id, set()).add(row.person_id)
    places = await unit_queries.units_by_id(tx, asking)
    return [(places[number], people) for number, people in sorted(asking.items())]


async def adders_at(tx: Tx, place: Unit, besides: int = 0) -> list[Person]:
    """Who can add a unit below that one, the nearest first; without the person `besides`."""
    found = await role_queries.holders_of(tx, {Role.ADMINISTRATOR}, place.id)
    return [each for each in found if each.id != besides and each.is_member]
