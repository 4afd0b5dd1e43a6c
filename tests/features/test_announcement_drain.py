"""A broadcast is queued as it drains."""

import pytest
from sqlalchemy import update

from bot.delivery.outbox import count_queued
from bot.features.announcements import jobs as announcement_jobs
from bot.features.announcements.models import receipts
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.people.models import RoleState, roles
from tests.features.test_announcements import WORDS, Office, begin_sending, office, send_next_piece
from tests.town import town

__all__ = ["office", "town"]


async def test_a_broadcast_is_queued_as_it_drains(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So whoever stops it has few messages to take back, however large the audience is."""
    monkeypatch.setattr(announcement_jobs, "PIECE", 1)
    monkeypatch.setattr(announcement_jobs, "MOST_WAITING", 1)
    async with office.town.app.database.transaction() as tx:
        number = await begin_sending(tx, office)
        for _ in range(4):
            await send_next_piece(tx, number)
        topic = announcement_queries.topic_of(number)
        assert await count_queued(tx, topic) == 1
    await office.town.settles()
    for _ in range(3):
        await office.town.moves(announcement_jobs.DRAINS_IN)
    await office.amal.says("/announcements")
    await office.amal.taps("إعلاناتي")
    await office.amal.taps("لقاء المدرسة")
    office.amal.sees("الحالة: أُرسل", "وصل: 2")


async def test_an_author_who_loses_the_right_meanwhile_reaches_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcement_jobs, "PIECE", 1)
    async with office.town.app.database.transaction() as tx:
        number = await begin_sending(tx, office)
        await send_next_piece(tx, number)
        held = roles.c.person_id == office.people["أمل"].id
        await tx.execute(update(roles).where(held).values(state=RoleState.ENDED))
        await send_next_piece(tx, number)
        assert await count_queued(tx, announcement_queries.topic_of(number)) == 0
    await office.town.settles()
    office.amal.sees("أُوقف الإرسال، ولن يصل إلى شخصين")
    await office.town.moves(announcement_jobs.DRAINS_IN)
    for reader in (office.huda, office.maryam):
        assert not any(WORDS in message.shown_text for message in reader.messages())
    assert not await office.town.rows(receipts)
