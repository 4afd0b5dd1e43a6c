"""Reads about the days on which units do not work as usual."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.arabic.calendar.school_days import DayKind
from bot.documents.calendar_entries import EntryVersion, KnownEntry
from bot.features.calendars.models import calendar_days
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role
from bot.storage.lists import among, ids_named
from bot.storage.transaction import Tx

KEEPERS = frozenset({Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.ADMINISTRATOR})
"""Who keeps the calendar of the unit of their role and of those below it."""

LONGEST_PAST = 7
"""Days that a query looks back for what still counts."""


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """Days of a unit, from the first to the last, on which it does not work as usual."""

    id: int
    unit_id: int
    first: date
    last: date
    kind: DayKind
    title: str


def _days_of(row: Row[Any]) -> CalendarDays:
    first, last = date.fromisoformat(row.first_day), date.fromisoformat(row.last_day)
    return CalendarDays(row.id, row.unit_id, first, last, row.kind, row.title)


_BY_UNIT = (
    select(calendar_days)
    .where(
        among(calendar_days.c.unit_id, ids_named("units")),
        calendar_days.c.last_day >= bindparam("earliest"),
        calendar_days.c.withdrawn_at.is_(None),
    )
    .order_by(calendar_days.c.first_day, calendar_days.c.id)
)


async def days_by_unit(tx: Tx, unit_ids: Iterable[int]) -> dict[int, list[CalendarDays]]:
    found: dict[int, list[CalendarDays]] = {}
    wanted = sorted(set(unit_ids))
    if not wanted:
        return found
    earliest = date.fromordinal(tx.now.date().toordinal() - LONGEST_PAST)
    for row in await tx.all(_BY_UNIT, units=wanted, earliest=earliest.isoformat()):
        found.setdefault(row.unit_id, []).append(_days_of(row))
    return found


async def days_of(tx: Tx, place: Unit, *, skip: int = 0, limit: int = 20) -> list[CalendarDays]:
    """What is going on or lies ahead for a unit, by its own calendar and those above it, the
    soonest first; so many after the first `skip`."""
    today = tx.now.date().isoformat()
    query = (
        select(calendar_days)
        .where(
            calendar_days.c.unit_id.in_(place.lineage),
            calendar_days.c.last_day >= today,
            calendar_days.c.withdrawn_at.is_(None),
        )
        .order_by(calendar_days.c.first_day, calendar_days.c.id)
        .offset(skip)
        .limit(limit)
    )
    return [_days_of(row) for row in await tx.all(query)]


async def known_entries(tx: Tx, unit_id: int) -> dict[str, KnownEntry]:
    """What a unit's own calendar knows of entries, by their UIDs; what was cancelled as well."""
    columns = calendar_days.c
    rows = await tx.all(
        select(columns.uid, columns.sequence, columns.stamped_at, columns.withdrawn_at).where(
            columns.unit_id == unit_id
        )
    )
    return {
        row.uid: KnownEntry(
            EntryVersion(row.sequence, row.stamped_at), row.withdrawn_at is not None
        )
        for row in rows
    }


async def days(tx: Tx, days_id: int) -> CalendarDays | None:
    row = await tx.first(
        select(calendar_days).where(
            calendar_days.c.id == days_id, calendar_days.c.withdrawn_at.is_(None)
        )
    )
    return _days_of(row) if row else None
