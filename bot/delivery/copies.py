"""Messages that show a file of ours, when it is no longer to be shown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from bot.delivery import outbox
from bot.delivery.message import URGENCY
from bot.delivery.notice import NoticeKind
from bot.files.tables import copies as file_copies
from bot.storage.columns import to_millis
from bot.storage.lists import among, first_of
from bot.storage.transaction import Tx

_EDIT = (
    "INSERT INTO outbox (address_id, person_id, kind, urgency, state, notice_id, edit_message,"
    " topic, attempts, queued_at, finished_at) SELECT addresses.id, addresses.person_id,"
    " CAST(? AS TEXT), CAST(? AS INTEGER),"
    " CASE WHEN addresses.reach = 'reachable' THEN 'queued' ELSE 'unreachable' END,"
    " CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), 0, CAST(? AS BIGINT),"
    " CASE WHEN addresses.reach = 'reachable' THEN NULL ELSE CAST(? AS BIGINT) END"
    " FROM addresses WHERE addresses.id = ?"
)
AT_ONCE = 500
"""Messages out of which one piece of work takes a file."""
_KEY = "address_id, message"


def topic_of(file_id: int) -> str:
    """What the messages are about by which a file is taken back."""
    return f"taken back:{file_id}"


async def delete_original(
    tx: Tx, kind: NoticeKind[Any], file_id: int, owner_id: int, channel: str, message: str
) -> bool:
    """Take the message with which a file came out of its owner's chat, by a notice without a word.
    False: they have no reachable address there."""
    rows = await tx.fetch(
        "SELECT id FROM addresses WHERE person_id = ? AND channel = ? AND reach = 'reachable'"
        " ORDER BY id LIMIT 1",
        owner_id,
        channel,
    )
    if not rows:
        return False
    notice_id = await outbox.add_notice(tx, kind, {"file": file_id})
    word = kind.sent_as
    await tx.run(
        "INSERT INTO outbox (address_id, person_id, kind, urgency, state, notice_id, edit_message,"
        " attempts, queued_at) VALUES (?, ?, ?, ?, 'queued', ?, ?, 0, ?)",
        rows[0][0], owner_id, word.value, URGENCY[word], notice_id, message, to_millis(tx.now),
    )  # fmt: skip
    outbox.wake(tx)
    return True


async def shown_still(tx: Tx, file_ids: Iterable[int]) -> list[int]:
    """Which of these files a message shows that was not taken back."""
    shown = select(file_copies.c.file_id).where(
        among(file_copies.c.file_id, list(file_ids)), file_copies.c.hidden == 0
    )
    return sorted(set(await tx.scalars(shown)))


async def take_back_some(
    tx: Tx, kind: NoticeKind[Any], file_id: int, most: int = 0, **about: Any
) -> int:
    """Have at most so many messages that show a file (0: `AT_ONCE`) say `kind` instead, which is
    told the file's id and what it is `about`; it takes the place of the file as well. Returns how
    many they were.
    `count_dropped` tells where that was not possible. What is noted by another transaction
    meanwhile is among them, or stays to be found."""
    await tx.lock("file copies", file_id)
    some = first_of(tx, _KEY, "FROM file_copies WHERE file_id = ? LIMIT ?")
    gone = await tx.fetch(
        f"DELETE FROM file_copies WHERE {some} RETURNING {_KEY}",  # noqa: S608
        file_id,
        most or AT_ONCE,
    )
    await _change(tx, kind, {"file": file_id} | about, topic_of(file_id), gone)
    return len(gone)


async def hide_some(
    tx: Tx,
    kind: NoticeKind[Any],
    file_id: int,
    most: int = 0,
    *,
    besides: int | None = None,
    **about: Any,
) -> int:
    """The same where it may be shown again by `show_some`: which messages they were is kept. Those
    to the person `besides` stay as they are."""
    hidden = await _mark(tx, file_id, most, besides)
    await _change(tx, kind, {"file": file_id} | about, topic_of(file_id), hidden)
    return len(hidden)


async def mark_some(tx: Tx, file_id: int, *, besides: int) -> int:
    """Have `show_some` find at most `AT_ONCE` messages that show a file, but those to the person
    `besides`; returns how many they were."""
    return len(await _mark(tx, file_id, 0, besides))


async def _mark(tx: Tx, file_id: int, most: int, besides: int | None) -> Sequence[Sequence[Any]]:
    await tx.lock("file copies", file_id)
    others = "address_id NOT IN (SELECT id FROM addresses WHERE person_id = ?)"
    some = first_of(
        tx, _KEY, f"FROM file_copies WHERE file_id = ? AND hidden = 0 AND {others} LIMIT ?"
    )
    return await tx.fetch(
        f"UPDATE file_copies SET hidden = 1 WHERE {some} RETURNING {_KEY}",  # noqa: S608
        file_id,
        besides or 0,
        most or AT_ONCE,
    )


async def show_some(tx: Tx, kind: NoticeKind[Any], file_id: int, **about: Any) -> int:
    """Have at most `AT_ONCE` messages that do not show a file as it is say `kind`, which does, and
    is told what it is `about` as above; returns how many they were."""
    await tx.lock("file copies", file_id)
    some = first_of(tx, _KEY, "FROM file_copies WHERE file_id = ? AND hidden = 1 LIMIT ?")
    shown = await tx.fetch(
        f"UPDATE file_copies SET hidden = 0 WHERE {some} RETURNING {_KEY}",  # noqa: S608
        file_id,
        AT_ONCE,
    )
    await _change(tx, kind, {"file": file_id} | about, f"shown anew:{file_id}", shown)
    return len(shown)


async def _change(
    tx: Tx,
    kind: NoticeKind[Any],
    about: Mapping[str, Any],
    topic: str,
    messages: Iterable[Sequence[Any]],
) -> None:
    """Edit these messages, each as (address, the channel's id), to what the kind says."""
    rows = sorted(map(tuple, messages))
    if not rows:
        return
    notice_id = await outbox.add_notice(tx, kind, about, lasting=True)
    word, now = kind.sent_as, to_millis(tx.now)
    await tx.run_many(
        _EDIT,
        [
            (word.value, URGENCY[word], notice_id, message, topic, now, now, address)
            for address, message in rows
        ],
    )
    outbox.wake(tx)


async def count_dropped(tx: Tx, file_id: int, reason: str) -> int:
    """How many messages a file was not taken out of for this reason."""
    rows = await tx.fetch(
        "SELECT count(*) FROM outbox WHERE topic = ? AND state = 'dropped' AND error = ?",
        topic_of(file_id),
        reason,
    )
    return int(rows[0][0])
