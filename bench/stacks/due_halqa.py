"""This bot's ticker and outbox with much that falls due at once."""

import asyncio
import gc
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.children import Answer, obey, setup
from bench.population import (
    HOUR,
    Size,
    add_cards,
    add_due,
    add_meetings,
    add_organisation,
    add_teams,
    opened,
)
from bench.stacks.halqa import settings_for
from bot.app import App, running
from bot.chat.screen import Screen, choice
from bot.core import event_loop
from bot.core.clock import Clock
from bot.core.i18n import Voice
from bot.core.log import set_up_logging
from bot.delivery import outbox
from bot.delivery.claims import Bodies, Room, claim
from bot.delivery.drawing import Drawing
from bot.delivery.message import MessageKind, MessageState
from bot.delivery.notice import Found, Haste, NoticeKind, NoticeRow, Recipient
from bot.delivery.recording import URGENT_HELD
from bot.features import due_work, notice_kinds
from bot.features.notification_settings.queries import settings as settings_queries
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.scheduling.ticker import Ticker, Together
from bot.storage.columns import to_millis
from bot.storage.database import Database
from bot.storage.transaction import Tx

WORKING_HOUR = datetime(2026, 11, 22, 7, tzinfo=UTC)
"""A Sunday, ten o'clock in Riyadh: nobody's quiet hours."""
AHEAD = timedelta(hours=2)
MEMBERS = 10
MEETING_REMINDER = "meetings.nudge"


async def _as_kept(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[int]]:
    return {row.id: row.params["meeting"] for row in rows}


def _soon(voice: Voice, meeting: int, now: datetime) -> Screen:
    return Screen(
        title="تذكير باجتماع الفريق", text="يبدأ اجتماعكم بعد ساعة في غرفة المصادر."
    ).with_actions(
        choice("سأحضر", "meetings.rsvp", meeting, "yes"), choice("اعتذار", "meetings.why", meeting)
    )


SOON = NoticeKind("bench.soon", _as_kept, _soon, sent_as=MessageKind.REMINDER, haste=Haste.NOW)
"""What a reminder costs before any slice has added to it."""


async def remind(tx: Tx, rows: Sequence[DueRow]) -> None:
    """One reminder for each row."""
    recipients = [Recipient(row.payload["person"], topic="bench") for row in rows]
    await outbox.send_to(tx, SOON, {"meeting": 1}, recipients)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of the clock and of the processor, in seconds."""

    seconds: float
    cpu: float


@contextmanager
def costs() -> Iterator[list[Cost]]:
    """What the block costs, once it has ended, as the only one of the list."""
    found: list[Cost] = []
    began, used = time.perf_counter(), time.process_time()
    yield found
    found.append(Cost(time.perf_counter() - began, time.process_time() - used))


async def queue(app: App, ticker: Ticker, by: timedelta) -> Cost:
    """From the instant at which everything is due until all of it is queued."""
    with costs() as cost:
        app.clock.advance(by)
        await ticker.idle()
    return cost[0]


async def draw(app: App) -> Cost:
    """From the outbox to the drawn screens, for all that waits there: claimed as the sender claims
    it while more waits than may leave, but none is sent."""
    kinds = notice_kinds() | {SOON.name: SOON}
    drawing = Drawing(app.database, app.clock, kinds, settings_queries.rest_of)
    bodies, rooms = Bodies(), {"telegram": Room(URGENT_HELD // 2, 0)}
    with costs() as cost:
        while True:
            async with app.database.transaction() as tx:
                claimed = await claim(tx, "bench", rooms, bodies)
            if not claimed:
                break
            undrawn = await drawing.draw(claimed)
            assert not undrawn, undrawn
            assert all(message.screen.text for message in claimed)
    return cost[0]


async def plan(database: Database, people: int) -> None:
    async with database.transaction() as tx:
        for person in range(1, people + 1):
            anchor = tx.now + AHEAD
            await due.set_due(
                tx, "bench", f"bench:{person}", "1h", anchor=anchor, payload={"person": person}
            )


def call_meetings(path: Path, people: int, starts_at: int) -> None:
    """Teams of ten people, each with a meeting an hour after its reminder."""
    with opened(path) as connection:
        _gather_teams(connection, people, starts_at)
        add_due(connection, MEETING_REMINDER, "meetings", str(starts_at))


def ask_for_cards(path: Path, people: int, starts_at: int) -> None:
    """The same teams; everybody wants a morning digest, which is due an hour before the meeting."""
    with opened(path) as connection:
        _gather_teams(connection, people, starts_at)
        add_cards(connection, people, starts_at - HOUR)


def _gather_teams(connection: sqlite3.Connection, people: int, starts_at: int) -> None:
    size = Size(people, 1, 1, people // MEMBERS, people // MEMBERS, members=MEMBERS)
    add_organisation(connection, size)
    add_teams(connection, size)
    add_meetings(connection, "teams t", str(starts_at))


Plan = Callable[[Path, int, int], None]


async def main() -> None:
    given = setup()
    path = Path(given["database"])
    alone = given["alone"]
    set_up_logging("WARNING", "text")
    # With the platform's own rates, as in production.
    clock = Clock()
    clock.move_to(WORKING_HOUR)
    settings = settings_for(given["url"], str(path), str(path.parent))
    app = await App.build(settings, clock, kinds=[SOON])
    ticker = Ticker(
        app.database, app.clock, {"bench": Together(remind), **due_work().jobs}, worker="bench"
    )
    app.ticker = ticker

    async def due_at_once(order: Answer) -> Answer:
        await plan(app.database, order["people"])
        cost = await queue(app, ticker, AHEAD)
        counts = await _count(app.database)
        assert counts == order["people"], counts
        return {"seconds": cost.seconds, "queued_cpu": cost.cpu}

    async def drain(order: Answer) -> Answer:
        began, before = time.perf_counter(), await _count(app.database, MessageState.SENT)
        await asyncio.sleep(order["seconds"])
        sent = await _count(app.database, MessageState.SENT) - before
        return {"rate": sent / (time.perf_counter() - began)}

    async def meet(order: Answer, plan: Plan = call_meetings) -> Answer:
        starts_at = app.clock.now() + AHEAD
        await asyncio.to_thread(plan, path, order["people"], to_millis(starts_at))
        before = await _count(app.database)
        cost = await queue(app, ticker, AHEAD - timedelta(hours=1))
        queued = await _count(app.database) - before
        assert queued == order["people"], queued
        drawn = await draw(app) if alone else Cost(0, 0)
        return {"seconds": cost.seconds, "queued_cpu": cost.cpu, "drawn_cpu": drawn.cpu}

    async def greet(order: Answer) -> Answer:
        return await meet(order, ask_for_cards)

    async with ticking(app) if alone else running(app):
        await obey({"remind": due_at_once, "drain": drain, "meet": meet, "greet": greet})


@asynccontextmanager
async def ticking(app: App) -> AsyncIterator[None]:
    """The ticker alone: what it queues stays in the outbox."""
    await app.ticker.start()
    gc.collect()
    gc.freeze()
    yield
    await app.ticker.stop()
    await app.database.close()


async def _count(database: Database, state: MessageState | None = None) -> int:
    async with database.reading() as tx:
        rows = await tx.fetch(
            "SELECT count(*) FROM outbox WHERE ? IS NULL OR state = ?", state, state
        )
    return int(rows[0][0])


if __name__ == "__main__":
    event_loop.run(main())
