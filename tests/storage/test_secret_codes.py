"""What opens something lies in the database as its digest, and sealed for whoever gave it out."""

from alembic.script import ScriptDirectory

from bot.storage.migrations import SCRIPTS, migrate, migrate_back
from bot.storage.secret_codes import SecretCodes, digest_of, new_code
from tests.databases import run_apart
from tests.storage.test_address_migration import run
from tests.storage.test_search_migration import ask

[STEP] = (SCRIPTS / "versions").glob("*_sealed_codes.py")
HERE = ScriptDirectory(str(SCRIPTS)).get_revision(STEP.name.partition("_")[0])


def test_a_code_is_shown_again_with_the_key_of_the_installation_alone() -> None:
    code = new_code("i")
    sealed = SecretCodes("key").seal(code)
    assert code not in sealed
    assert SecretCodes("key").open(sealed) == code
    assert SecretCodes("another").open(sealed) == ""
    assert SecretCodes().open(sealed) == ""
    assert (
        SecretCodes("key").open("")
        == SecretCodes("key").open("%%")
        == SecretCodes("key").open("AAAA")
        == ""
    )
    assert digest_of(code) != digest_of(new_code("i"))


async def test_links_of_a_former_version_go_on_and_nothing_in_the_database_opens_them(
    empty_database_url: str,
) -> None:
    url = empty_database_url
    run_apart(migrate, url, str(HERE.down_revision))
    await run(
        url,
        "INSERT INTO people (id, state, name, gender, language, country, timezone, numerals,"
        " calendar, created_at) VALUES (1, 'member', '', 'f', 'ar', 'SA', 'Asia/Riyadh', 'arab',"
        " 'both', 0)",
        "INSERT INTO units (id, kind, name, country, timezone, gender, path, state, created_at)"
        " VALUES (1, 'school', 'x', 'SA', 'Asia/Riyadh', 'girls', '/1/', 'active', 0)",
        *(
            "INSERT INTO invitations (id, code, unit_id, role, expires_at, state, created_at, uses)"
            f" VALUES ({number}, 'icode{number}', 1, 'lead', 9, 'open', 0, 0)"
            for number in range(1, 4)
        ),
        "INSERT INTO teams (id, unit_id, name, theme, goals, norms, form_of_work, mode, state,"
        " link_code, created_by, created_at) VALUES (1, 1, 'x', '', '[]', '[]', 'x', 'mixed',"
        " 'active', 'tcode', 1, 0)",
    )
    run_apart(migrate, url, HERE.revision)
    assert await ask(url, "SELECT digest, sealed FROM invitations ORDER BY id") == [
        (digest_of(f"icode{number}"), "") for number in range(1, 4)
    ]
    assert await ask(url, "SELECT link_digest, link_sealed FROM teams") == [
        (digest_of("tcode"), "")
    ]
    run_apart(migrate_back, url, str(HERE.down_revision))
    ((code,),) = await ask(url, "SELECT link_code FROM teams")
    assert code not in ("tcode", "")
    run_apart(migrate, url, HERE.revision)
