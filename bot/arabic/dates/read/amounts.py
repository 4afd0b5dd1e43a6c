"""Numbers in digits and words, and lengths of time."""

from __future__ import annotations

from collections.abc import Sequence

from bot.arabic.dates.lexicon.senses import Sense, TimeUnit
from bot.arabic.dates.read.facts import Amount
from bot.arabic.dates.read.tokens import Shape, Token

Tokens = Sequence[Token]
_MINUTES = {TimeUnit.MINUTE: 1, TimeUnit.HOUR: 60}


def token_at(tokens: Tokens, index: int) -> Token | None:
    return tokens[index] if 0 <= index < len(tokens) else None


def sense_at(tokens: Tokens, index: int, sense: Sense) -> int | None:
    """The value of the token there in that sense, or None."""
    return tokens[index].senses.get(sense) if 0 <= index < len(tokens) else None


def has_sense(tokens: Tokens, index: int, sense: Sense) -> bool:
    return 0 <= index < len(tokens) and sense in tokens[index].senses


def skip_fillers(tokens: Tokens, index: int, *also: Sense) -> int:
    """The first index from here whose token is neither a filler nor of those senses."""
    while index < len(tokens) and (
        Sense.FILLER in tokens[index].senses or any(s in tokens[index].senses for s in also)
    ):
        index += 1
    return index


def read_number(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """A cardinal from 0 in digits or words, and the index after it."""
    token = token_at(tokens, index)
    if token is None:
        return None
    if token.shape is Shape.NUMBER:
        return token.numbers[0], index + 1
    tens = token.get(Sense.TENS)
    if tens is not None:
        return tens, index + 1
    unit = token.get(Sense.CARDINAL)
    if unit is None and token.text == "احد" and has_sense(tokens, index + 1, Sense.TEEN):
        unit = 1
    if unit is None:
        return None
    if unit < 10:
        if has_sense(tokens, index + 1, Sense.TEEN):
            return unit + 10, index + 2
        tens = sense_at(tokens, index + 2, Sense.TENS)
        if tens is not None and has_sense(tokens, index + 1, Sense.AND):
            return unit + tens, index + 3
    return unit, index + 1


def read_ordinal(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """A masculine ordinal with the article, -1 for the last: a day of a month."""
    tens = sense_at(tokens, index, Sense.TENS_ORDINAL)
    if tens is not None:
        return tens, index + 1
    unit = sense_at(tokens, index, Sense.ORDINAL)
    if unit is None:
        return None
    if unit == 11:
        if has_sense(tokens, index + 1, Sense.TEEN):
            return 11, index + 2
        unit = 1
        tens = _joined_tens(tokens, index)
        return (unit + tens, index + 3) if tens else None
    if 1 <= unit < 10:
        if has_sense(tokens, index + 1, Sense.TEEN):
            return unit + 10, index + 2
        tens = _joined_tens(tokens, index)
        if tens:
            return unit + tens, index + 3
    return unit, index + 1


def _joined_tens(tokens: Tokens, index: int) -> int | None:
    if not has_sense(tokens, index + 1, Sense.AND):
        return None
    return sense_at(tokens, index + 2, Sense.TENS_ORDINAL)


def read_amount(tokens: Tokens, index: int) -> tuple[Amount, int] | None:
    """A length such as "an hour and a half", "three days", "45 minutes" or `1h30`."""
    token = token_at(tokens, index)
    if token is None:
        return None
    if token.shape is Shape.FRENCH_TIME:
        hours, *minutes = token.numbers
        return Amount(hours * 60 + sum(minutes), TimeUnit.MINUTE), index + 1
    fraction = token.get(Sense.FRACTION)
    if fraction is not None:
        if sense_at(tokens, index + 1, Sense.UNIT) == TimeUnit.HOUR:
            return Amount(fraction, TimeUnit.MINUTE), index + 2
        return None
    head = _read_head(tokens, index)
    if head is None:
        return None
    number, unit, after = head
    if unit not in _MINUTES:
        return Amount(number, TimeUnit(unit)), after
    minutes_in_all = number * _MINUTES[TimeUnit(unit)]
    if unit == TimeUnit.HOUR:
        more, after = _read_minutes_beyond(tokens, after)
        minutes_in_all += more
    return Amount(minutes_in_all, TimeUnit.MINUTE), after


def _read_head(tokens: Tokens, index: int) -> tuple[int, int, int] | None:
    """A count and its unit, and the index after them."""
    pair = sense_at(tokens, index, Sense.UNIT_PAIR)
    if pair is not None:
        return 2, pair, index + 1
    unit = sense_at(tokens, index, Sense.UNIT)
    if unit is not None and not has_sense(tokens, index, Sense.UNITS):
        one = sense_at(tokens, index + 1, Sense.CARDINAL) == 1
        return 1, unit, index + 2 if one else index + 1
    number = read_number(tokens, index)
    if number is None:
        return None
    count, after = number
    unit = sense_at(tokens, after, Sense.UNIT)
    if unit is None and has_sense(tokens, after, Sense.FILLER) and tokens[after].text == "د":
        unit = TimeUnit.MINUTE
    return None if unit is None else (count, unit, after + 1)


def _read_minutes_beyond(tokens: Tokens, index: int) -> tuple[int, int]:
    """Minutes joined to hours by "and" or "less": 0 when there are none."""
    sign = 0
    if has_sense(tokens, index, Sense.AND):
        sign = 1
    elif has_sense(tokens, index, Sense.LESS):
        sign = -1
    if not sign:
        return 0, index
    fraction = sense_at(tokens, index + 1, Sense.FRACTION)
    if fraction is not None:
        return sign * fraction, index + 2
    number = read_number(tokens, index + 1)
    if number is not None and sense_at(tokens, number[1], Sense.UNIT) == TimeUnit.MINUTE:
        return sign * number[0], number[1] + 1
    return 0, index
