"""What is written to other people about a meeting, in their own voice and time zone."""

from datetime import datetime, timedelta

from bot.chat.screen import Choice, Screen, choice, lines, paragraphs
from bot.core.i18n import N_, Phrase, Voice
from bot.core.text import isolate
from bot.delivery.message import MessageKind
from bot.delivery.notice import Haste, NoticeKind
from bot.features.meetings.models import MeetingState
from bot.features.meetings.notices import card as meeting_card
from bot.features.meetings.notices.card import page_choice
from bot.features.meetings.queries import counting as counting_queries
from bot.features.meetings.queries import notices as notice_queries
from bot.features.meetings.queries.counting import CountFacts
from bot.features.meetings.queries.meetings import ListedMeeting, Meeting
from bot.features.meetings.queries.notices import (
    ApologyFacts,
    CalledOffFacts,
    InvitationFacts,
    MoveFacts,
)
from bot.features.people.queries.people import name_of

NAMED = 15
"""Meetings named when all of a team's are called off."""


def invitation(voice: Voice, facts: InvitationFacts, now: datetime) -> Screen:
    """The first word of a meeting, to be answered where it stands."""
    found, by = facts.listed.meeting, facts.by
    intro = voice.say(
        "{name} invites you to a meeting.", about=by.voice.gender, name=name_of(voice, by)
    )
    return Screen(
        title=Phrase(isolate(found.title)),
        text=paragraphs(
            intro,
            meeting_card.details(voice, found, facts.listed.team),
            voice.say("Will you attend?"),
        ),
        actions=_answering(voice, facts.listed),
        again=page_choice(voice, found),
    )


def moved(voice: Voice, facts: MoveFacts, now: datetime) -> Screen:
    """The meeting has another time: everybody is asked anew."""
    found = facts.listed.meeting
    return Screen(
        title=voice.say("The meeting has moved: {title}", title=found.title),
        text=paragraphs(
            lines(
                voice.say("It was: {moment}", moment=facts.old),
                voice.say("Reason: {reason}", reason=found.reason) if found.reason else "",
            ),
            voice.say("The new time:"),
            meeting_card.details(voice, found, facts.listed.team),
            voice.say("Will you attend at the new time? Earlier answers no longer count."),
        ),
        actions=_answering(voice, facts.listed),
        again=page_choice(voice, found),
    )


def cancelled(voice: Voice, listed: ListedMeeting, now: datetime) -> Screen:
    found, team = listed.meeting, listed.team
    return Screen(
        title=voice.say("The meeting is cancelled: {title}", title=found.title),
        text=paragraphs(
            lines(
                voice.say("👥 {team}", team=team.name),
                voice.say("It was: {moment}", moment=found.starts_at),
                voice.say("Reason: {reason}", reason=found.reason) if found.reason else "",
            ),
        ),
        actions=(choice(voice.say("My meetings"), "meetings.mine"),),
    )


def called_off(voice: Voice, facts: CalledOffFacts, now: datetime) -> Screen:
    """The team has been closed: what lay ahead falls away, told in one message."""
    gone, team = facts.meetings, facts.team
    return Screen(
        text=paragraphs(
            voice.count(
                "{team} has ended its work, so {n} meeting will not take place:",
                "{team} has ended its work, so {n} meetings will not take place:",
                len(gone),
                team=team.name,
            ),
            *(
                lines(
                    Phrase(isolate(found.title)),
                    voice.say("📅 {moment}", moment=voice.brief(found.starts_at)),
                )
                for found in gone[:NAMED]
            ),
            voice.say("Thank you for your part, and see you soon in another team."),
        ),
        actions=(choice(voice.say("My meetings"), "meetings.mine"),),
    )


def relocated(voice: Voice, listed: ListedMeeting, now: datetime) -> Screen:
    """The place or the link is another one; time and answers stay."""
    found = listed.meeting
    return Screen(
        title=voice.say("Another place for the meeting: {title}", title=found.title),
        text=lines(meeting_card.when(voice, found), meeting_card.where(voice, found.venue)),
        actions=(*meeting_card.link_choice(voice, found), page_choice(voice, found)),
    )


