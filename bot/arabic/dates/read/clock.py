"""Hours as people say them: read from words, and settled as morning or evening."""

from __future__ import annotations

from collections.abc import Iterable

from bot.arabic.calendar.prayer import Prayer
from bot.arabic.dates.lexicon.senses import PartOfDay, Sense, TimeUnit
from bot.arabic.dates.read.amounts import (
    Tokens,
    has_sense,
    read_number,
    sense_at,
    skip_fillers,
    token_at,
)
from bot.arabic.dates.read.facts import Anchor, ClockTime, Side
from bot.arabic.dates.read.tokens import Shape, Token

MIDNIGHT = 24

# The hours of a day of 24 that each part may name; 24 is the midnight that ends the day.
HOURS: dict[PartOfDay, frozenset[int]] = {
    PartOfDay.MORNING: frozenset(range(12)),
    PartOfDay.DAWN: frozenset(range(2, 7)),
    PartOfDay.FORENOON: frozenset(range(7, 12)),
    PartOfDay.NOON: frozenset(range(11, 17)),
    PartOfDay.AFTERNOON: frozenset(range(12, 20)),
    PartOfDay.ASR: frozenset(range(14, 19)),
    PartOfDay.EVENING: frozenset(range(13, 24)),
    PartOfDay.PM: frozenset(range(12, 24)),
    PartOfDay.MAGHRIB: frozenset(range(17, 21)),
    PartOfDay.ISHA: frozenset(range(18, 24)),
    PartOfDay.NIGHT: frozenset(range(18, 25)),
    PartOfDay.ASHIYA: frozenset(range(12, 23)),
}
# The same for an hour said to be after or before a prayer.
_BESIDE_PRAYER: dict[tuple[Prayer, Side], PartOfDay | frozenset[int]] = {
    (Prayer.FAJR, Side.AFTER): frozenset(range(4, 10)),
    (Prayer.FAJR, Side.BEFORE): frozenset(range(2, 6)),
    (Prayer.FAJR, Side.AT): PartOfDay.DAWN,
    (Prayer.DHUHR, Side.AFTER): PartOfDay.AFTERNOON,
    (Prayer.DHUHR, Side.BEFORE): frozenset(range(7, 13)),
    (Prayer.DHUHR, Side.AT): PartOfDay.NOON,
    (Prayer.ASR, Side.AFTER): PartOfDay.ASR,
    (Prayer.ASR, Side.BEFORE): frozenset(range(12, 16)),
    (Prayer.ASR, Side.AT): PartOfDay.ASR,
    (Prayer.MAGHRIB, Side.AFTER): frozenset(range(17, 24)),
    (Prayer.MAGHRIB, Side.BEFORE): frozenset(range(14, 20)),
    (Prayer.MAGHRIB, Side.AT): PartOfDay.MAGHRIB,
    (Prayer.ISHA, Side.AFTER): frozenset(range(18, 24)),
    (Prayer.ISHA, Side.BEFORE): frozenset(range(17, 22)),
    (Prayer.ISHA, Side.AT): PartOfDay.ISHA,
}
# A part without an hour: the hours to offer.
USUAL_HOURS: dict[PartOfDay, tuple[int, int]] = {
    PartOfDay.MORNING: (9, 10),
    PartOfDay.DAWN: (5, 4),
    PartOfDay.FORENOON: (9, 10),
    PartOfDay.NOON: (12, 13),
    PartOfDay.AFTERNOON: (15, 16),
    PartOfDay.ASR: (16, 17),
    PartOfDay.EVENING: (19, 20),
    PartOfDay.PM: (19, 20),
    PartOfDay.MAGHRIB: (18, 19),
    PartOfDay.ISHA: (20, 21),
    PartOfDay.NIGHT: (20, 21),
    PartOfDay.ASHIYA: (16, 17),
}


def prayer_hours(anchor: Anchor) -> frozenset[int]:
    """The hours that may stand beside that mention of a prayer."""
    hours = _BESIDE_PRAYER[anchor.prayer, anchor.side]
    return HOURS[hours] if isinstance(hours, PartOfDay) else hours


def possible_hours(hour: int) -> tuple[int, ...]:
    """The hours of a day of 24 that a written hour may mean, the conventional one first.

    The convention: 1 to 6 is afternoon, 7 to 11 morning, 12 noon; 0 and 13 to 23 are themselves.
    """
    if hour == 12:
        return (12, MIDNIGHT)
    if 1 <= hour <= 6:
        return (hour + 12, hour)
    if 7 <= hour <= 11:
        return (hour, hour + 12)
    return (hour,)


def conventional_hour(hour: int) -> int:
    """The hour of a day of 24 that a written hour means when nothing else is said."""
    return possible_hours(hour)[0]


def hours_within(hour: int, allowed: Iterable[frozenset[int]]) -> tuple[int, ...]:
    """Those meanings of a written hour that every set allows."""
    sets = tuple(allowed)
    return tuple(h for h in possible_hours(hour) if all(h in hours for hours in sets))


