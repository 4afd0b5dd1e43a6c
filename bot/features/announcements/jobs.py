"""Sending an announcement, piece by piece: each piece is due work of its own, so a crash between
two pieces costs nothing and repeats nobody."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from bot.chat.person import PersonState
from bot.delivery import backlog, outbox, statuses
from bot.features.announcements import notices
from bot.features.announcements.actions.announcements import (
    SEND_JOB,
    WATCH_EVERY,
    spoken,
    watch_later,
)
from bot.features.announcements.actions.stopping import break_off, forget_untold, forget_words
from bot.features.announcements.models import (
    UNSENT,
    AnnouncementState,
    Stopped,
    announcements,
    receipts,
)
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.announcements.queries.announcements import Announcement
from bot.features.people.queries import audiences as audience_queries
from bot.features.people.queries import units as unit_queries
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx

PIECE = 500
"""Recipients put into the outbox in one transaction."""
MOST_WAITING = 18_000
"""Recipients that wait there at most, ten minutes of the usual rate: whoever stops or corrects it
has to touch no more."""
DRAINS_IN = timedelta(seconds=15)
"""After which it is looked whether there is room for more."""
TOLD_SOONEST, TOLD_LATEST = timedelta(seconds=30), timedelta(hours=6)
"""How often it is looked what channels have told since everything was sent: ever more rarely."""


async def hold_announcement(tx: Tx, row: DueRow) -> tuple[str, int]:
    """What is locked before its pieces are planned or called off."""
    return "announcement", _id_of(row)


def _id_of(row: DueRow) -> int:
    return int(row.topic.removeprefix("announcement:"))


async def send_piece(tx: Tx, row: DueRow) -> None:
    """Put the next recipients into the outbox, and plan the piece after this one."""
    announcement_id = _id_of(row)
    await tx.lock("announcement", announcement_id)
    found = await announcement_queries.announcement(tx, announcement_id)
    if found is None or found.state not in (
        AnnouncementState.SCHEDULED,
        AnnouncementState.SENDING,
    ):
        return
    after, round_ = int(row.payload["after"]), int(row.payload.get("on", 0))
    if round_ != found.rounds:
        # What was planned before a stop, and was let go on since.
        return
    begins = after == 0 and not round_
    if begins and not await _begin(tx, found):
        return
    if not begins and not await announcement_queries.stands(tx, found):
        # The pieces of a large one are hours apart: its author may have another office by now.
        await break_off(tx, found)
        return
    if not begins and await backlog.count_queued(tx, found.topic) > MOST_WAITING - PIECE:
        await _plan_piece(tx, found, after, tx.now + DRAINS_IN)
        return
    ids = await audience_queries.audience_ids(tx, found.audience, after, PIECE)
    recipients = [number for number in ids if number != found.author.id]
    if round_:
        sent = await announcement_queries.readers_among(tx, found.id, recipients)
        recipients = [number for number in recipients if number not in sent]
    if recipients:
        await _put_out(tx, found, recipients)
    if len(ids) == PIECE:
        await _plan_piece(tx, found, ids[-1], tx.now)
    else:
        # Who came or went meanwhile is known by now.
        await _set(tx, found.id, queued_at=tx.now, total=announcements.c.queued)


async def _plan_piece(tx: Tx, found: Announcement, after: int, at: datetime) -> None:
    slot = f"after{after}" if at == tx.now else f"after{after}@{to_millis(at)}"
    payload = {"after": after}
    if found.rounds:
        slot, payload = f"{found.rounds}.{after}", payload | {"on": found.rounds}
        slot += "" if at == tx.now else f"@{to_millis(at)}"
    await due.set_due(tx, SEND_JOB, found.topic, slot, anchor=at, payload=payload)


async def _begin(tx: Tx, found: Announcement) -> bool:
    """What is done once, before the first piece. False: the author's right has ended."""
    author = found.author
    if not await announcement_queries.may_address(tx, author.id, found.audience):
        ended = {"stopped": Stopped.RIGHT, "stopped_at": tx.now}
        await _set(tx, found.id, state=AnnouncementState.CANCELLED, **ended)
        await outbox.send(tx, notices.OUT_OF_REACH, author.id, {"announcement": found.id})
        return False
    # It may have been planned by a role of their own, and go by another one's, or the reverse.
    speaks = await announcement_queries.signature(tx, found)
    total = await announcement_queries.count_recipients(tx, author, found.audience)
    told = {"announcement": found.id, "planned": found.state is AnnouncementState.SCHEDULED}
    message = await outbox.start_progress(
        tx, notices.PROGRESS, told, author.id, topic=found.progress_topic
    )
    await _set(
        tx,
        found.id,
        state=AnnouncementState.SENDING,
        total=total,
        queued=0,
        send_at=tx.now,
        progress_parcel=message,
        **spoken(speaks),
    )
    await watch_later(tx, found.topic, 1)
    return True


