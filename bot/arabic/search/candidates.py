"""How the tables are asked: counts of tokens, and the candidates worth weighing word by word.

Two ways lead to candidates. Tokens that are rare enough are summed by worth in the database, at
most `MOST_ROWS` rows in all; tokens too common for that only add to what the rare ones found.
Where no token is rare, entries that grant every wish are taken, newest first. So the cost of a
query is bounded whatever is asked and however many entries there are.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.arabic.search.query import Query
from bot.arabic.search.tables import scope_token
from bot.arabic.search.words import SYNONYM

if TYPE_CHECKING:
    from bot.arabic.search.transaction import Transaction

MOST_ROWS = 1500
MOST_CANDIDATES = 300
ENOUGH_CANDIDATES = 60
MOST_TERMS = 16
MOST_COMMON = 4
MOST_NAMED_SCOPES = 64
"""More scopes than that are looked up once, on SQLite, rather than named in every part of the
query: its full text search takes the square of the time for them."""
_LEAST_SURE = SYNONYM

PUT_SQLITE = (
    "INSERT INTO search_entries (kind, ref, scope, title, words) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (kind, ref) DO UPDATE SET scope = excluded.scope, title = excluded.title, "
    "words = excluded.words RETURNING id"
)
PUT_POSTGRES = (
    "INSERT INTO search_entries (kind, ref, scope, title, words, tokens) "
    "VALUES (?, ?, ?, ?, ?, string_to_array(CAST(? AS text), ' ')) "
    "ON CONFLICT (kind, ref) DO UPDATE SET scope = excluded.scope, title = excluded.title, "
    "words = excluded.words, tokens = excluded.tokens"
)
RENEW_POSTGRES = (
    "UPDATE search_entries SET tokens = string_to_array(CAST(? AS text), ' ') WHERE id = ?"
)
SOME_SQLITE = (
    "SELECT e.id, e.kind, e.title, e.words, t.tokens FROM search_entries e "
    "JOIN search_tokens t ON t.rowid = e.id WHERE e.id > ? AND e.id <= ? ORDER BY e.id "
    "LIMIT CAST(? AS bigint)"
)
SOME_POSTGRES = (
    "SELECT id, kind, title, words, array_to_string(tokens, ' ') FROM search_entries "
    "WHERE id > ? AND id <= ? ORDER BY id LIMIT CAST(? AS bigint)"
)
# The first entry that holds a token is soon met; to count them all is dear where all hold it.
_HELD_SQLITE = (
    "SELECT trim(wanted.value, '\"') FROM json_each(?) AS wanted WHERE EXISTS (SELECT 1 FROM"
    " search_tokens WHERE search_tokens MATCH wanted.value LIMIT 1)"
)
_COMMON_POSTGRES = (
    "SELECT u.token, CAST(ceil(u.part * greatest(c.reltuples, 1)) AS bigint) "
    "FROM pg_stats s "
    "JOIN pg_class c ON c.oid = to_regclass('search_entries') "
    "CROSS JOIN LATERAL unnest(CAST(CAST(s.most_common_elems AS text) AS text[]), "
    "s.most_common_elem_freqs) AS u (token, part) "
    "WHERE s.schemaname = current_schema() AND s.tablename = 'search_entries' "
    "AND s.attname = 'tokens' AND u.token = ANY (string_to_array(CAST(? AS text), ' '))"
)

Row = Sequence[Any]
"""id, ref, title, words"""


async def add(
    tx: "Transaction", rows: Sequence[tuple[tuple[str, int, str, str, str], str]]
) -> None:
    """Add entries that are not there, each with its kind, ref, scope, title and words, and with the
    tokens that it holds."""
    if tx.dialect == "sqlite":
        marks = ", ".join("(?, ?, ?, ?, ?)" for _ in rows)
        numbers = await tx.fetch(
            "INSERT INTO search_entries (kind, ref, scope, title, words) VALUES "  # noqa: S608
            f"{marks} RETURNING ref, id",
            *(value for row, _ in rows for value in row),
        )
        by_ref = {row[0]: row[1] for row in numbers}
        await tx.run(
            "INSERT INTO search_tokens (rowid, tokens) VALUES "  # noqa: S608
            + ", ".join("(?, ?)" for _ in rows),
            *(value for row, held in rows for value in (by_ref[row[1]], held)),
        )
        return
    await tx.run(
        "INSERT INTO search_entries (kind, ref, scope, title, words, tokens) VALUES "  # noqa: S608
        + ", ".join("(?, ?, ?, ?, ?, string_to_array(CAST(? AS text), ' '))" for _ in rows),
        *(value for row, held in rows for value in (*row, held)),
    )


async def count_tokens(tx: "Transaction", tokens: Sequence[str]) -> tuple[dict[str, int], int]:
    """How many entries hold each token, and a bound on how many entries there are.

    Exact on SQLite but for common tokens, which were counted lately. PostgreSQL knows those from
    its own statistics; the others are counted, which is cheap because they are rare.
    """
    ((total,),) = await tx.fetch("SELECT coalesce(max(id), 0) FROM search_entries")
    if not tokens:
        return {}, total
    if tx.dialect == "sqlite":
        known = tx.common_tokens.among(tokens, total)
        asked = [token for token in tokens if token not in known]
        rows = await tx.fetch(
            f"SELECT term, doc FROM search_counts WHERE term IN ({_marks(asked)})",  # noqa: S608
            *asked,
        )
        counted = {row[0]: row[1] for row in rows}
        tx.common_tokens.learn(counted, above=MOST_ROWS)
        return known | counted, total
    rows = await tx.fetch(_COMMON_POSTGRES, " ".join(tokens))
    counts = {row[0]: row[1] for row in rows}
    rest = [token for token in tokens if token not in counts]
    if rest:
        rows = await tx.fetch(
            "SELECT token, (SELECT count(*) FROM search_entries WHERE tokens @> ARRAY[token]) "
            "FROM unnest(string_to_array(CAST(? AS text), ' ')) AS token",
            " ".join(rest),
        )
        counts.update((row[0], row[1]) for row in rows if row[1])
    return counts, total


def _quoted(tokens: Iterable[str]) -> str:
    """Tokens as SQLite's full text search is asked for them, in one value."""
    return json.dumps([f'"{token}"' for token in tokens])


