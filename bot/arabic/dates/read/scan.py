"""A text as the facts it states, in its order; what states nothing known stays as `Unread`."""

from __future__ import annotations

from dataclasses import replace

from bot.arabic.calendar.prayer import Prayer
from bot.arabic.dates.lexicon.senses import Move, PartOfDay, Reversal, Sense, TimeUnit
from bot.arabic.dates.model import DoubtReason
from bot.arabic.dates.read.amounts import (
    Tokens,
    has_sense,
    read_number,
    sense_at,
    skip_fillers,
    token_at,
)
from bot.arabic.dates.read.anchors import read_anchored
from bot.arabic.dates.read.clock import read_clock
from bot.arabic.dates.read.days import (
    read_calendar,
    read_day,
    read_edge,
    read_feast,
    read_marked_day,
)
from bot.arabic.dates.read.facts import (
    Anchor,
    Bare,
    ClockTime,
    Connective,
    Dashed,
    DayPart,
    Every,
    Fact,
    Fixed,
    Hint,
    Instant,
    Join,
    NightBefore,
    ReadingContext,
    Rescheduled,
    Side,
    Turned,
    Unread,
    Weekday,
    Workdays,
    WrittenDate,
)
from bot.arabic.dates.read.hijri_months import name_hijri_months
from bot.arabic.dates.read.links import FOR_THE_DAY, is_until, read_for_day, read_same_day
from bot.arabic.dates.read.moments import read_moment
from bot.arabic.dates.read.repetition import read_repetition
from bot.arabic.dates.read.tokens import Shape

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


_TO = (Connective(Join.TO), Connective(Join.DASH), Connective(Join.PREFIX))


def scan(tokens: Tokens, context: ReadingContext) -> list[Fact]:
    """Every fact of the text. Lengths beyond the calendar raise OverflowError."""
    facts: list[Fact] = []
    index = 0
    listing = False
    while index < len(tokens):
        if tokens[index].has(Sense.GAP):
            index += 1
            continue
        found = _read_joining(tokens, index, context, facts)
        if found is None:
            found = _read_one(tokens, index, context, listing=listing)
        if found is None:
            if not has_sense(tokens, index, Sense.FILLER):
                facts.append(Unread(tokens[index].text))
            index += 1
            continue
        read, after = found
        if _is_french_to(tokens, index, facts) and isinstance(read[0], ClockTime):
            facts.append(Connective(Join.TO))
        index = after
        if listing and read == (Connective(Join.AND),):
            read = (Connective(Join.TO),)
            listing = False
        elif read == (Connective(Join.BETWEEN),):
            read = ()
            listing = True
        facts.extend(read)
    if listing and not any(isinstance(fact, Dashed) or fact in _TO for fact in facts):
        facts.append(Unread("بين"))  # what it is between was not said
    return name_hijri_months(facts, context)


def _read_joining(tokens: Tokens, index: int, context: ReadingContext, facts: list[Fact]) -> Found:
    """Words whose sense hangs on what stands before them; "and which is" is no "and"."""
    token = tokens[index]
    turn = token.get(Sense.TURN)
    if turn is not None:
        return (Turned(Reversal(turn), token.text),), index + 1
    if token.has(Sense.SAME_DAY):
        same = read_same_day(tokens, index, context, facts)
        if same is not None and facts and facts[-1] == Connective(Join.AND):
            facts.pop()
        return same
    if token.text == FOR_THE_DAY:
        return read_for_day(tokens, index, context)
    if token.has(Sense.TO) and is_until(tokens, index, context, facts):
        return (Connective(Join.TO),), index + 1
    if token.text == "a" and any(isinstance(fact, Rescheduled) for fact in facts):
        named = has_sense(tokens, index + 1, Sense.WEEKDAY)
        return ((Connective(Join.TO),), index + 1) if named else None
    if token.has(Sense.MOVE):
        return (Rescheduled(token.text, sure=token.get(Sense.MOVE) == Move.SAID),), index + 1
    return None


def _is_french_to(tokens: Tokens, index: int, facts: list[Fact]) -> bool:
    """Whether `à` stands between two hours."""
    return tokens[index].text == "a" and bool(facts) and isinstance(facts[-1], ClockTime)


def _read_one(tokens: Tokens, index: int, context: ReadingContext, *, listing: bool) -> Found:
    found = _read_single(tokens, index, context) or read_repetition(tokens, index)
    if found is not None:
        return found
    if has_sense(tokens, index, Sense.STARTING):
        at = skip_fillers(tokens, index + 1, Sense.FROM)
        return None if at == len(tokens) else ((Connective(Join.STARTING),), at)
    feast = read_feast(tokens, index)
    if feast is not None:
        hint = Hint(DoubtReason.FEAST, tokens[index].text)
        moon = has_sense(tokens, index, Sense.FEAST)
        return (*feast[0], hint) if moon else feast[0], feast[1]
    marked = (
        read_edge(tokens, index)
        or _read_dashed_days(tokens, index)
        or read_calendar(tokens, index)
        or read_marked_day(tokens, index)
    )
    if marked is not None:
        return marked
    named = read_day(tokens, index, context) if not _opens_clock(tokens, index) else None
    if named is not None:
        return named
    anchored = read_anchored(tokens, index, context)
    if anchored is not None:
        return anchored
    clock = read_clock(tokens, index, listing=listing)
    if clock is not None:
        return (clock[0],), clock[1]
    return (
        read_day(tokens, index, context)
        or _read_part(tokens, index)
        or _read_number_alone(tokens, index)
        or _read_link(tokens, index, context)
    )