async def _put_out(tx: Tx, found: Announcement, recipients: Sequence[int]) -> None:
    """One notice for all, and a small row for each recipient."""
    await tx.execute(
        insert(receipts),
        [{"announcement_id": found.id, "person_id": number} for number in recipients],
    )
    stored = select(announcements.c.notice_id).where(announcements.c.id == found.id)
    notice = await tx.scalar(stored)
    if notice is None:
        told = {"announcement": found.id}
        notice = await outbox.add_notice(tx, notices.ANNOUNCED, told, lasting=True)
        await _set(tx, found.id, notice_id=notice)
    await outbox.broadcast(tx, notice, recipients, topic=found.topic)
    await _set(tx, found.id, queued=announcements.c.queued + len(recipients))


async def watch(tx: Tx, row: DueRow) -> None:
    """Bring the author's message up to date; again and again until everybody stands in a final
    state, and after that when somebody has read it, or a channel may have told more."""
    announcement_id = _id_of(row)
    await tx.lock("announcement", announcement_id)
    query = select(
        announcements.c.progress_parcel, announcements.c.queued_at, announcements.c.figures
    )
    values = await tx.first(query.where(announcements.c.id == announcement_id))
    found = await announcement_queries.announcement(tx, announcement_id)
    if found is None or values is None or values.progress_parcel is None:
        return
    figures = values.figures or await report_queries.count_messages(tx, announcement_id)
    report = await report_queries.report_of(tx, announcement_id, figures)
    is_sending = found.state is AnnouncementState.SENDING
    turn = int(row.payload["turn"])
    missing = report.ahead(found.total) or report.cancelled
    if is_sending and missing and not await announcement_queries.stands(tx, found):
        # Not with the next piece: what waited in the outbox may have been all that was left.
        await break_off(tx, found, turn + 1)
        return
    at_rest = not report.waiting and not (is_sending and values.queued_at is None)
    may_be_told = False
    if at_rest and values.figures is None:
        may_be_told = await statuses.awaits_statuses(tx, row.topic)
        if not may_be_told:
            # Nothing changes any more: what is kept is counted once, and again after a resend.
            figures = await report_queries.count_each(tx, announcement_id)
        state = AnnouncementState.SENT if is_sending else found.state
        await _set(tx, announcement_id, state=state, figures=None if may_be_told else figures)
        if state is AnnouncementState.CANCELLED:
            await forget_untold(tx, announcement_id)
            if found.author.state is PersonState.GONE:
                await forget_words(tx, announcement_id)
    told = {"announcement": announcement_id}
    ends = at_rest and values.figures is None
    await outbox.refresh(tx, values.progress_parcel, notices.PROGRESS, told, ends=ends)
    if turn and not at_rest:
        morning = None
        if not (is_sending and values.queued_at is None):
            morning = await backlog.all_wait_until(tx, found.topic)
        # Nothing changes while all who are left rest.
        pause = max(morning - tx.now, WATCH_EVERY) if morning else WATCH_EVERY
        await watch_later(tx, row.topic, turn + 1, pause)
    elif turn and may_be_told:
        since = tx.now - (values.queued_at or found.send_at or tx.now)
        pause = min(max(since / 8, TOLD_SOONEST), TOLD_LATEST)
        await watch_later(tx, row.topic, turn + 1, pause)


async def _set(tx: Tx, announcement_id: int, **values: Any) -> None:
    await tx.execute(
        update(announcements).where(announcements.c.id == announcement_id).values(**values)
    )


async def follow_unit(tx: Tx, row: DueRow) -> None:
    """What was written to a unit that has become another one's, and has not gone out, is for the
    other one; and what was written from there is overseen where the other one is."""
    # The other one may have become part of yet another meanwhile.
    into = await unit_queries.end_of(tx, row.payload["unit"])
    origin = announcements.c.from_unit_id == row.payload["unit"]
    await tx.execute(update(announcements).where(origin).values(from_unit_id=into))
    await tx.execute(
        update(announcements)
        .where(
            announcements.c.unit_id == row.payload["unit"],
            announcements.c.state.in_(UNSENT),
        )
        .values(unit_id=into)
    )
