"""From and to: the ends of spans brought together, and numbers alone given their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.arabic.dates.model import DoubtReason
from bot.arabic.dates.read.facts import (
    DAY_FACTS,
    Anchor,
    Bare,
    ClockTime,
    Connective,
    DayFact,
    DayOfMonth,
    DayPart,
    DaySpan,
    Fact,
    Fixed,
    Hint,
    Join,
    MomentSpan,
    TimeSpan,
    Unread,
    Until,
    Weekday,
    WrittenDate,
)

_TO = (Join.TO, Join.DASH, Join.PREFIX)
_OPENINGS = tuple(Connective(join) for join in (Join.FROM, Join.STARTING, Join.BETWEEN))
_DAYS_IN_WORDS = (*DAY_FACTS, Bare)


@dataclass(frozen=True, slots=True)
class _Ends:
    """What stands before and after a "to": runs of day facts, and a time next to it."""

    days_before: tuple[DayFact, ...]
    time_before: ClockTime | Anchor | Bare | None
    days_after: tuple[DayFact, ...]
    time_after: ClockTime | Anchor | Bare | None


def join_spans(facts: Sequence[Fact], *, recurring: bool) -> list[Fact]:
    """The facts with each "to" and its two ends as one fact.

    A dash between a day and an hour only separates them, and a joined "to" before a day is "for".
    "Until" a day belongs to a recurrence; without one it is a deadline, which is a doubt, and so is
    a joined "to" before an hour, which may be "at" or "until".
    """
    joined = _single_links(facts)
    index = 0
    while index < len(joined):
        fact = joined[index]
        if isinstance(fact, Connective) and fact.join in _TO:
            joined[:], index = _join_at(joined, index, fact.join, recurring=recurring)
        else:
            index += 1
    return joined


def _single_links(facts: Sequence[Fact]) -> list[Fact]:
    """The facts with "and up to", "up to to" as one link."""
    single: list[Fact] = []
    for fact in facts:
        if fact == Connective(Join.TO) and single and single[-1] == Connective(Join.AND):
            single.pop()
        if fact == Connective(Join.PREFIX) and single and single[-1] == Connective(Join.TO):
            continue
        single.append(fact)
    return single


def _join_at(facts: list[Fact], at: int, join: Join, *, recurring: bool) -> tuple[list[Fact], int]:
    """The facts after joining at that link, and where to go on."""
    low, high = _reach(facts, at)
    opened = bool(low) and facts[low - 1] in _OPENINGS
    before, after = facts[low:at], facts[at + 1 : high]
    ends = _sort_ends(before, after)
    if ends.time_before and ends.time_after and not _both_days(ends):
        span = _span_times(ends, before, after)
        if span is not None:
            return [*facts[:low], *span, *facts[high:]], low + len(span)
    days_before = ends.days_before or _as_days(ends.time_before)
    days_after = ends.days_after or _number_as_day(ends)
    if join is Join.DASH and (_numbers_a_list(ends) or _dash_separates(days_before, days_after)):
        return [*facts[:at], *facts[at + 1 :]], at
    if days_after and days_before and not (recurring and not _weekdays(before, after)):
        span = _span_days(days_before, days_after, ends, before, None if opened else join)
        number = ends.time_after
        if isinstance(ends.time_before, Bare) and _numbers_a_list(ends):
            span.append(Hint(DoubtReason.DAY_OR_HOUR, str(ends.time_before.number)))
        elif not opened and ends.days_before and isinstance(number, Bare) and number.number <= 12:
            # "3 December to 5" may end on that day, at five
            span.append(Hint(DoubtReason.DAY_OR_HOUR, str(number.number)))
        span.extend(after[len(days_after) :])
        return [*facts[:low], *span, *facts[high:]], low + len(span)
    if recurring and days_after and join is Join.TO:
        rest = [fact for fact in after if fact not in days_after]
        return [*facts[:at], Until(days_after), *rest, *facts[high:]], at + 1
    if join is Join.PREFIX and not after:
        return [*facts[:at], Unread("ل"), *facts[at + 1 :]], at + 1
    for_day = ends.time_after is None and not (opened and days_after)
    if join is Join.DASH or (join is Join.PREFIX and for_day):
        return [*facts[:at], *facts[at + 1 :]], at
    return [*facts[:at], Hint(DoubtReason.DEADLINE, ""), *facts[at + 1 :]], at + 1


def _numbers_a_list(ends: _Ends) -> bool:
    """Whether a number and a dash stand before a day that has none: `1- الخميس`."""
    dated = any(isinstance(day, WrittenDate | DayOfMonth) for day in ends.days_after)
    return isinstance(ends.time_before, Bare) and bool(ends.days_after) and not dated


def _dash_separates(before: tuple[DayFact, ...], after: tuple[DayFact, ...]) -> bool:
    """Whether a dash stands between a date and its weekday, or nothing stands on a side."""
    dated = [any(isinstance(d, WrittenDate | Fixed) for d in days) for days in (before, after)]
    named = [any(isinstance(d, Weekday) for d in days) for days in (before, after)]
    return not before or not after or (dated[0] is not dated[1] and named[0] is not named[1])


def _reach(facts: list[Fact], at: int) -> tuple[int, int]:
    """The stretch around a link that its ends lie in: day and time facts without other links."""
    kinds = (*_DAYS_IN_WORDS, ClockTime, Anchor, DayPart)
    low = at
    while low and isinstance(facts[low - 1], kinds):
        low -= 1
    high = at + 1
    while high < len(facts) and isinstance(facts[high], kinds):
        high += 1
    return low, high


def _sort_ends(before: list[Fact], after: list[Fact]) -> _Ends:
    times_before = [fact for fact in before[-2:] if isinstance(fact, ClockTime | Anchor | Bare)]
    near = before[-1] if before else None
    if isinstance(near, DAY_FACTS):
        # "the 26th, Thursday, to …": the number belongs to the day
        times_before = [fact for fact in times_before if not isinstance(fact, Bare)]
    first_after = after[0] if after else None
    return _Ends(
        days_before=tuple(fact for fact in before if isinstance(fact, DAY_FACTS)),
        time_before=times_before[-1] if times_before else None,
        days_after=_leading_days(after),
        time_after=first_after if isinstance(first_after, ClockTime | Anchor | Bare) else None,
    )


def _leading_days(after: list[Fact]) -> tuple[DayFact, ...]:
    days: list[DayFact] = []
    for fact in after:
        if isinstance(fact, DAY_FACTS):
            days.append(fact)
        else:
            break
    return tuple(days)


def _both_days(ends: _Ends) -> bool:
    """Whether two numbers alone are days rather than hours."""
    numbers = [
        fact.number for fact in (ends.time_before, ends.time_after) if isinstance(fact, Bare)
    ]
    return len(numbers) == 2 and (max(numbers) > 24 or (ends.days_after != ()))


def _weekdays(before: list[Fact], after: list[Fact]) -> bool:
    """Whether the link stands between two weekdays."""
    return bool(
        before and after and isinstance(before[-1], Weekday) and isinstance(after[0], Weekday)
    )


def _as_days(fact: ClockTime | Anchor | Bare | None) -> tuple[DayFact, ...]:
    return (DayOfMonth(fact.number),) if isinstance(fact, Bare) and fact.number <= 31 else ()


def _number_as_day(ends: _Ends) -> tuple[DayFact, ...]:
    """A number that ends a span of days, in the month of the start when that is named."""
    number = ends.time_after
    if not isinstance(number, Bare):
        return ()
    if isinstance(ends.time_before, Bare) and not ends.days_before:
        return _as_days(number)
    calendars = [day for day in ends.days_before if isinstance(day, WrittenDate)]
    if calendars and calendars[0].day < number.number <= 31:
        return (replace(calendars[0], day=number.number),)
    return ()


def _as_hour(fact: ClockTime | Anchor | Bare) -> ClockTime | Anchor:
    return ClockTime(fact.number) if isinstance(fact, Bare) else fact


def _span_times(ends: _Ends, before: list[Fact], after: list[Fact]) -> list[Fact] | None:
    """Two hours, and what else stood around them; an hour and its end on another day."""
    first, last = ends.time_before, ends.time_after
    assert first is not None
    assert last is not None
    if any(isinstance(fact, Bare) and fact.number > 24 for fact in (first, last)):
        return None
    rest = [fact for fact in before if fact is not first]
    span = TimeSpan(_as_hour(first), _as_hour(last))
    return [*rest, span, *after[1:]]


def _span_days(
    first: tuple[DayFact, ...],
    last: tuple[DayFact, ...],
    ends: _Ends,
    before: list[Fact],
    unopened: Join | None,
) -> list[Fact]:
    """Two days, and whatever else stood before the link."""
    number = ends.time_before if not ends.days_before else None
    rest = [fact for fact in before if not isinstance(fact, DAY_FACTS) and fact is not number]
    return [*rest, DaySpan(_lend_month(first, last), last, unopened)]


def _lend_month(first: tuple[DayFact, ...], last: tuple[DayFact, ...]) -> tuple[DayFact, ...]:
    """A day number takes the month of the end: from 1 to 5 December."""
    calendars = [fact for fact in last if isinstance(fact, WrittenDate)]
    if not calendars:
        return first
    return tuple(
        replace(calendars[0], day=fact.number if isinstance(fact, Bare) else fact.day)
        if isinstance(fact, DayOfMonth | Bare)
        else fact
        for fact in first
    )


def join_moments(facts: Sequence[Fact]) -> list[Fact]:
    """A day and hour, "to", another day and hour, as one fact; else the facts unchanged."""
    kinds = [type(fact) for fact in facts]
    for at, fact in enumerate(facts):
        if not (isinstance(fact, Connective) and fact.join in (Join.TO, Join.DASH)):
            continue
        if at < 2 or at + 2 >= len(facts):
            return list(facts)
        first_day, first_time, last_day, last_time = (
            facts[at - 2],
            facts[at - 1],
            facts[at + 1],
            facts[at + 2],
        )
        if (
            isinstance(first_day, DAY_FACTS)
            and isinstance(last_day, DAY_FACTS)
            and isinstance(first_time, ClockTime | Anchor)
            and isinstance(last_time, ClockTime | Anchor)
            and kinds.count(Connective) <= 2
        ):
            span = MomentSpan((first_day,), first_time, (last_day,), last_time)
            return [*facts[: at - 2], span, *facts[at + 3 :]]
    return list(facts)
