"""Umm al-Qura dates, converted, checked and named.

The calendar is the one that Saudi Arabia publishes, as the library `hijridate` holds it: years
1343 to 1500, that is 1924-08-01 to 2077-11-16. Morocco follows the sighted moon and is often a
day later; `offset_days` shifts a date for display there.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from hijridate import Gregorian, Hijri

FIRST_YEAR = 1343
LAST_YEAR = 1500

MONTH_NAMES = (
    "محرم",
    "صفر",
    "ربيع الأول",
    "ربيع الآخر",
    "جمادى الأولى",
    "جمادى الآخرة",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو القعدة",
    "ذو الحجة",
)


class HijriRangeError(ValueError):
    """The date lies outside the Umm al-Qura tables (1343-1500 AH, 1924-08-01 to 2077-11-16)."""


class NoSuchHijriDateError(ValueError):
    """The Hijri month has no such day, or the year no such month."""


class HijriDate(NamedTuple):
    """A day of the Hijri calendar; equal to the plain tuple (year, month, day)."""

    year: int
    month: int
    day: int


def to_hijri(day: date, offset_days: int = 0) -> HijriDate:
    """The Hijri date of a Gregorian day, `offset_days` later (or earlier, when negative).

    An offset of -1 shows the calendar of a country whose month began a day after Umm al-Qura.
    Refuses days outside the tables with HijriRangeError.
    """
    try:
        shifted = day + timedelta(days=offset_days)
        found = Gregorian(shifted.year, shifted.month, shifted.day).to_hijri()
    except OverflowError as error:
        raise HijriRangeError(str(error)) from error
    return HijriDate(found.year, found.month, found.day)


def from_hijri(year: int, month: int, day: int, offset_days: int = 0) -> date:
    """The Gregorian day of a Hijri date: the inverse of `to_hijri` with the same offset.

    Refuses years outside the tables with HijriRangeError, and a month or day that does not exist
    with NoSuchHijriDateError.
    """
    if day < 1 or day > month_length(year, month):
        raise NoSuchHijriDateError(f"{year}-{month:02}-{day:02} does not exist")
    found = Hijri(year, month, day).to_gregorian()
    return date(found.year, found.month, found.day) - timedelta(days=offset_days)


def month_length(year: int, month: int) -> int:
    """How many days the month has. Refuses as `from_hijri` does."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise HijriRangeError(f"year {year} is outside {FIRST_YEAR}-{LAST_YEAR}")
    if not 1 <= month <= 12:
        raise NoSuchHijriDateError(f"there is no month {month}")
    return Hijri(year, month, 1).month_length()
