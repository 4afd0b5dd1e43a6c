"""What the migration of the search does to an installation that has been in use."""

from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.arabic.search.index import SearchEntry, find, index
from bot.core.clock import Clock
from bot.storage.database import open_database
from bot.storage.migrations import migrate, migrate_back
from tests.databases import run_apart


async def ask(url: str, statement: str) -> list[Any]:
    engine = create_async_engine(url)

    def fetch(connection: Connection) -> list[Any]:
        return [tuple(row) for row in connection.execute(text(statement))]

    try:
        async with engine.connect() as connection:
            return await connection.run_sync(fetch)
    finally:
        await engine.dispose()


async def test_words_that_nobody_holds_go_and_the_rest_is_read_anew(
    empty_database_url: str,
) -> None:
    run_apart(migrate, empty_database_url, "0014")
    database = await open_database(empty_database_url, Clock())
    async with database.transaction() as tx:
        await index(tx, SearchEntry("practice", 1, "خرائط ذهنية", scope="team 1"))
        await tx.run("INSERT INTO search_spellings VALUES ('practice', 'زراف', 'زراف', 'زراف')")
    await database.close()
    run_apart(migrate, empty_database_url)
    words = await ask(empty_database_url, "SELECT DISTINCT word FROM search_spellings")
    assert sorted(words) == [("خرايط",), ("ذهن",)]
    (row,) = await ask(empty_database_url, "SELECT job, slot, state, payload FROM due")
    assert row == ("people.index_anew", "texts", "waiting", '{"after":0}')

    database = await open_database(empty_database_url, Clock())
    async with database.transaction() as tx:
        await index(tx, SearchEntry("person", 1, "مريم"))
    await database.close()
    run_apart(migrate_back, empty_database_url, "0014")
    kinds = await ask(
        empty_database_url,
        "SELECT kind FROM search_entries UNION SELECT kind FROM search_spellings",
    )
    assert kinds == [("practice",)]
    assert await ask(empty_database_url, "SELECT id FROM due") == []
    run_apart(migrate, empty_database_url)
    database = await open_database(empty_database_url, Clock())
    async with database.reading() as tx:
        assert [hit.ref for hit in await find(tx, "practice", "خريطة ذهنية")] == [1]
    await database.close()


async def test_a_new_installation_has_nothing_to_read_anew(database_url: str) -> None:
    assert await ask(database_url, "SELECT id FROM due") == []
