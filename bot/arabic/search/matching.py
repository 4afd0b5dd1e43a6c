"""What a reader is shown of a search: the words that matched and a nearer spelling, as written.

The search itself knows folded words only. The functions here find them again in the texts, so that
they stand on the screen with their hamzas and endings.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.arabic.search import index as search_index
from bot.arabic.search.folding import clean, find_written_words
from bot.arabic.search.transaction import Transaction
from bot.arabic.search.words import analyse_word, read_words

_AROUND = 45
"""Characters of a text shown before and after the first word that matched."""
_LOADED_AT_ONCE = 50
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SearchRequest(Generic[_T]):
    """A search by somebody: `load` gives what they may see of these refs, `texts` the texts in
    which each of them was found. `scopes` come as near to their rights as they can: what `load`
    leaves out is made up for only among the entries that the search ranks."""

    kind: str
    words: str
    scopes: Sequence[str] | None
    load: Callable[[list[int]], Awaitable[Mapping[int, _T]]]
    texts: Callable[[Mapping[int, _T]], Awaitable[Mapping[int, Sequence[str]]]]
    most: int = 50


@dataclass(frozen=True, slots=True)
class Match(Generic[_T]):
    """What was found, with the words that matched, folded."""

    ref: int
    item: _T
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matches(Generic[_T]):
    """What answers a search, best first; `offer` is a nearer spelling where nothing does, one
    that is sure to find something for the same reader."""

    found: tuple[Match[_T], ...]
    offer: str = ""


async def look_up(tx: Transaction, asked: SearchRequest[_T]) -> Matches[_T]:
    """What a reader finds, or the nearest spelling that they would find something by."""
    found = await _find(tx, asked, asked.words)
    if found:
        return Matches(found)
    offer = await search_index.nearest_spelling(tx, asked.kind, asked.words, scopes=asked.scopes)
    found = await _find(tx, asked, offer) if offer else ()
    if not offer or not found:
        return Matches(())
    best = found[0]
    texts = (await asked.texts({best.ref: best.item}))[best.ref]
    return Matches((), write_out(asked.kind, offer, asked.words, written_words(texts, best.words)))


async def _find(tx: Transaction, asked: SearchRequest[_T], words: str) -> tuple[Match[_T], ...]:
    found = await find_allowed(tx, asked.kind, words, asked.scopes, asked.load, asked.most)
    return tuple(found)


async def find_allowed(
    tx: Transaction,
    kind: str,
    words: str,
    scopes: Sequence[str] | None,
    load: Callable[[list[int]], Awaitable[Mapping[int, _T]]],
    most: int,
) -> list[Match[_T]]:
    """The best `most` entries of which `load` gives something, among all that are ranked: what the
    reader may not see displaces nothing that they may."""
    hits = await search_index.find(tx, kind, words, limit=search_index.MOST_RANKED, scopes=scopes)
    found: list[Match[_T]] = []
    at_once = max(most, _LOADED_AT_ONCE)
    for start in range(0, len(hits), at_once):
        some = hits[start : start + at_once]
        seen = await load([hit.ref for hit in some])
        found += [Match(hit.ref, seen[hit.ref], hit.words) for hit in some if hit.ref in seen]
        if len(found) >= most:
            break
    return found[:most]


def written_words(texts: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    """The folded words as they are written in the texts, each once, in the order of the texts."""
    wanted = set(words)
    found: dict[str, str] = {}
    for text in texts:
        for start, end in find_written_words(text):
            for folded in wanted.intersection(read_words(text[start:end])):
                found.setdefault(folded, clean(text[start:end]))
    return tuple(dict.fromkeys(found.values()))


def write_out(kind: str, offer: str, asked: str, written: Sequence[str]) -> str:
    """The offer with each word that it puts right in the form in which it was found."""
    kept = set(asked.split())
    forms = {_stems(kind, word): word for word in reversed(written)}
    return " ".join(
        word if word in kept else forms.get(_stems(kind, word), word) for word in offer.split()
    )


def _stems(kind: str, word: str) -> tuple[str, ...]:
    """The stem of a word, of each of its parts where it is two (عبدالله)."""
    return tuple(analyse_word(kind, part).stem for part in read_words(word))


def cut_passage(text: str, words: Sequence[str]) -> str:
    """One line of the text around the first of the folded words, or nothing."""
    wanted = set(words)
    for start, end in find_written_words(text):
        if not wanted.isdisjoint(read_words(text[start:end])):
            break
    else:
        return ""
    first = text.rfind(" ", 0, max(0, start - _AROUND) + 1) + 1 if start > _AROUND else 0
    last = text.find(" ", min(len(text), end + _AROUND))
    last = len(text) if last < 0 else last
    piece = " ".join(text[first:last].split())
    return f"{'…' if first else ''}{piece}{'…' if last < len(text) else ''}"
