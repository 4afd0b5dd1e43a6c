"""One's own invitations that still work."""

from bot.chat.lists import page_of_entries, turning
from bot.chat.navigation import ask_first, no_choice
from bot.chat.screen import Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.core.text import isolate_ltr
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.queries import invitations as invitation_queries
from bot.features.people.queries.invitations import Invitation
from bot.features.people.queries.units import staff_of
from bot.features.people.rights import invitations as invitation_rights
from bot.packs.organisation import role_label


async def invite(turn: Turn) -> Screen:
    return await turn.begin("people.invite")


async def invites(turn: Turn, page: str = "0") -> Screen:
    """The person's own invitations that still work, each to be withdrawn."""
    every = await invitation_queries.open_invitations(turn.tx, turn.person.id)
    at = page_of_entries(turn, page, len(every))
    found = at.numbered(every)
    if not found:
        text = turn.say("You have no open invitation. Make one and send its link.")
        return Screen(text=text).with_actions(
            choice(turn.say("Invite colleagues"), "people.invite"),
            choice(turn.say("Back"), "people.me"),
        )
    cards = [
        lines(
            turn.say(
                "{number}. {role} – {unit}, until {until}",
                number=n,
                role=role_label(turn.voice, invited.role, staff_of(invited.unit)),
                unit=invited.unit.name,
                until=turn.voice.brief(invited.expires_at),
            ),
            _use(turn, invited),
        )
        for n, invited in found
    ]
    withdrawing = [
        choice(
            turn.say("Withdraw no. {number}", number=n), "people.withdraw", invited.id, at.number
        )
        for n, invited in found
    ]
    pages = turning(turn, at, "people.invites", more=at.precedes(len(every)))
    screen = Screen(title=turn.say("My invitations"), text=paragraphs(*cards))
    return screen.with_list(withdrawing, *pages).with_actions(choice(turn.say("Back"), "people.me"))


def _use(turn: Turn, invited: Invitation) -> str:
    """The link of an invitation, and how many came by it."""
    link = Phrase(isolate_ltr(turn.link(invited.code))) if invited.code else ""
    return lines(
        link,
        turn.count("{n} person came by it", "{n} people came by it", invited.uses),
    )


async def withdraw(turn: Turn, invitation_id: str, page: str = "0") -> Screen:
    """Ask before a link ends that others may hold."""
    invited = await invitation_rights.access_invitation(turn.tx, turn.person, int(invitation_id))
    if not invited.is_usable(turn.now):
        return await _withdrawn(turn, page, ended=False)
    offer = turn.say(
        "Invitation to {unit} as {role}, until {until}.",
        unit=invited.unit.name,
        role=role_label(turn.voice, invited.role, staff_of(invited.unit)),
        until=invited.expires_at,
    )
    question = turn.say(
        "Shall I withdraw it? Its link ends for good; whoever came by it stays registered."
    )
    return ask_first(
        lines(offer, _use(turn, invited)),
        question,
        act=choice(turn.say("Yes, withdraw it"), "people.withdrawn", invited.id, page),
        back=no_choice(turn, "people.invites", page),
    )


async def withdrawn(turn: Turn, invitation_id: str, page: str = "0") -> Screen:
    ended = await invitation_actions.withdraw_invitation(turn.tx, turn.person, int(invitation_id))
    return await _withdrawn(turn, page, ended=ended)


async def _withdrawn(turn: Turn, page: str, *, ended: bool) -> Screen:
    screen = await invites(turn, page)
    word = turn.say("Withdrawn.") if ended else turn.say("This invitation had ended already.")
    return screen.with_result(word)
