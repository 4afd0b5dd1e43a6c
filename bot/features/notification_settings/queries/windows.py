"""A person's quiet windows: their hours, their country's weekend and prayers, their unit's days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bot.arabic.calendar.hijri import HijriRangeError, to_hijri
from bot.arabic.calendar.places import place_of
from bot.arabic.calendar.prayer import Location, Prayer, capital_of, estimate_prayer
from bot.arabic.calendar.school_days import DayKind
from bot.core.country import country
from bot.core.zones import zone
from bot.features.calendars.queries import CalendarDays
from bot.features.notification_settings.models import AtRest, Pause
from bot.scheduling import quiet
from bot.scheduling.quiet import Cause, Hours, Window

NIGHT = Hours(time(21), time(7))
"""Quiet hours of whoever has not chosen any."""
RAMADAN = 9
RAMADAN_MORNING = timedelta(hours=2)
"""How much later a night ends in Ramadan, when schools begin later as well."""

BEFORE_PRAYER, AFTER_PRAYER = timedelta(minutes=5), timedelta(minutes=30)
BEFORE_SERMON, AFTER_SERMON = timedelta(minutes=30), timedelta(hours=1)
BEFORE_IFTAR, AFTER_IFTAR = timedelta(minutes=30), timedelta(hours=1)
FRIDAY = 4

_CAUSES = {DayKind.HOLIDAY: Cause.HOLIDAY, DayKind.EXAMS: Cause.EXAMS}


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """What a person has chosen; as it stands here, what holds for whoever has chosen nothing.

    `card_at` is the local hour of the morning digest, None without one.
    """

    hours: Hours | None = NIGHT
    pause: Pause = Pause.FRIDAY
    card_at: time | None = None
    at_rest: AtRest = AtRest.WAIT


@dataclass(frozen=True, slots=True)
class Availability:
    """Everything that decides when somebody is written to. `days` are those of their unit and of
    the units above it; `hijri_shift` is counted in days from Umm al-Qura; `place` is the code of
    the town by whose sun they pray, "" for that of the country's capital."""

    timezone: str
    country: str
    hijri_shift: int
    settings: NotificationSettings = NotificationSettings()
    days: tuple[CalendarDays, ...] = ()
    place: str = ""

    @property
    def location(self) -> Location:
        return _location(self.country, self.place)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(zone(self.timezone))


def windows_of(availability: Availability, first: datetime, last: datetime) -> list[Window]:
    """The quiet windows that bear on the time between two moments."""
    here = zone(availability.timezone)
    start = first.astimezone(here).date() - timedelta(days=2)
    end = last.astimezone(here).date() + timedelta(days=2)
    usual = _usual(
        availability.timezone,
        availability.country,
        availability.place,
        availability.hijri_shift,
        availability.settings,
        start,
        end,
    )
    windows = list(usual)
    for days in availability.days:
        if days.first <= end and days.last >= start:
            windows += quiet.whole_days([(days.first, days.last)], here, _CAUSES[days.kind])
    return windows


def _location(code: str, place: str) -> Location:
    town = place_of(place)
    return town.location if town else capital_of(code)


@lru_cache(maxsize=1_000)
def _usual(
    timezone: str,
    code: str,
    place: str,
    shift: int,
    settings: NotificationSettings,
    start: date,
    end: date,
) -> tuple[Window, ...]:
    """What does not depend on the calendar of anybody's unit, from the first of these days to the
    last: alike for most people of a town, of whom thousands may be asked about at once."""
    here = zone(timezone)
    dates = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    windows = quiet.nightly(lambda day: _hours_of(settings, shift, day), dates, here)
    windows += quiet.weekends(dates, country(code).weekend, here)
    return (*windows, *_prayers(settings.pause, _location(code, place), shift, dates))


def _hours_of(settings: NotificationSettings, shift: int, day: date) -> Hours | None:
    hours = settings.hours
    if hours is None:
        return None
    morning = day + timedelta(days=1) if hours.crosses_midnight else day
    return hours.ending_later(RAMADAN_MORNING) if is_ramadan(morning, shift) else hours


def _prayers(pause: Pause, where: Location, shift: int, dates: list[date]) -> list[Window]:
    if pause is Pause.NONE:
        return []
    fridays = [day for day in dates if day.weekday() == FRIDAY]
    noons = [prayer_time(day, Prayer.DHUHR, where) for day in fridays]
    windows = quiet.around(noons, BEFORE_SERMON, AFTER_SERMON, Cause.FRIDAY)
    evenings = [prayer_time(day, Prayer.MAGHRIB, where) for day in dates if is_ramadan(day, shift)]
    windows += quiet.around(evenings, BEFORE_IFTAR, AFTER_IFTAR, Cause.IFTAR)
    if pause is Pause.ALL:
        calls = [prayer_time(day, prayer, where) for day in dates for prayer in Prayer]
        windows += quiet.around(calls, BEFORE_PRAYER, AFTER_PRAYER, Cause.PRAYER)
    return windows


def prayer_time(day: date, prayer: Prayer, where: Location) -> datetime:
    """The moment of a prayer at a place."""
    local = estimate_prayer(day, prayer, where)
    return local.replace(tzinfo=zone(country(where.country).timezone))


def prayer_near(availability: Availability, moment: datetime) -> tuple[Prayer, datetime] | None:
    """The prayer whose pause a moment falls into, where they pray."""
    day = availability.local(moment).date()
    for prayer in Prayer:
        at = prayer_time(day, prayer, availability.location)
        if at - BEFORE_PRAYER <= moment < at + AFTER_PRAYER:
            return prayer, at
    return None


def is_ramadan(day: date, shift: int) -> bool:
    """By Umm al-Qura, moved by so many days."""
    try:
        return to_hijri(day, shift).month == RAMADAN
    except HijriRangeError:
        return False
