"""Taking messages out of the outbox: each is claimed, `sending`, before its request leaves."""

import logging
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from bot.chat.screen import Screen
from bot.core.errors import new_reference
from bot.core.redaction import describe
from bot.delivery.message import Body, Message, MessageKind, NoticeRef
from bot.delivery.outbox import LEASE
from bot.storage.columns import decode, to_millis
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx

logger = logging.getLogger(__name__)

LEASE_MILLIS = LEASE // timedelta(milliseconds=1)
BODIES_KEPT = 32
RELEASED_AT_ONCE = 500

_CLAIM = (
    "WITH picked AS MATERIALIZED ("
    "SELECT id FROM (SELECT id FROM outbox WHERE state = 'queued' AND not_before IS NULL"
    " AND urgency < 2 AND waits_for /*which*/ ORDER BY urgency, id LIMIT ? /*lock*/) urgent"
    " UNION ALL "
    "SELECT id FROM (SELECT id FROM outbox WHERE state = 'queued' AND not_before IS NULL"
    " AND urgency = 2 AND waits_for /*which*/ ORDER BY id LIMIT ? /*lock*/) bulk"
    ") UPDATE outbox SET state = 'sending', claimed_by = ?, lease_until = ?"
    " WHERE id IN (SELECT id FROM picked)"
    " RETURNING id, address_id, person_id, kind, screen, body_id, notice_id, args, queued_at,"
    " edit_message, edit_parcel, expires_at, attempts, press,"
    " (SELECT channel FROM addresses WHERE addresses.id = outbox.address_id),"
    " (SELECT external FROM addresses WHERE addresses.id = outbox.address_id)"
)
_LOCKS = {"sqlite": "", "postgresql": "FOR UPDATE SKIP LOCKED"}
_CLAIMS = {
    dialect: _CLAIM.replace("/*which*/", "IS NULL").replace("/*lock*/", lock)
    for dialect, lock in _LOCKS.items()
}
_SORTED = {
    dialect: _CLAIM.replace("/*which*/", "= ?").replace("/*lock*/", lock)
    for dialect, lock in _LOCKS.items()
}


@dataclass(frozen=True, slots=True)
class Room:
    """How many urgent messages and how many broadcasts to claim: only what can soon leave."""

    urgent: int = 0
    bulk: int = 0

    def __bool__(self) -> bool:
        return self.urgent > 0 or self.bulk > 0


