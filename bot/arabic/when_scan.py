"""A text as the facts it states, in its order; what states nothing known stays as `Unread`."""

from __future__ import annotations

from dataclasses import replace

from bot.arabic.when_amounts import (
    Tokens,
    has_sense,
    read_amount,
    read_number,
    sense_at,
    skip_fillers,
)
from bot.arabic.when_anchors import read_anchored
from bot.arabic.when_clock import read_clock
from bot.arabic.when_days import read_calendar, read_day, read_edge, read_marked_day, read_weekday
from bot.arabic.when_facts import (
    Anchor,
    Bare,
    Calendar,
    Clock,
    Count,
    Dashed,
    DayPart,
    Every,
    Except,
    Fact,
    Fixed,
    Frequency,
    Hint,
    Instant,
    Join,
    Length,
    Link,
    NightBefore,
    Setting,
    Side,
    Unread,
    Weekday,
    Workdays,
)
from bot.arabic.when_model import Prayer, Reason
from bot.arabic.when_senses import Part, Sense, Unit
from bot.arabic.when_tokens import Shape

Found = tuple[tuple[Fact, ...], int] | None
_LINKS = (
    (Sense.STARTING, Join.STARTING),
    (Sense.BETWEEN, Join.BETWEEN),
    (Sense.OR, Join.OR),
    (Sense.FROM, Join.FROM),
    (Sense.TO, Join.TO),
    (Sense.TO_PREFIX, Join.PREFIX),
    (Sense.AND, Join.AND),
)


def scan(tokens: Tokens, setting: Setting) -> list[Fact]:
    """Every fact of the text. Lengths beyond the calendar raise OverflowError."""
    facts: list[Fact] = []
    index = 0
    listing = False
    while index < len(tokens):
        found = _read_one(tokens, index, setting, listing=listing)
        if found is None:
            if not has_sense(tokens, index, Sense.FILLER):
                facts.append(Unread(tokens[index].text))
            index += 1
            continue
        read, after = found
        if _is_french_to(tokens, index, facts) and isinstance(read[0], Clock):
            facts.append(Link(Join.TO))
        index = after
        if listing and read == (Link(Join.AND),):
            read = (Link(Join.TO),)
            listing = False
        elif read == (Link(Join.BETWEEN),):
            read = ()
            listing = True
        facts.extend(read)
    return facts


def _is_french_to(tokens: Tokens, index: int, facts: list[Fact]) -> bool:
    """Whether `à` stands between two hours."""
    return tokens[index].text == "a" and bool(facts) and isinstance(facts[-1], Clock)


def _read_one(tokens: Tokens, index: int, setting: Setting, *, listing: bool) -> Found:
    found = _read_single(tokens, index, setting) or _read_repetition(tokens, index)
    if found is not None:
        return found
    if has_sense(tokens, index, Sense.STARTING):
        at = index + 1
        return (Link(Join.STARTING),), at + 1 if has_sense(tokens, at, Sense.FROM) else at
    marked = (
        read_edge(tokens, index)
        or _read_dashed_days(tokens, index)
        or read_calendar(tokens, index)
        or read_marked_day(tokens, index)
    )
    if marked is not None:
        return marked
    named = read_day(tokens, index, setting) if not _opens_clock(tokens, index) else None
    if named is not None:
        return named
    anchored = read_anchored(tokens, index, setting)
    if anchored is not None:
        return anchored
    clock = read_clock(tokens, index, listing=listing)
    if clock is not None:
        return (clock[0],), clock[1]
    return (
        read_day(tokens, index, setting)
        or _read_part(tokens, index)
        or _read_number_alone(tokens, index)
        or _read_link(tokens, index)
    )


def _opens_clock(tokens: Tokens, index: int) -> bool:
    """Whether an hour is likelier here than a day: `اثنين ونص`, `تلات العشية`."""
    return read_clock(tokens, index) is not None and not (
        has_sense(tokens, index, Sense.WEEKDAY) or _is_dated(tokens, index)
    )


def _is_dated(tokens: Tokens, index: int) -> bool:
    return tokens[index].shape in (Shape.FULL_DATE, Shape.SHORT_DATE)


def _read_single(tokens: Tokens, index: int, setting: Setting) -> Found:
    """Words that say one thing by themselves."""
    token = tokens[index]
    if token.has(Sense.THIS):
        if has_sense(tokens, index + 1, Sense.TONIGHT):
            return _read_single(tokens, index + 1, setting)
        part = sense_at(tokens, index + 1, Sense.PART)
        if part is not None:
            return (Fixed(setting.today), DayPart(Part(part))), index + 2
    if token.has(Sense.NOW):
        return (Instant(setting.now.replace(second=0, microsecond=0)),), index + 1
    if token.has(Sense.TONIGHT):
        return (Fixed(setting.today), DayPart(Part.NIGHT)), index + 1
    if token.has(Sense.BOTH_EVENINGS):
        evenings = (
            Anchor(Prayer.MAGHRIB, Side.AT, firm=True),
            Link(Join.TO),
            Anchor(Prayer.ISHA, Side.AT, firm=True),
        )
        return evenings, index + 1
    if token.has(Sense.WORKDAY):
        return (Workdays(),), index + 1
    plural = token.get(Sense.PLURAL_DAY)
    if plural is not None:
        return (Every(Unit.WEEK), Weekday(plural)), index + 1
    if token.has(Sense.NIGHT_BEFORE):
        return (NightBefore(),), index + 1
    if token.has(Sense.VAGUE):
        return (Hint(Reason.VAGUE, token.text),), index + 1
    if token.has(Sense.ISO_TIME) and index and tokens[index - 1].shape is Shape.FULL_DATE:
        return (), index + 1
    return None


