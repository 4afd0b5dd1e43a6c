"""Moments named by what they follow: a prayer, or an amount of time from now."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.arabic.calendar.prayer import Prayer
from bot.arabic.dates.lexicon.senses import Sense, TimeUnit
from bot.arabic.dates.model import DoubtReason
from bot.arabic.dates.read.amounts import (
    Tokens,
    has_sense,
    read_amount,
    read_number,
    sense_at,
    skip_fillers,
)
from bot.arabic.dates.read.facts import (
    Amount,
    Anchor,
    DayFact,
    Fact,
    Fixed,
    Hint,
    Instant,
    ReadingContext,
    Side,
    Weekday,
)

Found = tuple[tuple[Fact, ...], int] | None
_PRAYERS = tuple(Prayer)
_FRIDAY = 4
# Minutes from a prayer: "16h after maghrib" is an hour of the day beside a prayer.
_LONGEST_OFFSET = 180


def read_anchored(tokens: Tokens, index: int, context: ReadingContext) -> Found:
    """A prayer, before or after it, with or without an offset; or an amount of time from now."""
    if has_sense(tokens, index, Sense.BOTH_EVENINGS):
        return None
    side = _side_at(tokens, index)
    if side is None:
        return _read_offset_first(tokens, index) or _read_prayer(tokens, index, Side.AT)
    return (
        _read_prayer(tokens, index + 1, side)
        or _read_by_prayer(tokens, index, side)
        or _read_from_now(tokens, index + 1, side, context)
    )


def _side_at(tokens: Tokens, index: int) -> Side | None:
    if has_sense(tokens, index, Sense.AFTER):
        return Side.AFTER
    if has_sense(tokens, index, Sense.BEFORE):
        return Side.BEFORE
    return None


def _prayer_at(tokens: Tokens, index: int) -> tuple[Anchor, int] | None:
    """The prayer named here, firm when the word prayer was said."""
    said = index
    while has_sense(tokens, said, Sense.PRAYING):
        said += 1
    prayer = sense_at(tokens, said, Sense.PRAYER)
    if prayer is None and said > index:
        prayer = sense_at(tokens, said, Sense.SPOKEN_PRAYER)
    if prayer is None:
        return None
    friday = said > index and sense_at(tokens, said, Sense.WEEKDAY) == _FRIDAY
    return Anchor(_PRAYERS[prayer], Side.AT, firm=said > index, friday=friday), said + 1


def _read_prayer(tokens: Tokens, index: int, side: Side) -> Found:
    named = _prayer_at(tokens, index)
    if named is None:
        return None
    anchor, after = named
    minutes: int | None = None
    sign = -1 if side is Side.BEFORE else 1
    if has_sense(tokens, after, Sense.AT_ONCE):
        minutes = 0
        after += 1
    at = after + 1 if has_sense(tokens, after, Sense.BY) else after
    amount = read_amount(tokens, at)
    # without "by" an amount may be the length of the meeting
    offset = amount is not None and at > after and side is not Side.AT
    if offset and amount is not None and amount[0].minutes is not None:
        minutes = sign * amount[0].minutes
        after = amount[1]
    return _finish(anchor, side, minutes, after)


def _read_by_prayer(tokens: Tokens, index: int, side: Side) -> Found:
    """ "After half an hour of the prayer", "before the prayer" with the amount in between."""
    at = index + 2 if has_sense(tokens, index + 1, Sense.BY) else index + 1
    amount = read_amount(tokens, at)
    if amount is None or amount[0].minutes is None:
        return None
    if not has_sense(tokens, amount[1], Sense.FROM):
        return None
    named = _prayer_at(tokens, amount[1] + 1)
    if named is None:
        return None
    sign = -1 if side is Side.BEFORE else 1
    return _finish(named[0], side, sign * amount[0].minutes, named[1])


def _read_offset_first(tokens: Tokens, index: int) -> Found:
    """ "Half an hour after the prayer"."""
    amount = read_amount(tokens, index)
    minutes = amount[0].minutes if amount else None
    if amount is None or minutes is None or minutes > _LONGEST_OFFSET:
        return None
    side = _side_at(tokens, amount[1])
    if side is None:
        return None
    named = _prayer_at(tokens, amount[1] + 1)
    if named is None:
        return None
    sign = -1 if side is Side.BEFORE else 1
    return _finish(named[0], side, sign * minutes, named[1])


def _finish(anchor: Anchor, side: Side, minutes: int | None, after: int) -> Found:
    firm = anchor.firm or minutes is not None
    found = Anchor(anchor.prayer, side, minutes, firm=firm, friday=anchor.friday)
    if anchor.friday:
        return (Weekday(_FRIDAY), found), after
    return (found,), after


def _read_from_now(tokens: Tokens, index: int, side: Side, context: ReadingContext) -> Found:
    amount = read_amount(tokens, index)
    if amount is None:
        return None
    length, after = amount
    if _names_more(tokens, index, after):
        return None
    start = context.today
    at = skip_fillers(tokens, after)
    if has_sense(tokens, at, Sense.FROM):
        at += 1
        offset = sense_at(tokens, at, Sense.DAY_OFFSET)
        if has_sense(tokens, at, Sense.NOW):
            after = at + 1
        elif offset is not None:
            start += timedelta(days=offset)
            after = at + 1
        elif has_sense(tokens, skip_fillers(tokens, at, Sense.DAY_MARK), Sense.WEEKDAY):
            text = " ".join(token.text for token in tokens[index - 1 : at + 1])
            return (counted_day(start, length), Hint(DoubtReason.VAGUE, text)), after
    if side is Side.BEFORE:
        text = " ".join(token.text for token in tokens[index - 1 : after])
        return (Hint(DoubtReason.PAST, text),), after
    if length.minutes is not None:
        moment = context.now.replace(second=0, microsecond=0) + timedelta(minutes=length.minutes)
        return (Instant(moment),), after
    return (counted_day(start, length),), after


def _names_more(tokens: Tokens, index: int, after: int) -> bool:
    """Whether a unit alone belongs to what follows: "after the day of Monday", "the month of"."""
    if after > index + 1 or not has_sense(tokens, index, Sense.UNIT):
        return False
    following = skip_fillers(tokens, after)
    return read_number(tokens, following) is not None or any(
        has_sense(tokens, following, sense)
        for sense in (Sense.WEEKDAY, Sense.MONTH, Sense.HIJRI_MONTH, Sense.DAY_OFFSET)
    )


def counted_day(start: date, length: Amount) -> DayFact:
    """The day so many days, weeks, months or years after another.

    A day that its month lacks becomes the last of that month.
    """
    return Fixed(add_length(start, length), length.unit)


def add_length(start: date, length: Amount) -> date:
    """The same sum, as a date. Refuses days beyond the year 9999 with OverflowError."""
    if length.number > 10_000:
        raise OverflowError(length.number)
    try:
        return start + _distance(length)
    except ValueError as error:
        raise OverflowError(str(error)) from error


def _distance(length: Amount) -> relativedelta:
    number = length.number
    match length.unit:
        case TimeUnit.DAY:
            return relativedelta(days=number)
        case TimeUnit.WEEK:
            return relativedelta(weeks=number)
        case TimeUnit.YEAR:
            return relativedelta(years=number)
        case _:
            return relativedelta(months=number)


def last_day(year: int, month: int) -> int:
    """The number of days of a Gregorian month."""
    return monthrange(year, month)[1]
