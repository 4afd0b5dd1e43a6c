"""Several processes on one PostgreSQL use one rate: together never more than it allows, evenly, and
one that has all the work may use all of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import rates
from bot.chat.screen import Screen
from bot.core.clock import Clock
from bot.delivery.limits import Limits, Pace
from bot.delivery.pacing import (
    GRACE_SECONDS,
    LEAD,
    SHARED_SLACK,
    EvenSlots,
    ReservedSlots,
    SlotDemand,
)
from bot.delivery.shared_rate import (
    BULK_AHEAD,
    MOST_ANSWERS,
    URGENT_AHEAD,
    SlotReservation,
    reserve,
    reserve_from,
)
from bot.delivery.timer import ClockTimer
from bot.storage.columns import decode
from bot.storage.database import Database, open_database
from tests.delivery import former
from tests.delivery.conftest import DeliveryStory
from tests.delivery.scripted import ScriptedChannel
from tests.delivery.test_limits import most_in_any

RATE = 30
NAMES = [f"teacher{n}" for n in range(150)]
demand = st.builds(SlotDemand, st.integers(0, 15), st.integers(0, 5), st.integers(0, 5))


@given(st.lists(st.tuples(st.floats(0, 0.4), demand), max_size=120))
def test_whoever_reserves_whatever_no_second_holds_more(
    asked: list[tuple[float, SlotDemand]],
) -> None:
    even, now, slots = EvenSlots(RATE, slack=SHARED_SLACK), 1000.0, list[float]()
    for pause, want in asked:
        now += pause
        found = reserve_from(even, want, now)
        assert all(now <= slot <= now + 1 for slot in found.slots)
        assert found.slots == sorted(found.slots)
        assert found.ask_at >= now
        slots += found.slots
    assert slots == sorted(slots)
    assert most_in_any(1 + SHARED_SLACK - 0.006, slots) <= RATE


@given(st.integers(1, 5), st.floats(0, 0.05))
def test_one_of_several_may_use_the_whole_rate(processes: int, late: float) -> None:
    """Each asks a little late; only the first ones have work after five seconds."""
    even, slots = EvenSlots(RATE, slack=SHARED_SLACK), list[float]()
    ask_at = dict.fromkeys(range(processes), 0.0)
    while (now := min(ask_at.values())) < 20:
        asker = min(ask_at, key=lambda process: ask_at[process])
        if asker and now > 5:
            ask_at[asker] = 100.0
            continue
        # Asked for while half of what may be reserved is still ahead, less what asking takes.
        found = reserve_from(even, SlotDemand(bulk=10), now)
        slots += found.slots
        ask_at[asker] = max(found.ask_at, now + 0.001) + min(late, BULK_AHEAD / 2)
    later = [slot for slot in slots if 8 <= slot < 18]
    assert len(later) >= 0.95 * RATE * 10
    gaps = [after - before for before, after in pairwise(later)]
    assert 1 / 30 < min(gaps) <= max(gaps) < 1 / 28


def test_answers_come_first_and_run_ahead_in_a_quiet_moment() -> None:
    even = EvenSlots(RATE, slack=SHARED_SLACK)
    found = reserve_from(even, SlotDemand(answers=LEAD + 1), 50.0)
    assert found.slots == [50.0] * (LEAD + 1)
    assert reserve_from(even, SlotDemand(urgent=3, bulk=3), 50.0).slots == []
    assert len(reserve_from(even, SlotDemand(answers=40), 60.0).slots) == MOST_ANSWERS


@given(st.integers(1, 30))
def test_an_answer_waits_for_no_more_than_what_the_others_have_reserved(asks: int) -> None:
    even, now = EvenSlots(RATE, slack=SHARED_SLACK), 10.0
    for _ in range(asks * 10):
        reserve_from(even, SlotDemand(bulk=30), now)
        now += 0.01
    (bulk_slot,) = reserve_from(even, SlotDemand(answers=1), now).slots
    assert bulk_slot - now <= BULK_AHEAD + 0.036
    for _ in range(asks * 10):
        reserve_from(even, SlotDemand(urgent=30, bulk=30), now)
        now += 0.01
    (slot,) = reserve_from(even, SlotDemand(answers=1), now).slots
    assert slot - now <= URGENT_AHEAD + 0.036


def test_a_missed_slot_is_not_used_later() -> None:
    reserved = ReservedSlots()
    reserved.add([10.0, 10.034], now=9.98)
    reserved.drop_missed(10.0 + GRACE_SECONDS)
    assert reserved.open_at(answer=False) == 10.0
    reserved.drop_missed(10.001 + GRACE_SECONDS)
    assert reserved.open_at(answer=False) == 10.034


def test_of_slots_that_were_heard_of_too_late_only_the_first_is_used() -> None:
    reserved = ReservedSlots()
    reserved.add([10.0, 10.0, 10.2], now=10.1, delay=0.1)
    reserved.drop_missed(10.1)
    assert reserved.open_at(answer=True) == 10.0
    reserved.take(10.1)
    reserved.drop_missed(10.1)
    assert (len(reserved), reserved.open_at(answer=True)) == (1, 10.2)


def test_answers_take_the_slots_first() -> None:
    assert SlotDemand(2, 3, 4).less(1) == SlotDemand(1, 3, 4)
    assert SlotDemand(2, 3, 4).less(4) == SlotDemand(0, 1, 4)
    assert SlotDemand(2, 3, 4).less(7) == SlotDemand(0, 0, 2)
    assert not SlotDemand(2, 3, 4).less(9)


# On a PostgreSQL, through the senders


async def test_three_processes_together_keep_the_rate(delivery: DeliveryStory) -> None:
    if delivery.database.dialect == "sqlite":
        pytest.skip("one process has the database for itself")
    ids = await delivery.knows(*NAMES)
    for name in ("one", "two", "three"):
        await delivery.opens(rates(), worker=name)
    await delivery.broadcasts("forum", NAMES[:120], "announcement:1")
    notices = [(person, Screen("soon")) for person in ids[120:]]
    await delivery.do(lambda tx: former.notify_each(tx, notices, topic="t"))
    started = delivery.timer.seconds()
    await delivery.passes(timedelta(seconds=6))
    assert len(delivery.channel.seen) == len(NAMES)
    times = [seen.at for seen in delivery.channel.seen]
    assert most_in_any(1, times) <= RATE
    assert max(times) - started < len(NAMES) / 28
    # The notices did not wait for the broadcast.
    assert max(seen.at for seen in delivery.channel.seen if seen.text == "soon") - started < 2.5
    workers = await delivery.do(lambda tx: tx.fetch("SELECT DISTINCT claimed_by FROM outbox"))
    assert {worker for (worker,) in workers} == {"one", "two", "three"}


async def test_one_busy_process_uses_the_rate_of_idle_ones(delivery: DeliveryStory) -> None:
    if delivery.database.dialect == "sqlite":
        pytest.skip("one process has the database for itself")
    await delivery.knows(*NAMES)
    await delivery.opens(rates(), worker="idle")
    await delivery.opens(rates(), worker="busy")
    started = delivery.timer.seconds()
    for name in NAMES[:60]:
        await delivery.answers(name, "here you are")
    await delivery.passes(timedelta(seconds=3))
    times = [seen.at for seen in delivery.channel.seen]
    assert len(times) == 60
    assert most_in_any(1, times) <= RATE
    assert max(times) - started < 60 / 28
    workers = await delivery.do(lambda tx: tx.fetch("SELECT count(*) FROM shared_rates"))
    assert workers[0][0] == 1


async def test_each_channel_has_its_own_rate(delivery: DeliveryStory) -> None:
    """On PostgreSQL two processes share both overall rates; on SQLite one has them for itself, and
    keeps the pace of a chat as well."""
    slow = ScriptedChannel(delivery.timer.seconds, "slow")
    slow.limits = Limits(5, lambda chat: Pace(2, 10.0))
    delivery.others.append(slow)
    await delivery.knows(*NAMES[:90])
    ids = await delivery.knows("amal", *(f"other{n}" for n in range(19)), on="slow")
    workers = ("one", "two") if delivery.database.dialect == "postgresql" else ("one",)
    for name in workers:
        await delivery.opens(rates(), worker=name)
    await delivery.broadcasts("forum", [*NAMES[:90], *list(delivery.people)[-20:]], "t")
    for _ in range(3):
        await delivery.do(lambda tx: former.notify(tx, ids[0], Screen("soon")))
    started = delivery.timer.seconds()
    await delivery.passes(timedelta(seconds=4))
    quick = [seen.at for seen in delivery.channel.seen]
    assert len(quick) == 90
    assert max(quick) - started < 90 / 28
    # Nobody waits for those of the other channel: neither does it hold these up, nor they it.
    assert len([seen for seen in slow.seen if seen.chat != "amal"]) >= 4 * 5 - 5
    await delivery.passes(timedelta(seconds=40))
    assert most_in_any(1, [seen.at for seen in slow.seen]) <= 5
    amal = [seen.at for seen in slow.seen if seen.chat == "amal"]
    assert (len(slow.seen), len(amal)) == (23, 4)
    assert most_in_any(10, amal) == 2 or len(workers) == 2
    rows = await delivery.do(lambda tx: tx.fetch("SELECT count(*) FROM shared_rates"))
    assert rows[0][0] == (2 if len(workers) == 2 else 0)


@dataclass
class Elsewhere:
    """A process whose machine has another time than the database's."""

    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.clock.advance(timedelta(hours=5))
        self.timer = ClockTimer(self.clock)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url, Clock())
    yield database
    await database.close()


