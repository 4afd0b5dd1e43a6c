"""The local time of a prayer, for a moment that is tied to one.

Saudi Arabia: the Umm al-Qura method (fajr at 18.5 degrees; isha 90 minutes after maghrib, 120 in
Ramadan). Morocco: the ministry's angles (19 and 17) with its usual margins, which differ from the
printed tables by a few minutes; such times say that they are approximate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from prayer_times_calculator_offline import PrayerTimesCalculator

from bot.arabic.calendar.hijri import HijriRangeError, to_hijri
from bot.core.country import country as country_pack

_RAMADAN = 9
_METHODS = {"SA": "makkah", "MA": "morocco"}


@dataclass(frozen=True, slots=True)
class Location:
    """Degrees north and east, and the country whose method and time zone hold there."""

    country: str
    latitude: float
    longitude: float


RIYADH = Location("SA", 24.7136, 46.6753)
RABAT = Location("MA", 34.0209, -6.8416)
_CAPITALS = {"SA": RIYADH, "MA": RABAT}


class Prayer(StrEnum):
    """The five prayers, in the order of the day."""

    FAJR = "fajr"
    DHUHR = "dhuhr"
    ASR = "asr"
    MAGHRIB = "maghrib"
    ISHA = "isha"


@dataclass(frozen=True, slots=True)
class Anchored:
    """A moment tied to a prayer: `minutes` after it, or before it when negative."""

    day: date
    prayer: Prayer
    minutes: int = 0


def capital_of(country: str) -> Location:
    """Where prayers are reckoned when nothing nearer is known: Rabat for Morocco, else Riyadh."""
    return _CAPITALS.get(country, RIYADH)


def estimate_prayer(day: date, prayer: Prayer, place: Location, hijri_shift: int = 0) -> datetime:
    """The time at a place, by the clock of its country and without a zone, to the minute.

    `hijri_shift` is the days by which the reader's Hijri calendar differs from Umm al-Qura, which
    moves Ramadan and its later isha.
    """
    return _prayer_times(day, place, hijri_shift)[prayer].replace(tzinfo=None)


@lru_cache(maxsize=2048)
def _prayer_times(day: date, place: Location, hijri_shift: int) -> dict[Prayer, datetime]:
    calculator = PrayerTimesCalculator(
        latitude=place.latitude,
        longitude=place.longitude,
        calculation_method=_METHODS[place.country],
        date=day.isoformat(),
    )
    zone = ZoneInfo(country_pack(place.country).timezone)
    found = calculator.fetch_prayer_times()
    times = {
        prayer: datetime.fromisoformat(found[prayer.capitalize()]).astimezone(zone)
        for prayer in Prayer
    }
    if place.country == "SA":
        # the library knows Ramadan by arithmetic only, at times a day off Umm al-Qura
        after_maghrib = timedelta(minutes=120 if _in_ramadan(day, hijri_shift) else 90)
        times[Prayer.ISHA] = times[Prayer.MAGHRIB] + after_maghrib
    return times


def _in_ramadan(day: date, hijri_shift: int) -> bool:
    try:
        return to_hijri(day, hijri_shift).month == _RAMADAN
    except HijriRangeError:
        return False
