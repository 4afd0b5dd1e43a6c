"""How far an announcement has come: what stands still is not counted again, and readers are counted
as they say so."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import insert, select, update

from bot.chat.person import Person
from bot.core.clock import FrozenClock
from bot.delivery import outbox
from bot.delivery.outbox import ParcelState
from bot.delivery.parcel import outbox as parcels
from bot.features.announcements import actions, jobs, notices, queries
from bot.features.announcements.actions import Draft
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.features.announcements.reading import READING_COUNTS
from bot.features.people.models import Role
from bot.features.people.queries import Audience
from bot.scheduling.due import DueRow
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.features.practices_school import Department
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
        town = await Department(database).build()
        laila = await town.person("ليلى", WADI, number=1, role=Role.SUPERVISOR)
        names = ("مريم", "هدى", "نورة")
        readers = [await town.person(name, NADA, number=n) for n, name in enumerate(names, start=2)]
        async with database.transaction() as tx:
            number = await _send(tx, laila, readers, Audience(town.units[WADI].id))
        yield Sent(database, laila, readers, number)
    finally:
        await database.close()


async def _send(tx: Tx, laila: Person, readers: list[Person], audience: Audience) -> int:
    number = await actions.write_draft(tx, laila, Draft(audience, "لقاء", "نلتقي يوم الأحد"))
    ids = [reader.id for reader in readers]
    rows = [{"announcement_id": number, "person_id": reader} for reader in ids]
    await tx.execute(insert(receipts), rows)
    found = await queries.own_announcement(tx, laila, number)
    assert await queries.count_recipients(tx, laila, audience) == len(ids)
    body = await outbox.add_body(
        tx, notices.announcement(readers[0].voice, found, await queries.sender(tx, found))
    )
    await outbox.broadcast(tx, body, ids, topic=found.topic)
    progress = await outbox.progress(
        tx, laila.id, notices.progress(laila.voice, found, await queries.report(tx, number)),
        topic=f"{found.topic}:progress",
    )  # fmt: skip
    await tx.execute(
        update(announcements)
        .where(announcements.c.id == number)
        .values(state=AnnouncementState.SENDING, queued_at=tx.now, progress_parcel=progress)
    )
    return number


async def _settle(tx: Tx, sent: Sent) -> None:
    """The postman has done what he could: two arrived, of one nobody knows."""
    for reader, state in zip(
        sent.readers, (ParcelState.SENT, ParcelState.SENT, ParcelState.UNKNOWN), strict=True
    ):
        await tx.execute(
            update(parcels)
            .where(
                parcels.c.topic == queries.topic_of(sent.number),
                parcels.c.person_id == reader.id,
            )
            .values(state=state)
        )
    await jobs.watch(tx, _watch(sent.number))


def _watch(number: int) -> DueRow:
    return DueRow(
        id=1, job=actions.WATCH_JOB, topic=queries.topic_of(number), slot="watch1", anchor_at=NOW,
        due_at=NOW, expires_at=None, payload={"turn": 1}, attempts=0,
    )  # fmt: skip


async def test_each_reader_counts_once(sent: Sent) -> None:
    for reader in (sent.readers[0], sent.readers[1], sent.readers[0]):
        async with sent.database.transaction() as tx:
            await actions.acknowledge(tx, reader, sent.number)
    async with sent.database.reading() as tx:
        assert (await queries.report(tx, sent.number)).acknowledged == 2
        silent = await queries.silent_readers(tx, sent.number, 0, 10)
        assert [reader.id for reader in silent] == [sent.readers[2].id]
        assert await READING_COUNTS.count_wrong(tx) == 0


async def test_what_has_come_to_rest_is_kept_until_it_moves_again(sent: Sent) -> None:
    figures = select(announcements.c.figures).where(announcements.c.id == sent.number)
    async with sent.database.transaction() as tx:
        before = await queries.report(tx, sent.number)
        assert (before.waiting, await tx.scalar(figures)) == (3, None)
        await _settle(tx, sent)
        at_rest = await queries.report(tx, sent.number)
        assert (at_rest.delivered, at_rest.unknown, at_rest.waiting) == (2, 1, 0)
        assert await tx.scalar(figures) == {"sent": 2, "unknown": 1}
    async with sent.database.transaction() as tx:
        assert await actions.resend_unknown(tx, sent.laila, sent.number) == 1
        moving = await queries.report(tx, sent.number)
        assert (moving.delivered, moving.unknown, moving.waiting) == (2, 0, 1)
