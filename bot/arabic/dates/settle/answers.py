"""One occasion from facts without doubts of their own: a moment, a span, or what is left open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.arabic.dates.lexicon.senses import TimeUnit
from bot.arabic.dates.model import AnswerKind, Doubt, DoubtReason, LocalMoment, Understood
from bot.arabic.dates.read.facts import (
    DAY_FACTS,
    Bare,
    Connective,
    DayFact,
    DayOfMonth,
    DaySpan,
    Except,
    Fact,
    Instant,
    Join,
    Length,
    MomentSpan,
    MonthName,
    Period,
    ReadingContext,
    Repetitions,
    Until,
    Weekday,
    Workdays,
    WrittenDate,
)
from bot.arabic.dates.settle.readings import Readings, Slot
from bot.arabic.dates.settle.slots import build_answer, has_passed, next_day_for, settle_slot
from bot.arabic.dates.settle.weekdays import period_bounds, settle_days

Answer = Understood | Doubt


def candidates_of(answer: Answer) -> tuple[Understood, ...]:
    """The readings of an answer: itself, or those that a question offers."""
    return (answer,) if isinstance(answer, Understood) else answer.candidates


def settle_known(facts: list[Fact], context: ReadingContext) -> Answer:
    """One occasion from facts without doubts of their own."""
    days = [fact for fact in facts if isinstance(fact, DAY_FACTS)]
    whole = [fact for fact in facts if isinstance(fact, DaySpan | MomentSpan | Instant)]
    if len(whole) > 1:
        first = [fact for fact in facts if fact not in whole[1:]]
        return Doubt(DoubtReason.SEVERAL_DAYS, {}, candidates_of(settle_known(first, context)))
    repeated = [fact for fact in facts if isinstance(fact, Repetitions | Except | Workdays | Until)]
    if repeated:
        rest = [fact for fact in facts if fact not in repeated]
        return Doubt(DoubtReason.RECURRENCE_DAYS, {}, candidates_of(settle_known(rest, context)))
    for fact in facts:
        if isinstance(fact, MomentSpan):
            return _settle_moments(fact, facts, context)
        if isinstance(fact, DaySpan):
            return _settle_day_span(fact, facts, days, context)
        if isinstance(fact, Instant):
            return _settle_instant(fact, facts, days, context)
    lengths = [fact.amount for fact in facts if isinstance(fact, Length)]
    if any(length.minutes is None for length in lengths):
        return _settle_long(lengths[0].number, lengths[0].unit, facts, days, context)
    slot = settle_slot(facts)
    if not days:
        return _settle_next(slot, context)
    if slot.options == (Slot(),) and slot.reason is None and _only_periods(days):
        bounds = period_bounds(days, context)
        if bounds:
            return _ask_period(bounds[0], context)
    return _combine(settle_days(days, context), slot, context, facts)


def _only_periods(days: Sequence[DayFact]) -> bool:
    return all(isinstance(day, Period | MonthName) for day in days)


def _ask_period(bounds: tuple[date, date], context: ReadingContext) -> Doubt:
    """A whole week or month: all of it, or its first day."""
    first = max(bounds[0], context.today)
    whole = _day_range(first, bounds[1], context)
    return Doubt(DoubtReason.PERIOD, {}, (whole, build_answer(first, Slot(), context)))


def _settle_next(slot: Readings[Slot], context: ReadingContext) -> Answer:
    """A time alone: its next occurrence."""
    if slot.options == (Slot(),):
        return Doubt(DoubtReason.NO_DAY)
    answers = [
        build_answer(next_day_for(option, context), option, context) for option in slot.options
    ]
    if slot.reason is None:
        return answers[0]
    return Doubt(slot.reason, slot.values, tuple(answers))


def _combine(
    days: Readings[date], slot: Readings[Slot], context: ReadingContext, facts: Sequence[Fact]
) -> Answer:
    """A day and a slot: the answer, or the doubt of either with the readings it leaves."""
    answers = [
        build_answer(day, option, context)
        for day in days.options
        for option in slot.options or (Slot(),)
    ]
    reason = days.reason or slot.reason
    values: Mapping[str, str] = {**slot.values, **days.values}
    coming = [answer for answer in answers if not has_passed(answer.first, context)]
    if reason is not None:
        return Doubt(reason, values, tuple(dict.fromkeys(coming))[:2])
    if coming:
        return answers[0]
    later = _later_readings(answers[0], facts, context)
    return Doubt(DoubtReason.PAST, {"text": answers[0].value}, later)


def _later_readings(
    passed: Understood, facts: Sequence[Fact], context: ReadingContext
) -> tuple[Understood, ...]:
    """For an hour of today that has passed: the other half of the day, and the same tomorrow."""
    moments = [passed.first, *([passed.last] if passed.last else [])]
    offered: list[Understood] = []
    if passed.first.at is not None and all(moment.at for moment in moments):
        half = [_shift(moment, timedelta(hours=12)) for moment in moments]
        if half[0].day == passed.first.day and not has_passed(half[0], context):
            offered.append(replace(passed, first=half[0], last=half[1] if half[1:] else None))
    following = [replace(moment, day=moment.day + timedelta(days=1)) for moment in moments]
    if not has_passed(following[0], context):
        last = following[1] if following[1:] else None
        offered.append(replace(passed, first=following[0], last=last))
    return tuple(offered)


def _shift(moment: LocalMoment, by: timedelta) -> LocalMoment:
    assert moment.at is not None
    at = datetime.combine(moment.day, moment.at) + by
    return replace(moment, day=at.date(), at=at.time())


def _settle_instant(
    instant: Instant, facts: list[Fact], days: Sequence[DayFact], context: ReadingContext
) -> Answer:
    """So many minutes or hours from now; a day beside it must be the same."""
    moment = LocalMoment(instant.at.date(), instant.at.time())
    answer = Understood(AnswerKind.DATETIME, moment, zone=context.now.tzinfo)
    if instant.at < context.now.replace(second=0, microsecond=0):
        return Doubt(DoubtReason.PAST, {"text": answer.value})
    rest = [fact for fact in facts if fact is not instant and not isinstance(fact, Connective)]
    lengths = [fact.amount.minutes for fact in rest if isinstance(fact, Length)]
    if len(rest) == 1 and lengths and lengths[0]:
        end = _shift(moment, timedelta(minutes=lengths[0]))
        return replace(answer, kind=AnswerKind.RANGE, last=end)
    if len(rest) > len(days):
        return Doubt(DoubtReason.SEVERAL_TIMES, {}, (answer,))
    if days:
        choice = settle_days(days, context)
        if choice.options != (moment.day,):
            return Doubt(DoubtReason.DATES_DIFFER, {}, (answer,))
    return answer


def _settle_long(
    number: int, unit: TimeUnit, facts: list[Fact], days: Sequence[DayFact], context: ReadingContext
) -> Answer:
    """A length of days counts the first; of weeks or more, how it counts is asked."""
    if not days or unit not in (TimeUnit.DAY, TimeUnit.WEEK):
        return Doubt(DoubtReason.PERIOD)
    choice = settle_days(days, context)
    length = timedelta(days=number - 1 if unit is TimeUnit.DAY else number * 7 - 1)
    ranges = tuple(_day_range(day, day + length, context) for day in choice.options)
    if choice.reason is not None:
        return Doubt(choice.reason, choice.values, ranges)
    several = sum(isinstance(fact, Length) for fact in facts) > 1
    if several or settle_slot(facts).options != (Slot(),):
        return Doubt(DoubtReason.SEVERAL_DAYS, {}, ranges)
    return (
        ranges[0] if unit is TimeUnit.DAY and number > 1 else Doubt(DoubtReason.PERIOD, {}, ranges)
    )


def _settle_day_span(
    span: DaySpan, facts: list[Fact], days: Sequence[DayFact], context: ReadingContext
) -> Answer:
    """From a day to a day. An hour beside them leaves open what happens on which day."""
    if span.unopened is not None:
        # as one day, "the third of December" numbers no Thursday
        named = (
            replace(day, ordinal=False) if isinstance(day, WrittenDate) else day
            for day in (*span.first, *span.last)
        )
        together = settle_days(tuple(named), context)
        if may_be_one_day(span, together):
            return _settle_one_day_or_span(span, together, facts, context)
    first = settle_days(span.first, context)
    last = settle_days(span.last, context)
    pairs = [
        (start, _end_after(start, end, span)) for start in first.options for end in last.options
    ]
    ranges = tuple(_day_range(*pair, context) for pair in pairs[:2])
    reason = first.reason or last.reason
    if reason is None and pairs[0][0] >= pairs[0][1]:
        reason = DoubtReason.RANGE_BACKWARDS
    more = days or any(isinstance(fact, Length) for fact in facts)
    if reason is None and (more or settle_slot(facts).options != (Slot(),)):
        reason = DoubtReason.SEVERAL_DAYS
    if reason is None:
        return ranges[0]
    return Doubt(reason, {**first.values, **last.values}, ranges)


def may_be_one_day(span: DaySpan, together: Readings[date]) -> bool:
    """Whether no "from" opens the span and its ends may name one day.

    "Thursday to 3 December", where the third is a Thursday, may have lost its "which is"; a date
    of each calendar, or "tomorrow" and a date with a dash, are likelier two names of one day than a
    span. A joined "to" may be "for" as well: only two dates of one calendar make it a span.
    """
    first, last = (_dated_by(end) for end in (span.first, span.last))
    apart = not first & last
    if span.unopened is Join.TO:
        return together.reason is None or (apart and bool(first) and bool(last))
    named = all(isinstance(day, Weekday) for day in (*span.first, *span.last))
    return apart and not (named and span.unopened is Join.DASH)


def _dated_by(days: Sequence[DayFact]) -> frozenset[str]:
    """The calendars that may count those days; a number alone goes with either."""
    found: set[str] = set()
    for day in days:
        if isinstance(day, WrittenDate):
            found.add("hijri" if day.hijri else "gregorian")
        elif isinstance(day, DayOfMonth | Bare):
            found.update(("hijri", "gregorian"))
    return frozenset(found)


def _settle_one_day_or_span(
    span: DaySpan, together: Readings[date], facts: Sequence[Fact], context: ReadingContext
) -> Answer:
    """The one day that both ends name, or else the end alone; beside it the whole span.

    A dash only sets two names of one day apart, and so it does a date of each calendar.
    """
    agreed = together.reason is None
    rest = [fact for fact in facts if fact is not span]
    two_dates = all(_dated_by(end) for end in (span.first, span.last))
    set_apart = span.unopened is Join.DASH and (agreed or two_dates)
    one = together if agreed or set_apart else settle_days(span.last, context)
    day = _combine(one, settle_slot(rest), context, rest)
    if set_apart:
        return day
    opened = replace(span, unopened=None)
    days = [fact for fact in rest if isinstance(fact, DAY_FACTS)]
    whole = _settle_day_span(opened, [opened, *rest], days, context)
    offered = [candidates_of(answer)[:1] for answer in (day, whole)]
    ordered = offered if agreed else reversed(offered)
    return Doubt(
        DoubtReason.ALTERNATIVES, {}, tuple(dict.fromkeys(one for some in ordered for one in some))
    )


def _end_after(start: date, end: date, span: DaySpan) -> date:
    """A weekday that ends a span is the first after its start."""
    weekday = len(span.last) == 1 and isinstance(span.last[0], Weekday)
    while weekday and end <= start:
        end += timedelta(weeks=1)
    return end


def _settle_moments(span: MomentSpan, facts: Sequence[Fact], context: ReadingContext) -> Answer:
    first = _combine(
        settle_days(span.first_days, context), settle_slot([span.first_time]), context, ()
    )
    last = _combine(
        settle_days(span.last_days, context), settle_slot([span.last_time]), context, ()
    )
    for end in (first, last):
        if isinstance(end, Doubt):
            return replace(end, candidates=())
    assert isinstance(first, Understood)
    assert isinstance(last, Understood)
    both = Understood(AnswerKind.RANGE, first.first, last.first, zone=context.now.tzinfo)
    if _starts_late(first, last):
        return Doubt(DoubtReason.RANGE_BACKWARDS, {}, (both,))
    if any(not isinstance(fact, Connective | MomentSpan) for fact in facts):
        return Doubt(DoubtReason.SEVERAL_TIMES, {}, (both,))
    return both


def _starts_late(first: Understood, last: Understood) -> bool:
    if first.date != last.date or first.start is None or last.start is None:
        return first.date >= last.date
    return first.start >= last.start


def _day_range(first: date, last: date, context: ReadingContext) -> Understood:
    return Understood(
        AnswerKind.RANGE, LocalMoment(first), LocalMoment(last), zone=context.now.tzinfo
    )
