"""Hijri months named by their position rather than by name, and repetitions by the Hijri calendar.

"The fifteenth of this Hijri month" is a date like any other. A rule of RFC 5545 counts Gregorian
months only, so what repeats by Hijri months or years is a question that offers the next such day.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.arabic.calendar.hijri import HijriDate, HijriRangeError, to_hijri
from bot.arabic.dates.lexicon.senses import TimeUnit
from bot.arabic.dates.model import DoubtReason
from bot.arabic.dates.read.facts import (
    DayOfMonth,
    Every,
    Fact,
    Frequency,
    Hint,
    MonthName,
    OrdinalDay,
    Period,
    ReadingContext,
    Repetitions,
    Until,
    WrittenDate,
)


def name_hijri_months(facts: Sequence[Fact], context: ReadingContext) -> list[Fact]:
    """The facts with every Hijri month under its name and year, and a hint where one repeats."""
    periods = [fact for fact in facts if isinstance(fact, Period) and fact.hijri]
    yearly = any(isinstance(fact, Every) and fact.unit is TimeUnit.YEAR for fact in facts)
    dated = any(isinstance(fact, WrittenDate | MonthName) and fact.hijri for fact in facts)
    if not periods and not (yearly and dated):
        return list(facts)
    repeats = any(isinstance(fact, Every | Frequency) for fact in facts)
    rest = [fact for fact in facts if fact not in periods]
    if repeats:
        rest = [f for f in rest if not isinstance(f, Every | Frequency | Repetitions | Until)]
        rest.append(Hint(DoubtReason.HIJRI_RECURRENCE, ""))
    if not periods:
        return rest
    try:
        today = to_hijri(context.today, context.hijri_shift)
    except HijriRangeError:
        return list(facts)
    numbered = [fact for fact in rest if isinstance(fact, DayOfMonth | OrdinalDay)]
    offset = periods[0].offset
    if not numbered:
        year, month = _month_after(today, offset)
        return [MonthName(month, hijri=True, year=year), *rest]
    day = _number_of(numbered[0])
    if repeats and day < today.day:
        offset = 1
    year, month = _month_after(today, offset)
    named = WrittenDate(day, month, year, hijri=True)
    return [named if fact is numbered[0] else fact for fact in rest]


def _number_of(fact: DayOfMonth | OrdinalDay) -> int:
    return fact.day if isinstance(fact, DayOfMonth) else fact.number


def _month_after(today: HijriDate, offset: int) -> tuple[int, int]:
    """The year and month so many Hijri months after that of a day."""
    year, month = divmod(today.year * 12 + today.month - 1 + offset, 12)
    return year, month + 1
