"""Writes about meetings: scheduling, moving, cancelling, answering."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.delivery.folding import send_folded
from bot.delivery.notice import Value
from bot.features.communities.queries import members as member_queries
from bot.features.meetings.actions.counting import note_change
from bot.features.meetings.actions.invitations import invite, mark_invited, tell
from bot.features.meetings.actions.reminder_plan import (
    drop_reminders,
    move_reminders,
    plan_reminders,
)
from bot.features.meetings.models import MeetingState, Rsvp, Venue, meeting_answers, meetings
from bot.features.meetings.notices import meetings as meeting_notices
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries.meetings import Meeting
from bot.features.meetings.rights import meetings as meeting_rights
from bot.features.meetings.rights import teams as team_rights
from bot.storage import audit
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=12)
"""How long a meeting may take."""


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """What a lead gives to call a meeting."""

    title: str
    purpose: str
    agenda: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    venue: Venue


def _check_times(tx: Tx, actor: Person, starts_at: datetime, ends_at: datetime) -> None:
    if starts_at <= tx.now:
        raise Refused(
            "meetings.past",
            actor.voice.say(
                "{moment} has passed already. Please choose a time to come.", moment=starts_at
            ),
        )
    if not SHORTEST <= ends_at - starts_at <= LONGEST:
        raise Refused(
            "meetings.length",
            actor.voice.say("A meeting takes between five minutes and twelve hours."),
        )


async def schedule_meeting(
    tx: Tx, actor: Person, team_id: int, draft: MeetingDraft
) -> tuple[Meeting, int]:
    """Call a meeting: invite every other member, and plan the reminders. The caller is taken to
    attend. Returns the meeting and how many were invited.

    :raises Refused: as `access_team_to_call`; "meetings.past", "meetings.length".
    """
    # Whoever joins at this moment is either among the members below, or comes after and is
    # invited as a newcomer.
    await tx.lock("team", team_id)
    await team_rights.access_team_to_call(tx, actor, team_id)
    _check_times(tx, actor, draft.starts_at, draft.ends_at)
    meeting_id = await tx.insert(
        meetings,
        team_id=team_id,
        title=draft.title,
        purpose=draft.purpose,
        agenda=list(draft.agenda),
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        place=draft.venue.place,
        link=draft.venue.link,
        state=MeetingState.SCHEDULED,
        moved_count=0,
        reason="",
        created_by=actor.id,
        created_at=tx.now,
        changed_at=tx.now,
    )
    found = await _fresh(tx, meeting_id)
    await _write_answer(tx, found, actor, Rsvp.YES, "")
    await plan_reminders(tx, found)
    others = [
        m.person for m in await member_queries.members(tx, team_id) if m.person.id != actor.id
    ]
    await mark_invited(tx, found, [actor])
    await invite(tx, found, actor.id, others)
    await audit.record(tx, actor.id, "meetings.schedule", meeting_id, team=team_id)
    return found, len(others)


async def _fresh(tx: Tx, meeting_id: int) -> Meeting:
    found = await meeting_queries.meeting(tx, meeting_id)
    assert found is not None
    return found


async def move_meeting(
    tx: Tx,
    actor: Person,
    meeting_id: int,
    starts_at: datetime,
    *,
    ends_at: datetime | None = None,
    reason: str = "",
) -> Meeting:
    """Give the meeting another time; without `ends_at` it takes as long as before. Reminders move
    along, what was not delivered yet is taken back, and everybody is asked anew: earlier answers
    are kept to be seen by the lead, but no longer count. Whoever moves it is taken to attend.

    :raises Refused: as `access_meeting_to_change`; "meetings.past", "meetings.length",
        "meetings.same_time".
    """
    old, team = await meeting_rights.access_meeting_to_change(tx, actor, meeting_id)
    ends = ends_at or starts_at + (old.ends_at - old.starts_at)
    _check_times(tx, actor, starts_at, ends)
    if (starts_at, ends) == (old.starts_at, old.ends_at):
        raise Refused(
            "meetings.same_time",
            actor.voice.say("That is when the meeting is now. Please choose another time."),
        )
    found = await _change(
        tx,
        old,
        starts_at=starts_at,
        ends_at=ends,
        moved_count=old.moved_count + 1,
        reason=reason,
    )
    await move_reminders(tx, found)
    await outbox.cancel(tx, found.topic)
    await _write_answer(tx, found, actor, Rsvp.YES, "")
    others = [
        m.person for m in await member_queries.members(tx, team.id) if m.person.id != actor.id
    ]
    told: dict[str, Value] = {"old": old.starts_at, "moves": found.moved_count}
    await tell(tx, found, others, meeting_notices.MOVED, **told)
    await mark_invited(tx, found, [actor, *others])
    await audit.record(tx, actor.id, "meetings.move", meeting_id, moves=found.moved_count)
    return found


async def cancel_meeting(tx: Tx, actor: Person, meeting_id: int, reason: str = "") -> Meeting:
    """Call the meeting off: no more reminders, and every member is told.

    :raises Refused: as `access_meeting_to_change`.
    """
    old, team = await meeting_rights.access_meeting_to_change(tx, actor, meeting_id)
    found = await _change(tx, old, state=MeetingState.CANCELLED, reason=reason)
    await drop_reminders(tx, found)
    await outbox.cancel(tx, found.topic)
    others = [
        m.person for m in await member_queries.members(tx, team.id) if m.person.id != actor.id
    ]
    await tell(tx, found, others, meeting_notices.CANCELLED)
    await audit.record(tx, actor.id, "meetings.cancel", meeting_id)
    return found


async def relocate_meeting(tx: Tx, actor: Person, meeting_id: int, venue: Venue) -> Meeting:
    """Change the place and the link; answers and reminders stay, and everybody who has not
    declined is told.

    :raises Refused: as `access_meeting_to_change`.
    """
    old, _ = await meeting_rights.access_meeting_to_change(tx, actor, meeting_id)
    found = await _change(tx, old, place=venue.place, link=venue.link)
    if venue != old.venue:
        expected = (await meeting_queries.attendance(tx, found)).expected
        others = [reply.person for reply in expected if reply.person.id != actor.id]
        await tell(tx, found, others, meeting_notices.RELOCATED)
        await audit.record(tx, actor.id, "meetings.relocate", meeting_id)
    return found


async def _change(tx: Tx, old: Meeting, **values: Any) -> Meeting:
    await tx.execute(
        update(meetings).where(meetings.c.id == old.id).values(changed_at=tx.now, **values)
    )
    found = await _fresh(tx, old.id)
    await note_change(tx, found)
    return found


async def answer_meeting(
    tx: Tx,
    actor: Person,
    meeting_id: int,
    answer: Rsvp,
    *,
    moved_count: int,
    reason: str | None = None,
) -> Meeting:
    """Take a member's answer; the last one stands. `moved_count` names the time that it is given
    for. The leads hear of an apology that has a reason, in one message a day; without `reason` an
    earlier one stays.

    :raises Refused: as `access_meeting_to_answer`; "meetings.moved".
    """
    found, team = await meeting_rights.access_meeting_to_answer(tx, actor, meeting_id)
    if moved_count != found.moved_count:
        raise meeting_rights.moved(actor)
    before = await meeting_queries.answer_of(tx, found, actor)
    if reason is None:
        reason = before.reason if before.answer is answer else ""
    if await _write_answer(tx, found, actor, answer, reason):
        await note_change(tx, found)
        await audit.record(tx, actor.id, "meetings.answer", meeting_id, answer=answer)
        if answer is Rsvp.NO and reason:
            leads = [
                lead for lead in await member_queries.leads(tx, team.id) if lead.id != actor.id
            ]
            await send_folded(
                tx, meeting_notices.APOLOGY, [lead.id for lead in leads],
                {"meeting": found.id, "by": actor.id, "at": tx.now},
                topic=f"apology:{found.id}:{actor.id}", expires_at=found.ends_at,
            )  # fmt: skip
    return found


async def _write_answer(tx: Tx, found: Meeting, person: Person, answer: Rsvp, reason: str) -> bool:
    """Keep the answer in the person's one row; False when it says nothing new."""
    rows = await tx.fetch(
        "INSERT INTO meeting_answers (meeting_id, person_id, answer, round, reason, answered_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (meeting_id, person_id) DO UPDATE"
        " SET answer = excluded.answer, round = excluded.round, reason = excluded.reason,"
        " answered_at = excluded.answered_at WHERE meeting_answers.answer <> excluded.answer"
        " OR meeting_answers.round <> excluded.round OR meeting_answers.reason <> excluded.reason"
        " RETURNING meeting_id",
        found.id,
        person.id,
        answer.value,
        found.moved_count,
        reason,
        to_millis(tx.now),
    )
    return bool(rows)


async def forget_person(tx: Tx, person: Person) -> None:
    """Erase the reasons that a person gave, when they leave for good; their answers stay as
    numbers."""
    await tx.execute(
        update(meeting_answers).where(meeting_answers.c.person_id == person.id).values(reason="")
    )
