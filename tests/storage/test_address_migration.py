"""What becomes of addresses when a person may have several, and on the way back."""

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.migrations import SCRIPTS, migrate, migrate_back
from tests.databases import run_apart
from tests.storage.test_search_migration import ask

[STEP] = (SCRIPTS / "versions").glob("*_addresses.py")
HERE = ScriptDirectory(str(SCRIPTS)).get_revision(STEP.name.partition("_")[0])
KEPT = "SELECT id, person_id, channel, external, reach FROM addresses ORDER BY id"


async def run(url: str, *statements: str) -> None:
    def each(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(each)
    await engine.dispose()


async def test_everybody_prefers_the_address_that_they_have(empty_database_url: str) -> None:
    """Salma has two, as nobody had before, and the first of them is closed."""
    url = empty_database_url
    run_apart(migrate, url, str(HERE.down_revision))
    people = (
        "INSERT INTO people (id, state, name, gender, language, country, timezone, numerals,"
        " calendar, created_at) VALUES ({0}, 'member', '', 'f', 'ar', 'SA', 'Asia/Riyadh', 'arab',"
        " 'both', 0)"
    )
    await run(
        url,
        *(people.format(number) for number in (1, 2)),
        "INSERT INTO addresses (id, person_id, channel, external, reach, changed_at) VALUES"
        " (1, 1, 'telegram', '11', 'unreachable', 5), (2, 2, 'telegram', '21', 'unreachable', 5),"
        " (3, 2, 'telegram', '22', 'reachable', 5), (4, 2, 'telegram', '23', 'reachable', 5)",
    )
    before = await ask(url, KEPT)
    run_apart(migrate, url, HERE.revision)
    assert await ask(url, KEPT) == before
    assert await ask(url, "SELECT id FROM addresses WHERE preferred = 1 ORDER BY id") == [
        (1,),
        (3,),
    ]
    await run(
        url,
        "INSERT INTO address_aliases (channel, external, address_id) VALUES ('telegram', '20', 3)",
        "INSERT INTO link_codes (person_id, digest, expires_at) VALUES (1, 'd', 0)",
        "INSERT INTO link_tries (address_id, tried_at) VALUES (1, 0)",
    )
    run_apart(migrate_back, url, str(HERE.down_revision))
    assert await ask(url, KEPT) == before
    run_apart(migrate, url, HERE.revision)
    assert await ask(url, KEPT) == before
