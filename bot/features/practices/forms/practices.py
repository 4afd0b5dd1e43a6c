"""The forms of practices: sharing, editing, hiding with a reason, and searching."""

from dataclasses import dataclass, replace

from bot.chat.forms.answers import Answers
from bot.chat.forms.fields import EvidencePiece, TextField
from bot.chat.forms.form import Form
from bot.chat.navigation import told
from bot.chat.screen import Screen, choice, lines, paragraphs
from bot.chat.turn import Made, Turn
from bot.core.changes import UNCHANGED, Unchanged, or_before
from bot.core.i18n import N_, Phrase
from bot.core.text import isolate
from bot.features.communities.queries import teams as team_queries
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.sights import count_who_see
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions.practices import PracticeDraft
from bot.features.practices.forms.fields import (
    ACTIONS_TAKEN,
    AUDIENCE,
    DIFFICULTY,
    EVERYBODY,
    EVIDENCE,
    ORIGIN,
    PRACTICE,
    RESULT,
    STAGE,
    SUBJECT,
    TITLE,
    audience_by_now,
    audience_of,
    evidence_of,
    first_audience,
    own_stage,
    own_subject,
    stored,
)
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries.practices import Practice
from bot.features.practices.rights import practices as practice_rights
from bot.features.practices.rights import teams as team_rights
from bot.features.practices.screens.navigation import HOME, OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeAnswers:
    """What an author answers. `audience` is the id of a team, `EVERYBODY`, or the negative id of
    one of several places of work."""

    subject: str
    stage: str
    audience: int
    title: str
    difficulty: str
    actions_taken: str
    result: str = ""
    evidence: tuple[EvidencePiece, ...] = ()

    def draft(self) -> PracticeDraft:
        return PracticeDraft(
            title=self.title,
            difficulty=self.difficulty,
            actions_taken=self.actions_taken,
            result=self.result,
            subject=self.subject,
            stage=self.stage,
            team_id=self.audience if self.audience > 0 else None,
            unit_id=-self.audience if self.audience < 0 else None,
            evidence=self.evidence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeEdit:
    """What an author edits."""

    practice: int
    subject: str | Unchanged = UNCHANGED
    stage: str | Unchanged = UNCHANGED
    audience: int | Unchanged = UNCHANGED
    title: str | Unchanged = UNCHANGED
    difficulty: str | Unchanged = UNCHANGED
    actions_taken: str | Unchanged = UNCHANGED
    result: str | Unchanged | None = UNCHANGED
    evidence: tuple[EvidencePiece, ...] | Unchanged | None = UNCHANGED

    def applied_to(self, before: Practice) -> PracticeAnswers:
        evidence = or_before(self.evidence, evidence_of(before))
        return PracticeAnswers(
            subject=or_before(self.subject, before.subject),
            stage=or_before(self.stage, before.stage),
            audience=or_before(self.audience, audience_of(before)),
            title=or_before(self.title, before.title),
            difficulty=or_before(self.difficulty, before.difficulty),
            actions_taken=or_before(self.actions_taken, before.actions_taken),
            result=or_before(self.result, before.result) or "",
            evidence=evidence or (),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HidingDraft:
    practice: int
    reason: str


async def _permit_sharing(turn: Turn, answers: Answers) -> None:
    await team_rights.access_author(turn.tx, turn.person)


async def _finish_sharing(turn: Turn, draft: PracticeAnswers) -> Screen:
    shared = await practice_actions.share_practice(turn.tx, turn.person, draft.draft())
    practice = shared.practice
    turn.made = _made(practice)
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
    return Screen(text=paragraphs(thanks, who)).with_actions(
        choice(turn.say("Open it"), OPEN, practice.id),
        choice(turn.say("Share another"), "practices.share"),
        choice(turn.say("Practices"), HOME),
    )


async def _permit_editing(turn: Turn, answers: Answers) -> None:
    await practice_rights.access_own_practice(turn.tx, turn.person, answers.need(PRACTICE))


async def _finish_editing(turn: Turn, draft: PracticeEdit) -> Screen:
    # What the author left alone stays as it is by now.
    before = await practice_rights.access_own_practice(turn.tx, turn.person, draft.practice)
    after = draft.applied_to(before).draft()
    practice = await practice_actions.change_practice(turn.tx, turn.person, before.id, after)
    turn.made = _made(practice)
    screen = await turn.show(OPEN, practice.id)
    return screen.with_result(turn.say("Your changes are saved."))


def _made(practice: Practice) -> Made:
    correction = ("practices.edit", {PRACTICE.name: practice.id})
    written = (TITLE, DIFFICULTY, ACTIONS_TAKEN, RESULT)
    return Made((OPEN, str(practice.id)), {field.name: correction for field in written})


async def _permit_hiding(turn: Turn, answers: Answers) -> None:
    number = answers.need(PRACTICE)
    await practice_rights.access_moderated_practice(turn.tx, turn.person, number)


async def _finish_hiding(turn: Turn, draft: HidingDraft) -> Screen:
    practice = await practice_actions.hide_practice(
        turn.tx, turn.person, draft.practice, draft.reason
    )
    screen = await turn.show(OPEN, practice.id)
    notice = turn.say("The practice is hidden, and its author is told the reason.")
    return screen.with_notice(notice)


async def _readers(turn: Turn, draft: PracticeAnswers) -> str:
    """How many are told of it or can find it."""
    if draft.audience > EVERYBODY:
        others = await team_queries.count_others(turn.tx, draft.audience, turn.person.id)
        return told(turn, others)
    if draft.audience < EVERYBODY:
        unit = await team_rights.access_place_to_share(turn.tx, turn.person, -draft.audience)
    else:
        unit = (await team_rights.access_author(turn.tx, turn.person)).unit
    found = await count_who_see(turn.tx, unit, team_queries.OVERSEERS, besides=turn.person.id)
    return turn.count("{n} person can find it.", "{n} people can find it.", found)


async def _hidden_from(turn: Turn, draft: HidingDraft) -> str:
    """Which practice is hidden, and whose it is."""
    practice = await practice_queries.visible_practice(turn.tx, turn.person, draft.practice)
    name = people_queries.name_of(turn.voice, practice.author)
    return lines(
        Phrase(isolate(practice.title)),
        turn.say("By {name}, {unit}", name=name, unit=practice.unit.name),
    )


SHARE = Form(
    name="practices.share",
    version=1,
    title=N_("Share a practice"),
    draft=PracticeAnswers,
    known=(ORIGIN,),
    # What may be known already comes first, so that the count of steps is right from the start.
    fields=(
        replace(SUBJECT, preset=own_subject),
        replace(STAGE, preset=own_stage),
        replace(AUDIENCE, preset=first_audience),
        TITLE,
        DIFFICULTY,
        ACTIONS_TAKEN,
        RESULT,
        EVIDENCE,
    ),
    permit=_permit_sharing,
    finish=_finish_sharing,
    send=N_("Share it"),
    about=_readers,
)
EDIT = Form(
    name="practices.edit",
    version=1,
    title=N_("Edit the practice"),
    draft=PracticeEdit,
    known=(PRACTICE,),
    fields=(
        replace(SUBJECT, preset=stored(lambda practice: practice.subject)),
        replace(STAGE, preset=stored(lambda practice: practice.stage)),
        replace(AUDIENCE, preset=audience_by_now),
        replace(TITLE, preset=stored(lambda practice: practice.title)),
        replace(DIFFICULTY, preset=stored(lambda practice: practice.difficulty)),
        replace(ACTIONS_TAKEN, preset=stored(lambda practice: practice.actions_taken)),
        replace(RESULT, preset=stored(lambda practice: practice.result)),
        replace(EVIDENCE, preset=stored(evidence_of)),
    ),
    permit=_permit_editing,
    finish=_finish_editing,
    send=N_("Save"),
    changes_only=True,
)
HIDE = Form(
    name="practices.hide",
    version=1,
    title=N_("Hide the practice"),
    draft=HidingDraft,
    known=(PRACTICE,),
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
    leave=N_("Leave it visible"),
    about=_hidden_from,
)
