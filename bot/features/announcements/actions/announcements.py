"""Writes about announcements. Sending itself is due work: see `jobs`."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.delivery import message as outbox_tables
from bot.delivery import outbox
from bot.delivery.message import MessageState
from bot.features.announcements import notices, queries
from bot.features.announcements.actions.reading_counts import SHARDS, count_reader, shard_of
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.features.announcements.queries import Announcement, topic_of
from bot.features.people.queries.audiences import Audience
from bot.scheduling import due
from bot.storage import audit
from bot.storage.transaction import Tx

SEND_JOB = "announcements.send"
WATCH_JOB = f"{due.UNNOTICED}announcements.watch"
"""Brings the author's message up to date."""
WATCH_EVERY = timedelta(seconds=5)
READ_EVERY = 30
"""Seconds in which the author is told of new readers once."""
UNSENT = (AnnouncementState.DRAFT, AnnouncementState.SCHEDULED)
UNDER_WAY = (AnnouncementState.SENDING, AnnouncementState.SENT)


@dataclass(frozen=True, slots=True)
class AnnouncementDraft:
    audience: Audience
    title: str
    text: str
    file: dict[str, Any] | None = None


async def write_draft(tx: Tx, actor: Person, draft: AnnouncementDraft) -> int:
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

    :raises Refused: "announcements.not_yours"; what `count_ready` refuses, except for
    what is being sent already; "announcements.past".
    """
    found = await hold_own(tx, actor, announcement_id)
    if found.state in UNDER_WAY:
        return found
    await count_ready(tx, actor, found)
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


async def hold_own(tx: Tx, actor: Person, announcement_id: int) -> Announcement:
    """The author's own announcement, whose state stays as it is until the end of the transaction.

    :raises Refused: "announcements.not_yours"
    """
    await tx.lock("announcement", announcement_id)
    return await queries.own_announcement(tx, actor, announcement_id)


async def count_ready(tx: Tx, actor: Person, found: Announcement) -> int:
    """How many people an announcement of the actor's would reach if it were sent now. Whoever
    sends one, now or later, asks this first.

    :raises Refused: "announcements.under_way", "announcements.over" for one that was withdrawn,
        "announcements.out_of_reach", "announcements.nobody".
    """
    if found.state in UNDER_WAY:
        raise Refused("announcements.under_way", notices.under_way(actor.voice, found))
    if found.state not in UNSENT:
        raise _over(actor)
    await _require_reach(tx, actor, found.audience)
    total = await queries.count_recipients(tx, actor, found.audience)
    if not total:
        raise Refused(
            "announcements.nobody",
            actor.voice.say("Nobody is registered in this audience yet. Choose a wider one."),
        )
    return total


def _over(actor: Person) -> Refused:
    return Refused(
        "announcements.over",
        actor.voice.say("This announcement was withdrawn. Please write a new one."),
    )


async def stop(tx: Tx, actor: Person, announcement_id: int) -> int:
    """Discard a draft, call off a scheduled announcement, or stop one that is being sent; returns
    how many people it does not reach any more. What has ended before stays as it is: 0.

    Whoever it did not reach finds it nowhere. The author's message says how it ended.

    :raises Refused: "announcements.not_yours", "announcements.sent".
    """
    found = await hold_own(tx, actor, announcement_id)
    require_stoppable(actor, found)
    if found.state in (AnnouncementState.DISCARDED, AnnouncementState.CANCELLED):
        return 0
    is_draft = found.state is AnnouncementState.DRAFT
    state = AnnouncementState.DISCARDED if is_draft else AnnouncementState.CANCELLED
    await _set(tx, announcement_id, state=state)
    await due.cancel(tx, found.topic)
    missed = 0
    if found.state is AnnouncementState.SENDING:
        missed = await _call_back(tx, actor, replace(found, state=state))
    await audit.record(tx, actor.id, "announcements.stop", announcement_id, stopped=missed)
    return missed


def require_stoppable(actor: Person, found: Announcement) -> None:
    """:raises Refused: "announcements.sent" for one that has gone out to everybody."""
    if found.state is AnnouncementState.SENT:
        raise Refused(
            "announcements.sent",
            actor.voice.say("It has reached everybody already and cannot be called back."),
        )


async def _call_back(tx: Tx, author: Person, stopped: Announcement) -> int:
    """Take back what has not left yet, and tell its author where it stands."""
    await outbox.cancel(tx, stopped.topic)
    messages = outbox_tables.outbox.c
    taken_back = select(messages.person_id).where(
        messages.topic == stopped.topic, messages.state == MessageState.CANCELLED
    )
    await tx.execute(
        delete(receipts).where(
            receipts.c.announcement_id == stopped.id,
            receipts.c.acknowledged_at.is_(None),
            receipts.c.person_id.in_(taken_back),
        )
    )
    report = await queries.report(tx, stopped.id)
    progress = await tx.scalar(
        select(announcements.c.progress_parcel).where(announcements.c.id == stopped.id)
    )
    if progress is not None:
        screen = notices.progress(author.voice, stopped, report)
        await outbox.update_progress(tx, progress, screen)
        # What was on its way at this moment still arrives.
        await watch_later(tx, stopped.topic, 1)
    return report.missed(stopped.total)


async def watch_later(tx: Tx, topic: str, turn: int) -> None:
    """Have the author's message brought up to date in a moment; `turn` counts how often."""
    await due.set_due(
        tx, WATCH_JOB, topic, f"watch{turn}", anchor=tx.now + WATCH_EVERY, payload={"turn": turn}
    )


