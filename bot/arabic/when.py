"""Dates and times as people type them, understood or asked about.

`understand` reads standard Arabic, Gulf and Moroccan wording, Hijri and Gregorian dates, and the
English and French of autocorrecting phones. It never guesses silently: words that it did not read,
an hour that may be morning or evening, a weekday that does not match its date, a day that does not
exist or has passed, each becomes a `Question` with the likeliest readings.

Conventions: "next" and a weekday alone are the first such day after today; a bare hour 1 to 6 is
afternoon, 7 to 11 morning, 12 noon; the day comes before the month; a date without a year is its
next occurrence; years 1343 to 1500 are Umm al-Qura; the end of a span lends its part of the day to
the start; a recurrence starts at its first occurrence after now; a time alone is its next
occurrence; a week starts on Sunday in Saudi Arabia and on Monday in Morocco.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.arabic.when_choice import Choice, Slot
from bot.arabic.when_facts import (
    DAY_FACTS,
    Calendar,
    Clock,
    Count,
    DayFact,
    DayOfMonth,
    DaySpan,
    Every,
    Except,
    Fact,
    Frequency,
    Hint,
    Instant,
    Join,
    Length,
    Link,
    MomentSpan,
    MonthName,
    Period,
    Setting,
    TimeSpan,
    Unread,
    Until,
    Weekday,
    Workdays,
)
from bot.arabic.when_model import (
    Anchored,
    Kind,
    Moment,
    Prayer,
    Question,
    Reason,
    Understood,
)
from bot.arabic.when_recurrence import understand_recurrence
from bot.arabic.when_scan import scan
from bot.arabic.when_senses import Unit
from bot.arabic.when_slots import build_answer, has_passed, next_day_for, settle_slot
from bot.arabic.when_spans import join_moments, join_spans, place_numbers, place_pairs
from bot.arabic.when_tokens import Shape, Token, tokenize
from bot.arabic.when_typos import nearest_word
from bot.arabic.when_weekdays import period_bounds, settle_days

__all__ = ["Anchored", "Kind", "Moment", "Prayer", "Question", "Reason", "Understood", "understand"]

_LONGEST_TEXT = 300
Answer = Understood | Question


def understand(text: str, now: datetime, locale: str, hijri_shift: int = 0) -> Answer:
    """What `text` says, read at `now` by someone of `locale` (`ar_SA`, `ar-MA`, `MA` …).

    Never raises, whatever the text. Times are local to `now`, with its tzinfo or naive as it is.
    A locale without a country that we know reads as Saudi Arabia. Hijri dates are those of Umm
    al-Qura, `hijri_shift` days later (negative: the month began later than there).
    """
    setting = Setting(now, country_of(locale), hijri_shift)
    if len(text) > _LONGEST_TEXT:
        return Question(Reason.UNREAD, {"words": text[:40] + "…"})
    try:
        tokens = tokenize(text)
        answer = _understand_facts(scan(tokens, setting), setting)
        if isinstance(answer, Question) and answer.reason is Reason.UNREAD:
            return _quote_words(_guess_typos(answer, tokens, setting), text)
        return answer
    except (OverflowError, ValueError):
        # a sum or a year beyond what calendars hold
        return Question(Reason.NO_SUCH_DATE, {"text": text[:40]})


def country_of(locale: str) -> str:
    """The country of a locale: `MA` for Moroccan ones, else `SA`."""
    return "MA" if locale.replace("-", "_").upper().split("_")[-1] == "MA" else "SA"


def _quote_words(question: Question, text: str) -> Question:
    """The same question, its unread words as they were typed."""
    unread = set(question.values["words"].split())
    typed = [word for word in text.split() if unread & {token.text for token in tokenize(word)}]
    return replace(question, values={"words": " ".join(typed)[:80]}) if typed else question


def _guess_typos(question: Question, tokens: Sequence[Token], setting: Setting) -> Question:
    """The same question, offering first what the text says with its typing errors mended."""
    mended = [
        nearest_word(token.text) or token.text
        if token.shape is Shape.WORD and not token.senses
        else token.text
        for token in tokens
    ]
    if mended == [token.text for token in tokens]:
        return question
    answer = _understand_facts(scan(tokenize(" ".join(mended)), setting), setting)
    offered = (*_candidates(answer), *question.candidates)
    return replace(question, candidates=tuple(dict.fromkeys(offered))[:2])


def _understand_facts(facts: list[Fact], setting: Setting) -> Answer:
    """An answer for facts that leave no doubt of their own, a question for those that do."""
    if any(isinstance(fact, Link) and fact.join is Join.OR for fact in facts):
        return _ask_alternatives(facts, setting)
    known = [fact for fact in facts if not isinstance(fact, Unread | Hint)]
    if not any(not isinstance(fact, Link) for fact in known):
        return _ask_unread(facts, ()) or Question(Reason.NOTHING)
    recurring = any(isinstance(fact, Every | Frequency) for fact in known)
    joined = join_spans(join_moments(place_pairs(known, setting)), recurring=recurring)
    placed = place_numbers(joined, setting)
    answer = _settle(placed, setting, recurring=recurring)
    candidates = _candidates(answer)
    unread = _ask_unread([*facts, *placed], candidates)
    if unread is not None:
        return unread
    hints = [fact for fact in (*facts, *placed) if isinstance(fact, Hint)]
    if not hints:
        return answer
    other = _settle(_other_placing(placed), setting, recurring=recurring)
    both = tuple(dict.fromkeys((*candidates[:1], *_candidates(other)[:1], *candidates)))
    return Question(hints[0].reason, {"text": hints[0].text}, both[:2])


def _ask_unread(facts: Sequence[Fact], candidates: tuple[Understood, ...]) -> Question | None:
    words = [fact.text for fact in facts if isinstance(fact, Unread)]
    if not words:
        return None
    return Question(Reason.UNREAD, {"words": " ".join(words)}, candidates)


def _ask_alternatives(facts: list[Fact], setting: Setting) -> Question:
    """ "This or that": each side read alone, the first lending its day or time to the second."""
    at = facts.index(Link(Join.OR))
    first, second = facts[:at], facts[at + 1 :]
    offered: list[Understood] = []
    for side, lender in ((first, second), (second, first)):
        answer = _understand_facts(side, setting) if side else Question(Reason.NOTHING)
        if isinstance(answer, Question) and answer.reason in (Reason.NO_DAY, Reason.NOTHING):
            answer = _understand_facts([*lender[:1], *side], setting)
        offered.extend(_candidates(answer)[:1])
    unread = _ask_unread(facts, tuple(offered[:2]))
    return unread or Question(Reason.ALTERNATIVES, {}, tuple(dict.fromkeys(offered))[:2])


def _other_placing(facts: list[Fact]) -> list[Fact]:
    """The facts with a doubtful number read the other way: a day for an hour, hours for a date."""
    other: list[Fact] = []
    for fact, following in zip(facts, [*facts[1:], None], strict=True):
        doubtful = isinstance(following, Hint) and following.reason in (
            Reason.DAY_OR_HOUR,
            Reason.DATE_OR_HOURS,
        )
        if doubtful and isinstance(fact, Clock) and fact.hour:
            other.append(DayOfMonth(fact.hour))
        elif isinstance(following, Hint) and isinstance(fact, Calendar) and "." in following.text:
            other.append(Clock(fact.day, fact.month))
        elif doubtful and isinstance(fact, Calendar):
            other.append(TimeSpan(Clock(fact.day), Clock(fact.month)))
        elif doubtful and isinstance(fact, TimeSpan):
            assert isinstance(fact.first, Clock)
            assert isinstance(fact.last, Clock)
            other.append(Calendar(fact.first.hour, fact.last.hour))
        else:
            other.append(fact)
    return other


def _candidates(answer: Answer) -> tuple[Understood, ...]:
    return (answer,) if isinstance(answer, Understood) else answer.candidates


def _settle(facts: list[Fact], setting: Setting, *, recurring: bool) -> Answer:
    facts = [fact for fact in facts if not isinstance(fact, Hint | Unread)]
    if recurring:
        return understand_recurrence(facts, setting)
    return _settle_known(facts, setting)


def _settle_known(facts: list[Fact], setting: Setting) -> Answer:
    """One occasion from facts without doubts of their own."""
    days = [fact for fact in facts if isinstance(fact, DAY_FACTS)]
    whole = [fact for fact in facts if isinstance(fact, DaySpan | MomentSpan | Instant)]
    if len(whole) > 1:
        first = [fact for fact in facts if fact not in whole[1:]]
        return Question(Reason.SEVERAL_DAYS, {}, _candidates(_settle_known(first, setting)))
    repeated = [fact for fact in facts if isinstance(fact, Count | Except | Workdays | Until)]
    if repeated:
        rest = [fact for fact in facts if fact not in repeated]
        return Question(Reason.RECURRENCE_DAYS, {}, _candidates(_settle_known(rest, setting)))
    for fact in facts:
        if isinstance(fact, MomentSpan):
            return _settle_moments(fact, facts, setting)
        if isinstance(fact, DaySpan):
            return _settle_day_span(fact, facts, days, setting)
        if isinstance(fact, Instant):
            return _settle_instant(fact, facts, days, setting)
    lengths = [fact.amount for fact in facts if isinstance(fact, Length)]
    if any(length.minutes is None for length in lengths):
        return _settle_long(lengths[0].number, lengths[0].unit, facts, days, setting)
    slot = settle_slot(facts)
    if not days:
        return _settle_next(slot, setting)
    if slot.options == (Slot(),) and slot.reason is None and _only_periods(days):
        bounds = period_bounds(days, setting)
        if bounds:
            return _ask_period(bounds[0], setting)
    return _combine(settle_days(days, setting), slot, setting, facts)


def _only_periods(days: Sequence[DayFact]) -> bool:
    return all(isinstance(day, Period | MonthName) for day in days)


def _ask_period(bounds: tuple[date, date], setting: Setting) -> Question:
    """A whole week or month: all of it, or its first day."""
    first = max(bounds[0], setting.today)
    whole = _day_range(first, bounds[1], setting)
    return Question(Reason.PERIOD, {}, (whole, build_answer(first, Slot(), setting)))


def _settle_next(slot: Choice[Slot], setting: Setting) -> Answer:
    """A time alone: its next occurrence."""
    if slot.options == (Slot(),):
        return Question(Reason.NO_DAY)
    answers = [
        build_answer(next_day_for(option, setting), option, setting) for option in slot.options
    ]
    if slot.reason is None:
        return answers[0]
    return Question(slot.reason, slot.values, tuple(answers))


def _combine(
    days: Choice[date], slot: Choice[Slot], setting: Setting, facts: Sequence[Fact]
) -> Answer:
    """A day and a slot: the answer, or the doubt of either with the readings it leaves."""
    answers = [
        build_answer(day, option, setting)
        for day in days.options
        for option in slot.options or (Slot(),)
    ]
    reason = days.reason or slot.reason
    values: Mapping[str, str] = {**slot.values, **days.values}
    coming = [answer for answer in answers if not has_passed(answer.first, setting)]
    if reason is not None:
        return Question(reason, values, tuple(dict.fromkeys(coming))[:2])
    if coming:
        return answers[0]
    later = _later_readings(answers[0], facts, setting)
    return Question(Reason.PAST, {"text": answers[0].value}, later)


def _later_readings(
    passed: Understood, facts: Sequence[Fact], setting: Setting
) -> tuple[Understood, ...]:
    """For an hour of today that has passed: the other half of the day, and the same tomorrow."""
    moments = [passed.first, *([passed.last] if passed.last else [])]
    offered: list[Understood] = []
    if passed.first.at is not None and all(moment.at for moment in moments):
        half = [_shift(moment, timedelta(hours=12)) for moment in moments]
        if half[0].day == passed.first.day and not has_passed(half[0], setting):
            offered.append(replace(passed, first=half[0], last=half[1] if half[1:] else None))
    following = [replace(moment, day=moment.day + timedelta(days=1)) for moment in moments]
    if not has_passed(following[0], setting):
        last = following[1] if following[1:] else None
        offered.append(replace(passed, first=following[0], last=last))
    return tuple(offered)


def _shift(moment: Moment, by: timedelta) -> Moment:
    assert moment.at is not None
    at = datetime.combine(moment.day, moment.at) + by
    return replace(moment, day=at.date(), at=at.time())


def _settle_instant(
    instant: Instant, facts: list[Fact], days: Sequence[DayFact], setting: Setting
) -> Answer:
    """So many minutes or hours from now; a day beside it must be the same."""
    moment = Moment(instant.at.date(), instant.at.time())
    answer = Understood(Kind.DATETIME, moment, zone=setting.now.tzinfo)
    rest = [fact for fact in facts if fact is not instant and not isinstance(fact, Link)]
    lengths = [fact.amount.minutes for fact in rest if isinstance(fact, Length)]
    if len(rest) == 1 and lengths and lengths[0]:
        end = _shift(moment, timedelta(minutes=lengths[0]))
        return replace(answer, kind=Kind.RANGE, last=end)
    if len(rest) > len(days):
        return Question(Reason.SEVERAL_TIMES, {}, (answer,))
    if days:
        choice = settle_days(days, setting)
        if choice.options != (moment.day,):
            return Question(Reason.DATES_DIFFER, {}, (answer,))
    return answer


def _settle_long(
    number: int, unit: Unit, facts: list[Fact], days: Sequence[DayFact], setting: Setting
) -> Answer:
    """A length of days counts the first; of weeks or more, how it counts is asked."""
    if not days or unit not in (Unit.DAY, Unit.WEEK):
        return Question(Reason.PERIOD)
    choice = settle_days(days, setting)
    length = timedelta(days=number - 1 if unit is Unit.DAY else number * 7 - 1)
    ranges = tuple(_day_range(day, day + length, setting) for day in choice.options)
    if choice.reason is not None:
        return Question(choice.reason, choice.values, ranges)
    several = sum(isinstance(fact, Length) for fact in facts) > 1
    if several or settle_slot(facts).options != (Slot(),):
        return Question(Reason.SEVERAL_DAYS, {}, ranges)
    return ranges[0] if unit is Unit.DAY and number > 1 else Question(Reason.PERIOD, {}, ranges)


def _settle_day_span(
    span: DaySpan, facts: list[Fact], days: Sequence[DayFact], setting: Setting
) -> Answer:
    """From a day to a day. An hour beside them leaves open what happens on which day."""
    first = settle_days(span.first, setting)
    last = settle_days(span.last, setting)
    pairs = [
        (start, _end_after(start, end, span)) for start in first.options for end in last.options
    ]
    ranges = tuple(_day_range(*pair, setting) for pair in pairs[:2])
    reason = first.reason or last.reason
    if reason is None and pairs[0][0] >= pairs[0][1]:
        reason = Reason.RANGE_BACKWARDS
    more = days or any(isinstance(fact, Length) for fact in facts)
    if reason is None and (more or settle_slot(facts).options != (Slot(),)):
        reason = Reason.SEVERAL_DAYS
    if reason is None:
        return ranges[0]
    return Question(reason, {**first.values, **last.values}, ranges)


def _end_after(start: date, end: date, span: DaySpan) -> date:
    """A weekday that ends a span is the first after its start."""
    weekday = len(span.last) == 1 and isinstance(span.last[0], Weekday)
    while weekday and end <= start:
        end += timedelta(weeks=1)
    return end


def _settle_moments(span: MomentSpan, facts: Sequence[Fact], setting: Setting) -> Answer:
    first = _combine(
        settle_days(span.first_days, setting), settle_slot([span.first_time]), setting, ()
    )
    last = _combine(
        settle_days(span.last_days, setting), settle_slot([span.last_time]), setting, ()
    )
    for end in (first, last):
        if isinstance(end, Question):
            return replace(end, candidates=())
    assert isinstance(first, Understood)
    assert isinstance(last, Understood)
    both = Understood(Kind.RANGE, first.first, last.first, zone=setting.now.tzinfo)
    if _starts_late(first, last):
        return Question(Reason.RANGE_BACKWARDS, {}, (both,))
    if any(not isinstance(fact, Link | MomentSpan) for fact in facts):
        return Question(Reason.SEVERAL_TIMES, {}, (both,))
    return both


def _starts_late(first: Understood, last: Understood) -> bool:
    if first.date != last.date or first.start is None or last.start is None:
        return first.date >= last.date
    return first.start >= last.start


def _day_range(first: date, last: date, setting: Setting) -> Understood:
    return Understood(Kind.RANGE, Moment(first), Moment(last), zone=setting.now.tzinfo)
