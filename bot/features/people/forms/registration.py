"""The form of registering."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.chat import parts
from bot.chat.forms import sessions
from bot.chat.forms.agreement import AgreementField, ConsentField
from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import ChoiceField, SearchField
from bot.chat.forms.form import Field, Form
from bot.chat.forms.reading import Accepted, Given, NotAccepted, Option, Question, Reading
from bot.chat.screen import Screen, choice, paragraphs
from bot.chat.turn import Turn
from bot.core.country import Numerals
from bot.core.errors import Refused
from bot.core.i18n import N_, Gender, Phrase, Voice
from bot.delivery import outbox
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import unit_requests
from bot.features.people.actions.people import Registered
from bot.features.people.actions.placements import forget_link, keep_link
from bot.features.people.forms.fields import (
    ADDRESS,
    COUNTRY,
    DIGITS,
    MOST_UNITS,
    NAME,
    NOTICE,
    STAGE,
    SUBJECT,
    UNIT,
    ZONE,
    called_so,
    country_digits,
    find_workplaces,
    unit_country,
    unit_zone,
)
from bot.features.people.forms.finding import further_choices
from bot.features.people.forms.first_unit import runs_it
from bot.features.people.forms.namesakes import NAMESAKE, WholeName, settled_name
from bot.features.people.forms.wanted import SCHOOL, none_is_missing
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.unit_choice import unit_options
from bot.features.people.rights import people as people_rights
from bot.packs.organisation import (
    role_label,
)
from bot.packs.roles import Role

LINK = Known("link", str)
"""The payload that the person came with, which may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationAnswers:
    """What a visitor answers; `country` is known from the start, and for invited people the
    `unit`."""

    consent: bool
    gender: Gender
    name: str
    unit: int
    school: str = ""
    namesake: WholeName | None = None
    subject: tuple[str, ...]
    stage: tuple[str, ...]
    country: str
    timezone: str
    numerals: Numerals
    link: str


async def _only_visitors(turn: Turn, answers: Answers) -> None:
    await people_rights.access_registration(turn.tx, turn.person)


async def _register(turn: Turn, draft: RegistrationAnswers) -> Screen:
    # What such a link leads to has been proven before, and gives them their place.
    has_proof = turn.router.opens_at_once(draft.link)
    done = await people_actions.register(
        turn.tx,
        turn.person,
        people_actions.Registration(
            name=settled_name(draft.name, draft.namesake),
            gender=draft.gender,
            unit_id=draft.unit,
            subjects=draft.subject,
            stages=draft.stage,
            country=draft.country,
            timezone=draft.timezone,
            numerals=draft.numerals,
            invitation=draft.link,
            administrator=runs_it(turn),
            # Asked by itself, when they are here again.
            findable=False,
            asks=not has_proof,
        ),
    )
    turn.person = done.person
    # One that was begun without the invitation has no purpose any more.
    sessions.drop_named(turn, REGISTER.name)
    opened, missed = await _open(turn, draft.link) if has_proof else (None, "")
    if has_proof and not turn.person.is_member:
        await admission_actions.ask_to_belong(turn.tx, turn.person, draft.unit)
    if not turn.person.is_member:
        if not has_proof and turn.router.link_route(draft.link):
            await keep_link(turn.tx, turn.person.id, draft.link)
        if draft.school:
            await unit_requests.ask_for_unit(turn.tx, turn.person, done.unit.id, draft.school)
        return await _waits(turn, done, missed)
    welcome = turn.say(
        "Welcome, {name}! You are registered as {role} at {unit}.",
        name=done.person.name,
        role=role_label(turn.voice, await _begins_as(turn, done), turn.voice.gender),
        unit=done.unit.name,
    )
    if done.missed is not None:
        missed = turn.say(
            "Your invitation ended in the meantime. Ask for a new one, and open it: your"
            " registration stays."
        )
    elif not has_proof:
        opened, missed = await _open(turn, draft.link)
    shown = [opened] if opened else []
    if has_proof or not (opened or missed):
        # Whoever has proven their place came for nothing else.
        shown += await offers(turn)
    for offer in [*await _first_steps(turn, done), *shown]:
        await outbox.answer_below(turn.tx, turn.contact, await parts.fitted(turn, offer))
    hint = turn.say("This is what we can do together:")
    if turn.traits.menu:
        hint = turn.say("The menu below the chat shows what we can do together.")
    return Screen(text=paragraphs(welcome, missed, hint), menu=await turn.router.menu_choices(turn))


