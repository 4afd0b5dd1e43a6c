"""Channels on which somebody may be written to freely for some time after their last message, and
by headlines alone after that.

An address of such a channel has the moment at which it was last heard of. Others cost nothing here:
they have no window, and nobody asks.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.chat.conversation import Contact
from bot.chat.headlines import ROUTE
from bot.chat.screen import Screen, choice
from bot.chat.traits import Traits
from bot.core.i18n import Voice
from bot.delivery.message import Message
from bot.delivery.notice import Gone, NoticeKind, Unheard
from bot.delivery.outbox import wake
from bot.storage.columns import from_millis, to_millis
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx

HEARD_AGAIN = timedelta(minutes=5)
"""How much later it is worth a statement that somebody was heard of again."""
LOOKED_AT_AGAIN = timedelta(days=1)
"""After which what waits for a word of its reader is asked whether it still makes sense."""
WAITED_AT_MOST = timedelta(days=30)
"""After which it is no news any more."""
WAITS = "waits until its reader writes"
"""What stands beside a message that does."""


async def note_heard(tx: Tx, contact: Contact, window: timedelta) -> None:
    """Know that somebody wrote just now. What waited for that leaves."""
    now, last = to_millis(tx.now), contact.heard_at
    if last is not None and now - last < HEARD_AGAIN // timedelta(milliseconds=1):
        return
    await tx.touch("UPDATE addresses SET heard_at = ? WHERE id = ?", now, contact.address_id)
    if last is not None and now - last < window // timedelta(milliseconds=1):
        return
    waited = await tx.touch(
        "UPDATE outbox SET not_before = NULL, error = NULL WHERE address_id = ?"
        " AND state = 'queued' AND error = ? RETURNING id",
        contact.address_id,
        WAITS,
    )
    if waited:
        wake(tx)


def windows_of(traits: Mapping[str, Traits]) -> dict[str, timedelta]:
    """The windows of the channels that have one."""
    return {name: each.window for name, each in traits.items() if each.window is not None}


async def find_closed(
    tx: Tx, messages: Sequence[Message], windows: Mapping[str, timedelta], now: datetime
) -> dict[int, int]:
    """The messages of which no more than the headline may be sent now, by their ids, with when
    their reader was last heard of (`Message.heard_at`); what has expired is none of them, and ends
    as such."""
    asked = [message for message in messages if message.channel in windows]
    if not asked:
        return {}
    rows = await tx.fetch(
        with_ids(tx, "SELECT id, heard_at FROM addresses WHERE id IN (ids)"),
        as_list(tx, {message.address_id for message in asked}),
    )
    heard = {int(number): at or 0 for number, at in rows}
    since = {name: to_millis(now - window) for name, window in windows.items()}
    return {
        message.id: at
        for message in asked
        if not _is_over(message, now)
        and (at := heard.get(message.address_id, 0)) <= since[message.channel]
    }


def headline_of(kind: NoticeKind[object], voice: Voice, number: int) -> Screen:
    """What may be said of a message of this kind: its headline, and a button to the rest."""
    opens = choice(voice.say("Show me"), ROUTE, number)
    rtl = voice.language == "ar"
    said = voice.text(kind.headline)
    return Screen(text=said, headline_of=kind.name, rtl=rtl).with_actions(opens)


def wait_for_a_word(facts: object, message: Message, now: datetime) -> object:
    """What becomes of a message of a kind without a headline, unless it has lost its sense."""
    if isinstance(facts, Gone):
        return facts
    assert message.notice is not None
    if now - from_millis(message.notice.queued_at) > WAITED_AT_MOST:
        return Gone("unheard")
    until = now + LOOKED_AT_AGAIN
    if message.expires_at is not None:
        until = min(until, from_millis(message.expires_at))
    return Unheard(until)


async def hold_readers(tx: Tx, ids: Collection[int]) -> None:
    """Let nobody be heard of, until the end of the transaction, who is to read these messages:
    whoever writes just now comes before it, and is seen, or after it, and finds what waits."""
    if tx.dialect == "postgresql":
        await tx.fetch(
            with_ids(
                tx,
                "SELECT id FROM addresses WHERE id IN"
                " (SELECT address_id FROM outbox WHERE id IN (ids)) ORDER BY id FOR SHARE",
            ),
            as_list(tx, ids),
        )


async def release_heard(tx: Tx, unheard: Sequence[tuple[int, int]]) -> None:
    """What was put by for want of a word leaves at once where that word came meanwhile: pairs of
    the message and when its reader was last heard of as it was read."""
    found = await tx.fetch(
        with_ids(
            tx,
            "SELECT o.id, a.heard_at FROM outbox o JOIN addresses a ON a.id = o.address_id"
            " WHERE o.id IN (ids) AND o.state = 'queued'",
        ),
        as_list(tx, [number for number, _ in unheard]),
    )
    heard = {int(number): at or 0 for number, at in found}
    released = [number for number, then in unheard if heard.get(number, 0) > then]
    if released:
        await tx.run(
            with_ids(tx, "UPDATE outbox SET not_before = NULL, error = NULL WHERE id IN (ids)"),
            as_list(tx, released),
        )
        wake(tx)


def _is_over(message: Message, now: datetime) -> bool:
    """Whether it has expired: then it waits for nothing, and ends as such."""
    return message.expires_at is not None and message.expires_at <= to_millis(now)
