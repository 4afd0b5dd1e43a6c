"""The database refuses what the dispatcher asks of it: nothing is stuck, and the order is kept."""

import asyncio
import errno
import logging
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bench.crowd import patience, within
from bot.chat.incoming import Incoming
from bot.chat.intake import claims, dispatcher, inbox
from bot.chat.intake.attempts import MOST_COLLISIONS
from bot.chat.intake.dispatcher import TOGETHER, Dispatcher
from bot.chat.intake.flood import FloodGate
from bot.chat.intake.inbox import Arrival, StoredUpdate
from bot.core.clock import FrozenClock
from bot.storage.database import Database, open_database
from bot.storage.failures import DatabaseAway
from tests.chat.plain_parser import CHANNEL, PlainParser

START = datetime(2026, 11, 22, 7, tzinfo=UTC)
PATIENCE = 20.0


@dataclass
class Faulty:
    """A dialogue with a bug in it, for whoever writes «bad»; it cannot even say sorry. Whoever
    writes a word of `passing` meets that error, and is told sorry where it does not pass."""

    database: Database
    done: list[int] = field(default_factory=list)
    complaint: str = "a bug"
    passing: dict[str, Exception] = field(default_factory=dict)
    attempts: Counter[str] = field(default_factory=Counter)
    sorry: list[int] = field(default_factory=list)
    often: dict[tuple[str, int], asyncio.Event] = field(default_factory=dict)
    """Set when a word was tried so often."""

    async def handle(self, update: StoredUpdate, incoming: Incoming) -> None:
        self.attempts[incoming.text] += 1
        if event := self.often.get((incoming.text, self.attempts[incoming.text])):
            event.set()
        if incoming.text == "bad":
            raise ValueError(self.complaint)
        if error := self.passing.get(incoming.text):
            raise error
        async with self.database.transaction() as tx:
            assert await inbox.mark_done(tx, update.id)
        self.done.append(update.id)

    async def apologise(self, update: StoredUpdate, incoming: Incoming, reference: str) -> None:
        if incoming.text not in self.passing:
            raise ValueError(self.complaint)
        async with self.database.transaction() as tx:
            assert await inbox.set_aside(tx, update.id, f"fault {reference}")
        self.sorry.append(update.id)


@dataclass
class Intake:
    database: Database
    dialogue: Faulty
    dispatcher: Dispatcher

    async def takes(self, *arrivals: tuple[str, str]) -> None:
        """Store (sender, text) each, and wait until everything is handled."""
        async with self.database.transaction() as tx:
            stored = [Arrival(f"{n}", who, body) for n, (who, body) in enumerate(arrivals)]
            await inbox.store(tx, CHANNEL, stored)
        self.dispatcher.wake()
        async with patience(PATIENCE):
            await self.dispatcher.idle()

    async def states(self) -> list[str]:
        async with self.database.reading() as tx:
            return [row[0] for row in await tx.fetch("SELECT state FROM updates ORDER BY id")]


@pytest.fixture
async def intake(database_url: str) -> AsyncIterator[Intake]:
    database = await open_database(database_url, FrozenClock(START))
    dialogue = Faulty(database)
    dispatcher = Dispatcher(
        database, cast(Any, dialogue), {CHANNEL: PlainParser()}, FloodGate(burst=1e6), worker="one"
    )
    await dispatcher.start()
    yield Intake(database, dialogue, dispatcher)
    await dispatcher.stop()
    await database.close()


