"""Words of repetition: every, daily, except, for so long, so many times."""

from __future__ import annotations

from bot.arabic.dates.lexicon.senses import PartOfDay, Sense, TimeUnit
from bot.arabic.dates.read.amounts import (
    Tokens,
    has_sense,
    read_amount,
    read_number,
    sense_at,
    skip_fillers,
)
from bot.arabic.dates.read.days import read_calendar, read_edge, read_marked_day, read_weekday
from bot.arabic.dates.read.facts import (
    DayOfMonth,
    DayPart,
    Every,
    Except,
    Fact,
    Frequency,
    Length,
    OrdinalDay,
    Period,
    Repetitions,
    Weekday,
    Workdays,
)

Found = tuple[tuple[Fact, ...], int] | None


def read_repetition(tokens: Tokens, index: int) -> Found:
    """Words of repetition from this index on: "every", "except", "for", and how many times."""
    token = tokens[index]
    if token.has(Sense.EVERY):
        return _read_every(tokens, index + 1)
    repeated = token.get(Sense.REPEATED)
    if repeated is not None:
        return (Every(TimeUnit(repeated)),), index + 1
    if token.has(Sense.ALTERNATE_DAYS):
        return (Every(TimeUnit.DAY, 2),), index + 1
    if token.has(Sense.EXCEPT):
        excepted = _read_excepted(tokens, index + 1)
        if excepted is not None:
            return excepted
    if token.has(Sense.FOR):
        return _read_length(tokens, index + 1)
    return _read_times(tokens, index)


def _read_every(tokens: Tokens, index: int) -> Found:
    """What follows "every"; a weekday among it is read as well."""
    number = sense_at(tokens, index, Sense.ORDINAL_BARE)
    if number is not None:
        edge = read_edge(tokens, index)
        return None if edge is None else ((Every(TimeUnit.MONTH), *edge[0]), edge[1])
    if has_sense(tokens, index, Sense.WORKDAY):
        return (Every(TimeUnit.WEEK), Workdays()), index + 1
    at = index
    while has_sense(tokens, at, Sense.DAY_MARK) or has_sense(tokens, at, Sense.DAYS_MARK):
        at += 1
    at_mark = skip_fillers(tokens, at)
    plural = sense_at(tokens, at_mark, Sense.PLURAL_DAY)
    if plural is not None:
        return (Every(TimeUnit.WEEK), Weekday(plural)), at_mark + 1
    if has_sense(tokens, at_mark, Sense.WEEKDAY):
        weekday = read_weekday(tokens, at_mark)
        return None if weekday is None else ((Every(TimeUnit.WEEK), *weekday[0]), weekday[1])
    parted = _read_every_part(tokens, index)
    if parted is not None:
        return parted
    week = skip_fillers(tokens, at, Sense.FROM, Sense.DAYS_MARK)
    if at > index and sense_at(tokens, week, Sense.PERIOD) == TimeUnit.WEEK:
        return (Every(TimeUnit.DAY),), week + 1
    dated = _read_every_date(tokens, at)
    if dated is not None:
        return dated
    amount = _read_interval(tokens, index)
    if amount is not None:
        every = Every(amount[0], amount[1])
        if amount[0] is TimeUnit.MONTH and has_sense(tokens, amount[2], Sense.HIJRI_ERA):
            return (every, Period(TimeUnit.MONTH, 0, hijri=True)), amount[2] + 1
        return (every,), amount[2]
    if at > index:
        return (Every(TimeUnit.DAY),), at
    return None


def _read_every_part(tokens: Tokens, index: int) -> Found:
    """ "Every evening", which a weekday makes weekly."""
    if has_sense(tokens, index, Sense.NIGHT_BEFORE):
        if has_sense(tokens, index + 1, Sense.WEEKDAY):
            return (Every(TimeUnit.WEEK),), index
        return (Every(TimeUnit.DAY), DayPart(PartOfDay.NIGHT)), index + 1
    part = sense_at(tokens, index, Sense.PART)
    if part is None:
        return None
    weekly = has_sense(tokens, skip_fillers(tokens, index + 1, Sense.DAY_MARK), Sense.WEEKDAY)
    return (Every(TimeUnit.WEEK if weekly else TimeUnit.DAY), DayPart(PartOfDay(part))), index + 1