def apology(voice: Voice, facts: ApologyFacts, now: datetime) -> Screen:
    """Somebody will not come and says why."""
    found, by = facts.meeting, facts.by
    text = voice.say(
        "{name} apologised for the meeting «{title}».",
        about=by.voice.gender,
        name=name_of(voice, by),
        title=found.title,
    )
    return Screen(
        text=lines(text, voice.say("📅 {moment}", moment=found.starts_at)),
        quote=facts.reason,
        actions=(choice(voice.say("Who attends?"), "meetings.answers", found.id),),
    )


def counted(voice: Voice, facts: CountFacts, now: datetime) -> Screen:
    """To a lead: how the answers stand at this moment; or that they are counted here no longer."""
    found, team, attendance = facts.meeting, facts.team, facts.attendance
    if found is None or team is None or attendance is None:
        return Screen(
            text=voice.say(
                "The answers are counted here no longer: you do not lead this team any more."
            )
        )
    off = found.state_at(now) is MeetingState.CANCELLED
    return Screen(
        title=voice.say("🗳 {title}", title=found.title),
        text=paragraphs(
            voice.say("📅 {moment}", moment=found.starts_at),
            voice.say("❌ This meeting was cancelled.") if off else "",
            meeting_card.counts(voice, found, team, attendance, now, named=True),
        ),
        actions=(page_choice(voice, found),),
    )


def _answering(voice: Voice, listed: ListedMeeting) -> tuple[Choice, ...]:
    found = listed.meeting
    return (
        *meeting_card.answer_choices(voice, found, listed.answer),
        *meeting_card.link_choice(voice, found),
        page_choice(voice, found),
    )


IN_TIME = timedelta(hours=2)
"""How long before it begins somebody has to know that a meeting takes place or is off: to come, or
not to set out. Where a time of rest ends later than that, it is told in the middle of it."""


def _in_time(found: Meeting) -> datetime:
    return found.starts_at - IN_TIME


INVITATION = NoticeKind(
    "meetings.invitation",
    notice_queries.invited,
    invitation,
    headline=N_("You have an invitation to a meeting."),
    haste=Haste.DAY,
    before=lambda facts: _in_time(facts.listed.meeting),
)
MOVED = NoticeKind(
    "meetings.moved",
    notice_queries.moved,
    moved,
    headline=N_("A meeting of yours has a new time."),
    haste=Haste.DAY,
    before=lambda facts: min(_in_time(facts.listed.meeting), facts.old - IN_TIME),
)
CANCELLED = NoticeKind(
    "meetings.cancelled",
    notice_queries.cancelled,
    cancelled,
    headline=N_("A meeting of yours is off."),
    haste=Haste.DAY,
    before=lambda listed: _in_time(listed.meeting),
)
CALLED_OFF = NoticeKind(
    "meetings.called_off",
    notice_queries.called_off,
    called_off,
    headline=N_("A meeting of yours is off."),
    haste=Haste.DAY,
    before=lambda facts: min(map(_in_time, facts.meetings)),
)
RELOCATED = NoticeKind(
    "meetings.relocated",
    notice_queries.relocated,
    relocated,
    headline=N_("A meeting of yours has a new place or link."),
    haste=Haste.DAY,
    before=lambda listed: listed.meeting.starts_at,
)
APOLOGY = NoticeKind(
    "meetings.apology",
    notice_queries.apologised,
    apology,
    haste=Haste.DAY,
    before=lambda facts: facts.meeting.starts_at,
)
COUNTED = NoticeKind(
    "meetings.counted",
    counting_queries.counted,
    counted,
    sent_as=MessageKind.PROGRESS,
    headline=N_("The answers to your meeting are counted."),
    haste=Haste.NOW,
)
"""To a lead who asked for it: the answers, counted along."""
