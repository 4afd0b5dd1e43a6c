"""Reads about how people want to be written to, and about the days of their units."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, time
from typing import Any

from sqlalchemy import Row, select

from bot.chat.person import Person
from bot.core.country import country
from bot.features.notification_settings.models import DayKind, Pause, calendar_days, manners
from bot.features.notification_settings.queries.windows import (
    CalendarDays,
    Manners,
    Ways,
    prayer_near,
    windows_of,
)
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.people import Role, Unit
from bot.scheduling.quiet import Hours
from bot.storage.lists import among, ids_named
from bot.storage.transaction import Tx

__all__ = [
    "KEEPERS", "CalendarDays", "DayKind", "Manners", "Pause", "Ways", "days", "days_of",
    "keeps_calendar", "manners_of", "prayer_near", "ways_of", "ways_of_unit", "windows_of",
]  # fmt: skip

KEEPERS = frozenset({Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.ADMINISTRATOR})
"""Who keeps the calendar of the unit of their role and of those below it."""

LONGEST_PAST = 7
"""Days that a query looks back for what still counts."""


def _hour(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _manners_of(row: Row[Any]) -> Manners:
    hours = None
    if row.quiet_from is not None:
        hours = Hours(_hour(row.quiet_from), _hour(row.quiet_until))
    card_at = None if row.card_at is None else _hour(row.card_at)
    return Manners(hours, row.pause, card_at)


def _days_of(row: Row[Any]) -> CalendarDays:
    first, last = date.fromisoformat(row.first_day), date.fromisoformat(row.last_day)
    return CalendarDays(row.id, row.unit_id, first, last, row.kind, row.title)


async def manners_of(tx: Tx, person_id: int) -> Manners:
    """What the person has chosen, or what holds for everybody."""
    row = await tx.first(select(manners).where(manners.c.person_id == person_id))
    return _manners_of(row) if row else Manners()


_CHOSEN = select(manners).where(among(manners.c.person_id, ids_named("ids")))


async def ways_of(tx: Tx, persons: Sequence[Person]) -> dict[int, Ways]:
    """When each of these people may be written to, by id; in four statements for a team. Equal
    ways are one and the same object."""
    ids = [person.id for person in persons]
    chosen: dict[int, Manners] = {}
    for row in await tx.all(_CHOSEN.params(ids=ids)):
        chosen[row.person_id] = _manners_of(row)
    places = await people_queries.workplaces(tx, ids)
    units = {place.id: place for place in places.values()}
    by_unit = await _by_unit(tx, {n for place in units.values() for n in place.lineage})
    usual = Manners()
    # Colleagues who chose alike are many, so ways are made once for each kind of them.
    made: dict[Hashable, Ways] = {}
    same: dict[Ways, Ways] = {}
    found: dict[int, Ways] = {}
    for person in persons:
        voice, place, own = person.voice, places.get(person.id), chosen.get(person.id, usual)
        kind = (voice.timezone, voice.country, voice.hijri_shift, own, place and place.id)
        if kind not in made:
            days = _along(place, by_unit)
            ways = Ways(voice.timezone, voice.country, _shift_of(person), own, days)
            made[kind] = same.setdefault(ways, ways)
        found[person.id] = made[kind]
    return found


async def ways_of_unit(tx: Tx, place: Unit) -> Ways:
    """The days and prayers of a unit itself, without anybody's hours: for who plans there."""
    by_unit = await _by_unit(tx, place.lineage)
    return Ways(
        place.timezone,
        place.country,
        country(place.country).hijri_offset,
        Manners(None, Pause.ALL),
        _along(place, by_unit),
    )


def _shift_of(person: Person) -> int:
    own = person.voice.hijri_shift
    return country(person.voice.country).hijri_offset if own is None else own


def _along(place: Unit | None, by_unit: dict[int, list[CalendarDays]]) -> tuple[CalendarDays, ...]:
    return tuple(each for n in (place.lineage if place else ()) for each in by_unit.get(n, ()))


async def _by_unit(tx: Tx, unit_ids: Iterable[int]) -> dict[int, list[CalendarDays]]:
    found: dict[int, list[CalendarDays]] = {}
    wanted = sorted(set(unit_ids))
    if not wanted:
        return found
    earliest = date.fromordinal(tx.now.date().toordinal() - LONGEST_PAST)
    query = select(calendar_days).where(
        among(calendar_days.c.unit_id, wanted), calendar_days.c.last_day >= earliest.isoformat()
    )
    order = (calendar_days.c.first_day, calendar_days.c.id)
    for row in await tx.all(query.order_by(*order)):
        found.setdefault(row.unit_id, []).append(_days_of(row))
    return found


async def days_of(tx: Tx, place: Unit, *, skip: int = 0, limit: int = 20) -> list[CalendarDays]:
    """What is going on or lies ahead for a unit, by its own calendar and those above it, the
    soonest first; so many after the first `skip`."""
    today = tx.now.date().isoformat()
    query = (
        select(calendar_days)
        .where(calendar_days.c.unit_id.in_(place.lineage), calendar_days.c.last_day >= today)
        .order_by(calendar_days.c.first_day, calendar_days.c.id)
        .offset(skip)
        .limit(limit)
    )
    return [_days_of(row) for row in await tx.all(query)]


async def entered_uids(tx: Tx, unit_id: int) -> set[str]:
    """The UIDs of all that stands in a unit's own calendar."""
    return set(
        await tx.scalars(select(calendar_days.c.uid).where(calendar_days.c.unit_id == unit_id))
    )


async def days(tx: Tx, days_id: int) -> CalendarDays | None:
    row = await tx.first(select(calendar_days).where(calendar_days.c.id == days_id))
    return _days_of(row) if row else None


async def keeps_calendar(tx: Tx, person: Person, unit_id: int) -> bool:
    """Whether the person may write into the calendar of the unit."""
    return await people_queries.reaches(tx, person.id, KEEPERS, unit_id)