def _read_every_date(tokens: Tokens, index: int) -> Found:
    """A date, which comes each year; a day "of the month", which comes each month."""
    yearly = read_calendar(tokens, index)
    if yearly is not None:
        return (Every(TimeUnit.YEAR), *yearly[0]), yearly[1]
    monthly = read_marked_day(tokens, index)
    if monthly is not None and isinstance(monthly[0][0], DayOfMonth | OrdinalDay):
        return (Every(TimeUnit.MONTH), *monthly[0]), monthly[1]
    return None


def _read_interval(tokens: Tokens, index: int) -> tuple[TimeUnit, int, int] | None:
    pair = sense_at(tokens, index, Sense.UNIT_PAIR)
    if pair is not None:
        return TimeUnit(pair), 2, index + 1
    unit = sense_at(tokens, index, Sense.UNIT)
    if unit is not None:
        return TimeUnit(unit), 1, index + 1
    number = read_number(tokens, index)
    if number is None:
        return None
    unit = sense_at(tokens, number[1], Sense.UNIT)
    return None if unit is None else (TimeUnit(unit), number[0], number[1] + 1)


def _read_excepted(tokens: Tokens, index: int) -> Found:
    days: list[int] = []
    at = index
    while True:
        at = skip_fillers(tokens, at, Sense.DAY_MARK, Sense.DAYS_MARK)
        day = sense_at(tokens, at, Sense.WEEKDAY)
        if day is None:
            break
        days.append(day)
        index = at + 1
        at = index + 1 if has_sense(tokens, index, Sense.AND) else len(tokens)
    return ((Except(tuple(days)),), index) if days else None


def _read_length(tokens: Tokens, index: int) -> Found:
    index = skip_fillers(tokens, index)
    amount = read_amount(tokens, index)
    if amount is not None:
        return (Length(amount[0]),), amount[1]
    return _read_times(tokens, index)


def _read_times(tokens: Tokens, index: int) -> Found:
    """ "Six times" is a count; "twice a week" a frequency that leaves the days open."""
    times = sense_at(tokens, index, Sense.TIMES)
    after = index + 1
    if times is None:
        number = read_number(tokens, index)
        if number is None or sense_at(tokens, number[1], Sense.TIMES) not in (1, 3):
            return None
        times, after = number[0], number[1] + 1
    elif times == 3:
        return None
    if times == 1 and sense_at(tokens, after, Sense.CARDINAL) == 1:
        after += 1
    at = skip_fillers(tokens, after, Sense.EVERY, Sense.HOUR_MARK)
    # "once, next week" and "once, on Sunday" repeat nothing
    unit = _unit_at(tokens, at) if at > after else None
    if unit is not None and not _is_pinned(tokens, at + 1, unit):
        return (Frequency(times, unit),), at + 1
    repeated = sense_at(tokens, at, Sense.REPEATED)
    if repeated is not None:
        return (Frequency(times, TimeUnit(repeated)),), at + 1
    if times == 1:
        # "once every two weeks" says no more than "every two weeks"
        return ((), after) if has_sense(tokens, after, Sense.EVERY) else None
    return (Repetitions(times),), after


def _unit_at(tokens: Tokens, index: int) -> TimeUnit | None:
    """The day, week, month or year named there, with the article or without."""
    for sense in (Sense.PERIOD, Sense.UNIT):
        unit = sense_at(tokens, index, sense)
        if unit is not None and unit >= TimeUnit.DAY:
            return TimeUnit(unit)
    return None


def _is_pinned(tokens: Tokens, index: int, unit: TimeUnit) -> bool:
    """Whether what follows the unit makes it one week or one day, rather than each."""
    if unit is TimeUnit.DAY and has_sense(tokens, index, Sense.WEEKDAY):
        return True
    return any(
        has_sense(tokens, index, sense)
        for sense in (Sense.NEXT, Sense.THIS, Sense.LAST, Sense.AFTER_NEXT)
    )
