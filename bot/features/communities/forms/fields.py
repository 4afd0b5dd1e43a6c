"""The fields of the team forms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.arabic.naming import find_title_fault
from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.choices import EVERY, ChoicesField
from bot.chat.forms.fields import (
    ChoiceField,
    TextField,
    WrittenField,
    characters,
    only_words,
    told_fault,
)
from bot.chat.forms.reading import Accepted, Given, NotAccepted, Option, Question, Reading
from bot.chat.turn import Turn
from bot.core.bullets import split_items
from bot.core.graphemes import begin
from bot.core.i18n import N_
from bot.core.text import clean_line, clean_text, has_letters, isolate, western
from bot.features.communities.models import Mode
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import CREATORS
from bot.features.communities.rights import units as unit_rights
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.unit_choice import unit_field
from bot.packs.organisation import offered_subjects, subject_label

FORMS_OF_WORK: dict[str, str] = {
    "discussion": N_("Workshops and discussion circles"),
    "subject": N_("A subject group"),
    "coaching": N_("Peer coaching"),
    "research": N_("Action research"),
    "twinning": N_("Professional twinning"),
    "network": N_("A professional network"),
    "training": N_("Direct training"),
    "forum": N_("Conferences and forums"),
    "academic": N_("Academic programmes"),
}
MODES: dict[Mode, str] = {
    Mode.IN_PERSON: N_("In person"),
    Mode.ONLINE: N_("Online"),
    Mode.MIXED: N_("Partly in person, partly online"),
}
USUAL_NORMS = (
    N_("We come prepared and on time."),
    N_("Pupils' learning stands at the centre, and we speak with evidence."),
    N_("We listen, and every opinion is respected."),
    N_("What is said in the team stays in the team."),
)
USUAL = "usual"


@dataclass(frozen=True, kw_only=True)
class LinesField(WrittenField[tuple[str, ...]]):
    """Several short texts, one on each line. `usual` can be taken as they stand."""

    most_lines: int = 5
    most: int = 150
    multiline: bool = True
    usual: tuple[str, ...] = ()

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        options = [Option(USUAL, turn.say("Take the usual ones"))] if self.usual else []
        proposal = "\n".join(f"• {turn.voice.text(line)}" for line in self.usual)
        text = turn.voice.text(self.question)
        return Question(f"{text}\n\n{proposal}" if proposal else text, options)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[tuple[str, ...]]:
        if given.chosen:
            return Accepted(tuple(str(turn.voice.text(line)) for line in self.usual))
        if given.file:
            return only_words(turn)
        return self.take(turn, clean_text(given.text))

    def take(self, turn: Turn, text: str) -> Accepted[tuple[str, ...]] | NotAccepted:
        found = [clean_line(item) for item in split_items(text)]
        found = [line for line in found if line]
        if not found or not all(has_letters(line) for line in found):
            return NotAccepted(turn.say("Please write words, one point on each line."))
        if len(found) > self.most_lines:
            return NotAccepted(
                turn.say(
                    "Your text has {length}, and the limit is {most}. Please keep the most"
                    " important ones.",
                    length=turn.count("{n} line", "{n} lines", len(found)),
                    most=turn.count("{n} line", "{n} lines", self.most_lines),
                )
            )
        if longest := next((line for line in found if len(line) > self.most), ""):
            return NotAccepted(
                turn.say(
                    "One line is too long ({length}; the limit is {most}): {line}",
                    length=characters(turn, len(longest)),
                    most=characters(turn, self.most),
                    line=begin(longest, 40),
                )
            )
        return Accepted(tuple(found))

    async def show(self, turn: Turn, answers: Answers, value: tuple[str, ...]) -> str:
        return "\n" + "\n".join(f"• {isolate(line)}" for line in value)

    def load(self, data: Any) -> tuple[str, ...]:
        return tuple(data)

    def dump(self, value: tuple[str, ...]) -> Any:
        return list(value)


@dataclass(frozen=True, kw_only=True)
class ProposingField(TextField):
    """Words of one's own, or one of a few that are proposed."""

    proposals: tuple[str, ...]

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        options = [Option(text, text) for text in self._texts(turn)]
        return Question(turn.voice.text(self.question), options)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[str]:
        if given.chosen:
            return Accepted(self.load(given.value))
        return await super().read(turn, answers, given)

    def _texts(self, turn: Turn) -> list[str]:
        return [str(turn.voice.text(text)) for text in self.proposals]


