"""The way in: greeting, links, invitations."""

from dataclasses import replace

from bot.chat import parts
from bot.chat.forms import sessions
from bot.chat.screen import Choice, Screen, alternatives, choice, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Gender
from bot.delivery import outbox
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions.placements import forget_link, keep_link
from bot.features.people.forms.fields import COUNTRY_NAMES
from bot.features.people.forms.first_unit import runs_it
from bot.features.people.forms.registration import REGISTER, offers, open_kept, open_link
from bot.features.people.models import InvitationState
from bot.features.people.queries import consent as consent_queries
from bot.features.people.queries import invitations as invitation_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.invitations import Invitation
from bot.features.people.queries.units import spoken_of
from bot.features.people.rights import people as people_rights
from bot.features.people.screens import addresses as address_screens
from bot.features.people.screens import consent as consent_screens
from bot.packs.organisation import role_label

LONGEST_PAYLOAD = 20
"""Our links carry less: what is longer is none of them."""
UNKNOWN_PAYLOAD = "?"


async def start(turn: Turn, payload: str = "") -> Screen:
    """The first word: a greeting, or what a link leads to."""
    if not payload.isascii() or len(payload) > LONGEST_PAYLOAD:
        payload = UNKNOWN_PAYLOAD
    if turn.router.opens_at_once(payload) and (route := turn.router.link_route(payload)):
        return await turn.show(route, payload)
    invited = await invitation_queries.invitation(turn.tx, payload) if payload else None
    if turn.person.is_registered and not turn.person.is_member:
        if invited is not None and invited.is_usable(turn.now):
            return _offer(turn, invited)
        if turn.router.link_route(payload):
            await keep_link(turn.tx, turn.person.id, payload)
        return await turn.show("people.standing")
    if not turn.person.is_member:
        return await _welcome(turn, payload, invited)
    if payload and (opened := await open_link(turn, payload)):
        return opened
    if invited is not None and invited.is_usable(turn.now):
        return _offer(turn, invited)
    if not payload and await consent_queries.is_to_be_asked(turn.tx, turn.person.id):
        return consent_screens.offer(turn, _greeting(turn))
    return await _at_home(turn, _trouble(turn, invited) if payload else "")


def _greeting(turn: Turn) -> str:
    return turn.say("Welcome, {name}! What shall we do today?", name=turn.person.name)


async def _at_home(turn: Turn, trouble: str) -> Screen:
    news = await consent_screens.news(turn)
    text = paragraphs(trouble, _greeting(turn), news)
    return Screen(text=text, menu=await turn.router.menu_choices(turn))


async def arrived(turn: Turn) -> Screen:
    """Whoever was let in begins: the menu, and below it what they came for, or what there is for a
    newcomer."""
    opened, missed = await open_kept(turn)
    for offer in [opened] if opened else await offers(turn):
        await outbox.answer_below(turn.tx, turn.contact, await parts.fitted(turn, offer))
    if turn.person.is_member:
        # A question has its answers where the menu would be: it is asked when they come back.
        return await _at_home(turn, missed)
    screen = await start(turn)
    return replace(screen, text=paragraphs(missed, screen.text)) if missed else screen


async def came_with(turn: Turn, link: str) -> Screen:
    """What the link leads to with which somebody came who had to wait; it is kept no longer."""
    await forget_link(turn.tx, turn.person.id)
    return await open_link(turn, link) or await start(turn)


async def _welcome(turn: Turn, payload: str, invited: Invitation | None) -> Screen:
    own = turn.router.link_route(payload) is not None
    invites = invited is not None and invited.is_usable(turn.now)
    hello, others = _hello(turn), _others(turn, payload if own or invites else "")
    if invited is not None and invites:
        lives_in(turn, invited.unit.country)
        hello = _hello(turn)
        others = _others(turn, payload)
        offer = turn.say(
            "You are invited to {unit} as {role}. The invitation is valid until {until}.",
            unit=invited.unit.name,
            role=role_label(turn.voice, invited.role, _spoken_of(turn, invited)),
            until=invited.expires_at,
        )
        join = choice(turn.say("Register"), "people.join", payload, primary=True)
        return Screen(text=paragraphs(hello, offer)).with_actions(join, others)
    trouble = _trouble(turn, invited) if payload and not own else ""
    if not await unit_queries.root_units(turn.tx):
        return _empty(turn, hello, others)
    near = ""
    if address_screens.reads_like_code(turn.incoming.text):
        near = turn.say("The code that links accounts has eight digits: send it whole.")
    offered = await unit_queries.countries(turn.tx)
    if len(offered) > 1:
        step = turn.say("Registration takes about a minute. Where do you work?")
        link = payload if own else ""
        offers = [
            choice(turn.voice.text(COUNTRY_NAMES[code]), "people.join", link, code)
            for code in offered
        ]
        screen = Screen(text=paragraphs(near, trouble, hello, step)).with_list(offers)
        return screen.with_actions(_begun(turn), others)
    label = turn.say("Register without an invitation") if trouble else turn.say("Register")
    join = choice(label, "people.join", payload if own else "", *offered, primary=True)
    step = "" if trouble else turn.say("Registration takes about a minute.")
    return Screen(text=paragraphs(near, trouble, hello, step)).with_actions(join, others)


