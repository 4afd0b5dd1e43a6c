"""The forms about units that are asked for: adding one, and saying why not; and the question in
which one is asked for."""

from dataclasses import dataclass, replace

from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.form import Form
from bot.chat.forms.reading import Option
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import unit_requests as actions
from bot.features.people.actions.unit_requests import WantedUnit
from bot.features.people.forms.admission import REASON
from bot.features.people.forms.fields import UNIT
from bot.features.people.forms.units import (
    GENDER,
    KIND,
    NAME,
    UnitNameField,
    kind_beside,
    kinds_below,
)
from bot.features.people.queries import unit_requests as request_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.search import SHARED_KINDS
from bot.features.people.queries.unit_requests import UnitRequest
from bot.features.people.rights import unit_requests as rights

REQUEST = Known("request", int)


async def none_is_missing(turn: Turn, answers: Answers) -> str | None:
    """The answer of whoever has found a school: they miss none."""
    chosen = answers.of(UNIT)
    place = await unit_queries.unit(turn.tx, chosen) if chosen else None
    return "" if place is None or place.kind in SHARED_KINDS else None


SCHOOL = UnitNameField(
    name="school",
    label=N_("Place of work that is missing"),
    question=N_(
        "Is your school missing in the list? Write its name: whoever looks after the list there is"
        " asked to add it. Skip this if you work at the department itself."
    ),
    optional=True,
    preset=none_is_missing,
)
"""Asked of whoever has chosen no school."""


async def ask_at(turn: Turn, unit: int, school: str, *, besides: bool = False) -> Screen:
    """Ask to belong to a unit, or that the school that is missing below it be added."""
    if school:
        await actions.ask_for_unit(turn.tx, turn.person, unit, school, besides=besides)
    else:
        await admission_actions.ask_to_belong(turn.tx, turn.person, unit, besides=besides)
    screen = await turn.show("people.standing")
    return screen.with_notice(turn.say("Asked."))


async def _request(turn: Turn, answers: Answers) -> UnitRequest | None:
    return await request_queries.unit_request(turn.tx, answers.need(REQUEST))


async def _named(turn: Turn, answers: Answers) -> str | None:
    found = await _request(turn, answers)
    return found.name if found else None


async def _kinds(turn: Turn, answers: Answers) -> list[Option]:
    found = await _request(turn, answers)
    return kinds_below(turn, found.below if found else None)


async def _kind(turn: Turn, answers: Answers) -> str | None:
    found = await _request(turn, answers)
    return await kind_beside(turn, found.below) if found else None


async def _may_answer(turn: Turn, answers: Answers) -> None:
    await rights.access_unit_request(turn.tx, turn.person, answers.need(REQUEST))


async def _add(turn: Turn, draft: WantedUnit) -> Screen:
    place = await actions.add_wanted(turn.tx, turn.person, draft)
    screen = await turn.show("people.wanted", 0)
    return screen.with_result(
        turn.say("{unit} is added. Whoever asked for it waits there, and is told.", unit=place.name)
    )


async def _add_about(turn: Turn, draft: WantedUnit) -> str:
    found = await request_queries.unit_request(turn.tx, draft.request)
    return turn.say("Shall I add it below {unit}?", unit=found.below.name if found else "—")


ADD_WANTED = Form(
    name="people.add_wanted",
    version=1,
    title=N_("A new unit"),
    draft=WantedUnit,
    known=(REQUEST,),
    fields=(
        replace(NAME, preset=_named),
        replace(KIND, options=_kinds, preset=_kind),
        GENDER,
    ),
    finish=_add,
    send=N_("Yes, add it"),
    permit=_may_answer,
    about=_add_about,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecliningUnit:
    """Why a unit is not added."""

    request: int
    reason: str


async def _decline(turn: Turn, draft: DecliningUnit) -> Screen:
    await actions.decline_wanted(turn.tx, turn.person, draft.request, draft.reason)
    screen = await turn.show("people.wanted", 0)
    return screen.with_result(turn.say("Declined; your reason is read."))


DECLINE_WANTED = Form(
    name="people.decline_wanted",
    version=1,
    title=N_("Decline a request"),
    draft=DecliningUnit,
    known=(REQUEST,),
    fields=(REASON,),
    finish=_decline,
    send=N_("Send"),
    leave=N_("Do not reply yet"),
    permit=_may_answer,
    review=False,
)
