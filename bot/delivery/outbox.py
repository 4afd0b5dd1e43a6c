"""The one way out for messages: what is to be said is a row, in the transaction of its cause.

Nothing is sent from here. The sender is woken when the transaction is durable.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.chat.conversation import Contact, save_forms_with
from bot.chat.person import Reach
from bot.chat.screen import Screen
from bot.delivery import edits
from bot.delivery.addresses import BEST, QUEUED, THEIRS, reachable_addresses
from bot.delivery.message import URGENCY, Message, MessageKind, MessageState
from bot.delivery.notice import NoticeKind, Queued, Recipient, Value, plain
from bot.storage.columns import encode, to_millis
from bot.storage.database import Database
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx

LEASE = timedelta(seconds=8)
"""How long a process may be silent before another one takes over what it was sending: together with
a sweep, all that a dead process costs whoever waits for an answer."""


def on_queued(database: Database, waiter: Callable[[int | None], None]) -> Callable[[], None]:
    """Call `waiter` with the earliest time (milliseconds; None: at once) of whatever is queued
    through this database, once it is durable. Returns the function that ends this."""
    return database.signals.connect(QUEUED, waiter)


def _wake(tx: Tx, not_before: datetime | None) -> None:
    tx.signal_after_commit(QUEUED, to_millis(not_before) if not_before else None)


def wake(tx: Tx) -> None:
    """Have the sender look, once this is durable: what waited for something may leave."""
    _wake(tx, None)


def _millis(moment: datetime | None) -> int | None:
    return None if moment is None else to_millis(moment)


_REPLY = (
    "INSERT INTO outbox (address_id, person_id, kind, urgency, state, screen, edit_message,"
    " press, expires_at, attempts, claimed_by, lease_until, queued_at)"
    " VALUES (?, ?, 'reply', 0, 'sending', ?, ?, ?, ?, 0, ?, ?, ?) RETURNING id"
)


async def reply(
    tx: Tx,
    contact: Contact,
    screen: Screen,
    *,
    edit: str = "",
    press: str = "",
    press_life: timedelta = timedelta(),
    worker: str = "",
    save_forms: bool = False,
) -> Message:
    """Answer a person in the turn's own transaction; `edit` is the id of the message to change.
    With `press`, the screen's text is a toast in answer to that press, which lives so long from now
    on; when the press cannot be answered any more it becomes a message. With `save_forms` the
    contact's half-filled forms are kept as well.

    The message is born `sending`: hand it to the sender as soon as the transaction is durable. If
    the process dies before that, it is sent after the restart (at once where `worker` names the
    sender, otherwise when its lease has run out).
    """
    now = to_millis(tx.now)
    over = now + press_life // timedelta(milliseconds=1) if press else None
    values = (
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
    if save_forms:
        rows = await save_forms_with(tx, contact, _REPLY, *values)
    else:
        rows = await tx.touch(_REPLY, *values)
    return Message(
        int(rows[0][0]), contact.address_id, contact.address.channel, contact.address.id,
        contact.person.id, MessageKind.REPLY, screen, edit, expires_at=over, press=press,
    )  # fmt: skip


_BELOW = (
    "INSERT INTO outbox (address_id, person_id, kind, urgency, state, screen, attempts, queued_at,"
    " finished_at) SELECT address, person, 'notice', 1,"
    " CASE WHEN address IS NULL THEN 'unreachable' ELSE 'queued' END,"
    " CASE WHEN address IS NOT NULL THEN CAST(? AS TEXT) END, 0, CAST(? AS BIGINT),"
    " CASE WHEN address IS NULL THEN CAST(? AS BIGINT) END"
    " FROM (SELECT CAST(? AS BIGINT) AS person, (SELECT id FROM addresses"
    " WHERE id = ? AND reach = 'reachable') AS address) found"
)


async def answer_below(tx: Tx, to: Contact, screen: Screen) -> None:
    """Put a further screen below the answer to the person who acts, where they act. It is finished,
    as an answer is, leads on in its own place, and is forgotten when it is sent; but it waits its
    turn, and no later answer takes its place."""
    now = to_millis(tx.now)
    shown = replace(screen, of_conversation=True, rtl=to.person.voice.language == "ar")
    await tx.touch(_BELOW, encode(shown.to_json()), now, now, to.person.id, to.address_id)
    _wake(tx, None)


async def add_notice(
    tx: Tx, kind: NoticeKind[Any], params: Mapping[str, Value], *, lasting: bool = False
) -> int:
    """Keep a notice once for all its readers; returns its id for `broadcast`. One that is `lasting`
    is kept as long as the messages that bear a topic.

    :raises TypeError: words are among the values.
    """
    rows = await tx.touch(
        "INSERT INTO notices (kind, version, params, lasting, made_at) VALUES (?, ?, ?, ?, ?)"
        " RETURNING id",
        kind.name,
        kind.version,
        encode({name: plain(value) for name, value in params.items()}),
        int(lasting),
        to_millis(tx.now),
    )
    return int(rows[0][0])


_QUEUE_NOTICE = (
    "INSERT INTO outbox (address_id, person_id, kind, urgency, state, notice_id, args, topic,"
    " not_before, expires_at, attempts, queued_at, finished_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)"
)


async def send(
    tx: Tx,
    kind: NoticeKind[Any],
    to: int | Iterable[int],
    params: Mapping[str, Value],
    *,
    topic: str | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Tell a person, or several, each once; returns how many of them can be reached. Somebody
    without a reachable address gets a row in the state `unreachable`, so that nobody is missed in
    silence.

    :raises TypeError: words are among the values.
    """
    people = [to] if isinstance(to, int) else list(dict.fromkeys(to))
    recipients = [Recipient(person, (), topic, expires_at) for person in people]
    return await send_to(tx, kind, params, recipients)


