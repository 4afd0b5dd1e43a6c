"""What was finished long ago is forgotten a little at a time, however much it is."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import tidying
from bot.chat.incoming import Address
from bot.chat.intake.inbox import KEEP_DONE
from bot.chat.person import add_visitor
from bot.core.clock import FrozenClock
from bot.core.settings import Settings
from bot.delivery.retention import KEEP_FINISHED
from bot.delivery.statuses import KEEP_AWAITED, KEEP_SETTLED
from bot.scheduling import due
from bot.scheduling.ticker import Ticker
from bot.scheduling.work import repeating_job
from bot.storage.columns import to_millis
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.town import Town

START = datetime(2026, 10, 4, 7, 0, tzinfo=UTC)
A_WHILE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
FEW = 10
"""Rows at a time in these stories."""
OLD = 25
"""Rows of each kind that are to be forgotten, and as many that are not."""
TABLES = ("updates", "outbox", "notices", "delivery_statuses", "due")


@dataclass
class Attic:
    """A database in which much has become old, and what looks after it."""

    database: Database
    clock: FrozenClock
    ticker: Ticker

    async def count(self) -> dict[str, int]:
        """How many rows there are of what may become old."""
        rows = [(await self._fetch(f"SELECT count(*) FROM {table}"))[0][0] for table in TABLES]
        words = await self._fetch("SELECT count(*) FROM outbox WHERE screen IS NOT NULL")
        own = await self._fetch("SELECT count(*) FROM due WHERE job LIKE 'repeat:%'")
        counts = dict(zip(TABLES, rows, strict=True)) | {"words": words[0][0]}
        counts["due"] -= own[0][0]
        return counts

    async def turn(self) -> tuple[datetime, datetime]:
        """When the tidying goes on, and its regular turn."""
        rows = await self._fetch(
            "SELECT due_at, anchor_at FROM due WHERE job = ?", repeating_job("tidy")
        )
        at, anchor = (datetime.fromtimestamp(moment / 1000, UTC) for moment in rows[0])
        return at, anchor

    async def _fetch(self, sql: str, *params: Any) -> list[Sequence[Any]]:
        async with self.database.reading() as tx:
            return await tx.fetch(sql, *params)


async def fill(tx: Tx) -> None:
    """`OLD` rows of each kind that have become old, and as many that have not, among each other."""
    person, _ = await add_visitor(tx, Address("telegram", "maryam"), "SA", "ar")
    for number in range(2 * OLD):
        is_old = number < OLD

        def at(keep: timedelta, is_old: bool = is_old) -> int:
            return to_millis(tx.now - keep + (-A_WHILE if is_old else A_WHILE))

        # What was set aside stays, also in front of everything else.
        for state in ("set_aside", "done") if is_old else ("done",):
            await tx.run(
                "INSERT INTO updates (channel, key, sender, body, state, received_at, done_at)"
                " VALUES ('telegram', ?, 'maryam', '{}', ?, ?, ?)",
                f"{state} {number}",
                state,
                at(KEEP_DONE),
                at(KEEP_DONE),
            )
        sent = (
            "INSERT INTO outbox (person_id, kind, urgency, state, screen, notice_id, topic,"
            " queued_at, finished_at) VALUES (?, 'notice', 1, ?, ?, ?, ?, ?, ?)"
        )
        told = at(KEEP_FINISHED)
        await tx.run(
            "INSERT INTO notices (id, kind, version, params, lasting, made_at)"
            " VALUES (?, 'any', 1, '{}', 0, ?)",
            number + 1,
            told,
        )
        await tx.run(sent, person.id, "sent", None, number + 1, None, told, told)
        words = ("sent", "{}", None, "t", told, told) if is_old else (
            "queued", "{}", None, "t", told, None,
        )  # fmt: skip
        await tx.run(sent, person.id, *words)
        status = (
            "INSERT INTO delivery_statuses (channel, message, outbox_id, state, closes, at)"
            " VALUES ('other', ?, ?, ?, 0, ?)"
        )
        await tx.run(status, f"read {number}", 1, "read", at(KEEP_SETTLED))
        await tx.run(status, f"awaited {number}", 1, "delivered", at(KEEP_AWAITED))
        finished = at(due.KEEP_FINISHED)
        await tx.run(
            "INSERT INTO due (job, topic, slot, anchor_at, offset_seconds, due_at, payload, state,"
            " finished_at) VALUES ('any', ?, '1h', ?, 0, ?, 'null', 'done', ?)",
            f"meeting:{number}",
            finished,
            finished,
            finished,
        )


LEFT = {
    "updates": 2 * OLD,
    "outbox": 3 * OLD,
    "notices": OLD,
    "delivery_statuses": 2 * OLD,
    "due": OLD,
    "words": OLD,
}
"""Set aside and young; those with a topic, and young ones; young ones; young ones of both kinds;
young ones; those that wait."""


@pytest.fixture
async def attic(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Attic]:
    monkeypatch.setattr(tidying, "MOST", FEW)
    clock = FrozenClock(START)
    database = await open_database(database_url, clock)
    async with database.transaction() as tx:
        await fill(tx)
    ticker = Ticker(database, clock, {}, [tidying.tidying(Settings())], worker="one")
    yield Attic(database, clock, ticker)
    await ticker.stop()
    await database.close()


async def test_what_is_old_goes_a_little_at_a_time_and_nothing_else_goes(attic: Attic) -> None:
    before = await attic.count()
    await attic.ticker.start()
    await attic.ticker.idle()
    while True:
        now = attic.clock.now()
        left = await attic.count()
        assert 0 <= sum(before.values()) - sum(left.values()) <= FEW, "no more at once"
        before = left
        goes_on, regular = await attic.turn()
        assert regular == START + tidying.EVERY, "the regular turns stay in step"
        if goes_on == regular:
            break
        assert goes_on == now + SECOND, "the rest follows soon"
        attic.clock.advance(SECOND)
        await attic.ticker.idle()
    assert await attic.count() == LEFT


async def test_what_a_clock_ahead_of_its_time_has_left_keeps_nothing_else(attic: Attic) -> None:
    """More came in that hour than is looked at together."""
    async with attic.database.transaction() as tx:
        ahead = to_millis(tx.now + timedelta(days=365))
        await tx.run(
            "UPDATE updates SET received_at = ?, done_at = ? WHERE id <= ?", ahead, ahead, OLD
        )
    await attic.ticker.start()
    for _ in range(2 * OLD):
        await attic.ticker.idle()
        attic.clock.advance(SECOND)
    async with attic.database.reading() as tx:
        rows = await tx.fetch("SELECT count(*) FROM updates WHERE id > ? AND state = 'done'", OLD)
    assert rows[0][0] == OLD, "only the young ones"


async def test_nothing_is_looked_for_without_an_index(
    attic: Attic, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, tuple[Any, ...]] = {}
    fetch = Tx.fetch

    async def noting(tx: Tx, sql: str, *params: Any) -> list[Sequence[Any]]:
        asked[sql] = params
        return await fetch(tx, sql, *params)

    async def running(tx: Tx, sql: str, *params: Any) -> None:
        await noting(tx, sql, *params)

    async with attic.database.transaction() as tx:
        monkeypatch.setattr(Tx, "fetch", noting)
        monkeypatch.setattr(Tx, "run", running)
        for forget in tidying.forgets(Settings()).values():
            await forget(tx, FEW)
        monkeypatch.undo()
        assert len(asked) > len(tidying.forgets(Settings()))
        if tx.dialect == "postgresql":
            # So small a table is read from its beginning to its end otherwise.
            await tx.run("SET LOCAL enable_seqscan = off")
        explain = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[tx.dialect]
        for sql, params in asked.items():
            plan = [str(row[-1]) for row in await tx.fetch(f"{explain} {sql}", *params)]
            wholly = [
                line
                for line in plan
                if "Seq Scan" in line
                or "Sort" in line
                or "TEMP B-TREE" in line
                or ("SCAN" in line and "INDEX" not in line)
            ]
            assert not wholly, (sql, plan)


async def test_people_are_answered_while_much_is_forgotten(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "MOST", 1)
    maryam = town.person("مريم")
    await maryam.says("/start")
    await maryam.says("كلام")
    await town.moves(KEEP_DONE + tidying.EVERY)
    for left in (1, 0):
        async with town.app.database.reading() as tx:
            rows = await tx.fetch("SELECT count(*) FROM updates")
        assert rows[0][0] == left
        await town.moves(SECOND)
