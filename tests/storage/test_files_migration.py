"""What the way back makes of announcements with a file of ours."""

import json

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.migrations import migrate, migrate_back
from tests.databases import run_apart
from tests.storage.test_search_migration import ask

PERSON = (
    "INSERT INTO people (id, state, name, gender, language, country, timezone, numerals, calendar,"
    " created_at) VALUES (1, 'member', '', 'f', 'ar', 'SA', 'Asia/Riyadh', 'arab', 'both', 0)"
)
UNIT = (
    "INSERT INTO units (id, kind, name, path, country, timezone, gender, state, created_at)"
    " VALUES (1, 'school', '', '1.', 'SA', 'Asia/Riyadh', 'mixed', 'active', 0)"
)
FILE = (
    "INSERT INTO files (id, owner_id, purpose, kind, name, mime, size, consent, state, channel,"
    " account, reference, message, made_at, due_at, attempts) VALUES (1, 1, 'announcement',"
    " 'document', 'plan.pdf', '', 1, 'needless', 'kept', 'telegram', '1', '', '', 0, 0, 0)"
)
ANNOUNCEMENT = (
    "INSERT INTO announcements (id, author_id, unit_id, title, text, state, bodies, total,"
    " created_at, file, file_id) VALUES (:id, 1, 1, '', 'words', 'sent', '{}', 0, 0, :file, 1)"
)


async def test_the_words_of_a_file_stay_and_a_reference_too(empty_database_url: str) -> None:
    url = empty_database_url
    run_apart(migrate, url, "0026")
    old = {"kind": "document", "ref": "R1", "name": "plan.pdf"}
    ours = {"kind": "document", "ref": "", "name": "plan.pdf", "text": "the plan"}

    def insert(connection: Connection) -> None:
        for statement in (PERSON, UNIT, FILE):
            connection.execute(text(statement))
        for number, file in ((1, old), (2, ours)):
            connection.execute(text(ANNOUNCEMENT), {"id": number, "file": json.dumps(file)})

    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(insert)
    await engine.dispose()
    run_apart(migrate_back, url, "0025")
    (first, second) = await ask(url, "SELECT text, file FROM announcements ORDER BY id")
    assert first[0] == "words"
    assert "R1" in str(first[1])
    assert second == ("words\n\nthe plan\n\nplan.pdf", None)