def refuse(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *errors: Exception) -> None:
    """Raise these errors, one a call, before the function does its work again."""
    real, left = getattr(module, name), list(errors)

    async def refusing(*args: Any) -> Any:
        if left:
            raise left.pop(0)
        return await real(*args)

    monkeypatch.setattr(module, name, refusing)


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk is full"), KeyError("a bug")])
async def test_what_cannot_be_set_aside_at_once_is_set_aside_later(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    refuse(monkeypatch, inbox, "set_aside", error, error)
    await intake.takes(("maryam", "bad"), ("maryam", "good"), ("huda", "good"))
    assert await intake.states() == ["set_aside", "done", "done"]
    assert (sorted(intake.dialogue.done), intake.dispatcher._held) == ([2, 3], set())


@pytest.mark.parametrize(
    "complaint", ["a \0 in it", "half a pair: \ud83d"], ids=["zero", "half a pair"]
)
async def test_an_error_that_no_database_can_store_is_set_aside_too(
    intake: Intake, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Processes that share the tests cannot tell each other of half a pair in a captured line.
    monkeypatch.setattr(logging.getLogger("bot.chat.intake.dispatcher"), "disabled", True)
    intake.dialogue.complaint = complaint
    await intake.takes(("maryam", "bad"), ("maryam", "good"))
    assert await intake.states() == ["set_aside", "done"]


async def test_whatever_goes_wrong_with_reading_the_inbox_is_read_on(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((inbox, "waiting"), (claims, "claim")):
        refuse(monkeypatch, module, name, OSError("away"), KeyError("a bug"))
    await intake.takes(("maryam", "good"))
    assert (await intake.states(), intake.dispatcher.runs) == (["done"], True)


async def test_all_of_a_flood_is_handled_before_the_desk_is_at_rest(intake: Intake) -> None:
    count = 3 * claims.MOST_OF_ONE + 5
    await intake.takes(*[("maryam", "good")] * count)
    assert intake.dialogue.done == list(range(1, count + 1))


async def test_who_stops_while_the_database_is_away_leaves_the_update(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: asyncio.Queue[None] = asyncio.Queue()

    async def away(*_: Any) -> bool:
        tries.put_nowait(None)
        raise OSError(errno.EHOSTUNREACH, "no route to the database")

    monkeypatch.setattr(inbox, "mark_done", away)
    taking = asyncio.create_task(intake.takes(("maryam", "good"), ("maryam", "good")))
    for _ in range(2):
        await within(PATIENCE, tries.get())
    assert not taking.done()
    taking.cancel()
    await within(PATIENCE, intake.dispatcher.stop())
    assert (await intake.states(), intake.dialogue.done) == (["waiting", "waiting"], [])


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("refused")
    error.sqlite_errorcode = code
    return error


async def test_a_statement_that_fails_for_good_is_told_at_once(intake: Intake) -> None:
    """The class of the error says nothing: a query that is too large is no busy database."""
    intake.dialogue.passing["huge"] = sqlite_error(sqlite3.SQLITE_ERROR)
    await intake.takes(("maryam", "huge"), ("maryam", "good"), ("huda", "good"))
    assert (intake.dialogue.sorry, intake.dialogue.attempts["huge"]) == ([1], 1)
    assert await intake.states() == ["set_aside", "done", "done"]


async def test_a_turn_that_meets_another_one_again_and_again_ends(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(dispatcher, "FIRST_PAUSE", 0.001)
    intake.dialogue.passing["crossed"] = sqlite_error(sqlite3.SQLITE_LOCKED)
    await intake.takes(("maryam", "crossed"), ("maryam", "good"))
    assert (intake.dialogue.sorry, intake.dialogue.attempts["crossed"]) == ([1], MOST_COLLISIONS)
    assert await intake.states() == ["set_aside", "done"]


async def test_who_waits_for_the_database_takes_nobodys_place(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More people than are served at a time wait for a full disk, and are answered once it is
    free; whoever needs no room on it is answered meanwhile."""
    monkeypatch.setattr(dispatcher, "LONGEST_PAUSE", 0.2)
    waiting = [(f"teacher {n}", "full") for n in range(TOGETHER + 20)]
    intake.dialogue.passing["full"] = sqlite_error(sqlite3.SQLITE_FULL)
    often = intake.dialogue.often["full", len(waiting) * MOST_COLLISIONS] = asyncio.Event()
    taking = asyncio.create_task(intake.takes(*waiting, ("maryam", "good")))
    async with patience(PATIENCE):
        await often.wait()
    assert intake.dialogue.done == [len(waiting) + 1]
    assert not taking.done()
    intake.dialogue.passing.clear()
    await within(PATIENCE, taking)
    assert await intake.states() == ["done"] * (len(waiting) + 1)
    assert intake.dialogue.sorry == []


async def test_nobody_is_overtaken_by_themselves_when_the_bot_is_told_to_stop(
    intake: Intake,
) -> None:
    tried = intake.dialogue.often["first", 1] = asyncio.Event()
    intake.dialogue.passing["first"] = DatabaseAway("for a while")
    async with intake.database.transaction() as tx:
        stored = [Arrival("1", "maryam", "first"), Arrival("2", "maryam", "second")]
        await inbox.store(tx, CHANNEL, stored)
    intake.dispatcher.wake()
    await within(PATIENCE, tried.wait())
    await intake.dispatcher.stop()
    assert await intake.states() == ["waiting", "waiting"]
    assert intake.dispatcher._held == set()
    intake.dialogue.passing.clear()
    await intake.dispatcher.start()
    intake.dispatcher.wake()
    async with patience(PATIENCE):
        await intake.dispatcher.idle()
    assert (intake.dialogue.done, await intake.states()) == ([1, 2], ["done", "done"])
