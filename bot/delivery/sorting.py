"""Which channel each message waits for, where there are several: what a silent or a slow one has
waiting is not looked through for the messages of another.

Sorting goes in pieces, in the order in which messages leave, before each claim. Where there is one
channel nothing is sorted, and `outbox.waits_for` stays empty.
"""

from collections.abc import Collection, Sequence

from bot.storage.transaction import Tx

AT_ONCE = 500
"""How many messages a transaction sorts."""

_WAITING = "state = 'queued' AND not_before IS NULL AND waits_for"
# Their order leads to the index, also where statistics say that nearly every row will do.
_UNSORTED = f"SELECT id FROM outbox WHERE {_WAITING} IS NULL ORDER BY urgency, id LIMIT 1"  # noqa: S608
_SORTED = (
    f"SELECT id FROM outbox WHERE {_WAITING} IS NOT NULL"  # noqa: S608
    " ORDER BY waits_for, urgency, id LIMIT 1"
)
_SORT = (
    f"WITH piece AS MATERIALIZED (SELECT id FROM outbox WHERE {_WAITING} IS NULL"  # noqa: S608
    " ORDER BY urgency, id LIMIT ? /*lock*/)"
    " UPDATE outbox SET waits_for = COALESCE((SELECT channel FROM addresses"
    " WHERE addresses.id = outbox.address_id AND channel IN ({channels})), CAST(? AS TEXT))"
    " WHERE id IN (SELECT id FROM piece) RETURNING id"
)
_LOCKS = {"sqlite": "", "postgresql": "FOR UPDATE SKIP LOCKED"}
_FORGET = (
    "UPDATE outbox SET waits_for = NULL WHERE id IN (SELECT id FROM outbox"  # noqa: S608
    f" WHERE {_WAITING} IS NOT NULL AND waits_for NOT IN ({{channels}}) LIMIT ?)"
)


async def sort(tx: Tx, channels: Sequence[str], rest: str) -> bool:
    """Note of the next messages which of these channels they wait for; what has no address, or one
    of a channel that is not among them, is given to `rest`. True: there may be more to sort."""
    if not await tx.fetch(_UNSORTED):
        return False
    # Two processes that sort side by side would let the later piece leave before the earlier one.
    await tx.lock("outbox sorting", 0)
    sql = _SORT.format(channels=", ".join("?" * len(channels)))
    sql = sql.replace("/*lock*/", _LOCKS[tx.dialect])
    return len(await tx.fetch(sql, AT_ONCE, *channels, rest)) == AT_ONCE


async def is_any_sorted(tx: Tx) -> bool:
    """Whether something that may leave now was sorted, by whoever had several channels."""
    return bool(await tx.fetch(_SORTED))


async def forget_channels(tx: Tx, channels: Collection[str]) -> None:
    """Have what waits for any other channel than these sorted anew: as much as a transaction may
    touch, the rest with the next ones."""
    sql = _FORGET.format(channels=", ".join("?" * len(channels)))
    await tx.run(sql, *channels, AT_ONCE)
