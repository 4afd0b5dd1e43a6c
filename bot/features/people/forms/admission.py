"""The forms about who belongs to a unit: declining, suspending, removing, naming a colleague."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import ChoiceField, NameField, TextField
from bot.chat.forms.form import Form, Permit
from bot.chat.forms.reading import Option, Question
from bot.chat.screen import Screen, choice, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import standings as standing_actions
from bot.features.people.actions import transfers as transfer_actions
from bot.features.people.forms.fields import MOST_UNITS, find_near, unit_field
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import search as people_search
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.people import name_of
from bot.features.people.queries.unit_choice import unit_options
from bot.features.people.queries.units import Unit
from bot.features.people.rights import placements as placement_rights
from bot.features.people.rights import units as unit_rights
from bot.features.people.rights.placements import PlacementAbility

PLACEMENT = Known("placement", int)
SUSPENSIONS = (3, 7, 14, 30, 90)
"""Days for which somebody may be suspended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecliningAdmission:
    placement: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    placement: int
    days: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    placement: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    placement: int
    unit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    placement: int
    name: str


def _may(ability: PlacementAbility) -> Permit:
    async def permit(turn: Turn, answers: Answers) -> None:
        number = answers.need(PLACEMENT)
        await placement_rights.access_placement(turn.tx, turn.person, number, ability)

    return permit


async def _whom(turn: Turn, draft: Suspension | Removal) -> str:
    """Whom it concerns, and what follows, above the review."""
    found = await placement_queries.known_placement(turn.tx, draft.placement)
    about, name = found.person.voice.gender, name_of(turn.voice, found.person)
    if isinstance(draft, Suspension):
        return turn.say(
            "{name} takes no part at {unit} until {until}: teams, roles and search. A team that"
            " only they lead passes on. They are told.",
            about=about,
            name=name,
            unit=found.unit.name,
            until=_until(turn, draft),
        )
    return turn.say(
        "{name} leaves {unit} at once, with its teams and roles; a team that only they lead passes"
        " on. They are told.",
        about=about,
        name=name,
        unit=found.unit.name,
    )


async def _decline(turn: Turn, draft: DecliningAdmission) -> Screen:
    done = await admission_actions.decline(turn.tx, turn.person, draft.placement, draft.reason)
    text = turn.say(
        "Declined. {name} reads your reason.",
        about=done.person.voice.gender,
        name=name_of(turn.voice, done.person),
    )
    waiting = choice(turn.say("Who waits"), "people.asking", done.unit.id, 0)
    return Screen(text=text).with_actions(waiting)


def _until(turn: Turn, draft: Suspension) -> datetime:
    return turn.now + timedelta(days=draft.days)


async def _suspend(turn: Turn, draft: Suspension) -> Screen:
    done = await standing_actions.suspend(
        turn.tx, turn.person, draft.placement, draft.reason, _until(turn, draft)
    )
    screen = await turn.show("people.placement", done.id)
    return screen.with_notice(turn.say("Suspended, and told."))


async def _remove(turn: Turn, draft: Removal) -> Screen:
    done = await standing_actions.remove(turn.tx, turn.person, draft.placement, draft.reason)
    screen = await turn.show("people.staff", done.unit.id, 0)
    return screen.with_notice(turn.say("Removed, and told."))


async def _find_units(turn: Turn, answers: Answers, words: str) -> list[Unit]:
    """Those of the country where the person works come first."""
    left = await placement_queries.known_placement(turn.tx, answers.need(PLACEMENT))
    return await find_near(turn, words, left.unit.country)


async def _elsewhere(turn: Turn, answers: Answers, given: object) -> Question:
    """Those of other countries, for whoever says that it is none of these."""
    left = await placement_queries.known_placement(turn.tx, answers.need(PLACEMENT))
    tops = await unit_queries.root_units(turn.tx)
    abroad = [top for top in tops if top.country != left.unit.country]
    words = str(given)
    found = await people_search.find_units(turn.tx, words, MOST_UNITS, abroad) if abroad else []
    if found:
        asked = turn.say("Is it one of these? If not, write it again.")
        return Question(asked, await unit_options(turn, found, MOST_UNITS, whole=True))
    nothing = turn.say("I found nothing like {words}. Try another part of the name.", words=words)
    return Question(nothing)


