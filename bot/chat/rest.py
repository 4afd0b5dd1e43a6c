"""What somebody is told of messages that their act causes, where these come to people who rest:
they wait for the end of that time, and whoever wonders at the silence knows why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo

from bot.chat.person import Person
from bot.chat.screen import Screen, paragraphs
from bot.core.i18n import Phrase, Voice

_MORNING = time(3), time(11, 59)
_SOON = timedelta(hours=1)
_LITTLE = timedelta(hours=2)


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
        return _some(voice, when)
    return voice.count(
        "🌙 It reaches {n} person {when}: it is their time of rest.",
        "🌙 It reaches {n} people {when}: it is their time of rest.",
        len(people),
        when=when,
    )


def some(voice: Voice, ends: Iterable[datetime], now: datetime) -> Phrase:
    """Of a crowd in which some rest, until these moments."""
    ends = list(ends)
    if all(_is_morning(end, now, voice.zone) for end in ends):
        return _some(voice, voice.say("in the morning"))
    soon = all(_is_soon(end, now) for end in ends)
    return _some(voice, voice.say("a little later") if soon else voice.say("later"))


def some_ahead(voice: Voice, ends: Iterable[datetime], at: datetime) -> Phrase:
    """Of a crowd in which some will rest `at` a moment to come, until these: for whoever plans that
    something reaches them then."""
    ends = list(ends)
    days = {voice.local(end).date() for end in ends}
    if len(days) == 1 and all(_is_morning(end, at, voice.zone) for end in ends):
        when = voice.say("on {weekday} morning", weekday=voice.weekday(days.pop()))
    elif all(_is_soon(end, at) for end in ends):
        when = voice.say("a little after that")
    else:
        when = voice.say("after that")
    return voice.say("🌙 Whoever rests when it is sent gets it {when}.", when=when)


def _some(voice: Voice, when: Phrase) -> Phrase:
    return voice.say("🌙 It reaches those whose time of rest it is {when}.", when=when)


def _when(voice: Voice, waiting: Waiting, now: datetime) -> Phrase:
    if _is_morning(waiting.until, now, waiting.people[0].voice.zone):
        return voice.say("in the morning")
    soon = _is_soon(waiting.until, now)
    return voice.say("a little later") if soon else voice.say("later")


def _is_morning(end: datetime, now: datetime, zone: tzinfo) -> bool:
    return _MORNING[0] <= end.astimezone(zone).time() <= _MORNING[1] and end - now > _SOON


def _is_soon(end: datetime, now: datetime) -> bool:
    return end - now <= _LITTLE


def earliest(found: Sequence[tuple[Person, datetime]], among: int) -> Waiting | None:
    """Those who wait, as `line_of` wants them; None where nobody does."""
    if not found:
        return None
    people = tuple(person for person, _ in found)
    return Waiting(people, among, min(until for _, until in found))
