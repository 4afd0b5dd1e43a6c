"""Words of the profession that mean the same in different countries (`synonyms.tsv`)."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.arabic.folding import split_words
from bot.arabic.stemming import analyse

_TABLE = Path(__file__).with_name("synonyms.tsv")


class Meeting(NamedTuple):
    """A place in a query that says the same as other phrases: words `first` to `last`, both in."""

    first: int
    last: int
    alternatives: tuple[tuple[str, ...], ...]
    """Each alternative is the stems of its words."""


def find_synonyms(words: Sequence[str]) -> list[Meeting]:
    """Every run of these folded words that the table knows, longest runs first.

    A phrase is met when its stems stand in the query in the same order, with
    at most one other word between two of them.
    """
    table = _load_table()
    analyses = [analyse(word) for word in words]
    found = []
    for first, analysis in enumerate(analyses):
        keys = {analysis.stem, *(stem for stem, _ in analysis.guesses)}
        for key in sorted(keys):
            for phrase, line in table.by_first_stem.get(key, ()):
                last = _follow(phrase, [a.stem for a in analyses], first)
                if last is not None:
                    others = tuple(other for other in table.lines[line] if other != phrase)
                    found.append(Meeting(first, last, others))
    return sorted(found, key=lambda meeting: meeting.first - meeting.last)


def _follow(phrase: tuple[str, ...], stems: Sequence[str], first: int) -> int | None:
    position = first
    for wanted in phrase[1:]:
        ahead = stems[position + 1 : position + 3]
        if wanted not in ahead:
            return None
        position += 1 + ahead.index(wanted)
    return position


class _Table(NamedTuple):
    lines: tuple[tuple[tuple[str, ...], ...], ...]
    by_first_stem: dict[str, list[tuple[tuple[str, ...], int]]]


@cache
def _load_table() -> _Table:
    lines: list[tuple[tuple[str, ...], ...]] = []
    by_first_stem: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for row in _TABLE.read_text(encoding="utf-8").splitlines():
        if not row or row.startswith("#"):
            continue
        phrases = tuple(
            dict.fromkeys(
                tuple(analyse(word).stem for word in split_words(cell)) for cell in row.split("\t")
            )
        )
        for phrase in phrases:
            by_first_stem.setdefault(phrase[0], []).append((phrase, len(lines)))
        lines.append(phrases)
    return _Table(tuple(lines), by_first_stem)
