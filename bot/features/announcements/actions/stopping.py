"""What ends an announcement before everybody has it, and what lets it go on after that."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update

from bot.chat.person import Person, PersonState
from bot.delivery import message as outbox_tables
from bot.delivery import outbox
from bot.delivery.message import MessageKind, MessageState
from bot.features.announcements import notices, rights
from bot.features.announcements.actions.announcements import SEND_JOB, watch_later
from bot.features.announcements.models import (
    AnnouncementState,
    Stopped,
    announcements,
    receipts,
)
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import oversight as oversight_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.announcements.queries.announcements import Announcement
from bot.scheduling import due
from bot.storage import audit
from bot.storage.transaction import Tx

_messages = outbox_tables.outbox.c


async def stop(tx: Tx, actor: Person, announcement_id: int) -> int:
    """Discard a draft, call off a scheduled announcement, or stop one that is being sent, the
    actor's own or one that they oversee; returns how many people it does not reach any more. What
    has ended before stays as it is: 0.

    Whoever it did not reach finds it nowhere. The author's message says how it ended, and they are
    told where somebody above them has stopped it.

    :raises Refused: as `access_announcement_to_stop`.
    """
    found = await rights.access_announcement_to_stop(tx, actor, announcement_id, lock=True)
    if found.state in (AnnouncementState.DISCARDED, AnnouncementState.CANCELLED):
        return 0
    is_draft = found.state is AnnouncementState.DRAFT
    state = AnnouncementState.DISCARDED if is_draft else AnnouncementState.CANCELLED
    own = found.author.id == actor.id
    why = Stopped.AUTHOR if own else Stopped.OVERSEER
    began = found.state is AnnouncementState.SENDING
    behalf = {} if own else await announcement_queries.oversees_for(tx, actor.id, found)
    await _set(
        tx, announcement_id, state=state, stopped=why, stopped_at=tx.now, stopped_by=actor.id,
        stopped_for=behalf.get("for"),
    )  # fmt: skip
    await due.cancel(tx, found.topic)
    missed = await _call_back(tx, replace(found, state=state)) if began else 0
    if not own:
        await outbox.send(
            tx, notices.STOPPED_ABOVE, found.author.id,
            {"announcement": found.id, "by": actor.id, **behalf},
        )  # fmt: skip
    await audit.record(
        tx, actor.id, "announcements.stop", announcement_id, stopped=missed, why=why.value, **behalf
    )
    return missed


async def break_off(tx: Tx, found: Announcement, turn: int = 1) -> None:
    """Stop one that is being sent, since the right by which it goes has ended meanwhile. Its author
    is told, and whoever stands nearest above them. `turn` numbers the next look at it."""
    state, why = AnnouncementState.CANCELLED, Stopped.RIGHT
    await _set(
        tx, found.id, state=state, stopped=why, stopped_at=tx.now, stopped_by=None, stopped_for=None
    )
    await due.cancel(tx, found.topic)
    missed = await _call_back(tx, replace(found, state=state), turn)
    told = {"announcement": found.id}
    if found.author.state is not PersonState.GONE:
        await outbox.send(tx, notices.BROKEN_OFF, found.author.id, told)
    above = await oversight_queries.nearest_above(tx, found)
    await outbox.send(tx, notices.BROKEN_OFF_BELOW, [person.id for person in above], told)
    await audit.record(tx, None, "announcements.stop", found.id, stopped=missed, why=why.value)


async def _call_back(tx: Tx, stopped: Announcement, turn: int = 1) -> int:
    """Take back what has not left yet, and tell its author where it stands."""
    await outbox.cancel(tx, stopped.topic)
    await forget_untold(tx, stopped.id)
    report = await report_queries.report(tx, stopped.id)
    progress = await tx.scalar(
        select(announcements.c.progress_parcel).where(announcements.c.id == stopped.id)
    )
    if progress is not None:
        await outbox.refresh(tx, progress, notices.PROGRESS, {"announcement": stopped.id})
        # What was on its way at this moment still arrives, or is dropped at its next attempt.
        await watch_later(tx, stopped.topic, turn)
    return report.missed(stopped.total)


def _taken_back(found_topic: str) -> ColumnElement[bool]:
    return and_(
        _messages.topic == found_topic,
        _messages.kind == MessageKind.BROADCAST,
        _messages.state.in_(report_queries.TAKEN_BACK),
    )


async def forget_untold(tx: Tx, announcement_id: int) -> None:
    """Whoever was not sent a stopped announcement is none of its readers."""
    untold = select(_messages.person_id).where(
        _taken_back(announcement_queries.topic_of(announcement_id))
    )
    await tx.execute(
        delete(receipts).where(
            receipts.c.announcement_id == announcement_id,
            receipts.c.acknowledged_at.is_(None),
            receipts.c.person_id.in_(untold),
        )
    )


async def let_go_on(tx: Tx, actor: Person, announcement_id: int) -> int:
    """Have a stopped announcement sent to the rest of its audience, by the actor's right from now
    on; returns how many that are. Nobody gets it twice; its author is told.

    :raises Refused: as `access_announcement_to_let_go_on`.
    """
    found = await rights.access_announcement_to_let_go_on(tx, actor, announcement_id, lock=True)
    await forget_untold(tx, announcement_id)
    report = await report_queries.report(tx, announcement_id)
    # One that was stopped before its first piece has counted nobody yet.
    total = found.total or await announcement_queries.count_recipients(
        tx, found.author, found.audience
    )
    ahead = report.missed(total)
    outbox_table = outbox_tables.outbox
    reader = exists().where(
        receipts.c.announcement_id == announcement_id,
        receipts.c.person_id == _messages.person_id,
    )
    # Whoever was not sent it may have left the audience: the pieces look for them anew. Who has
    # said that they read it is among its readers already.
    removed = await tx.execute(delete(outbox_table).where(_taken_back(found.topic), ~reader))
    await tx.execute(
        update(outbox_table)
        .where(_taken_back(found.topic), _messages.address_id.is_not(None))
        .values(state=MessageState.QUEUED, attempts=0, error=None, finished_at=None)
    )
    round_ = found.rounds + 1
    told = {"announcement": found.id}
    message = await outbox.start_progress(
        tx,
        notices.PROGRESS,
        told,
        found.author.id,
        topic=replace(found, rounds=round_).progress_topic,
    )
    await _set(
        tx,
        announcement_id,
        state=AnnouncementState.SENDING,
        queued=func.coalesce(announcements.c.queued, 0) - removed.rowcount,
        total=total,
        figures=None,
        queued_at=None,
        let_on_by=actor.id,
        rounds=round_,
        progress_parcel=message,
    )
    await due.set_due(
        tx, SEND_JOB, found.topic, f"on{round_}", anchor=tx.now, payload={"after": 0, "on": round_}
    )
    await watch_later(tx, found.topic, 1)
    behalf = await announcement_queries.oversees_for(tx, actor.id, found)
    told = {"announcement": found.id, "by": actor.id, **behalf}
    await outbox.send(tx, notices.GOES_ON, found.author.id, told)
    await audit.record(
        tx, actor.id, "announcements.let_go_on", announcement_id, ahead=ahead, **behalf
    )
    return ahead


async def forget_words(tx: Tx, announcement_id: int) -> None:
    """Erase the words of a stopped announcement that nobody was sent, once its author is gone."""
    read = exists().where(receipts.c.announcement_id == announcement_id)
    await tx.execute(
        update(announcements)
        .where(announcements.c.id == announcement_id, ~read)
        .values(title="", text="", file=None)
    )


async def _set(tx: Tx, announcement_id: int, **values: Any) -> None:
    await tx.execute(
        update(announcements).where(announcements.c.id == announcement_id).values(**values)
    )
