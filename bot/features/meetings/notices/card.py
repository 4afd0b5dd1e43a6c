"""A meeting as it reads, for its page and for the messages about it."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.screen import Choice, alternatives, choice, lines, paragraphs
from bot.core.i18n import N_, Gender, Phrase, Voice
from bot.core.text import isolate
from bot.features.communities.queries.teams import Team
from bot.features.meetings.models import MeetingState, Rsvp, Venue
from bot.features.meetings.queries.meetings import Meeting, MemberRsvp, RsvpSummary
from bot.features.people.queries.units import spoken_of

ANSWERS: dict[Rsvp, str] = {
    Rsvp.YES: N_("I will attend"),
    Rsvp.MAYBE: N_("Maybe"),
    Rsvp.NO: N_("I apologise"),
}
"""Labels of the buttons, in the order in which they stand."""

CHOSEN = "✅"

PARTS_OF_HOUR = {15: N_("{hours} and a quarter"), 30: N_("{hours} and a half")}


def duration(voice: Voice, minutes: int) -> Phrase:
    """Hours and minutes, as «an hour and a half» where it is one."""
    hours, rest = divmod(minutes, 60)
    spoken = voice.count("{n} hour", "{n} hours", hours)
    if hours and rest in PARTS_OF_HOUR:
        return voice.text(PARTS_OF_HOUR[rest], hours=spoken)
    parts = [spoken] if hours else []
    if rest or not hours:
        parts.append(voice.count("{n} minute", "{n} minutes", rest))
    return voice.join(parts)


def lasting(voice: Voice, minutes: int) -> Phrase:
    """The same within a sentence, as «for an hour and a half», where Arabic has other endings."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return voice.count("for {n} minute", "for {n} minutes", rest)
    spoken = voice.count("for {n} hour", "for {n} hours", hours)
    if rest in PARTS_OF_HOUR:
        return voice.text(PARTS_OF_HOUR[rest], hours=spoken)
    if rest:
        spoken = voice.count(
            "{hours} and {n} minute", "{hours} and {n} minutes", rest, hours=spoken
        )
    return spoken


def when(voice: Voice, found: Meeting) -> str:
    """The local date of its reader; below it the time, and how long it takes."""
    day = voice.local(found.starts_at).date()
    return lines(
        voice.say("📅 {date}", date=voice.date(day)),
        voice.say(
            "🕓 {time}, {lasting}",
            time=voice.time(found.starts_at),
            lasting=lasting(voice, found.minutes),
        ),
    )


def where(voice: Voice, venue: Venue) -> str:
    """The place, and the link as text too, for whoever cannot press its button."""
    return lines(
        voice.say("📍 {place}", place=venue.place) if venue.place else "",
        voice.say("🔗 {link}", link=venue.link) if venue.link else "",
    )


def agenda(voice: Voice, items: Sequence[str]) -> str:
    """The items, numbered one below the other."""
    return lines(
        *(voice.say("{number}. {item}", number=i, item=item) for i, item in enumerate(items, 1))
    )


def details(voice: Voice, found: Meeting, team: Team) -> str:
    """Everything about the meeting but its title and its state."""
    return paragraphs(
        lines(
            voice.say("👥 {team}", team=team.name),
            when(voice, found),
            where(voice, found.venue),
        ),
        voice.say("Purpose: {purpose}", purpose=found.purpose) if found.purpose else "",
        lines(voice.say("Agenda:"), agenda(voice, found.agenda)) if found.agenda else "",
    )


def answer_choices(voice: Voice, found: Meeting, current: Rsvp | None = None) -> Sequence[Choice]:
    """The buttons to answer with; the present answer is marked. They carry the number of the
    moves, so that a button under an old time is recognised."""
    choices = []
    for answer, label in ANSWERS.items():
        text = f"{CHOSEN} {voice.text(label)}" if answer is current else voice.text(label)
        choices.append(choice(text, "meetings.rsvp", found.id, answer.value, found.moved_count))
    return alternatives(*choices)


