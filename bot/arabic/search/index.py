"""Search that forgives: spelling, inflection, slips of the pen, and one country's words for
another's.

An entry (a practice, a team, a school) is indexed by the stems and roots of its words, a person by
the name and its sound. A query gathers a few hundred candidates that hold its rarest tokens, then
weighs them word by word. Everything happens in the caller's transaction; whoever changes entries
of a kind holds the kind's lock until that transaction ends, so it is best taken last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.arabic.search import candidates, spellings
from bot.arabic.search.folding import clean, find_written_words
from bot.arabic.search.names import NAME_KINDS
from bot.arabic.search.nearness import get_ready, replace_stem, sort_by_nearness
from bot.arabic.search.query import MOST_WORDS, Query, Score
from bot.arabic.search.tables import check_kind, scope_prefix, scope_token, stem_token
from bot.arabic.search.transaction import Transaction
from bot.arabic.search.words import (
    LONGEST_WORD,
    analyse_word,
    read_words,
    spelled_words,
    stop_words,
    tokens_of,
)

MOST_INDEXED_WORDS = 3000
ORDERED_KINDS = frozenset({"unit"})
"""Kinds of which equals stand in the order of their names: nobody looks for the newest school."""
_SHORTEST_SPELLED = 3
_MOST_OFFERS = 20
_ROWS_AT_ONCE = 500
_MERGED = 2
"""Fewer changes than these mean that FTS5 found nothing left to merge."""
_LAST_ID = 2**63 - 1
MOST_RANKED = 2 * candidates.MOST_CANDIDATES
"""No query ranks more entries than this."""


@dataclass(frozen=True)
class SearchEntry:
    """Something that can be found. `scope` says who may find it, and so do `scopes`, where it
    lies in several: `find` takes any of them."""

    kind: str
    ref: int
    title: str
    text: str = ""
    scope: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """An entry found. `score` compares hits of one query only; `words` matched, folded."""

    kind: str
    ref: int
    score: float
    words: tuple[str, ...]


async def index(tx: Transaction, entry: SearchEntry) -> None:
    """Make an entry findable, in place of what was indexed for the same kind and ref before.

    Of a longer text only the first 3,000 words count. ValueError for a kind that is not small
    Latin letters.
    """
    kind, row, held, shown = _written(entry)
    await _lock(tx, kind)
    before = await _spelled_stems(tx, kind, [entry.ref])
    if tx.dialect == "sqlite":
        ((number,),) = await tx.fetch(candidates.PUT_SQLITE, *row)
        await _replace_tokens(tx, number, held)
    else:
        await tx.run(candidates.PUT_POSTGRES, *row, held)
    await spellings.learn(tx, kind, shown)
    await spellings.forget_unused(tx, kind, before - shown.keys())


async def index_new(tx: Transaction, entries: Iterable[SearchEntry]) -> None:
    """`index` for entries that were never indexed: as many as there are in a few statements."""
    written: dict[str, list[tuple[_Row, str]]] = {}
    learned: dict[str, dict[str, str]] = {}
    for entry in entries:
        kind, row, held, shown = _written(entry)
        written.setdefault(kind, []).append((row, held))
        learned.setdefault(kind, {}).update(shown)
    for kind, rows in sorted(written.items()):
        await _lock(tx, kind)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            await candidates.add(tx, rows[start : start + _ROWS_AT_ONCE])
        await spellings.learn(tx, kind, learned[kind])


_Row = tuple[str, int, str, str, str]


def _written(entry: SearchEntry) -> tuple[str, _Row, str, dict[str, str]]:
    """The kind of an entry, its row, the tokens that it holds, and its stems as they are shown."""
    kind = check_kind(entry.kind)
    title = read_words(entry.title)[:MOST_INDEXED_WORDS]
    words = read_words(entry.text)[: MOST_INDEXED_WORDS - len(title)]
    scopes = {scope_token(kind, scope) for scope in (entry.scope, *entry.scopes)}
    held = " ".join(sorted(tokens_of(kind, (*title, *words)) | scopes))
    shown = spelled_words(kind, f"{entry.title} {entry.text}", MOST_INDEXED_WORDS)
    row = (kind, entry.ref, entry.scope, " ".join(title), " ".join(words))
    return kind, row, held, shown


async def reindex(tx: Transaction, after: int, limit: int) -> int:
    """Read the words of entries anew, so many after a number, as they are read now: for when the
    reading has changed. Returns the number of the last one, 0 when there are no more.

    Who may find an entry stays as it is. Names are left out: their words are read where people
    are indexed.
    """
    rows = await _fetch_some(tx, after, _LAST_ID, limit)
    for _, kind, title, words, _ in rows:
        # reading is slow and its results are kept: here nobody waits for the lock meanwhile
        tokens_of(kind, [*title.split(), *words.split()])
    kinds = {row[1] for row in rows} - NAME_KINDS
    for kind in sorted(kinds):
        await _lock(tx, kind)
    # what was committed while the locks were waited for
    locked = await _fetch_some(tx, after, rows[-1][0], limit) if kinds else []
    for number, kind, title, words, before in locked:
        if kind not in kinds:
            continue
        read = [*title.split(), *words.split()]
        places = {token for token in before.split() if token.startswith(scope_prefix(kind))}
        held = " ".join(sorted(tokens_of(kind, read) | places))
        if held != before:
            await _replace_tokens(tx, number, held)
        await spellings.learn(tx, kind, spelled_words(kind, " ".join(read), len(read)))
    return rows[-1][0] if len(rows) == limit else 0


async def _fetch_some(
    tx: Transaction, after: int, last: int, limit: int
) -> list[tuple[int, str, str, str, str]]:
    """Entries after a number and up to the last: number, kind, title, words and tokens."""
    some = candidates.SOME_SQLITE if tx.dialect == "sqlite" else candidates.SOME_POSTGRES
    rows = await tx.fetch(some, after, last, limit)
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


async def _replace_tokens(tx: Transaction, number: int, held: str) -> None:
    if tx.dialect == "sqlite":
        await tx.run("DELETE FROM search_tokens WHERE rowid = ?", number)
        await tx.run("INSERT INTO search_tokens (rowid, tokens) VALUES (?, ?)", number, held)
    else:
        await tx.run(candidates.RENEW_POSTGRES, held, number)


async def forget(tx: Transaction, kind: str, *refs: int) -> None:
    """Make entries unfindable, and forget the words that no other entry of their kind holds;
    nothing happens for those that were never indexed."""
    await _lock(tx, check_kind(kind))
    for start in range(0, len(refs), _ROWS_AT_ONCE):
        some = refs[start : start + _ROWS_AT_ONCE]
        before = await _spelled_stems(tx, kind, some)
        marks = ", ".join("?" * len(some))
        gone = await tx.fetch(
            f"DELETE FROM search_entries WHERE kind = ? AND ref IN ({marks}) RETURNING id",  # noqa: S608
            kind,
            *some,
        )
        if tx.dialect == "sqlite" and gone:
            numbers = [row[0] for row in gone]
            marks = ", ".join("?" * len(numbers))
            await tx.run(f"DELETE FROM search_tokens WHERE rowid IN ({marks})", *numbers)  # noqa: S608
        await spellings.forget_unused(tx, kind, before)


async def clear_forgotten(tx: Transaction, pages: int, *, begins: bool) -> bool:
    """Take out of the index what was deleted from it, some pages at a time; True: there is more.
    FTS5 keeps deleted tokens until it merges the segment that holds them. On PostgreSQL its own
    vacuum does it."""
    if tx.dialect != "sqlite":
        return False
    ((before,),) = await tx.fetch("SELECT total_changes()")
    # A negative number lets it begin with everything that is there.
    await tx.run(
        "INSERT INTO search_tokens (search_tokens, rank) VALUES ('merge', ?)",
        -pages if begins else pages,
    )
    ((after,),) = await tx.fetch("SELECT total_changes()")
    return bool(after - before >= _MERGED)


async def _lock(tx: Transaction, kind: str) -> None:
    await tx.lock(f"search {kind}", 0)


async def _spelled_stems(tx: Transaction, kind: str, refs: Sequence[int]) -> set[str]:
    rows = await tx.fetch(
        "SELECT title, words FROM search_entries WHERE kind = ?"  # noqa: S608
        f" AND ref IN ({', '.join('?' * len(refs))})",
        kind,
        *refs,
    )
    words = {word for row in rows for part in row for word in part.split()}
    return {analyse_word(kind, word).stem for word in words}


async def find(
    tx: Transaction,
    kind: str,
    query: str,
    *,
    limit: int = 10,
    offset: int = 0,
    scopes: Iterable[str] | None = None,
) -> list[Hit]:
    """The entries of a kind that answer the query, best first, newer first among equals, or in
    the order of their names.

    `scopes` narrows to entries of those scopes; None means all, and no scope at all finds
    nothing. Pages reach at least the best 300. A query without a letter or digit finds nothing.
    Of people only those are found whose names answer the most words of the query.
    """
    allowed = None if scopes is None else sorted(set(scopes))
    await get_ready()
    wanted = Query(check_kind(kind), query)
    if not wanted.wishes or allowed == []:
        return []
    stems = [wish.stem for wish in wanted.wishes if len(wish.stem) >= _SHORTEST_SPELLED]
    near = await spellings.fetch_near(tx, kind, stems)
    for start in sorted({each for wish in wanted.wishes for each in wanted.beginnings(wish)}):
        near |= await spellings.fetch_beginnings(tx, kind, start)
    wanted.add_neighbours(near)
    counts, total = await candidates.count_tokens(tx, wanted.tokens())
    wanted.settle(counts, total)
    ranked: list[tuple[Score, int, int, str]] = []
    for number, ref, title, words in await candidates.gather(tx, wanted, counts, allowed):
        score = wanted.score(title.split(), words.split())
        if score.value:
            ranked.append((score, number, ref, _in_order(title) if kind in ORDERED_KINDS else ""))
    if kind in NAME_KINDS:
        most = max((score.granted for score, *_ in ranked), default=0)
        ranked = [row for row in ranked if row[0].granted == most]
    ranked.sort(key=lambda row: (-row[0].value, row[3], -row[1]))
    return [
        Hit(kind, ref, score.value, score.words)
        for score, _, ref, _ in ranked[offset : offset + limit]
    ]


def _in_order(title: str) -> str:
    """The folded words of a title such that 2 stands before 10."""
    return " ".join(word.zfill(8) if word.isdecimal() else word for word in title.split())


async def nearest_spelling(
    tx: Transaction, kind: str, query: str, *, scopes: Iterable[str] | None = None
) -> str | None:
    """The query with its unknown words spelled like the nearest ones indexed, or None.

    For the moment when `find` found nothing: what is offered is sure to find something within
    the same scopes, so it betrays no word of an entry that the reader may not see.
    """
    kept = None if scopes is None else list(scopes)
    await get_ready()
    written = [clean(query[a:b])[:LONGEST_WORD] for a, b in find_written_words(query)[:MOST_WORDS]]
    stems = [_stem_to_mend(kind, word) for word in written]
    asked = [stem for stem in stems if len(stem) >= _SHORTEST_SPELLED]
    near = await spellings.fetch_near(tx, kind, asked)
    for stem in asked:
        near |= await spellings.fetch_halves(tx, kind, stem)
    nearest = {stem: sort_by_nearness(stem, near)[:_MOST_OFFERS] for stem in asked}
    tokens = {*asked, *(other for some in nearest.values() for _, other in some)}
    counts, _ = await candidates.count_tokens(tx, sorted(stem_token(kind, t) for t in tokens))
    offered = []
    for word, stem in zip(written, stems, strict=True):
        ranked = [
            (mistakes, -counts[stem_token(kind, other)], other)
            for mistakes, other in nearest.get(stem, ())
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


def _stem_to_mend(kind: str, written: str) -> str:
    """The stem of a written word, of its last part where it is two (عبدالله); "" for a word that
    is not looked for."""
    words = [word for word in read_words(written) if word not in stop_words(kind)]
    return analyse_word(kind, words[-1]).stem if words else ""