def _read_repetition(tokens: Tokens, index: int) -> Found:
    token = tokens[index]
    if token.has(Sense.EVERY):
        return _read_every(tokens, index + 1)
    repeated = token.get(Sense.REPEATED)
    if repeated is not None:
        return (Every(Unit(repeated)),), index + 1
    if token.has(Sense.ALTERNATE_DAYS):
        return (Every(Unit.DAY, 2),), index + 1
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
        return None if edge is None else ((Every(Unit.MONTH), *edge[0]), edge[1])
    if has_sense(tokens, index, Sense.WORKDAY):
        return (Every(Unit.WEEK), Workdays()), index + 1
    at = index
    while has_sense(tokens, at, Sense.DAY_MARK) or has_sense(tokens, at, Sense.DAYS_MARK):
        at += 1
    at_mark = skip_fillers(tokens, at)
    plural = sense_at(tokens, at_mark, Sense.PLURAL_DAY)
    if plural is not None:
        return (Every(Unit.WEEK), Weekday(plural)), at_mark + 1
    if has_sense(tokens, at_mark, Sense.WEEKDAY):
        weekday = read_weekday(tokens, at_mark)
        return None if weekday is None else ((Every(Unit.WEEK), *weekday[0]), weekday[1])
    if has_sense(tokens, index, Sense.NIGHT_BEFORE):
        if has_sense(tokens, index + 1, Sense.WEEKDAY):
            return (Every(Unit.WEEK),), index
        return (Every(Unit.DAY), DayPart(Part.NIGHT)), index + 1
    part = sense_at(tokens, index, Sense.PART)
    if part is not None:
        weekly = has_sense(tokens, skip_fillers(tokens, index + 1, Sense.DAY_MARK), Sense.WEEKDAY)
        return (Every(Unit.WEEK if weekly else Unit.DAY), DayPart(Part(part))), index + 1
    amount = _read_interval(tokens, index)
    if amount is not None:
        return (Every(amount[0], amount[1]),), amount[2]
    if at > index:
        return (Every(Unit.DAY),), at
    return None


def _read_interval(tokens: Tokens, index: int) -> tuple[Unit, int, int] | None:
    pair = sense_at(tokens, index, Sense.UNIT_PAIR)
    if pair is not None:
        return Unit(pair), 2, index + 1
    unit = sense_at(tokens, index, Sense.UNIT)
    if unit is not None:
        return Unit(unit), 1, index + 1
    number = read_number(tokens, index)
    if number is None:
        return None
    unit = sense_at(tokens, number[1], Sense.UNIT)
    return None if unit is None else (Unit(unit), number[0], number[1] + 1)


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
        if number is None or not has_sense(tokens, number[1], Sense.TIMES):
            return None
        times, after = number[0], number[1] + 1
    elif times == 3:
        return None
    if times == 1 and sense_at(tokens, after, Sense.CARDINAL) == 1:
        after += 1
    at = skip_fillers(tokens, after, Sense.EVERY)
    for sense in (Sense.PERIOD, Sense.UNIT):
        unit = sense_at(tokens, at, sense)
        if unit is not None and unit >= Unit.DAY:
            return (Frequency(times, Unit(unit)),), at + 1
    repeated = sense_at(tokens, at, Sense.REPEATED)
    if repeated is not None:
        return (Frequency(times, Unit(repeated)),), at + 1
    if times == 1:
        # "once every two weeks" says no more than "every two weeks"
        return ((), after) if has_sense(tokens, after, Sense.EVERY) else None
    return (Count(times),), after


def _read_part(tokens: Tokens, index: int) -> Found:
    part = sense_at(tokens, index, Sense.PART)
    return None if part is None else ((DayPart(Part(part)),), index + 1)


def _read_number_alone(tokens: Tokens, index: int) -> Found:
    token = tokens[index]
    if token.shape in (Shape.DASHED, Shape.DOTTED):
        dotted = token.shape is Shape.DOTTED
        return (Dashed(token.numbers[0], token.numbers[1], dotted=dotted),), index + 1
    if token.shape is Shape.NUMBER and len(token.text) > 2:
        return None
    number = read_number(tokens, index)
    return None if number is None else ((Bare(number[0]),), number[1])


def _read_dashed_days(tokens: Tokens, index: int) -> Found:
    """`1-5 ديسمبر`: two days of one month."""
    if tokens[index].shape is not Shape.DASHED:
        return None
    first, last = tokens[index].numbers
    month = read_calendar(
        [
            replace(tokens[index], shape=Shape.NUMBER, numbers=(last,)),
            *tokens[index + 1 : index + 6],
        ],
        0,
    )
    if month is None or not isinstance(month[0][0], Calendar):
        return None
    return (Bare(first), Link(Join.TO), *month[0]), index + month[1]


def _read_link(tokens: Tokens, index: int) -> Found:
    token = tokens[index]
    if token.has(Sense.HOUR_MARK) and (
        has_sense(tokens, index + 1, Sense.PRAYING) or has_sense(tokens, index + 1, Sense.PRAYER)
    ):
        return (), index + 1
    if token.shape is Shape.DASH:
        return (Link(Join.DASH),), index + 1
    for sense, join in _LINKS:
        if token.has(sense):
            return (Link(join),), index + 1
    if token.has(Sense.DAY_MARK) or token.has(Sense.DAYS_MARK):
        return (), index + 1
    return None
