"""The forms about the tree of units: add one, rename, move and merge one, each asked once more with
what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.arabic.naming import find_title_fault
from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import ChoiceField, SearchField, TextField, told_fault
from bot.chat.forms.form import Form
from bot.chat.forms.reading import Accepted, NotAccepted, Option
from bot.chat.screen import Screen, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.core.text import fold_name
from bot.features.people.actions import unit_changes
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.units import NewUnit
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import search as people_search
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.search import SHARED_KINDS
from bot.features.people.queries.unit_choice import describe_unit, unit_options
from bot.features.people.queries.unit_figures import UnitFigures, figures_of
from bot.features.people.queries.units import Unit
from bot.features.people.rights import units as unit_rights
from bot.packs.organisation import (
    UNIT_GENDERS,
    UnitGender,
    kind_label,
    offered_kinds,
)
from bot.packs.roles import Role

PARENT = Known("parent", int)
UNIT = Known("unit", int)
SEEN = Known("seen", str)
"""The mark of the unit as it was when the form was begun."""
SUGGESTED = 8
FIGURES = "people.unit_figures"
"""Where other slices say how much of theirs lies at a unit and below it."""


async def figures(turn: Turn, place: Unit, found: UnitFigures) -> str:
    """What a change of the unit concerns, a line for each kind of thing."""
    said = [turn.count("{n} person", "{n} people", found.people)]
    if found.waiting:
        said.append(turn.count("{n} request waits", "{n} requests wait", found.waiting))
    if found.units:
        said.append(turn.count("{n} unit below it", "{n} units below it", found.units))
    shown = [await turn.show(route, place.id) for route in turn.router.routes_on(FIGURES)]
    said += [screen.text for screen in shown]
    return lines(*(f"• {each}" for each in said if each))


async def _may_change(turn: Turn, answers: Answers) -> None:
    await unit_rights.access_unit_to_change(turn.tx, turn.person, answers.need(UNIT))


async def _may_extend(turn: Turn, answers: Answers) -> None:
    await unit_rights.access_unit_to_extend(turn.tx, turn.person, answers.need(PARENT))


async def _changed(turn: Turn, unit_id: int) -> tuple[Unit, str]:
    """The unit, and what its change concerns."""
    place = await unit_rights.access_unit_to_change(turn.tx, turn.person, unit_id)
    return place, await figures(turn, place, await figures_of(turn.tx, place))


async def _named(turn: Turn, unit_id: int) -> str:
    found = await unit_queries.unit(turn.tx, unit_id)
    return found.name if found else "—"


@dataclass(frozen=True, kw_only=True)
class UnitNameField(TextField):
    """What a unit is called: it may be an office, but no address, seal or message."""

    most: int = 120

    def take(self, turn: Turn, text: str) -> Accepted[str] | NotAccepted:
        fault = find_title_fault(text)
        return NotAccepted(told_fault(turn, fault)) if fault else Accepted(text)

    def clean(self, text: str) -> str:
        return fold_name(text)


NAME = UnitNameField(name="name", label=N_("Name"), question=N_("What is it called?"))


# Adding


def kinds_below(turn: Turn, parent: Unit | None) -> list[Option]:
    """The kinds of unit that are offered below one."""
    offered = offered_kinds(parent.country if parent else None)
    return [Option(code, kind_label(turn.voice, code)) for code in offered]


async def kind_beside(turn: Turn, parent: Unit) -> str | None:
    """What everything below the unit is already; None where there are several kinds, or none."""
    beside, _ = await unit_queries.children_of(turn.tx, parent.id, offset=0, limit=SUGGESTED)
    kinds = {each.kind for each in beside}
    offered = {option.value for option in kinds_below(turn, parent)}
    return kinds.pop() if len(kinds) == 1 and kinds <= offered else None


async def _kinds(turn: Turn, answers: Answers) -> Sequence[Option]:
    return kinds_below(turn, await unit_queries.unit(turn.tx, answers.need(PARENT)))


async def _kind(turn: Turn, answers: Answers) -> str | None:
    parent = await unit_queries.unit(turn.tx, answers.need(PARENT))
    return await kind_beside(turn, parent) if parent else None


async def _genders(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(gender, turn.voice.text(label)) for gender, label in UNIT_GENDERS.items()]


KIND = ChoiceField(
    name="kind",
    label=N_("Kind"),
    question=N_("What kind of unit is it?"),
    options=_kinds,
    of=str,
    preset=_kind,
)
GENDER = ChoiceField(
    name="gender",
    label=N_("Pupils"),
    question=N_("Whom does it teach, or whose schools does it look after?"),
    options=_genders,
    of=UnitGender,
)


async def _add(turn: Turn, draft: NewUnit) -> Screen:
    place = await unit_actions.add_unit(turn.tx, turn.person, draft)
    screen = await turn.show("people.units", place.parent_id, 0)
    return screen.with_result(turn.say("{unit} is added.", unit=place.name))


async def _add_about(turn: Turn, draft: NewUnit) -> str:
    return turn.say("Shall I add it below {unit}?", unit=await _named(turn, draft.parent))


ADD = Form(
    name="people.add_unit",
    version=1,
    title=N_("A new unit"),
    draft=NewUnit,
    known=(PARENT,),
    fields=(NAME, KIND, GENDER),
    finish=_add,
    send=N_("Yes, add it"),
    permit=_may_extend,
    about=_add_about,
)


# Renaming


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitName:
    """Another name of a unit."""

    unit: int
    seen: str
    name: str


async def _rename(turn: Turn, draft: UnitName) -> Screen:
    place = await unit_changes.rename_unit(turn.tx, turn.person, draft.unit, draft.name, draft.seen)
    screen = await turn.show("people.units", place.id, 0)
    return screen.with_result(turn.say("It is called {unit} now.", unit=place.name))


async def _rename_about(turn: Turn, draft: UnitName) -> str:
    place, said = await _changed(turn, draft.unit)
    return paragraphs(
        turn.say("Shall I rename {unit}? Everybody sees the new name at once.", unit=place.name),
        said,
    )


RENAME = Form(
    name="people.rename_unit",
    version=1,
    title=N_("Another name"),
    draft=UnitName,
    known=(UNIT, SEEN),
    fields=(NAME,),
    finish=_rename,
    send=N_("Yes, rename it"),
    permit=_may_change,
    about=_rename_about,
)


# Moving and merging


async def _tops(turn: Turn) -> list[Unit]:
    return await role_queries.reach_of(turn.tx, turn.person.id, {Role.ADMINISTRATOR})


async def _fitting(turn: Turn, answers: Answers, found: Sequence[Unit]) -> list[Unit]:
    """Those where the unit can go."""
    place = await unit_queries.unit(turn.tx, answers.need(UNIT))
    if place is None:
        return []
    return [each for each in found if each.is_active and not each.is_within(place)]


async def _search(turn: Turn, answers: Answers, words: str) -> Sequence[Option]:
    found = await people_search.find_units_within(turn.tx, await _tops(turn), words, SUGGESTED + 1)
    return await unit_options(turn, await _fitting(turn, answers, found), SUGGESTED)


async def _above(turn: Turn, answers: Answers) -> Sequence[Option]:
    """The top ones and what lies right below them, as far as others lie below it."""
    place = await unit_queries.unit(turn.tx, answers.need(UNIT))
    found = await _tops(turn)
    for top in tuple(found):
        below, _ = await unit_queries.children_of(turn.tx, top.id, offset=0, limit=4 * SUGGESTED)
        found += [each for each in below if each.kind not in SHARED_KINDS]
    fitting = await _fitting(turn, answers, found)
    elsewhere = [each for each in fitting if place and each.id != place.parent_id]
    return await unit_options(turn, elsewhere, SUGGESTED, whole=True)


async def _beside(turn: Turn, answers: Answers) -> Sequence[Option]:
    """Those of its kind that lie beside it."""
    place = await unit_queries.unit(turn.tx, answers.need(UNIT))
    if place is None or place.parent_id is None:
        return []
    found, _ = await unit_queries.children_of(
        turn.tx, place.parent_id, offset=0, limit=SUGGESTED + 1
    )
    fitting = await _fitting(turn, answers, [each for each in found if each.kind == place.kind])
    return await unit_options(turn, fitting, SUGGESTED, whole=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMove:
    """A unit that is to lie below another one."""

    unit: int
    seen: str
    below: int


async def _move(turn: Turn, draft: UnitMove) -> Screen:
    place = await unit_changes.move_unit(turn.tx, turn.person, draft.unit, draft.below, draft.seen)
    screen = await turn.show("people.units", place.id, 0)
    above = await _named(turn, draft.below)
    return screen.with_result(
        turn.say("{unit} lies below {above} now.", unit=place.name, above=above)
    )


async def _move_about(turn: Turn, draft: UnitMove) -> str:
    place, said = await _changed(turn, draft.unit)
    above = await _named(turn, draft.below)
    return paragraphs(
        turn.say("Shall I move {unit} below {above}? Along with it move:", unit=place.name,
                 above=above),
        said,
        turn.say(
            "Everybody keeps their place and roles. Whoever oversees {above} oversees it from then"
            " on.",
            above=above,
        ),
    )  # fmt: skip


MOVE = Form(
    name="people.move_unit",
    version=1,
    title=N_("Moving a unit"),
    draft=UnitMove,
    known=(UNIT, SEEN),
    fields=(
        SearchField(
            name="below",
            label=N_("Below"),
            question=N_("Below which unit shall it lie? Choose, or write a part of the name."),
            search=_search,
            describe=describe_unit,
            suggest=_above,
        ),
    ),
    finish=_move,
    send=N_("Yes, move it"),
    leave=N_("Do not move it"),
    permit=_may_change,
    about=_move_about,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMerger:
    """A unit that is to become part of another one."""

    unit: int
    seen: str
    into: int


async def _merge(turn: Turn, draft: UnitMerger) -> Screen:
    name = await _named(turn, draft.unit)
    await unit_changes.merge_units(turn.tx, turn.person, draft.unit, draft.into, draft.seen)
    screen = await turn.show("people.units", draft.into, 0)
    return screen.with_result(
        turn.say(
            "{unit} is part of {into} now. Its people follow within half an hour, and are told.",
            unit=name,
            into=await _named(turn, draft.into),
        )
    )


async def _merge_about(turn: Turn, draft: UnitMerger) -> str:
    place, said = await _changed(turn, draft.unit)
    into = await _named(turn, draft.into)
    return paragraphs(
        turn.say(
            "Shall I make {unit} part of {into}? This cannot be undone. What becomes part of {into}"
            " with it:",
            unit=place.name,
            into=into,
        ),
        said,
        turn.say(
            "Roles, requests, practices, invitations and lists go along, and everybody is told."
            " {unit} is closed with that.",
            unit=place.name,
        ),
    )


MERGE = Form(
    name="people.merge_unit",
    version=1,
    title=N_("Merging a unit into another"),
    draft=UnitMerger,
    known=(UNIT, SEEN),
    fields=(
        SearchField(
            name="into",
            label=N_("Becomes part of"),
            question=N_("Which unit shall it become part of? Choose, or write a part of the name."),
            search=_search,
            describe=describe_unit,
            suggest=_beside,
        ),
    ),
    finish=_merge,
    send=N_("Yes, merge them"),
    leave=N_("Do not merge"),
    permit=_may_change,
    about=_merge_about,
)
