"""What a channel tells of messages after they were sent: delivered, read, refused later.

It may come out of order, more than once, before our own `sent` mark is written, or about a message
of somebody else. Only channels that tell have rows here: those of the others cost nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import TypeAlias

from sqlalchemy import Column, Index, Integer, String, Table, Text, select, text

from bot.chat.incoming import Address, DeliveryState, DeliveryStatus
from bot.core import metrics
from bot.delivery.addresses import divert_refused, follow_move, mark_unreachable
from bot.delivery.message import MessageState
from bot.storage.columns import Enumerated, Identifier, Moment, metadata, partial_index, to_millis
from bot.storage.lists import among, first_of
from bot.storage.transaction import Tx

KEEP_AWAITED = timedelta(days=30)
"""How long a channel may take to tell more of a message."""
KEEP_SETTLED = timedelta(days=1)
"""How long it is remembered that nothing more is to be told, for what comes late, and what was told
of a message that is not known: its mark is at most an outage away."""
REASON_LENGTH = 300

_IN_DOUBT = frozenset({MessageState.QUEUED, MessageState.SENDING, MessageState.UNKNOWN})
"""An earlier attempt may have arrived."""
_GIVEN_UP = frozenset({MessageState.FAILED, MessageState.UNREACHABLE, MessageState.EXPIRED})
"""The last attempt did not arrive, an earlier one may have; what somebody took back stays so."""

MOVES: Mapping[DeliveryState, frozenset[MessageState]] = {
    DeliveryState.SENT: _IN_DOUBT,
    DeliveryState.DELIVERED: _IN_DOUBT | _GIVEN_UP | {MessageState.SENT},
    # Of a message that waits to be sent once more only its next attempt is of interest.
    DeliveryState.REFUSED: frozenset(
        {MessageState.SENDING, MessageState.UNKNOWN, MessageState.SENT, MessageState.DELIVERED}
    ),
    DeliveryState.READ: _IN_DOUBT
    | _GIVEN_UP
    | {MessageState.SENT, MessageState.DELIVERED, MessageState.REFUSED},
}
"""What is told → from which states a message takes it on. So late or repeated news changes nothing,
and in whichever order it comes, the end is the same."""

_SETTLED = "outbox_id IS NULL OR state IN ('read', 'refused')"
_open = text("topic IS NOT NULL AND state IN ('sent', 'delivered')")
_settled = text(_SETTLED)

delivery_statuses = Table(
    "delivery_statuses",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("message", Text, primary_key=True, comment="the channel's id of the message"),
    Column("outbox_id", Identifier, comment="empty: told before it was known whose it is"),
    Column("topic", String(64), comment="that of its message"),
    Column("state", Enumerated(DeliveryState), nullable=False, comment="the last that was told"),
    Column("reason", Text, comment="why it was refused, as the channel says"),
    Column("closes", Integer, nullable=False, comment="1: for that reason its address is closed"),
    Column("at", Moment, nullable=False, comment="when it was first heard of"),
    partial_index("ix_delivery_statuses_topic", "topic", where=_open),
    Index("ix_delivery_statuses_at", "at"),
    partial_index("ix_delivery_statuses_settled", "at", where=_settled),
    comment="of which messages a channel will tell more, and what it has told",
    sqlite_with_rowid=False,
)

AwaitedStatus: TypeAlias = tuple[str, str, int]
"""Channel, the channel's id of a message, and ours."""


