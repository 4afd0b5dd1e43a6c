"""What becomes of teams when each works for some subjects, or for all."""

from alembic.script import ScriptDirectory

from bot.storage.migrations import SCRIPTS, migrate, migrate_back
from tests.databases import run_apart
from tests.storage.test_address_migration import run
from tests.storage.test_search_migration import ask

[STEP] = (SCRIPTS / "versions").glob("*_team_subjects.py")
HERE = ScriptDirectory(str(SCRIPTS)).get_revision(STEP.name.partition("_")[0])


async def test_who_founded_for_a_subject_did_so_for_it(empty_database_url: str) -> None:
    """The first holds roles for two subjects, the second one for all besides, the third has a role
    elsewhere."""
    url = empty_database_url
    run_apart(migrate, url, str(HERE.down_revision))
    people = (
        "INSERT INTO people (id, state, name, gender, language, country, timezone, numerals,"
        " calendar, created_at, registered_at) VALUES ({0}, 'member', '', 'f', 'ar', 'SA',"
        " 'Asia/Riyadh', 'arab', 'both', 0, 7)"
    )
    units = (
        "INSERT INTO units (id, parent_id, kind, name, country, timezone, gender, path, state,"
        " created_at, sort_key)"
        " VALUES ({0}, {1}, 'school', 'x', 'SA', 'Asia/Riyadh', 'girls', '{2}', 'active', 0, 'x')"
    )
    roles = (
        "INSERT INTO roles (person_id, role, unit_id, subject, state, granted_at)"
        " VALUES ({0}, '{1}', {2}, {3}, 'active', 3)"
    )
    teams = (
        "INSERT INTO teams (id, unit_id, name, theme, goals, norms, form_of_work, mode, state,"
        " link_digest, link_sealed, created_by, created_at)"
        " VALUES ({0}, 2, 'x', 'y', '[]', '[]', 'subject', 'mixed', 'active', '{0}', '', {0}, 4)"
    )
    await run(
        url,
        *(people.format(number) for number in (1, 2, 3)),
        units.format(1, "NULL", "/1/"),
        units.format(2, 1, "/1/2/"),
        units.format(3, 1, "/1/3/"),
        roles.format(1, "supervisor", 1, "'physics,science'"),
        roles.format(1, "lead", 2, "'arabic'"),
        roles.format(2, "supervisor", 1, "'science'"),
        roles.format(2, "principal", 2, "NULL"),
        roles.format(3, "supervisor", 3, "'science'"),
        *(teams.format(number) for number in (1, 2, 3)),
    )
    for _ in range(2):
        run_apart(migrate, url, HERE.revision)
        found = await ask(url, "SELECT subjects FROM teams ORDER BY id")
        assert found == [("arabic,physics,science",), (None,), (None,)]
        run_apart(migrate_back, url, str(HERE.down_revision))
        assert await ask(url, "SELECT count(*) FROM teams") == [(3,)]