async def send_at(
    tx: Tx, kind: NoticeKind[Any], address_id: int, params: Mapping[str, Value]
) -> None:
    """Tell a person at this very address of theirs, whichever they prefer, what concerns it. Where
    it is closed, they are told elsewhere, or the row says that they could not be."""
    rows = await tx.touch("SELECT person_id, reach FROM addresses WHERE id = ?", address_id)
    person_id, reach = rows[0]
    if reach != Reach.REACHABLE:
        await send(tx, kind, int(person_id), params)
        return
    await tx.touch(
        _QUEUE_NOTICE, address_id, person_id, kind.sent_as.value, URGENCY[kind.sent_as], "queued",
        await add_notice(tx, kind, params), None, None, None, None, to_millis(tx.now), None,
    )  # fmt: skip
    _wake(tx, None)


async def send_to(
    tx: Tx,
    kind: NoticeKind[Any],
    params: Mapping[str, Value],
    recipients: Sequence[Recipient],
    *,
    not_before: datetime | None = None,
) -> int:
    """`send`, where the notice says something to each reader alone, in the order given."""
    if not recipients:
        return 0
    where = await reachable_addresses(tx, {each.person_id for each in recipients})
    lasting = any(each.topic for each in recipients)
    notice_id = await add_notice(tx, kind, params, lasting=lasting)
    tx.queued.append(Queued(kind, params, recipients))
    now, later = to_millis(tx.now), _millis(not_before)
    word, urgency = kind.sent_as.value, URGENCY[kind.sent_as]
    rows = []
    for each in recipients:
        address = where.get(each.person_id)
        state, start, finished = ("queued", later, None) if address else ("unreachable", None, now)
        args = encode(plain(each.args)) if each.args else None
        rows.append(
            (address, each.person_id, word, urgency, state, notice_id, args, each.topic, start,
             _millis(each.expires_at), now, finished)
        )  # fmt: skip
    if len(rows) == 1:
        await tx.touch(_QUEUE_NOTICE, *rows[0])
    else:
        await tx.run_many(_QUEUE_NOTICE, rows)
    if where:
        _wake(tx, not_before)
    return sum(row[0] is not None for row in rows)


_BROADCAST_ON_SQLITE = (
    "INSERT INTO outbox (address_id, person_id, kind, urgency, state, notice_id, topic,"  # noqa: S608
    " expires_at, attempts, queued_at, finished_at)"
    " SELECT address, person, 'broadcast', 2,"
    " CASE WHEN address IS NULL THEN 'unreachable' ELSE 'queued' END,"
    " CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS BIGINT), 0, CAST(? AS BIGINT),"
    " CASE WHEN address IS NULL THEN CAST(? AS BIGINT) END"
    f" FROM (SELECT value AS person, {BEST.format(person='value')} AS address"
    " FROM json_each(?)) found"
)
_BROADCAST = {
    "sqlite": _BROADCAST_ON_SQLITE,
    "postgresql": _BROADCAST_ON_SQLITE.replace("json_each(?)", "unnest(?::bigint[]) AS w(value)"),
}


async def broadcast(
    tx: Tx,
    notice_id: int,
    person_ids: Sequence[int],
    *,
    topic: str,
    expires_at: datetime | None = None,
) -> None:
    """Send a notice to many people, each once; those without a reachable address are recorded as
    unreachable. Takes about 10 µs a person."""
    people = list(dict.fromkeys(person_ids))
    now = to_millis(tx.now)
    await tx.run(
        _BROADCAST[tx.dialect], notice_id, topic, _millis(expires_at), now, now, as_list(tx, people)
    )
    _wake(tx, None)


async def start_progress(
    tx: Tx, kind: NoticeKind[Any], params: Mapping[str, Value], person_id: int, *, topic: str
) -> int:
    """Start a message that `refresh` keeps up to date. Returns the id of its message."""
    return await _begin(tx, await add_notice(tx, kind, params, lasting=True), person_id, topic)


