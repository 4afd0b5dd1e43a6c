"""What the way back makes of messages of which a channel has told more."""

import json
from collections.abc import Iterable, Mapping

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.migrations import SCRIPTS, migrate, migrate_back
from tests.databases import run_apart
from tests.storage.test_search_migration import ask

[STEP] = (SCRIPTS / "versions").glob("*_delivery_statuses.py")
HERE = ScriptDirectory(str(SCRIPTS)).get_revision(STEP.name.partition("_")[0])
BECOMES = {
    "sent": "sent", "delivered": "sent", "read": "sent", "refused": "failed", "failed": "failed",
    "unknown": "unknown", "dropped": "dropped", "unreachable": "unreachable",
}  # fmt: skip


Figures = Mapping[str, int] | None


async def fill(url: str, states: Iterable[str], kept: Iterable[Figures], *statements: str) -> None:
    """An installation with a message in each of the states, and an announcement for each of the
    kept counts."""

    def insert(connection: Connection) -> None:
        def run(sql: str, **values: object) -> None:
            connection.execute(text(sql), values)

        run(
            "INSERT INTO people (id, state, name, gender, language, country, timezone, numerals,"
            " calendar, created_at) VALUES (1, 'visitor', '', 'neutral', 'ar', 'SA', 'Asia/Riyadh',"
            " 'arab', 'both', 0)"
        )
        run(
            "INSERT INTO units (id, kind, name, path, country, timezone, gender, state,"
            " created_at)"
            " VALUES (1, 'school', '', '1.', 'SA', 'Asia/Riyadh', 'mixed', 'active', 0)"
        )
        for number, state in enumerate(states, start=1):
            run(
                "INSERT INTO outbox (id, person_id, kind, urgency, state, topic, attempts,"
                " queued_at) VALUES (:id, 1, 'broadcast', 2, :state, 'announcement:1', 0, 0)",
                id=number,
                state=state,
            )
        for number, figures in enumerate(kept, start=1):
            run(
                "INSERT INTO announcements (id, author_id, unit_id, title, text, state, bodies,"
                " total, created_at, figures) VALUES (:id, 1, 1, '', '', 'sent', '{}', 3, 0, :f)",
                id=number,
                f=figures and json.dumps(figures, separators=(",", ":")),
            )
        for statement in statements:
            run(statement)

    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(insert)
    await engine.dispose()


async def test_finer_states_become_those_of_before(empty_database_url: str) -> None:
    url = empty_database_url
    run_apart(migrate, url, HERE.revision)
    told = (
        "INSERT INTO delivery_statuses (channel, message, outbox_id, state, closes, at)"
        " VALUES ('elsewhere', 'm', 1, 'read', 0, 0)"
    )
    await fill(url, BECOMES, ({"sent": 3}, {"sent": 1, "read": 2}, None), told)
    run_apart(migrate_back, url, str(HERE.down_revision))
    states = await ask(url, "SELECT state FROM outbox ORDER BY id")
    assert [state for (state,) in states] == list(BECOMES.values())
    figures = await ask(url, "SELECT figures FROM announcements ORDER BY id")
    assert figures == [('{"sent":3}',), (None,), (None,)]
    run_apart(migrate, url, HERE.revision)
    assert await ask(url, "SELECT message FROM delivery_statuses") == []
