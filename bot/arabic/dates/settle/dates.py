"""Dates of either calendar: which day is meant, and whether there is such a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta, weekday

from bot.arabic.calendar.hijri import LAST_YEAR, HijriRangeError, from_hijri, month_length, to_hijri
from bot.arabic.dates.model import DoubtReason
from bot.arabic.dates.read.anchors import last_day
from bot.arabic.dates.read.facts import DayOfMonth, Nth, ReadingContext, WrittenDate
from bot.arabic.dates.settle.readings import Readings, doubted, settled

_YEARS_AHEAD = 10
_GREGORIAN_YEARS = range(1900, 2200)


def settle_calendar(wanted: WrittenDate, context: ReadingContext) -> Readings[date]:
    """The day of a date: with a year that very day, without one its next occurrence.

    A day that its month lacks, a past day of a given year, and a year that does not go with the
    calendar are doubts.
    """
    if wanted.hijri and (shift := timedelta(days=context.hijri_shift)):
        # Umm al-Qura's own days, seen from a today that is moved as its calendar is.
        found = settle_calendar(wanted, replace(context, now=context.now + shift, hijri_shift=0))
        return replace(found, options=tuple(day - shift for day in found.options))
    text = written(wanted)
    if wanted.doubtful_era:
        return doubted(DoubtReason.CALENDAR, *_both_calendars(wanted, context), text=text)
    if not 1 <= wanted.month <= 12:
        return _settle_swapped(wanted, context, text)
    if wanted.year is None:
        return _settle_without_year(wanted, context, text)
    year = _full_year(wanted.year, hijri=wanted.hijri)
    if wanted.year < 100 and not wanted.hijri and _is_short_hijri(wanted.year, context):
        options = (*_existing(wanted, year), *_existing_hijri(wanted, 1400 + wanted.year))
        return doubted(DoubtReason.CALENDAR, *options, text=text)
    existing = _existing(wanted, year)
    if not existing:
        return doubted(DoubtReason.NO_SUCH_DATE, *_nearest_days(wanted, year), text=text)
    if existing[0] < context.today:
        later = tuple(day for day in _occurrences(wanted, context) if day >= context.today)
        return doubted(DoubtReason.PAST, *later[:1], text=text)
    return settled(existing[0])


def written(wanted: WrittenDate) -> str:
    """The date in digits, the day first, as it is quoted in a reason."""
    year = "" if wanted.year is None else f"/{wanted.year}"
    return f"{wanted.day}/{wanted.month}{year}"


def settle_day_of_month(
    wanted: DayOfMonth, month_offset: int | None, context: ReadingContext
) -> Readings[date]:
    """The next such day of a month, or that of the month so many after this one."""
    today = context.today
    offsets = range(13) if month_offset is None else (month_offset,)
    for offset in offsets:
        year, month = shift_month(today, offset)
        length = last_day(year, month)
        day = length if wanted.day == -1 else wanted.day
        if not 1 <= day <= length:
            if month_offset is None:
                continue
            clamped = date(year, month, length)
            return doubted(DoubtReason.NO_SUCH_DATE, clamped, text=f"{day}/{month}")
        found = date(year, month, day)
        if found >= today:
            return settled(found)
        if month_offset is not None:
            following = settle_day_of_month(wanted, None, context).options
            return doubted(DoubtReason.PAST, *following, text=f"{day}/{month}")
    return doubted(DoubtReason.NO_SUCH_DATE, text=str(wanted.day))


def nth_weekday(wanted: Nth, first: date, last: date) -> date | None:
    """The nth such weekday from `first` to `last`, -1 being the last; None when there is none."""
    day_of_week = weekday(wanted.weekday, wanted.number)
    if wanted.number == -1:
        return last + relativedelta(weekday=day_of_week)
    day = first + relativedelta(weekday=day_of_week)
    return day if day <= last else None


def shift_month(day: date, offset: int) -> tuple[int, int]:
    """The year and month so many months after that of a day."""
    moved = day + relativedelta(day=1, months=offset)
    return moved.year, moved.month


def month_bounds(year: int, month: int, *, hijri: bool) -> tuple[date, date]:
    """The first and last day of a month. Hijri years outside the tables raise HijriRangeError."""
    if hijri:
        first = from_hijri(year, month, 1)
        return first, first + timedelta(days=month_length(year, month) - 1)
    return date(year, month, 1), date(year, month, last_day(year, month))


def _settle_without_year(wanted: WrittenDate, context: ReadingContext, text: str) -> Readings[date]:
    this_year = to_hijri(context.today).year if wanted.hijri else context.today.year
    for year in (this_year, this_year + 1):
        found = _existing(wanted, year)
        if not found:
            # past in this year, or not there at all: the next year decides
            if _past_month(wanted, year, context):
                continue
            later = tuple(day for day in _occurrences(wanted, context) if day >= context.today)
            nearest = _nearest_days(wanted, year)
            options = (*nearest[:1], *later[:1], *nearest[1:])
            return doubted(DoubtReason.NO_SUCH_DATE, *options, text=text)
        if found[0] >= context.today:
            return settled(found[0])
    return doubted(DoubtReason.NO_SUCH_DATE, *_nearest_days(wanted, this_year + 1), text=text)


def _past_month(wanted: WrittenDate, year: int, context: ReadingContext) -> bool:
    try:
        return month_bounds(year, wanted.month, hijri=wanted.hijri)[1] < context.today
    except HijriRangeError:
        return False


def _settle_swapped(wanted: WrittenDate, context: ReadingContext, text: str) -> Readings[date]:
    """A month beyond 12: the month may have been written first."""
    if not 1 <= wanted.day <= 12:
        return doubted(DoubtReason.NO_SUCH_DATE, text=text)
    swapped = WrittenDate(wanted.month, wanted.day, wanted.year, hijri=wanted.hijri)
    return doubted(DoubtReason.NO_SUCH_DATE, *settle_calendar(swapped, context).options, text=text)


def _full_year(year: int, *, hijri: bool) -> int:
    if year >= 100:
        return year
    return 1400 + year if hijri else 2000 + year


def _is_short_hijri(year: int, context: ReadingContext) -> bool:
    """Whether two digits may be a Hijri year of the near future."""
    try:
        this_year = to_hijri(context.today).year
    except HijriRangeError:
        return False
    gregorian = context.today.year
    return (
        this_year <= 1400 + year <= this_year + _YEARS_AHEAD
        and not gregorian <= 2000 + year <= gregorian + _YEARS_AHEAD
    )


def _existing(wanted: WrittenDate, year: int) -> tuple[date, ...]:
    if wanted.hijri:
        return _existing_hijri(wanted, year)
    if year not in _GREGORIAN_YEARS:
        return ()
    length = last_day(year, wanted.month)
    day = length if wanted.day == -1 else wanted.day
    return (date(year, wanted.month, day),) if 1 <= day <= length else ()


def _existing_hijri(wanted: WrittenDate, year: int) -> tuple[date, ...]:
    try:
        length = month_length(year, wanted.month)
    except HijriRangeError:
        return ()
    day = length if wanted.day == -1 else wanted.day
    return (from_hijri(year, wanted.month, day),) if 1 <= day <= length else ()


def _nearest_days(wanted: WrittenDate, year: int) -> tuple[date, ...]:
    """The last day of the month that lacks the wanted one, and the day after it."""
    try:
        if not wanted.hijri and year not in _GREGORIAN_YEARS:
            return ()
        if wanted.day not in (29, 30, 31):
            return ()
        last = month_bounds(year, wanted.month, hijri=wanted.hijri)[1]
    except HijriRangeError:
        return ()
    return last, last + timedelta(days=1)


def _occurrences(wanted: WrittenDate, context: ReadingContext) -> Iterator[date]:
    start = context.today.year
    if wanted.hijri:
        start = min(to_hijri(context.today).year, LAST_YEAR)
    for year in range(start, start + _YEARS_AHEAD):
        yield from _existing(wanted, year)


def _both_calendars(wanted: WrittenDate, context: ReadingContext) -> tuple[date, ...]:
    """Days that a year of the other calendar may have meant, coming ones only."""
    loose = WrittenDate(wanted.day, wanted.month, None, hijri=wanted.hijri)
    if not 1 <= loose.month <= 12:
        return ()
    days = tuple(day for day in _occurrences(loose, context) if day >= context.today)
    assert wanted.year is not None
    in_year = tuple(day for day in days if day.year == wanted.year)
    return in_year[:1] or days[:1]
