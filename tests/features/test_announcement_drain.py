"""A broadcast is queued as it drains, and what is under way when it ends is accounted for."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.delivery import outbox as outbox_queue
from bot.delivery.backlog import count_queued
from bot.delivery.message import MessageKind, MessageState, outbox
from bot.features.announcements import jobs as announcement_jobs
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.models import receipts
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.people.models import RoleState, roles
from bot.storage.transaction import Tx
from tests.features.test_announcements import (
    WORDS,
    Office,
    arrives,
    begin_sending,
    office,
    send_next_piece,
)
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


async def test_what_has_left_is_counted_once_and_not_again_and_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a million messages leave in five hours, and every five seconds their author is told."""
    counting, counts = outbox_queue.count_states, list[str]()

    async def count_states(
        tx: Tx, topic: str, kind: MessageKind | None = None
    ) -> dict[MessageState, int]:
        counts.append(topic)
        return await counting(tx, topic, kind)

    async def told(tx: Tx) -> int:
        """How many it has reached, as everybody reads it, and as it is."""
        report = await report_queries.report(tx, number)
        exact = await counting(tx, topic, MessageKind.BROADCAST)
        assert report.delivered == exact.get(MessageState.SENT, 0)
        assert report.waiting == exact.get(MessageState.QUEUED, 0)
        assert report.total == sum(exact.values())
        return report.delivered

    monkeypatch.setattr(outbox_queue, "count_states", count_states)
    monkeypatch.setattr(announcement_jobs, "PIECE", 2)
    async with office.town.app.database.transaction() as tx:
        number = await begin_sending(tx, office)
        topic = announcement_queries.topic_of(number)
        assert await told(tx) == 0
        await arrives(tx, number, office.people["هدى"])
        assert await told(tx) == 1
        await send_next_piece(tx, number)
        assert await told(tx) == 1
    assert not counts
    for _ in range(3):
        await office.town.moves(timedelta(seconds=6))
    async with office.town.app.database.reading() as tx:
        assert await told(tx) == 2
    assert counts == [topic], "once, when nothing changes any more"


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
    office.amal.sees("أُوقف الإرسال، وبقي شخصان لن يصلهما الإعلان")
    await office.town.moves(announcement_jobs.DRAINS_IN)
    for reader in (office.huda, office.maryam):
        assert not any(WORDS in message.shown_text for message in reader.messages())
    assert not await office.town.rows(receipts)


async def test_what_comes_back_after_a_stop_is_counted_as_stopped(office: Office) -> None:
    """What was under way when it was stopped, and is dropped at its next attempt."""
    amal, huda, maryam = (office.people[name] for name in ("أمل", "هدى", "مريم"))
    async with office.town.app.database.transaction() as tx:
        number = await begin_sending(tx, office)
        await arrives(tx, number, maryam)
        own = update(outbox).where(outbox.c.person_id == huda.id, outbox.c.topic.is_not(None))
        until = tx.now + timedelta(seconds=20)
        await tx.execute(own.values(state=MessageState.SENDING, lease_until=until))
        await stopping_actions.stop(tx, amal, number)
    async with office.town.app.database.transaction() as tx:
        await tx.execute(own.values(state=MessageState.QUEUED))
    for _ in range(3):
        await office.town.moves(timedelta(seconds=6))
    assert huda.id not in {row.person_id for row in await office.town.rows(receipts)}
    async with office.town.app.database.reading() as tx:
        report = await report_queries.report(tx, number)
        silent = await announcement_queries.silent_readers(tx, number, 0, 10)
    assert (report.delivered, report.cancelled, report.total) == (1, 1, 2)
    assert [reader.id for reader in silent] == [maryam.id]
    await office.huda.says("/announcements")
    office.huda.sees("لم يصلك إعلان بعد")
