"""On PostgreSQL, what a person does may collide with a due job of the same moment: the person
notices nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from asyncpg.exceptions import PostgresError
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from bench.crowd import patience
from bot.core.clock import FrozenClock
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions.announcements import SEND_JOB, AnnouncementDraft
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.people.actions.roles import hold
from bot.features.people.queries.audiences import Audience
from bot.packs.roles import Role
from bot.scheduling import work
from bot.storage.database import Database, open_database
from bot.storage.failures import is_transient
from bot.storage.transaction import Tx
from tests.databases import PostgresServer
from tests.features.meetings_team import draft
from tests.features.test_practices import NADA, Story, story
from tests.town import Phone

__all__ = ["story"]


@pytest.fixture
def database_url(postgresql_url: str, postgres_server: PostgresServer) -> str:
    """A turn looks for a deadlock after two seconds: time to make one, on a busy machine too."""
    name = make_url(postgresql_url).database
    postgres_server.execute(f"ALTER DATABASE \"{name}\" SET deadlock_timeout = '2s'")
    return postgresql_url


@pytest.fixture
async def other(story: Story) -> AsyncIterator[Database]:
    """The database as another process has it, by whose clock everything is due."""
    later = FrozenClock(story.town.clock.now() + timedelta(days=30))
    database = await open_database(story.town.app.database.url, later)
    yield database
    await database.close()


async def collide(
    other: Database, phone: Phone, label: str, job: str, lock: tuple[str, int]
) -> None:
    """Let the phone press a button while another process, which has claimed a due row, asks for
    the lock that the turn holds."""
    async with other.transaction() as tx:
        await tx.run("SET LOCAL deadlock_timeout = '1min'")
        claimed = await work.claim(tx, 100)
        assert job in {row.job for row in claimed}
        pressing = asyncio.create_task(phone.taps(label))
        await wait_for_a_waiter(tx)
        await tx.lock(*lock)
    await pressing


async def wait_for_a_waiter(tx: Tx) -> None:
    async with patience(10):
        while not await tx.fetch("SELECT 1 FROM pg_locks WHERE NOT granted"):
            await tx.fetch("SELECT pg_sleep(0.01)")


async def test_a_meeting_is_cancelled_while_its_reminder_is_due(
    story: Story, other: Database
) -> None:
    lead = story.noura
    async with story.town.app.database.transaction() as tx:
        found, _ = await meeting_actions.schedule_meeting(
            tx, story.people["نورة"], story.team.id, draft()
        )
    await story.town.settles()
    await lead.says("/meetings")
    await lead.taps(found.title)
    await lead.taps("إلغاء الاجتماع")
    await lead.taps("تخط")
    await collide(other, lead, "نعم، إلغاء", "meetings.nudge", ("meeting", found.id))
    lead.sees("أُلغي الاجتماع، ويصل الخبر إلى الفريق")
    story.huda.sees("أُلغي الاجتماع")


async def test_an_announcement_is_stopped_while_it_is_being_sent(
    story: Story, other: Database
) -> None:
    boss = story.noura
    async with story.town.app.database.transaction() as tx:
        await hold(
            tx, None, story.people["نورة"].id, Role.PRINCIPAL, story.department.units[NADA].id
        )
        audience = Audience(story.department.units[NADA].id)
        plan = AnnouncementDraft(audience, "إعلان مهم", "نلتقي غدًا في القاعة")
        number = await announcement_actions.write_draft(tx, story.people["نورة"], plan)
        tomorrow = tx.now + timedelta(days=1)
        await announcement_actions.send(tx, story.people["نورة"], number, tomorrow)
    await story.town.settles()
    await boss.says("/announcements")
    await boss.taps("إعلاناتي")
    await boss.taps("إعلان مهم")
    await boss.taps("إلغاء")
    await collide(other, boss, "نعم، إلغاء", SEND_JOB, ("announcement", number))
    boss.sees("أُلغي")


def at_the_driver(statement: str) -> Callable[[Tx], Any]:
    return lambda tx: tx.run(statement)


def through_sqlalchemy(statement: str) -> Callable[[Tx], Any]:
    return lambda tx: tx.execute(text(statement))


@pytest.mark.parametrize("way", [at_the_driver, through_sqlalchemy])
@pytest.mark.parametrize(("code", "again"), [("40001", True), ("40P01", True), ("23505", False)])
async def test_only_what_may_succeed_later_is_tried_again(
    database_url: str, way: Callable[[str], Callable[[Tx], Any]], code: str, again: bool
) -> None:
    database = await open_database(database_url, FrozenClock(draft().starts_at))
    act = way(f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")
    with pytest.raises((PostgresError, DBAPIError)) as caught:
        async with database.transaction() as tx:
            await act(tx)
    await database.close()
    assert is_transient(caught.value) is again
