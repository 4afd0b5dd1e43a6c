"""What an author is asked about an announcement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.arabic.calendar.places import Place
from bot.chat.forms.along import BRINGS, settle
from bot.chat.forms.answers import Answers
from bot.chat.forms.choices import ChoicesField
from bot.chat.forms.fields import ChoiceField, TextField
from bot.chat.forms.form import Field, FormState
from bot.chat.forms.moments import MomentField
from bot.chat.forms.pictures import ShownEvidenceField
from bot.chat.forms.reading import Accepted, Given, NotAccepted, Option, Question, Reading
from bot.chat.turn import Turn
from bot.core.errors import Refused
from bot.core.i18n import N_, Phrase
from bot.features.announcements import rights
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import wider as wider_queries
from bot.features.announcements.screens.announcements import (
    audience_words,
    wider_label,
)
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.audiences import Audience
from bot.features.people.queries.unit_choice import unit_field
from bot.features.people.queries.unit_places import place_of_person
from bot.packs import organisation
from bot.packs.roles import Role

EVERYBODY = "all"
GO_ON = "ok"
YES, NO = "yes", "no"
ROLES = (Role.TEACHER, Role.LEAD, Role.PRINCIPAL, Role.COORDINATOR)
WHOLE = 2
"""Units of which everybody is offered at once, at most."""
MOST_WORDS_WITH_FILE = 300
"""Characters; the text itself may be long as well."""


@dataclass(frozen=True, kw_only=True)
class RoleField(ChoiceField[Role | None]):
    """Whose role of an audience it is for; None for everybody's."""

    def dump(self, value: Role | None) -> Any:
        return EVERYBODY if value is None else super().dump(value)


def role_of(code: Any) -> Role | None:
    return None if code == EVERYBODY else Role(code)


@dataclass(frozen=True, kw_only=True)
class SendingTime(MomentField):
    """When it is sent; a prayer is meant as it is where the sender works."""

    async def place(self, turn: Turn, answers: Answers) -> Place | None:
        return await place_of_person(turn.tx, turn.person)


@dataclass(frozen=True, slots=True)
class Reached:
    """How many people an audience holds; where it holds nobody, the wider one that was chosen
    `instead` of it."""

    total: int
    of: Audience | None = None
    instead: Audience | None = None


async def _whom(turn: Turn, answers: Answers) -> Sequence[Option]:
    """Everybody whom the sender reaches, with how many they are; then some of them, and the units
    below."""
    subjects = await _own_subjects(turn, answers) or ()
    reached = await role_queries.reach_of(turn.tx, turn.person.id, announcement_queries.SENDERS)
    whole, some = [], dict[int, str]()
    for place in reached[:WHOLE]:
        audience = Audience(place.id, subjects)
        if not await _refused(turn, audience) and (total := await _total(turn, audience)):
            label = await _whole_label(turn, audience)
            hint = _with_count(turn, label, total)
            whole.append(Option(place.id, label, hint=hint, also=everybody(subjects)))
            some[place.id] = turn.say("Some at {unit}", unit=place.name)
    units = await UNIT.suggest(turn, answers) if UNIT.suggest else ()
    return [*whole, *(replace(each, label=some.get(each.value, each.label)) for each in units)]


async def _whole_label(turn: Turn, audience: Audience) -> str:
    if audience.subjects:
        return await audience_words(turn, audience)
    place = await unit_queries.unit(turn.tx, audience.unit_id)
    assert place is not None
    return turn.say("Everybody at {unit}", unit=place.name)


async def _total(turn: Turn, audience: Audience) -> int:
    return await announcement_queries.count_recipients(turn.tx, turn.person, audience)


def _with_count(turn: Turn, label: str, total: int) -> str:
    return turn.say("{audience} ({n})", audience=Phrase(label), n=total)


async def _counted(turn: Turn, options: list[Option], audiences: list[Audience]) -> list[Option]:
    """The options, each with how many people the announcement reaches if it is chosen; without
    them where the sender reaches none by now."""
    if await _refused(turn, audiences[-1]):
        return options
    return [
        replace(option, hint=_with_count(turn, option.label, await _total(turn, audience)))
        for option, audience in zip(options, audiences, strict=True)
    ]


