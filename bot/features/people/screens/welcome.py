"""The way in: greeting, links, invitations."""

from bot.chat.screen import Screen, alternatives, choice, paragraphs
from bot.chat.turn import Turn
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.forms.registration import open_link
from bot.features.people.models import InvitationState
from bot.features.people.queries import consent as consent_queries
from bot.features.people.queries import invitations as invitation_queries
from bot.features.people.queries.invitations import Invitation
from bot.features.people.screens import consent as consent_screens
from bot.packs.organisation import role_label

LONGEST_PAYLOAD = 20
"""Our links carry less: what is longer is none of them."""
UNKNOWN_PAYLOAD = "?"


async def start(turn: Turn, payload: str = "") -> Screen:
    """The first word: a greeting, or what a link leads to."""
    if not payload.isascii() or len(payload) > LONGEST_PAYLOAD:
        payload = UNKNOWN_PAYLOAD
    if turn.router.link_route(payload) == "people.link_here":
        return await turn.show("people.link_here", payload)
    invited = await invitation_queries.invitation(turn.tx, payload) if payload else None
    if not turn.person.is_member:
        return await _welcome(turn, payload, invited)
    if payload and (opened := await open_link(turn, payload)):
        return opened
    if invited is not None and invited.is_usable(turn.now):
        return _offer(turn, invited)
    greeting = turn.say("Welcome, {name}! What shall we do today?", name=turn.person.name)
    if not payload and await consent_queries.is_to_be_asked(turn.tx, turn.person.id):
        return consent_screens.offer(turn, greeting)
    trouble = _trouble(turn, invited) if payload else ""
    return Screen(text=paragraphs(trouble, greeting), menu=await turn.router.menu_choices(turn))


async def _welcome(turn: Turn, payload: str, invited: Invitation | None) -> Screen:
    own = turn.router.link_route(payload) is not None
    hello = turn.say(
        "Welcome to Halqa, the circle where teachers learn from one another: your teams, meetings"
        " and good practices in one chat."
    )
    others = [
        choice(turn.say("Privacy"), "people.privacy"),
        choice(turn.say("Another language"), "people.language"),
    ]
    if invited is not None and invited.is_usable(turn.now):
        offer = turn.say(
            "You are invited to {unit} as {role}. The invitation is valid until {until}.",
            unit=invited.unit.name,
            role=role_label(turn.voice, invited.role, turn.voice.gender),
            until=invited.expires_at,
        )
        join = choice(turn.say("Register"), "people.join", payload, primary=True)
        return Screen(text=paragraphs(hello, offer)).with_actions(join, others)
    if payload and not own:
        join = choice(turn.say("Register without an invitation"), "people.join", primary=True)
        trouble = _trouble(turn, invited)
        return Screen(text=paragraphs(trouble, hello)).with_actions(join, others)
    own_link = [payload] if own and payload else []
    join = choice(turn.say("Register"), "people.join", *own_link, primary=True)
    step = turn.say("Registration takes about a minute and begins with your privacy.")
    return Screen(text=paragraphs(hello, step)).with_actions(join, others)


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


async def join(turn: Turn, link: str = "") -> Screen:
    """Begin to register; `link` is the payload that the person came with."""
    invited = await invitation_queries.invitation(turn.tx, link) if link else None
    if invited is not None and invited.is_usable(turn.now):
        return await turn.begin("people.register", link=link, unit=invited.unit.id)
    if invited is not None:
        return await _welcome(turn, link, invited)
    return await turn.begin("people.register", link=link)


async def accept(turn: Turn, code: str) -> Screen:
    invited = await invitation_actions.accept_invitation(turn.tx, turn.person, code)
    text = turn.say(
        "You are now {role} at {unit}. We are glad to have you.",
        role=role_label(turn.voice, invited.role, turn.voice.gender),
        unit=invited.unit.name,
    )
    return Screen(text=text, menu=await turn.router.menu_choices(turn))
