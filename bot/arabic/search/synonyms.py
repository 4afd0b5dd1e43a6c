"""Words of the profession that mean the same in different countries (`synonyms.tsv`)."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.arabic.search.folding import split_words
from bot.arabic.search.nearness import count_mistakes, sound
from bot.arabic.search.stemming import analyse

_TABLE = Path(__file__).with_name("synonyms.tsv")
_SHORTEST_MISTAKEN = 4

StemPhrase = tuple[str, ...]
"""The stems of the words of a phrase."""


class SynonymRun(NamedTuple):
    """Words of a query that say the same as other phrases."""

    places: tuple[int, ...]
    """Where the words stand in the query."""
    alternatives: tuple[StemPhrase, ...]


def find_synonyms(words: Sequence[str]) -> list[SynonymRun]:
    """Every run of these folded words that the table knows, longest runs first.

    A phrase is met when its stems stand in the query in the same order, with at most one other
    word between two of them. In a phrase of several words one may be misspelled, as long as
    another is not.
    """
    table = _load_table()
    keys = [_stems_of(word) for word in words]
    known = {entry for stems in keys for stem in stems for entry in table.by_stem.get(stem, ())}
    found = []
    for phrase, line in sorted(known):
        for first in range(len(words)):
            places = _follow(phrase, keys, first)
            if places:
                others = tuple(other for other in table.lines[line] if other != phrase)
                found.append(SynonymRun(places, others))
    return sorted(found, key=lambda meeting: -len(meeting.places))


def _stems_of(word: str) -> tuple[str, ...]:
    found = analyse(word)
    return (found.stem, *(stem for stem, _ in found.guesses))


def _follow(phrase: StemPhrase, keys: Sequence[tuple[str, ...]], first: int) -> tuple[int, ...]:
    """The places of the phrase's words from `first` on, or nothing."""
    places: list[int] = []
    sure = False
    for wanted in phrase:
        ahead = range(places[-1] + 1, min(len(keys), places[-1] + 3)) if places else (first,)
        place = next((n for n in ahead if wanted in keys[n]), None)
        sure = sure or place is not None
        if place is None and len(phrase) > 1:
            place = next((n for n in ahead if _nearly(wanted, keys[n][0])), None)
        if place is None:
            return ()
        places.append(place)
    return tuple(places) if sure else ()


def _nearly(one: str, other: str) -> bool:
    if sound(one) == sound(other):
        return True
    shortest = min(len(one), len(other))
    return shortest >= _SHORTEST_MISTAKEN and count_mistakes(one, other, 1) == 1


class _SynonymTable(NamedTuple):
    lines: tuple[tuple[StemPhrase, ...], ...]
    by_stem: dict[str, list[tuple[StemPhrase, int]]]


@cache
def _load_table() -> _SynonymTable:
    lines: list[tuple[StemPhrase, ...]] = []
    by_stem: dict[str, list[tuple[StemPhrase, int]]] = {}
    for row in _TABLE.read_text(encoding="utf-8").splitlines():
        if not row or row.startswith("#"):
            continue
        phrases = tuple(
            dict.fromkeys(
                tuple(analyse(word).stem for word in split_words(cell)) for cell in row.split("\t")
            )
        )
        for phrase in phrases:
            for stem in set(phrase):
                by_stem.setdefault(stem, []).append((phrase, len(lines)))
        lines.append(phrases)
    return _SynonymTable(tuple(lines), by_stem)
