"""The known word that a mistyped one is a single letter away from."""

from __future__ import annotations

from functools import cache

from bot.arabic.dates.lexicon.words import LEXICON

_SHORTEST = 4


def _without_one_letter(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


@cache
def _index_words() -> dict[str, tuple[str, ...]]:
    """Every known word under itself and under each spelling with one letter missing."""
    index: dict[str, tuple[str, ...]] = {}
    # Most spellings are those of one word, and share its tuple.
    for words in LEXICON:
        if len(words) == 1 and len(words[0]) >= _SHORTEST:
            for spelling in (words[0], *_without_one_letter(words[0])):
                index[spelling] = index[spelling] + words if spelling in index else words
    return index


def nearest_word(word: str) -> str | None:
    """The one known word that differs by a letter, missing, added or changed.

    None for short words, and when several words are as near.
    """
    if len(word) < _SHORTEST or len(word) > 20:
        return None
    index = _index_words()
    found = set(index.get(word, ()))
    for spelling in _without_one_letter(word):
        found.update(index.get(spelling, ()))
    senses = {tuple(LEXICON[(one,)].items()) for one in found}
    return min(found) if len(senses) == 1 else None
