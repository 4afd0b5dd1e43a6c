"""Derived tables are filled from the rows that a department has already, and go again without
costing any of them."""

from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.ext.asyncio import create_async_engine

from bot.chat.person import people
from bot.core.clock import FrozenClock
from bot.features import derived
from bot.features.announcements.models import announcements, reading_counts, receipts
from bot.features.people.models import headcounts, profiles, roles, units
from bot.features.practices.models import places, practices
from bot.storage.database import open_database
from bot.storage.migrations import migrate, migrate_back
from tests.databases import run_apart

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
BEFORE, AFTER = "0013", "0014"
PEOPLE = 40
SOURCES = (people, units, profiles, roles, practices, announcements, receipts)


def settle(connection: Connection) -> None:
    """A department of two schools, forty teachers, a practice of each, and one announcement that
    every second one has read."""
    place = {"country": "SA", "timezone": "Asia/Riyadh", "gender": "girls", "state": "active",
             "created_at": NOW}  # fmt: skip
    for number, kind, path in ((1, "department", "/1/"), (2, "school", "/1/2/"),
                               (3, "school", "/1/3/")):  # fmt: skip
        above = None if number == 1 else 1
        connection.execute(
            insert(units).values(
                id=number, parent_id=above, kind=kind, name=kind, path=path, **place
            )
        )
    for n in range(1, PEOPLE + 1):
        connection.execute(
            insert(people).values(
                id=n, state="member", name="Person", gender="f", language="ar", country="SA",
                timezone="Asia/Riyadh", numerals="arab", calendar="both", created_at=NOW,
            )
        )  # fmt: skip
        connection.execute(
            insert(profiles).values(
                person_id=n, unit_id=2 + n % 2, subject="arabic", stage="primary",
                consent_version="1", consented_at=NOW, changed_at=NOW,
            )
        )  # fmt: skip
        held = {"person_id": n, "role": "teacher", "state": "active", "granted_at": NOW}
        connection.execute(insert(roles).values(unit_id=2 + n % 2, **held))
        connection.execute(
            insert(practices).values(
                author_id=n, unit_id=2 + n % 2, title="T", difficulty="D", actions_taken="A",
                result="", subject="arabic", stage="primary", reason="", shared_at=NOW,
                state="shared" if n % 4 else "withdrawn", changed_at=NOW,
            )
        )  # fmt: skip
    connection.execute(
        insert(announcements).values(
            id=1, author_id=1, unit_id=1, title="T", text="T", file=None, state="sent",
            bodies={}, total=PEOPLE, created_at=NOW,
        )
    )  # fmt: skip
    for n in range(1, PEOPLE + 1):
        read = NOW if n % 2 else None
        row = {"announcement_id": 1, "person_id": n, "acknowledged_at": read}
        connection.execute(insert(receipts).values(**row))


def count_sources(connection: Connection) -> list[int]:
    return [
        int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in SOURCES
    ]


def count_derived(connection: Connection) -> tuple[int, int, int]:
    """People below the department, practices at it, readers."""
    below = select(func.sum(headcounts.c.people)).where(headcounts.c.role == "")
    lie = select(func.count()).where(places.c.unit_id == 1)
    read = select(func.sum(reading_counts.c.readers))
    found = [connection.execute(query).scalar_one() for query in (below, lie, read)]
    return int(found[0]), int(found[1]), int(found[2])


async def test_they_are_filled_from_what_is_there_and_go_without_a_loss(
    empty_database_url: str,
) -> None:
    run_apart(migrate, empty_database_url, BEFORE)
    engine = create_async_engine(empty_database_url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(settle)
        async with engine.connect() as connection:
            before = await connection.run_sync(count_sources)
        await engine.dispose()
        run_apart(migrate, empty_database_url, AFTER)
        async with engine.connect() as connection:
            assert await connection.run_sync(count_derived) == (PEOPLE, PEOPLE * 3 // 4, 20)
            assert await connection.run_sync(count_sources) == before
        await engine.dispose()
        run_apart(migrate, empty_database_url)
        database = await open_database(empty_database_url, FrozenClock(NOW))
        async with database.reading() as tx:
            assert [await each.count_wrong(tx) for each in derived()] == [0, 0, 0]
        await database.close()
        run_apart(migrate_back, empty_database_url, BEFORE)
        async with engine.connect() as connection:
            assert await connection.run_sync(count_sources) == before
        await engine.dispose()
        run_apart(migrate, empty_database_url)
    finally:
        await engine.dispose()
