"""What several do to one circular in the same moment: two above its author, and its pieces."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bench.crowd import patience
from bot.chat.person import Person
from bot.core.errors import Refused
from bot.delivery.message import MessageKind, MessageState, outbox
from bot.features.announcements import jobs as announcement_jobs
from bot.features.announcements import rights
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.actions.announcements import SEND_JOB
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.features.announcements.queries import reports as report_queries
from bot.scheduling import work
from bot.scheduling.due import DueRow, DueState, due
from bot.storage.audit import audit_trail
from bot.storage.failures import is_collision
from bot.storage.transaction import Tx
from tests.features.test_announcements import NADA, WORDS, Office, office
from tests.features.test_announcements_stopped import hold_back, supervisor

__all__ = ["office"]

READERS = 12
ROUNDS = 3
ARRIVED = (MessageState.SENT, MessageState.DELIVERED)


async def many_read(office: Office) -> None:
    """As many teachers at Al-Nada as several pieces hold."""
    for number in range(READERS - 2):
        name = f"معلمة {number}"
        phone = office.town.person(name)
        office.people[name] = await office.department.person(name, NADA, number=phone.id)
        await phone.says("/menu")


async def tries(office: Office, act: Callable[[Tx], Awaitable[object]]) -> str:
    """What comes of an act in a transaction of its own, done again where it collided, as the
    dialogue does."""
    while True:
        try:
            async with office.town.app.database.transaction() as tx:
                await act(tx)
        except Refused as refusal:
            return refusal.code
        except Exception as error:
            if not is_collision(error):
                raise
        else:
            return "done"


async def test_stopping_and_going_on_at_once_again_and_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever comes first, everybody has it once in the end, and the figures agree all along."""
    for name in ("سارة", "نورة"):
        await supervisor(office, name)
    await many_read(office)
    monkeypatch.setattr(announcement_jobs, "PIECE", 2)
    monkeypatch.setattr(announcement_jobs, "MOST_WAITING", 3)
    number = await office.announces()
    amal, sara, noura = (office.people[name] for name in ("أمل", "سارة", "نورة"))

    def stops(who: Person) -> Callable[[Tx], Awaitable[object]]:
        return lambda tx: stopping_actions.stop(tx, who, number)

    def goes_on(who: Person) -> Callable[[Tx], Awaitable[object]]:
        return lambda tx: stopping_actions.let_go_on(tx, who, number)

    came = Counter[str]()
    for _ in range(ROUNDS):
        acts = (stops(sara), goes_on(noura), stops(noura), goes_on(sara))
        came.update(await asyncio.gather(*(tries(office, act) for act in acts)))
        await office.town.moves(timedelta(seconds=16))
        await agrees(office, number)
    assert came["done"]
    await tries(office, stops(sara))
    await office.town.moves(timedelta(minutes=1))
    assert await tries(office, goes_on(amal)) == "announcements.not_above"
    monkeypatch.setattr(announcement_jobs, "MOST_WAITING", 99)
    await tries(office, goes_on(noura))
    for _ in range(READERS // 2):
        await office.town.moves(timedelta(seconds=20))
    await agrees(office, number)
    (row,) = await office.town.rows(announcements)
    assert row.state is AnnouncementState.SENT
    copies = [
        sum(m.from_bot and WORDS in m.shown_text for m in phone.messages())
        for phone in office.town.phones.values()
        if phone.user.name not in ("أمل", "سارة", "نورة")
    ]
    assert copies == [1] * READERS
    # Each that was done was written down, and none besides.
    written = Counter(each.action for each in await office.town.rows(audit_trail))
    assert written["announcements.stop"] >= written["announcements.let_go_on"] >= 1


async def agrees(office: Office, number: int) -> None:
    """The report, the rows of the messages, and the readers say the same."""
    async with office.town.app.database.reading() as tx:
        (total,) = await tx.scalars(select(announcements.c.total))
        said = await report_queries.report(tx, number)
        each = await report_queries.count_each(tx, number)
        rows = await tx.all(select(outbox).where(outbox.c.kind == MessageKind.BROADCAST))
        readers = set(await tx.scalars(select(receipts.c.person_id)))
    arrived = {row.person_id for row in rows if row.state in ARRIVED}
    assert len({row.person_id for row in rows}) == len(rows)
    assert said.delivered == len(arrived)
    assert said == await _as_counted(office, number, each)
    assert said.total <= total == READERS
    assert arrived <= readers


async def _as_counted(
    office: Office, number: int, states: dict[MessageState, int]
) -> report_queries.Report:
    async with office.town.app.database.reading() as tx:
        return await report_queries.report_of(tx, number, states)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_stop_and_the_piece_that_falls_due_meanwhile_never_wait_for_each_other(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The piece is claimed while the stop holds the announcement, and before it cancels the rest:
    nothing is undone, and nothing has to be done again."""
    hold_back(monkeypatch)
    number = await office.announces()
    claimed = asyncio.Event()
    claim = work.claim

    async def claims(*args: Any, **options: Any) -> list[DueRow]:
        rows = await claim(*args, **options)
        if any(row.job == SEND_JOB for row in rows):
            claimed.set()
        return rows

    monkeypatch.setattr(work, "claim", claims)
    caplog.set_level(logging.DEBUG, "bot.scheduling.ticker")
    async with office.town.app.database.transaction() as tx:
        amal = office.people["أمل"]
        await rights.access_announcement_to_stop(tx, amal, number, lock=True)
        office.town.clock.advance(timedelta(seconds=16))
        async with patience(10):
            await claimed.wait()
        assert await stopping_actions.stop(tx, amal, number) == 1
    await office.town.settles()
    assert "due.crossed" not in {vars(line).get("action") for line in caplog.records}
    (row,) = await office.town.rows(announcements)
    assert row.state is AnnouncementState.CANCELLED
    waiting = [row for row in await office.town.rows(due) if row.job == SEND_JOB]
    assert {row.state for row in waiting} <= {DueState.DONE, DueState.CANCELLED}
