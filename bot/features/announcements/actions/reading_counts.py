"""How many people have read each announcement, counted along as they say so: a thousand press in a
minute, and their author looks on."""

from bot.storage.derived import Derived
from bot.storage.transaction import Tx

SHARDS = 16
"""Rows over which the readers of one announcement are spread by their ids, so that those who press
at the same moment do not wait for each other."""

_ONE_MORE = (
    "INSERT INTO reading_counts (announcement_id, lane, readers) VALUES (?, ?, 1)"
    " ON CONFLICT (announcement_id, lane) DO UPDATE SET readers = reading_counts.readers + 1"
)

READING_COUNTS = Derived(
    table="reading_counts",
    keys="announcement_id, lane",
    values="readers",
    expected=f"SELECT announcement_id, person_id % {SHARDS} AS lane, count(*) AS readers"  # noqa: S608
    " FROM receipts WHERE acknowledged_at IS NOT NULL GROUP BY 1, 2",
    sources=("receipts",),
)


def shard_of(person_id: int) -> int:
    """Which of the `SHARDS` a reader is counted in."""
    return person_id % SHARDS


async def count_reader(tx: Tx, announcement_id: int, person_id: int) -> None:
    """Count somebody whose receipt has just been acknowledged."""
    await tx.touch(_ONE_MORE, announcement_id, shard_of(person_id))
