"""Several processes on one inbox: each update takes effect once, and each sender's in their order,
whoever dies or stalls."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine
from contextvars import Context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bench.crowd import patience, within
from bot.chat.intake import claims, inbox
from bot.chat.intake.claims import LEASE, Claim
from bot.chat.intake.inbox import Arrival, StoredUpdate
from bot.core.clock import FrozenClock
from bot.storage.database import Database, open_database

START = datetime(2026, 11, 22, 7, tzinfo=UTC)
CHANNEL = "test"
MOMENT = timedelta(milliseconds=1)
T = TypeVar("T")


async def store(database: Database, *arrivals: tuple[str, str]) -> None:
    """Store (key, sender) each."""
    async with database.transaction() as tx:
        await inbox.store(tx, CHANNEL, [Arrival(key, sender, "{}") for key, sender in arrivals])


async def claim(database: Database, worker: str, *held: int, limit: int = 100) -> Claim:
    async with database.transaction() as tx:
        return await claims.claim(tx, worker, held, limit)


async def finish(database: Database, update: StoredUpdate) -> bool:
    async with database.transaction() as tx:
        return await inbox.mark_done(tx, update.id)


def elsewhere(work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
    """Another process does this, even while a transaction of ours is open."""
    return asyncio.get_running_loop().create_task(work, context=Context())


async def somebody_waits(database: Database) -> bool:
    """Whether a transaction waits for what another one has locked."""
    async with database.reading() as tx:
        ((waiting,),) = await tx.fetch(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
    return bool(waiting)


def ids(found: Claim) -> list[int]:
    return [update.id for update in found.updates]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
async def database(postgresql_url: str, clock: FrozenClock) -> AsyncIterator[Database]:
    database = await open_database(postgresql_url, clock)
    yield database
    await database.close()


async def test_what_one_has_claimed_the_other_leaves_alone(database: Database) -> None:
    await store(database, ("1", "maryam"), ("2", "huda"))
    assert ids(await claim(database, "one", limit=1)) == [1]
    assert ids(await claim(database, "two")) == [2]
    assert ids(await claim(database, "two", 2)) == []


async def test_a_later_update_waits_for_the_earlier_one_in_other_hands(database: Database) -> None:
    await store(database, ("1", "maryam"))
    (first,) = (await claim(database, "one")).updates
    await store(database, ("2", "maryam"), ("3", "huda"))
    kept = await claim(database, "two")
    assert (ids(kept), kept.contended) == ([3], True)
    assert await finish(database, first)
    freed = await claim(database, "two", 3)
    assert (ids(freed), freed.contended) == ([2], False)


async def test_who_has_the_earlier_ones_gets_the_later_ones(database: Database) -> None:
    await store(database, ("1", "maryam"))
    assert ids(await claim(database, "one")) == [1]
    await store(database, ("2", "maryam"))
    assert ids(await claim(database, "one", 1)) == [2]


async def test_two_who_claim_at_the_same_time_share_no_sender(database: Database) -> None:
    """The first has not committed its claim yet when the second looks."""
    await store(database, ("1", "maryam"), ("2", "maryam"), ("3", "huda"))
    async with database.transaction() as tx:
        mine = await claims.claim(tx, "one", (), 1)
        others = await elsewhere(claim(database, "two"))
    assert (ids(mine), ids(others), others.contended) == ([1], [3], True)


async def test_what_a_dead_one_had_is_taken_over_when_its_lease_ends(
    database: Database, clock: FrozenClock
) -> None:
    await store(database, ("1", "maryam"), ("2", "maryam"))
    assert ids(await claim(database, "dead", limit=1)) == [1]
    clock.advance(LEASE - MOMENT)
    assert ids(await claim(database, "alive")) == []
    clock.advance(MOMENT)
    assert ids(await claim(database, "alive")) == [1, 2]


async def test_a_lease_that_is_renewed_goes_on(database: Database, clock: FrozenClock) -> None:
    await store(database, ("1", "maryam"))
    assert ids(await claim(database, "one")) == [1]
    clock.advance(LEASE - MOMENT)
    async with database.transaction() as tx:
        await claims.renew(tx, "one", [1])
    clock.advance(LEASE - MOMENT)
    assert ids(await claim(database, "two")) == []


async def test_what_is_let_go_is_free_at_once(database: Database) -> None:
    await store(database, ("1", "maryam"), ("2", "huda"))
    assert ids(await claim(database, "one")) == [1, 2]
    async with database.transaction() as tx:
        await claims.let_go(tx, "one")
    assert ids(await claim(database, "two")) == [1, 2]


async def test_a_claim_whose_answer_was_lost_is_ours_to_repeat(database: Database) -> None:
    await store(database, ("1", "maryam"))
    assert ids(await claim(database, "one")) == [1]
    assert ids(await claim(database, "one")) == [1]


async def test_while_its_turn_is_open_no_lease_runs_out(
    database: Database, clock: FrozenClock
) -> None:
    """A turn that takes longer than the lease: nobody gets the update, nor a later one."""
    await store(database, ("1", "maryam"), ("2", "maryam"))
    (first, _) = (await claim(database, "one")).updates
    async with database.transaction() as tx:
        assert await inbox.mark_done(tx, first.id)
        clock.advance(2 * LEASE)
        others = await elsewhere(claim(database, "two"))
        await elsewhere(renew(database, "one", [1, 2]))
    assert (ids(others), others.contended) == ([], True)


async def renew(database: Database, worker: str, held: list[int]) -> None:
    async with database.transaction() as tx:
        await claims.renew(tx, worker, held)


async def test_two_turns_of_one_sender_never_overlap(database: Database) -> None:
    """Not even where a later update is in one process's hands and an earlier one, which became
    visible after it, in another's."""
    await store(database, ("1", "maryam"), ("2", "maryam"), ("3", "huda"))
    async with database.transaction() as tx:
        assert await inbox.mark_done(tx, 2)
        other = elsewhere(finish(database, StoredUpdate(1, CHANNEL, "maryam", "{}")))
        assert await elsewhere(finish(database, StoredUpdate(3, CHANNEL, "huda", "{}")))
        assert not other.done()
    assert await other


