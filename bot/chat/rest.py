"""What somebody is told of messages that their act causes, where these come to people who rest:
they wait for the end of that time, and whoever wonders at the silence knows why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from bot.chat.person import Person
from bot.chat.screen import Screen, paragraphs
from bot.core.i18n import Phrase, Voice

_MORNING = time(3), time(11, 59)
_SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whom messages reach later, of so many; `until` when the first of them."""

    people: tuple[Person, ...]
    among: int
    until: datetime


def with_waiting(screen: Screen, voice: Voice, waiting: Waiting, now: datetime) -> Screen:
    """The same screen with a line that says so. A delivered message that only gets its mark stays
    as it was sent."""
    if screen.marks or screen.words_stay:
        return screen
    line = line_of(voice, waiting, now)
    if screen.text or screen.title or screen.attachment:
        return replace(screen, footer=paragraphs(screen.footer, line))
    return replace(screen, toast=f"{screen.toast} {line}") if screen.toast else screen


def line_of(voice: Voice, waiting: Waiting, now: datetime) -> Phrase:
    people = waiting.people
    when = _when(voice, waiting, now)
    if waiting.among == 1:
        return voice.say(
            "🌙 It arrives {when}: it is their time of rest.",
            about=people[0].voice.gender,
            when=when,
        )
    if len(people) < waiting.among:
        return some(voice, when)
    return voice.count(
        "🌙 It reaches {n} person {when}: it is their time of rest.",
        "🌙 It reaches {n} people {when}: it is their time of rest.",
        len(people),
        when=when,
    )


def some(voice: Voice, when: Phrase | None = None) -> Phrase:
    """Of a crowd in which some rest."""
    return voice.say(
        "🌙 It reaches those whose time of rest it is {when}.",
        when=when or voice.say("in the morning"),
    )


def _when(voice: Voice, waiting: Waiting, now: datetime) -> Phrase:
    ends = waiting.until.astimezone(waiting.people[0].voice.zone)
    if _MORNING[0] <= ends.time() <= _MORNING[1] and waiting.until - now > _SOON:
        return voice.say("in the morning")
    return voice.say("a little later")


def earliest(found: Sequence[tuple[Person, datetime]], among: int) -> Waiting | None:
    """Those who wait, as `line_of` wants them; None where nobody does."""
    if not found:
        return None
    people = tuple(person for person, _ in found)
    return Waiting(people, among, min(until for _, until in found))