async def _roles(turn: Turn, answers: Answers) -> list[Option]:
    everybody = Option(EVERYBODY, turn.say("Everybody"))
    audience = Audience(answers.need(UNIT), await _own_subjects(turn, answers) or ())
    place = await unit_queries.unit(turn.tx, audience.unit_id)
    about = unit_queries.staff_of(place) if place else "neutral"
    options = [everybody] + [
        Option(role.value, organisation.role_label(turn.voice, role, about)) for role in ROLES
    ]
    return await _counted(turn, options, [replace(audience, role=role) for role in (None, *ROLES)])


async def _subjects(turn: Turn, answers: Answers) -> list[Option]:
    own = await _own_subjects(turn, answers)
    options = [
        Option(code, organisation.subject_label(turn.voice, code))
        for code in organisation.subjects()
        if (code in organisation.offered_subjects(turn.voice) if own is None else code in own)
    ]
    audience = Audience(answers.need(UNIT), role=answers.of(ROLE))
    audiences = [replace(audience, subjects=(option.value,)) for option in options]
    return await _counted(turn, options, audiences)


@dataclass(frozen=True, kw_only=True)
class SubjectsField(ChoicesField):
    """The subjects that a sender may speak to: a supervisor of some is offered those alone, and
    every subject is every one of theirs."""

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[tuple[str, ...]]:
        reading = await super().read(turn, answers, given)
        if isinstance(reading, Accepted) and not reading.value:
            return Accepted(await _own_subjects(turn, answers) or ())
        return reading


async def _stages(turn: Turn, answers: Answers) -> list[Option]:
    options = [
        Option(code, organisation.stage_label(turn.voice, code))
        for code in organisation.offered_stages(turn.voice)
    ]
    audience = Audience(answers.need(UNIT), answers.of(SUBJECT) or (), role=answers.of(ROLE))
    audiences = [replace(audience, stages=(option.value,)) for option in options]
    return await _counted(turn, options, audiences)


async def _own_subjects(turn: Turn, answers: Answers) -> tuple[str, ...] | None:
    """A supervisor of some subjects speaks to those."""
    held = await role_queries.roles_of(turn.tx, turn.person.id)
    narrowed = {h.subjects for h in held if h.role in announcement_queries.SENDERS}
    return (narrowed.pop() or None) if len(narrowed) == 1 else None


def _audience(answers: Answers) -> Audience:
    return Audience(
        answers.need(UNIT), answers.of(SUBJECT) or (), answers.of(STAGE) or (), answers.of(ROLE)
    )


async def _refused(turn: Turn, audience: Audience) -> str:
    """Why the sender may not write to the audience; "" where they may."""
    try:
        await rights.access_audience(turn.tx, turn.person, audience)
    except Refused as refused:
        return refused.text
    return ""


async def _count(turn: Turn, answers: Answers) -> Reached | None:
    """How many it reaches; None for nobody, which is asked about, and where the sender reaches
    none of them: their number is not told either."""
    audience = _audience(answers)
    if await _refused(turn, audience):
        return None
    n = await announcement_queries.count_recipients(turn.tx, turn.person, audience)
    return Reached(n, audience) if n else None


