"""What is written to other people about a meeting, in their own voice and time zone."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from bot.chat.person import Person
from bot.chat.screen import Choice, Screen, choice, lines, paragraphs
from bot.core.i18n import Phrase, Voice
from bot.core.text import isolate, shorten
from bot.features.communities.queries.teams import Team
from bot.features.meetings.notices import card as meeting_card
from bot.features.meetings.notices.causes import CAUSES
from bot.features.meetings.queries.meetings import Answer, Listed, Meeting
from bot.features.people.queries.people import name_of
from bot.scheduling.quiet import Manner, Placement

TITLE_CHARACTERS = 40
CARD_CHARACTERS = 3000
"""Of the meetings on a morning card; those for whom no room is left stand there by their button."""
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
        text=lines(
            meeting_card.when(voice, found), meeting_card.where(voice, found.place, found.link)
        ),
        rows=_kept(meeting_card.link_row(voice, found), [_open(to.voice, found)]),
    )


def nudge(
    voice: Voice, answer: Answer | None, found: Meeting, team: Team, slot: str, placed: Placement
) -> Screen:
    """A reminder before the start: place and link from an hour before on, and the answers for who
    has not settled yet. One that comes in a quiet time says why. It reads alike for all who are
    spoken to alike and have answered alike."""
    near = slot != "1d"
    disturbing = ""
    if placed.manner is Manner.URGENT and placed.cause:
        disturbing = voice.say(
            "I write although it is {cause}, since the meeting is near and you have answered its"
            " invitation.",
            cause=voice.text(CAUSES[placed.cause]),
        )
    return Screen(
        title=voice.say("Reminder: {title}", title=found.title),
        text=paragraphs(
            lines(
                _begins(voice, found.starts_at, placed.at),
                voice.say("👥 {team}", team=team.name),
                meeting_card.where(voice, found.place, found.link if near else ""),
            ),
            voice.say("You have not answered yet: will you attend?") if not answer else "",
            disturbing,
        ),
        rows=_kept(
            meeting_card.link_row(voice, found) if near else [],
            meeting_card.answer_row(voice, found, answer) if answer in (None, Answer.MAYBE) else [],
            [_open(voice, found)],
            [choice(voice.say("Why did this reach me?"), "meetings.whynow", found.id, slot)],
        ),
    )


# Many meetings begin together, and saying a moment is most of the work of saying a reminder.
@lru_cache(maxsize=256)
def _begins(voice: Voice, starts_at: datetime, now: datetime) -> Phrase:
    return voice.say(
        "Begins {when}: {moment}", when=voice.relative(starts_at, now), moment=starts_at
    )


@lru_cache(maxsize=256)
def _begins_briefly(voice: Voice, starts_at: datetime, now: datetime) -> Phrase:
    return voice.say(
        "Begins {when}: {moment}",
        when=voice.relative(starts_at, now),
        moment=voice.brief(starts_at),
    )


def entry(voice: Voice, listed: Listed, now: datetime) -> str:
    """A meeting on a morning card, as it reads for all who are spoken to alike and have answered
    alike."""
    found = listed.meeting
    return lines(
        Phrase(isolate(found.title)),
        _begins_briefly(voice, found.starts_at, now),
        voice.say("👥 {team}", team=listed.team.name),
        meeting_card.where(voice, found.place, found.link),
        meeting_card.own_answer(voice, listed.answer),
    )


def morning(
    to: Person, gathered: Sequence[Meeting], entries: Sequence[str], *, greets: bool = True
) -> Screen:
    """The day's reminders in one card: the `entry` of each meeting, and a button to its page. The
    second card of a full day does not greet once more."""
    voice = to.voice
    pages = [
        [choice(Phrase(isolate(shorten(found.title, TITLE_CHARACTERS))), "meetings.page", found.id)]
        for found in gathered
    ]
    shown = _that_fit(entries)
    others = len(entries) - len(shown)
    return Screen(
        title=voice.say("☀️ Good morning, {name}", name=to.name) if greets else "",
        text=paragraphs(
            voice.count(
                "{n} meeting to keep in mind:", "{n} meetings to keep in mind:", len(gathered)
            ),
            *shown,
            voice.count(
                "{n} more meeting opens with its button.",
                "{n} more meetings open with their buttons.",
                others,
            )
            if others
            else "",
        ),
        rows=_kept(*pages, [choice(voice.say("Why did this reach me?"), "meetings.whycard")]),
    )


def _that_fit(entries: Sequence[str]) -> list[str]:
    """The first entries, at least one, as far as a message holds them."""
    shown: list[str] = []
    room = CARD_CHARACTERS
    for text in entries:
        room -= len(text)
        if room < 0 and shown:
            break
        shown.append(text)
    return shown


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
    return _kept(
        meeting_card.answer_row(to.voice, found),
        meeting_card.link_row(to.voice, found),
        [_open(to.voice, found)],
    )


def _open(voice: Voice, found: Meeting) -> Choice:
    return choice(voice.say("Meeting page"), "meetings.page", found.id)


def _kept(*rows: list[Choice]) -> tuple[tuple[Choice, ...], ...]:
    return tuple(tuple(row) for row in rows if row)
