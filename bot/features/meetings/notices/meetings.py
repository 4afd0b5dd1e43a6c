"""What is written to other people about a meeting, in their own voice and time zone."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.person import Person
from bot.chat.screen import Choice, Screen, choice, lines, paragraphs
from bot.core.i18n import Phrase
from bot.core.text import isolate
from bot.features.communities.queries.teams import Team
from bot.features.meetings.notices import card as meeting_card
from bot.features.meetings.notices.card import kept_rows, page_choice
from bot.features.meetings.queries.meetings import Meeting
from bot.features.people.queries.people import name_of

CALLED_OFF = 15
"""Meetings named when all of a team's are called off."""


def invitation(to: Person, found: Meeting, team: Team, by: Person) -> Screen:
    """The first word of a meeting, to be answered where it stands."""
    voice = to.voice
    intro = voice.say(
        "{name} invites you to a meeting.", about=by.voice.gender, name=name_of(voice, by)
    )
    return Screen(
        title=Phrase(isolate(found.title)),
        text=paragraphs(
            intro, meeting_card.details(voice, found, team), voice.say("Will you attend?")
        ),
        rows=_rows(to, found),
    )


def moved(to: Person, found: Meeting, team: Team, old: datetime) -> Screen:
    """The meeting has another time: everybody is asked anew."""
    voice = to.voice
    return Screen(
        title=voice.say("The meeting has moved: {title}", title=found.title),
        text=paragraphs(
            lines(
                voice.say("It was: {moment}", moment=old),
                voice.say("Reason: {reason}", reason=found.reason) if found.reason else "",
            ),
            voice.say("The new time:"),
            meeting_card.details(voice, found, team),
            voice.say("Will you attend at the new time? Earlier answers no longer count."),
        ),
        rows=_rows(to, found),
    )


def cancelled(to: Person, found: Meeting, team: Team) -> Screen:
    voice = to.voice
    return Screen(
        title=voice.say("The meeting is cancelled: {title}", title=found.title),
        text=paragraphs(
            lines(
                voice.say("👥 {team}", team=team.name),
                voice.say("It was: {moment}", moment=found.starts_at),
                voice.say("Reason: {reason}", reason=found.reason) if found.reason else "",
            ),
        ),
        rows=((choice(voice.say("My meetings"), "meetings.mine"),),),
    )


def called_off(to: Person, gone: Sequence[Meeting], team: Team) -> Screen:
    """The team has been closed: what lay ahead falls away, told in one message."""
    voice = to.voice
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
                for found in gone[:CALLED_OFF]
            ),
            voice.say("Thank you for your part, and see you soon in another team."),
        ),
        rows=((choice(voice.say("My meetings"), "meetings.mine"),),),
    )


def relocated(to: Person, found: Meeting) -> Screen:
    """The place or the link is another one; time and answers stay."""
    voice = to.voice
    return Screen(
        title=voice.say("Another place for the meeting: {title}", title=found.title),
        text=lines(meeting_card.when(voice, found), meeting_card.where(voice, found.venue)),
        rows=kept_rows(meeting_card.link_row(voice, found), [page_choice(to.voice, found)]),
    )


def apology(to: Person, found: Meeting, by: Person, reason: str) -> Screen:
    """Somebody will not come and says why."""
    voice = to.voice
    text = voice.say(
        "{name} apologised for the meeting «{title}».",
        about=by.voice.gender,
        name=name_of(voice, by),
        title=found.title,
    )
    return Screen(
        text=lines(text, voice.say("📅 {moment}", moment=found.starts_at)),
        quote=reason,
        rows=((choice(voice.say("Who attends?"), "meetings.answers", found.id),),),
    )


def _rows(to: Person, found: Meeting) -> tuple[tuple[Choice, ...], ...]:
    return kept_rows(
        meeting_card.answer_row(to.voice, found),
        meeting_card.link_row(to.voice, found),
        [page_choice(to.voice, found)],
    )
