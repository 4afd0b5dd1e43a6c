"""Country packs: what differs between countries and is data, not code.

Sources: the ministries' calendars; CLDR for month and day names. `week_start` and `weekend` count
Monday as 0, as `datetime.weekday()` does.
"""

from dataclasses import dataclass
from typing import Literal

Numerals = Literal["arab", "latn"]
NUMERALS: tuple[Numerals, ...] = ("arab", "latn")
Calendar = Literal["gregorian", "both"]


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    locale: str
    timezone: str
    week_start: int
    weekend: frozenset[int]
    numerals: Numerals
    calendar: Calendar
    hijri_offset: int
    """Days added to Umm al-Qura to meet the country's own sighting."""


SAUDI_ARABIA = Country("SA", "ar_SA", "Asia/Riyadh", 6, frozenset({4, 5}), "arab", "both", 0)
MOROCCO = Country("MA", "ar_MA", "Africa/Casablanca", 0, frozenset({5, 6}), "latn", "gregorian", -1)

COUNTRIES: dict[str, Country] = {c.code: c for c in (SAUDI_ARABIA, MOROCCO)}


def country(code: str) -> Country:
    """The pack of `code`; a code without a pack is a fault of ours, hence the KeyError."""
    return COUNTRIES[code]


def usual_digits(language: str, code: str) -> Numerals:
    """The digits of a language in a country, for whoever has chosen none."""
    return country(code).numerals if language == "ar" else "latn"
