"""What the tests of the search share: its tables on an empty database, and short ways to ask."""

from collections.abc import AsyncIterator

import pytest

from bot.arabic.search.index import SearchEntry, find, index
from bot.arabic.search.tables import CREATE_POSTGRES, CREATE_SQLITE
from bot.core.clock import Clock
from bot.storage.database import open_database
from bot.storage.transaction import Tx


@pytest.fixture
async def tx(empty_database_url: str) -> AsyncIterator[Tx]:
    database = await open_database(empty_database_url, Clock())
    async with database.transaction() as tx:
        for statement in CREATE_SQLITE if tx.dialect == "sqlite" else CREATE_POSTGRES:
            await tx.run(statement)
        yield tx
    await database.close()


async def put(tx: Tx, *texts: str, kind: str = "practice") -> None:
    for ref, text in enumerate(texts, 1):
        await index(tx, SearchEntry(kind, ref, "", text))


async def refs(tx: Tx, query: str, kind: str = "practice", **options: object) -> list[int]:
    return [hit.ref for hit in await find(tx, kind, query, **options)]  # type: ignore[arg-type]


async def spellings(tx: Tx, kind: str = "practice") -> set[str]:
    rows = await tx.fetch("SELECT word, shown FROM search_spellings WHERE kind = ?", kind)
    return {word for row in rows for word in row}