def _empty(turn: Turn, hello: str, others: list[Choice]) -> Screen:
    """Before there is any unit at which one could register."""
    if not runs_it(turn):
        text = turn.say("No school is entered here yet. Come back as soon as you are told to.")
        return Screen(text=paragraphs(hello, text)).with_actions(others)
    text = turn.say(
        "You run this installation, and there is nothing in it yet. First enter what stands at the"
        " top, such as your department. Then you add its schools, one by one or by a list."
    )
    first = choice(turn.say("Enter the first unit"), "people.first_unit", primary=True)
    return Screen(text=paragraphs(hello, text)).with_actions(first, others)


async def first_unit(turn: Turn) -> Screen:
    return await turn.begin("people.first_unit")


def _spoken_of(turn: Turn, invited: Invitation) -> Gender:
    """How a visitor is spoken of who has not said it: as one of the unit's people."""
    return spoken_of([turn.voice.gender], invited.unit)


def _begun(turn: Turn) -> list[Choice]:
    """The way back to a registration that was begun before."""
    begun = [state for state in sessions.saved(turn) if state.form == REGISTER.name]
    return [sessions.resume_choice(turn, begun[-1])] if begun else []


def _hello(turn: Turn) -> str:
    return turn.say(
        "Welcome to Halqa, the circle where teachers learn from one another: your teams, meetings"
        " and good practices in one chat."
    )


def _others(turn: Turn, payload: str) -> list[Choice]:
    """What may be read first; it leads back to what the link is for."""
    link = [payload] if payload else []
    return [
        choice(turn.say("Privacy"), "people.privacy", *link),
        choice(turn.say("Another language"), "people.language", *link),
    ]


def lives_in(turn: Turn, country: str) -> None:
    """Speak in the words of a country for the rest of the turn."""
    turn.person = replace(turn.person, voice=turn.person.voice.living_in(country))


def _trouble(turn: Turn, invited: Invitation | None) -> str:
    """Why a link does not work, and what to do."""
    if invited is None:
        return turn.say(
            "I do not know this link. Perhaps a part of it got lost: open it again, or ask for a"
            " new one."
        )
    if invited.state is InvitationState.USED:
        return turn.say("This invitation was for one person and has been used already.")
    if invited.state is InvitationState.WITHDRAWN:
        return turn.say("This invitation was withdrawn. Ask whoever sent it to you.")
    return turn.say("This invitation ended: {until}. Ask for a new one.", until=invited.expires_at)


def _offer(turn: Turn, invited: Invitation) -> Screen:
    text = turn.say(
        "{name}, you are invited to {unit} as {role}. Do you accept?",
        name=turn.person.name,
        unit=invited.unit.name,
        role=role_label(turn.voice, invited.role, turn.voice.gender),
    )
    return Screen(text=text).with_actions(
        alternatives(
            choice(turn.say("I accept"), "people.accept", invited.code),
            choice(turn.say("Not now"), turn.router.home),
        )
    )


async def join(turn: Turn, link: str = "", country: str = "") -> Screen:
    """Begin to register; `link` is the payload that the person came with. Whoever has not said in
    which of several countries they work is asked first."""
    invited = await invitation_queries.invitation(turn.tx, link) if link else None
    if invited is not None and invited.is_usable(turn.now):
        known = {"unit": invited.unit.id, "country": invited.unit.country}
        return await turn.begin("people.register", link=link, **known)
    offered = await unit_queries.countries(turn.tx) or [turn.voice.country]
    chosen = country if country in offered else offered[0] if len(offered) == 1 else ""
    if invited is not None or not chosen or not await unit_queries.root_units(turn.tx):
        return await _welcome(turn, link, invited)
    return await turn.begin("people.register", link=link, country=chosen)


async def accept(turn: Turn, code: str) -> Screen:
    invited = await invitation_actions.accept_invitation(turn.tx, turn.person, code)
    turn.person = await people_rights.access_own_membership(turn.tx, turn.person)
    text = turn.say(
        "You are now {role} at {unit}. We are glad to have you.",
        role=role_label(turn.voice, invited.role, turn.voice.gender),
        unit=invited.unit.name,
    )
    opened, missed = await open_kept(turn)
    if opened:
        await outbox.answer_below(turn.tx, turn.contact, await parts.fitted(turn, opened))
    return Screen(text=paragraphs(text, missed), menu=await turn.router.menu_choices(turn))
