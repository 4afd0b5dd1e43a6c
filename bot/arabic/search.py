"""Search that forgives: spelling, inflection, slips of the pen, and one country's words for
another's.

An entry (a practice, a team, a person, a school) is indexed by the stems and roots of its words.
A query gathers some hundred candidates that hold its rarest tokens, then weighs them word by
word. Everything happens in the caller's transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from bot.arabic import search_plan
from bot.arabic.folding import clean, find_written_words, fold
from bot.arabic.search_query import LONGEST_WORD, MOST_WORDS, Query, read_words, tokens_of
from bot.arabic.search_tables import check_kind, scope_token, stem_token
from bot.arabic.spelling import (
    find_stem,
    half_ranges,
    replace_stem,
    sort_by_nearness,
    spelling_keys,
)
from bot.arabic.stemming import analyse

MOST_INDEXED_WORDS = 3000
_ROWS_AT_ONCE = 500
_MOST_SPELLINGS = 2000
_MOST_OFFERS = 20
_T = TypeVar("_T")


class Transaction(Protocol):
    """What the search needs of an open transaction: `?` for each value, integers or text."""

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]: ...

    async def fetch(self, sql: str, *params: Any) -> list[Sequence[Any]]: ...

    async def run(self, sql: str, *params: Any) -> None: ...


@dataclass(frozen=True)
class Entry:
    """Something that can be found. `scope` says who may find it (`find` takes scopes)."""

    kind: str
    ref: int
    title: str
    text: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Hit:
    """An entry found. `score` compares hits of one query only; `words` matched, folded."""

    kind: str
    ref: int
    score: float
    words: tuple[str, ...]


async def index(tx: Transaction, entry: Entry) -> None:
    """Make an entry findable, in place of what was indexed for the same kind and ref before.

    Of a longer text only the first 3,000 words count. ValueError for a kind that is not small
    Latin letters.
    """
    kind = check_kind(entry.kind)
    title = read_words(entry.title)[:MOST_INDEXED_WORDS]
    words = read_words(entry.text)[: MOST_INDEXED_WORDS - len(title)]
    tokens = tokens_of(kind, (*title, *words)) | {scope_token(kind, entry.scope)}
    held = " ".join(sorted(tokens))
    row = (kind, entry.ref, entry.scope, " ".join(title), " ".join(words))
    if tx.dialect == "sqlite":
        ((number,),) = await tx.fetch(search_plan.PUT_SQLITE, *row)
        await tx.run("DELETE FROM search_tokens WHERE rowid = ?", number)
        await tx.run("INSERT INTO search_tokens (rowid, tokens) VALUES (?, ?)", number, held)
    else:
        await tx.run(search_plan.PUT_POSTGRES, *row, held)
    await _learn_spellings(tx, kind, f"{entry.title} {entry.text}")


async def forget(tx: Transaction, kind: str, ref: int) -> None:
    """Make an entry unfindable; nothing happens if it was never indexed."""
    gone = await tx.fetch(
        "DELETE FROM search_entries WHERE kind = ? AND ref = ? RETURNING id", check_kind(kind), ref
    )
    if tx.dialect == "sqlite":
        for (number,) in gone:
            await tx.run("DELETE FROM search_tokens WHERE rowid = ?", number)


async def find(
    tx: Transaction,
    kind: str,
    query: str,
    *,
    limit: int = 10,
    offset: int = 0,
    scopes: Iterable[str] | None = None,
) -> list[Hit]:
    """The entries of a kind that answer the query, best first, newer first among equals.

    `scopes` narrows to entries of those scopes; None means all, and no scope at all finds
    nothing. Pages reach at least the best 300. A query without a letter or digit finds nothing.
    """
    allowed = None if scopes is None else sorted(set(scopes))
    wanted = Query(check_kind(kind), query)
    if not wanted.wishes or allowed == []:
        return []
    stems = [wish.stem for wish in wanted.wishes if len(wish.stem) > 2]
    wanted.add_neighbours(await _fetch_spellings(tx, kind, map(spelling_keys, stems)))
    counts, total = await search_plan.count_tokens(tx, wanted.tokens())
    wanted.settle(counts, total)
    ranked = []
    for number, ref, title, words in await search_plan.gather(tx, wanted, counts, allowed):
        score, matched = wanted.score(title.split(), words.split())
        if score:
            ranked.append((score, number, ref, matched))
    ranked.sort(key=lambda row: (-row[0], -row[1]))
    return [
        Hit(kind, ref, score, tuple(dict.fromkeys(matched)))
        for score, _, ref, matched in ranked[offset : offset + limit]
    ]


async def nearest_spelling(
    tx: Transaction, kind: str, query: str, *, scopes: Iterable[str] | None = None
) -> str | None:
    """The query with its unknown words spelled like the nearest ones indexed, or None.

    For the moment when `find` found nothing: what is offered is sure to find something within
    the same scopes, so it betrays no word of an entry that the reader may not see.
    """
    kept = None if scopes is None else list(scopes)
    written = [clean(query[a:b])[:LONGEST_WORD] for a, b in find_written_words(query)[:MOST_WORDS]]
    stems = [analyse(fold(word)).stem for word in written]
    near = await _fetch_spellings(tx, kind, map(spelling_keys, stems))
    for stem in stems:
        for first, before in half_ranges(stem) if len(stem) > 2 else ():
            rows = await tx.fetch(
                "SELECT word, shown FROM search_spellings WHERE kind = ? AND spelling >= ? "
                "AND spelling < ? LIMIT CAST(? AS bigint)",
                *(kind, first, before, _MOST_SPELLINGS),
            )
            near |= {row[0]: row[1] for row in rows}
    nearest = {stem: sort_by_nearness(stem, near)[:_MOST_OFFERS] for stem in stems}
    asked = {*stems, *(other for some in nearest.values() for _, other in some)}
    counts, _ = await search_plan.count_tokens(
        tx, [stem_token(kind, stem) for stem in sorted(asked)]
    )
    offered = []
    for word, stem in zip(written, stems, strict=True):
        ranked = [
            (mistakes, -counts[stem_token(kind, other)], other)
            for mistakes, other in nearest[stem]
            if counts.get(stem_token(kind, other))
        ]
        if ranked and stem_token(kind, stem) not in counts:
            offered.append(replace_stem(word, stem, near[min(ranked)[2]]))
        else:
            offered.append(word)
    offer = " ".join(offered)
    if offered == written or not await find(tx, kind, offer, limit=1, scopes=kept):
        return None
    return offer


async def _fetch_spellings(
    tx: Transaction, kind: str, keys: Iterable[Iterable[str]]
) -> dict[str, str]:
    wanted = sorted({key for some in keys for key in some})
    if not wanted:
        return {}
    rows = await tx.fetch(
        "SELECT word, shown FROM search_spellings WHERE kind = ? AND spelling IN "  # noqa: S608
        f"({', '.join('?' * len(wanted))})",
        kind,
        *wanted,
    )
    return {row[0]: row[1] for row in rows}


async def _learn_spellings(tx: Transaction, kind: str, text: str) -> None:
    shown = {}
    for start, end in find_written_words(text)[:MOST_INDEXED_WORDS]:
        word = clean(text[start:end])[:LONGEST_WORD]
        stem = analyse(fold(word)).stem
        if len(stem) > 2 and stem not in shown:
            shown[stem] = find_stem(word, stem)
    stems = sorted(shown)
    for some in _in_batches(stems):
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


def _in_batches(items: list[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(items), _ROWS_AT_ONCE):
        yield items[start : start + _ROWS_AT_ONCE]
