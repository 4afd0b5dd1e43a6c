"""Two sides of "or" and of "not": each is whole with what the other one lends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.arabic.dates.read.facts import (
    DAY_FACTS,
    Anchor,
    Bare,
    ClockTime,
    Connective,
    DayOfMonth,
    DayPart,
    Fact,
    Join,
    Length,
    TimeSpan,
    WrittenDate,
)

_TIMES = (ClockTime, Anchor, DayPart, TimeSpan)
_OR = Connective(Join.OR)


def lend(side: Sequence[Fact], other: Sequence[Fact]) -> list[Fact]:
    """A side with the day and the hour that only the other one says; a number alone is of the kind
    that stands on the other side next to it."""
    own = _as_beside(side, other)
    cut = other.index(_OR) if _OR in other else len(other)
    other = other[:cut]
    days = [] if _has(own, DAY_FACTS) else [f for f in other if isinstance(f, DAY_FACTS)]
    times = [] if _has(own, _TIMES) else [f for f in other if isinstance(f, (*_TIMES, Length))]
    return [*days, *own, *times]


def without_denied(before: Sequence[Fact], after: Sequence[Fact]) -> list[Fact]:
    """What is left of a text when what a "not" denies is taken away: the day, or else the hour,
    that follows it. Nothing where a day is denied and no other one is named."""
    at = 0
    while at < len(after) and isinstance(after[at], Connective):
        at += 1
    end = at + 1
    denied = after[at : at + 1]
    while end < len(after) and isinstance(after[end], WrittenDate | DayOfMonth):
        end += 1
    rest = [*before, *after[end:]]
    if _has(denied, DAY_FACTS) and not _has(rest, DAY_FACTS):
        return []
    return rest


def _as_beside(side: Sequence[Fact], other: Sequence[Fact]) -> list[Fact]:
    """The side with its lone number as an hour or a day of the month, as the other side says."""
    own = list(side)
    hours = [fact for fact in other if isinstance(fact, ClockTime)]
    dates = [fact for fact in other if isinstance(fact, WrittenDate)]
    for at, fact in enumerate(own):
        if not isinstance(fact, Bare):
            continue
        if dates and not _has(own, (WrittenDate,)) and not hours:
            own[at] = replace(dates[0], day=fact.number)
        elif hours and fact.number <= 24:
            own[at] = replace(hours[0], hour=fact.number, minute=0, spoken=fact.number, zero=False)
    if hours and hours[0].parts:
        own = [
            replace(fact, parts=hours[0].parts)
            if isinstance(fact, ClockTime) and not fact.parts and not _has(own, (DayPart,))
            else fact
            for fact in own
        ]
    return own


def _has(facts: Sequence[Fact], kinds: tuple[type, ...]) -> bool:
    return any(isinstance(fact, kinds) for fact in facts)
