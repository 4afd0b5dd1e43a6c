"""Numbers without a mark, given their place: a day, an hour, or a question between the two."""

from __future__ import annotations

from collections.abc import Sequence

from bot.arabic.dates.model import DoubtReason
from bot.arabic.dates.read.facts import (
    DAY_FACTS,
    Anchor,
    Bare,
    ClockTime,
    Dashed,
    DayFact,
    DayOfMonth,
    DayPart,
    DaySpan,
    Fact,
    Fixed,
    Hint,
    Length,
    ReadingContext,
    Side,
    TimeSpan,
    Unread,
    Weekday,
    WrittenDate,
)
from bot.arabic.dates.settle.dates import settle_calendar
from bot.arabic.dates.settle.weekdays import next_weekday


def place_pairs(facts: Sequence[Fact], context: ReadingContext) -> list[Fact]:
    """Every `Dashed` pair as a date or two hours; a number beyond 12 after a weekday is a day."""
    paired = _flat([_place_dashed(fact, facts, context) for fact in facts])
    return [
        DayOfMonth(fact.number)
        if isinstance(fact, Bare)
        and 12 < fact.number <= 31
        and at
        and isinstance(paired[at - 1], Weekday)
        else fact
        for at, fact in enumerate(paired)
    ]


def place_numbers(facts: Sequence[Fact], context: ReadingContext) -> list[Fact]:
    """Every `Bare` number as a day or an hour, with a hint where it may be either.

    Beside a day a number to 12 is an hour, unless the weekday falls on that day of a month soon,
    or the number opens the text, as those of a list do. Beside an hour it is a day when a weekday
    stands next to it, or when it opens the text and is beyond 12.
    """
    placed = list(facts)
    if not any(isinstance(fact, Bare) for fact in placed):
        return placed
    timed = any(
        isinstance(fact, ClockTime | TimeSpan) or (isinstance(fact, Anchor) and fact.firm)
        for fact in placed
    )
    result: list[Fact | tuple[Fact, ...]] = []
    for at, fact in enumerate(placed):
        if not isinstance(fact, Bare):
            result.append(fact)
            continue
        result.append(_place(at, fact.number, placed, context, timed=timed))
        timed = True
    return _flat(result)


def _flat(facts: Sequence[Fact | tuple[Fact, ...]]) -> list[Fact]:
    flat: list[Fact] = []
    for fact in facts:
        if isinstance(fact, tuple):
            flat.extend(fact)
        else:
            flat.append(fact)
    return flat


def _place(
    at: int, number: int, facts: Sequence[Fact], context: ReadingContext, *, timed: bool
) -> Fact | tuple[Fact, ...]:
    if number > 31 or (number == 0 and timed):
        return Unread(str(number))
    hint = Hint(DoubtReason.DAY_OR_HOUR, str(number))
    beside = facts[max(0, at - 1) : at + 2]
    if timed:
        sure = any(isinstance(fact, Weekday) for fact in beside) or (at == 0 and number > 12)
        return DayOfMonth(number) if sure else (DayOfMonth(number), hint)
    days = [fact for fact in facts if isinstance(fact, DAY_FACTS)]
    weekdays = [fact for fact in days if isinstance(fact, Weekday)]
    only_weekday = len(days) == 1 and len(weekdays) == 1
    if only_weekday and number > 12:
        return DayOfMonth(number)
    if number > 23:
        return DayOfMonth(number) if not days else Unread(str(number))
    parted = any(isinstance(fact, DayPart) for fact in facts)
    if not days:
        return ClockTime(number) if parted else (ClockTime(number), hint)
    if only_weekday and _falls_on(weekdays[0].day, number, context):
        return ClockTime(number), hint
    opening = at == 0 and not parted and not _is_prayer_named(facts)
    before_date = any(isinstance(fact, WrittenDate) for fact in facts[at + 1 : at + 2])
    if opening or before_date or number > 12 or number == 0:
        return ClockTime(number), hint
    return ClockTime(number)


