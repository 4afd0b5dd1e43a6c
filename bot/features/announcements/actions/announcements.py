"""Writes about announcements. Sending itself is due work, see `jobs`; what ends it and lets it go
on, see `stopping`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.chat.forms.fields import EvidencePiece
from bot.chat.person import Person
from bot.core.changes import UNCHANGED, Unchanged, or_before
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.features.announcements import rights
from bot.features.announcements.actions.reading_counts import SHARDS, count_reader, shard_of
from bot.features.announcements.models import (
    UNDER_WAY,
    AnnouncementState,
    announcements,
    receipts,
)
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries.announcements import Announcement, Signature, topic_of
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.audiences import Audience
from bot.files import arrivals
from bot.scheduling import due
from bot.storage import audit
from bot.storage.transaction import Tx

SEND_JOB = "announcements.send"
WATCH_JOB = f"{due.UNNOTICED}announcements.watch"
"""Brings the author's message up to date."""
WATCH_EVERY = timedelta(seconds=5)
READ_EVERY = 30
"""Seconds in which the author is told of new readers once."""


@dataclass(frozen=True, slots=True)
class AnnouncementDraft:
    audience: Audience
    title: str
    text: str
    file: EvidencePiece | None = None
    asks: bool = True
    """Whether its readers are asked to say that they have read it."""


@dataclass(frozen=True, slots=True)
class AnnouncementChanges:
    """What an author changes of it."""

    audience: Audience | Unchanged = UNCHANGED
    title: str | Unchanged = UNCHANGED
    text: str | Unchanged = UNCHANGED
    file: EvidencePiece | Unchanged | None = UNCHANGED
    asks: bool | Unchanged = UNCHANGED


async def write_draft(tx: Tx, actor: Person, draft: AnnouncementDraft) -> int:
    """Keep an announcement that nobody but its author sees yet; returns its id.

    :raises Refused: "announcements.out_of_reach"
    """
    await rights.access_audience(tx, actor, draft.audience)
    number = await tx.insert(
        announcements,
        **_written(draft),
        author_id=actor.id,
        state=AnnouncementState.DRAFT,
        bodies={},
        total=0,
        created_at=tx.now,
    )
    if draft.file and draft.file.file:
        await arrivals.use(tx, actor.id, [draft.file.file])
    await audit.record(tx, actor.id, "announcements.write", number)
    return number


def _written(draft: AnnouncementDraft | AnnouncementChanges) -> dict[str, Any]:
    """The columns that its author writes, those that are given."""
    values = {name: getattr(draft, name) for name in ("title", "text") if _is_given(draft, name)}
    if not isinstance(draft.audience, Unchanged):
        to = draft.audience
        narrowed = {"subject": to.subjects, "stage": to.stages, "role": to.role}
        values |= {"unit_id": to.unit_id} | narrowed
    if not isinstance(draft.file, Unchanged):
        values["file"] = draft.file.to_json() if draft.file else None
        values["file_id"] = (draft.file.file or None) if draft.file else None
    if not isinstance(draft.asks, Unchanged):
        values["asks"] = int(draft.asks)
    return values


def _is_given(draft: AnnouncementDraft | AnnouncementChanges, name: str) -> bool:
    return not isinstance(getattr(draft, name), Unchanged)


async def change(
    tx: Tx, actor: Person, announcement_id: int, changes: AnnouncementChanges
) -> Announcement:
    """Write anew what has not begun to be sent; its time stays. A file that it no longer bears is
    let go.

    :raises Refused: as `access_announcement_to_change`; "announcements.out_of_reach"; of one with a
        time also "announcements.nobody".
    """
    before = await rights.access_announcement_to_change(tx, actor, announcement_id, lock=True)
    audience = or_before(changes.audience, before.audience)
    await rights.access_audience(tx, actor, audience)
    if before.state is AnnouncementState.SCHEDULED and not (
        await announcement_queries.count_recipients(tx, actor, audience)
    ):
        raise nobody(actor)
    if written := _written(changes):
        await _set(tx, announcement_id, **written)
    if before.state is AnnouncementState.SCHEDULED:
        await _set(tx, announcement_id, **await _spoken(tx, announcement_id))
    if not isinstance(changes.file, Unchanged):
        had = before.file.id if before.file else 0
        has = changes.file.file if changes.file else 0
        if has and has != had:
            await arrivals.use(tx, actor.id, [has])
        if had and had != has:
            await arrivals.let_go(tx, actor.id, [had])
    await audit.record(tx, actor.id, "announcements.change", announcement_id)
    return await rights.access_own_announcement(tx, actor, announcement_id)


