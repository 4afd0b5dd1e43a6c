"""The forms that change one thing about oneself."""

from dataclasses import dataclass, replace
from typing import Any

from bot.chat.forms.answers import Answers
from bot.chat.forms.form import Field, Form
from bot.chat.forms.reading import Question
from bot.chat.menu import menu_anew
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core.changes import UNCHANGED, Unchanged, or_before
from bot.core.i18n import N_, Phrase
from bot.features.people.actions import people as people_actions
from bot.features.people.actions.people import ProfileChanges
from bot.features.people.forms.fields import (
    ADDRESS,
    CALENDAR,
    COUNTRY,
    DIGITS,
    HIJRI,
    LANGUAGE,
    NAME,
    STAGE,
    SUBJECT,
    UNIT,
    ZONE,
    UnitField,
)
from bot.features.people.forms.finding import further_choices
from bot.features.people.forms.namesakes import WholeName, settled_name
from bot.features.people.forms.registration import ALONG
from bot.features.people.forms.wanted import SCHOOL, ask_at
from bot.features.people.rights import people as people_rights


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAnswers(ProfileChanges):
    """One change, with what is asked along with some; another place of work is asked for."""

    unit: int | Unchanged = UNCHANGED
    school: str | Unchanged = UNCHANGED
    namesake: WholeName | Unchanged = UNCHANGED
    leaving: bool | Unchanged = UNCHANGED
    subject: tuple[str, ...] | Unchanged = UNCHANGED
    stage: tuple[str, ...] | Unchanged = UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherUnit:
    unit: int
    school: str = ""


async def _ask_besides(turn: Turn, draft: FurtherUnit) -> Screen:
    return await ask_at(turn, draft.unit, draft.school, besides=True)


async def _may_ask(turn: Turn, answers: Answers) -> None:
    await people_rights.access_own_membership(turn.tx, turn.person)


async def _save_change(turn: Turn, draft: ChangeAnswers) -> Screen:
    if draft.unit is not UNCHANGED:
        return await ask_at(turn, draft.unit, or_before(draft.school, ""))
    changes: ProfileChanges = replace(draft, subjects=draft.subject, stages=draft.stage)
    if draft.name is not UNCHANGED:
        changes = replace(changes, name=settled_name(draft.name, draft.namesake))
    below = await _menu_words(turn)
    turn.person = await people_actions.update_profile(turn.tx, turn.person, changes)
    if turn.traits.menu and await _menu_words(turn) != below:
        # One message cannot bring the menu and buttons.
        said = turn.say("Saved.")
        if draft.language is not UNCHANGED:
            said = Phrase(f"{said} {turn.say('From now on I write in English.')}")
        return await menu_anew(turn, said)
    screen = await turn.show("people.settings")
    return screen.with_notice(turn.say("Saved."))


async def _menu_words(turn: Turn) -> list[str]:
    """What stands below the chat."""
    if not turn.person.is_member:
        return []
    return [each.label for each in await turn.router.menu_choices(turn)]


def _change(field: Field[Any]) -> Form[ChangeAnswers]:
    return Form(
        name=f"people.{field.name}",
        version=1,
        title=field.label,
        draft=ChangeAnswers,
        fields=(field, *ALONG.get(field.name, ())),
        finish=_save_change,
        send=N_("Save"),
        review=False,
    )


@dataclass(frozen=True, kw_only=True)
class MoveField(UnitField):
    """Where they work from now on. Whoever belongs nowhere leaves nothing by it."""

    of_nobody: str

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        if turn.person.is_member:
            return await super().ask(turn, answers)
        return await UnitField.ask(replace(self, question=self.of_nobody), turn, answers)


MOVE = MoveField(
    name=UNIT.name,
    label=UNIT.label,
    question=N_(
        "Where do you work now? Write a part of the name. I ask those who answer there; once they"
        " let you in, your roles at the old place end, and the teams that you lead there pass on."
    ),
    of_nobody=N_("Where do you work? Write a part of the name. I ask those who answer there."),
    find=UNIT.find,
    search=UNIT.search,
    describe=UNIT.describe,
    further_choices=further_choices,
)
FURTHER_UNIT = Form(
    name="people.further_unit",
    version=1,
    title=N_("A further place of work"),
    draft=FurtherUnit,
    fields=(
        replace(
            UNIT,
            question=N_(
                "Where do you work as well? Write a part of the name. I ask those who answer"
                " there; your present place of work stays as it is."
            ),
            further_choices=further_choices,
        ),
        SCHOOL,
    ),
    finish=_ask_besides,
    send=N_("Ask"),
    permit=_may_ask,
    review=False,
)
EDITABLE = (
    NAME, ADDRESS, MOVE, SUBJECT, STAGE, LANGUAGE, DIGITS, CALENDAR, HIJRI, ZONE, COUNTRY,
)  # fmt: skip
CHANGES = tuple(_change(field) for field in EDITABLE)
