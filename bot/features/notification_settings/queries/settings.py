"""Reads about when people want to be written to."""

from collections.abc import Hashable, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Row, select

from bot.chat.person import Person
from bot.core.country import country
from bot.features.calendars.queries import CalendarDays, days_by_unit
from bot.features.notification_settings.models import Pause, notification_settings
from bot.features.notification_settings.queries import windows as quiet_windows
from bot.features.notification_settings.queries.windows import Availability, NotificationSettings
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.units import Unit
from bot.scheduling import quiet
from bot.scheduling.quiet import Hours
from bot.storage.lists import among, ids_named
from bot.storage.transaction import Tx


def _hour(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _settings_from(row: Row[Any]) -> NotificationSettings:
    hours = None
    if row.quiet_from is not None:
        hours = Hours(_hour(row.quiet_from), _hour(row.quiet_until))
    card_at = None if row.card_at is None else _hour(row.card_at)
    return NotificationSettings(hours, row.pause, card_at)


async def settings_of(tx: Tx, person_id: int) -> NotificationSettings:
    """What the person has chosen, or what holds for everybody."""
    row = await tx.first(
        select(notification_settings).where(notification_settings.c.person_id == person_id)
    )
    return _settings_from(row) if row else NotificationSettings()


_CHOSEN = select(notification_settings).where(
    among(notification_settings.c.person_id, ids_named("ids"))
)


async def availability_of(tx: Tx, persons: Sequence[Person]) -> dict[int, Availability]:
    """When each of these people may be written to, by id; in four statements for a team. Equal
    ones are one and the same object."""
    ids = [person.id for person in persons]
    chosen: dict[int, NotificationSettings] = {}
    for row in await tx.all(_CHOSEN, ids=ids):
        chosen[row.person_id] = _settings_from(row)
    places = await people_queries.workplaces(tx, ids)
    units = {place.id: place for place in places.values()}
    by_unit = await days_by_unit(tx, {n for place in units.values() for n in place.lineage})
    usual = NotificationSettings()
    # Colleagues who chose alike are many, so each kind of availability is made once.
    made: dict[Hashable, Availability] = {}
    same: dict[Availability, Availability] = {}
    found: dict[int, Availability] = {}
    for person in persons:
        voice, place, own = person.voice, places.get(person.id), chosen.get(person.id, usual)
        kind = (voice.timezone, voice.country, voice.hijri_shift, own, place and place.id)
        if kind not in made:
            days = _along(place, by_unit)
            availability = Availability(voice.timezone, voice.country, _shift_of(person), own, days)
            made[kind] = same.setdefault(availability, availability)
        found[person.id] = made[kind]
    return found


async def quiet_until(tx: Tx, persons: Sequence[Person]) -> dict[int, datetime]:
    """Whom a message that does not hurry had better not disturb at this moment, by their hours and
    the times of prayer, with the moment at which that ends. Days that are quiet as a whole do not
    count: it would wait for weeks."""
    availability = await availability_of(tx, persons)
    ends: dict[int, datetime | None] = {}
    for own in availability.values():
        # Equal availabilities are one object.
        if id(own) not in ends:
            windows = quiet_windows.windows_of(own, tx.now, tx.now)
            hours = [each for each in windows if each.cause not in quiet.DAY_LONG]
            ends[id(own)] = quiet.quiet_until(hours, tx.now)
    return {number: end for number, own in availability.items() if (end := ends[id(own)])}


async def availability_of_unit(tx: Tx, place: Unit) -> Availability:
    """The days and prayers of a unit itself, without anybody's hours: for whoever plans there."""
    by_unit = await days_by_unit(tx, place.lineage)
    return Availability(
        place.timezone,
        place.country,
        country(place.country).hijri_offset,
        NotificationSettings(None, Pause.ALL),
        _along(place, by_unit),
    )


def _shift_of(person: Person) -> int:
    own = person.voice.hijri_shift
    return country(person.voice.country).hijri_offset if own is None else own


def _along(place: Unit | None, by_unit: dict[int, list[CalendarDays]]) -> tuple[CalendarDays, ...]:
    if place is None or not by_unit:
        return ()
    return tuple(each for n in place.lineage for each in by_unit.get(n, ()))