def link_choice(voice: Voice, found: Meeting) -> list[Choice]:
    link = found.venue.link
    return [Choice(voice.say("Open the meeting link"), url=link)] if link else []


def own_answer(voice: Voice, answer: Rsvp | None) -> Phrase:
    """The reader's own answer in a sentence."""
    if answer is Rsvp.YES:
        return voice.say("Your answer: you will attend.")
    if answer is Rsvp.MAYBE:
        return voice.say("Your answer: you may attend.")
    if answer is Rsvp.NO:
        return voice.say("Your answer: you apologised.")
    return voice.say("You have not answered yet.")


def short_answer(voice: Voice, answer: Rsvp | None) -> Phrase:
    """An answer in a word or two, for lists."""
    if answer is None:
        return voice.say("no answer yet")
    return voice.text(
        {Rsvp.YES: N_("attending"), Rsvp.MAYBE: N_("perhaps"), Rsvp.NO: N_("apologised")}[answer]
    )


def _about(replies: Sequence[MemberRsvp], team: Team) -> Gender:
    return spoken_of((reply.person.voice.gender for reply in replies), team.unit)


def counted(
    voice: Voice,
    answer: Rsvp | None,
    replies: Sequence[MemberRsvp],
    team: Team,
    *,
    over: bool = False,
) -> Phrase:
    """How many of the team gave an answer, as «three members will attend»; of a meeting that is
    `over`, what they had said before it."""
    n, about = len(replies), _about(replies, team)
    if answer is Rsvp.NO:
        return voice.count("{n} member apologised", "{n} members apologised", n, about=about)
    if over and answer is Rsvp.YES:
        return voice.count("{n} member had confirmed", "{n} members had confirmed", n, about=about)
    if over and answer is Rsvp.MAYBE:
        return voice.count("{n} member was not sure", "{n} members were not sure", n, about=about)
    if over:
        return voice.count(
            "{n} member did not answer", "{n} members did not answer", n, about=about
        )
    if answer is Rsvp.YES:
        return voice.count("{n} member will attend", "{n} members will attend", n, about=about)
    if answer is Rsvp.MAYBE:
        return voice.count("{n} member may attend", "{n} members may attend", n, about=about)
    return voice.count(
        "{n} member has not answered", "{n} members have not answered", n, about=about
    )


def counts(
    voice: Voice,
    found: Meeting,
    team: Team,
    attendance: RsvpSummary,
    now: datetime,
    *,
    named: bool,
) -> str:
    """Who of the team answered what, and of a meeting to come as of when, since what is drawn may
    stay as it was. Nobody attends what is off."""
    state = found.state_at(now)
    if state is MeetingState.CANCELLED:
        return ""
    over = state is MeetingState.HELD
    said: list[str] = []
    for answer in (Rsvp.YES, Rsvp.MAYBE, Rsvp.NO, None):
        if replies := attendance.those(answer):
            said.append(counted(voice, answer, replies, team, over=over))
            if named and answer is None:
                listed = names(voice, replies, team)
                said.append(
                    voice.say("Did not answer: {names}", names=listed)
                    if over
                    else voice.say("Not answered yet: {names}", names=listed)
                )
    at = "" if over else voice.say("Answers until {time}:", time=voice.time(now))
    return lines(at, *said) if said else ""


def names(voice: Voice, replies: Sequence[MemberRsvp], team: Team, most: int = 20) -> Phrase:
    """Names of the team's members in a sentence; beyond `most` only their number."""
    listed = [Phrase(isolate(reply.person.name)) for reply in replies[:most]]
    if len(replies) > most:
        rest = replies[most:]
        about = _about(rest, team)
        listed.append(voice.count("{n} more", "{n} others", len(rest), about=about))
    return voice.join(listed)


def page_choice(voice: Voice, found: Meeting) -> Choice:
    return choice(voice.say("Meeting page"), "meetings.page", found.id)