def _opens_clock(tokens: Tokens, index: int) -> bool:
    """Whether an hour is likelier here than a day: `اثنين ونص`, `تلات العشية`."""
    return read_clock(tokens, index) is not None and not (
        has_sense(tokens, index, Sense.WEEKDAY) or _is_dated(tokens, index)
    )


def _is_dated(tokens: Tokens, index: int) -> bool:
    return tokens[index].shape in (Shape.FULL_DATE, Shape.SHORT_DATE)


def _read_single(tokens: Tokens, index: int, context: ReadingContext) -> Found:
    """Words that say one thing by themselves."""
    token = tokens[index]
    if token.shape is Shape.MOMENT:
        return (read_moment(token.numbers, context),), index + 1
    if token.has(Sense.NOW):
        return (Instant(context.now.replace(second=0, microsecond=0)),), index + 1
    part = _read_part_of_today(tokens, index, context)
    if part is not None:
        return part
    if token.has(Sense.BOTH_EVENINGS):
        evenings = (
            Anchor(Prayer.MAGHRIB, Side.AT, firm=True),
            Connective(Join.TO),
            Anchor(Prayer.ISHA, Side.AT, firm=True),
        )
        return evenings, index + 1
    if token.has(Sense.WORKDAY):
        return (Workdays(),), index + 1
    plural = token.get(Sense.PLURAL_DAY)
    if plural is not None:
        return (Every(TimeUnit.WEEK), Weekday(plural)), index + 1
    if token.has(Sense.NIGHT_BEFORE):
        return (NightBefore(),), index + 1
    if token.has(Sense.AT_ONCE) and has_sense(tokens, index + 1, Sense.AFTER):
        return (), index + 1
    if token.has(Sense.VAGUE):
        return (Hint(DoubtReason.VAGUE, token.text),), index + 1
    if token.has(Sense.ISO_TIME) and index and tokens[index - 1].shape is Shape.FULL_DATE:
        return (), index + 1
    return None


def _read_part_of_today(tokens: Tokens, index: int, context: ReadingContext) -> Found:
    """ "Tonight", "this evening"."""
    at = index + 1 if has_sense(tokens, index, Sense.THIS) else index
    if has_sense(tokens, at, Sense.TONIGHT):
        return (Fixed(context.today), DayPart(PartOfDay.NIGHT)), at + 1
    part = sense_at(tokens, at, Sense.PART) if at > index else None
    return None if part is None else ((Fixed(context.today), DayPart(PartOfDay(part))), at + 1)


def _read_part(tokens: Tokens, index: int) -> Found:
    part = sense_at(tokens, index, Sense.PART)
    return None if part is None else ((DayPart(PartOfDay(part)),), index + 1)


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
    if month is None or not isinstance(month[0][0], WrittenDate):
        return None
    return (Bare(first), Connective(Join.TO), *month[0]), index + month[1]


def _read_link(tokens: Tokens, index: int, context: ReadingContext) -> Found:
    token = tokens[index]
    if token.has(Sense.HOUR_MARK) and (
        any(has_sense(tokens, index + 1, s) for s in (Sense.PRAYING, Sense.PRAYER, Sense.PART))
    ):
        return (), index + 1
    if token.shape is Shape.DASH:
        return (Connective(Join.DASH),), index + 1
    for sense, join in _LINKS:
        if token.has(sense):
            # a text that breaks off here lacks what was to be joined
            last = skip_fillers(tokens, index + 1) == len(tokens)
            return None if last else ((Connective(join),), index + 1)
    if token.has(Sense.DAY_MARK) or token.has(Sense.DAYS_MARK):
        return _read_day_mark(tokens, index, context)
    return None


def _read_day_mark(tokens: Tokens, index: int, context: ReadingContext) -> Found:
    """ "The day" before its name; without one a word is missing. The French article is no such."""
    at = skip_fillers(tokens, index + 1, Sense.FROM)
    token = token_at(tokens, at)
    if token is None:
        return None
    opens = (Sense.EVERY, Sense.THIS, Sense.CARDINAL, Sense.NEXT)
    named = (
        tokens[index].text == "le"
        or token.shape is not Shape.WORD
        or any(token.has(sense) for sense in opens)
        or read_feast(tokens, at) is not None
        or read_day(tokens, at, context) is not None
    )
    return ((), index + 1) if named else None
