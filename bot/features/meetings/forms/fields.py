"""The questions that are a meeting's own: its time, its length, its agenda, its place or link."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.arabic.dates.lengths import read_minutes
from bot.chat.forms.fields import TextField
from bot.chat.forms.form import Answers, Field, Given, NotAccepted, Option, Question
from bot.chat.forms.moments import MomentField, end_of, moment_of
from bot.chat.screen import lines
from bot.chat.turn import Turn
from bot.core.bullets import split_items
from bot.core.i18n import N_, Phrase
from bot.core.text import clean_line, has_words_or_figures, isolate
from bot.features.communities.queries import teams as team_queries
from bot.features.meetings.actions.meetings import LONGEST, SHORTEST
from bot.features.meetings.forms.hints import hints
from bot.features.meetings.notices import card as meeting_card
from bot.features.meetings.queries import meetings as meeting_queries

MINUTES = (30, 45, 60, 90, 120, 180)
"""Lengths offered as buttons; any other is typed."""
USUAL = timedelta(hours=1)
AGENDA_ITEMS = 15
PLACE_CHARACTERS, LINK_CHARACTERS = 150, 500

_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*://|(?:javascript|data|mailto|tel|tg):)", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"^(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]\S*)?$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class MeetingTime(MomentField):
    """The start. The review says when the team meets already at that time, and when it is a quiet
    one at its unit or for its members. Needs the answers `team_id`, and `minutes` and `meeting_id`
    if known."""

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        starts = moment_of(value)
        minutes = answers.get("minutes")
        ends = end_of(value) or (ends_after(starts, minutes) if minutes else starts + USUAL)
        said = await super().show(turn, answers, value)
        team = await team_queries.team(turn.tx, answers["team_id"])
        if team is None:
            return said
        own = answers.get("meeting_id") or 0
        return lines(said, await hints(turn, team, starts, ends, apart_from=own))


@dataclass(frozen=True, kw_only=True)
class DurationField(Field):
    """How long it takes, in minutes; from the moment field `start` if its answer has an end."""

    question: str
    start: str

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        options = [Option(n, meeting_card.duration(turn.voice, n)) for n in MINUTES]
        return Question(turn.voice.text(self.question), options, columns=2)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> int:
        minutes = given.value if given.chosen else read_minutes(given.text, turn.voice.country)
        if not isinstance(minutes, int):
            raise NotAccepted(
                turn.say(
                    "I did not understand this length. Write it as in: 50 minutes, or two hours."
                )
            )
        if not SHORTEST <= timedelta(minutes=minutes) <= LONGEST:
            raise NotAccepted(turn.say("A meeting takes between five minutes and twelve hours."))
        return minutes

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        return meeting_card.duration(turn.voice, value)


def ends_after(starts: datetime, minutes: int) -> datetime:
    return starts + timedelta(minutes=minutes)


def duration_field(name: str, start: str) -> DurationField:
    """The length, not asked where the typed time had an end: «from four to five»."""

    async def known(turn: Turn, answers: Answers) -> int | None:
        value = answers.get(start)
        ends = end_of(value) if value else None
        if not value or ends is None:
            return None
        length = ends - moment_of(value)
        return length // timedelta(minutes=1) if SHORTEST <= length <= LONGEST else None

    return DurationField(
        name=name,
        label=N_("Duration"),
        question=N_("How long will it take? Choose, or write it yourself."),
        start=start,
        preset=known,
    )


@dataclass(frozen=True, kw_only=True)
class AgendaField(TextField):
    """One item on each line; the value is their list, without bullets and numbers."""

    most: int = 1000
    multiline: bool = True

    async def read(self, turn: Turn, answers: Answers, given: Given) -> list[str]:
        items = split_items(await super().read(turn, answers, given))
        if len(items) > AGENDA_ITEMS:
            raise NotAccepted(
                turn.count(
                    "An agenda has at most {n} item. Please join some lines.",
                    "An agenda has at most {n} items. Please join some lines.",
                    AGENDA_ITEMS,
                )
            )
        return items

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        return "\n" + meeting_card.agenda(turn.voice, value)


@dataclass(frozen=True, kw_only=True)
class WhereField(Field):
    """A place in words, a link, or both in one message: `{"place": …, "link": …}`. Where the team
    met last is offered."""

    question: str

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        known = await meeting_queries.recent_places(turn.tx, answers["team_id"])
        options = [
            Option({"place": place, "link": link}, place or _host(link)) for place, link in known
        ]
        return Question(turn.voice.text(self.question), options)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> dict[str, str]:
        if given.chosen:
            return {"place": given.value["place"], "link": given.value["link"]}
        if given.file:
            raise NotAccepted(
                turn.say("A file does not fit here. Please write your answer in words.")
            )
        place, link = self._parts(turn, clean_line(given.text))
        if not link and (len(place) < 2 or not has_words_or_figures(place)):
            raise NotAccepted(
                turn.say("Please write where you will meet, or paste the link of the meeting.")
            )
        if len(place) > PLACE_CHARACTERS:
            raise NotAccepted(
                turn.say(
                    "Your text has {length} characters and {most} fit here. Please shorten it and"
                    " send it again; your message stays above to copy from.",
                    length=len(place),
                    most=PLACE_CHARACTERS,
                )
            )
        return {"place": place, "link": link}

    def _parts(self, turn: Turn, text: str) -> tuple[str, str]:
        words, links = [], []
        for word in text.split():
            if _SCHEME.match(word) or _BARE_ADDRESS.match(word):
                links.append(word)
            else:
                words.append(word)
        if len(links) > 1:
            raise NotAccepted(turn.say("Please send one link only."))
        if not links:
            return " ".join(words), ""
        link = web_address(links[0])
        if link is None:
            raise NotAccepted(
                turn.say(
                    "This link cannot be opened. A link begins with https:// and has no spaces;"
                    " copy it once more from the meeting programme."
                )
            )
        return " ".join(words), link

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        link = Phrase(isolate(value["link"])) if value["link"] else ""
        place = Phrase(isolate(value["place"])) if value["place"] else ""
        return lines(place, link)


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