@dataclass(frozen=True, kw_only=True)
class CountField(Field[Reached]):
    """How many people the audience holds: worked out, shown in the review, never asked unless
    there is nobody; then wider audiences are offered, each by one tap."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        wider = await wider_queries.wider_audiences(turn.tx, turn.person, _audience(answers))
        options = [Option(each.code, await wider_label(turn, each)) for each in wider]
        if refused := await _refused(turn, _audience(answers)):
            return Question(refused, options)
        text = turn.say(
            "Nobody is registered there yet, nor in a wider audience within your reach."
        )
        if options:
            text = turn.say(
                "Nobody is registered in this audience yet. For whom shall it be instead?"
            )
        # Whoever writes ahead of time keeps it.
        return Question(text, [*options, Option(GO_ON, turn.say("Go on"))])

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[Reached]:
        audience = _audience(answers)
        wider = await wider_queries.wider_audiences(turn.tx, turn.person, audience)
        goes_on = given.chosen and given.value == GO_ON
        if goes_on and not await _refused(turn, audience):
            return Accepted(Reached(0, audience))
        for each in wider:
            if given.chosen and each.code == given.value:
                return Accepted(Reached(each.total, audience, each.audience))
        return NotAccepted(turn.say("Press the button to go on, or go back to change it."))

    async def show(self, turn: Turn, answers: Answers, value: Reached) -> str:
        people = turn.count("{n} person", "{n} people", value.total)
        if value.instead is None:
            return people
        instead = await audience_words(turn, value.instead)
        return turn.say(
            "{people}, instead of those above: {audience}", people=people, audience=instead
        )

    async def is_settled(self, turn: Turn, answers: Answers) -> bool:
        # A wider audience was chosen for want of this one, which may be another by now.
        reached = answers.of(self)
        return reached is None or reached.instead is None or reached.of == _audience(answers)

    def load(self, data: Any) -> Reached:
        if isinstance(data, int):
            return Reached(data)
        of, instead = (_audience_of(data.get(name)) for name in ("of", "instead"))
        return Reached(data["n"], of, instead)

    def dump(self, value: Reached) -> Any:
        if value.of is None or value.instead is None:
            return value.total
        audiences = {"of": value.of, "instead": value.instead}
        return {"n": value.total} | {
            name: [each.unit_id, each.subjects, each.stages, each.role]
            for name, each in audiences.items()
        }


def _audience_of(data: Any) -> Audience | None:
    if data is None:
        return None
    unit, subjects, stages, role = data
    return Audience(unit, tuple(subjects), tuple(stages), Role(role) if role else None)


def everybody(subjects: tuple[str, ...]) -> dict[str, Any]:
    """What everybody of a unit answers besides: every role and stage, of these subjects."""
    return {
        ROLE_CODE.name: ROLE_CODE.dump(EVERYBODY),
        SUBJECT.name: SUBJECT.dump(subjects),
        STAGE.name: STAGE.dump(()),
    }


async def renew(turn: Turn, state: FormState) -> None:
    """A former version took the negative id of a unit for everybody of it, who are not told apart
    any further."""
    offered = state.offered if state.at == UNIT.name else []
    unit = state.answers.get(UNIT.name) or 0
    former = [n for n, value in enumerate(offered) if isinstance(value, int) and value < 0]
    if unit >= 0 and not former:
        return
    also = everybody(await _own_subjects(turn, state.told) or ())
    if unit < 0:
        state.answers[UNIT.name] = -unit
        settle(state, UNIT.name, also)
    for number in former:
        offered[number] = -offered[number]
        state.asked.setdefault(BRINGS, {})[str(number)] = also


async def _yes_or_no(turn: Turn, answers: Answers) -> list[Option]:
    return [Option(YES, turn.say("Yes")), Option(NO, turn.say("No"))]


UNIT = unit_field(
    announcement_queries.SENDERS,
    label=N_("Unit"),
    question=N_("Whom is it for? Choose a unit, or write a part of a school's name."),
)
WHOM = replace(UNIT, suggest=_whom)
"""The same, where everybody of a unit of the sender's own is one tap."""
ROLE = RoleField(
    name="role", label=N_("Role"), question=N_("Which of its people?"), options=_roles, of=role_of
)
ROLE_CODE = ChoiceField(
    name=ROLE.name, label=ROLE.label, question=ROLE.question, options=_roles, of=str
)
"""The same, where everybody's role is an answer as well, so that it is not asked again."""
SUBJECT = SubjectsField(
    name="subject",
    label=N_("Subject"),
    question=N_("Teachers of which subject?"),
    options=_subjects,
    every=N_("Every subject"),
    several=N_("Several subjects"),
    preset=_own_subjects,
)
STAGE = ChoicesField(
    name="stage",
    label=N_("Stage"),
    question=N_("In which stage?"),
    options=_stages,
    every=N_("Every stage"),
    several=N_("Several stages"),
)
TITLE = TextField(
    name="title",
    label=N_("Title"),
    question=N_("What is the title? A few words that say what it is about."),
    least=3,
    most=100,
)
TEXT = TextField(
    name="text",
    label=N_("Text"),
    question=N_("Now the announcement itself, as your readers will see it."),
    least=10,
    most=3000,
    multiline=True,
)
FILE = ShownEvidenceField(
    name="file",
    label=N_("Attachment"),
    question=N_("Is there a file or photo to go with it? Send it, or skip."),
    optional=True,
    most=1,
    files_only=True,
    longest=MOST_WORDS_WITH_FILE,
    purpose="announcement",
)
ASKS = ChoiceField(
    name="asks",
    label=N_("Confirmation"),
    question=N_("Shall your readers confirm that they have read it?"),
    options=_yes_or_no,
    of=str,
)
COUNT = CountField(name="count", label=N_("Recipients"), preset=_count)
