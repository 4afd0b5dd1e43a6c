"""Polling: stored first, confirmed after that."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bench.crowd import patience
from bot.channels.telegram import Poller, Telegram
from bot.chat.intake.inbox import StoredUpdate, waiting
from bot.simulator import FaultRule, Simulator
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.channels.conftest import MARYAM, Hurry


class FullDisk:
    """A database on whose disk there is no room, until there is."""

    def __init__(self, database: Database, failures: int) -> None:
        self._database = database
        self.failures = failures

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        async with self._database.transaction() as tx:
            yield tx
            if self.failures:
                self.failures -= 1
                raise OSError("no space left on device")


async def stored(database: Database) -> list[StoredUpdate]:
    async with database.reading() as tx:
        return await waiting(tx, (), 1000)


async def texts(database: Database) -> list[str]:
    return [json.loads(update.body)["message"]["text"] for update in await stored(database)]


@pytest.fixture
def make_poller(telegram: Telegram, hurry: Hurry) -> Callable[..., Poller]:
    def make(database: Any, woken: Callable[[], None] = lambda: None) -> Poller:
        return Poller(telegram, database, woken, poll_seconds=5, pause=hurry)

    return make


async def test_updates_are_stored_in_order_and_then_confirmed(
    simulator: Simulator, database: Database, make_poller: Callable[..., Poller]
) -> None:
    woken: list[int] = []
    poller = make_poller(database, lambda: woken.append(1))
    for number in range(250):
        await simulator.send_text(MARYAM, str(number))
    await poller.start()
    await simulator.confirmed()
    assert poller.connected
    await poller.stop()
    assert await texts(database) == [str(number) for number in range(250)]
    assert {update.sender for update in await stored(database)} == {str(MARYAM)}
    assert len(woken) == 3
    assert simulator.refused == []


async def test_what_is_not_stored_is_not_confirmed_and_comes_again(
    simulator: Simulator,
    database: Database,
    make_poller: Callable[..., Poller],
    caplog: pytest.LogCaptureFixture,
) -> None:
    disk = FullDisk(database, failures=3)
    woken: list[int] = []
    poller = make_poller(disk, lambda: woken.append(simulator.pending_updates))
    await simulator.send_text(MARYAM, "مرحبا")
    await poller.start()
    await simulator.confirmed()
    await poller.stop()
    assert await texts(database) == ["مرحبا"]
    # Woken once, after the commit and before Telegram may forget the update.
    assert woken == [1]
    actions = [getattr(record, "action", "") for record in caplog.records]
    assert actions.count("telegram.poll.not_stored") == 3


async def test_after_a_crash_the_same_updates_come_again_and_count_once(
    simulator: Simulator, database: Database, make_poller: Callable[..., Poller]
) -> None:
    await simulator.send_text(MARYAM, "مرحبا")
    first = make_poller(database)
    # As if killed after the commit: nothing has been confirmed.
    await first._poll()
    assert simulator.pending_updates == 1
    simulator.faults.duplicate_updates = 2
    await simulator.send_text(MARYAM, "من جديد")
    second = make_poller(database)
    await second.start()
    await simulator.confirmed()
    await second.stop()
    assert await texts(database) == ["مرحبا", "من جديد"]


async def test_numbering_that_restarts_lower_hides_nothing(
    simulator: Simulator, telegram: Telegram, database: Database
) -> None:
    poller = Poller(telegram, database, lambda: None, poll_seconds=0)
    await simulator.send_text(MARYAM, "قبل العطلة")
    await poller._poll()
    await poller._poll()
    simulator.restart_update_ids()
    await simulator.send_text(MARYAM, "بعد العطلة")
    await poller._poll()
    await poller._poll()
    assert await texts(database) == ["قبل العطلة", "بعد العطلة"]
    assert simulator.pending_updates == 0
    # A number serves once, to confirm: Telegram never sees the old one again.
    old, new = (json.loads(update.body)["update_id"] for update in await stored(database))
    assert new < old
    offsets = [r.params.get("offset") for r in simulator.requests if r.method == "getUpdates"]
    assert offsets == [None, old + 1, None, new + 1]


async def test_an_update_that_nobody_understands_blocks_nothing(
    simulator: Simulator, database: Database, make_poller: Callable[..., Poller]
) -> None:
    for update in ({"message": "?"}, {"message": {"text": "\ud83d", "from": {}}}, {"x": [1]}):
        await simulator.push_raw(update)
    await simulator.send_text(MARYAM, "مرحبا")
    poller = make_poller(database)
    await poller.start()
    await simulator.confirmed()
    await poller.stop()
    assert len(await stored(database)) == 4


async def test_polling_survives_every_fault(
    simulator: Simulator,
    database: Database,
    make_poller: Callable[..., Poller],
    hurry: Hurry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.faults.rules += [
        FaultRule("deleteWebhook", "500"),
        FaultRule("getUpdates", "500"),
        FaultRule("getUpdates", "reset_before"),
        FaultRule("getUpdates", "429", retry_after=100),
        FaultRule("getUpdates", "error", code=409, description="Conflict: terminated by other"),
        FaultRule("getUpdates", "reset_after"),
    ]
    await simulator.send_text(MARYAM, "مرحبا")
    poller = make_poller(database)
    await poller.start()
    await simulator.confirmed()
    await poller.stop()
    assert await texts(database) == ["مرحبا"]
    assert any(pause >= 100 for pause in hurry.pauses)
    actions = {getattr(record, "action", "") for record in caplog.records}
    assert {"telegram.poll.free", "telegram.poll.failed", "telegram.poll.conflict"} <= actions


async def test_however_long_the_platform_was_away_it_is_asked_again_within_three_seconds(
    simulator: Simulator,
    database: Database,
    make_poller: Callable[..., Poller],
    hurry: Hurry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.faults.rules += [
        FaultRule("deleteWebhook", "reset_before", times=40),
        FaultRule("getUpdates", "500", times=20),
        FaultRule("getUpdates", "reset_before", times=20),
    ]
    await simulator.send_text(MARYAM, "مرحبا")
    poller = make_poller(database)
    await poller.start()
    await simulator.confirmed()
    await poller.stop()
    assert len(hurry.pauses) == 80
    assert max(hurry.pauses) <= 3
    told = [getattr(record, "action", "") for record in caplog.records]
    assert told.count("telegram.poll.failed") == 1, (
        "an absence is no reason for a line every other second"
    )


async def test_a_webhook_is_taken_away_before_polling(
    simulator: Simulator,
    telegram: Telegram,
    database: Database,
    make_poller: Callable[..., Poller],
) -> None:
    await telegram.connection.bot.set_webhook("https://example.org/hook")
    await simulator.send_text(MARYAM, "مرحبا")
    poller = make_poller(database)
    await poller.start()
    await simulator.confirmed()
    await poller.stop()
    assert await texts(database) == ["مرحبا"]


async def test_it_stops_at_once_in_the_middle_of_a_long_poll(
    simulator: Simulator,
    database: Database,
    make_poller: Callable[..., Poller],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Were the request not broken off, stopping would take these seconds.
    monkeypatch.setattr("bot.channels.telegram.poller.STOP_SECONDS", 3600)
    poller = make_poller(database)
    await poller.start()
    await simulator.send_text(MARYAM, "مرحبا")
    await simulator.confirmed()
    async with patience(1):
        await poller.stop()
    assert not poller.connected
    # What comes while it is stopped waits, and a second start takes it.
    await simulator.send_text(MARYAM, "انتظار")
    assert simulator.pending_updates == 1
    await poller.start()
    await simulator.confirmed()
    await poller.stop()
    assert await texts(database) == ["مرحبا", "انتظار"]


async def test_it_stops_in_the_middle_of_a_pause(
    simulator: Simulator,
    telegram: Telegram,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paused = asyncio.Event()

    monkeypatch.setattr("bot.channels.telegram.poller.STOP_SECONDS", 3600)

    async def pause(seconds: float) -> None:
        paused.set()
        await asyncio.Event().wait()

    simulator.faults.rules.append(FaultRule("getUpdates", "500", times=None))
    poller = Poller(telegram, database, lambda: None, pause=pause)
    await poller.start()
    await paused.wait()
    async with patience(1):
        await poller.stop()
    assert not poller.connected