async def held_tokens(tx: "Transaction", tokens: Sequence[str]) -> set[str]:
    """Those of the tokens that an entry holds; exact on both databases."""
    if not tokens:
        return set()
    if tx.dialect == "sqlite":
        return {row[0] for row in await tx.fetch(_HELD_SQLITE, _quoted(tokens))}
    # one entry with a common token is soon met; what is rare costs little to count
    common = {row[0] for row in await tx.fetch(_COMMON_POSTGRES, " ".join(tokens))}
    held = set()
    for asked, condition in (
        (common, "(SELECT true FROM search_entries WHERE tokens @> ARRAY[token] LIMIT 1)"),
        (
            {*tokens} - common,
            "(SELECT count(*) FROM search_entries WHERE tokens @> ARRAY[token]) > 0",
        ),
    ):
        if asked:
            rows = await tx.fetch(
                "SELECT token FROM unnest(string_to_array(CAST(? AS text), ' ')) AS token "  # noqa: S608
                f"WHERE {condition}",
                " ".join(sorted(asked)),
            )
            held |= {row[0] for row in rows}
    return held


async def gather(
    tx: "Transaction", query: Query, counts: Mapping[str, int], scopes: Sequence[str] | None
) -> list[Row]:
    """Candidates for a settled query, in no order that means anything, each once."""
    asked = query.values.keys() | query.leads.keys()
    ranked = sorted(asked, key=lambda token: (-query.value(token), token))[:MOST_TERMS]
    rare, rows = [], 0
    for token in ranked:
        if rows + counts[token] <= MOST_ROWS:
            rare.append(token)
            rows += counts[token]
    common = [token for token in ranked if token not in rare]
    found: dict[int, Row] = {}
    if rare:
        weighed = _weigh_apart(query)
        sum_up = _sum_sqlite if tx.dialect == "sqlite" else _sum_postgres
        # where all that hold a rare token are taken, it does not matter which come first
        besides = common if rows > MOST_CANDIDATES else []
        for row in await sum_up(tx, query.kind, rare, besides, weighed, scopes):
            found[row[0]] = row
    if common and len(found) < ENOUGH_CANDIDATES:
        every = [_sure_tokens(query, number) for number in range(len(query.wishes))]
        every = [tokens for tokens in every if tokens]
        rarest = min(every, key=lambda tokens: sum(counts[token] for token in tokens), default=[])
        take = _take_sqlite if tx.dialect == "sqlite" else _take_postgres
        for wishes in [every, [rarest]] if len(every) > 1 else [every] * len(every):
            for row in await take(tx, query.kind, wishes, scopes):
                found[row[0]] = row
    return list(found.values())


