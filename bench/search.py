"""Measures the search: what it finds, how high, and how long a query takes.

    python -m bench.search --docs FILE --queries FILE [--distractors N] [--json FILE]

Both files are tab-separated with a heading line. Documents need the columns `id` and `text`;
queries `query` and `relevant_doc_ids` (commas between), and may have `type`. Printed are
`recall_at_10` (of the relevant documents, the share among the first ten), `mrr` (one over the
place of the first relevant one) and `p95_ms` (95 of 100 queries take no longer), each query once
on a warm connection.
"""

import argparse
import asyncio
import csv
import json
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Literal

from bench.children import ROOT
from bench.report import Measure, against_goal
from bench.search_texts import write_texts
from bot.arabic.search.common_tokens import CommonTokens
from bot.arabic.search.index import SearchEntry, find, index
from bot.arabic.search.tables import CREATE_POSTGRES, CREATE_SQLITE
from bot.arabic.search.transaction import Transaction

DATA = ROOT / "tests" / "data"
_KIND = "practice"


@dataclass(frozen=True)
class SearchQuestion:
    text: str
    kind: str
    relevant: frozenset[int]


class SqliteTransaction:
    """The standard library's driver, without the hop to another thread that a bot needs."""

    dialect: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.common_tokens = CommonTokens()

    async def fetch(self, sql: str, *params: Any) -> list[Sequence[Any]]:
        return self._connection.execute(sql, params).fetchall()

    async def run(self, sql: str, *params: Any) -> None:
        self._connection.execute(sql, params)

    async def lock(self, kind: str, number: int) -> None:
        """Nobody else is there."""


class PostgresTransaction:
    dialect: Literal["sqlite", "postgresql"] = "postgresql"

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.common_tokens = CommonTokens()

    async def fetch(self, sql: str, *params: Any) -> list[Sequence[Any]]:
        return list(await self._connection.fetch(_number_marks(sql), *params))

    async def run(self, sql: str, *params: Any) -> None:
        await self._connection.execute(_number_marks(sql), *params)

    async def lock(self, kind: str, number: int) -> None:
        """Nobody else is there."""


def _number_marks(sql: str) -> str:
    first, *rest = sql.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))


def read_documents(path: Path) -> dict[int, str]:
    return {int(row["id"]): row["text"] for row in _read_rows(path)}


def read_questions(path: Path) -> list[SearchQuestion]:
    return [
        SearchQuestion(
            row["query"],
            row.get("type") or "all",
            frozenset(int(part) for part in row["relevant_doc_ids"].split(",")),
        )
        for row in _read_rows(path)
    ]


def _read_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


async def load(tx: Transaction, documents: dict[int, str], distractors: int) -> None:
    """Index the documents spread among the distractors, whose refs follow theirs."""
    texts = list(documents.values())
    others = enumerate(write_texts(distractors, texts), max(documents) + 1)
    share = distractors // len(documents)
    for ref, text in documents.items():
        await index(tx, SearchEntry(_KIND, ref, "", text))
        for _ in range(share):
            other, words = next(others)
            await index(tx, SearchEntry(_KIND, other, "", words))
    for other, words in others:
        await index(tx, SearchEntry(_KIND, other, "", words))


async def measure(tx: Transaction, questions: Sequence[SearchQuestion]) -> dict[str, Any]:
    """Ask every question once and say how it went, over all and for each type."""
    await find(tx, _KIND, questions[0].text)
    recalls: dict[str, list[float]] = defaultdict(list)
    ranks: dict[str, list[float]] = defaultdict(list)
    times, busy = [], []
    for question in questions:
        started, worked = time.perf_counter(), time.process_time()
        hits = await find(tx, _KIND, question.text, limit=10)
        times.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - worked) * 1000)
        places = [place for place, hit in enumerate(hits, 1) if hit.ref in question.relevant]
        recalls[question.kind].append(len(places) / len(question.relevant))
        ranks[question.kind].append(1 / places[0] if places else 0.0)
    return {
        "queries": len(questions),
        "recall_at_10": _average(recalls),
        "mrr": _average(ranks),
        "p50_ms": _take_share(times, 0.5),
        "p95_ms": _take_share(times, 0.95),
        # without what other programs took of the machine, and without a server's own work
        "p95_cpu_ms": _take_share(busy, 0.95),
        "by_type": {
            kind: {
                "recall_at_10": round(mean(recalls[kind]), 3),
                "mrr": round(mean(ranks[kind]), 3),
            }
            for kind in recalls
        },
    }


def _take_share(values: Sequence[float], share: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 2)


def _average(values: dict[str, list[float]]) -> float:
    return round(mean(value for some in values.values() for value in some), 4)


@contextmanager
def _open_sqlite() -> Iterator[SqliteTransaction]:
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "search.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        for statement in CREATE_SQLITE:
            connection.execute(statement)
        try:
            yield SqliteTransaction(connection)
        finally:
            connection.close()


async def _run_on_sqlite(arguments: argparse.Namespace) -> dict[str, Any]:
    (result,) = await _run_rounds(arguments, 1)
    return result


def measure_part(directory: Path, *, quick: bool) -> Iterator[Measure]:
    """The 95th percentile of a query among 100,000 texts, and that it finds what it should."""
    texts, rounds = (2_000, 1) if quick else (100_000, 3)
    arguments = argparse.Namespace(
        docs=DATA / "search-docs.tsv", queries=DATA / "search-queries-blind.tsv", distractors=texts
    )
    found = asyncio.run(_run_rounds(arguments, rounds))
    yield against_goal(
        "search_p95",
        f"a query among {texts:,} texts: the 95th percentile",
        "ms",
        [each["p95_ms"] for each in found],
        15.0,
        p95_of_cpu=[each["p95_cpu_ms"] for each in found],
        recall_at_10=found[0]["recall_at_10"],
        mrr=found[0]["mrr"],
    )


async def _run_rounds(arguments: argparse.Namespace, rounds: int) -> list[dict[str, Any]]:
    documents, questions = read_documents(arguments.docs), read_questions(arguments.queries)
    with _open_sqlite() as tx:
        await tx.run("BEGIN")
        await load(tx, documents, arguments.distractors)
        await tx.run("COMMIT")
        return [await measure(tx, questions) for _ in range(rounds)]


async def _run_on_postgres(arguments: argparse.Namespace) -> dict[str, Any]:
    # a PostgreSQL server that comes as a package is a matter of development only
    import asyncpg

    documents, questions = read_documents(arguments.docs), read_questions(arguments.queries)
    connection = await asyncpg.connect(arguments.database)
    try:
        tx = PostgresTransaction(connection)
        await tx.run("CREATE SCHEMA search_bench")
        await tx.run("SET search_path TO search_bench")
        for statement in CREATE_POSTGRES:
            await tx.run(statement)
        await tx.run("BEGIN")
        await load(tx, documents, arguments.distractors)
        await tx.run("COMMIT")
        await tx.run("VACUUM ANALYZE search_entries")
        await tx.run("VACUUM ANALYZE search_spellings")
        return await measure(tx, questions)
    finally:
        await connection.execute("DROP SCHEMA IF EXISTS search_bench CASCADE")
        await connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.search", description="Measures the search.")
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--distractors", type=int, default=0, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument(
        "--database", metavar="URL", help="a PostgreSQL to use instead of SQLite (postgresql://…)"
    )
    arguments = parser.parse_args()
    run = _run_on_postgres if arguments.database else _run_on_sqlite
    result = asyncio.run(run(arguments))
    for name in ("recall_at_10", "mrr", "p95_ms"):
        print(f"{name} {result[name]}")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