def nobody(actor: Person) -> Refused:
    """To whoever writes to an audience without anybody."""
    return Refused(
        "announcements.nobody",
        actor.voice.say("Nobody is registered in this audience yet. Choose a wider one."),
    )


async def _spoken(tx: Tx, announcement_id: int) -> dict[str, int | None]:
    """Where its author holds the role by which they reach the audience, and for whom they act."""
    found = await announcement_queries.announcement(tx, announcement_id)
    assert found is not None
    return spoken(await announcement_queries.signature(tx, found))


def spoken(sender: Signature) -> dict[str, int | None]:
    """What is kept of how the author speaks as it goes out."""
    behalf = sender.behalf.id if sender.behalf else None
    return {"from_unit_id": sender.unit.id, "sent_for": behalf}


async def send(
    tx: Tx,
    actor: Person,
    announcement_id: int,
    when: datetime | None = None,
    *,
    urgent: bool = False,
) -> Announcement:
    """Send a draft now, or at `when` (aware); `urgent`, also to whoever rests by then. A second
    press finds it under way and changes nothing.

    :raises Refused: "announcements.not_yours"; what `count_ready` refuses, except for what is being
        sent already; "announcements.past".
    """
    found = await rights.access_own_announcement(tx, actor, announcement_id, lock=True)
    if found.state in UNDER_WAY:
        return found
    await count_ready(tx, actor, announcement_id)
    if when is not None and when <= tx.now:
        raise Refused(
            "announcements.past",
            actor.voice.say("That moment has passed. Choose a later one."),
        )
    state = AnnouncementState.SENDING if when is None else AnnouncementState.SCHEDULED
    speaks = await _spoken(tx, announcement_id)
    sent = {"state": state, "send_at": when or tx.now, "urgent": int(urgent)}
    await _set(tx, announcement_id, **sent, **speaks)
    topic = topic_of(announcement_id)
    await due.cancel(tx, topic)
    await due.set_due(tx, SEND_JOB, topic, "after0", anchor=when or tx.now, payload={"after": 0})
    behalf = role_queries.for_whom(speaks["sent_for"])
    how = {"later": bool(when)} | ({"urgent": True} if urgent else {})
    await audit.record(tx, actor.id, "announcements.send", announcement_id, **how, **behalf)
    return await rights.access_own_announcement(tx, actor, announcement_id)


async def count_ready(tx: Tx, actor: Person, announcement_id: int) -> int:
    """How many people an announcement of the actor's would reach if it were sent now. Whoever
    sends one, now or later, asks this first.

    :raises Refused: as `access_announcement_to_send`; "announcements.nobody";
        "announcements.file_coming" while its file is being fetched.
    """
    found = await rights.access_announcement_to_send(tx, actor, announcement_id)
    if found.file is not None and found.file.is_coming:
        raise Refused(
            "announcements.file_coming",
            actor.voice.say("The attachment is still arriving. Please press again in a moment."),
        )
    total = await announcement_queries.count_recipients(tx, actor, found.audience)
    if not total:
        raise nobody(actor)
    return total


async def watch_later(tx: Tx, topic: str, turn: int, pause: timedelta = WATCH_EVERY) -> None:
    """Have the author's message brought up to date in a moment; `turn` counts how often."""
    await due.set_due(
        tx, WATCH_JOB, topic, f"watch{turn}", anchor=tx.now + pause, payload={"turn": turn}
    )


async def acknowledge(tx: Tx, reader: Person, announcement_id: int) -> bool:
    """Record that a recipient has read it. False: they had said so before.

    :raises Refused: "announcements.not_visible" for whoever did not get it.
    """
    if not await announcement_queries.was_sent_to(tx, announcement_id, reader.id):
        await announcement_queries.visible_announcement(tx, reader, announcement_id)
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

    :raises Refused: as `access_announcement_to_resend`.
    """
    found = await rights.access_announcement_to_resend(tx, actor, announcement_id, lock=True)
    again = await outbox.resend_unknown(tx, found.topic)
    await outbox.forget_end(tx, found.progress_topic)
    await _set(tx, announcement_id, figures=None)
    await watch_later(tx, found.topic, 1)
    behalf = await announcement_queries.sends_for(tx, actor.id, found)
    await audit.record(tx, actor.id, "announcements.resend", announcement_id, again=again, **behalf)
    return again


async def _set(tx: Tx, announcement_id: int, **values: Any) -> None:
    await tx.execute(
        update(announcements).where(announcements.c.id == announcement_id).values(**values)
    )
