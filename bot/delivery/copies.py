"""Messages that show a file of ours, when it is no longer to be shown."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from bot.delivery import outbox
from bot.delivery.message import URGENCY
from bot.delivery.notice import NoticeKind
from bot.files.tables import copies as file_copies
from bot.storage.columns import to_millis
from bot.storage.lists import among
from bot.storage.transaction import Tx

_TAKE_BACK = (
    "INSERT INTO outbox (address_id, person_id, kind, urgency, state, notice_id, edit_message,"
    " topic, attempts, queued_at, finished_at) SELECT addresses.id, addresses.person_id,"
    " CAST(? AS TEXT), CAST(? AS INTEGER),"
    " CASE WHEN addresses.reach = 'reachable' THEN 'queued' ELSE 'unreachable' END,"
    " CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), 0, CAST(? AS BIGINT),"
    " CASE WHEN addresses.reach = 'reachable' THEN NULL ELSE CAST(? AS BIGINT) END"
    " FROM addresses WHERE addresses.id = ?"
)
AT_ONCE = 500
"""Chats out of which one statement takes a file."""


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
    shown = select(file_copies.c.file_id).where(among(file_copies.c.file_id, list(file_ids)))
    return sorted(set(await tx.scalars(shown)))


async def take_back(tx: Tx, kind: NoticeKind[Any], file_ids: Iterable[int]) -> None:
    """Have every message that shows one of these files say `kind` instead, which is told the file's
    id; it takes the place of the file as well. `count_states` of the file's `topic_of` tells what
    came of it."""
    for number in file_ids:
        notice_id = await outbox.add_notice(tx, kind, {"file": number}, lasting=True)
        word, now = kind.sent_as, to_millis(tx.now)
        shown = await tx.fetch("SELECT address_id FROM file_copies WHERE file_id = ?", number)
        chats = sorted({row[0] for row in shown})
        for at in range(0, len(chats), AT_ONCE):
            piece = chats[at : at + AT_ONCE]
            # What is noted by another transaction meanwhile is among these, or stays to be found.
            gone = await tx.fetch(
                "DELETE FROM file_copies WHERE file_id = ? AND address_id BETWEEN ? AND ?"
                " RETURNING address_id, message",
                number, piece[0], piece[-1],
            )  # fmt: skip
            await tx.run_many(
                _TAKE_BACK,
                [
                    (word.value, URGENCY[word], notice_id, message, topic_of(number), now, now,
                     address)
                    for address, message in sorted(map(tuple, gone))
                ],
            )  # fmt: skip
        outbox.wake(tx)
