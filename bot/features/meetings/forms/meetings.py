"""The forms of meetings: calling one, moving it, cancelling it, another place, an apology."""

from dataclasses import dataclass, replace

from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import TextField
from bot.chat.forms.form import Form
from bot.chat.forms.times import GivenTime
from bot.chat.navigation import told
from bot.chat.screen import Screen, lines, paragraphs
from bot.chat.turn import Made, Turn
from bot.core.i18n import N_, Phrase
from bot.core.text import isolate
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import Team
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.actions.meetings import MeetingDraft
from bot.features.meetings.forms.fields import (
    LENGTH,
    MEETING,
    PLACE,
    STARTS,
    TEAM,
    AgendaField,
    MeetingTime,
    TitleField,
    VenueField,
    ends_after,
    usual_title,
    usual_venue,
)
from bot.features.meetings.models import Rsvp, Venue
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries.meetings import Meeting
from bot.features.meetings.rights import meetings as meeting_rights
from bot.features.meetings.rights import teams as team_rights
from bot.features.meetings.screens.meetings import CALLED, CANCELLED

PRESENT_LENGTH = Known("minutes", int)
MOVED_COUNT = Known("moved_count", int)
"""Names the time that an answer is given for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingAnswers:
    """What a lead answers to call a meeting."""

    team_id: int
    title: str
    purpose: str = ""
    agenda: tuple[str, ...] = ()
    starts: GivenTime
    minutes: int
    where: Venue

    def draft(self) -> MeetingDraft:
        starts_at = self.starts.starts_at
        return MeetingDraft(
            title=self.title,
            purpose=self.purpose,
            agenda=self.agenda,
            starts_at=starts_at,
            ends_at=ends_after(starts_at, self.minutes),
            venue=self.where,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDraft:
    meeting_id: int
    starts: GivenTime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDraft:
    meeting_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelocationDraft:
    meeting_id: int
    where: Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class ApologyDraft:
    meeting_id: int
    moved_count: int
    reason: str


async def _may_call(turn: Turn, answers: Answers) -> None:
    await team_rights.access_team_to_call(turn.tx, turn.person, answers.need(TEAM))


async def _may_change(turn: Turn, answers: Answers) -> None:
    await meeting_rights.access_meeting_to_change(turn.tx, turn.person, answers.need(MEETING))


async def _invited(turn: Turn, draft: MeetingAnswers) -> str:
    """How many are invited."""
    others = await team_queries.count_others(turn.tx, draft.team_id, turn.person.id)
    return turn.count("{n} member is invited.", "{n} members are invited.", others)


async def _concerned(turn: Turn, draft: MoveDraft | CancelDraft) -> str:
    """Which meeting is changed, when it is, and how many are told."""
    found, team = await meeting_queries.visible_meeting(turn.tx, turn.person, draft.meeting_id)
    others = await team_queries.count_others(turn.tx, team.id, turn.person.id)
    return paragraphs(_named(turn, found, team), told(turn, others))


async def _expected(turn: Turn, draft: RelocationDraft) -> str:
    """The same, where only those who have not declined are told."""
    found, team = await meeting_queries.visible_meeting(turn.tx, turn.person, draft.meeting_id)
    attendance = await meeting_queries.attendance(turn.tx, found)
    others = [reply for reply in attendance.expected if reply.person.id != turn.person.id]
    return paragraphs(_named(turn, found, team), told(turn, len(others)))


def _named(turn: Turn, found: Meeting, team: Team) -> str:
    return lines(
        Phrase(isolate(found.title)),
        turn.say("📅 {moment}", moment=found.starts_at),
        turn.say("👥 {team}", team=team.name),
    )


async def _may_answer(turn: Turn, answers: Answers) -> None:
    await meeting_rights.access_meeting_to_answer(turn.tx, turn.person, answers.need(MEETING))


def _reason(question: str, *, unasked: bool = False) -> TextField:
    return TextField(
        name="reason",
        label=N_("Reason"),
        question=question,
        optional=True,
        unasked=unasked,
        multiline=True,
        most=300,
    )


_WHERE = VenueField(
    name=PLACE,
    label=N_("Place or link"),
    question=N_("Where will you meet? Write the place, or paste the link of the meeting, or both."),
)


def _made(found: Meeting) -> Made:
    """What can be corrected of a meeting: its time and its place."""
    about = {MEETING.name: found.id, TEAM.name: found.team_id}
    return Made(
        ("meetings.page", str(found.id)),
        {
            STARTS.name: (MOVE.name, about | {PRESENT_LENGTH.name: found.minutes}),
            _WHERE.name: (RELOCATE.name, about),
        },
    )


async def _schedule(turn: Turn, draft: MeetingAnswers) -> Screen:
    found, invited = await meeting_actions.schedule_meeting(
        turn.tx, turn.person, draft.team_id, draft.draft()
    )
    turn.made = _made(found)
    screen = await turn.show("meetings.page", found.id, CALLED)
    if not invited:
        return screen.with_notice(
            turn.say("✅ The meeting is called. Nobody else is in the team yet.")
        )
    return screen.with_notice(
        turn.count(
            "✅ The meeting is called, and {n} invitation is on its way.",
            "✅ The meeting is called, and {n} invitations are on their way.",
            invited,
        )
    )


NEW = Form(
    name="meetings.new",
    version=1,
    title=N_("Schedule a meeting"),
    reviews=N_("Review of the meeting: {name}"),
    named_by="title",
    draft=MeetingAnswers,
    known=(TEAM,),
    fields=(
        TitleField(
            name="title",
            label=N_("Title"),
            question=N_(
                "What is the meeting about? A short title. Or all of it in one line, as in:"
                " Thursday at ten in the science lab, about reading."
            ),
            least=3,
            most=100,
            default=usual_title,
        ),
        TextField(
            name="purpose",
            label=N_("Purpose"),
            question=N_("What shall it achieve? A sentence or two."),
            optional=True,
            multiline=True,
            most=300,
        ),
        AgendaField(
            name="agenda",
            label=N_("Agenda"),
            question=N_("What is on the agenda? Write each item on a line of its own."),
            optional=True,
        ),
        STARTS,
        LENGTH,
        replace(_WHERE, default=usual_venue),
    ),
    finish=_schedule,
    send=N_("Call the meeting"),
    about=_invited,
    permit=_may_call,
)


async def _move(turn: Turn, draft: MoveDraft) -> Screen:
    found = await meeting_actions.move_meeting(
        turn.tx,
        turn.person,
        draft.meeting_id,
        draft.starts.starts_at,
        ends_at=draft.starts.ends_at,
        reason=draft.reason,
    )
    turn.made = _made(found)
    screen = await turn.show("meetings.page", found.id, CALLED)
    return screen.with_notice(
        turn.say("✅ The meeting has moved. Everybody is told and asked to answer anew.")
    )


MOVE = Form(
    name="meetings.move",
    version=1,
    title=N_("Move the meeting"),
    draft=MoveDraft,
    known=(MEETING, TEAM, PRESENT_LENGTH),
    fields=(
        MeetingTime(name="starts", label=N_("New time"), question=N_("What is the new time?")),
        _reason(
            N_("Why does it move? If you write it here, the members will read it."), unasked=True
        ),
    ),
    finish=_move,
    send=N_("Move and tell everybody"),
    leave=N_("Leave it unchanged"),
    about=_concerned,
    permit=_may_change,
)


async def _cancel(turn: Turn, draft: CancelDraft) -> Screen:
    found = await meeting_actions.cancel_meeting(
        turn.tx, turn.person, draft.meeting_id, draft.reason
    )
    screen = await turn.show("meetings.page", found.id, CANCELLED)
    return screen.with_notice(turn.say("The meeting is cancelled, and the members are told."))


CANCEL = Form(
    name="meetings.cancel",
    version=1,
    title=N_("Cancel the meeting"),
    draft=CancelDraft,
    known=(MEETING,),
    fields=(_reason(N_("Why is it cancelled? The members will read it.")),),
    finish=_cancel,
    send=N_("Yes, cancel the meeting"),
    leave=N_("No, the meeting stays"),
    about=_concerned,
    permit=_may_change,
)


async def _relocate(turn: Turn, draft: RelocationDraft) -> Screen:
    found = await meeting_actions.relocate_meeting(
        turn.tx, turn.person, draft.meeting_id, draft.where
    )
    turn.made = _made(found)
    screen = await turn.show("meetings.page", found.id)
    return screen.with_notice(turn.say("✅ The place is changed, and the members are told."))


RELOCATE = Form(
    name="meetings.place",
    version=1,
    title=N_("Change place or link"),
    draft=RelocationDraft,
    known=(MEETING, TEAM),
    fields=(_WHERE,),
    finish=_relocate,
    send=N_("Change and tell everybody"),
    leave=N_("Leave it unchanged"),
    about=_expected,
    permit=_may_change,
)


async def _apologise(turn: Turn, draft: ApologyDraft) -> Screen:
    found = await meeting_actions.answer_meeting(
        turn.tx,
        turn.person,
        draft.meeting_id,
        Rsvp.NO,
        moved_count=draft.moved_count,
        reason=draft.reason,
    )
    screen = await turn.show("meetings.page", found.id)
    return screen.with_notice(turn.say("Your reason goes to the lead. Thank you."))


APOLOGY = Form(
    name="meetings.why",
    version=1,
    title=N_("Reason of your apology"),
    draft=ApologyDraft,
    known=(MEETING, MOVED_COUNT),
    fields=(
        TextField(
            name="reason",
            label=N_("Reason"),
            question=N_("Why can you not come? Only the lead reads it."),
            multiline=True,
            most=300,
        ),
    ),
    finish=_apologise,
    send=N_("Send"),
    leave=N_("Leave it unchanged"),
    permit=_may_answer,
    review=False,
)
