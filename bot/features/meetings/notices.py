"""What is written to other people about a meeting, in their own voice and time zone."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.person import Person
from bot.chat.screen import Choice, Screen, choice, lines, paragraphs
from bot.core.i18n import Phrase
from bot.core.text import isolate, shorten
from bot.features.meetings import card
from bot.features.meetings.causes import CAUSES
from bot.features.meetings.queries import Answer, Listed, Meeting, Reply
from bot.features.people.queries import name_of
from bot.features.teams.queries import Team
from bot.scheduling.quiet import Manner, Placement

TITLE_CHARACTERS = 40


def invitation(to: Person, found: Meeting, team: Team, by: Person) -> Screen:
    """The first word of a meeting, to be answered where it stands."""
    voice = to.voice
    intro = voice.say(
        "{name} invites you to a meeting.", about=by.voice.gender, name=name_of(voice, by)
    )
    return Screen(
        title=Phrase(isolate(found.title)),
        text=paragraphs(intro, card.details(voice, found, team), voice.say("Will you attend?")),
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
            card.details(voice, found, team),
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


def relocated(to: Person, found: Meeting) -> Screen:
    """The place or the link is another one; time and answers stay."""
    voice = to.voice
    return Screen(
        title=voice.say("Another place for the meeting: {title}", title=found.title),
        text=lines(card.when(voice, found), card.where(voice, found.place, found.link)),
        rows=_kept(card.link_row(voice, found), [_open(to, found)]),
    )


def nudge(reply: Reply, found: Meeting, team: Team, slot: str, placed: Placement) -> Screen:
    """A reminder before the start: place and link from an hour before on, and the answers for who
    has not settled yet. One that comes in a quiet time says why."""
    to = reply.person
    voice = to.voice
    near = slot != "1d"
    unsettled = reply.answer in (None, Answer.MAYBE)
    begins = voice.say(
        "Begins {when}: {moment}",
        when=voice.relative(found.starts_at, placed.at),
        moment=found.starts_at,
    )
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
                begins,
                voice.say("👥 {team}", team=team.name),
                card.where(voice, found.place, found.link if near else ""),
            ),
            voice.say("You have not answered yet: will you attend?") if not reply.answer else "",
            disturbing,
        ),
        rows=_kept(
            card.link_row(voice, found) if near else [],
            card.answer_row(voice, found, reply.answer) if unsettled else [],
            [_open(to, found)],
            [choice(voice.say("Why did this reach me?"), "meetings.whynow", found.id, slot)],
        ),
    )


def morning(to: Person, gathered: Sequence[Listed], now: datetime) -> Screen:
    """The day's reminders in one card, each meeting with a button to its page."""
    voice = to.voice
    parts = [
        lines(
            Phrase(isolate(each.meeting.title)),
            voice.say(
                "Begins {when}: {moment}",
                when=voice.relative(each.meeting.starts_at, now),
                moment=voice.brief(each.meeting.starts_at),
            ),
            voice.say("👥 {team}", team=each.team.name),
            card.where(voice, each.meeting.place, each.meeting.link),
            card.own_answer(voice, Reply(to, each.answer)),
        )
        for each in gathered
    ]
    pages = [
        [
            choice(
                Phrase(isolate(shorten(each.meeting.title, TITLE_CHARACTERS))),
                "meetings.page",
                each.meeting.id,
            )
        ]
        for each in gathered
    ]
    return Screen(
        title=voice.say("☀️ Good morning, {name}", name=to.name),
        text=paragraphs(
            voice.count(
                "{n} meeting to keep in mind:", "{n} meetings to keep in mind:", len(gathered)
            ),
            *parts,
        ),
        rows=_kept(*pages, [choice(voice.say("Why did this reach me?"), "meetings.whycard")]),
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
    return _kept(
        card.answer_row(to.voice, found), card.link_row(to.voice, found), [_open(to, found)]
    )


def _open(to: Person, found: Meeting) -> Choice:
    return choice(to.voice.say("Meeting page"), "meetings.page", found.id)


def _kept(*rows: list[Choice]) -> tuple[tuple[Choice, ...], ...]:
    return tuple(tuple(row) for row in rows if row)