async def acknowledge(tx: Tx, reader: Person, announcement_id: int) -> bool:
    """Record that a recipient has read it. False: they had said so before.

    :raises Refused: "announcements.not_visible" for whoever did not get it.
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
        await count_reader(tx, announcement_id, reader.id)
        await _tell_author_soon(tx, announcement_id, shard_of(reader.id))
    return bool(changed.rowcount)


async def _tell_author_soon(tx: Tx, announcement_id: int, shard: int) -> None:
    """Have the counts renewed once in half a minute, however many read in it.

    Whoever finds it planned plans nothing; and the first ones, who do not see each other's plan
    yet, have rows of their own, so that no reader waits until another one's transaction ends.
    """
    # Far enough ahead that this transaction has ended when they are counted.
    turn = int((tx.now + WATCH_EVERY).timestamp()) // READ_EVERY + 1
    topic, slots = topic_of(announcement_id), [f"read{turn}.{each}" for each in range(SHARDS)]
    if await due.is_waiting(tx, topic, slots):
        return
    at = datetime.fromtimestamp(turn * READ_EVERY, UTC)
    await due.set_due(tx, WATCH_JOB, topic, slots[shard], anchor=at, payload={"turn": 0})


async def resend_unknown(tx: Tx, actor: Person, announcement_id: int) -> int:
    """Send once more to those whom it may not have reached; returns how many.

    :raises Refused: "announcements.not_yours", "announcements.out_of_reach", "announcements.over"
        for one that was stopped, "announcements.under_way" for one that is still being sent.
    """
    found = await hold_own(tx, actor, announcement_id)
    await require_resendable(tx, actor, found)
    again = await outbox.resend_unknown(tx, found.topic)
    await _set(tx, announcement_id, figures=None)
    await watch_later(tx, found.topic, 1)
    await audit.record(tx, actor.id, "announcements.resend", announcement_id, again=again)
    return again


async def require_resendable(tx: Tx, actor: Person, found: Announcement) -> None:
    """:raises Refused: as `resend_unknown`."""
    if found.state is AnnouncementState.SENDING:
        raise Refused(
            "announcements.under_way",
            actor.voice.say(
                "It is still being sent. When that is done, you can send it once more to those it"
                " may have missed."
            ),
        )
    if found.state is not AnnouncementState.SENT:
        raise _over(actor)
    await _require_reach(tx, actor, found.audience)


async def _set(tx: Tx, announcement_id: int, **values: Any) -> None:
    await tx.execute(
        update(announcements).where(announcements.c.id == announcement_id).values(**values)
    )
