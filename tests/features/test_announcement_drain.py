"""A broadcast is queued as it drains."""

import pytest

from bot.delivery.outbox import count_queued
from bot.features.announcements import jobs as announcement_jobs
from bot.features.announcements.queries import announcements as announcement_queries
from tests.features.test_announcements import Office, begin_sending, office, send_next_piece
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
