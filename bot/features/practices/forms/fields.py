"""What is asked about a practice, and what is known of it already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import ChoiceField, EvidencePiece, TextField
from bot.chat.forms.form import Preset
from bot.chat.forms.pictures import ShownEvidenceField
from bot.chat.forms.reading import Option, Question
from bot.chat.screen import paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.communities.queries import teams as team_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries.practices import Practice
from bot.features.practices.rights import practices as practice_rights
from bot.features.practices.rights import teams as team_rights
from bot.packs import organisation

EVERYBODY = 0
"""The answer for the whole district. Any other audience is a team's id or, of somebody who works at
several places, one of these, as its negative id."""

T = TypeVar("T")

PRACTICE = Known("practice", int)
ORIGIN = Known("origin", int, optional=True)
"""The team from whose page the form was opened."""


@dataclass(frozen=True, kw_only=True)
class PartField(TextField):
    """A part of a practice. When it is changed, the present text is shown to copy from."""

    multiline: bool = True

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        asked = await super().ask(turn, answers)
        now = answers.of(self)
        if not now:
            return asked
        return Question(paragraphs(asked.text, turn.say("It says now:"), now))

    async def show(self, turn: Turn, answers: Answers, value: str) -> str:
        return await super().show(turn, answers, value) if value else "—"


async def _subjects(turn: Turn, answers: Answers) -> Sequence[Option]:
    """Every subject, the author's own first."""
    own = (await team_rights.access_author(turn.tx, turn.person)).subjects
    offered = sorted(organisation.offered_subjects(turn.voice), key=lambda code: code not in own)
    return [Option(code, organisation.subject_label(turn.voice, code)) for code in offered]


async def _stages(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [
        Option(code, organisation.stage_label(turn.voice, code))
        for code in (*organisation.offered_stages(turn.voice), organisation.SEVERAL)
    ]


async def _audiences(turn: Turn, answers: Answers) -> Sequence[Option]:
    teams = await team_queries.teams_of(turn.tx, turn.person.id)
    chosen = answers.of(AUDIENCE)
    if chosen and chosen > 0 and all(team.id != chosen for team in teams):
        # An edited practice may belong to a team that its author has left.
        left = await team_queries.team(turn.tx, chosen)
        teams = [*teams, left] if left and answers.of(PRACTICE) is not None else teams
    return [
        *(Option(team.id, turn.say("My team {team}", team=team.name)) for team in teams),
        *await _everybody(turn),
    ]


async def _everybody(turn: Turn) -> list[Option]:
    """The whole district; of several places of work, that of each, by the place."""
    profile = await team_rights.access_author(turn.tx, turn.person)
    found = await placement_queries.placements_of(turn.tx, turn.person.id)
    places = sorted((each for each in found if each.belongs), key=lambda each: not each.is_main)
    if len(places) > 1:
        return [
            Option(-each.unit.id, turn.say("Everybody, from {unit}", unit=each.unit.name))
            for each in places
        ]
    district = await practice_queries.audience_unit(turn.tx, profile.unit)
    return [Option(EVERYBODY, turn.say("Everybody at {unit}", unit=district.name))]


async def own_subject(turn: Turn, answers: Answers) -> str | None:
    """The author's subject; whoever teaches several is asked."""
    own = (await team_rights.access_author(turn.tx, turn.person)).subjects
    return own[0] if len(own) == 1 else None


async def own_stage(turn: Turn, answers: Answers) -> str:
    own = (await team_rights.access_author(turn.tx, turn.person)).stages
    return own[0] if len(own) == 1 else organisation.SEVERAL


async def first_audience(turn: Turn, answers: Answers) -> int | None:
    """The team from whose page the form was opened; everybody, for whoever has no team."""
    offered = [option.value for option in await _audiences(turn, answers)]
    origin = answers.of(ORIGIN)
    if origin is not None and origin in offered:
        return origin
    return EVERYBODY if offered == [EVERYBODY] else None


def audience_of(practice: Practice) -> int:
    return practice.team.id if practice.team else EVERYBODY


async def audience_by_now(turn: Turn, answers: Answers) -> int:
    """Whom the practice that is edited is shared with, as one of the answers that are offered."""
    number = answers.need(PRACTICE)
    practice = await practice_rights.access_own_practice(turn.tx, turn.person, number)
    offered = {option.value for option in await _everybody(turn)}
    here = -practice.unit.id
    return here if practice.team is None and here in offered else audience_of(practice)


def evidence_of(practice: Practice) -> tuple[EvidencePiece, ...]:
    return tuple(
        EvidencePiece(
            p.kind.value, p.text, p.ref, p.name, p.mime, p.size, p.file.id if p.file else 0
        )
        for p in practice.evidence
    )


def stored(of: Callable[[Practice], T]) -> Preset[T]:
    """What the practice that is edited says now."""

    async def preset(turn: Turn, answers: Answers) -> T:
        number = answers.need(PRACTICE)
        return of(await practice_rights.access_own_practice(turn.tx, turn.person, number))

    return preset


SUBJECT = ChoiceField(
    name="subject",
    label=N_("Subject"),
    question=N_("Which subject is it about?"),
    options=_subjects,
    of=str,
)
STAGE = ChoiceField(
    name="stage",
    label=N_("Stage"),
    question=N_("Which stage is it for?"),
    options=_stages,
    of=str,
)
AUDIENCE = ChoiceField(
    name="audience",
    label=N_("Shared with"),
    question=N_("Whom would you like to share it with?"),
    options=_audiences,
    of=int,
)
TITLE = PartField(
    name="title",
    label=N_("Title"),
    question=N_("What would you call this practice, in a few words?"),
    most=120,
    multiline=False,
)
DIFFICULTY = PartField(
    name="difficulty",
    label=N_("Learning difficulty"),
    question=N_("Which difficulty did your pupils meet in their learning?"),
    least=5,
    most=1000,
)
ACTIONS_TAKEN = PartField(
    name="actions_taken",
    label=N_("What we did"),
    question=N_(
        "What did you do? Tell it step by step, so that a colleague could try it tomorrow."
    ),
    least=10,
    most=3000,
)
RESULT = PartField(
    name="result",
    label=N_("Result"),
    question=N_(
        "What changed for the pupils? A number before and after says a lot. If it is too"
        " early to tell, skip this and add it later."
    ),
    most=1500,
    words=False,
    optional=True,
)
EVIDENCE = ShownEvidenceField(
    name="evidence",
    label=N_("Evidence"),
    question=N_(
        "Do you have evidence to show? Send photos, documents, a voice note or a text."
        " Please leave out pupils' faces and names."
    ),
    longest=800,
    optional=True,
    purpose="practice",
)
