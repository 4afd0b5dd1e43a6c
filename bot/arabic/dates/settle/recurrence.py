"""Recurrences: the rule (RFC 5545) and the first occurrence after now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from bot.arabic.dates.lexicon.senses import TimeUnit
from bot.arabic.dates.model import AnswerKind, Doubt, DoubtReason, Understood
from bot.arabic.dates.read.anchors import add_length
from bot.arabic.dates.read.facts import (
    Amount,
    Anchor,
    ClockTime,
    Connective,
    DayFact,
    DayOfMonth,
    DaySpan,
    Every,
    Except,
    Fact,
    Fixed,
    Frequency,
    Instant,
    Join,
    Length,
    MomentSpan,
    MonthName,
    NightBefore,
    Nth,
    OrdinalDay,
    Period,
    ReadingContext,
    Repetitions,
    TimeSpan,
    Until,
    Weekday,
    Weekend,
    WeekStart,
    Workdays,
    WrittenDate,
)
from bot.arabic.dates.settle.readings import Slot
from bot.arabic.dates.settle.rule import RecurrenceRule
from bot.arabic.dates.settle.slots import build_answer, has_passed, settle_slot
from bot.arabic.dates.settle.weekdays import settle_days

_MONTH_DAYS = (Nth, OrdinalDay, DayOfMonth, WrittenDate, Fixed, MonthName)
_OPENINGS = (Connective(Join.STARTING), Connective(Join.FROM))
_STARTS = (Weekday, DayOfMonth, WrittenDate, Fixed, Period, MonthName)


class _Doubt(Exception):
    """The words of a recurrence leave it open; carries the rules to offer."""

    def __init__(self, reason: DoubtReason, *rules: RecurrenceRule) -> None:
        super().__init__(reason)
        self.reason = reason
        self.rules = rules


def understand_recurrence(facts: Sequence[Fact], context: ReadingContext) -> Understood | Doubt:
    """The recurrence that the facts state, or the question they leave.

    An answer starts at its first occurrence after now. "Twice a week" without days, a unit below a
    day and Hijri months are questions.
    """
    slot = settle_slot(facts)
    reason = slot.reason
    try:
        rules: tuple[RecurrenceRule, ...] = (_build_rule(facts, context),)
    except _Doubt as doubt:
        reason, rules = doubt.reason, doubt.rules
    answers: list[Understood] = []
    for rule in rules:
        for option in slot.options or (Slot(),):
            answer = _first_occurrence(rule, option, context)
            if answer is not None:
                answers.append(answer)
    if reason is None and not answers:
        reason = DoubtReason.RANGE_BACKWARDS
    if reason is None:
        return answers[0]
    return Doubt(reason, slot.values, tuple(dict.fromkeys(answers))[:2])


def _first_occurrence(
    rule: RecurrenceRule, slot: Slot, context: ReadingContext
) -> Understood | None:
    """None when the rule ends before it begins."""
    for day in rule.days_from(max(rule.start or context.today, context.today)):
        if rule.until is not None and day > rule.until:
            return None
        answer = build_answer(day, slot, context)
        whole_day_today = slot.first is None and day == context.today and rule.start is None
        if not whole_day_today and not has_passed(answer.first, context):
            text = rule.written(timed=slot.first is not None)
            return replace(answer, kind=AnswerKind.RRULE, rrule=text)
    return None


def _build_rule(facts: Sequence[Fact], context: ReadingContext) -> RecurrenceRule:
    started, rest = _split_start(facts)
    rule = _base_rule(rest)
    rule = _name_days(rule, rest, context)
    if started:
        rule = replace(rule, start=_one_day(started, rule, context, starting=True))
        if rule.unit is TimeUnit.WEEK and not rule.weekdays:
            assert rule.start is not None
            rule = replace(rule, weekdays=(rule.start.weekday(),))
    rule = _bound(rule, rest, context)
    _refuse_open_days(rule, rest, context)
    unsure = any(isinstance(f, DaySpan) and f.unopened is Join.PREFIX for f in facts)
    if unsure or _is_scattered(facts):
        raise _Doubt(DoubtReason.ALTERNATIVES, rule)
    return rule


def _split_start(facts: Sequence[Fact]) -> tuple[tuple[DayFact, ...], list[Fact]]:
    """The days after "starting", or after "from" when they are dates; and everything else."""
    rest: list[Fact] = []
    start: list[DayFact] = []
    opened: Join | None = None
    for fact in facts:
        if isinstance(fact, Connective):
            opened = fact.join if fact.join in (Join.STARTING, Join.FROM) else None
            continue
        dated = isinstance(fact, WrittenDate | Fixed)
        starting = opened is Join.STARTING or (
            opened is Join.FROM
            and (dated or (isinstance(fact, Weekday) and (start or _names_weekday(rest))))
        )
        if starting and isinstance(fact, _STARTS):
            start.append(fact)
        elif isinstance(fact, DaySpan) and not _is_weekday_span(fact):
            start.extend(fact.first)
            rest.append(Until(fact.last))
        else:
            opened = None
            rest.append(fact)
    return tuple(start), rest


def _names_weekday(facts: Sequence[Fact]) -> bool:
    return any(isinstance(fact, Weekday) for fact in facts)


def _is_weekday_span(span: DaySpan) -> bool:
    return len(span.first) == len(span.last) == 1 and all(
        isinstance(end, Weekday) for end in (*span.first, *span.last)
    )


def _is_scattered(facts: Sequence[Fact]) -> bool:
    """Whether the weekdays are not one list, or "every" is said of two things.

    "Every Sunday at four, and Tuesday" may give Tuesday that hour or none.
    """
    days = [at for at, fact in enumerate(facts) if isinstance(fact, Weekday)]
    days = [at for at in days if facts[max(0, at - 1)] not in _OPENINGS]
    for first, second in pairwise(days):
        between = facts[first + 1 : second]
        again = (
            any(isinstance(fact, Every) for fact in between) and Connective(Join.AND) not in between
        )
        if facts[first] != facts[second] and (again or _is_timed(between)):
            return True
    said = [at for at, fact in enumerate(facts) if isinstance(fact, Every)]
    return any(
        _is_timed(facts[first:second])
        and (_is_timed(facts[second:]) or facts[first] != facts[second])
        for first, second in pairwise(said)
    )


def _is_timed(facts: Sequence[Fact]) -> bool:
    return any(isinstance(fact, ClockTime | Anchor | TimeSpan) for fact in facts)


def _base_rule(facts: Sequence[Fact]) -> RecurrenceRule:
    every = [fact for fact in facts if isinstance(fact, Every)]
    every.extend(Every(fact.unit) for fact in facts if isinstance(fact, Frequency))
    if any(one.unit < TimeUnit.DAY for one in every):
        raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED)
    if any(isinstance(fact, Instant | MomentSpan) for fact in facts):
        raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED)
    if len(set(every)) > 1 or not 1 <= every[0].interval <= 99:
        raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED)
    return RecurrenceRule(every[0].unit, every[0].interval)


def _name_days(
    rule: RecurrenceRule, facts: Sequence[Fact], context: ReadingContext
) -> RecurrenceRule:
    this_month = Period(TimeUnit.MONTH, 0)
    facts = [fact for fact in facts if rule.unit is not TimeUnit.MONTH or fact != this_month]
    if any(isinstance(fact, Period | WeekStart | Weekend | NightBefore) for fact in facts):
        raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED)
    nths = [fact for fact in facts if isinstance(fact, Nth)]
    weekdays = _weekdays(facts, context)
    ordinals = [fact.number for fact in facts if isinstance(fact, OrdinalDay)]
    numbers = [fact.day for fact in facts if isinstance(fact, DayOfMonth)]
    dates = [fact for fact in facts if isinstance(fact, WrittenDate)]
    if len(nths) + len(ordinals) + len(numbers) + len(dates) > 1:
        raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED)
    if rule.unit is TimeUnit.YEAR and (weekdays or any(isinstance(f, Fixed) for f in facts)):
        raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED)
    if rule.unit is TimeUnit.MONTH:
        if any(isinstance(fact, MonthName | Fixed) for fact in facts):
            raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED)
        return _name_month_day(rule, weekdays, nths, ordinals, numbers)
    if rule.unit is TimeUnit.YEAR and dates and not dates[0].hijri and dates[0].year is None:
        return replace(rule, month=dates[0].month, day_of_month=dates[0].day)
    if any(isinstance(fact, _MONTH_DAYS) for fact in facts):
        raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED)
    if rule.unit is TimeUnit.DAY and weekdays:
        if rule.interval > 1:
            raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED)
        weekly = replace(rule, unit=TimeUnit.WEEK, weekdays=weekdays)
        if any(isinstance(fact, Weekday) for fact in facts):
            raise _Doubt(DoubtReason.RECURRENCE_DAYS, weekly, rule)  # every day, and yet a Monday
        return weekly
    named = any(isinstance(fact, Weekday | DaySpan | Workdays) for fact in facts)
    if weekdays and not named:
        raise _Doubt(DoubtReason.RECURRENCE_DAYS, replace(rule, weekdays=weekdays))
    return replace(rule, weekdays=weekdays)


def _name_month_day(
    rule: RecurrenceRule,
    weekdays: tuple[int, ...],
    nths: list[Nth],
    ordinals: list[int],
    numbers: list[int],
) -> RecurrenceRule:
    if nths and not weekdays:
        return replace(rule, nth=nths[0])
    if len(weekdays) == 1 and ordinals and (1 <= ordinals[0] <= 5 or ordinals[0] == -1):
        return replace(rule, nth=Nth(ordinals[0], weekdays[0]))
    days = [replace(rule, day_of_month=number) for number in ordinals or numbers]
    if days and not weekdays:
        return days[0]
    if len(weekdays) == 1:
        raise _Doubt(DoubtReason.RECURRENCE_DAYS, *days, replace(rule, nth=Nth(1, weekdays[0])))
    return rule


def _weekdays(facts: Sequence[Fact], context: ReadingContext) -> tuple[int, ...]:
    """The weekdays named, in the order said, without those excepted."""
    days: list[int] = []
    for fact in facts:
        if isinstance(fact, Weekday):
            if fact.past or fact.skip:
                raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED)
            days.append(fact.day)
        elif isinstance(fact, DaySpan) and _is_weekday_span(fact):
            days.extend(_between(fact))
        elif isinstance(fact, Workdays):
            days.extend((context.week_start + offset) % 7 for offset in range(5))
    excepted = [day for fact in facts if isinstance(fact, Except) for day in fact.weekdays]
    groups = sum(isinstance(fact, DaySpan | Workdays) for fact in facts)
    listed = any(isinstance(fact, Weekday) for fact in facts)
    stray = bool(days) and (not set(excepted) <= set(days) or set(days) == set(excepted))
    if groups + listed > 1 or stray:
        raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED)
    if excepted and not days:
        days = [(context.week_start + offset) % 7 for offset in range(7)]
    return tuple(day for day in dict.fromkeys(days) if day not in excepted)


def _between(span: DaySpan) -> list[int]:
    first, last = span.first[0], span.last[0]
    assert isinstance(first, Weekday)
    assert isinstance(last, Weekday)
    length = (last.day - first.day) % 7 + 1
    return [(first.day + offset) % 7 for offset in range(length)]


def _bound(rule: RecurrenceRule, facts: Sequence[Fact], context: ReadingContext) -> RecurrenceRule:
    """The rule with its end: a number of times, a length, or a last day."""
    ends = [fact for fact in facts if isinstance(fact, Repetitions | Until)]
    if len(ends) > 1:
        raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED, rule)
    for fact in facts:
        if isinstance(fact, Repetitions):
            rule = replace(rule, count=fact.times)
        elif isinstance(fact, Until):
            rule = replace(rule, until=_one_day(fact.days, rule, context))
        elif isinstance(fact, Length) and fact.amount.minutes is None:
            rule = _bound_by_length(rule, fact.amount, context)
    if rule.count is not None and (rule.until is not None or rule.count < 1):
        raise _Doubt(DoubtReason.RECURRENCE_UNSUPPORTED, replace(rule, count=None))
    return rule


def _bound_by_length(
    rule: RecurrenceRule, length: Amount, context: ReadingContext
) -> RecurrenceRule:
    """A length in the unit of the rule is a count; weeks of days and of months are not mixed."""
    times: int | None = None
    if length.unit is rule.unit:
        times = length.number // rule.interval * max(1, len(rule.weekdays))
    elif rule.unit is TimeUnit.DAY and length.unit is TimeUnit.WEEK:
        times = length.number * 7 // rule.interval
    if times:
        return replace(rule, count=times)
    last = add_length(rule.start or context.today, length) - timedelta(days=1)
    raise _Doubt(DoubtReason.PERIOD, replace(rule, until=last))


def _one_day(
    days: Sequence[DayFact],
    rule: RecurrenceRule,
    context: ReadingContext,
    *,
    starting: bool = False,
) -> date:
    """The day that starts or ends the rule; whatever doubt there is about it is the rule's."""
    choice = settle_days(days, context)
    if starting and choice.reason is DoubtReason.PERIOD and choice.options:
        return choice.options[0]  # from next week, from Ramadan: from its first day
    if choice.reason is not None:
        offered: Callable[[date], RecurrenceRule] = lambda day: replace(rule, until=day)  # noqa: E731
        raise _Doubt(choice.reason, *(offered(day) for day in choice.options[:1]))
    return choice.options[0]


def _refuse_open_days(rule: RecurrenceRule, facts: Sequence[Fact], context: ReadingContext) -> None:
    """Weekly needs its weekdays, monthly its day, yearly its date."""
    frequency = [fact.times for fact in facts if isinstance(fact, Frequency)]
    named = len(rule.weekdays) or int(rule.nth is not None or rule.day_of_month is not None)
    if (
        frequency
        and frequency[0] != named
        and not (rule.unit is TimeUnit.DAY and frequency[0] == 1)
    ):
        raise _Doubt(DoubtReason.RECURRENCE_DAYS, *([rule] if named else []))
    if named or rule.unit is TimeUnit.DAY:
        return
    today = context.today
    if rule.unit is TimeUnit.WEEK:
        raise _Doubt(DoubtReason.RECURRENCE_DAYS, replace(rule, weekdays=(today.weekday(),)))
    if rule.unit is TimeUnit.MONTH:
        raise _Doubt(DoubtReason.RECURRENCE_DAYS, replace(rule, day_of_month=min(today.day, 28)))
    raise _Doubt(
        DoubtReason.RECURRENCE_DAYS, replace(rule, month=today.month, day_of_month=today.day)
    )
