"""Reads about when people want to be written to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from bot.arabic.calendar.places import Place
from bot.chat.person import Person
from bot.core.country import country
from bot.delivery.notice import Rest
from bot.features.calendars.queries import CalendarDays, days_by_unit
from bot.features.notification_settings.models import AtRest, Pause, notification_settings
from bot.features.notification_settings.queries import windows as quiet_windows
from bot.features.notification_settings.queries.windows import Availability, NotificationSettings
from bot.features.people.queries.unit_places import lineages_with_towns, places_along
from bot.features.people.queries.units import Unit
from bot.scheduling import quiet
from bot.scheduling.quiet import Hours
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx


def _hour(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


@lru_cache(maxsize=256)
def _chosen(
    quiet_from: int | None,
    quiet_until: int | None,
    pause: str | None,
    card_at: int | None,
    at_rest: str | None,
) -> NotificationSettings:
    """The settings of these columns; what holds for everybody where there is no pause, which is to
    say no row."""
    if pause is None or at_rest is None:
        return NotificationSettings()
    hours = None
    if quiet_from is not None and quiet_until is not None:
        hours = Hours(_hour(quiet_from), _hour(quiet_until))
    card = None if card_at is None else _hour(card_at)
    return NotificationSettings(hours, Pause(pause), card, AtRest(at_rest))


async def settings_of(tx: Tx, person_id: int) -> NotificationSettings:
    """What the person has chosen, or what holds for everybody."""
    row = await tx.first(
        select(notification_settings).where(notification_settings.c.person_id == person_id)
    )
    if row is None:
        return NotificationSettings()
    return _chosen(row.quiet_from, row.quiet_until, row.pause, row.card_at, row.at_rest)


_CHOSEN = (
    "SELECT person_id, quiet_from, quiet_until, pause, card_at, at_rest FROM manners"
    " WHERE person_id IN (ids)"
)
_OF_MEMBERS = (
    "SELECT p.id, p.timezone, p.country, p.hijri_shift,"
    " c.quiet_from, c.quiet_until, c.pause, c.card_at, c.at_rest"
    " FROM people p LEFT JOIN manners c ON c.person_id = p.id"
    " WHERE p.id IN (ids) AND p.state = 'member'"
)


async def availability_of(tx: Tx, persons: Sequence[Person]) -> dict[int, Availability]:
    """When each of these people may be written to, by id; in three statements for a team. Equal
    ones are one and the same object."""
    rows = await tx.fetch(with_ids(tx, _CHOSEN), as_list(tx, [person.id for person in persons]))
    chosen = {row[0]: row[1:] for row in rows}
    usual = (None, None, None, None, None)
    return await _availability(
        tx,
        [
            (
                person.id, person.voice.timezone, person.voice.country, person.voice.hijri_shift,
                *chosen.get(person.id, usual),
            )
            for person in persons
        ],
    )  # fmt: skip


async def availability_of_members(tx: Tx, ids: Iterable[int]) -> dict[int, Availability]:
    """The same of those of these people who are members, without asking for the people first."""
    return await _availability(tx, await tx.fetch(with_ids(tx, _OF_MEMBERS), as_list(tx, ids)))


async def _availability(tx: Tx, rows: Sequence[Sequence[Any]]) -> dict[int, Availability]:
    """By id, of rows with the columns of `_OF_MEMBERS`."""
    if not rows:
        return {}
    lineages, towns = await lineages_with_towns(tx, [row[0] for row in rows])
    by_unit = await days_by_unit(tx, {n for lineage in {*lineages.values()} for n in lineage})
    # Colleagues who chose alike are many, so each kind of availability is made once.
    made: dict[tuple[object, ...], Availability] = {}
    same: dict[Availability, Availability] = {}
    found: dict[int, Availability] = {}
    for row in rows:
        number = row[0]
        lineage = lineages.get(number, ())
        days = _along(lineage, by_unit) if by_unit else ()
        town = towns.get(lineage)
        kind = (*row[1:], days, town.code if town else "")
        own = made.get(kind)
        if own is None:
            _, timezone, code, shift, *chosen = row
            shift = country(code).hijri_offset if shift is None else shift
            place = _town(town, code)
            own = Availability(timezone, code, shift, _chosen(*chosen), days, place)
            made[kind] = own = same.setdefault(own, own)
        found[number] = own
    return found


async def rest_of(tx: Tx, persons: Sequence[Person]) -> dict[int, Rest]:
    """Whose time of rest this moment is, by their hours and the times of prayer: whom a message
    that does not hurry had better not disturb. Days that are quiet as a whole do not count: it
    would wait for weeks."""
    return _resting(await availability_of(tx, persons), tx.now)


async def rest_of_members(
    tx: Tx, ids: Iterable[int], at: datetime | None = None
) -> dict[int, Rest]:
    """The same of those of these people who are members, without asking for the people first; at
    another moment (aware) than this one, by what they have chosen today."""
    return _resting(await availability_of_members(tx, ids), at or tx.now)


def _resting(availability: Mapping[int, Availability], at: datetime) -> dict[int, Rest]:
    rests: dict[int, Rest | None] = {}
    for own in availability.values():
        # Equal availabilities are one object.
        if id(own) not in rests:
            windows = quiet_windows.windows_of(own, at, at)
            hours = [each for each in windows if each.cause not in quiet.DAY_LONG]
            end = quiet.quiet_until(hours, at)
            silent = own.settings.at_rest is AtRest.SILENT
            rests[id(own)] = Rest(end, silent) if end else None
    return {number: rest for number, own in availability.items() if (rest := rests[id(own)])}


def _town(town: Place | None, code: str) -> str:
    """Whoever lives by the clock of another country than their unit prays there."""
    return town.code if town and town.country == code else ""


async def availability_of_unit(tx: Tx, place: Unit) -> Availability:
    """The days and prayers of a unit itself, without anybody's hours: for whoever plans there."""
    by_unit = await days_by_unit(tx, place.lineage)
    towns = await places_along(tx, [place.lineage])
    return Availability(
        place.timezone,
        place.country,
        country(place.country).hijri_offset,
        NotificationSettings(None, Pause.ALL),
        _along(place.lineage, by_unit),
        _town(towns.get(place.lineage), place.country),
    )


def _along(
    lineage: tuple[int, ...], by_unit: dict[int, list[CalendarDays]]
) -> tuple[CalendarDays, ...]:
    return tuple(each for n in lineage for each in by_unit.get(n, ()))