def _is_prayer_named(facts: Sequence[Fact]) -> bool:
    """Whether a prayer is named as a part of the day, which makes a number its hour."""
    return any(isinstance(fact, Anchor) and fact.side is Side.AT for fact in facts)


def _falls_on(weekday: int, number: int, context: ReadingContext) -> bool:
    """Whether one of the next four such weekdays is that day of its month."""
    day = context.today
    for _ in range(5):
        day = next_weekday(weekday, day)
        if day.day == number:
            return True
    return False


def _may_be_dated(day: DayFact, fact: Dashed, context: ReadingContext) -> bool:
    """Whether two numbers may be the date of the day beside them."""
    options = settle_calendar(WrittenDate(fact.first, fact.second), context).options
    if isinstance(day, Weekday):
        return any(option.weekday() == day.day for option in options)
    return not isinstance(day, Fixed) or day.day in options


def _place_dashed(
    fact: Fact, facts: Sequence[Fact], context: ReadingContext
) -> Fact | tuple[Fact, ...]:
    if not isinstance(fact, Dashed):
        return fact
    span = TimeSpan(ClockTime(fact.first), ClockTime(fact.second))
    date_like = 1 <= fact.first <= 31 and 1 <= fact.second <= 12
    hours_like = fact.first <= 24 and fact.second <= 24 and fact.first != fact.second
    if hours_like and (
        any(isinstance(other, DayPart) for other in facts) or _is_prayer_named(facts)
    ):
        return span
    if any(isinstance(other, ClockTime | Anchor | Length) for other in facts):
        return WrittenDate(fact.first, fact.second)
    days = [other for other in facts if isinstance(other, DAY_FACTS)]
    if fact.dotted:
        return WrittenDate(fact.first, fact.second), Hint(
            DoubtReason.DATE_OR_HOURS, f"{fact.first}.{fact.second}"
        )
    if days and hours_like and (fact.first <= 12 or not date_like):
        if date_like and _may_be_dated(days[0], fact, context):
            return span, Hint(DoubtReason.DATE_OR_HOURS, f"{fact.first}-{fact.second}")
        return span
    if date_like and fact.first > 12:
        return WrittenDate(fact.first, fact.second)
    if date_like:
        return WrittenDate(fact.first, fact.second), Hint(
            DoubtReason.DATE_OR_HOURS, f"{fact.first}-{fact.second}"
        )
    return span if hours_like else Unread(f"{fact.first}-{fact.second}")


def place_otherwise(facts: list[Fact]) -> list[Fact]:
    """The facts with a doubtful number read the other way: a day for an hour, hours for a date."""
    other: list[Fact] = []
    for fact, following in zip(facts, [*facts[1:], None], strict=True):
        doubtful = isinstance(following, Hint) and following.reason in (
            DoubtReason.DAY_OR_HOUR,
            DoubtReason.DATE_OR_HOURS,
        )
        if doubtful and isinstance(fact, ClockTime) and fact.hour:
            other.append(DayOfMonth(fact.hour))
        elif (
            isinstance(following, Hint) and isinstance(fact, WrittenDate) and "." in following.text
        ):
            other.append(ClockTime(fact.day, fact.month))
        elif (
            isinstance(fact, DaySpan) and isinstance(following, Hint) and _ends_on(fact, following)
        ):
            other.extend((*fact.first, ClockTime(int(following.text))))
        elif doubtful and isinstance(fact, WrittenDate):
            other.append(TimeSpan(ClockTime(fact.day), ClockTime(fact.month)))
        elif doubtful and isinstance(fact, TimeSpan):
            assert isinstance(fact.first, ClockTime)
            assert isinstance(fact.last, ClockTime)
            other.append(WrittenDate(fact.first.hour, fact.last.hour))
        else:
            other.append(fact)
    return other


def _ends_on(span: DaySpan, hint: Hint) -> bool:
    """Whether the number in doubt, said alone, ends the span."""
    days = [str(day.day) for day in span.last if isinstance(day, WrittenDate)]
    return hint.reason is DoubtReason.DAY_OR_HOUR and hint.text in days