async def test_a_turn_waits_for_whoever_takes_its_update_over(
    database: Database, clock: FrozenClock
) -> None:
    """A lease ran out, another process is claiming, and the first one finishes all the same."""
    await store(database, ("1", "maryam"))
    (slow,) = (await claim(database, "slow")).updates
    clock.advance(LEASE)
    async with database.transaction() as tx:
        (taken,) = (await claims.claim(tx, "quick", (), 1)).updates
        late = elsewhere(finish(database, slow))
        async with patience(10):
            while not await elsewhere(somebody_waits(database)):
                assert not late.done()
    results = [await within(10, late), await finish(database, taken)]
    assert results == [True, False]


# Any order of events


class Died(Exception):
    """The process ended before its commit."""


@dataclass
class Worker:
    """One process: its name, and what it holds in memory until it finishes or dies."""

    name: str
    hands: list[StoredUpdate] = field(default_factory=list)
    opening: "asyncio.Task[None] | None" = None
    """A claim that is not committed yet."""
    gate: "asyncio.Future[bool] | None" = None


class Inbox(RuleBasedStateMachine):
    """Three processes that claim, finish, stall, leave and die as it comes."""

    url = ""
    workers = st.integers(0, 2)

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.clock = FrozenClock(START)
        self.crew = [Worker(f"{n}") for n in range(3)]
        self.done: dict[str, list[int]] = defaultdict(list)
        self.born = 0
        self.database = self.loop.run(open_database(self.url, self.clock))
        self.loop.run(self._empty())

    async def _empty(self) -> None:
        async with self.database.transaction() as tx:
            await tx.run("TRUNCATE updates RESTART IDENTITY")

    @rule(sender=st.sampled_from(["maryam", "huda"]), count=st.integers(1, 3))
    def store(self, sender: str, count: int) -> None:
        keys = [str(self.born + n) for n in range(count)]
        self.born += count
        self.loop.run(store(self.database, *((key, sender) for key in keys)))

    @rule(worker=workers, limit=st.integers(1, 4))
    def begin_claim(self, worker: int, limit: int) -> None:
        self.loop.run(self._begin_claim(self.crew[worker], limit))

    async def _begin_claim(self, worker: Worker, limit: int) -> None:
        if worker.opening is not None:
            return
        loop = asyncio.get_running_loop()
        seen, worker.gate = loop.create_future(), loop.create_future()
        worker.opening = loop.create_task(self._claim(worker, limit, seen, worker.gate))
        await within(10, seen)

    async def _claim(
        self, worker: Worker, limit: int, seen: "asyncio.Future[None]", gate: "asyncio.Future[bool]"
    ) -> None:
        held = [update.id for update in worker.hands]
        async with self.database.transaction() as tx:
            found = await claims.claim(tx, worker.name, held, limit)
            seen.set_result(None)
            if not await gate:
                raise Died
        worker.hands += found.updates

    @rule(worker=workers)
    def commit_claim(self, worker: int) -> None:
        self.loop.run(self._end_claim(self.crew[worker], lives=True))

    async def _end_claim(self, worker: Worker, *, lives: bool) -> None:
        if worker.opening is None or worker.gate is None:
            return
        worker.gate.set_result(lives)
        await asyncio.gather(worker.opening, return_exceptions=not lives)
        worker.opening = worker.gate = None

    @rule(worker=workers, which=st.integers(0, 10))
    def finish(self, worker: int, which: int) -> None:
        """The oldest update of one of the senders in its hands: so the dispatcher does it."""
        hands = self.crew[worker].hands
        if not hands:
            return
        sender = hands[which % len(hands)].sender
        update = next(each for each in hands if each.sender == sender)
        hands.remove(update)
        if self.loop.run(self._meanwhile(finish(self.database, update))):
            self.done[sender].append(update.id)

    async def _meanwhile(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work while others may have claims open. Where one of these has taken over just
        what the work needs, because a lease ran out, the database makes the work wait for it: so
        they commit."""
        task = elsewhere(work)
        async with patience(10):
            while not task.done() and any(worker.opening for worker in self.crew):
                if await somebody_waits(self.database):
                    for worker in self.crew:
                        await self._end_claim(worker, lives=True)
            return await task

    @rule(worker=workers)
    def die(self, worker: int) -> None:
        self.loop.run(self._end_claim(self.crew[worker], lives=False))
        name = f"{self.crew[worker].name}'"
        self.crew[worker] = Worker(name)

    @rule(worker=workers)
    def leave(self, worker: int) -> None:
        self.loop.run(self._end_claim(self.crew[worker], lives=True))
        self.loop.run(self._meanwhile(self._let_go(self.crew[worker])))

    async def _let_go(self, worker: Worker) -> None:
        worker.hands.clear()
        async with self.database.transaction() as tx:
            await claims.let_go(tx, worker.name)

    @rule(worker=workers)
    def renew(self, worker: int) -> None:
        mine = self.crew[worker]
        held = [update.id for update in mine.hands]
        self.loop.run(self._meanwhile(renew(self.database, mine.name, held)))

    @rule(part=st.sampled_from([0.4, 1.0]))
    def time_passes(self, part: float) -> None:
        """Even over processes that have stalled and go on afterwards as if nothing were."""
        self.clock.advance(LEASE * part)

    @precondition(lambda self: all(worker.opening is None for worker in self.crew))
    @invariant()
    def each_is_done_once_and_in_order(self) -> None:
        for sender, done in self.done.items():
            assert done == sorted(set(done)), (sender, done)

    def teardown(self) -> None:
        try:
            self.loop.run(self._take_all())
        finally:
            self.loop.close()

    async def _take_all(self) -> None:
        """Everybody dies; whoever comes then finds all that is left."""
        for worker in self.crew:
            await self._end_claim(worker, lives=False)
        self.clock.advance(LEASE)
        while updates := (await claim(self.database, "heir")).updates:
            for update in updates:
                assert await finish(self.database, update)
                self.done[update.sender].append(update.id)
        self.each_is_done_once_and_in_order()
        assert sum(map(len, self.done.values())) == self.born
        await self.database.close()


def test_the_events_go_on_where_one_waits_for_the_claim_of_another(postgresql_url: str) -> None:
    machine: Inbox = type("Inbox", (Inbox,), {"url": postgresql_url})()
    machine.store("maryam", 2)
    machine.begin_claim(0, 4)
    machine.commit_claim(0)
    machine.time_passes(1.0)
    machine.begin_claim(1, 4)
    machine.finish(0, 0)
    machine.leave(0)
    machine.teardown()


@pytest.mark.parametrize("most_of_one", [2, claims.MOST_OF_ONE])
def test_whatever_happens_each_is_done_once_and_in_order(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, most_of_one: int
) -> None:
    monkeypatch.setattr(claims, "MOST_OF_ONE", most_of_one)
    machine: Any = type("Inbox", (Inbox,), {"url": postgresql_url})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=30, stateful_step_count=30, deadline=None)
    )