async def _begin(tx: Tx, notice_id: int, person_id: int, topic: str) -> int:
    address = (await reachable_addresses(tx, [person_id])).get(person_id)
    now = to_millis(tx.now)
    state, finished = ("queued", None) if address else ("unreachable", now)
    rows = await tx.fetch(
        f"{_QUEUE_NOTICE} RETURNING id",
        address, person_id, MessageKind.PROGRESS.value, URGENCY[MessageKind.PROGRESS], state,
        notice_id, None, topic, None, None, now, finished,
    )  # fmt: skip
    _wake(tx, None)
    return int(rows[0][0])


async def refresh(
    tx: Tx,
    message_id: int,
    kind: NoticeKind[Any],
    params: Mapping[str, Value],
    *,
    ends: bool = False,
) -> None:
    """Have a message of `start_progress` say what is so by now. At most one edit waits for it, and
    is drawn when it leaves, so a fast worker does not flood the chat; nothing happens where the
    first message found no address, or has not left yet. On a channel that changes nothing there
    is no word between the beginning and what `ends` it, which is a message of its own, once."""
    if tx.unchanging and await _is_unchanging(tx, message_id):
        if ends:
            await _say_the_end(tx, message_id, kind, params)
        return
    waiting = await tx.fetch(
        f"SELECT id FROM outbox WHERE notice_id IS NOT NULL AND {edits.WAITING}",  # noqa: S608
        message_id,
        message_id,
    )
    if not waiting:
        first = await tx.fetch("SELECT notice_id FROM outbox WHERE id = ?", message_id)
        notice_id = (first and first[0][0]) or await _give_notice(tx, message_id, kind, params)
        await edits.queue_edit(tx, message_id, notice_id)
    _wake(tx, None)


async def _is_unchanging(tx: Tx, message_id: int) -> bool:
    rows = await tx.fetch(
        "SELECT channel FROM outbox JOIN addresses ON addresses.id = address_id"
        " WHERE outbox.id = ?",
        message_id,
    )
    return bool(rows) and rows[0][0] in tx.unchanging


async def _say_the_end(
    tx: Tx, message_id: int, kind: NoticeKind[Any], params: Mapping[str, Value]
) -> None:
    """Below the beginning, unless that has not left yet and will say it, or it was said."""
    ((state, topic, person_id, notice_id),) = await tx.fetch(
        "SELECT state, topic, person_id, notice_id FROM outbox WHERE id = ?", message_id
    )
    end = f"{topic}:end"
    said = await tx.fetch("SELECT 1 FROM outbox WHERE topic = ? LIMIT 1", end)
    if said or MessageState(state) in (MessageState.QUEUED, MessageState.CANCELLED):
        return
    notice_id = notice_id or await add_notice(tx, kind, params, lasting=True)
    await _begin(tx, notice_id, person_id, end)


async def forget_end(tx: Tx, topic: str) -> None:
    """Let the end of what was started under this topic be said once more."""
    await tx.run("UPDATE outbox SET topic = NULL WHERE topic = ?", f"{topic}:end")


async def _give_notice(
    tx: Tx, message_id: int, kind: NoticeKind[Any], params: Mapping[str, Value]
) -> int:
    """A notice for a message of a former version, which bears a finished text instead. Once that
    text has left, the notice stays with the message, for all that is refreshed after this."""
    notice_id = await add_notice(tx, kind, params, lasting=True)
    await tx.run(
        "UPDATE outbox SET notice_id = CAST(? AS BIGINT), screen = NULL"
        " WHERE id = ? AND finished_at IS NOT NULL",
        notice_id,
        message_id,
    )
    return notice_id


async def cancel(tx: Tx, topic: str) -> int:
    """Take back what is still queued about a topic; returns how many messages that were."""
    rows = await tx.fetch(
        "UPDATE outbox SET state = 'cancelled', not_before = NULL, finished_at = ?,"
        " screen = NULL WHERE topic = ? AND state = 'queued' RETURNING id",
        to_millis(tx.now),
        topic,
    )
    return len(rows)


async def cancel_notices(tx: Tx, topic: str, person_ids: Iterable[int]) -> None:
    """Take back what these people are still to be told about a topic, but for reminders."""
    await tx.run(
        with_ids(
            tx,
            "UPDATE outbox SET state = 'cancelled', not_before = NULL, finished_at = ?,"
            " screen = NULL WHERE topic = ? AND kind = ? AND state = 'queued'"
            " AND person_id IN (ids)",
        ),
        to_millis(tx.now),
        topic,
        MessageKind.NOTICE.value,
        as_list(tx, person_ids),
    )


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
    """Send once more what may not have arrived, where it went, or elsewhere where that address is
    no longer its reader's; returns how many messages that are."""
    rows = await tx.fetch(
        "UPDATE outbox SET state = 'queued', attempts = 0, error = NULL, finished_at = NULL,"  # noqa: S608
        f" waits_for = NULL, address_id = {THEIRS} WHERE topic = ? AND state = 'unknown'"
        f" AND address_id IS NOT NULL AND {THEIRS} IS NOT NULL RETURNING id",
        topic,
    )
    if rows:
        _wake(tx, None)
    return len(rows)
