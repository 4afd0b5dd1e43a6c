"""What is told of one message, its mark and crashes, in any order and at the same moment."""

import asyncio
from collections.abc import Iterator
from typing import Literal, TypeAlias

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bench.crowd import patience
from bot.chat.incoming import Address, DeliveryState, DeliveryStatus
from bot.chat.person import add_visitor
from bot.chat.screen import Screen
from bot.core.clock import FrozenClock
from bot.delivery import recovery, statuses
from bot.delivery.message import Message, MessageKind, MessageState
from bot.delivery.results import Results, write_results
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.delivery.conftest import START, DeliveryStory

DELIVERED = DeliveryState.DELIVERED
Event: TypeAlias = DeliveryState | Literal["mark", "crash"]


class OneMessage:
    """A message that has left, and everything that may happen to it from then on."""

    def __init__(self, database: Database, kind: MessageKind, *, handed_back: bool) -> None:
        self.database, self.kind, self.handed_back = database, kind, handed_back
        self.id = 0

    async def leaves(self) -> None:
        async with self.database.transaction() as tx:
            for table in ("outbox", "delivery_statuses", "addresses", "people"):
                await tx.run(f"DELETE FROM {table}")
            person, _ = await add_visitor(tx, Address("telegram", "maryam"), "SA", "ar")
            rows = await tx.fetch(
                "INSERT INTO outbox (address_id, person_id, kind, urgency, state, topic, attempts,"
                " queued_at) SELECT id, person_id, ?, 1, 'sending', 't', 0, 0 FROM addresses"
                " WHERE person_id = ? RETURNING id",
                self.kind.value,
                person.id,
            )
            self.id = int(rows[0][0])

    async def happens(self, event: Event) -> MessageState:
        async with self.database.transaction() as tx:
            await self.takes(tx, event)
            rows = await tx.fetch("SELECT state FROM outbox WHERE id = ?", self.id)
        return MessageState(rows[0][0])

    async def takes(self, tx: Tx, event: Event) -> None:
        if event == "mark":
            await self._is_marked(tx)
        elif event == "crash":
            await recovery.recover(tx, "", [], alone=True)
        else:
            status = DeliveryStatus("1", event, str(self.id) if self.handed_back else "")
            await statuses.note_status(tx, Address("telegram", "maryam"), status)

    async def _is_marked(self, tx: Tx) -> None:
        message = Message(self.id, 1, "telegram", "maryam", 1, self.kind, Screen("forum"))
        results = Results()
        results.add(message, MessageState.SENT, external="1")
        results.awaited.append(("telegram", "1", self.id))
        await write_results(tx, results)


ORDER = [MessageState(state.value) for state in DeliveryState]
EVENTS: list[Event] = ["mark", "crash", *DeliveryState]


@pytest.fixture
def runs(database_url: str) -> Iterator[tuple[asyncio.Runner, Database]]:
    async def opened() -> Database:
        return await open_database(database_url, FrozenClock(START))

    with asyncio.Runner() as runner:
        database = runner.run(opened())
        yield runner, database
        runner.run(database.close())


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(st.sampled_from(EVENTS), max_size=7),
    handed_back=st.booleans(),
    kind=st.sampled_from([MessageKind.BROADCAST, MessageKind.NOTICE]),
)
@example(events=["crash", "mark"], handed_back=False, kind=MessageKind.BROADCAST)
@example(events=["crash", DELIVERED, "mark"], handed_back=False, kind=MessageKind.NOTICE)
@example(events=["crash", DELIVERED], handed_back=True, kind=MessageKind.BROADCAST)
def test_any_order_of_what_is_told_marks_and_crashes(
    runs: tuple[asyncio.Runner, Database],
    events: list[Event],
    handed_back: bool,
    kind: MessageKind,
) -> None:
    runner, database = runs
    told = [event for event in events if isinstance(event, DeliveryState)]
    best = MessageState(max(told, key=list(DeliveryState).index).value) if told else None
    known = handed_back or "mark" in events

    async def story() -> list[MessageState]:
        message = OneMessage(database, kind, handed_back=handed_back)
        await message.leaves()
        return [await message.happens(event) for event in events]

    seen = runner.run(story())
    places = [ORDER.index(state) for state in seen if state in ORDER]
    # Whatever was known of it once is not forgotten, and nothing leads back.
    assert places == sorted(places)
    assert all(state in ORDER for state in seen[len(seen) - len(places) :])
    end = seen[-1] if seen else MessageState.SENDING
    if not known:
        assert end not in ORDER
    elif best in (MessageState.DELIVERED, MessageState.READ):
        assert end is best
    elif best is MessageState.REFUSED:
        # What waits to be sent once more goes as another message, of which will be told anew.
        assert end in (best, MessageState.QUEUED)
        assert end is best or kind is MessageKind.NOTICE
    elif best is MessageState.SENT:
        assert end is best
    else:
        doubt = MessageState.UNKNOWN if kind is MessageKind.BROADCAST else MessageState.QUEUED
        if "mark" in events:
            # However late: a process that was only slow.
            assert end is MessageState.SENT
        else:
            assert end is (doubt if "crash" in events else MessageState.SENDING)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("handed_back", [True, False])
@pytest.mark.parametrize("first", ["mark", "status"])
async def test_a_mark_and_what_is_told_at_the_same_moment(
    delivery: DeliveryStory, first: str, *, handed_back: bool
) -> None:
    """Whichever holds the row first, the other one waits for it, and both count."""
    await delivery.knows("maryam")
    message = OneMessage(delivery.database, MessageKind.BROADCAST, handed_back=handed_back)
    await message.leaves()
    held, goes_on = asyncio.Event(), asyncio.Event()

    async def happens(event: Event) -> None:
        async with delivery.database.transaction() as tx:
            await message.takes(tx, event)
            if event == (DELIVERED if first == "status" else "mark"):
                held.set()
                await goes_on.wait()

    events: list[Event] = ["mark", DELIVERED]
    one, other = events if first == "mark" else reversed(events)
    tasks = [asyncio.create_task(happens(one))]
    await held.wait()
    tasks.append(asyncio.create_task(happens(other)))
    async with patience(10), delivery.database.reading() as tx:
        while not await tx.fetch("SELECT 1 FROM pg_locks WHERE NOT granted"):
            await tx.fetch("SELECT pg_sleep(0.01)")
    goes_on.set()
    await asyncio.gather(*tasks)
    states = await delivery.do(lambda tx: tx.fetch("SELECT state FROM outbox"))
    assert [state for (state,) in states] == ["delivered"]
