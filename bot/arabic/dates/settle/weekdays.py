"""Several words about one day, brought together: weekday, date, week, month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from bot.arabic.calendar.hijri import to_hijri
from bot.arabic.dates.lexicon.senses import TimeUnit
from bot.arabic.dates.model import DoubtReason
from bot.arabic.dates.read.facts import (
    DayFact,
    DayOfMonth,
    Fixed,
    MonthName,
    NightBefore,
    Nth,
    OrdinalDay,
    Period,
    ReadingContext,
    Weekday,
    Weekend,
    WeekStart,
    WrittenDate,
)
from bot.arabic.dates.settle.dates import (
    month_bounds,
    nth_weekday,
    settle_calendar,
    settle_day_of_month,
    shift_month,
)
from bot.arabic.dates.settle.readings import Readings, doubted, settled

F = TypeVar("F")
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class DayWords:
    """The day facts of one text, by kind."""

    weekdays: tuple[Weekday, ...]
    calendars: tuple[WrittenDate, ...]
    numbers: tuple[DayOfMonth, ...]
    ordinals: tuple[OrdinalDay, ...]
    nths: tuple[Nth, ...]
    months: tuple[MonthName, ...]
    periods: tuple[Period, ...]
    fixed: tuple[Fixed, ...]
    week_starts: tuple[WeekStart, ...]
    weekends: tuple[Weekend, ...]
    nights: tuple[NightBefore, ...]

    @property
    def month_offset(self) -> int | None:
        offsets = [period.offset for period in self.periods if period.unit is TimeUnit.MONTH]
        return offsets[0] if offsets else None

    @property
    def week_offset(self) -> int | None:
        offsets = [period.offset for period in self.periods if period.unit is TimeUnit.WEEK]
        return offsets[0] if offsets else None


def sort_days(facts: Sequence[DayFact]) -> DayWords:
    """The facts by kind, equal ones once."""
    unique = tuple(dict.fromkeys(facts))

    def only(kind: type[F]) -> tuple[F, ...]:
        return tuple(fact for fact in unique if isinstance(fact, kind))

    return DayWords(
        weekdays=only(Weekday),
        calendars=only(WrittenDate),
        numbers=only(DayOfMonth),
        ordinals=only(OrdinalDay),
        nths=only(Nth),
        months=only(MonthName),
        periods=only(Period),
        fixed=only(Fixed),
        week_starts=only(WeekStart),
        weekends=only(Weekend),
        nights=only(NightBefore),
    )


def settle_days(facts: Sequence[DayFact], context: ReadingContext) -> Readings[date]:
    """The one day that all the facts agree on.

    What they leave open or contradict is a doubt: a weekday that does not match its date, two
    dates, a whole week, a past day.
    """
    words = _name_nths(sort_days(facts))
    if words.nights:
        return _settle_night(words, facts, context)
    if words.weekends:
        return _settle_weekend(words, context)
    if any(weekday.past for weekday in words.weekdays) or any(p.offset < 0 for p in words.periods):
        return doubted(DoubtReason.PAST, *_coming(words, context), text="")
    if words.nths:
        return _settle_nth(words, context)
    dates = _named_dates(words, context)
    for choice in dates:
        if choice.reason is not None:
            return choice
    days = tuple(choice.options[0] for choice in dates)
    if days:
        return _agree(days, words, context)
    if words.week_starts:
        return _settle_week_start(words, context)
    if words.weekdays:
        return _settle_weekday(words, context)
    if words.ordinals:
        found = settle_day_of_month(DayOfMonth(words.ordinals[0].number), None, context)
        return doubted(DoubtReason.NO_DAY, *found.options)
    return doubted(DoubtReason.PERIOD, *(bounds[0] for bounds in period_bounds(facts, context)))


def next_weekday(day: int, after: date) -> date:
    """The first such weekday strictly after a day."""
    return after + timedelta(days=(day - after.weekday() - 1) % 7 + 1)


def week_of(offset: int, context: ReadingContext) -> date:
    """The first day of the week so many weeks after this one, as the country counts weeks."""
    back = (context.today.weekday() - context.week_start) % 7
    return context.today - timedelta(days=back) + offset * _WEEK


def period_bounds(
    facts: Sequence[DayFact], context: ReadingContext
) -> tuple[tuple[date, date], ...]:
    """The first and last day of a week, month or year that stands alone; none otherwise."""
    words = sort_days(facts)
    if words.months:
        named = words.months[0]
        first = settle_calendar(WrittenDate(-1, named.month, named.year, named.hijri), context)
        if not first.options:
            return ()
        day = first.options[0]
        if named.hijri:
            shift = timedelta(days=context.hijri_shift)
            year, month, _ = to_hijri(day, context.hijri_shift)
            start, end = month_bounds(year, month, hijri=True)
            return ((start - shift, end - shift),)
        return (month_bounds(day.year, day.month, hijri=False),)
    for period in words.periods:
        if period.unit is TimeUnit.WEEK:
            start = week_of(period.offset, context)
            return ((start, start + timedelta(days=6)),)
        if period.unit is TimeUnit.MONTH:
            return (month_bounds(*shift_month(context.today, period.offset), hijri=False),)
        year = context.today.year + period.offset
        return ((date(year, 1, 1), date(year, 12, 31)),)
    return ()


def _name_nths(words: DayWords) -> DayWords:
    """ "Thursday the first of the month" is the first Thursday."""
    in_month = words.months or words.month_offset is not None
    if len(words.weekdays) == 1 and len(words.ordinals) == 1 and in_month:
        nth = Nth(words.ordinals[0].number, words.weekdays[0].day)
        return replace(words, weekdays=(), ordinals=(), nths=(*words.nths, nth))
    if not words.weekdays and len(words.ordinals) == 1 and words.month_offset is not None:
        number = DayOfMonth(words.ordinals[0].number)
        return replace(words, ordinals=(), numbers=(*words.numbers, number))
    return words


def _named_dates(words: DayWords, context: ReadingContext) -> list[Readings[date]]:
    choices: list[Readings[date]] = []
    for calendar in words.calendars:
        for period in words.periods:
            if period.unit is TimeUnit.YEAR and calendar.year is None and not calendar.hijri:
                calendar = replace(calendar, year=context.today.year + period.offset)
        choices.append(settle_calendar(calendar, context))
    choices.extend(
        settle_day_of_month(number, words.month_offset, context) for number in words.numbers
    )
    choices.extend(settled(fixed.day) for fixed in words.fixed)
    return choices


def _agree(days: tuple[date, ...], words: DayWords, context: ReadingContext) -> Readings[date]:
    """One day from several dates, a weekday and a period, or the doubt between them."""
    day = days[0]
    for other in days[1:]:
        if other != day and not _sighted_a_day_apart(words, day, other, context):
            names = {weekday.day for weekday in words.weekdays}
            likelier = sorted((day, other), key=lambda said: said.weekday() not in names)
            return doubted(DoubtReason.DATES_DIFFER, *likelier)
    if words.calendars and words.calendars[0].hijri and len(days) > 1:
        day = days[1]  # the Gregorian date beside a Hijri one
    if words.ordinals:
        return doubted(DoubtReason.VAGUE, day, text=str(words.ordinals[0].number))
    if words.week_starts:
        return doubted(DoubtReason.DATES_DIFFER, day)
    for weekday in words.weekdays:
        if weekday.day != day.weekday():
            return _settle_mismatch(day, weekday, words, context)
        said = next_weekday(weekday.day, context.today) + weekday.skip * _WEEK
        if (weekday.this and day > said) or (weekday.skip and day != said):
            return doubted(DoubtReason.DATES_DIFFER, day, said)
    if words.weekdays and words.calendars and words.calendars[0].ordinal:
        nth = _nth_beside(words, day, day.weekday())
        if nth is not None and nth != day and words.calendars[0].day <= 5:
            return doubted(DoubtReason.ALTERNATIVES, day, nth)
    if not _within_periods(day, words, context):
        return doubted(DoubtReason.DATES_DIFFER, day)
    return settled(day)


def _nth_beside(words: DayWords, day: date, weekday: int) -> date | None:
    """The nth such weekday in the month of a date whose day was said as an ordinal."""
    bounds = month_bounds(day.year, day.month, hijri=False)
    return nth_weekday(Nth(words.calendars[0].day, weekday), *bounds)


def _sighted_a_day_apart(words: DayWords, day: date, other: date, context: ReadingContext) -> bool:
    """Morocco sights the moon: its Hijri date may differ by a day from what Umm al-Qura gives for
    the Gregorian one."""
    calendars = {calendar.hijri for calendar in words.calendars}
    return context.country == "MA" and len(calendars) == 2 and abs((day - other).days) == 1


def _settle_mismatch(
    day: date, weekday: Weekday, words: DayWords, context: ReadingContext
) -> Readings[date]:
    near = next_weekday(weekday.day, day - timedelta(days=4))
    if near <= context.today:
        near += _WEEK
    if words.numbers and not words.calendars:
        for months in range(1, 13):
            year, month = shift_month(day, months)
            number = words.numbers[0].day
            if 1 <= number <= 28 and date(year, month, number).weekday() == weekday.day:
                near = date(year, month, number)
                break
    nth = None
    if words.calendars and words.calendars[0].ordinal and words.calendars[0].day <= 5:
        nth = _nth_beside(words, day, weekday.day)
    options = (day, near) if nth is None else (nth, day)
    return doubted(
        DoubtReason.WEEKDAY_MISMATCH, *options, date=day.isoformat(), weekday=str(weekday.day)
    )


def _within_periods(day: date, words: DayWords, context: ReadingContext) -> bool:
    if words.week_offset is not None:
        start = week_of(words.week_offset, context)
        if not start <= day < start + _WEEK:
            return False
    offset = words.month_offset
    if offset is not None and (day.year, day.month) != shift_month(context.today, offset):
        return False
    years = (period.offset for period in words.periods if period.unit is TimeUnit.YEAR)
    if any(day.year != context.today.year + offset for offset in years):
        return False
    return all(_in_month(day, month, context) for month in words.months)


def _in_month(day: date, named: MonthName, context: ReadingContext) -> bool:
    year, month = day.year, day.month
    if named.hijri:
        year, month, _ = to_hijri(day, context.hijri_shift)
    return month == named.month and named.year in (None, year)


def _settle_weekday(words: DayWords, context: ReadingContext) -> Readings[date]:
    names = {weekday.day for weekday in words.weekdays}
    firsts = tuple(
        next_weekday(weekday.day, context.today) + weekday.skip * _WEEK
        for weekday in words.weekdays
    )
    if len(names) > 1 or len(set(firsts)) > 1:
        return doubted(DoubtReason.SEVERAL_DAYS, *sorted(firsts))
    weekday = words.weekdays[0]
    if words.ordinals:
        return doubted(DoubtReason.VAGUE, firsts[0], text=str(words.ordinals[0].number))
    if words.months or words.month_offset is not None:
        found = _settle_nth(replace(words, nths=(Nth(1, weekday.day),)), context)
        return doubted(DoubtReason.PERIOD, *found.options)
    if words.week_offset is not None:
        start = week_of(words.week_offset, context)
        day = start + timedelta(days=(weekday.day - start.weekday()) % 7)
        if day < context.today:
            return doubted(DoubtReason.PAST, day + _WEEK, text="")
        return doubted(DoubtReason.DATES_DIFFER, day, firsts[0]) if weekday.skip else settled(day)
    if words.periods:
        return doubted(DoubtReason.PERIOD, firsts[0])
    if weekday.this and weekday.day == context.today.weekday():
        return doubted(DoubtReason.TODAY_OR_NEXT, context.today, firsts[0])
    return settled(firsts[0])


def _settle_nth(words: DayWords, context: ReadingContext) -> Readings[date]:
    others = {weekday.day for weekday in words.weekdays} - {nth.weekday for nth in words.nths}
    bounds = _months_of_nth(words, context)
    found = [nth_weekday(words.nths[0], *month) for month in bounds]
    coming = [day for day in found if day is not None and day >= context.today]
    more = (*words.calendars, *words.fixed, *words.numbers, *words.ordinals, *words.nths[1:])
    if others or more or words.week_offset is not None:
        return doubted(DoubtReason.SEVERAL_DAYS, *coming)
    if not words.months and words.month_offset is None:
        return doubted(DoubtReason.PERIOD, *coming)
    if found and found[0] is None:
        return doubted(DoubtReason.NO_SUCH_DATE, *coming, text=str(words.nths[0].number))
    open_year = bool(words.months) and words.months[0].year is None
    if coming and (open_year or coming[0] == found[0]):
        return settled(coming[0])
    return doubted(DoubtReason.PAST, *coming, text="")


def _months_of_nth(words: DayWords, context: ReadingContext) -> list[tuple[date, date]]:
    """The month that is meant and the one to offer when its day has passed."""
    if words.months:
        named = words.months[0]
        bounds = period_bounds(words.months, context)
        if named.year is not None or named.hijri or not bounds:
            return list(bounds)
        first = bounds[0][0]
        return [*bounds, month_bounds(first.year + 1, first.month, hijri=False)]
    offset = words.month_offset or 0
    return [
        month_bounds(*shift_month(context.today, months), hijri=False)
        for months in (offset, offset + 1)
    ]


def _settle_week_start(words: DayWords, context: ReadingContext) -> Readings[date]:
    if words.week_offset is None or words.months or words.ordinals:
        return doubted(DoubtReason.PERIOD)
    start = week_of(words.week_offset, context)
    for weekday in words.weekdays:
        if weekday.day != start.weekday():
            return doubted(
                DoubtReason.WEEKDAY_MISMATCH,
                start,
                date=start.isoformat(),
                weekday=str(weekday.day),
            )
    if start <= context.today:
        return doubted(
            DoubtReason.PERIOD, *([start] if start == context.today else []), start + _WEEK
        )
    return settled(start)


def _settle_weekend(words: DayWords, context: ReadingContext) -> Readings[date]:
    first = 5 if context.country == "MA" else 4
    day = next_weekday(first, context.today)
    if words.week_offset:
        day = next_weekday(first, week_of(words.week_offset, context) - timedelta(days=1))
    return doubted(DoubtReason.PERIOD, day, day + timedelta(days=1))


def _settle_night(
    words: DayWords, facts: Sequence[DayFact], context: ReadingContext
) -> Readings[date]:
    """The night of a day is, in one usage, the evening before it."""
    others = [fact for fact in facts if not isinstance(fact, NightBefore)]
    if not others:
        return doubted(DoubtReason.NO_DAY, context.today)
    found = settle_days(others, context)
    if not found.options:
        return found
    day = found.options[0]
    return doubted(DoubtReason.NIGHT_BEFORE, day - timedelta(days=1), day)


def _coming(words: DayWords, context: ReadingContext) -> tuple[date, ...]:
    return tuple(next_weekday(weekday.day, context.today) for weekday in words.weekdays)
