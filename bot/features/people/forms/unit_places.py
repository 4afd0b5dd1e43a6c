"""The form by which whoever administers a unit says in which town it lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.arabic.calendar.places import (
    Place,
    main_places,
    place_named,
    place_of,
    places_like,
    places_near,
)
from bot.arabic.search import folding, nearness
from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import only_words
from bot.chat.forms.form import Field, Form
from bot.chat.forms.reading import (
    Accepted,
    AskAgain,
    Given,
    NotAccepted,
    Option,
    Question,
    Reading,
)
from bot.chat.screen import Screen, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.core.text import clean_line
from bot.features.people.actions import unit_changes
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.unit_places import place_at
from bot.features.people.queries.units import Unit
from bot.features.people.rights import units as unit_rights

UNIT = Known("unit", int)
SEEN = Known("seen", str)
OFFERED = 8
BY_NAME = "-"
"""In place of a town: nothing is set, and the unit's name and those above it tell."""


@dataclass(frozen=True, kw_only=True)
class TownField(Field[str]):
    """A town of the unit's country, by a button or typed."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        unit = await _unit(turn, answers)
        own = await place_at(turn.tx, unit)
        most = min(OFFERED, turn.traits.list_size - 1)
        offered = places_near(own, most) if own else main_places(unit.country, most)
        options = _options(turn, [each for each in offered if own is None or each != own])
        if unit.place:
            options.append(Option(BY_NAME, turn.say("By its name")))
        if own:
            name = own.name(turn.voice.language)
            now = turn.say("Now prayers are by the clock of {place}.", place=name)
        else:
            now = turn.say("Its town is not known, so prayers are by the clock of the capital.")
        asked = turn.say("In which town does it lie? Choose, or write its name.")
        return Question(paragraphs(now, asked), options)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[str]:
        unit = await _unit(turn, answers)
        if given.chosen:
            town = place_of(str(given.value))
            if given.value == BY_NAME or (town and town.country == unit.country):
                return Accepted(str(given.value))
        if given.file:
            return only_words(turn)
        text = clean_line(given.text)
        if unit.place and folding.same(text, turn.say("By its name")):
            return Accepted(BY_NAME)
        if found := place_named(text, unit.country):
            return Accepted(found.code)
        await nearness.get_ready()
        if like := places_like(text, unit.country, OFFERED):
            return AskAgain(Question(turn.say("Is it one of these?"), _options(turn, like)))
        return NotAccepted(
            turn.say(
                "I know no town or province of this name in the unit's country. Write the name of"
                " the nearest larger town."
            )
        )

    async def show(self, turn: Turn, answers: Answers, value: str) -> str:
        town = place_of(value)
        return town.name(turn.voice.language) if town else turn.say("By its name")

    def load(self, data: Any) -> str:
        return str(data)


def _options(turn: Turn, towns: Sequence[Place]) -> list[Option]:
    return [Option(each.code, each.name(turn.voice.language)) for each in towns]


async def _unit(turn: Turn, answers: Answers) -> Unit:
    return await unit_rights.access_unit_to_change(turn.tx, turn.person, answers.need(UNIT))


async def _may_place(turn: Turn, answers: Answers) -> None:
    await _unit(turn, answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTown:
    """The town of a unit."""

    unit: int
    seen: str
    town: str


async def _place(turn: Turn, draft: UnitTown) -> Screen:
    town = None if draft.town == BY_NAME else draft.town
    await unit_changes.place_unit(turn.tx, turn.person, draft.unit, town, draft.seen)
    found = await unit_queries.unit(turn.tx, draft.unit)
    own = await place_at(turn.tx, found) if found else None
    screen = await turn.show("people.units", draft.unit, 0)
    if own is None:
        return screen.with_result(turn.say("Prayers there are by the clock of the capital now."))
    name = own.name(turn.voice.language)
    return screen.with_result(
        turn.say("Prayers there are by the clock of {place} now.", place=name)
    )


PLACE = Form(
    name="people.place_unit",
    version=1,
    title=N_("The place of the unit"),
    draft=UnitTown,
    known=(UNIT, SEEN),
    fields=(TownField(name="town", label=N_("Place")),),
    finish=_place,
    send=N_("Save"),
    permit=_may_place,
    review=False,
)