async def _first_steps(turn: Turn, done: Registered) -> list[Screen]:
    """What comes next for whoever runs an installation in which nothing is but its top."""
    if not runs_it(turn) or done.unit.parent_id is not None:
        return []
    _, below = await unit_queries.children_of(turn.tx, done.unit.id, offset=0, limit=1)
    if below or len(await unit_queries.root_units(turn.tx)) > 1:
        return []
    text = turn.say(
        "Now the schools of {unit}: add them one by one, or send me their list as a file (.xlsx or"
        " .csv) with name, kind, the unit above, girls or boys.",
        unit=done.unit.name,
    )
    add = choice(turn.say("Add a unit below"), "people.add_unit", done.unit.id)
    people = choice(turn.say("People and roles"), "people.staff", done.unit.id, 0)
    return [Screen(text=text).with_actions(add, people)]


async def _begins_as(turn: Turn, done: Registered) -> Role:
    """As what somebody begins: by what they came with, or by the place that was kept for them."""
    held = await role_queries.roles_of(turn.tx, done.person.id)
    here = [each.role for each in held if each.unit.id == done.unit.id]
    return next((each for each in [done.role, *here] if each is not Role.TEACHER), done.role)


async def offers(turn: Turn) -> list[Screen]:
    """What other slices have for a newcomer right away: screens with a list of it."""
    routes = turn.router.routes_on("people.welcome") if turn.person.is_member else []
    shown = [await turn.show(route) for route in routes]
    return [screen for screen in shown if screen.listing]


async def _waits(turn: Turn, done: Registered, missed: str) -> Screen:
    """Whoever is not let in yet reads with whom it lies."""
    if done.missed is not None:
        missed = turn.say("Your invitation ended in the meantime, so I have asked for you.")
    asked = turn.say("Thank you, {name}. You are registered.", name=done.person.name)
    asked = paragraphs(asked, missed)
    screen = await turn.show("people.standing")
    return replace(screen, text=paragraphs(asked, screen.text))


async def _open(turn: Turn, payload: str) -> tuple[Screen | None, str]:
    """What another slice shows for a link of its own, or why it does not: one that leads nowhere
    must not undo the registration."""
    try:
        return await open_link(turn, payload), ""
    except Refused as refusal:
        return None, refusal.text


async def open_kept(turn: Turn) -> tuple[Screen | None, str]:
    """The same of the link with which somebody came who had to wait, once they are in; it is kept
    no longer."""
    link = await placement_queries.kept_link(turn.tx, turn.person.id)
    if not link or not turn.person.is_member:
        return None, ""
    await forget_link(turn.tx, turn.person.id)
    return await _open(turn, link)


async def open_link(turn: Turn, payload: str) -> Screen | None:
    """The screen that another slice shows for a link of its own; None for any other payload."""
    route = turn.router.link_route(payload)
    return None if route is None else await turn.show(route, payload)


async def _informed(turn: Turn, answers: Answers) -> bool:
    return True


async def _nothing_is_missing(turn: Turn, answers: Answers) -> str | None:
    """Whoever is invited is let in where they are, and whoever administers adds it themselves."""
    link = answers.of(LINK) or ""
    invited = bool(link) and turn.router.link_route(link) is None
    let_in = invited or turn.router.opens_at_once(link) or runs_it(turn)
    return "" if let_in else await none_is_missing(turn, answers)


INFORMED = ConsentField(
    name="consent", label=N_("Privacy"), text=NOTICE, agree=N_("Go on"), preset=_informed
)
"""Former versions asked for what no registration can do without; who stands there reads it."""


