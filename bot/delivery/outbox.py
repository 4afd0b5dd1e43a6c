"""The one way out for messages: what is to be said is a row, in the transaction of its cause.

Nothing is sent from here. The sender is woken when the transaction is durable.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.conversation import Contact
from bot.chat.screen import Screen
from bot.delivery.acknowledgements import PRESS_LIFE
from bot.delivery.addresses import reachable_addresses
from bot.delivery.message import URGENCY, Message, MessageKind, MessageState, bodies
from bot.storage.columns import encode, to_millis
from bot.storage.database import Database
from bot.storage.lists import as_list
from bot.storage.transaction import Tx

LEASE = timedelta(seconds=20)
"""How long a process may be silent before another one takes over what it was sending."""
KEEP_FINISHED = timedelta(days=30)
"""How long replies and notices without a topic are kept once they are finished, and the words of
those with one."""

_QUEUED = "outbox"


def on_queued(database: Database, waiter: Callable[[int | None], None]) -> Callable[[], None]:
    """Call `waiter` with the earliest time (milliseconds; None: at once) of whatever is queued
    through this database, once it is durable. Returns the function that ends this."""
    return database.signals.connect(_QUEUED, waiter)


def _wake(tx: Tx, not_before: datetime | None) -> None:
    tx.signal_after_commit(_QUEUED, to_millis(not_before) if not_before else None)


def _millis(moment: datetime | None) -> int | None:
    return None if moment is None else to_millis(moment)


async def reply(
    tx: Tx,
    contact: Contact,
    screen: Screen,
    *,
    edit: str = "",
    press: str = "",
    worker: str = "",
) -> Message:
    """Answer a person in the turn's own transaction; `edit` is the id of the message to change.
    With `press`, the screen's text is a toast in answer to that press; when the press cannot be
    answered any more it becomes a message.

    The message is born `sending`: hand it to the sender as soon as the transaction is durable. If
    the process dies before that, it is sent after the restart (at once where `worker` names the
    sender, otherwise when its lease has run out).
    """
    now = to_millis(tx.now)
    over = now + PRESS_LIFE // timedelta(milliseconds=1) if press else None
    rows = await tx.touch(
        "INSERT INTO outbox (address_id, person_id, kind, urgency, state, screen, edit_message,"
        " press, expires_at, attempts, claimed_by, lease_until, queued_at)"
        " VALUES (?, ?, 'reply', 0, 'sending', ?, ?, ?, ?, 0, ?, ?, ?) RETURNING id",
        contact.address_id,
        contact.person.id,
        encode(screen.to_json()),
        edit or None,
        press or None,
        over,
        worker or None,
        now + LEASE // timedelta(milliseconds=1),
        now,
    )
    return Message(
        int(rows[0][0]), contact.address_id, contact.address.channel, contact.address.id,
        contact.person.id, MessageKind.REPLY, screen, edit, expires_at=over, press=press,
    )  # fmt: skip


_QUEUE = (
    "INSERT INTO outbox (address_id, person_id, kind, urgency, state, screen, topic, not_before,"
    " expires_at, attempts, queued_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)"
)


_NOTIFY = (
    "INSERT INTO outbox (address_id, person_id, kind, urgency, state, screen, topic, not_before,"
    " expires_at, attempts, queued_at, finished_at)"
    " SELECT address, person, CAST(? AS TEXT), CAST(? AS INTEGER),"
    " CASE WHEN address IS NULL THEN 'unreachable' ELSE 'queued' END, CAST(? AS TEXT),"
    " CAST(? AS TEXT), CASE WHEN address IS NOT NULL THEN CAST(? AS BIGINT) END,"
    " CAST(? AS BIGINT), 0, CAST(? AS BIGINT),"
    " CASE WHEN address IS NULL THEN CAST(? AS BIGINT) END"
    " FROM (SELECT CAST(? AS BIGINT) AS person, (SELECT min(id) FROM addresses"
    " WHERE person_id = ? AND reach = 'reachable') AS address) found"
)


async def notify(
    tx: Tx,
    person_id: int,
    screen: Screen,
    *,
    kind: MessageKind = MessageKind.NOTICE,
    topic: str | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Write to a person at their reachable address. Somebody without one gets a row in the state
    `unreachable`, so that nobody is missed in silence."""
    now = to_millis(tx.now)
    await tx.touch(
        _NOTIFY, kind.value, URGENCY[kind], encode(screen.to_json()), topic, _millis(not_before),
        _millis(expires_at), now, now, person_id, person_id,
    )  # fmt: skip
    _wake(tx, not_before)