def read_clock(
    tokens: Tokens, index: int, *, listing: bool = False
) -> tuple[ClockTime, int] | None:
    """An hour with its minutes and parts of the day, and the index after it.

    A number alone is not an hour: something must mark it. While `listing` ("between 10 and 11"),
    "and" joins minutes only when they are named as such.
    """
    start = index
    while has_sense(tokens, index, Sense.HOUR_MARK):
        index = skip_fillers(tokens, index + 1)
    marked = index > start
    token = token_at(tokens, index)
    if token is None:
        return None
    written = _read_hour(tokens, index, token, marked=marked)
    if written is None:
        return None
    hour, minute, after, plain = written
    if plain and marked and _names_month(tokens, after):
        return None
    more, after = _read_minutes(tokens, after, listing=listing)
    parts, after_parts = _read_parts(tokens, after)
    if plain and not marked and not more and not parts:
        return None
    if parts and plain and not marked and not more and token.has(Sense.WEEKDAY):
        return None
    if hour > MIDNIGHT or minute > 59:
        return (ClockTime(hour, minute, parts), after_parts) if marked or not plain else None
    total = hour * 60 + minute + sum(more)
    if token.has(Sense.CLOCK_TIME):
        parts = (PartOfDay.NOON, *parts)
    hour, minute = divmod(total % (MIDNIGHT * 60) if total < 0 else total, 60)
    if hour == 0 and written[0] == 1:
        hour = 12  # a quarter to one
    return ClockTime(hour, minute, parts, spoken=written[0], zero=token.zero), after_parts


def _names_month(tokens: Tokens, index: int) -> bool:
    """Whether the number before is the day of a month, as in "with the fifth of December"."""
    if not any(has_sense(tokens, index, sense) for sense in (Sense.MONTH, Sense.HIJRI_MONTH)):
        return False
    following = token_at(tokens, index + 1)
    return following is None or following.shape is not Shape.NUMBER or following.numbers[0] > 31


def _read_hour(
    tokens: Tokens, index: int, token: Token, *, marked: bool
) -> tuple[int, int, int, bool] | None:
    """Hour, minute, the index after them, and whether it is a plain number."""
    if token.shape in (Shape.TIME, Shape.FRENCH_TIME):
        hour, *minutes = token.numbers
        return hour, sum(minutes), index + 1, False
    if token.shape is Shape.DOTTED:
        hour, minute = token.numbers
        sure = marked or minute > 12 or _read_parts(tokens, index + 1)[0]
        if len(token.text.partition(".")[2]) == 2 and hour <= MIDNIGHT and sure:
            return hour, minute, index + 1, False
        return None
    if token.shape is Shape.NUMBER:
        plausible = token.numbers[0] <= MIDNIGHT or marked
        return (token.numbers[0], 0, index + 1, True) if plausible else None
    named = token.get(Sense.HOUR_NAME)
    if named is not None:
        if has_sense(tokens, index + 1, Sense.TEEN):
            return (named if named == 11 else named + 10), 0, index + 2, False
        return named, 0, index + 1, False
    noon = token.get(Sense.CLOCK_TIME)
    if noon is not None:
        return noon, 0, index + 1, False
    return _read_spoken_hour(tokens, index, token)


def _read_spoken_hour(
    tokens: Tokens, index: int, token: Token
) -> tuple[int, int, int, bool] | None:
    """A cardinal in words; "five and twenty" is left as an hour and its minutes."""
    if token.text == "احد" and has_sense(tokens, index + 1, Sense.TEEN):
        return 11, 0, index + 2, True
    hour = token.get(Sense.CARDINAL)
    if hour is None:
        return None
    if hour < 10 and has_sense(tokens, index + 1, Sense.TEEN):
        return hour + 10, 0, index + 2, True
    return hour, 0, index + 1, True


def _read_minutes(tokens: Tokens, index: int, *, listing: bool) -> tuple[list[int], int]:
    """Minutes added to the hour or taken from it, each as said."""
    found: list[int] = []
    while True:
        if has_sense(tokens, index, Sense.AND):
            sign = 1
        elif has_sense(tokens, index, Sense.LESS):
            sign = -1
        else:
            return found, index
        fraction = sense_at(tokens, index + 1, Sense.FRACTION)
        if fraction is not None:
            found.append(sign * fraction)
            index += 2
            continue
        number = read_number(tokens, index + 1)
        if number is None:
            return found, index
        minutes, after = number
        named = sense_at(tokens, after, Sense.UNIT) == TimeUnit.MINUTE
        if not named and sign > 0 and (listing or minutes % 5 or not 0 < minutes < 60):
            return found, index
        if not named and (
            has_sense(tokens, after, Sense.MONTH) or has_sense(tokens, after, Sense.HIJRI_MONTH)
        ):
            return found, index
        found.append(sign * minutes)
        index = after + 1 if named else after


def _read_parts(tokens: Tokens, index: int) -> tuple[tuple[PartOfDay, ...], int]:
    """Parts of the day that follow an hour, across "of", "in" and "from"."""
    parts: list[PartOfDay] = []
    while True:
        at = skip_fillers(tokens, index, Sense.FROM)
        part = sense_at(tokens, at, Sense.PART)
        if part is None:
            return tuple(parts), index
        parts.append(PartOfDay(part))
        index = at + 1
