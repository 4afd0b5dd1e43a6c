"""How near two spellings are, and the keys under which near ones meet."""

import asyncio
import sys
from collections.abc import Iterable
from importlib import import_module

from bot.arabic.search.folding import fold

_SOUND, _BACKWARDS = "~", "<"
_SHORTEST_TO_SHORTEN = 4
# letters that dialects and keyboards exchange, among other letters of the same look or sound
_ALIKE = str.maketrans("ثذظضصطىةؤئقغ", "تدددستيهويكع")


async def get_ready() -> None:
    """Load what compares spellings, 4 MB that a bot has no use for until somebody searches; in a
    thread, since it takes some 10 ms."""
    if "rapidfuzz" not in sys.modules:
        await asyncio.to_thread(import_module, "rapidfuzz")


def spelling_keys(word: str) -> list[str]:
    """The word, the word less any one letter, its sound, and the word backwards.

    Words one mistake apart share a key; `half_ranges` uses the last one.
    """
    keys = {word, f"{_SOUND}{sound(word)}", f"{_BACKWARDS}{word[::-1]}"}
    if len(word) >= _SHORTEST_TO_SHORTEN:
        keys.update(word[:i] + word[i + 1 :] for i in range(len(word)))
    return sorted(keys)


def half_ranges(word: str) -> list[tuple[str, str]]:
    """Two ranges of keys, each (from, before): words that begin, and that end, as this one does.

    Two mistakes in one half of a word leave the other half whole.
    """
    half = max(2, len(word) // 2)
    starts = (word[:half], f"{_BACKWARDS}{word[::-1][:half]}")
    return [range_of(start) for start in starts]


def range_of(start: str) -> tuple[str, str]:
    """The range (from, before) of the texts that begin so."""
    return start, start[:-1] + chr(ord(start[-1]) + 1)


def sound(word: str) -> str:
    """The word with letters that are confused written as one."""
    return word.translate(_ALIKE)


def count_mistakes(one: str, other: str, most: int = 2) -> int:
    """Letters added, left out, changed, or swapped with a neighbour; `most` + 1 when it is more."""
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other, score_cutoff=most)


def sort_by_nearness(word: str, others: Iterable[str]) -> list[tuple[int, str]]:
    """Others at most two mistakes away, as (mistakes, word), nearest first; never the word."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = []
    choices = set(others) - {word}
    for other, mistakes, _ in process.extract_iter(
        word, choices, scorer=OSA.distance, score_cutoff=2
    ):
        if mistakes == 2 and sound(word) == sound(other):
            mistakes = 1
        found.append((mistakes, other))
    return sorted(found, key=lambda pair: (pair[0], pair[1][:1] != word[:1], pair[1]))


def replace_stem(word: str, stem: str, other: str) -> str:
    """The clean word with another stem, its article and endings kept where they can be told."""
    folded = fold(word)
    start = folded.find(stem)
    if start < 0 or len(folded) != len(word):
        return other
    return word[:start] + other + word[start + len(stem) :]