async def notify_each(
    tx: Tx,
    notices: Iterable[tuple[int, Screen]],
    *,
    kind: MessageKind = MessageKind.NOTICE,
    topic: str | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Write to each person their own screen; returns how many of them can be reached."""
    written = [Notice(person, screen, topic, expires_at) for person, screen in notices]
    return await notify_all(tx, written, kind=kind, not_before=not_before)


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to one person, about a topic of its own. Notices of the same words may share one
    screen, which is then put into its stored form once."""

    person_id: int
    screen: Screen
    topic: str | None = None
    expires_at: datetime | None = None


async def notify_all(
    tx: Tx,
    notices: Sequence[Notice],
    *,
    kind: MessageKind = MessageKind.NOTICE,
    not_before: datetime | None = None,
) -> int:
    """Send all these notices, in their order; returns how many of them can be delivered."""
    where = await reachable_addresses(tx, {notice.person_id for notice in notices})
    stored = {id(notice.screen): notice.screen for notice in notices}
    texts = {key: encode(screen.to_json()) for key, screen in stored.items()}
    now = to_millis(tx.now)
    word, urgency, later = kind.value, URGENCY[kind], _millis(not_before)
    rows = []
    for notice in notices:
        address = where.get(notice.person_id)
        text, end = texts[id(notice.screen)], _millis(notice.expires_at)
        state, start, finished = ("queued", later, None) if address else ("unreachable", None, now)
        rows.append(
            (address, notice.person_id, word, urgency, state, text, notice.topic, start, end, now,
             finished)
        )  # fmt: skip
    await tx.run_many(_QUEUE, rows)
    if where:
        _wake(tx, not_before)
    return sum(row[0] is not None for row in rows)


async def add_body(tx: Tx, screen: Screen) -> int:
    """Keep a text once for all its readers; returns its id for `broadcast`."""
    return await tx.insert(bodies, screen=screen.to_json(), file_refs={}, made_at=tx.now)


_BROADCAST_ON_SQLITE = (
    "INSERT INTO outbox (address_id, person_id, kind, urgency, state, body_id, topic,"
    " expires_at, attempts, queued_at, finished_at)"
    " SELECT address, person, 'broadcast', 2,"
    " CASE WHEN address IS NULL THEN 'unreachable' ELSE 'queued' END,"
    " CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS BIGINT), 0, CAST(? AS BIGINT),"
    " CASE WHEN address IS NULL THEN CAST(? AS BIGINT) END"
    " FROM (SELECT value AS person, (SELECT min(id) FROM addresses"
    " WHERE person_id = value AND reach = 'reachable') AS address FROM json_each(?)) found"
)
_BROADCAST = {
    "sqlite": _BROADCAST_ON_SQLITE,
    "postgresql": _BROADCAST_ON_SQLITE.replace("json_each(?)", "unnest(?::bigint[]) AS w(value)"),
}


async def broadcast(
    tx: Tx,
    body_id: int,
    person_ids: Sequence[int],
    *,
    topic: str,
    expires_at: datetime | None = None,
) -> None:
    """Send a body to many people, each once; those without a reachable address are recorded as
    unreachable. Takes about 10 µs a person."""
    people = list(dict.fromkeys(person_ids))
    now = to_millis(tx.now)
    await tx.run(
        _BROADCAST[tx.dialect], body_id, topic, _millis(expires_at), now, now, as_list(tx, people)
    )
    _wake(tx, None)


async def progress(tx: Tx, reader: Contact | int, screen: Screen, *, topic: str) -> int:
    """Start a message that `update_progress` will change in place. `reader` is the contact that
    asked, or a person's id. Returns the id of its message."""
    if isinstance(reader, Contact):
        person, address = reader.person.id, reader.address_id
    else:
        person = reader
        address = (await reachable_addresses(tx, [reader])).get(reader, 0)
    now = to_millis(tx.now)
    state, finished = ("queued", None) if address else ("unreachable", now)
    rows = await tx.fetch(
        f"{_QUEUE} RETURNING id",
        address or None, person, MessageKind.PROGRESS.value, URGENCY[MessageKind.PROGRESS], state,
        encode(screen.to_json()), topic, None, None, now, finished,
    )  # fmt: skip
    _wake(tx, None)
    return int(rows[0][0])


async def update_progress(tx: Tx, message_id: int, screen: Screen) -> None:
    """Change a `progress` message. What has not left yet is replaced, so a fast
    worker does not flood the chat; nothing happens where the first message found no address."""
    text = encode(screen.to_json())
    replaced = await tx.fetch(
        "UPDATE outbox SET screen = ? WHERE state = 'queued' AND id IN (SELECT CAST(? AS BIGINT)"
        " UNION ALL SELECT id FROM outbox WHERE edit_parcel = ? AND state = 'queued')"
        " RETURNING id",
        text,
        message_id,
        message_id,
    )
    if not replaced:
        await tx.run(
            "INSERT INTO outbox (address_id, person_id, kind, urgency, state, screen, edit_parcel,"
            " attempts, queued_at)"
            " SELECT address_id, person_id, kind, urgency, 'queued', CAST(? AS TEXT), id, 0,"
            " CAST(? AS BIGINT) FROM outbox WHERE id = ? AND state <> 'unreachable'"
            " AND state <> 'cancelled' AND address_id IS NOT NULL",
            text,
            to_millis(tx.now),
            message_id,
        )
    _wake(tx, None)


async def cancel(tx: Tx, topic: str) -> int:
    """Take back what is still queued about a topic; returns how many messages that were."""
    rows = await tx.fetch(
        "UPDATE outbox SET state = 'cancelled', not_before = NULL, finished_at = ?"
        " WHERE topic = ? AND state = 'queued' RETURNING id",
        to_millis(tx.now),
        topic,
    )
    return len(rows)


async def count_states(
    tx: Tx, topic: str, kind: MessageKind | None = None
) -> dict[MessageState, int]:
    """How many messages about a topic stand in each state; states without any are left out."""
    rows = await tx.fetch(
        "SELECT state, count(*) FROM outbox WHERE topic = ?"
        " AND (kind = ? OR CAST(? AS TEXT) IS NULL) GROUP BY state",
        topic,
        kind and kind.value,
        kind and kind.value,
    )
    return {MessageState(state): int(count) for state, count in rows}


async def resend_unknown(tx: Tx, topic: str) -> int:
    """Send once more what may not have arrived; returns how many messages that are."""
    rows = await tx.fetch(
        "UPDATE outbox SET state = 'queued', attempts = 0, error = NULL, finished_at = NULL"
        " WHERE topic = ? AND state = 'unknown' AND address_id IS NOT NULL RETURNING id",
        topic,
    )
    if rows:
        _wake(tx, None)
    return len(rows)


async def forget_finished(tx: Tx) -> int:
    """Delete what was finished more than `KEEP_FINISHED` ago and belongs to no topic; returns how
    many rows. What belongs to one stays to be counted, without its words; only a message of
    progress keeps them, since it may be sent again."""
    before = to_millis(tx.now - KEEP_FINISHED)
    await tx.run(
        "UPDATE outbox SET screen = NULL WHERE topic IS NOT NULL AND screen IS NOT NULL"
        " AND kind <> ? AND finished_at < ?",
        MessageKind.PROGRESS.value,
        before,
    )
    rows = await tx.fetch(
        "DELETE FROM outbox WHERE topic IS NULL AND finished_at < ? RETURNING id",
        before,
    )
    return len(rows)


async def forget_person(tx: Tx, person_id: int) -> None:
    """Cancel what is queued for a person who leaves, and erase the texts that were theirs."""
    now = to_millis(tx.now)
    await tx.run(
        "UPDATE outbox SET state = 'cancelled', not_before = NULL, finished_at = ?"
        " WHERE person_id = ? AND state = 'queued'",
        now,
        person_id,
    )
    await tx.run(
        "UPDATE outbox SET screen = NULL, message = NULL, error = NULL, address_id = NULL"
        " WHERE person_id = ? AND state <> 'sending'",
        person_id,
    )
