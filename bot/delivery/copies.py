"""Messages that show a file of ours, when it is no longer to be shown."""

from collections.abc import Iterable
from typing import Any

from bot.delivery import outbox
from bot.delivery.message import URGENCY
from bot.delivery.notice import NoticeKind
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx

_TAKE_BACK = (
    "INSERT INTO outbox (address_id, person_id, kind, urgency, state, notice_id, edit_message,"
    " attempts, queued_at) SELECT file_copies.address_id, addresses.person_id, CAST(? AS TEXT),"
    " CAST(? AS INTEGER), 'queued', CAST(? AS BIGINT), file_copies.message, 0, CAST(? AS BIGINT)"
    " FROM file_copies JOIN addresses ON addresses.id = file_copies.address_id"
    " WHERE file_copies.file_id = ? AND addresses.reach = 'reachable'"
)


async def take_back(tx: Tx, kind: NoticeKind[Any], file_ids: Iterable[int]) -> None:
    """Have every message that shows one of these files say `kind` instead, which is told the file's
    id; it takes the place of the file as well."""
    for number in file_ids:
        notice_id = await outbox.add_notice(tx, kind, {"file": number})
        word, now = kind.sent_as, to_millis(tx.now)
        await tx.run(_TAKE_BACK, word.value, URGENCY[word], notice_id, now, number)
        await tx.run("DELETE FROM file_copies WHERE file_id = ?", number)
    outbox.wake(tx)
