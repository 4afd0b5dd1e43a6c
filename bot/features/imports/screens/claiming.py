"""The way of somebody who stands on a list to their place: the code, then the family's name."""

from dataclasses import replace
from typing import Any

from bot.chat import parts
from bot.chat.navigation import menu_choice
from bot.chat.screen import Choice, Screen, choice, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.delivery import outbox
from bot.features.imports.actions import claims
from bot.features.imports.actions.claims import Claiming, ClaimResult
from bot.features.imports.actions.slips import PREFIX, code_in
from bot.features.imports.queries.listed import Listed
from bot.features.imports.rights.places import HEADS
from bot.features.people.queries.placements import kept_link
from bot.packs.organisation import role_label


def is_code(text: str) -> bool:
    """Whether a text is such a code."""
    return bool(code_in(text))


async def claim(turn: Turn, typed: str = "") -> Screen:
    """A code, typed or by its link; or the end of a registration for a place that is proven."""
    number = typed.removeprefix(PREFIX)
    if typed.startswith(PREFIX) and number.isdecimal() and not code_in(number):
        return await take(turn, int(number))
    code = code_in(typed.removeprefix(PREFIX))
    if not code:
        text = turn.say(
            "Has your school given you a code? Write it here: ten digits. Then I ask for your"
            " family name, and the place that is kept for you is yours."
        )
        screen = Screen(text=text)
        if turn.traits.contacts:
            screen = screen.with_actions(choice(turn.say("By my number"), "imports.by_number"))
        return screen.with_actions(_way_back(turn))
    found = await claims.look_up(turn.tx, turn.person, code, turn.installation.digest)
    return await opened(turn, found)


async def by_number(turn: Turn) -> Screen:
    """The other way to the first proof, where the channel vouches for a number."""
    if not turn.traits.contacts:
        return await claim(turn)
    text = turn.say(
        "Press the button below the chat, and your telephone number is compared with the lists. It"
        " is not kept. Then I ask for your family name."
    )
    shares = Choice(turn.say("Share my number"), shares_contact=True)
    return Screen(text=text, menu=(shares, *await _menu(turn)))


async def _menu(turn: Turn) -> tuple[Choice, ...]:
    return await turn.router.menu_choices(turn) if turn.person.is_member else ()


async def shared(turn: Turn) -> Screen:
    """A telephone number that somebody shared."""
    number = turn.incoming.contact
    if not number:
        text = turn.say(
            "This is not your own number, so I have not looked at it. Share yours by the button, or"
            " write the code that your school has given you."
        )
        return Screen(text=text).with_actions(
            choice(turn.say("By my number"), "imports.by_number"), _way_back(turn)
        )
    found = await claims.look_up_number(turn.tx, turn.person, number)
    return await opened(turn, found)


async def opened(turn: Turn, found: Claiming) -> Screen:
    """What follows the first proof, whatever it was."""
    if found.result is ClaimResult.OPEN and found.listed is not None:
        return await turn.begin("imports.prove", listed=found.listed.id, first=found.first)
    screen = failed(turn, found)
    if found.result is ClaimResult.NOBODY and (words := await _menu(turn)):
        # The button that shared the number goes with it.
        return replace(screen, actions=(), menu=words)
    return screen


async def proven(turn: Turn, listed: Listed) -> Screen:
    """The place is theirs to take: at once, or with their registration."""
    if turn.person.is_registered:
        came_for = await kept_link(turn.tx, turn.person.id)
        screen = await take(turn, listed.id)
        if not came_for:
            await _offer_below(turn)
        return screen
    said = {"subject": list(listed.subjects), "stage": list(listed.stages)}
    known: dict[str, Any] = {name: codes for name, codes in said.items() if codes}
    known |= {"unit": listed.unit.id, "country": listed.unit.country}
    link = f"{PREFIX}{listed.id}"
    return await turn.begin("people.register", link=link, name=listed.name, **known)


async def _offer_below(turn: Turn) -> None:
    """What other slices have for a newcomer, below what they are told."""
    for route in turn.router.routes_on("people.welcome"):
        offer = await turn.show(route)
        if offer.listing:
            await outbox.answer_below(turn.tx, turn.contact, await parts.fitted(turn, offer))


async def take(turn: Turn, listed_id: int) -> Screen:
    """Take the place that was proven."""
    if not turn.person.is_registered:
        return await claim(turn)
    done = await claims.claim(turn.tx, turn.person, listed_id)
    turn.person = done.person
    said = N_("Your place at {unit} is yours now: {role}. The head of the unit is told.")
    if done.listed.role in HEADS:
        said = N_("Your place at {unit} is yours now: {role}. Whoever brought the list is told.")
    role = role_label(turn.voice, done.listed.role, turn.voice.gender)
    text = turn.voice.text(said, unit=done.listed.unit.name, role=role)
    if await kept_link(turn.tx, turn.person.id):
        # What they came for before they claimed: the welcome shows it below.
        welcome = await turn.show("people.arrived")
        return replace(welcome, text=paragraphs(text, welcome.text))
    return Screen(text=text, menu=await turn.router.menu_choices(turn))


def failed(turn: Turn, found: Claiming) -> Screen:
    """Why it goes no further, and what to do."""
    match found.result:
        case ClaimResult.WRONG:
            text = paragraphs(
                turn.say("This is not right, or no longer valid."),
                turn.count("You have {n} more try.", "You have {n} more tries.", found.left),
            )
        case ClaimResult.NOBODY:
            text = turn.say(
                "No list keeps a place for this number. Ask the head of your school for a code, and"
                " write it here."
            )
        case ClaimResult.ENDED:
            text = turn.say(
                "This code is no longer valid. Ask the head of your school for a new one."
            )
        case ClaimResult.TAKEN:
            text = turn.say(
                "This code was used already. If it was not you, tell the head of your school: it"
                " can be undone."
            )
        case ClaimResult.BEING_TAKEN:
            text = turn.say(
                "Somebody is taking this place just now. If it is yours, tell the head of your"
                " school."
            )
        case _:
            text = turn.say(
                "Too much went wrong with codes today. Try again tomorrow, or ask the head of your"
                " school to invite you."
            )
    return Screen(text=text).with_actions(_way_back(turn))


def _way_back(turn: Turn) -> Choice:
    if turn.person.is_member:
        return menu_choice(turn)
    return choice(turn.say("Back"), turn.router.gate)