class Bodies:
    """The bodies in use, read once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Body] = OrderedDict()

    async def load(self, tx: Tx, ids: Collection[int]) -> dict[int, Body]:
        """The bodies of these ids; one that cannot be read is left out."""
        for body_id in ids:
            if body_id not in self._kept:
                rows = await tx.fetch("SELECT screen, file_refs FROM bodies WHERE id = ?", body_id)
                screen, refs = rows[0]
                try:
                    body = Body(body_id, Screen.from_json(decode(screen)), decode(refs))
                except Exception as error:  # noqa: BLE001 -- its messages fail one by one
                    logger.warning(
                        "body unreadable",
                        extra={
                            "action": "delivery.unreadable", "body": body_id,
                            "error": describe(error),
                        },
                    )  # fmt: skip
                    continue
                self._kept[body_id] = body
            self._kept.move_to_end(body_id)
        found = {body_id: self._kept[body_id] for body_id in ids if body_id in self._kept}
        while len(self._kept) > BODIES_KEPT:
            self._kept.popitem(last=False)
        return found


async def claim(
    tx: Tx, worker: str, rooms: Mapping[str, Room], bodies: Bodies, *, by_channel: bool = False
) -> list[Message]:
    """Claim as many messages as each channel has room for, most urgent and oldest first. Without
    `by_channel` there is one channel, and nothing was sorted (`sorting.sort`).

    A message without an address has `channel` "", and that of a notice no screen yet. One whose
    screen cannot be read, as a newer version may have written it, ends as failed, and stops none
    of the others.
    """
    lease_until = to_millis(tx.now) + LEASE_MILLIS
    rows: list[Sequence[Any]] = []
    for channel, room in rooms.items():
        if not room:
            continue
        which = (channel,) if by_channel else ()
        sql = (_SORTED if by_channel else _CLAIMS)[tx.dialect]
        rows += await tx.fetch(sql, *which, room.urgent, *which, room.bulk, worker, lease_until)
    shared = await bodies.load(tx, {row[5] for row in rows if row[5] is not None})
    messages: list[Message] = []
    for row in rows:
        try:
            messages.append(_message_of(row, shared))
        except Exception as error:  # noqa: BLE001 -- whatever a row holds, the others are sent
            await _fail(tx, row, error)
    await _find_messages(tx, [message for message in messages if message.edit_outbox_id])
    messages.sort(key=lambda message: (message.urgency, message.id))
    return messages


def _message_of(row: Sequence[Any], shared: Mapping[int, Body]) -> Message:
    (
        number, address_id, person_id, kind, screen, body_id, notice_id, args, queued_at,
        edit_message, edit_outbox_id, expires_at, attempts, press, channel, external,
    ) = row  # fmt: skip
    body = None if body_id is None else shared[body_id]
    if body is not None:
        shown = body.screen_for(channel or "")
    else:
        shown = Screen.from_json(decode(screen)) if screen else Screen()
    return Message(
        number,
        address_id or 0,
        channel or "",
        external or "",
        person_id,
        MessageKind(kind),
        shown,
        edit_message or "",
        edit_outbox_id,
        body,
        None if notice_id is None else NoticeRef(notice_id, args, queued_at),
        expires_at,
        attempts,
        press=press or "",
        correlation=f"m{number}",
    )


async def _fail(tx: Tx, row: Sequence[Any], error: Exception) -> None:
    reference = new_reference()
    await tx.run(
        "UPDATE outbox SET state = 'failed', error = ?, finished_at = ? WHERE id = ?",
        f"{reference} {describe(error)}",
        to_millis(tx.now),
        row[0],
    )
    tx.after_commit(
        partial(
            logger.error,
            "message unreadable",
            exc_info=error,
            extra={"action": "delivery.unreadable", "parcel": row[0], "reference": reference},
        )
    )


async def _find_messages(tx: Tx, edits: list[Message]) -> None:
    """Give each edit the channel's id of the message that it changes, where there is one."""
    if not edits:
        return
    rows = await tx.fetch(
        with_ids(tx, "SELECT id, message FROM outbox WHERE id IN (ids) AND message IS NOT NULL"),
        as_list(tx, {message.edit_outbox_id or 0 for message in edits}),
    )
    sent = {int(number): str(external) for number, external in rows}
    for message in edits:
        message.edit_message = sent.get(message.edit_outbox_id or 0, "")


async def give_back(tx: Tx, ids: Collection[int]) -> None:
    """Return claimed messages to the queue in the transaction of their claim."""
    if ids:
        await tx.run(
            with_ids(tx, "UPDATE outbox SET state = 'queued' WHERE id IN (ids)"), as_list(tx, ids)
        )


async def release_due(tx: Tx) -> None:
    """Release what was not to be sent before now, the earliest first: as many as a transaction
    may touch, the others with the next ones."""
    await tx.run(
        "UPDATE outbox SET not_before = NULL, waits_for = NULL WHERE id IN (SELECT id FROM outbox"
        " WHERE state = 'queued' AND not_before <= ? ORDER BY not_before LIMIT ?)",
        to_millis(tx.now),
        RELEASED_AT_ONCE,
    )


async def next_release(tx: Tx) -> int | None:
    """The time, in milliseconds, at which the next message that waits for one may leave."""
    rows = await tx.fetch(
        "SELECT min(not_before) FROM outbox WHERE state = 'queued' AND not_before IS NOT NULL"
    )
    return None if rows[0][0] is None else int(rows[0][0])


async def renew_lease(tx: Tx, ids: Collection[int]) -> None:
    """Tell the other processes that these messages are still being sent."""
    await tx.run(
        with_ids(tx, "UPDATE outbox SET lease_until = ? WHERE id IN (ids) AND state = 'sending'"),
        to_millis(tx.now) + LEASE_MILLIS,
        as_list(tx, ids),
    )
