"""One of several processes leads; another follows when it dies, and at once when it leaves."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bench.crowd import patience
from bot.core.clock import FrozenClock
from bot.storage.database import Database, open_database
from bot.storage.leader_election import LEASE, LeaderElection
from bot.storage.transaction import Tx

START = datetime(2026, 11, 22, 7, tzinfo=UTC)
TASK = "poll"


class Unsure:
    """A database that cannot be reached while `away`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.away = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        if self.away:
            raise OSError("no route to the database")
        async with self._database.transaction() as tx:
            yield tx


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
async def database(database_url: str, clock: FrozenClock) -> AsyncIterator[Database]:
    database = await open_database(database_url, clock)
    yield database
    await database.close()


async def test_the_first_who_comes_leads_and_the_others_stand_by(
    database: Database, clock: FrozenClock
) -> None:
    one, two = LeaderElection(database, TASK, "one"), LeaderElection(database, TASK, "two")
    for _ in range(5):
        await one.look()
        await two.look()
        assert (one.held, two.held) == (True, False)
        clock.advance(LEASE / 2)


async def test_each_task_has_its_own_leader(database: Database) -> None:
    one, two = LeaderElection(database, TASK, "one"), LeaderElection(database, "other", "two")
    await one.look()
    await two.look()
    assert (one.held, two.held) == (True, True)


async def test_a_dead_leader_is_followed_when_its_lease_has_run_out(
    database: Database, clock: FrozenClock
) -> None:
    dead, heir = LeaderElection(database, TASK, "dead"), LeaderElection(database, TASK, "heir")
    await dead.look()
    clock.advance(LEASE - timedelta(milliseconds=1))
    await heir.look()
    assert not heir.held
    clock.advance(timedelta(milliseconds=1))
    await heir.look()
    assert heir.held


async def test_a_leader_that_stalled_learns_that_it_leads_no_longer(
    database: Database, clock: FrozenClock
) -> None:
    lost: list[str] = []
    slow = LeaderElection(database, TASK, "slow", on_lost=lambda: lost.append("slow"))
    heir = LeaderElection(database, TASK, "heir")
    await slow.look()
    clock.advance(LEASE)
    await heir.look()
    assert lost == []
    await slow.look()
    assert (slow.held, heir.held, lost) == (False, True, ["slow"])
    await slow.look()
    assert lost == ["slow"]


async def test_who_stops_leaves_the_lead_at_once(database: Database) -> None:
    one, two = LeaderElection(database, TASK, "one"), LeaderElection(database, TASK, "two")
    one.start()
    await one.gained()
    await two.look()
    assert not two.held
    await one.stop()
    assert not one.held
    await two.look()
    assert two.held


async def test_who_stands_by_takes_nothing_away_when_it_stops(database: Database) -> None:
    one, two = LeaderElection(database, TASK, "one"), LeaderElection(database, TASK, "two")
    await one.look()
    two.start()
    await two.stop()
    three = LeaderElection(database, TASK, "three")
    await three.look()
    assert (one.held, three.held) == (True, False)


async def test_an_absent_database_ends_the_lead_with_its_lease(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may reach it, and takes the lead as soon as the lease has run out there."""
    unsure = Unsure(database)
    lead = LeaderElection(unsure, TASK, "one")  # type: ignore[arg-type]
    held = []

    async def look() -> None:
        await lead.look()
        held.append(lead.held)

    await look()
    unsure.away = True
    await look()
    monkeypatch.setattr(lead, "_until", 0.0)
    await look()
    unsure.away = False
    await look()
    assert held == [True, True, False, True]


async def lead_briefly(lead: LeaderElection, monkeypatch: pytest.MonkeyPatch) -> float:
    """Lead for a moment; returns how many seconds that is at most. A busy machine may need longer
    to get the lead than the shortest of them lasts."""
    for seconds in (0.3, 3.0, 30.0):
        monkeypatch.setattr("bot.storage.leader_election.OURS_SECONDS", seconds)
        await lead.look()
        if lead.held:
            return seconds
    raise AssertionError("it never leads")


async def test_a_lead_that_nobody_renews_ends_without_being_looked_at(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its holder is told at the end of the lease, not when it next asks."""
    lost = asyncio.Event()
    lead = LeaderElection(database, TASK, "one", on_lost=lost.set)
    lease = await lead_briefly(lead, monkeypatch)
    async with patience(lease + 10):
        await lost.wait()
    held = [lead.held]
    await lead_briefly(lead, monkeypatch)
    held.append(lead.held)
    assert held == [False, True]


async def test_who_was_frozen_does_not_go_on_as_if_it_led(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even in the first moment, before any task has had its turn."""
    lead = LeaderElection(database, TASK, "one")
    lease = await lead_briefly(lead, monkeypatch)
    # The whole process stands still.
    time.sleep(lease + 0.1)  # noqa: ASYNC251
    assert not lead.held
