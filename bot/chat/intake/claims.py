"""Several processes on one inbox: each claims what it handles, with a lease that it renews while it
lives. One sender's updates are claimed in their order, by one process at a time.

SQLite knows one process, which reads the inbox without claiming (`inbox.waiting`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from bot.chat.intake.inbox import StoredUpdate
from bot.storage.columns import encode, to_millis
from bot.storage.transaction import Tx

LEASE = timedelta(seconds=8)
RENEW_SECONDS = 2.5
"""In real time; a lease outlives two renewals that fail."""

MOST_OF_ONE = 32
"""Updates of one sender that may be in hand; the rest of a flood waits without costing the others
their places, and the look for what keeps an update back goes no further."""
WIDTH = 4
"""How many times as much is looked at as is wanted: another process may just be claiming it."""

_HELD = "SELECT value::bigint FROM jsonb_array_elements_text(CAST(? AS jsonb)) AS held(value)"

# One pass over what waits finds the senders of whom another process has nothing in hand, by the age
# of their oldest update, and of each the first few are looked at: what a flooder has waiting is
# read once, and no row of it looks for its neighbours.
# What another one is just claiming is locked and so not among `picked`; the snapshot still shows it
# as waiting, and so it keeps back the later ones of its sender. The last row, if it comes, says
# that something was left. Subqueries with a limit are answered by `ix_updates_sender`, the array by
# a key: nobody's statistics know how many updates wait at this moment, and a join became one of all
# with all.
# The commit need not wait for the disk: a claim that a crash of the server forgets is merely free.
_CLAIM = (
    "WITH senders AS MATERIALIZED ("
    "SELECT channel, sender, min(id) AS oldest FROM updates WHERE state = 'waiting'"
    " GROUP BY channel, sender"
    " HAVING bool_or(claimed_by <> ? AND lease_until > ?) IS NOT TRUE"
    " AND bool_or((claimed_by IS NULL OR claimed_by = ? OR lease_until <= ?)"
    " AND id NOT IN (/*held*/)) ORDER BY oldest LIMIT ?"
    "), looked AS MATERIALIZED ("
    "SELECT own.id FROM senders, LATERAL (SELECT id FROM updates WHERE state = 'waiting'"
    " AND channel = senders.channel AND sender = senders.sender ORDER BY id LIMIT ?) AS own"
    " WHERE own.id NOT IN (/*held*/) ORDER BY own.id LIMIT ?"
    "), picked AS MATERIALIZED ("
    "SELECT id, channel, sender FROM updates WHERE id = ANY (ARRAY(SELECT id FROM looked))"
    " AND state = 'waiting' AND (claimed_by IS NULL OR claimed_by = ? OR lease_until <= ?)"
    " ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED"
    "), unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)"
    "), claimed AS ("
    "UPDATE updates SET claimed_by = ?, lease_until = ? FROM picked, unhurried"
    " WHERE updates.id = picked.id AND ("
    "SELECT earlier.id FROM updates AS earlier WHERE earlier.state = 'waiting'"
    " AND earlier.channel = picked.channel AND earlier.sender = picked.sender"
    " AND earlier.id < picked.id AND earlier.id NOT IN (SELECT id FROM picked)"
    " AND (earlier.claimed_by IS DISTINCT FROM ? OR earlier.lease_until <= ?)"
    " LIMIT 1) IS NULL"
    " RETURNING updates.id, updates.channel, updates.sender, body, received_at)"
    " SELECT * FROM claimed UNION ALL SELECT 0, '', '', '', 0 WHERE EXISTS ("
    "SELECT 1 FROM updates WHERE state = 'waiting' AND (claimed_by IS NULL OR lease_until <= ?)"
    " AND id NOT IN (SELECT id FROM claimed) AND id NOT IN (/*held*/))"
).replace("/*held*/", _HELD)
_RENEW = (
    "UPDATE updates SET lease_until = ? WHERE id IN ("
    "SELECT id FROM updates WHERE state = 'waiting' AND claimed_by = ?"
    " AND id IN (/*held*/) FOR UPDATE SKIP LOCKED)"
).replace("/*held*/", _HELD)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a process has claimed, oldest first, and whether it had to leave something that nobody
    has in hand yet: its sender is with another process or has enough in hand, or the limit was
    reached."""

    updates: list[StoredUpdate]
    contended: bool


async def claim(tx: Tx, worker: str, held: Collection[int], limit: int) -> Claim:
    """Claim waiting updates that nobody has in hand, or whose lease has run out, besides the `held`
    ones, which this process has in its memory. An update is claimed only together with, or after,
    every earlier one of its sender, and of one sender `MOST_OF_ONE` at a time, the held ones among
    them. PostgreSQL only."""
    now = to_millis(tx.now)
    until = now + LEASE // timedelta(milliseconds=1)
    mine = encode(list(held))
    rows = await tx.fetch(
        _CLAIM,
        worker, now, worker, now, mine, WIDTH * limit,
        MOST_OF_ONE, mine, WIDTH * limit,
        worker, now, limit,
        worker, until, worker, now,
        now, mine,
    )  # fmt: skip
    got = sorted((StoredUpdate(*row) for row in rows if row[0]), key=lambda update: update.id)
    return Claim(got, contended=len(got) < len(rows))


async def renew(tx: Tx, worker: str, held: Collection[int]) -> None:
    """Renew the claims on the `held` updates. One whose turn is open just now is left out: nobody
    else can claim it while it is locked."""
    await tx.run(_RENEW, to_millis(tx.now + LEASE), worker, encode(list(held)))


async def let_go(tx: Tx, worker: str) -> None:
    """Leave everything that this process has claimed and not finished to the others, at once."""
    await tx.run(
        "UPDATE updates SET claimed_by = NULL, lease_until = NULL"
        " WHERE state = 'waiting' AND claimed_by = ?",
        worker,
    )
