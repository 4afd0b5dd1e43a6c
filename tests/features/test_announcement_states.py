"""Whatever happens to an announcement, in whatever order: what has ended stays so, and whoever it
does not reach finds it nowhere."""

import asyncio
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.chat.person import Person
from bot.core.clock import FrozenClock
from bot.core.errors import Refused
from bot.core.i18n import Voice
from bot.delivery.message import MessageKind, MessageState, outbox
from bot.features.announcements import jobs as announcement_jobs
from bot.features.announcements import notices as announcement_notices
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.actions.announcements import (
    SEND_JOB,
    AnnouncementChanges,
    AnnouncementDraft,
)
from bot.features.announcements.actions.reading_counts import READING_COUNTS
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.announcements.queries.announcements import Announcement
from bot.features.people.models import RoleState, roles
from bot.features.people.queries.audiences import Audience
from bot.packs.roles import Role
from bot.scheduling.due import DueRow, DueState, due
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.databases import run_apart
from tests.drawn import drawn
from tests.features.practices_school import PracticeSchools
from tests.features.test_practices_rules import NADA, NOW, WADI
from tests.reading import readable

MOVES = {
    AnnouncementState.DRAFT: {"scheduled", "sending", "discarded"},
    AnnouncementState.SCHEDULED: {"sending", "cancelled"},
    AnnouncementState.SENDING: {"sent", "cancelled"},
    AnnouncementState.SENT: set[str](),
    AnnouncementState.DISCARDED: set[str](),
    AnnouncementState.CANCELLED: {"sending"},
}
FIRST = st.sampled_from(("send", "schedule", "stop"))
STEPS = st.sampled_from(
    (
        "tick", "tick", "tick", "stop", "arrive", "doubt", "fail", "resend", "read first",
        "read last", "send", "stop from above", "let go on", "lose the role", "have it again",
        "change",
    )
)  # fmt: skip


@dataclass(frozen=True)
class AnnouncementSchool:
    """A school on a file, to be copied: its principal, whoever stands above, three teachers."""

    path: Path
    author: Person
    above: Person
    readers: tuple[Person, ...]
    unit_id: int


