"""Days as people name them: dates, weekdays, days counted from now, parts of a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.arabic.calendar.hijri import FIRST_YEAR, LAST_YEAR
from bot.arabic.dates.lexicon.senses import Sense, TimeUnit
from bot.arabic.dates.read.amounts import (
    Tokens,
    has_sense,
    read_number,
    read_ordinal,
    sense_at,
    skip_fillers,
    token_at,
)
from bot.arabic.dates.read.clock import MIDNIGHT, read_clock
from bot.arabic.dates.read.facts import (
    DayFact,
    DayOfMonth,
    Fixed,
    MonthName,
    Nth,
    OrdinalDay,
    Period,
    ReadingContext,
    Weekday,
    Weekend,
    WeekStart,
    WrittenDate,
)
from bot.arabic.dates.read.tokens import Shape

Found = tuple[tuple[DayFact, ...], int] | None


def read_day(tokens: Tokens, index: int, context: ReadingContext) -> Found:
    """The days named from this index on, and the index after them; None when none is."""
    for reader in (read_edge, read_calendar, read_marked_day, read_weekday, read_period):
        found = reader(tokens, index)
        if found is not None:
            return found
    offset = sense_at(tokens, index, Sense.DAY_OFFSET)
    if offset is not None:
        return (Fixed(context.today + timedelta(days=offset)),), index + 1
    return read_loose_day(tokens, index)


def read_calendar(tokens: Tokens, index: int) -> Found:
    """A date with its month: `23/11`, `٢٠/٦/١٤٤٨هـ`, "the third of December", "December 5"."""
    token = token_at(tokens, index)
    if token is None:
        return None
    if token.shape is Shape.FULL_DATE:
        first, second, third = token.numbers
        day, year = (third, first) if first > 31 else (first, third)
        found = WrittenDate(day, second, year, hijri=FIRST_YEAR <= year <= LAST_YEAR)
        return _with_era(tokens, index + 1, found)
    if token.shape is Shape.SHORT_DATE:
        found = WrittenDate(token.numbers[0], token.numbers[1])
        if has_sense(tokens, index + 1, Sense.HIJRI_ERA):
            return (replace(found, hijri=True),), index + 2
        # beside a Hijri date the letter is the era; elsewhere it may be "p.m."
        both = any(token.has(Sense.HIJRI_ERA) for token in tokens)
        if both and has_sense(tokens, index + 1, Sense.GREGORIAN_ERA):
            return (found,), index + 2
        return (found,), index + 1
    if token.shape is Shape.DOTTED and token.numbers[0] > MIDNIGHT and token.numbers[1] <= 12:
        return (WrittenDate(token.numbers[0], token.numbers[1]),), index + 1
    ordinal = read_ordinal(tokens, index)
    number = ordinal or read_number(tokens, index)
    if number is None:
        return _read_month_first(tokens, index)
    day, after = number
    at = skip_fillers(tokens, after, Sense.FROM)
    if has_sense(tokens, at, Sense.MONTH_MARK):
        numbered = read_number(tokens, at + 1)
        if numbered is not None and numbered[0] <= 12 and tokens[at + 1].shape is Shape.NUMBER:
            found = WrittenDate(day, numbered[0])
            return _with_year(tokens, numbered[1], found)
        at = skip_fillers(tokens, at + 1)
    month = _month_at(tokens, at)
    if month is None:
        return None
    found = WrittenDate(day, month[0], hijri=month[1], ordinal=ordinal is not None)
    return _with_year(tokens, at + 1, found)


def _read_month_first(tokens: Tokens, index: int) -> Found:
    if has_sense(tokens, index, Sense.MONTH_MARK):
        numbered = _read_numbers_month_first(tokens, index + 1)
        if numbered is not None:
            return numbered
        index += _month_at(tokens, index + 1) is not None
    month = _month_at(tokens, index)
    if month is None:
        return None
    token = token_at(tokens, index + 1)
    if token is not None and token.shape is Shape.NUMBER and 1 <= token.numbers[0] <= 31:
        clock = read_clock(tokens, index + 1)
        if clock is None:
            found = WrittenDate(token.numbers[0], month[0], hijri=month[1])
            return _with_year(tokens, index + 2, found)
    year, after = _read_year(tokens, index + 1)
    if year is None and has_sense(tokens, after, Sense.NEXT):
        after += 1
    return (MonthName(month[0], month[1], year),), after


def _read_numbers_month_first(tokens: Tokens, index: int) -> Found:
    """ "Month 12, day 10"."""
    month = read_number(tokens, index)
    if month is None or not 1 <= month[0] <= 12 or not has_sense(tokens, month[1], Sense.DAY_MARK):
        return None
    day = read_number(tokens, month[1] + 1)
    return None if day is None else _with_year(tokens, day[1], WrittenDate(day[0], month[0]))


def _month_at(tokens: Tokens, index: int) -> tuple[int, bool] | None:
    month = sense_at(tokens, index, Sense.MONTH)
    if month is not None:
        return month, False
    month = sense_at(tokens, index, Sense.HIJRI_MONTH)
    return None if month is None else (month, True)


def _read_year(tokens: Tokens, index: int) -> tuple[int | None, int]:
    """A year of four digits, its mark before it or none."""
    at = skip_fillers(tokens, index, Sense.YEAR_MARK)
    token = token_at(tokens, at)
    if token is not None and token.shape is Shape.NUMBER and len(token.text) == 4:
        year = token.numbers[0]
        if 1300 <= year <= 2299:
            return year, at + 1
    return None, index


def _with_year(tokens: Tokens, index: int, found: WrittenDate) -> Found:
    year, after = _read_year(tokens, index)
    if year is None:
        if has_sense(tokens, index, Sense.NEXT):
            return (found,), index + 1
        if has_sense(tokens, index, Sense.HIJRI_ERA) and found.hijri:
            return (found,), index + 1
        return (found,), index
    return _with_era(tokens, after, replace(found, year=year))


def _with_era(tokens: Tokens, index: int, found: WrittenDate) -> Found:
    """The date with the era that follows its year; a contradiction is kept as a doubt."""
    assert found.year is not None
    hijri_year = FIRST_YEAR <= found.year <= LAST_YEAR
    numeric = token_at(tokens, index - 1)
    named_month = numeric is not None and numeric.shape is not Shape.FULL_DATE
    hijri_era = has_sense(tokens, index, Sense.HIJRI_ERA)
    gregorian_era = has_sense(tokens, index, Sense.GREGORIAN_ERA)
    doubtful = named_month and hijri_year is not found.hijri
    if not named_month and found.year < 100:
        found = replace(found, hijri=hijri_era)
    elif (hijri_era and not hijri_year) or (gregorian_era and hijri_year):
        doubtful = True
    after = index + 1 if hijri_era or gregorian_era else index
    return (replace(found, doubtful_era=doubtful),), after


def read_edge(tokens: Tokens, index: int) -> Found:
    """The first or last of something: of a month, a week, or the nth weekday of a month."""
    number = sense_at(tokens, index, Sense.ORDINAL_BARE)
    if has_sense(tokens, index, Sense.EDGE_START):
        number = 1
    elif has_sense(tokens, index, Sense.EDGE_END):
        number = -1
    if number is None:
        return None
    if number == 11 or has_sense(tokens, index + 1, Sense.TEEN):
        return None
    at = skip_fillers(tokens, index + 1, Sense.FROM)
    weekday = sense_at(tokens, at, Sense.WEEKDAY)
    if weekday is not None:
        return (Nth(number, weekday),), at + 1
    if sense_at(tokens, at, Sense.UNIT) == TimeUnit.DAY or has_sense(tokens, at, Sense.DAYS_MARK):
        weekday = sense_at(tokens, at + 1, Sense.WEEKDAY)
        if weekday is not None:
            return (Nth(number, weekday),), at + 2
        at = skip_fillers(tokens, at + 1, Sense.FROM)
    elif number not in (1, -1) and _month_at(tokens, at) is None:
        return None
    return _read_edge_of(tokens, at, number)


def _read_edge_of(tokens: Tokens, index: int, number: int) -> Found:
    if has_sense(tokens, index, Sense.MONTH_MARK) and _month_at(tokens, index + 1):
        index += 1
    month = _month_at(tokens, index)
    if month is not None:
        return _with_year(tokens, index + 1, WrittenDate(number, month[0], hijri=month[1]))
    # "of every month": the recurrence itself is read by the caller
    if has_sense(tokens, index, Sense.EVERY):
        if sense_at(tokens, index + 1, Sense.UNIT) == TimeUnit.MONTH:
            return (DayOfMonth(number),), index
        return None
    period = read_period(tokens, index)
    if period is None or not isinstance(period[0][0], Period):
        return None
    span = period[0][0]
    if span.unit is TimeUnit.MONTH:
        return (DayOfMonth(number), span), period[1]
    if span.unit is TimeUnit.WEEK:
        edge = WeekStart() if number == 1 else Weekend() if number == -1 else None
        return None if edge is None else ((edge, span), period[1])
    if number == -1:
        return (WrittenDate(31, 12), span), period[1]
    return (WrittenDate(1, 1), span), period[1] if number == 1 else index


def read_weekday(tokens: Tokens, index: int) -> Found:
    """A weekday with "next", "this" or "last" on either side."""
    before = index
    shift = None
    for sense in (Sense.NEXT, Sense.THIS, Sense.LAST):
        if has_sense(tokens, index, sense):
            shift = sense
            before = index + 1
            break
    if has_sense(tokens, before, Sense.DAY_MARK):
        before += 1
    day = sense_at(tokens, before, Sense.WEEKDAY)
    if day is None:
        return None
    after = before + 1
    skip = 0
    if has_sense(tokens, after, Sense.AFTER_NEXT):
        skip = 1
        after += 1
    elif shift is None:
        for sense in (Sense.NEXT, Sense.THIS, Sense.LAST):
            # "this" before the next noun belongs to that noun
            if has_sense(tokens, after, sense) and not (
                sense is Sense.THIS and _names_period(tokens, after + 1)
            ):
                shift = sense
                after += 1
                break
        if shift is Sense.NEXT and _names_period(tokens, after):
            after -= 1
            shift = None
    weekday = Weekday(day, skip, this=shift is Sense.THIS, past=shift is Sense.LAST)
    return (weekday,), after


def _names_period(tokens: Tokens, index: int) -> bool:
    return has_sense(tokens, index, Sense.PERIOD)


def read_period(tokens: Tokens, index: int) -> Found:
    """The week, month or year: this one, the next, or the one after."""
    if has_sense(tokens, index, Sense.WEEKEND):
        after = index + 1
        if has_sense(tokens, after, Sense.NEXT) or has_sense(tokens, after, Sense.THIS):
            after += 1
        return (Weekend(),), after
    offset: int | None = None
    at = index
    for sense, value in ((Sense.THIS, 0), (Sense.NEXT, 1), (Sense.LAST, -1)):
        if has_sense(tokens, index, sense):
            offset = value
            at = index + 1
            break
    unit = sense_at(tokens, at, Sense.PERIOD)
    if unit is None:
        return None
    after = at + 1
    hijri = unit == TimeUnit.MONTH and has_sense(tokens, after, Sense.HIJRI_ERA)
    after += hijri
    if has_sense(tokens, after, Sense.AFTER_NEXT):
        offset = 2
        after += 1
    for sense, value in ((Sense.NEXT, 1), (Sense.THIS, 0), (Sense.LAST, -1)):
        if offset is None and has_sense(tokens, after, sense):
            offset = value
            after += 1
    # without the article "a week" is a length, unless something says which
    if offset is None and has_sense(tokens, at, Sense.UNIT):
        return None
    if unit == TimeUnit.MONTH and not hijri and has_sense(tokens, after, Sense.HIJRI_ERA):
        hijri = True
        after += 1
    return (Period(TimeUnit(unit), offset or 0, hijri),), after


def read_marked_day(tokens: Tokens, index: int) -> Found:
    """`يوم ٢٥`, `اليوم الأول`, and a number before "of the month"."""
    if sense_at(tokens, index, Sense.DAY_OFFSET) == 0:
        ordinal = read_ordinal(tokens, index + 1)
        if ordinal is None:
            return None
        return read_calendar(tokens, index + 1) or ((OrdinalDay(ordinal[0]),), ordinal[1])
    marked = has_sense(tokens, index, Sense.DAY_MARK)
    at = index + 1 if marked else index
    if marked and has_sense(tokens, at, Sense.WEEKDAY):
        return read_weekday(tokens, at)
    if marked:
        dated = read_calendar(tokens, at)
        if dated is not None:
            return dated
    ordinal = read_ordinal(tokens, at)
    number = ordinal or read_number(tokens, at)
    if number is None or not (number[0] == -1 or 1 <= number[0] <= 31):
        return None
    day, after = number
    if marked and ordinal is None and sense_at(tokens, after, Sense.UNIT) is None:
        return (DayOfMonth(day),), after
    month = skip_fillers(tokens, after, Sense.FROM, Sense.EVERY, Sense.THIS)
    of_month = month > after or sense_at(tokens, after, Sense.PERIOD) == TimeUnit.MONTH
    if of_month and TimeUnit.MONTH in (
        sense_at(tokens, month, Sense.PERIOD),
        sense_at(tokens, month, Sense.UNIT),
    ):
        if ordinal is not None:
            return (OrdinalDay(day),), after
        return (DayOfMonth(day),), after
    return None


def read_feast(tokens: Tokens, index: int) -> Found:
    """A feast or national day by its name, with its year or "next"."""
    for sense in (Sense.FEAST, Sense.NATIONAL_DAY):
        named = sense_at(tokens, index, sense)
        if named is not None:
            month, day = divmod(named, 100)
            return _with_year(
                tokens, index + 1, WrittenDate(day, month, hijri=sense is Sense.FEAST)
            )
    return None


def read_loose_day(tokens: Tokens, index: int) -> Found:
    """An ordinal with no month beside it."""
    ordinal = read_ordinal(tokens, index)
    return None if ordinal is None else ((OrdinalDay(ordinal[0]),), ordinal[1])
