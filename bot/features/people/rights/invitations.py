"""What somebody may do with an invitation: withdraw it; and who may make one at all."""

from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import invitations as invitation_queries
from bot.features.people.queries.invitations import Invitation
from bot.features.people.queries.units import Unit
from bot.features.people.rights import roles as role_rights
from bot.features.people.rights import units as unit_rights
from bot.storage.transaction import Tx


class InvitationAbility(StrEnum):
    """What somebody may do with an invitation."""

    WITHDRAW = "withdraw"


def _not_yours(actor: Person) -> Refused:
    return Refused(
        "people.may_not_grant", actor.voice.say("This invitation is not yours to withdraw.")
    )


def _may_not_invite(actor: Person) -> Refused:
    return Refused(
        "people.may_not_grant",
        actor.voice.say(
            "Principals and supervisors invite colleagues. Ask the principal of yours."
        ),
    )


def invitation_over(actor: Person) -> Refused:
    """To whoever opens a link that lets nobody in any more."""
    return Refused(
        "people.invitation_over",
        actor.voice.say("This invitation can no longer be used. Ask for a new one."),
    )


def _own(actor: Person) -> Refused:
    return Refused(
        "people.yourself",
        actor.voice.say("This invitation is your own: it is for a colleague, not for you."),
    )


def put_out(actor: Person, unit: str) -> Refused:
    return Refused(
        "people.put_out",
        actor.voice.say(
            "No link lets you in at {unit}: those who answer there decide. You can ask them under"
            " «My profile».",
            unit=unit,
        ),
    )


async def access_offer(tx: Tx, actor: Person, found: Invitation) -> Invitation:
    """An invitation that the actor, who is registered, may take.

    :raises Refused: "people.yourself" for whoever made it; "people.put_out" for whoever was
        declined, suspended or removed at its unit, since nobody comes past those who decided it.
    """
    if found.created_by == actor.id:
        raise _own(actor)
    if await admission_queries.was_refused(tx, actor.id, found.unit):
        raise put_out(actor, found.unit.name)
    return found


async def abilities(tx: Tx, actor: Person, found: Invitation) -> frozenset[InvitationAbility]:
    """What the actor may do with the invitation, whatever became of it."""
    own = found.created_by == actor.id
    may = own or found.role in await role_rights.abilities(tx, actor, found.unit)
    return frozenset({InvitationAbility.WITHDRAW} if may else ())


async def access_invitation(tx: Tx, actor: Person, invitation_id: int) -> Invitation:
    """An invitation that the actor may withdraw; it may have ended already.

    :raises Refused: "people.may_not_grant", also for an id that does not exist.
    """
    found = await invitation_queries.invitation_by_id(tx, invitation_id)
    if found is None or InvitationAbility.WITHDRAW not in await abilities(tx, actor, found):
        raise _not_yours(actor)
    return found


async def access_inviting(tx: Tx, actor: Person) -> list[Unit]:
    """The top units to which, and below which, the actor may invite.

    :raises Refused: "people.may_not_grant".
    """
    if tops := await unit_rights.reach(tx, actor):
        return tops
    raise _may_not_invite(actor)