@pytest.fixture(scope="module")
def school(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> AnnouncementSchool:
    path = tmp_path_factory.mktemp("announced") / "school.sqlite3"
    shutil.copy(migrated_sqlite, path)

    async def build() -> AnnouncementSchool:
        database = await open_database(f"sqlite+aiosqlite:///{path}", FrozenClock(NOW))
        try:
            department = await PracticeSchools(database).build()
            amal = await department.person("أمل", NADA, number=1, role=Role.PRINCIPAL)
            sara = await department.person("سارة", WADI, number=9, role=Role.SUPERVISOR)
            names = ("هدى", "مريم", "نورة")
            readers = [await department.person(n, NADA, number=i) for i, n in enumerate(names, 2)]
            return AnnouncementSchool(path, amal, sara, tuple(readers), department.units[NADA].id)
        finally:
            await database.close()

    return run_apart(asyncio.run, build())


@settings(max_examples=60)
@given(first=FIRST, steps=st.lists(STEPS, max_size=14))
def test_what_has_ended_stays_so_and_reaches_nobody_else(
    school: AnnouncementSchool, first: str, steps: list[str]
) -> None:
    with TemporaryDirectory() as folder, patch.object(announcement_jobs, "PIECE", 2):
        path = shutil.copy(school.path, folder)
        asyncio.run(live_through(f"sqlite+aiosqlite:///{path}", school, [first, *steps]))


async def live_through(url: str, school: AnnouncementSchool, steps: list[str]) -> None:
    clock = FrozenClock(NOW)
    database = await open_database(url, clock)
    try:
        async with database.transaction() as tx:
            draft = AnnouncementDraft(Audience(school.unit_id), "لقاء", "نلتقي يوم الأحد")
            number = await announcement_actions.write_draft(tx, school.author, draft)
        before = AnnouncementState.DRAFT
        for step in steps:
            clock.move_to(clock.now() + timedelta(seconds=6))
            await take(database, school, number, step)
            before = await look(database, school, number, before)
        await come_to_rest(database, clock, number)
        await look(database, school, number, before, at_rest=True)
    finally:
        await database.close()


async def take(database: Database, school: AnnouncementSchool, number: int, step: str) -> None:
    """One step; what is refused changes nothing."""
    author, first, last = school.author, school.readers[0], school.readers[-1]
    try:
        async with database.transaction() as tx:
            match step:
                case "send":
                    await announcement_actions.send(tx, author, number)
                case "schedule":
                    await announcement_actions.send(
                        tx, author, number, tx.now + timedelta(seconds=20)
                    )
                case "stop":
                    await stopping_actions.stop(tx, author, number)
                case "resend":
                    await announcement_actions.resend_unknown(tx, author, number)
                case "tick":
                    await tick(tx)
                case "arrive":
                    await arrive(tx, number, MessageState.SENT, school.readers)
                case "fail":
                    await arrive(tx, number, MessageState.FAILED, school.readers[1:2])
                case "doubt":
                    await arrive(tx, number, MessageState.UNKNOWN, school.readers[:1])
                case "read first" | "read last":
                    reader = first if step == "read first" else last
                    await announcement_actions.acknowledge(tx, reader, number)
                case _:
                    await take_otherwise(tx, school, number, step)
    except Refused:
        pass


async def take_otherwise(tx: Tx, school: AnnouncementSchool, number: int, step: str) -> None:
    """What the author does until it goes, what becomes of their role, and what is done above."""
    author = school.author
    match step:
        case "stop from above":
            await stopping_actions.stop(tx, school.above, number)
        case "let go on":
            await stopping_actions.let_go_on(tx, school.above, number)
        case "lose the role" | "have it again":
            state = RoleState.ENDED if step == "lose the role" else RoleState.ACTIVE
            held = roles.c.person_id == author.id, roles.c.role == Role.PRINCIPAL
            await tx.execute(update(roles).where(*held).values(state=state))
        case "change":
            changes = AnnouncementChanges(text="نلتقي يوم الاثنين")
            await announcement_actions.change(tx, author, number, changes)


async def tick(tx: Tx) -> None:
    """Do the earliest work that is due."""
    waiting = due.c.state == DueState.WAITING, due.c.due_at <= tx.now
    query = select(due).where(*waiting, due.c.topic.like("announcement:%"))
    row = await tx.first(query.order_by(due.c.due_at, due.c.id))
    if row is None:
        return
    await tx.execute(update(due).where(due.c.id == row.id).values(state=DueState.DONE))
    work = DueRow(
        row.id, row.job, row.topic, row.slot, row.anchor_at, row.due_at, None, row.payload, 0
    )
    await (announcement_jobs.send_piece if row.job == SEND_JOB else announcement_jobs.watch)(
        tx, work
    )


async def arrive(tx: Tx, number: int, state: MessageState, readers: tuple[Person, ...]) -> None:
    queued = (
        outbox.c.state == MessageState.QUEUED,
        outbox.c.topic == announcement_queries.topic_of(number),
    )
    whose = outbox.c.person_id.in_([reader.id for reader in readers])
    await tx.execute(update(outbox).where(*queued, whose).values(state=state))


async def come_to_rest(database: Database, clock: FrozenClock, number: int) -> None:
    """All that was begun is carried through."""
    for _ in range(60):
        clock.move_to(clock.now() + timedelta(seconds=30))
        async with database.transaction() as tx:
            queued = outbox.c.state == MessageState.QUEUED
            topic = outbox.c.topic == announcement_queries.topic_of(number)
            await tx.execute(update(outbox).where(queued, topic).values(state=MessageState.SENT))
            await tick(tx)


async def look(
    database: Database,
    school: AnnouncementSchool,
    number: int,
    before: AnnouncementState,
    *,
    at_rest: bool = False,
) -> AnnouncementState:
    """What must hold at every moment; returns the state."""
    async with database.reading() as tx:
        found = await announcement_queries.announcement(tx, number)
        assert found is not None
        assert found.state is before or found.state in MOVES[before] or at_rest
        topic = outbox.c.topic == found.topic
        sent = outbox.c.kind == MessageKind.BROADCAST, outbox.c.state != MessageState.CANCELLED
        reached = set(await tx.scalars(select(outbox.c.person_id).where(topic, *sent)))
        for reader in school.readers:
            listed = bool(await announcement_queries.received(tx, reader.id, 0, 1))
            read = await announcement_queries.has_acknowledged(tx, number, reader.id)
            assert listed == (reader.id in reached or read)
        assert await READING_COUNTS.count_wrong(tx) == 0
        if found.has_begun and found.total:
            await say_the_figures(tx, found)
        if at_rest:
            report = await report_queries.report(tx, number)
            assert found.state is not AnnouncementState.SENDING
            assert report.waiting == 0
    if at_rest:
        assert not await offers_to_stop(database, number)
    return found.state


async def offers_to_stop(database: Database, number: int) -> bool:
    """Whether the author's message, as it stands in the end, has the button that stops."""
    async with database.reading() as tx:
        message = await tx.scalar(
            select(announcements.c.progress_parcel).where(announcements.c.id == number)
        )
        now = tx.now
    if message is None:
        return False
    found = await drawn(database, outbox.c.id == message, at=now)
    return any(each.route == "announce.stop" for _, s in found for each in s.choices)


LABELS = {
    "📬": "delivered", "👁": "acknowledged", "⏳": "waiting", "❔": "unknown", "⚠️": "failed",
    "✋": "cancelled",
}  # fmt: skip
"""The lines of the report, by their signs."""
FATES = {
    MessageState.QUEUED: "waiting", MessageState.SENDING: "waiting",
    MessageState.SENT: "delivered", MessageState.UNKNOWN: "unknown",
    MessageState.FAILED: "failed", MessageState.CANCELLED: "cancelled",
    MessageState.DROPPED: "cancelled",
}  # fmt: skip


async def say_the_figures(tx: Tx, found: Announcement) -> None:
    """What the report and the author's message say is what the rows are, counted one by one."""
    rows = select(outbox.c.state).where(
        outbox.c.topic == found.topic, outbox.c.kind == MessageKind.BROADCAST
    )
    counted = Counter(FATES[state] for state in await tx.scalars(rows))
    read = receipts.c.announcement_id == found.id, receipts.c.acknowledged_at.is_not(None)
    counted["acknowledged"] = len(list(await tx.scalars(select(receipts.c.person_id).where(*read))))
    if found.state is AnnouncementState.CANCELLED:
        written = sum(counted[fate] for fate in set(FATES.values()))
        counted["cancelled"] += max(0, found.total - written)
    report = await report_queries.report(tx, found.id)
    voice = Voice("ar_SA", "f", "latn")
    said = {}
    for line in announcement_notices.counts(voice, found, report).splitlines():
        sign, _, figure = readable(line).partition(" ")
        said[LABELS[sign]] = int(figure.rpartition(" ")[2])
    expected = {"delivered": 0, "acknowledged": 0} | {k: n for k, n in counted.items() if n}
    if found.state is AnnouncementState.SENDING and not any(counted.values()):
        expected = {}  # Nobody is written down yet, and noughts would be no figures.
    assert said == expected
    sentence = readable(announcement_notices.how_far(voice, found, report)).splitlines()[0]
    named = counted["cancelled" if found.state is AnnouncementState.CANCELLED else "delivered"]
    words = {0: "(أحد|الجميع|0 من)", 1: "(شخص واحد|1 من)", 2: "(شخصان|شخصين|2 من)"}
    assert re.search(words.get(named, str(named)), sentence), sentence
