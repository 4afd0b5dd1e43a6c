"""The questions that are a meeting's own: its time, its length, its agenda, its place or link."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.arabic.calendar.places import Place
from bot.arabic.dates.lengths import read_minutes
from bot.arabic.invitations import PastedInvitation, parted, read_invitation
from bot.arabic.meeting_line import read_meeting_line
from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import TextField, WrittenField, only_words, too_long
from bot.chat.forms.form import Field
from bot.chat.forms.moments import MomentField
from bot.chat.forms.reading import Accepted, Given, NotAccepted, Option, Question, Reading, Told
from bot.chat.forms.times import GivenTime
from bot.chat.screen import lines
from bot.chat.turn import Turn
from bot.core.bullets import split_items
from bot.core.i18n import N_, Phrase
from bot.core.text import clean_line, has_words_or_figures, isolate
from bot.features.communities.queries import teams as team_queries
from bot.features.meetings.actions.meetings import LONGEST, SHORTEST
from bot.features.meetings.forms.hints import hints
from bot.features.meetings.models import Venue
from bot.features.meetings.notices import card as meeting_card
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.people.queries.unit_places import place_at

MINUTES = (30, 45, 60, 90, 120, 180)
"""Lengths offered as buttons; any other is typed."""
USUAL = timedelta(hours=1)
AGENDA_ITEMS = 15
PLACE_CHARACTERS, LINK_CHARACTERS = 150, 500

PLACE = "where"
"""The name of the question for the place."""
TEAM = Known("team_id", int)
MEETING = Known("meeting_id", int)

_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*://|(?:javascript|data|mailto|tel|tg):)", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"^(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]\S*)?$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class TitleField(TextField):
    """What the meeting is about; or the whole of it in one line: «Thursday at ten in the lab»."""

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[str]:
        voice = turn.voice
        now = voice.local(turn.now)
        if given.part or given.file or not given.text:
            return await super().read(turn, answers, given)
        line = read_meeting_line(given.text, now, voice.country, voice.hijri_days)
        if line is None:
            return await super().read(turn, answers, given)
        said = {self.name: line.about, PLACE: line.place}
        parts = {name: words for name, words in said.items() if words}
        return Told(parts | {STARTS.name: line.when})


@dataclass(frozen=True, kw_only=True)
class MeetingTime(MomentField):
    """The start. The review says when the team meets already at that time, and when it is a quiet
    one at its unit or for its members. Needs the answer `TEAM`, and `LENGTH` and `MEETING` if
    known."""

    async def place(self, turn: Turn, answers: Answers) -> Place | None:
        team = await team_queries.team(turn.tx, answers.need(TEAM))
        return await place_at(turn.tx, team.unit) if team else None

    async def show(self, turn: Turn, answers: Answers, value: GivenTime) -> str:
        starts, minutes = value.starts_at, answers.of(LENGTH)
        ends = value.ends_at or (ends_after(starts, minutes) if minutes else starts + USUAL)
        said = await super().show(turn, answers, value)
        team = await team_queries.team(turn.tx, answers.need(TEAM))
        if team is None:
            return said
        own = answers.of(MEETING) or 0
        return lines(said, await hints(turn, team, starts, ends, apart_from=own))


@dataclass(frozen=True, kw_only=True)
class DurationField(Field[int]):
    """How long it takes, in minutes."""

    question: str

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        options = [Option(n, meeting_card.duration(turn.voice, n)) for n in MINUTES]
        return Question(turn.voice.text(self.question), options)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[int]:
        minutes = given.value if given.chosen else read_minutes(given.text, turn.voice.country)
        if not isinstance(minutes, int):
            return NotAccepted(
                turn.say(
                    "I did not understand this length. Write it as in: 50 minutes, or two hours."
                )
            )
        if not SHORTEST <= timedelta(minutes=minutes) <= LONGEST:
            return NotAccepted(turn.say("A meeting takes between five minutes and twelve hours."))
        return Accepted(minutes)

    async def show(self, turn: Turn, answers: Answers, value: int) -> str:
        return meeting_card.duration(turn.voice, value)

    def load(self, data: Any) -> int:
        return int(data)


def ends_after(starts: datetime, minutes: int) -> datetime:
    return starts + timedelta(minutes=minutes)


STARTS: MeetingTime = MeetingTime(
    name="starts", label=N_("Time"), question=N_("When will you meet?")
)


async def _typed_length(turn: Turn, answers: Answers) -> int | None:
    """The length is not asked where the typed time had an end: «from four to five»."""
    given = answers.of(STARTS)
    if given is None or given.ends_at is None:
        return None
    length = given.ends_at - given.starts_at
    return length // timedelta(minutes=1) if SHORTEST <= length <= LONGEST else None


async def _usual_length(turn: Turn, answers: Answers) -> int:
    return USUAL // timedelta(minutes=1)


LENGTH: DurationField = DurationField(
    name="minutes",
    label=N_("Duration"),
    question=N_("How long will it take? Choose, or write it yourself."),
    preset=_typed_length,
    default=_usual_length,
)


@dataclass(frozen=True, kw_only=True)
class AgendaField(WrittenField[tuple[str, ...]]):
    """One item on each line, without bullets and numbers."""

    most: int = 1000
    multiline: bool = True

    def take(self, turn: Turn, text: str) -> Accepted[tuple[str, ...]] | NotAccepted:
        items = tuple(split_items(text))
        if len(items) > AGENDA_ITEMS:
            return NotAccepted(
                turn.count(
                    "An agenda has at most {n} item. Please join some lines.",
                    "An agenda has at most {n} items. Please join some lines.",
                    AGENDA_ITEMS,
                )
            )
        return Accepted(items)

    async def show(self, turn: Turn, answers: Answers, value: tuple[str, ...]) -> str:
        return "\n" + meeting_card.agenda(turn.voice, value)

    def load(self, data: Any) -> tuple[str, ...]:
        return tuple(data)

    def dump(self, value: tuple[str, ...]) -> Any:
        return list(value)


@dataclass(frozen=True, kw_only=True)
class VenueField(Field[Venue]):
    """A place in words, a link, or both in one message. Where the team met last is offered."""

    question: str

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        known = await meeting_queries.recent_venues(turn.tx, answers.need(TEAM))
        options = [Option(self.dump(each), each.place or _host(each.link)) for each in known]
        return Question(turn.voice.text(self.question), options)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[Venue]:
        if given.chosen:
            return Accepted(self.load(given.value))
        if given.file:
            return only_words(turn)
        if pasted := read_invitation(given.text):
            return self._pasted(turn, pasted)
        venue = self._parts(turn, clean_line(given.text))
        if isinstance(venue, NotAccepted):
            return venue
        if not venue.link and (len(venue.place) < 2 or not has_words_or_figures(venue.place)):
            return NotAccepted(
                turn.say("Please write where you will meet, or paste the link of the meeting.")
            )
        return too_long(turn, venue.place, PLACE_CHARACTERS) or Accepted(venue)

    def _pasted(self, turn: Turn, pasted: PastedInvitation) -> Reading[Venue]:
        """What is taken of an invitation that was pasted whole, and that the rest is not."""
        link = web_address(pasted.link)
        place = clean_line(pasted.place)
        if pasted.code:
            place = " · ".join(filter(None, (place, clean_line(pasted.code))))
        if link is None or len(place) > PLACE_CHARACTERS:
            return NotAccepted(turn.say("Please send the link of the meeting alone."))
        notice = turn.say("From the invitation I have taken the link of the meeting.")
        return Accepted(Venue(place, link), notice)

    def _parts(self, turn: Turn, text: str) -> Venue | NotAccepted:
        links, others = parted(text)
        words = []
        for word in others:
            if _SCHEME.match(word) or _BARE_ADDRESS.match(word):
                links.append(word)
            else:
                words.append(word)
        links = list(dict.fromkeys(links))
        if len(links) > 1:
            return NotAccepted(turn.say("Please send one link only."))
        if not links:
            return Venue(" ".join(words))
        link = web_address(links[0])
        if link is None:
            return NotAccepted(
                turn.say(
                    "This link cannot be opened. A link begins with https:// and has no spaces;"
                    " copy it once more from the meeting programme."
                )
            )
        return Venue(" ".join(words), link)

    async def show(self, turn: Turn, answers: Answers, value: Venue) -> str:
        link = Phrase(isolate(value.link)) if value.link else ""
        place = Phrase(isolate(value.place)) if value.place else ""
        return lines(place, link)

    def load(self, data: Any) -> Venue:
        return Venue(data["place"], data["link"])

    def dump(self, value: Venue) -> Any:
        return {"place": value.place, "link": value.link}


async def usual_title(turn: Turn, answers: Answers) -> str:
    """What a meeting is called whose subject nobody named."""
    return turn.say("Meeting of the team")


async def usual_venue(turn: Turn, answers: Answers) -> Venue | None:
    """Where the team met last; None for its first meeting."""
    known = await meeting_queries.recent_venues(turn.tx, answers.need(TEAM), 1)
    return known[0] if known else None


def web_address(text: str) -> str | None:
    """The http or https address of `text`, which may have been written without its scheme; None
    for another scheme, a name without a dot, or an address that carries a user name."""
    text = text.rstrip(".,;:!،؛)»")
    if _BARE_ADDRESS.match(text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    plain = "@" not in parts.netloc and not re.search(r"[\s<>\"\\]", text)
    named = re.fullmatch(r"[^.]+(?:\.[^.]+)+", host) is not None
    fits = len(text) <= LINK_CHARACTERS
    return text if parts.scheme.lower() in ("http", "https") and plain and named and fits else None


def _host(link: str) -> str:
    return urlsplit(link).hostname or link
