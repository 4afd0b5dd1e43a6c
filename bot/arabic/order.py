"""The order in which people look for names: 1, 2, 10; an alef wherever its hamza stands."""

from bot.arabic.search.folding import split_words

_PLACES = 8
"""Digits to which a number is filled up, so that numbers stand in their own order as texts."""
LONGEST_KEY = 400
ALEF = "ا"
ALEFS = "أإآٱ"
"""An alef as it is written with something on it."""


def order_key(name: str) -> str:
    """A text by whose characters names stand in order, and which is the same for all ways to spell
    one: without marks, tatweel and punctuation, letters of one family as one, numbers as long as
    each other."""
    words = (word.zfill(_PLACES) if word.isdecimal() else word for word in split_words(name))
    return " ".join(words)[:LONGEST_KEY]
