"""How far an announcement has come: what stands still is not counted again, and readers are counted
as they say so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import insert, select, update

from bench.crowd import patience
from bot.chat.person import Person
from bot.core.clock import FrozenClock
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.delivery.message import MessageState
from bot.delivery.message import outbox as messages
from bot.features.announcements import jobs as announcement_jobs
from bot.features.announcements import notices as announcement_notices
from bot.features.announcements import rights as announcement_rights
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.actions.announcements import AnnouncementDraft
from bot.features.announcements.actions.reading_counts import READING_COUNTS
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.people.queries.audiences import Audience
from bot.packs.roles import Role
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.features.practices_school import PracticeSchools
from tests.features.test_practices_rules import NADA, NOW, WADI


@dataclass
class Sent:
    """Laila's announcement to three teachers of one school: sent to two, in doubt for the third."""

    database: Database
    laila: Person
    readers: list[Person]
    number: int


@pytest.fixture
async def sent(database_url: str) -> AsyncIterator[Sent]:
    database = await open_database(database_url, FrozenClock(NOW))
    try:
        town = await PracticeSchools(database).build()
        laila = await town.person("ليلى", WADI, number=1, role=Role.SUPERVISOR)
        names = ("مريم", "هدى", "نورة")
        readers = [await town.person(name, NADA, number=n) for n, name in enumerate(names, start=2)]
        async with database.transaction() as tx:
            number = await _send(tx, laila, readers, Audience(town.units[WADI].id))
        yield Sent(database, laila, readers, number)
    finally:
        await database.close()


async def _send(tx: Tx, laila: Person, readers: list[Person], audience: Audience) -> int:
    number = await announcement_actions.write_draft(
        tx, laila, AnnouncementDraft(audience, "لقاء", "نلتقي يوم الأحد")
    )
    ids = [reader.id for reader in readers]
    rows = [{"announcement_id": number, "person_id": reader} for reader in ids]
    await tx.execute(insert(receipts), rows)
    found = await announcement_rights.access_own_announcement(tx, laila, number)
    assert await announcement_queries.count_recipients(tx, laila, audience) == len(ids)
    told = {"announcement": number}
    notice = await outbox.add_notice(tx, announcement_notices.ANNOUNCED, told, lasting=True)
    await outbox.broadcast(tx, notice, ids, topic=found.topic)
    progress = await outbox.start_progress(
        tx, announcement_notices.PROGRESS, told, laila.id, topic=f"{found.topic}:progress"
    )
    await tx.execute(
        update(announcements)
        .where(announcements.c.id == number)
        .values(state=AnnouncementState.SENDING, queued_at=tx.now, progress_parcel=progress)
    )
    return number


async def _settle(tx: Tx, sent: Sent) -> None:
    """The sender has done what it could: two arrived, of one nobody knows."""
    for reader, state in zip(
        sent.readers, (MessageState.SENT, MessageState.SENT, MessageState.UNKNOWN), strict=True
    ):
        await tx.execute(
            update(messages)
            .where(
                messages.c.topic == announcement_queries.topic_of(sent.number),
                messages.c.person_id == reader.id,
            )
            .values(state=state)
        )
    await announcement_jobs.watch(tx, _watch(sent.number))


def _watch(number: int) -> DueRow:
    return DueRow(
        id=1,
        job=announcement_actions.WATCH_JOB,
        topic=announcement_queries.topic_of(number),
        slot="watch1",
        anchor_at=NOW,
        due_at=NOW,
        expires_at=None,
        payload={"turn": 1},
        attempts=0,
    )


async def test_each_reader_counts_once(sent: Sent) -> None:
    for reader in (sent.readers[0], sent.readers[1], sent.readers[0]):
        async with sent.database.transaction() as tx:
            await announcement_actions.acknowledge(tx, reader, sent.number)
    async with sent.database.reading() as tx:
        assert (await report_queries.report(tx, sent.number)).acknowledged == 2
        silent = await announcement_queries.silent_readers(tx, sent.number, 0, 10)
        assert [reader.id for reader in silent] == [sent.readers[2].id]
        assert await READING_COUNTS.count_wrong(tx) == 0


async def test_what_has_come_to_rest_is_kept_until_it_moves_again(sent: Sent) -> None:
    figures = select(announcements.c.figures).where(announcements.c.id == sent.number)
    async with sent.database.transaction() as tx:
        before = await report_queries.report(tx, sent.number)
        assert (before.waiting, await tx.scalar(figures)) == (3, None)
        await _settle(tx, sent)
        at_rest = await report_queries.report(tx, sent.number)
        assert (at_rest.delivered, at_rest.unknown, at_rest.waiting) == (2, 1, 0)
        assert await tx.scalar(figures) == {"sent": 2, "unknown": 1}
    async with sent.database.transaction() as tx:
        assert await announcement_actions.resend_unknown(tx, sent.laila, sent.number) == 1
        moving = await report_queries.report(tx, sent.number)
        assert (moving.delivered, moving.unknown, moving.waiting) == (2, 0, 1)


_WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted"


async def _beside_watching(
    sent: Sent, monkeypatch: pytest.MonkeyPatch, act: Callable[[Tx], Awaitable[int]]
) -> int:
    """Let the author do something while another process, which brings their message up to date,
    has just counted; returns what came of it."""
    counting, counted, ready = report_queries.count_messages, asyncio.Event(), asyncio.Event()

    async def count_slowly(tx: Tx, number: int) -> dict[MessageState, int]:
        states = await counting(tx, number)
        if asyncio.current_task() is watching:
            counted.set()
            await ready.wait()
        return states

    async def watch() -> None:
        async with sent.database.transaction() as tx:
            await announcement_jobs.watch(tx, _watch(sent.number))

    async def act_alone() -> int:
        async with sent.database.transaction() as tx:
            return await act(tx)

    monkeypatch.setattr(report_queries, "count_messages", count_slowly)
    watching = asyncio.create_task(watch())
    await counted.wait()
    acting = asyncio.create_task(act_alone())
    async with patience(10), sent.database.reading() as tx:
        while not acting.done() and not await tx.fetch(_WAITING):
            await tx.fetch("SELECT pg_sleep(0.01)")
    ready.set()
    await watching
    return await acting


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_is_sent_again_while_it_is_counted_is_counted_again(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sent.database.transaction() as tx:
        await _settle(tx, sent)
        await tx.execute(update(announcements).values(figures=None))
    again = await _beside_watching(
        sent,
        monkeypatch,
        lambda tx: announcement_actions.resend_unknown(tx, sent.laila, sent.number),
    )
    assert again == 1
    async with sent.database.transaction() as tx:
        arrived = update(messages).where(messages.c.state == MessageState.QUEUED)
        await tx.execute(arrived.values(state=MessageState.SENT))
        await announcement_jobs.watch(tx, _watch(sent.number))
        at_rest = await report_queries.report(tx, sent.number)
        assert (at_rest.delivered, at_rest.waiting) == (3, 0)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_is_stopped_while_it_is_counted_is_told_as_it_ended(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either it had been sent and cannot be called back, or it stays called off."""
    async with sent.database.transaction() as tx:
        arrived = update(messages).where(
            messages.c.topic == announcement_queries.topic_of(sent.number)
        )
        await tx.execute(arrived.values(state=MessageState.SENT))
    with pytest.raises(Refused, match=r"announcements\.sent"):
        await _beside_watching(
            sent, monkeypatch, lambda tx: stopping_actions.stop(tx, sent.laila, sent.number)
        )
    async with sent.database.reading() as tx:
        found = await announcement_queries.announcement(tx, sent.number)
    assert found
    assert found.state is AnnouncementState.SENT


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_readers_do_not_wait_for_each_other(sent: Sent) -> None:
    """Neither the first two of a half minute, nor whoever finds the author's message planned."""
    for earlier, later in ((0, 1), (1, 2)):
        pressed, read = asyncio.Event(), asyncio.Event()

        async def press_long(reader: Person, pressed: asyncio.Event, read: asyncio.Event) -> bool:
            async with sent.database.transaction() as tx:
                changed = await announcement_actions.acknowledge(tx, reader, sent.number)
                pressed.set()
                await read.wait()
            return changed

        pressing = asyncio.create_task(press_long(sent.readers[earlier], pressed, read))
        await pressed.wait()
        async with patience(5), sent.database.transaction() as tx:
            await announcement_actions.acknowledge(tx, sent.readers[later], sent.number)
        read.set()
        await pressing
    async with sent.database.reading() as tx:
        assert (await report_queries.report(tx, sent.number)).acknowledged == 3


async def test_the_author_is_told_of_all_who_read_in_half_a_minute_at_once(sent: Sent) -> None:
    for reader in sent.readers:
        async with sent.database.transaction() as tx:
            await announcement_actions.acknowledge(tx, reader, sent.number)
    waiting = select(due.due.c.due_at).where(due.due.c.state == "waiting")
    async with sent.database.reading() as tx:
        (at,) = await tx.scalars(waiting.where(due.due.c.slot.like("read%")))
    assert (
        announcement_actions.WATCH_EVERY.seconds
        <= (at - NOW).seconds
        <= announcement_actions.READ_EVERY + 5
    )
