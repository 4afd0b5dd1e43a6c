"""What only Arabic needs: the form of address, and the form that follows a number.

The words that speak to a man stand in `locales/ar/address.txt`; without that file nothing is said
of address. Both are heuristics on the written word: they find what was forgotten, and do not parse.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from bot.core.catalogues.files import CatalogueEntry, PoFile
from bot.core.catalogues.source import CatalogueProblem

_WORD = re.compile(r"[\u0621-\u0652]+")
_MARKS = re.compile(r"[\u064b-\u0652]")
# A damma on the first letter makes a passive («it was sent»), which speaks to nobody; tanwin makes
# a noun.
_SPEAKS_TO_NOBODY = re.compile(r"^.\u064f|[\u064b-\u064d]")
_PREFIXES = ("\u0641", "\u0648")
_OBJECTS = ("\u0647\u0627", "\u0647\u0645", "\u0647")
# A number that is filled in, and the word after it that it would have to agree with.
_COUNTED = re.compile(r"\{(?:n|count|number|length|most|total|limit)\}[ \u00a0]([\u0621-\u0652]+)")
# "of", "to", "or", "until" and units that take no plural do not change with the number.
_UNCHANGING = {
    "\u0645\u0646",
    "\u0625\u0644\u0649",
    "\u0623\u0648",
    "\u062d\u062a\u0649",
    "\u0645\u064a\u063a\u0627\u0628\u0627\u064a\u062a",
}
_NAMED_IN_WORDS = (1, 2)


@lru_cache(maxsize=8)
def read_address_words(root: Path) -> frozenset[str]:
    """The words of `locales/ar/address.txt`, exempt ones with their hyphen; none where there is no
    such file."""
    path = root / "locales" / "ar" / "address.txt"
    if not path.exists():
        return frozenset()
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def check_arabic(
    po: PoFile, grouped: Mapping[str, Sequence[CatalogueEntry]], address: frozenset[str]
) -> Iterator[CatalogueProblem]:
    """Messages that speak to a person in one form only, forms that speak to somebody else, counts
    without plural forms, and figures where a word stands for the number."""
    for msgid, entries in grouped.items():
        for entry in entries:
            words = {word for text in entry.forms for word in find_address(text, address)}
            if words and entry.context is None:
                problem = (
                    f"speaks to a man only ({', '.join(sorted(words))}): it needs three entries,"
                    " with msgctxt m, f and neutral"
                )
                yield CatalogueProblem(po.place, msgid, problem)
            elif words and entry.context != "m":
                problem = f"speaks to a man ({', '.join(sorted(words))}), said to {entry.context}"
                yield CatalogueProblem(po.place, msgid, problem)
            for problem in _check_numbers(entry):
                yield CatalogueProblem(po.place, msgid, problem)


def find_address(text: str, address: frozenset[str]) -> list[str]:
    """The words of a text that speak to a man, as they are written."""
    return [
        found[0]
        for found in _WORD.finditer(text)
        if f"-{found[0]}" not in address
        and not _SPEAKS_TO_NOBODY.search(found[0])
        and _asks(text, found, address)
    ]


def _asks(text: str, found: re.Match[str], address: frozenset[str]) -> bool:
    """Whether the word stands in the list: alone, or with the one that follows."""
    stems = _stems(_MARKS.sub("", found[0]), found[0])
    after = _WORD.match(text, found.end() + 1)
    following = _MARKS.sub("", after[0]) if after else ""
    return bool((stems | {f"{stem} {following}" for stem in stems}) & address)


def _stems(bare: str, written: str) -> set[str]:
    """The word as it is, without «and» before it, and without «it» or «them» after it."""
    if written.endswith("\u0650"):  # a vocalised ending speaks to a woman
        return set()
    heads = {bare} | {bare[1:] for prefix in _PREFIXES if bare.startswith(prefix)}
    return heads | {
        head[: -len(tail)] for head in heads for tail in _OBJECTS if head.endswith(tail)
    }


def _check_numbers(entry: CatalogueEntry) -> Iterator[str]:
    if entry.plural is None:
        for found in _COUNTED.finditer(entry.forms[0]):
            if _MARKS.sub("", found[1]) not in _UNCHANGING:
                yield f"counts without plural forms ({found[0]})"
        return
    for index in _NAMED_IN_WORDS:
        if index < len(entry.forms) and "{n}" in entry.forms[index]:
            yield f"has a figure in plural form {index}, where a word stands for the number"