async def test_machines_need_not_agree_on_the_time(database: Database) -> None:
    if database.dialect == "sqlite":
        pytest.skip("one process has the database for itself")
    here, there = ClockTimer(Clock()), Elsewhere().timer
    stored = ""
    for number in range(4):
        timer = (here, there)[number % 2]
        began = timer.seconds()
        async with database.transaction() as tx:
            found = await reserve(tx, "telegram", RATE, SlotDemand(answers=7), timer)
            ((stored,),) = await tx.fetch("SELECT places FROM shared_rates")
        assert len(found.slots) == 7
        # In the time of whoever asked; nobody waits longer than for all that was reserved.
        assert began <= min(found.slots)
        assert max(found.slots) < timer.seconds() + 0.75
    # One behind the other, whoever asked, by the time of the database: alone, each process would
    # have its own within a quarter of a second.
    _, *taken = decode(stored)
    assert len(taken) == 28
    assert max(taken) - min(taken) > 0.5
    assert most_in_any(1, sorted(taken)) <= RATE


async def test_a_database_whose_clock_was_set_back_begins_anew(delivery: DeliveryStory) -> None:
    if delivery.database.dialect == "sqlite":
        pytest.skip("one process has the database for itself")
    future = delivery.timer.seconds() + 3600
    await delivery.do(
        lambda tx: tx.run(
            "INSERT INTO shared_rates (channel, places) VALUES ('telegram', ?)", f"[{future}]"
        )
    )
    await delivery.knows("maryam")
    sender = await delivery.opens(rates())
    await delivery.answers("maryam", "here you are")
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["here you are"]


async def test_an_answer_leaves_when_the_database_gives_slots_again(
    delivery: DeliveryStory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if delivery.database.dialect == "sqlite":
        pytest.skip("one process has the database for itself")
    await delivery.knows("maryam")
    monkeypatch.setattr("bot.delivery.sender.PAUSE_SECONDS", 0)
    failures = iter([True, True])

    async def out_of_reach(*about: Any) -> SlotReservation:
        if next(failures, False):
            raise OSError("the server is restarting")
        return await reserve(*about)

    monkeypatch.setattr("bot.delivery.sender.reserve", out_of_reach)
    sender = await delivery.opens(rates())
    await delivery.answers("maryam", "here you are")
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["here you are"]
    assert [vars(record)["action"] for record in caplog.records] == ["delivery.reserve"] * 2
