"""Words that join two days without a span between them, and those that only look like others.

`الموافق` and its kin say that what follows is the same day; the "to" joined to it is theirs and
starts no span. `ليوم الخميس` is "for the day of Thursday", not "today"; `لحد الخميس` is "up to
Thursday", not "Sunday".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.arabic.dates.lexicon.senses import SameDay, Sense
from bot.arabic.dates.read.amounts import Tokens, has_sense, sense_at, skip_fillers, token_at
from bot.arabic.dates.read.clock import read_clock
from bot.arabic.dates.read.days import read_calendar, read_day, read_feast, read_weekday
from bot.arabic.dates.read.facts import (
    DAY_FACTS,
    Connective,
    DayFact,
    DayOfMonth,
    Fact,
    Join,
    OrdinalDay,
    ReadingContext,
    Weekday,
    WrittenDate,
)
from bot.arabic.dates.read.tokens import Shape, Token

Found = tuple[tuple[Fact, ...], int] | None

_OPENINGS = (Connective(Join.FROM), Connective(Join.STARTING))
_TO = (Connective(Join.TO), Connective(Join.PREFIX))
_ON_THE_WAY = (Sense.FILLER, Sense.TO, Sense.TO_PREFIX, Sense.SAME_DAY)
# After "until" in its other sense of Sunday these belong to that Sunday.
_OF_A_SUNDAY = (Sense.NEXT, Sense.THIS, Sense.LAST, Sense.AFTER_NEXT, Sense.AND, Sense.OR)
# The Moroccan "today", and "for the day of"; it stays whole, being a word of its own.
FOR_THE_DAY = "ليوم"


def read_same_day(
    tokens: Tokens, index: int, context: ReadingContext, before: Sequence[Fact]
) -> Found:
    """ "Which is": nothing by itself, up to the day that it leads to; a number there is a day.

    None where no day follows, and for a word with other uses (`يعني`) where none stands before it.
    """
    kind = sense_at(tokens, index, Sense.SAME_DAY)
    if kind is None:
        return None
    if kind == SameDay.BETWEEN_DAYS and not (before and isinstance(before[-1], DAY_FACTS)):
        return None
    at = index + 1
    while at < len(tokens) and _leads_on(tokens[at]):
        at += 1
    if has_sense(tokens, at, Sense.DAY_OFFSET) and tokens[at].text == FOR_THE_DAY:
        at += 1
    day = _read_day_said(tokens, at, context)
    if day is not None:
        return day
    return ((), index + 1) if kind == SameDay.AGREED else None


def _leads_on(token: Token) -> bool:
    """Whether the word only stands between "which is" and its day."""
    if token.shape is Shape.DASH:
        return True
    return not token.has(Sense.WEEKDAY) and any(token.has(sense) for sense in _ON_THE_WAY)


def _read_day_said(tokens: Tokens, at: int, context: ReadingContext) -> Found:
    """The day there, left to be read; a number and an ordinal can only be days of a month here."""
    token = token_at(tokens, at)
    if token is None:
        return None
    day = read_day(tokens, at, context)
    if day is not None and isinstance(day[0][0], WrittenDate | OrdinalDay):
        return (_as_date(day[0][0]), *day[0][1:]), day[1]
    if day is not None or read_feast(tokens, at) is not None:
        return (), at
    if has_sense(tokens, at, Sense.NIGHT_BEFORE):
        return (), at
    plain = token.shape is Shape.NUMBER and 1 <= token.numbers[0] <= 31
    if not plain or read_clock(tokens, at) is not None:
        return None
    return (DayOfMonth(token.numbers[0]),), at + 1


def _as_date(day: WrittenDate | OrdinalDay) -> DayFact:
    """ "Thursday, which is the second of the month" is no second Thursday."""
    if isinstance(day, OrdinalDay):
        return DayOfMonth(day.number)
    return replace(day, ordinal=False)


def read_for_day(tokens: Tokens, index: int, context: ReadingContext) -> Found:
    """`ليوم` before the name of a day: "for the day". Elsewhere it is the Moroccan "today"."""
    if tokens[index].text != FOR_THE_DAY:
        return None
    at = skip_fillers(tokens, index + 1)
    if has_sense(tokens, at, Sense.WEEKDAY):
        weekday = read_weekday(tokens, at)
        if weekday is None:
            return None
        said = weekday[0][0]
        dated = read_calendar(tokens, skip_fillers(tokens, weekday[1])) is not None
        if context.country == "MA" and isinstance(said, Weekday) and not dated:
            # on that very weekday it may be "today" after all
            said = replace(said, this=said.this or said.day == context.today.weekday())
        return (Connective(Join.PREFIX), said), weekday[1]
    if has_sense(tokens, at, Sense.DAY_OFFSET) or read_calendar(tokens, at) is not None:
        return (Connective(Join.PREFIX),), at
    return None


def is_until(tokens: Tokens, index: int, context: ReadingContext, before: Sequence[Fact]) -> bool:
    """Whether `لحد`, a Moroccan Sunday, is "up to" here."""
    token = tokens[index]
    if not (token.has(Sense.TO) and token.has(Sense.WEEKDAY)):
        return False
    named = any(
        has_sense(tokens, index - 1, sense) for sense in (Sense.DAY_MARK, Sense.EVERY, Sense.THIS)
    )
    at = skip_fillers(tokens, index + 1)
    if named or at >= len(tokens) or any(has_sense(tokens, at, sense) for sense in _OF_A_SUNDAY):
        return False
    day = skip_fillers(tokens, at, Sense.DAY_MARK)
    return context.country != "MA" or has_sense(tokens, day, Sense.WEEKDAY) or _is_open(before)


def _is_open(before: Sequence[Fact]) -> bool:
    """Whether a "from" with its start stands there, and no "to" yet."""
    opened = False
    for fact in before[:-1]:
        opened = (opened or fact in _OPENINGS) and fact not in _TO
    return opened and bool(before) and before[-1] not in (*_OPENINGS, *_TO)