def _weigh_apart(query: Query) -> dict[str, int]:
    """The worth of tokens when the database adds them up, in thousandths.

    A word's stem comes with its root, so the stem is worth only what it says beyond the root.
    """
    weighed = {token: query.value(token) for token in query.values.keys() | query.leads.keys()}
    for number, wish in enumerate(query.wishes):
        worths = [(dict(query.values[t]).get(number, 0.0), t) for t in wish.terms if t in weighed]
        worths.sort(reverse=True)
        if len(worths) > 1:
            (most, stem), (next_most, _) = worths[:2]
            weighed[stem] -= min(next_most, most * 0.7)
    return {token: max(1, round(worth * 1000)) for token, worth in weighed.items()}


def _sure_tokens(query: Query, number: int) -> list[str]:
    terms = query.wishes[number].terms
    held = [token for token in terms if token in query.values]
    return [token for token in held if terms[token] >= _LEAST_SURE] or held


async def _sum_sqlite(
    tx: "Transaction",
    kind: str,
    rare: Sequence[str],
    common: Sequence[str],
    weighed: Mapping[str, int],
    scopes: Sequence[str] | None,
) -> list[Row]:
    any_rare = _any_of(rare)
    within = _within_sqlite(kind, scopes)
    parts = [(weighed[token], f'"{token}"{within.match}') for token in rare]
    parts += [(weighed[token], f'{any_rare} AND "{token}"{within.match}') for token in common]
    union = " UNION ALL ".join(
        "SELECT rowid AS number, ? AS worth FROM search_tokens "  # noqa: S608
        f"WHERE search_tokens MATCH ?{within.condition}"
        for _ in parts
    )
    return await tx.fetch(
        f"{within.first}SELECT e.id, e.ref, e.title, e.words FROM "  # noqa: S608
        f"(SELECT number FROM ({union}) GROUP BY number ORDER BY sum(worth) DESC, number DESC "
        "LIMIT ?) AS best JOIN search_entries e ON e.id = best.number",
        *within.values,
        *(value for part in parts for value in part),
        MOST_CANDIDATES,
    )


