"""What a token is: a time, a joint between times, or a word that is neither."""

from __future__ import annotations

from collections.abc import Container

from bot.arabic.dates.lexicon.senses import Sense
from bot.arabic.dates.read.amounts import Tokens
from bot.arabic.dates.read.tokens import Shape, Token

_NO_TIME = frozenset(
    {
        Sense.FILLER,
        Sense.GAP,
        Sense.TURN,
        Sense.CONTEXT,
        Sense.FROM,
        Sense.TO,
        Sense.TO_PREFIX,
        Sense.AND,
        Sense.OR,
        Sense.BETWEEN,
        Sense.FOR,
        Sense.BY,
        Sense.EVERY,
        Sense.EXCEPT,
        Sense.LESS,
        Sense.THIS,
        Sense.NEXT,
        Sense.LAST,
        Sense.AFTER_NEXT,
        Sense.AFTER,
        Sense.BEFORE,
        Sense.VAGUE,
        Sense.SAME_DAY,
        Sense.MOVE,
        Sense.FRACTION,
        Sense.STARTING,
        Sense.ORDINAL_BARE,
        Sense.EDGE_START,
        Sense.EDGE_END,
        Sense.AT_ONCE,
        Sense.ISO_TIME,
        Sense.HOUR_MARK,
    }
)
_FIGURES = (
    Sense.CARDINAL,
    Sense.TENS,
    Sense.HOUR_NAME,
    Sense.ORDINAL,
    Sense.TENS_ORDINAL,
    Sense.ORDINAL_BARE,
)


def is_word(token: Token) -> bool:
    """Whether the token is a word that no list of times knows."""
    return token.shape is Shape.WORD and not token.senses and token.text[0].isalpha()


def is_filler(token: Token) -> bool:
    return Sense.FILLER in token.senses


def is_context(token: Token) -> bool:
    """Whether the token is such a word, or a phrase of courtesy."""
    return is_word(token) or (Sense.CONTEXT in token.senses and Sense.WORKDAY not in token.senses)


def is_time(token: Token) -> bool:
    """Whether the token says something of a time by itself, as a joint does not."""
    if token.shape not in (Shape.WORD, Shape.DASH):
        return True
    return not is_context(token) and any(s not in _NO_TIME for s in token.senses)


def is_figure(token: Token) -> bool:
    """Whether the token is a number, in digits, in words, or as a rank."""
    if token.shape is Shape.NUMBER:
        return True
    return Sense.WEEKDAY not in token.senses and any(s in token.senses for s in _FIGURES)


def next_at(tokens: Tokens, index: int) -> int:
    """The first index from here whose token is no filler; the length where there is none."""
    while index < len(tokens) and is_filler(tokens[index]):
        index += 1
    return index


def leads_to_time(tokens: Tokens, aside: Container[int]) -> list[bool | None]:
    """For each index, and for the end: whether what stands from there on, past joints and fillers,
    is a time; None where nothing follows. What stands at the places in `aside` is none."""
    leads: list[bool | None] = [None] * (len(tokens) + 1)
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if at in aside:
            leads[at] = False
        elif is_time(token):
            leads[at] = True
        elif is_context(token):
            leads[at] = False
        else:
            leads[at] = leads[at + 1]
    return leads


def attached(tokens: Tokens, at: int) -> bool:
    """Whether a time, or an "and" after one, stands right before."""
    if at and is_time(tokens[at - 1]):
        return True
    joint = (
        Sense.AND in tokens[at - 1].senses or Sense.LESS in tokens[at - 1].senses if at else False
    )
    return joint and at > 1 and is_time(tokens[at - 2])