def _words(states: Collection[MessageState] | Collection[DeliveryState]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


def _earlier(state: DeliveryState) -> list[DeliveryState]:
    order = list(DeliveryState)
    return order[: order.index(state)]


# A message that was sent twice, in doubt, is two for the channel. What was refused of one says
# nothing where the other was taken; and where the other was refused, whatever is told of this one
# counts.
_SAME = " AND state IN ({states}) AND (message IS NULL OR message = CAST(? AS TEXT))"
_ANY = " AND (state IN ({states}) OR (state = 'refused' AND message <> CAST(? AS TEXT)))"
_MOVE = (
    "UPDATE outbox SET state = ?, error = ?, not_before = NULL, screen = NULL,"
    " message = CASE WHEN state = 'refused' THEN CAST(? AS TEXT)"
    " ELSE COALESCE(message, CAST(? AS TEXT)) END,"
    " finished_at = COALESCE(finished_at, CAST(? AS BIGINT)) WHERE id = ?{where}"
    " RETURNING address_id, finished_at"
)
_MOVES = {
    state: _MOVE.format(
        where=(_SAME if state is DeliveryState.REFUSED else _ANY).format(states=_words(before))
    )
    for state, before in MOVES.items()
}
_ADD = (
    "INSERT INTO delivery_statuses (channel, message, outbox_id, topic, state, reason, closes, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (channel, message) DO NOTHING RETURNING outbox_id"
)
_RAISE = (
    "UPDATE delivery_statuses SET state = ?, reason = ?, closes = ?"
    " WHERE channel = ? AND message = ? AND state IN ({states})"
)
_RAISES = {
    state: _RAISE.format(states=_words(_earlier(state)))
    for state in DeliveryState
    if _earlier(state)
}
# Locked first, as the mark locks it first.
_REFERENCE = (
    "SELECT outbox.id, topic FROM outbox JOIN addresses ON addresses.id = address_id"
    " WHERE outbox.id = ? AND channel = ? AND (external = ? OR addresses.id IN"
    " (SELECT address_id FROM address_aliases WHERE channel = ? AND external = ?))"
)
_REFERENCES = {"sqlite": _REFERENCE, "postgresql": f"{_REFERENCE} FOR UPDATE OF outbox"}
_AWAIT = (
    "INSERT INTO delivery_statuses (channel, message, outbox_id, topic, state, closes, at)"
    " VALUES (?, ?, ?, (SELECT topic FROM outbox WHERE id = ?), 'sent', 0, ?)"
    " ON CONFLICT (channel, message) DO UPDATE SET outbox_id = excluded.outbox_id,"
    " topic = excluded.topic"
)


async def note_status(tx: Tx, address: Address, status: DeliveryStatus) -> None:
    """Note what a channel tells of a message to this address. What cannot be assigned yet is kept
    for the message's mark, which is on its way."""
    status = replace(status, reason=status.reason[:REASON_LENGTH])
    if status.moved_to and status.moved_to != address.id:
        await _move_address(tx, address, status.moved_to)
    number, topic = await _find_by_reference(tx, address, status.reference)
    added = await tx.fetch(
        _ADD, address.channel, status.message, number, topic, status.state.value,
        status.reason or None, int(status.closes), to_millis(tx.now),
    )  # fmt: skip
    if not added:
        known, status = await _add_to_what_was_told(tx, address.channel, status)
        if known is None and number is not None:
            await _assign(tx, [(address.channel, status.message, number)])
        number = known or number
    if number is not None:
        await _move(tx, number, status)


async def _move_address(tx: Tx, address: Address, key: str) -> None:
    rows = await tx.fetch(
        "SELECT id FROM addresses WHERE channel = ? AND external = ?", address.channel, address.id
    )
    if rows:
        await follow_move(tx, rows[0][0], key)


async def _find_by_reference(
    tx: Tx, address: Address, reference: str
) -> tuple[int | None, str | None]:
    """The message of ours that bears the reference, if it went to this address, and its topic."""
    if not (reference.isascii() and reference.isdecimal() and len(reference) < 19):
        return None, None
    where = (address.channel, address.id)
    rows = await tx.fetch(_REFERENCES[tx.dialect], int(reference), *where, *where)
    return (int(rows[0][0]), rows[0][1]) if rows else (None, None)


async def _add_to_what_was_told(
    tx: Tx, channel: str, status: DeliveryStatus
) -> tuple[int | None, DeliveryStatus]:
    """The id of the message's row in the outbox, if it is known by now, and what holds of all that
    was told of it."""
    if raised := _RAISES.get(status.state):
        await tx.run(
            raised, status.state.value, status.reason or None, int(status.closes), channel,
            status.message,
        )  # fmt: skip
    rows = await tx.fetch(
        "SELECT outbox_id, state, reason, closes FROM delivery_statuses"
        " WHERE channel = ? AND message = ?",
        channel,
        status.message,
    )
    number, state, reason, closes = rows[0]
    holds = DeliveryStatus(
        status.message, DeliveryState(state), reason=reason or "", closes=bool(closes)
    )
    return number, holds


async def await_statuses(tx: Tx, sent: Collection[AwaitedStatus]) -> None:
    """Know these messages by the channel's ids from now on; what was told of them before takes
    effect here. It belongs to the transaction that marks them as sent.

    One that was given up meanwhile, as its process seemed dead, is no longer in doubt either.
    """
    await _assign(tx, sent)
    now = to_millis(tx.now)
    took = DeliveryState.SENT
    marks = [
        (took.value, None, message, message, now, number, message) for _, message, number in sent
    ]
    await tx.run_many(_MOVES[took], marks)
    table = delivery_statuses
    for channel, messages in groupby(sorted(sent), key=lambda awaited: awaited[0]):
        told = select(table).where(
            table.c.channel == channel,
            among(table.c.message, [message for _, message, _ in messages]),
            table.c.state != took,
        )
        for row in await tx.all(told):
            status = DeliveryStatus(
                row.message, row.state, reason=row.reason or "", closes=bool(row.closes)
            )
            await _move(tx, row.outbox_id, status)


async def _assign(tx: Tx, sent: Collection[AwaitedStatus]) -> None:
    now = to_millis(tx.now)
    rows = [(channel, message, number, number, now) for channel, message, number in sent]
    await tx.run_many(_AWAIT, rows)


async def _move(tx: Tx, number: int, status: DeliveryStatus) -> None:
    """Let a message take on what was told of it, if that is news."""
    refused = status.state is DeliveryState.REFUSED
    rows = await tx.fetch(
        _MOVES[status.state],
        status.state.value, status.reason or None if refused else None, status.message,
        status.message, to_millis(tx.now), number, status.message,
    )  # fmt: skip
    if not rows:
        return
    tx.after_commit(metrics.STATUSES[status.state,].inc)
    address_id, finished_at = rows[0]
    if status.closes and address_id is not None:
        await _close(tx, number, address_id, finished_at)


async def _close(tx: Tx, number: int, address_id: int, sent_at: int) -> None:
    """Close an address, unless its person has come back since the message was sent. The message
    goes to another one of theirs, where there is one."""
    still = await tx.fetch(
        "SELECT id FROM addresses WHERE id = ? AND changed_at <= ?", address_id, sent_at
    )
    if still:
        await mark_unreachable(tx, [address_id])
        await divert_refused(tx, number)


async def awaits_statuses(tx: Tx, topic: str) -> bool:
    """Whether what was sent about a topic may still change by what a channel tells. Without a
    channel that tells, it never may."""
    rows = await tx.fetch(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM delivery_statuses WHERE topic = ?"
        " AND state IN ('sent', 'delivered')) OR (EXISTS (SELECT 1 FROM delivery_statuses)"
        " AND EXISTS (SELECT 1 FROM outbox WHERE topic = ? AND state = 'unknown'))",
        topic,
        topic,
    )
    return bool(rows)


async def forget_settled(tx: Tx, most: int) -> int:
    """Forget of which messages nothing more is to be told, of at most so many; returns of how
    many."""
    late = await _forget(tx, "at < ?", KEEP_AWAITED, most)
    return late + await _forget(tx, f"at < ? AND ({_SETTLED})", KEEP_SETTLED, most - late)


async def _forget(tx: Tx, which: str, age: timedelta, most: int) -> int:
    query = f"FROM delivery_statuses WHERE {which} ORDER BY at LIMIT ?"
    first = first_of(tx, "channel, message", query)
    rows = await tx.fetch(
        f"DELETE FROM delivery_statuses WHERE {first} RETURNING message",  # noqa: S608
        to_millis(tx.now - age),
        most,
    )
    return len(rows)


async def forget_person(tx: Tx, person_id: int) -> None:
    """Forget the channel's ids of what a person was sent."""
    await tx.run(
        "DELETE FROM delivery_statuses WHERE outbox_id IN"
        " (SELECT id FROM outbox WHERE person_id = ?"
        " OR address_id IN (SELECT id FROM addresses WHERE person_id = ?))",
        person_id,
        person_id,
    )
