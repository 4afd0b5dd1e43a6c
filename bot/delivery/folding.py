"""Messages that one person causes in another's chat: of one kind about one thing at most one a day.
What happens after that changes the last of them instead, so that it says how things stand.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.delivery import edits, outbox
from bot.delivery.message import MessageState
from bot.delivery.notice import NoticeKind, Params, Value
from bot.storage.columns import decode, to_millis
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx

FOLDED_FOR = timedelta(days=1)
MOST_UNCHANGING = 3
"""Messages a day where nothing that was sent can be changed."""

_ARRIVING = (
    MessageState.QUEUED.value,
    MessageState.SENDING.value,
    MessageState.SENT.value,
    MessageState.DELIVERED.value,
    MessageState.READ.value,
    MessageState.UNKNOWN.value,
)

_ASK_TOLD = (
    "SELECT outbox.id, outbox.person_id, outbox.state, notices.kind, notices.params,"  # noqa: S608
    " addresses.channel FROM outbox JOIN notices ON notices.id = outbox.notice_id"
    " JOIN addresses ON addresses.id = outbox.address_id"
    " WHERE outbox.topic = ? AND outbox.queued_at > ? AND outbox.edit_parcel IS NULL"
    f" AND outbox.state IN {_ARRIVING} AND outbox.person_id IN (ids) ORDER BY outbox.id"
)


async def send_folded(
    tx: Tx,
    kind: NoticeKind[Any],
    to: int | Iterable[int],
    params: Mapping[str, Value],
    *,
    topic: str,
    expires_at: datetime | None = None,
    joined: Callable[[Params], Mapping[str, Value]] | None = None,
) -> int:
    """`outbox.send`, where `topic` names what was done by whom, to what. Who was told of this kind
    within a day gets no further message: the last one about the topic says this instead. `joined`
    makes its values of those of an earlier message of the kind; without it these are the values.
    Returns how many of the readers can be reached.

    :raises TypeError: words are among the values.
    """
    people = [to] if isinstance(to, int) else list(dict.fromkeys(to))
    if not people:
        return 0
    since = to_millis(tx.now - FOLDED_FOR)
    told: dict[int, list[_Told]] = {}
    for row in await tx.fetch(with_ids(tx, _ASK_TOLD), topic, since, as_list(tx, people)):
        told.setdefault(row[1], []).append(_Told(*row))
    folded = [person for person in people if _is_enough(tx, kind, told.get(person, ()))]
    for person in folded:
        last = told[person][-1]
        if last.channel in tx.unchanging and last.state != MessageState.QUEUED:
            continue
        values = params
        if joined and last.kind == kind.name:
            values = joined(decode(last.params))
        notice_id = await outbox.add_notice(tx, kind, values, lasting=True)
        await _say_instead(tx, last, kind, notice_id)
    anew = [person for person in people if person not in folded]
    return len(folded) + await outbox.send(
        tx, kind, anew, params, topic=topic, expires_at=expires_at
    )


class _Told(NamedTuple):
    """What is on its way, or has arrived."""

    id: int
    person_id: int
    state: str
    kind: str
    params: str
    channel: str


def _is_enough(tx: Tx, kind: NoticeKind[Any], told: Sequence[_Told]) -> bool:
    alike = [each for each in told if each.kind == kind.name]
    if not alike:
        return False
    stays = told[-1].channel in tx.unchanging and told[-1].state != MessageState.QUEUED
    return not stays or len(alike) >= MOST_UNCHANGING


async def _say_instead(tx: Tx, last: _Told, kind: NoticeKind[Any], notice_id: int) -> None:
    """The message itself while it waits; after that the one edit that waits for it."""
    changed = await tx.fetch(
        "UPDATE outbox SET notice_id = CAST(? AS BIGINT), queued_at = CAST(? AS BIGINT)"  # noqa: S608
        f" WHERE {edits.WAITING} RETURNING id",
        notice_id,
        to_millis(tx.now),
        last.id,
        last.id,
    )
    if not changed:
        await edits.queue_edit(tx, last.id, notice_id)
    if not changed and last.kind == kind.name:
        # What comes after this is joined to it, and not to what the message said at first.
        await tx.run("UPDATE outbox SET notice_id = ? WHERE id = ?", notice_id, last.id)
    outbox.wake(tx)
