"""Whose digits stay as they are when the version before did not know who had chosen them."""

from alembic.script import ScriptDirectory

from bot.storage.migrations import SCRIPTS, migrate, migrate_back
from tests.databases import run_apart
from tests.storage.test_address_migration import run
from tests.storage.test_search_migration import ask

[STEP] = (SCRIPTS / "versions").glob("*_digits_chosen.py")
HERE = ScriptDirectory(str(SCRIPTS)).get_revision(STEP.name.partition("_")[0])


async def test_digits_that_no_language_brings_were_chosen(empty_database_url: str) -> None:
    url = empty_database_url
    run_apart(migrate, url, str(HERE.down_revision))
    people = (
        "INSERT INTO people (id, state, name, gender, language, country, timezone, numerals,"
        " calendar, created_at) VALUES ({0}, 'member', '', 'f', '{1}', '{2}', 'Asia/Riyadh', '{3}',"
        " 'both', 0)"
    )
    usual = [("ar", "SA", "arab"), ("ar", "MA", "latn"), ("fr", "MA", "latn"), ("en", "SA", "latn")]
    chosen = [("ar", "SA", "latn"), ("ar", "MA", "arab"), ("fr", "MA", "arab")]
    await run(url, *(people.format(n, *each) for n, each in enumerate([*usual, *chosen])))
    run_apart(migrate, url, HERE.revision)
    found = await ask(url, "SELECT digits_chosen FROM people ORDER BY id")
    assert [each for (each,) in found] == [0] * len(usual) + [1] * len(chosen)
    run_apart(migrate_back, url, str(HERE.down_revision))
    assert await ask(url, "SELECT count(*) FROM people") == [(len(usual) + len(chosen),)]
