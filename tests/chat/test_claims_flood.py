"""One sender with thousands of waiting updates: the others are served first, and a claim reads each
waiting row a few times at most, whoever has how many."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.chat.intake import claims
from bot.chat.intake.claims import MOST_OF_ONE, Claim
from bot.core.clock import FrozenClock
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx

START = datetime(2026, 11, 22, 7, tzinfo=UTC)
AT_ONCE = 128


@pytest.fixture
async def database(postgresql_url: str) -> AsyncIterator[Database]:
    database = await open_database(postgresql_url, FrozenClock(START))
    yield database
    await database.close()


async def fill(database: Database, count: int, senders: int, first: int = 1) -> None:
    """So many waiting updates, of so many senders in turn."""
    async with database.transaction() as tx:
        await tx.run(
            "INSERT INTO updates (channel, key, sender, body, state, received_at)"
            " SELECT 'test', n::text, (n % CAST(? AS INT))::text, repeat('x', 600), 'waiting', 0"
            " FROM generate_series(CAST(? AS INT), CAST(? AS INT)) AS n",
            senders,
            first,
            first + count - 1,
        )


async def claim(database: Database, worker: str, *held: int) -> Claim:
    async with database.transaction() as tx:
        return await claims.claim(tx, worker, held, AT_ONCE)


async def test_a_flood_leaves_room_for_everybody_else(database: Database) -> None:
    await fill(database, 3_000, 1)
    await fill(database, 200, 100, first=10_000)
    one = await claim(database, "one")
    got = Counter(update.sender for update in one.updates)
    assert (len(one.updates), one.contended) == (AT_ONCE, True)
    # Sender 0 is the flooder, whose first updates are the oldest of all.
    assert [update.id for update in one.updates][:MOST_OF_ONE] == list(range(1, MOST_OF_ONE + 1))
    assert got["0"] == MOST_OF_ONE
    held = [update.id for update in one.updates]
    two = await claim(database, "two")
    assert "0" not in {update.sender for update in two.updates}
    again = await claim(database, "one", *held)
    assert "0" not in {update.sender for update in again.updates}
    rest = one.updates + two.updates + again.updates
    assert {update.sender for update in rest} == {str(number) for number in range(100)}


async def test_a_flood_is_taken_in_order_as_room_is_made(database: Database) -> None:
    await fill(database, 100, 1)
    taken: list[int] = []
    while updates := (await claim(database, "one")).updates:
        assert len(updates) <= MOST_OF_ONE
        taken += [update.id for update in updates]
        async with database.transaction() as tx:
            await tx.run("DELETE FROM updates WHERE id <= ?", taken[-1])
    assert taken == list(range(1, 101))


class Explained:
    """A transaction that notes how many rows each part of a statement went through."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.now = tx.now
        self.rows = 0

    async def fetch(self, sql: str, *params: Any) -> list[Any]:
        explain = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "
        found = await self._tx.fetch(explain + sql, *params)
        self.rows = sum(rows_through(found[0][0][0]["Plan"]))
        return []


def rows_through(part: dict[str, Any]) -> Iterator[int]:
    filtered = [part.get(f"Rows Removed by {what}", 0) for what in ("Filter", "Join Filter")]
    yield part["Actual Loops"] * (part["Actual Rows"] + sum(filtered))
    for inner in part.get("Plans", ()):
        yield from rows_through(inner)


@pytest.mark.parametrize("analyzed", [False, True])
@pytest.mark.parametrize("senders", [1, 100, 8_000])
async def test_what_a_claim_reads_grows_with_what_waits_and_no_faster(
    database: Database, senders: int, analyzed: bool
) -> None:
    count = 8_000
    await fill(database, count, senders)
    async with database.transaction() as tx:
        if analyzed:
            await tx.run("ANALYZE updates")
        explained = Explained(tx)
        await claims.claim(explained, "one", [1, 2, 3], AT_ONCE)  # type: ignore[arg-type]
    # Each part of the plan that a row passes through counts it once more; were each row to look for
    # its neighbours, it would be thousands.
    assert count < explained.rows < 8 * count
