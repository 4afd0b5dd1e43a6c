"""What becomes of people when who belongs where has rows of its own, and on the way back."""

from alembic.script import ScriptDirectory

from bot.storage.migrations import SCRIPTS, migrate, migrate_back
from tests.databases import run_apart
from tests.storage.test_address_migration import run
from tests.storage.test_search_migration import ask

[STEP] = (SCRIPTS / "versions").glob("*_placements.py")
HERE = ScriptDirectory(str(SCRIPTS)).get_revision(STEP.name.partition("_")[0])
PROFILES = "SELECT person_id, unit_id, subject, stage, changed_at FROM profiles ORDER BY person_id"


async def test_everybody_stays_where_they_are(empty_database_url: str) -> None:
    """Two who work at a school, and on the way back one who was removed in the meantime."""
    url = empty_database_url
    run_apart(migrate, url, str(HERE.down_revision))
    people = (
        "INSERT INTO people (id, state, name, gender, language, country, timezone, numerals,"
        " calendar, created_at, registered_at) VALUES ({0}, '{1}', '', 'f', 'ar', 'SA',"
        " 'Asia/Riyadh', 'arab', 'both', 0, {2})"
    )
    await run(
        url,
        people.format(1, "member", 7),
        people.format(2, "member", 8),
        people.format(3, "visitor", "NULL"),
        "INSERT INTO units (id, kind, name, country, timezone, gender, path, state, created_at)"
        " VALUES (1, 'school', 'x', 'SA', 'Asia/Riyadh', 'girls', '/1/', 'active', 0)",
        *(
            "INSERT INTO profiles (person_id, unit_id, subject, stage, consent_version,"
            f" consented_at, changed_at) VALUES ({number}, 1, 'arabic', 'primary', '1', 5, 5)"
            for number in (1, 2)
        ),
        "INSERT INTO roles (id, person_id, role, unit_id, state, granted_at)"
        " VALUES (1, 2, 'teacher', 1, 'active', 3)",
    )
    before = await ask(url, PROFILES)
    run_apart(migrate, url, HERE.revision)
    assert await ask(url, PROFILES) == before
    assert await ask(
        url,
        "SELECT person_id, unit_id, standing, main, came_by, came_at FROM placements"
        " ORDER BY person_id",
    ) == [(1, 1, "unconfirmed", 1, "upgrade", 7), (2, 1, "unconfirmed", 1, "upgrade", 8)]
    await run(
        url,
        "UPDATE placements SET standing = 'suspended', main = 0 WHERE person_id = 2",
        "UPDATE profiles SET unit_id = NULL WHERE person_id = 2",
        "UPDATE people SET state = 'waiting' WHERE id = 2",
        "UPDATE roles SET state = 'suspended'",
    )
    run_apart(migrate_back, url, str(HERE.down_revision))
    assert await ask(url, PROFILES) == before
    assert await ask(url, "SELECT state FROM people ORDER BY id") == [
        ("member",), ("member",), ("visitor",),
    ]  # fmt: skip
    assert await ask(url, "SELECT state, ended_at FROM roles") == [("ended", 3)]
    run_apart(migrate, url, HERE.revision)
    assert await ask(url, PROFILES) == before
