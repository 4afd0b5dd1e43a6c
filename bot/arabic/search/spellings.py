"""The table of spellings: which words the entries of a kind hold, and what they are mistaken for.

A word is learned with the first entry that holds it and forgotten with the last one. The caller
holds the lock of the kind, so that between the question who else holds a word and the answer's
effect no other transaction can change it.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from bot.arabic.search.candidates import held_tokens
from bot.arabic.search.nearness import half_ranges, range_of, spelling_keys
from bot.arabic.search.tables import stem_token

if TYPE_CHECKING:
    from bot.arabic.search.transaction import Transaction

_ROWS_AT_ONCE = 500
_MOST_SPELLINGS = 2000
_MOST_BEGINNINGS = 300
_T = TypeVar("_T")


async def learn(tx: "Transaction", kind: str, shown: Mapping[str, str]) -> None:
    """Add the stems that the table does not know yet, each with the way it is written."""
    for some in _in_batches(sorted(shown)):
        marks = ", ".join("?" * len(some))
        known = await tx.fetch(
            f"SELECT word FROM search_spellings WHERE kind = ? AND spelling IN ({marks}) "  # noqa: S608
            "AND word = spelling",
            kind,
            *some,
        )
        new = set(some) - {word for (word,) in known}
        rows = [
            (kind, key, stem, shown[stem]) for stem in sorted(new) for key in spelling_keys(stem)
        ]
        for lines in _in_batches(rows):
            await tx.run(
                "INSERT INTO search_spellings (kind, spelling, word, shown) VALUES "  # noqa: S608
                + ", ".join("(?, ?, ?, ?)" for _ in lines),
                *(value for line in lines for value in line),
            )


async def forget_unused(tx: "Transaction", kind: str, stems: Collection[str]) -> None:
    """Remove those of the stems that no entry holds any more."""
    for some in _in_batches(sorted(stems)):
        held = await held_tokens(tx, [stem_token(kind, stem) for stem in some])
        gone = [stem for stem in some if stem_token(kind, stem) not in held]
        rows = [(key, stem) for stem in gone for key in spelling_keys(stem)]
        for lines in _in_batches(rows):
            await _remove(tx, kind, lines)


async def _remove(tx: "Transaction", kind: str, rows: list[tuple[str, str]]) -> None:
    """Each row by its whole key: by keys and words apart every key would be met with every word."""
    if tx.dialect == "sqlite":
        # It finds pairs by the table's key where they come from a table, and not from VALUES.
        pairs = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)"
        values: list[str] = [json.dumps(rows)]
    else:
        pairs = f"VALUES {', '.join('(?, ?)' for _ in rows)}"
        values = [value for row in rows for value in row]
    await tx.run(
        f"DELETE FROM search_spellings WHERE kind = ? AND (spelling, word) IN ({pairs})",  # noqa: S608
        kind,
        *values,
    )


async def fetch_near(tx: "Transaction", kind: str, words: Iterable[str]) -> dict[str, str]:
    """The stems that share a key with one of the words, with how each is written."""
    wanted = sorted({key for word in words for key in spelling_keys(word)})
    if not wanted:
        return {}
    rows = await tx.fetch(
        "SELECT word, shown FROM search_spellings WHERE kind = ? AND spelling IN "  # noqa: S608
        f"({', '.join('?' * len(wanted))})",
        kind,
        *wanted,
    )
    return {row[0]: row[1] for row in rows}


async def fetch_halves(tx: "Transaction", kind: str, word: str) -> dict[str, str]:
    """The stems that begin, or end, as the word does."""
    found: dict[str, str] = {}
    for first, before in half_ranges(word):
        found |= await _fetch_range(tx, kind, first, before, _MOST_SPELLINGS)
    return found


async def fetch_beginnings(tx: "Transaction", kind: str, start: str) -> dict[str, str]:
    """Stems that begin so, a few hundred at most."""
    found = await _fetch_range(tx, kind, *range_of(start), _MOST_BEGINNINGS)
    return {word: shown for word, shown in found.items() if word.startswith(start)}


async def _fetch_range(
    tx: "Transaction", kind: str, first: str, before: str, most: int
) -> dict[str, str]:
    rows = await tx.fetch(
        "SELECT word, shown FROM search_spellings WHERE kind = ? AND spelling >= ? "
        "AND spelling < ? LIMIT CAST(? AS bigint)",
        *(kind, first, before, most),
    )
    return {row[0]: row[1] for row in rows}


def _in_batches(items: list[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(items), _ROWS_AT_ONCE):
        yield items[start : start + _ROWS_AT_ONCE]
