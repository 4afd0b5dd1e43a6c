"""The forms of practices: sharing, editing, hiding with a reason, and searching."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat.forms.fields import ChoiceField, EvidenceField, TextField
from bot.chat.forms.form import Answers, Field, Form, Option, Preset, Question
from bot.chat.navigation import told
from bot.chat.screen import Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_, Phrase
from bot.core.text import isolate
from bot.features.communities.queries import teams as team_queries
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.sights import count_who_see
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions.practices import PracticeDraft
from bot.features.practices.models import EvidenceKind
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries.practices import Practice, StoredEvidence
from bot.features.practices.rights import practices as practice_rights
from bot.features.practices.rights import teams as team_rights
from bot.features.practices.screens.navigation import HOME, OPEN
from bot.packs import organisation

EVERYBODY = 0
"""The answer for the whole district; any other audience is a team's id."""


@dataclass(frozen=True, kw_only=True)
class PartField(TextField):
    """A part of a practice. When it is changed, the present text is shown to copy from."""

    multiline: bool = True

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        asked = await super().ask(turn, answers)
        now = answers.get(self.name)
        if not now:
            return asked
        return Question(paragraphs(asked.text, turn.say("It says now:"), str(now)))

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        return await super().show(turn, answers, value) if value else "—"


async def _subjects(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [
        Option(code, organisation.subject_label(turn.voice, code)) for code in organisation.SUBJECTS
    ]


async def _stages(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [
        Option(code, organisation.stage_label(turn.voice, code)) for code in organisation.STAGES
    ]


async def _audiences(turn: Turn, answers: Answers) -> Sequence[Option]:
    teams = await team_queries.teams_of(turn.tx, turn.person.id)
    profile = await team_rights.access_author(turn.tx, turn.person)
    district = await practice_queries.audience_unit(turn.tx, profile.unit)
    everybody = turn.say("Everybody at {unit}", unit=district.name)
    chosen = answers.get("audience")
    if chosen and all(team.id != chosen for team in teams):
        # An edited practice may belong to a team that its author has left.
        left = await team_queries.team(turn.tx, chosen)
        teams = [*teams, left] if left and "practice" in answers else teams
    return [
        *(Option(team.id, turn.say("My team {team}", team=team.name)) for team in teams),
        Option(EVERYBODY, everybody),
    ]


async def _own_subject(turn: Turn, answers: Answers) -> Any:
    return (await team_rights.access_author(turn.tx, turn.person)).subject


async def _own_stage(turn: Turn, answers: Answers) -> Any:
    return (await team_rights.access_author(turn.tx, turn.person)).stage


async def _first_audience(turn: Turn, answers: Answers) -> Any:
    """The team from whose page the form was opened; everybody, for whoever has no team."""
    offered = [option.value for option in await _audiences(turn, answers)]
    if answers.get("origin") in offered:
        return answers["origin"]
    return EVERYBODY if offered == [EVERYBODY] else None


def _stored(name: str) -> Preset:
    """What the practice that is edited says now."""

    async def preset(turn: Turn, answers: Answers) -> Any:
        practice = await practice_rights.access_own_practice(
            turn.tx, turn.person, answers["practice"]
        )
        return _answers(practice)[name]

    return preset


def _answers(practice: Practice) -> dict[str, Any]:
    return {
        "title": practice.title,
        "difficulty": practice.difficulty,
        "actions_taken": practice.actions_taken,
        "result": practice.result,
        "evidence": [_answer_of(piece) for piece in practice.evidence],
        "subject": practice.subject,
        "stage": practice.stage,
        "audience": practice.team.id if practice.team else EVERYBODY,
    }


def _answer_of(piece: StoredEvidence) -> dict[str, Any]:
    answer: dict[str, Any] = {"kind": piece.kind.value, "text": piece.text}
    if piece.kind is not EvidenceKind.TEXT:
        answer |= {"ref": piece.ref, "name": piece.name, "mime": piece.mime, "size": piece.size}
    return answer


def _fields(*, editing: bool) -> tuple[Field, ...]:
    def preset(name: str, first: Preset | None = None) -> Preset | None:
        return _stored(name) if editing else first

    # What may be known already comes first, so that the count of steps is right from the start.
    return (
        ChoiceField(
            name="subject",
            label=N_("Subject"),
            question=N_("Which subject is it about?"),
            options=_subjects,
            columns=2,
            preset=preset("subject", _own_subject),
        ),
        ChoiceField(
            name="stage",
            label=N_("Stage"),
            question=N_("Which stage is it for?"),
            options=_stages,
            columns=2,
            preset=preset("stage", _own_stage),
        ),
        ChoiceField(
            name="audience",
            label=N_("Shared with"),
            question=N_("Whom would you like to share it with?"),
            options=_audiences,
            preset=preset("audience", _first_audience),
        ),
        PartField(
            name="title",
            label=N_("Title"),
            question=N_("What would you call this practice, in a few words?"),
            most=120,
            multiline=False,
            preset=preset("title"),
        ),
        PartField(
            name="difficulty",
            label=N_("Learning difficulty"),
            question=N_("Which difficulty did your pupils meet in their learning?"),
            least=5,
            most=1000,
            preset=preset("difficulty"),
        ),
        PartField(
            name="actions_taken",
            label=N_("What we did"),
            question=N_(
                "What did you do? Tell it step by step, so that a colleague could try it tomorrow."
            ),
            least=10,
            most=3000,
            preset=preset("actions_taken"),
        ),
        PartField(
            name="result",
            label=N_("Result"),
            question=N_(
                "What changed for the pupils? A number before and after says a lot. If it is too"
                " early to tell, skip this and add it later."
            ),
            most=1500,
            words=False,
            optional=True,
            preset=preset("result"),
        ),
        EvidenceField(
            name="evidence",
            label=N_("Evidence"),
            question=N_(
                "Do you have evidence to show? Send photos, documents, a voice note or a text."
                " Please leave out pupils' faces and names."
            ),
            longest=800,
            optional=True,
            preset=preset("evidence"),
        ),
    )


def _draft(answers: Answers) -> PracticeDraft:
    return PracticeDraft(
        title=answers["title"],
        difficulty=answers["difficulty"],
        actions_taken=answers["actions_taken"],
        result=answers.get("result") or "",
        subject=answers["subject"],
        stage=answers["stage"],
        team_id=answers["audience"] or None,
        evidence=answers.get("evidence") or [],
    )


async def _permit_sharing(turn: Turn, answers: Answers) -> None:
    await team_rights.access_author(turn.tx, turn.person)


async def _finish_sharing(turn: Turn, answers: dict[str, Any]) -> Screen:
    shared = await practice_actions.share_practice(turn.tx, turn.person, _draft(answers))
    practice = shared.practice
    thanks = turn.say(
        "✅ Your practice {title} is shared. Thank you for passing on what you learned.",
        title=practice.title,
    )
    if practice.team is None:
        district = await practice_queries.audience_unit(turn.tx, practice.unit)
        who = turn.say("Everybody at {unit} can find it now.", unit=district.name)
    elif shared.told:
        who = turn.count(
            "I am telling {n} colleague in {team}.",
            "I am telling {n} colleagues in {team}.",
            shared.told,
            team=practice.team.name,
        )
    else:
        who = turn.say("It waits for the colleagues who join {team}.", team=practice.team.name)
    return Screen(text=paragraphs(thanks, who)).with_rows(
        [
            choice(turn.say("Open it"), OPEN, practice.id),
            choice(turn.say("Share another"), "practices.share"),
        ],
        [choice(turn.say("Practices"), HOME)],
    )


async def _permit_editing(turn: Turn, answers: Answers) -> None:
    await practice_rights.access_own_practice(turn.tx, turn.person, answers["practice"])


async def _finish_editing(turn: Turn, answers: dict[str, Any]) -> Screen:
    # What the author left alone stays as it is by now.
    before = await practice_rights.access_own_practice(turn.tx, turn.person, answers["practice"])
    draft = _draft({**_answers(before), **answers})
    practice = await practice_actions.change_practice(turn.tx, turn.person, before.id, draft)
    screen = await turn.show(OPEN, practice.id)
    return screen.with_toast(turn.say("Your changes are saved."))


async def _permit_hiding(turn: Turn, answers: Answers) -> None:
    await practice_rights.access_moderated_practice(turn.tx, turn.person, answers["practice"])


async def _finish_hiding(turn: Turn, answers: dict[str, Any]) -> Screen:
    practice = await practice_actions.hide_practice(
        turn.tx, turn.person, answers["practice"], answers["reason"]
    )
    screen = await turn.show(OPEN, practice.id)
    notice = turn.say("The practice is hidden, and its author has been told the reason.")
    return screen.with_notice(notice)


async def _readers(turn: Turn, answers: Answers) -> str:
    """How many are told of it or can find it."""
    if team_id := answers.get("audience"):
        others = await team_queries.count_others(turn.tx, team_id, turn.person.id)
        return told(turn, others)
    profile = await team_rights.access_author(turn.tx, turn.person)
    found = await count_who_see(
        turn.tx, profile.unit, team_queries.OVERSEERS, besides=turn.person.id
    )
    return turn.count("{n} person can find it.", "{n} people can find it.", found)


async def _hidden_from(turn: Turn, answers: Answers) -> str:
    """Which practice is hidden, and whose it is."""
    practice = await practice_queries.visible_practice(turn.tx, turn.person, answers["practice"])
    name = people_queries.name_of(turn.voice, practice.author)
    return lines(
        Phrase(isolate(practice.title)),
        turn.say("By {name}, {unit}", name=name, unit=practice.unit.name),
    )


SHARE = Form(
    name="practices.share",
    version=1,
    title=N_("Share a practice"),
    fields=_fields(editing=False),
    permit=_permit_sharing,
    finish=_finish_sharing,
    send=N_("Share it"),
    about=_readers,
)
EDIT = Form(
    name="practices.edit",
    version=1,
    title=N_("Edit the practice"),
    fields=_fields(editing=True),
    permit=_permit_editing,
    finish=_finish_editing,
    send=N_("Save"),
    changes_only=True,
)
HIDE = Form(
    name="practices.hide",
    version=1,
    title=N_("Hide the practice"),
    fields=(
        TextField(
            name="reason",
            label=N_("Reason"),
            question=N_("Why should it be hidden? The author will read your reason."),
            least=5,
            most=400,
            multiline=True,
        ),
    ),
    permit=_permit_hiding,
    finish=_finish_hiding,
    send=N_("Hide it"),
    about=_hidden_from,
)
