"""Writes about announcements. Sending itself is due work: see `jobs`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.features.announcements import queries
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.features.announcements.queries import Announcement, topic_of
from bot.features.people.queries import Audience
from bot.scheduling import due
from bot.storage import audit
from bot.storage.transaction import Tx

SEND_JOB = "announcements.send"
WATCH_JOB = f"{due.UNNOTICED}announcements.watch"
"""Brings the author's message up to date."""
READ_EVERY = 30
"""Seconds in which the author is told of new readers once."""


@dataclass(frozen=True, slots=True)
class Draft:
    audience: Audience
    title: str
    text: str
    file: dict[str, Any] | None = None


async def write_draft(tx: Tx, actor: Person, draft: Draft) -> int:
    """Keep an announcement that nobody but its author sees yet; returns its id.

    :raises Refused: "announcements.out_of_reach"
    """
    await _require_reach(tx, actor, draft.audience)
    number = await tx.insert(
        announcements,
        author_id=actor.id,
        unit_id=draft.audience.unit_id,
        subject=draft.audience.subject,
        stage=draft.audience.stage,
        role=draft.audience.role,
        title=draft.title,
        text=draft.text,
        file=draft.file,
        state=AnnouncementState.DRAFT,
        bodies={},
        total=0,
        created_at=tx.now,
    )
    await audit.record(tx, actor.id, "announcements.write", number)
    return number


async def _require_reach(tx: Tx, actor: Person, audience: Audience) -> None:
    if not await queries.may_address(tx, actor.id, audience):
        raise Refused(
            "announcements.out_of_reach",
            actor.voice.say(
                "Your roles do not reach this audience. Choose a unit within your own reach."
            ),
        )


async def send(
    tx: Tx, actor: Person, announcement_id: int, when: datetime | None = None
) -> Announcement:
    """Send a draft now, or at `when` (aware). A second press finds it under way and changes
    nothing.

    :raises Refused: "announcements.not_yours", "announcements.out_of_reach",
        "announcements.nobody", "announcements.past", "announcements.over".
    """
    await tx.lock("announcement", announcement_id)
    found = await queries.own_announcement(tx, actor, announcement_id)
    if found.state in (AnnouncementState.SENDING, AnnouncementState.SENT):
        return found
    if found.state not in (AnnouncementState.DRAFT, AnnouncementState.SCHEDULED):
        raise Refused(
            "announcements.over",
            actor.voice.say("This announcement was withdrawn. Please write a new one."),
        )
    await _require_reach(tx, actor, found.audience)
    if not await queries.count_recipients(tx, actor, found.audience):
        raise Refused(
            "announcements.nobody",
            actor.voice.say("Nobody is registered in this audience yet. Choose a wider one."),
        )
    if when is not None and when <= tx.now:
        raise Refused(
            "announcements.past",
            actor.voice.say("That moment has passed. Choose a later one."),
        )
    state = AnnouncementState.SENDING if when is None else AnnouncementState.SCHEDULED
    await _set(tx, announcement_id, state=state, send_at=when or tx.now)
    topic = topic_of(announcement_id)
    await due.cancel(tx, topic)
    await due.set_due(tx, SEND_JOB, topic, "after0", anchor=when or tx.now, payload={"after": 0})
    await audit.record(tx, actor.id, "announcements.send", announcement_id, later=bool(when))
    return await queries.own_announcement(tx, actor, announcement_id)


async def stop(tx: Tx, actor: Person, announcement_id: int) -> int:
    """Discard a draft, call off a scheduled announcement, or stop one that is being sent; returns
    how many people will not get it any more.

    :raises Refused: "announcements.not_yours", "announcements.sent".
    """
    await tx.lock("announcement", announcement_id)
    found = await queries.own_announcement(tx, actor, announcement_id)
    if found.state is AnnouncementState.SENT:
        raise Refused(
            "announcements.sent",
            actor.voice.say("It has reached everybody already and cannot be called back."),
        )
    is_draft = found.state is AnnouncementState.DRAFT
    state = AnnouncementState.DISCARDED if is_draft else AnnouncementState.CANCELLED
    await _set(tx, announcement_id, state=state)
    await due.cancel(tx, topic_of(announcement_id))
    stopped = await outbox.cancel(tx, topic_of(announcement_id))
    await audit.record(tx, actor.id, "announcements.stop", announcement_id, stopped=stopped)
    return stopped


async def acknowledge(tx: Tx, reader: Person, announcement_id: int) -> bool:
    """Record that a recipient has read it. False: they had said so before.

    :raises Refused: "announcements.not_visible" for who did not get it.
    """
    if not await queries.was_sent_to(tx, announcement_id, reader.id):
        await queries.visible_announcement(tx, reader, announcement_id)
        return False
    changed = await tx.execute(
        update(receipts)
        .where(
            receipts.c.announcement_id == announcement_id,
            receipts.c.person_id == reader.id,
            receipts.c.acknowledged_at.is_(None),
        )
        .values(acknowledged_at=tx.now)
    )
    if changed.rowcount:
        await _tell_author_soon(tx, announcement_id)
    return bool(changed.rowcount)


async def _tell_author_soon(tx: Tx, announcement_id: int) -> None:
    """Have the counts renewed at the end of the running half minute, however many read in it."""
    turn = int(tx.now.timestamp()) // READ_EVERY + 1
    at = datetime.fromtimestamp(turn * READ_EVERY, UTC)
    await due.set_due(
        tx, WATCH_JOB, topic_of(announcement_id), f"read{turn}", anchor=at, payload={"turn": 0}
    )


async def resend_unknown(tx: Tx, actor: Person, announcement_id: int) -> int:
    """Send once more to those whom it may not have reached; returns how many.

    :raises Refused: "announcements.not_yours", "announcements.out_of_reach".
    """
    found = await queries.own_announcement(tx, actor, announcement_id)
    await _require_reach(tx, actor, found.audience)
    again = await outbox.resend_unknown(tx, found.topic)
    await audit.record(tx, actor.id, "announcements.resend", announcement_id, again=again)
    return again


async def _set(tx: Tx, announcement_id: int, **values: Any) -> None:
    await tx.execute(
        update(announcements).where(announcements.c.id == announcement_id).values(**values)
    )
