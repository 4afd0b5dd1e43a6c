"""The form that makes an invitation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.chat.forms.answers import Answers
from bot.chat.forms.fields import ChoiceField
from bot.chat.forms.form import Form
from bot.chat.forms.reading import Option
from bot.chat.screen import Screen, choice, paragraphs, sharing
from bot.chat.turn import Turn
from bot.core.i18n import N_, Phrase
from bot.core.text import isolate_ltr
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.queries import invitations as invitation_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.roles import GRANTERS
from bot.features.people.queries.unit_choice import unit_field
from bot.features.people.queries.units import staff_of
from bot.features.people.rights import invitations as invitation_rights
from bot.features.people.rights import units as unit_rights
from bot.packs.organisation import (
    role_label,
)
from bot.packs.roles import Role

LIFETIMES = (1, 7, 30)


async def _may_invite(turn: Turn, answers: Answers) -> None:
    await invitation_rights.access_inviting(turn.tx, turn.person)


async def _only_unit(turn: Turn, answers: Answers) -> int | None:
    tops = await unit_rights.reach(turn.tx, turn.person)
    if len(tops) != 1:
        return None
    _, below = await unit_queries.children_of(turn.tx, tops[0].id, offset=0, limit=1)
    return None if below else tops[0].id


async def _roles_to_give(turn: Turn, answers: Answers) -> Sequence[Option]:
    given = await role_queries.grantable(turn.tx, turn.person.id, answers.need(UNIT))
    place = await unit_queries.unit(turn.tx, answers.need(UNIT))
    about = staff_of(place) if place else "neutral"
    return [Option(role.value, role_label(turn.voice, role, about)) for role in given]


async def _lifetimes(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(n, turn.count("{n} day", "{n} days", n)) for n in LIFETIMES]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationDraft:
    unit: int
    role: Role
    days: int


async def _invite(turn: Turn, draft: InvitationDraft) -> Screen:
    role, lifetime = draft.role, timedelta(days=draft.days)
    code = await invitation_actions.create_invitation(
        turn.tx, turn.person, draft.unit, role, lifetime
    )
    invited = await invitation_queries.invitation(turn.tx, code)
    assert invited is not None
    if invited.for_many:
        whom = turn.say("Every teacher who opens it may register until then.")
    else:
        whom = turn.say("It is for one person: send it to them alone.")
    offer = turn.say(
        "Invitation to {unit} as {role}, until {until}.",
        unit=invited.unit.name,
        role=role_label(turn.voice, role, staff_of(invited.unit)),
        until=invited.expires_at,
    )
    link = turn.link(code)
    words = turn.say("Invitation to {unit} in Halqa", unit=invited.unit.name)
    return Screen(
        title=turn.say("Your link is ready"),
        text=paragraphs(offer, Phrase(isolate_ltr(link)), whom),
    ).with_actions(
        sharing(turn.say("Send the link"), link, words),
        choice(turn.say("My invitations"), "people.invites"),
        choice(turn.say("Back"), "people.me"),
    )


UNIT = unit_field(
    GRANTERS,
    label=N_("Unit"),
    question=N_("Where will they work? Choose, or write a part of the name."),
    preset=_only_unit,
)
INVITE = Form(
    name="people.invite",
    version=1,
    title=N_("Invite colleagues"),
    draft=InvitationDraft,
    fields=(
        UNIT,
        ChoiceField(
            name="role",
            label=N_("Role"),
            question=N_("Which role will they have there?"),
            options=_roles_to_give,
            of=Role,
            none=N_("You cannot give any role there. Go back and choose another unit."),
        ),
        ChoiceField(
            name="days",
            label=N_("Valid for"),
            question=N_("How long shall the link work?"),
            options=_lifetimes,
            of=int,
        ),
    ),
    finish=_invite,
    send=N_("Make the link"),
    permit=_may_invite,
    review=False,
)