async def _sum_postgres(
    tx: "Transaction",
    kind: str,
    rare: Sequence[str],
    common: Sequence[str],
    weighed: Mapping[str, int],
    scopes: Sequence[str] | None,
) -> list[Row]:
    within, names = _within_postgres(kind, scopes)
    part = (
        "SELECT id, CAST(? AS integer) AS worth FROM search_entries "  # noqa: S608
        f"WHERE tokens @> ARRAY[CAST(? AS text)]{within}"
    )
    union = " UNION ALL ".join(part for _ in rare)
    values: list[Any] = [value for token in rare for value in (weighed[token], token, *names)]
    # comparing arrays is slow, so the common tokens are looked for in the best of the rare only
    added = "".join(
        " + CASE WHEN e.tokens @> ARRAY[CAST(? AS text)] THEN CAST(? AS integer) ELSE 0 END"
        for _ in common[:MOST_COMMON]
    )
    values.append(MOST_CANDIDATES * (2 if added else 1))
    values += [value for token in common[:MOST_COMMON] for value in (token, weighed[token])]
    return await tx.fetch(
        "SELECT e.id, e.ref, e.title, e.words FROM "  # noqa: S608
        f"(SELECT id, sum(worth) AS worth FROM ({union}) AS parts GROUP BY id "
        "ORDER BY sum(worth) DESC, id DESC LIMIT CAST(? AS bigint)) AS best "
        "JOIN search_entries e ON e.id = best.id "
        f"ORDER BY best.worth{added} DESC, e.id DESC LIMIT CAST(? AS bigint)",
        *values,
        MOST_CANDIDATES,
    )


async def _take_sqlite(
    tx: "Transaction", kind: str, wishes: Sequence[Sequence[str]], scopes: Sequence[str] | None
) -> list[Row]:
    within = _within_sqlite(kind, scopes)
    return await tx.fetch(
        f"{within.first}SELECT e.id, e.ref, e.title, e.words FROM "  # noqa: S608
        "(SELECT rowid AS number FROM search_tokens "
        f"WHERE search_tokens MATCH ?{within.condition} ORDER BY rowid DESC LIMIT ?) AS newest "
        "JOIN search_entries e ON e.id = newest.number",
        *within.values,
        " AND ".join(map(_any_of, wishes)) + within.match,
        MOST_CANDIDATES // 2,
    )


class _Within(NamedTuple):
    """How a query on SQLite keeps to scopes: as a part of what is matched, or, where they are
    many, by a condition on what a first part of the statement has found with its values."""

    match: str = ""
    first: str = ""
    condition: str = ""
    values: tuple[str, ...] = ()


def _within_sqlite(kind: str, scopes: Sequence[str] | None) -> _Within:
    if scopes is None:
        return _Within()
    tokens = [scope_token(kind, scope) for scope in scopes]
    if len(tokens) <= MOST_NAMED_SCOPES:
        return _Within(match=f" AND {_any_of(tokens)}")
    return _Within(
        first="WITH allowed AS MATERIALIZED (SELECT DISTINCT search_tokens.rowid AS number "
        "FROM json_each(?) AS wanted JOIN search_tokens ON search_tokens MATCH wanted.value) ",
        # the sign keeps SQLite from asking the index once for every allowed entry
        condition=" AND +rowid IN (SELECT number FROM allowed)",
        values=(_quoted(tokens),),
    )


async def _take_postgres(
    tx: "Transaction", kind: str, wishes: Sequence[Sequence[str]], scopes: Sequence[str] | None
) -> list[Row]:
    held = " AND ".join("tokens && string_to_array(CAST(? AS text), ' ')" for _ in wishes)
    within, names = _within_postgres(kind, scopes)
    return await tx.fetch(
        f"SELECT id, ref, title, words FROM search_entries WHERE {held}{within} "  # noqa: S608
        "LIMIT CAST(? AS bigint)",
        *(" ".join(tokens) for tokens in wishes),
        *names,
        MOST_CANDIDATES // 2,
    )


def _within_postgres(kind: str, scopes: Sequence[str] | None) -> tuple[str, list[str]]:
    if scopes is None:
        return "", []
    names = " ".join(scope_token(kind, scope) for scope in scopes)
    return " AND tokens && string_to_array(CAST(? AS text), ' ')", [names]


def _any_of(tokens: Sequence[str]) -> str:
    return "(" + " OR ".join(f'"{token}"' for token in tokens) + ")"


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