async def _transfer_about(turn: Turn, draft: Moving) -> str:
    """Whom it concerns and who decides, above the review."""
    found = await placement_queries.known_placement(turn.tx, draft.placement)
    to = await unit_queries.unit(turn.tx, draft.unit)
    assert to is not None
    about, name = found.person.voice.gender, name_of(turn.voice, found.person)
    asked = ""
    if not await unit_rights.admits(turn.tx, turn.person, to):
        asked = turn.say("Those who answer there are asked first.")
    text = turn.say(
        "{name} moves from {left} to {unit} with everything that they wrote, their files and their"
        " teams. Roles at the old place end, and teams that they lead there pass on. They are told,"
        " and so are the heads.",
        about=about,
        name=name,
        left=found.unit.name,
        unit=to.name,
    )
    return paragraphs(text, asked)


async def _transfer_sends(turn: Turn, draft: Moving) -> str:
    to = await unit_queries.unit(turn.tx, draft.unit)
    if to is not None and await unit_rights.admits(turn.tx, turn.person, to):
        return turn.say("Move them")
    return turn.say("Ask for the move")


async def _transfer(turn: Turn, draft: Moving) -> Screen:
    done = await transfer_actions.transfer_person(turn.tx, turn.person, draft.placement, draft.unit)
    left = await placement_queries.known_placement(turn.tx, draft.placement)
    screen = await turn.show("people.staff", left.unit.id, 0)
    about, name = done.person.voice.gender, name_of(turn.voice, done.person)
    if done.belongs:
        word = turn.say("{name} works at {unit} now.", about=about, name=name, unit=done.unit.name)
    else:
        word = turn.say("Asked at {unit}; I tell you the answer.", unit=done.unit.name)
    return screen.with_notice(word)


async def _name(turn: Turn, draft: Voucher) -> Screen:
    await admission_actions.name_voucher(turn.tx, turn.person, draft.placement, draft.name)
    screen = await turn.show("people.standing")
    return screen.with_notice(
        turn.say("Noted. If a colleague there bears this name, they are asked.")
    )


async def _lengths(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(n, turn.count("{n} day", "{n} days", n)) for n in SUSPENSIONS]


REASON = TextField(
    name="reason",
    label=N_("Reason"),
    question=N_("For which reason? Your colleague will read it."),
    most=500,
    multiline=True,
)
DECLINE = Form(
    name="people.decline",
    version=1,
    title=N_("Decline a request"),
    draft=DecliningAdmission,
    known=(PLACEMENT,),
    fields=(REASON,),
    finish=_decline,
    send=N_("Send"),
    leave=N_("Do not reply yet"),
    permit=_may(PlacementAbility.ANSWER),
    review=False,
)
SUSPEND = Form(
    name="people.suspend",
    version=1,
    title=N_("Suspend"),
    draft=Suspension,
    known=(PLACEMENT,),
    fields=(
        ChoiceField(
            name="days",
            label=N_("For how long"),
            question=N_("For how long? It ends by itself."),
            options=_lengths,
            of=int,
        ),
        REASON,
    ),
    finish=_suspend,
    send=N_("Suspend"),
    leave=N_("Do not suspend"),
    permit=_may(PlacementAbility.SUSPEND),
    about=_whom,
)
REMOVE = Form(
    name="people.remove",
    version=1,
    title=N_("End the membership"),
    draft=Removal,
    known=(PLACEMENT,),
    fields=(REASON,),
    finish=_remove,
    send=N_("End the membership"),
    leave=N_("Keep the membership"),
    permit=_may(PlacementAbility.REMOVE),
    about=_whom,
)
NAME_VOUCHER = Form(
    name="people.name_voucher",
    version=1,
    title=N_("Who knows me there"),
    draft=Voucher,
    known=(PLACEMENT,),
    fields=(
        NameField(
            name="name",
            label=N_("Name"),
            question=N_("Who at the unit knows you? Write the whole name of one colleague."),
        ),
    ),
    finish=_name,
    send=N_("Send"),
    permit=_may(PlacementAbility.NAME),
    review=False,
)
TRANSFER = Form(
    name="people.transfer",
    version=1,
    title=N_("Move to another unit"),
    draft=Moving,
    known=(PLACEMENT,),
    fields=(
        unit_field(
            _find_units,
            label=N_("New place of work"),
            question=N_("To which school or department? Write a part of its name."),
            further_choices=_elsewhere,
            takes_only=True,
        ),
    ),
    finish=_transfer,
    send=N_("Move them"),
    leave=N_("Do not move them"),
    sends=_transfer_sends,
    permit=_may(PlacementAbility.TRANSFER),
    about=_transfer_about,
)
ADMISSION = (DECLINE, SUSPEND, REMOVE, NAME_VOUCHER, TRANSFER)
