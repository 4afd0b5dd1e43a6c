"""What a query says in other words, by the lexicon of the profession (`lexicon`)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.arabic.search.lexicon import Lexicon, StemPhrase, lexicon_in_use, loan_sound
from bot.arabic.search.nearness import count_mistakes, sound
from bot.arabic.search.stemming import analyse
from bot.arabic.search.words import meant_by

SYNONYM, ASKED_FOR, RELATED = 0.8, 0.6, 0.45
"""How surely it answers: the meaning said in other words; the meaning, where something is asked
that is about it; and what is about the meaning that is asked."""
SURE, MISTAKEN = 1.0, 0.75
_SHORTEST_MISTAKEN = 4
_MOST_JOINED = 4


class SynonymRun(NamedTuple):
    """Words of a query that say what other phrases say, too."""

    places: tuple[int, ...]
    """Where the words stand in the query."""
    alternatives: tuple[tuple[StemPhrase, float], ...]
    """Phrases, each with how surely it answers."""


class _Met(NamedTuple):
    places: tuple[int, ...]
    meaning: int
    phrase: StemPhrase
    """Which phrase of the meaning it is; empty for one met by its sound."""
    sureness: float


def find_synonyms(words: Sequence[str], ignored: frozenset[str]) -> list[SynonymRun]:
    """Every run of these folded words that the lexicon knows, longest runs first.

    A phrase is met when its stems stand in the query in the same order, with at most one other
    word between two of them, those that are `ignored` not counted. In a phrase of several words
    one may be misspelled, as long as another is not; a word alone, where it sounds the same. What
    is borrowed is met by its sound, in one word or in several.
    """
    lexicon = lexicon_in_use()
    found = [
        SynonymRun(met.places, _say_otherwise(lexicon, met))
        for met in {*_meet_phrases(lexicon, words, ignored), *_meet_loans(lexicon, words)}
    ]
    return sorted(found, key=lambda run: (-len(run.places), run))


def _say_otherwise(lexicon: Lexicon, met: _Met) -> tuple[tuple[StemPhrase, float], ...]:
    meaning = lexicon.meanings[met.meaning]
    if met.phrase in meaning.about:
        weighed = [(phrase, ASKED_FOR) for phrase in meaning.same]
    else:
        weighed = [(phrase, SYNONYM) for phrase in meaning.same]
        weighed += [(phrase, RELATED) for phrase in meaning.related]
    return tuple(
        (phrase, weight * met.sureness)
        for phrase, weight in weighed
        if phrase != met.phrase or met.sureness < SURE
    )


def _meet_phrases(
    lexicon: Lexicon, words: Sequence[str], ignored: frozenset[str]
) -> Iterator[_Met]:
    keys = [_stems_of(word) for word in words]
    skipped = [word in ignored for word in words]
    known = {entry for stems in keys for stem in stems for entry in lexicon.by_stem.get(stem, ())}
    for phrase, meaning in known:
        for first in range(len(words)):
            if places := _follow(phrase, keys, skipped, first):
                yield _Met(places, meaning, phrase, SURE)
    for place, stems in enumerate(keys):
        if len(stems[0]) < _SHORTEST_MISTAKEN or any(stem in lexicon.by_stem for stem in stems):
            continue
        for phrase, meaning in lexicon.by_sound.get(sound(stems[0]), ()):
            yield _Met((place,), meaning, phrase, MISTAKEN)


def _meet_loans(lexicon: Lexicon, words: Sequence[str]) -> Iterator[_Met]:
    for first in range(len(words)):
        for last in range(first + 1, min(len(words), first + _MOST_JOINED) + 1):
            for meaning in lexicon.loans.get(loan_sound(" ".join(words[first:last])), ()):
                yield _Met(tuple(range(first, last)), meaning, (), SURE)


def _stems_of(word: str) -> tuple[str, ...]:
    found = analyse(word)
    meant = (analyse(each).stem for each in meant_by(word))
    return (found.stem, *(stem for stem, _ in found.guesses), *meant)


def _follow(
    phrase: StemPhrase, keys: Sequence[tuple[str, ...]], skipped: Sequence[bool], first: int
) -> tuple[int, ...]:
    """The places of the phrase's words from `first` on, or nothing."""
    places: list[int] = []
    sure = False
    for wanted in phrase:
        ahead = list(_ahead(places[-1] + 1, skipped)) if places else [first]
        place = next((n for n in ahead if wanted in keys[n]), None)
        sure = sure or place is not None
        if place is None and len(phrase) > 1:
            place = next((n for n in ahead if _nearly(wanted, keys[n][0])), None)
        if place is None:
            return ()
        places.append(place)
    return tuple(places) if sure else ()


def _ahead(start: int, skipped: Sequence[bool]) -> Iterator[int]:
    """The places at which the next word of a phrase may stand."""
    passed = 0
    for place in range(start, len(skipped)):
        yield place
        passed += not skipped[place]
        if passed > 1:
            return


def _nearly(one: str, other: str) -> bool:
    if sound(one) == sound(other):
        return True
    shortest = min(len(one), len(other))
    return shortest >= _SHORTEST_MISTAKEN and count_mistakes(one, other, 1) == 1
