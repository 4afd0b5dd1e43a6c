"""The inbox: every update is a row before it is confirmed, and takes effect exactly once."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint, text, update

from bot.core import metrics
from bot.storage.columns import (
    Enumerated,
    Moment,
    encode,
    from_millis,
    id_column,
    metadata,
    partial_index,
    to_millis,
)
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx


class UpdateState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    SET_ASIDE = "set_aside"
    """Could not be handled; its error stands beside it, for the administrator."""
    SKIPPED = "skipped"
    """Came in a flood and was left unread; it has a `done_at` once its sender was told so."""


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
    Column("claimed_by", String(64), comment="the process that has it in hand, where several may"),
    Column("lease_until", Moment, comment="from then on another process may take it"),
    UniqueConstraint("channel", "key"),
    partial_index("ix_updates_waiting", "id", where=text("state = 'waiting'")),
    # Empty on SQLite, where nobody claims.
    partial_index("ix_updates_sender", "channel", "sender", "id",
                  where=text("claimed_by IS NOT NULL"), on_postgresql=text("state = 'waiting'")),
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
    received_at: int = 0
    """When it was stored, in milliseconds since 1970."""
    parts: tuple[int, ...] = ()
    """Ids of the updates that brought the rest of its text; they take effect with it."""

    @property
    def ids(self) -> tuple[int, ...]:
        return (self.id, *self.parts)


async def store(tx: Tx, channel: str, arrivals: Iterable[Arrival]) -> None:
    """Add the updates that are not there yet; one that came before is left as it is."""
    now = to_millis(tx.now)
    rows = [(channel, a.key, a.sender, a.body, now) for a in arrivals]
    await tx.run_many(
        "INSERT INTO updates (channel, key, sender, body, state, received_at)"
        " VALUES (?, ?, ?, ?, 'waiting', ?) ON CONFLICT (channel, key) DO NOTHING",
        rows,
    )
    tx.after_commit(partial(metrics.UPDATES_STORED.inc, len(rows)))


_WAITING = (
    "SELECT id, channel, sender, body, received_at FROM updates"
    " WHERE state = 'waiting' AND id NOT IN"
    " (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?"
)
_WAITING_BY_DIALECT = {
    "sqlite": _WAITING,
    "postgresql": _WAITING.replace(
        "json_each(?)", "jsonb_array_elements_text(CAST(? AS jsonb)) AS held(value)"
    ).replace("SELECT value", "SELECT value::bigint"),
}


# Claims keep the order of a sender; this keeps two turns apart even where a claim has run out under
# a process that was only slow, or where an earlier update became visible after a later one.
_ALONE = ", pg_advisory_xact_lock(hashtextextended(channel || ':' || sender, 0))"
_DONE: dict[str, str] = {
    # What was handled is known again by its key; its words are needed no more.
    "sqlite": "UPDATE updates SET state = 'done', done_at = ?, body = ''"
    " WHERE id = ? AND state = 'waiting'"
    " RETURNING id"
}
_DONE["postgresql"] = _DONE["sqlite"] + _ALONE
_ASIDE: dict[str, str] = {
    "sqlite": "UPDATE updates SET state = 'set_aside', error = ?, done_at = ?"
    " WHERE id = ? AND state = 'waiting' RETURNING id"
}
_ASIDE["postgresql"] = _ASIDE["sqlite"] + _ALONE
_SKIPPED: dict[str, str] = {
    "sqlite": "UPDATE updates SET state = 'skipped', done_at = ?, body = ''"
    " WHERE id = ? AND state = 'waiting' RETURNING id"
}
_SKIPPED["postgresql"] = _SKIPPED["sqlite"] + _ALONE
# By the key alone: an index that begins with the channel holds nearly everything.
_TOLD = (
    "UPDATE updates SET done_at = ? WHERE id >= ? AND state = 'skipped' AND done_at IS NULL"
    " AND channel || ':' || sender = ? RETURNING id"
)


@dataclass(frozen=True, slots=True)
class SetAside:
    """An update that could not be handled."""

    id: int
    channel: str
    sender: str
    body: str
    error: str
    received_at: datetime


Settle = Callable[[Tx, int], Awaitable[bool]]

_count_done = metrics.UPDATES["done",].inc
_count_set_aside = metrics.UPDATES["set_aside",].inc
_count_skipped = metrics.UPDATES["skipped",].inc


async def waiting(tx: Tx, held: Collection[int], limit: int) -> list[StoredUpdate]:
    """Waiting updates besides the `held` ones, oldest first.

    It is not enough to look above the highest id seen: two transactions may commit in another
    order than they took their ids.
    """
    rows = await tx.fetch(_WAITING_BY_DIALECT[tx.dialect], encode(list(held)), limit)
    return [StoredUpdate(*row) for row in rows]


async def mark_done(tx: Tx, update_id: int) -> bool:
    """Claim the update for this transaction, and its sender with it: no other process has a turn
    of the same sender until the end. False: it took effect before, so do nothing."""
    rows = await tx.touch(_DONE[tx.dialect], to_millis(tx.now), update_id)
    if rows:
        tx.after_commit(_count_done)
    return bool(rows)


async def hold_sender(tx: Tx, channel: str, sender: str) -> None:
    """Claim a sender as `mark_done` does: nobody has a turn of theirs until the end. SQLite has one
    writer anyway."""
    if tx.dialect == "postgresql":
        await tx.fetch(
            "SELECT pg_advisory_xact_lock(hashtextextended(CAST(? AS TEXT), 0))",
            f"{channel}:{sender}",
        )


async def forget_sender(tx: Tx, channel: str, keys: Collection[str]) -> None:
    """Empty what was handled of a sender, by all their keys, and whose it was; what waits is
    handled first, for whoever they are then."""
    await tx.execute(
        update(updates)
        .where(
            updates.c.channel == channel,
            updates.c.sender.in_(keys),
            updates.c.state != UpdateState.WAITING,
        )
        .values(body="", error=None, sender="gone")
    )


async def set_aside(tx: Tx, update_id: int, error: str) -> bool:
    """Take an update that cannot be handled out of the way, keeping it and its error.
    The sender is claimed as in `mark_done`. False: it is no longer waiting."""
    rows = await tx.touch(_ASIDE[tx.dialect], error, to_millis(tx.now), update_id)
    if rows:
        tx.after_commit(_count_set_aside)
    return bool(rows)


async def skip(tx: Tx, update_id: int, *, told: bool) -> bool:
    """Leave an update of a flood unread; `told` where its sender hears of it by itself, else
    `note_told` counts it. The sender is claimed as in `mark_done`. False: it is no longer
    waiting."""
    now = to_millis(tx.now) if told else None
    rows = await tx.touch(_SKIPPED[tx.dialect], now, update_id)
    if rows:
        tx.after_commit(_count_skipped)
    return bool(rows)


async def note_told(tx: Tx, channel: str, sender: str, first: int) -> int:
    """The sender hears now of everything, from the update `first` on, that was left unread and
    not told yet; returns how many updates that are."""
    rows = await tx.fetch(_TOLD, to_millis(tx.now), first, f"{channel}:{sender}")
    return len(rows)


async def settle(tx: Tx, update: StoredUpdate, error: str, *, unread: bool, told: bool) -> bool:
    """Mark the update, with what brought the rest of its text, as what becomes of it; `told` where
    its sender hears of an unread one by itself. False: it took effect before."""
    how: Settle = mark_done
    if error:
        how = partial(set_aside, error=error)
    elif unread:
        how = partial(skip, told=told)
    if not await how(tx, update.id):
        return False
    for part in update.parts:
        await how(tx, part)
    return True


_OLD = (
    "SELECT id, received_at, CASE WHEN (state IN ('done', 'skipped') AND done_at < ?)"
    " OR (state = 'set_aside' AND done_at < ?)"
    # Nobody is left who could be told of it.
    " OR (state = 'skipped' AND done_at IS NULL AND received_at < ?) THEN 1 ELSE 0 END"
    " FROM updates WHERE id > ? ORDER BY id LIMIT ?"
)


async def forget_done(tx: Tx, most: int, aside_before: datetime) -> int:
    """Delete handled updates older than `KEEP_DONE`, at most so many, and what was set aside before
    that moment; returns how many.

    They are found by the order in which they came, since an index for this would cost every turn.
    """
    now, before = to_millis(tx.now), to_millis(tx.now - KEEP_DONE)
    old: list[int] = []
    last, goes_on = 0, True
    while goes_on and len(old) < most:
        rows = await tx.fetch(_OLD, before, to_millis(aside_before), before, last, most)
        old += [number for number, _, is_old in rows if is_old]
        goes_on = len(rows) == most
        if goes_on:
            last, received_at, _ = rows[-1]
            # A clock that was once ahead of its time does not keep what came after.
            goes_on = not before <= received_at <= now
    old = old[:most]
    if old:
        await tx.run(with_ids(tx, "DELETE FROM updates WHERE id IN (ids)"), as_list(tx, old))
    return len(old)


async def backlog(tx: Tx) -> tuple[int, datetime | None]:
    """How many updates wait, and since when the oldest does."""
    rows = await tx.fetch(
        "SELECT count(*), (SELECT received_at FROM updates WHERE state = 'waiting'"
        " ORDER BY id LIMIT 1) FROM updates WHERE state = 'waiting'"
    )
    count, since = rows[0]
    return int(count), None if since is None else from_millis(since)


async def list_set_aside(tx: Tx, limit: int = 100) -> list[SetAside]:
    """What was set aside, newest first."""
    rows = await tx.fetch(
        "SELECT id, channel, sender, body, COALESCE(error, ''), received_at FROM updates"
        " WHERE state = 'set_aside' ORDER BY id DESC LIMIT ?",
        limit,
    )
    return [
        SetAside(number, channel, sender, body, error, from_millis(received_at))
        for number, channel, sender, body, error, received_at in rows
    ]


async def retry_set_aside(tx: Tx, update_id: int) -> bool:
    """Let an update that was set aside wait again; a running bot finds it within
    `dispatcher.LOOK_AGAIN_SECONDS`. False: no such update is set aside."""
    rows = await tx.fetch(
        "UPDATE updates SET state = 'waiting', error = NULL, done_at = NULL, claimed_by = NULL"
        " WHERE id = ? AND state = 'set_aside' RETURNING id",
        update_id,
    )
    return bool(rows)