@dataclass(frozen=True, kw_only=True)
class TeamNameField(TextField):
    """A team's name on one line; figures count as given, so «٥» and «5» are one name."""

    most: int = 60

    def clean(self, text: str) -> str:
        return western(clean_line(text))

    def take(self, turn: Turn, text: str) -> Accepted[str] | NotAccepted:
        if fault := find_title_fault(text):
            return NotAccepted(told_fault(turn, fault))
        return Accepted(text)


async def subjects_to_choose(turn: Turn, answers: Answers) -> tuple[str, ...]:
    """Within which the person decides for which subjects the team works; empty: any, and all."""
    number = answers.of(TEAM)
    team = await team_queries.team(turn.tx, number) if number else None
    place = team.unit if team else await unit_queries.unit(turn.tx, answers.need(UNIT))
    assert place is not None
    current = team.subjects if team else None
    return await unit_rights.subjects_within(turn.tx, turn.person, place, current)


async def _subjects(turn: Turn, answers: Answers) -> Sequence[Option]:
    within = await subjects_to_choose(turn, answers)
    return [
        Option(code, subject_label(turn.voice, code))
        for code in within or offered_subjects(turn.voice)
    ]


@dataclass(frozen=True, kw_only=True)
class TeamSubjectsField(ChoicesField):
    """For which subjects a team works; for all of them only where the person's role is."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        asked = await super().ask(turn, answers)
        if not await subjects_to_choose(turn, answers):
            return asked
        return replace(asked, options=[each for each in asked.options if each.value != EVERY])

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[tuple[str, ...]]:
        reading = await super().read(turn, answers, given)
        if isinstance(reading, Accepted) and not reading.value:
            return Accepted(await subjects_to_choose(turn, answers))
        return reading


async def _works(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(code, turn.voice.text(label)) for code, label in FORMS_OF_WORK.items()]


async def _modes(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(mode.value, turn.voice.text(label)) for mode, label in MODES.items()]


TEAM = Known("team", int)
UNIT = unit_field(
    CREATORS,
    label=N_("Unit"),
    question=N_("At which unit? Choose, or write a part of its name."),
)
SUBJECTS = TeamSubjectsField(
    name="subjects",
    label=N_("Subjects"),
    question=N_("For which subjects does the team work?"),
    options=_subjects,
    every=N_("Every subject"),
    several=N_("Several subjects"),
)
NAME = TeamNameField(
    name="name", label=N_("Team name"), question=N_("What is the team called?"), most=60
)
THEME = TextField(
    name="theme",
    label=N_("Theme"),
    question=N_(
        "Which theme does the team work on? Name the pupils' difficulty that it addresses."
    ),
    most=300,
    multiline=True,
)
GOALS = LinesField(
    name="goals",
    label=N_("Goals"),
    question=N_("Which common goals does the team have? One goal on each line, five at most."),
)
NORMS = LinesField(
    name="norms",
    label=N_("Norms"),
    question=N_(
        "What do the members agree on? One norm on each line, seven at most, or take these:"
    ),
    most_lines=7,
    usual=USUAL_NORMS,
)
WORK = ChoiceField(
    name="form_of_work",
    label=N_("Kind of work"),
    question=N_("How does the team mainly work?"),
    options=_works,
    of=str,
)
MODE = ChoiceField(
    name="mode",
    label=N_("Meets"),
    question=N_("How does the team meet?"),
    options=_modes,
    of=Mode,
)