@dataclass(frozen=True, kw_only=True)
class GreetedField(ChoiceField[Gender]):
    """The form of address, below the notice of how data is treated."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        asked = await super().ask(turn, answers)
        return replace(asked, text=paragraphs(turn.voice.text(NOTICE), asked.text))


GREETED = GreetedField(
    name=ADDRESS.name,
    label=ADDRESS.label,
    question=ADDRESS.question,
    options=ADDRESS.options,
    of=ADDRESS.of,
    attune=ADDRESS.attune,
)


async def _search_workplaces(turn: Turn, answers: Answers, words: str) -> Sequence[Option]:
    """As everywhere; the one that is called so as a whole stands for itself, whatever lies below it
    or is called by more."""
    found = await find_workplaces(turn, answers, words)
    meant = called_so(found, words)
    return await unit_options(turn, [meant] if meant else found, MOST_UNITS)


@dataclass(frozen=True, kw_only=True)
class WorkplaceField(SearchField):
    """Where they work; a unit that takes nobody who asks says so here, and not at the end."""

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[int]:
        reading = await super().read(turn, answers, given)
        if not isinstance(reading, Accepted) or runs_it(turn):
            return reading
        try:
            await admission_actions.require_answerer_at(turn.tx, turn.person, reading.value)
        except Refused as refusal:
            return NotAccepted(refusal.text)
        return reading


WORKPLACE = WorkplaceField(
    name=UNIT.name,
    label=UNIT.label,
    question=UNIT.question,
    search=_search_workplaces,
    describe=UNIT.describe,
    takes_only=True,
    further_choices=further_choices,
)
REGISTER = Form(
    name="people.register",
    version=1,
    title=N_("Registration"),
    draft=RegistrationAnswers,
    known=(LINK,),
    fields=(
        INFORMED,
        replace(COUNTRY, preset=unit_country, attune=Voice.living_in),
        GREETED,
        NAME,
        WORKPLACE,
        replace(SCHOOL, preset=_nothing_is_missing),
        NAMESAKE,
        SUBJECT,
        STAGE,
        replace(ZONE, preset=unit_zone),
        replace(DIGITS, preset=country_digits),
    ),
    finish=_register,
    send=N_("Register me"),
    permit=_only_visitors,
    open=True,
    review=False,
)


async def _lost_roles(turn: Turn) -> list[Phrase]:
    """The roles that end with a move, but the one that everybody has."""
    profile = await people_queries.profile(turn.tx, turn.person.id)
    kept = (Role.TEACHER, Role.ADMINISTRATOR)
    return [
        role_label(turn.voice, held.role, turn.voice.gender)
        for held in (profile.roles if profile else ())
        if profile and held.unit.id == profile.unit.id and held.role not in kept
    ]


@dataclass(frozen=True, kw_only=True)
class LeavingField(AgreementField):
    """Asked only of whoever loses a role by moving, since others gave it and only they can
    again."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        text = turn.say(
            "This ends with the move: {roles}. Only those who lead your present place of work can"
            " give it back. Shall I go on?",
            roles=turn.voice.join(await _lost_roles(turn)),
        )
        return Question(text, [Option(True, turn.say("Yes, move"))])

    def remind(self, turn: Turn) -> str:
        return turn.say("Please choose one of the buttons below.")

    async def show(self, turn: Turn, answers: Answers, value: bool) -> str:
        return turn.say("Yes, move")


async def _nothing_is_lost(turn: Turn, answers: Answers) -> bool | None:
    profile = await people_queries.profile(turn.tx, turn.person.id)
    stays = profile is not None and profile.unit.id == answers.of(UNIT)
    stays = stays and not answers.of(SCHOOL)
    return True if stays or not await _lost_roles(turn) else None


LEAVING = LeavingField(name="leaving", label=N_("Roles that end"), preset=_nothing_is_lost)
ALONG: dict[str, tuple[Field[Any], ...]] = {"name": (NAMESAKE,), "unit": (SCHOOL, LEAVING)}
"""What is asked together with some changes."""
