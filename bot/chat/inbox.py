"""The inbox: every update is a row before it is confirmed, and takes effect exactly once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from bot.storage.columns import Enumerated, Moment, encode, id_column, metadata, to_millis
from bot.storage.transaction import Tx


class UpdateState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    SET_ASIDE = "set_aside"
    """Could not be handled; its error stands beside it, for the administrator."""
    SKIPPED = "skipped"
    """Came in a flood from one sender, who was told so."""


updates = Table(
    "updates",
    metadata,
    id_column(),
    Column("channel", String(16), nullable=False),
    Column("key", String(64), nullable=False, comment="the channel's id of the update"),
    Column("sender", String(64), nullable=False, comment="order is kept for each sender"),
    Column("body", Text, nullable=False, comment="as it came, JSON"),
    Column("state", Enumerated(UpdateState), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Column("received_at", Moment, nullable=False),
    Column("done_at", Moment),
    UniqueConstraint("channel", "key"),
    Index("ix_updates_waiting", "id", sqlite_where=text("state = 'waiting'"),
          postgresql_where=text("state = 'waiting'")),
    sqlite_autoincrement=True,  # the id of a forgotten update must not come again
)  # fmt: skip

KEEP_DONE = timedelta(hours=48)
"""Longer than the platform repeats an update (24 h), so that a repeated one is recognised."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update as the channel handed it over, not yet parsed."""

    key: str
    sender: str
    body: str


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    id: int
    channel: str
    sender: str
    body: str


async def store(tx: Tx, channel: str, arrivals: Iterable[Arrival]) -> None:
    """Add the updates that are not there yet; one that came before is left as it is."""
    now = to_millis(tx.now)
    await tx.run_many(
        "INSERT INTO updates (channel, key, sender, body, state, received_at)"
        " VALUES (?, ?, ?, ?, 'waiting', ?) ON CONFLICT (channel, key) DO NOTHING",
        [(channel, a.key, a.sender, a.body, now) for a in arrivals],
    )


_WAITING = (
    "SELECT id, channel, sender, body FROM updates WHERE state = 'waiting' AND id NOT IN"
    " (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?"
)
_WAITING_BY_DIALECT = {
    "sqlite": _WAITING,
    "postgresql": _WAITING.replace(
        "json_each(?)", "jsonb_array_elements_text(CAST(? AS jsonb)) AS held(value)"
    ).replace("SELECT value", "SELECT value::bigint"),
}


async def waiting(tx: Tx, held: Collection[int], limit: int) -> list[StoredUpdate]:
    """Waiting updates besides the `held` ones, oldest first.

    It is not enough to look above the highest id seen: two transactions may commit in another
    order than they took their ids.
    """
    rows = await tx.fetch(_WAITING_BY_DIALECT[tx.dialect], encode(list(held)), limit)
    return [StoredUpdate(*row) for row in rows]


async def mark_done(tx: Tx, update_id: int) -> bool:
    """Claim the update for this transaction. False: it took effect before, so do nothing."""
    rows = await tx.touch(
        "UPDATE updates SET state = 'done', done_at = ? WHERE id = ? AND state = 'waiting'"
        " RETURNING id",
        to_millis(tx.now),
        update_id,
    )
    return bool(rows)


async def set_aside(tx: Tx, update_id: int, error: str) -> bool:
    """Take an update that cannot be handled out of the way, keeping it and its error.
    False: it is no longer waiting."""
    rows = await tx.touch(
        "UPDATE updates SET state = 'set_aside', error = ?, done_at = ?"
        " WHERE id = ? AND state = 'waiting' RETURNING id",
        error,
        to_millis(tx.now),
        update_id,
    )
    return bool(rows)


async def skip(tx: Tx, update_id: int) -> None:
    """Put an update of a flood aside unread."""
    await tx.touch(
        "UPDATE updates SET state = 'skipped', done_at = ? WHERE id = ? AND state = 'waiting'",
        to_millis(tx.now),
        update_id,
    )


async def forget_done(tx: Tx) -> int:
    """Delete handled updates older than `KEEP_DONE`; returns how many. Those set aside stay."""
    rows = await tx.fetch(
        "DELETE FROM updates WHERE state IN ('done', 'skipped') AND done_at < ? RETURNING id",
        to_millis(tx.now - KEEP_DONE),
    )
    return len(rows)
