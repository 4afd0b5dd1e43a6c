"""Writes about invitations."""

from datetime import timedelta

from sqlalchemy import update

from bot.chat.person import Person, find_person
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.features.people.actions.placements import place
from bot.features.people.actions.roles import hold, holds
from bot.features.people.models import CameBy, InvitationState, invitations
from bot.features.people.notices import people as notices
from bot.features.people.queries import invitations as invitation_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.invitations import Invitation
from bot.features.people.queries.roles import acting_for, grantable, narrowing, on_behalf
from bot.features.people.rights import invitations as invitation_rights
from bot.features.people.rights import people as people_rights
from bot.features.people.rights import roles as role_rights
from bot.packs.organisation import (
    role_label,
)
from bot.packs.roles import Role
from bot.storage import audit
from bot.storage.secret_codes import digest_of, new_code
from bot.storage.transaction import Tx

OF_SCHOOLS = frozenset({Role.TEACHER, Role.LEAD, Role.PRINCIPAL})
"""Roles of those who work at the unit itself."""
CODE_PREFIX = "i"
"""Tells the code of an invitation from the payloads of other links."""


async def create_invitation(
    tx: Tx,
    actor: Person | None,
    unit_id: int,
    role: Role,
    lifetime: timedelta,
    subjects: tuple[str, ...] = (),
) -> str:
    """An invitation to a role at a unit; returns the code that its link carries.

    Teachers may come by one link together until it ends; every other role is for one person.
    Without an actor it is the command line that invites.

    :raises Refused: "people.may_not_grant" where the actor's own roles do not reach.
    :raises LookupError: for a unit that does not exist, without an actor.
    """
    behalf: dict[str, int] = {}
    if actor is not None:
        at = await role_rights.access_unit_for_role(tx, actor, unit_id, role)
        subjects = await narrowing(tx, actor.id, at, role) or subjects
        behalf = await on_behalf(tx, actor.id, role_rights.GIVERS[role], at)
    elif await unit_queries.unit(tx, unit_id) is None:
        raise LookupError(f"there is no unit {unit_id}")
    code = new_code(CODE_PREFIX)
    number = await tx.insert(
        invitations,
        digest=digest_of(code),
        sealed=tx.secret_codes.seal(code),
        unit_id=unit_id,
        role=role,
        subject=subjects,
        expires_at=tx.now + lifetime,
        state=InvitationState.OPEN,
        created_by=actor.id if actor else None,
        created_at=tx.now,
        uses=0,
    )
    await audit.record(
        tx, actor.id if actor else None, "people.invite", number, role=role, unit=unit_id, **behalf
    )
    return code


async def mark_used(tx: Tx, invited: Invitation, person_id: int) -> bool:
    """Use the invitation for one person. False: it cannot be used (any more)."""
    if not await _inviter_still_may(tx, invited):
        return False
    single = InvitationState.OPEN if invited.for_many else InvitationState.USED
    used = await tx.execute(
        update(invitations)
        .where(
            invitations.c.id == invited.id,
            invitations.c.state == InvitationState.OPEN,
            invitations.c.expires_at > tx.now,
        )
        .values(state=single, used_by=person_id, uses=invitations.c.uses + 1)
    )
    return bool(used.rowcount)


async def _inviter_still_may(tx: Tx, invited: Invitation) -> bool:
    """Whoever invited must still hold the right to give the role when the link is used."""
    if invited.created_by is None:
        return True
    return invited.role in await grantable(tx, invited.created_by, invited.unit.id)


async def accept_invitation(tx: Tx, actor: Person, code: str) -> Invitation:
    """Take the role that an invitation offers to a registered person. Whoever belongs nowhere, or
    is invited to a school as one of its teachers or its head, belongs to the unit from then on.

    :raises Refused: "people.not_registered"; "people.invitation_over" when it cannot be used (any
        more); "people.yourself" for whoever made it; "people.put_out" for whoever was declined,
        suspended or removed there; "people.role_held" for whoever holds the role already, and the
        invitation stays for somebody else.
    """
    await tx.lock("person", actor.id)
    fresh = await people_rights.access_registered(tx, actor)
    invited = await invitation_queries.invitation(tx, code)
    usable = invited is not None and invited.is_usable(tx.now)
    if invited and usable:
        await invitation_rights.access_offer(tx, actor, invited)
    if invited and usable and await holds(tx, actor.id, invited.role, invited.unit.id):
        raise Refused(
            "people.role_held",
            actor.voice.say(
                "You are {role} at {unit} already. The invitation stays open for a colleague.",
                role=role_label(actor.voice, invited.role, actor.voice.gender),
                unit=invited.unit.name,
            ),
        )
    if invited is None or not await mark_used(tx, invited, actor.id):
        raise invitation_rights.invitation_over(actor)
    if invited.role in OF_SCHOOLS or not fresh.is_member:
        await place(tx, actor.id, invited.unit.id, CameBy.INVITATION, by=invited.created_by)
    by, behalf = invited.created_by, None
    if by is not None:
        behalf = await acting_for(tx, by, role_rights.GIVERS[invited.role], invited.unit)
    await hold(tx, by, actor.id, invited.role, invited.unit.id, invited.subjects, instead_of=behalf)
    await audit.record(tx, actor.id, "people.accept", invited.id, role=invited.role)
    await tell_inviter(tx, invited)
    return invited


async def tell_inviter(tx: Tx, invited: Invitation) -> None:
    """Say who took the role that was for one person; a link for many would be too many
    messages."""
    if invited.created_by is None or invited.for_many:
        return
    inviter = await find_person(tx, invited.created_by)
    if inviter is not None and inviter.is_member:
        await outbox.send(tx, notices.ACCEPTED, inviter.id, {"invitation": invited.id})


async def withdraw_invitation(tx: Tx, actor: Person, invitation_id: int) -> bool:
    """End one's own invitation, or one to a role that the actor may give. False: it had ended.

    :raises Refused: as `access_invitation`.
    """
    await invitation_rights.access_invitation(tx, actor, invitation_id)
    ended = await tx.execute(
        update(invitations)
        .where(invitations.c.id == invitation_id, invitations.c.state == InvitationState.OPEN)
        .values(state=InvitationState.WITHDRAWN)
    )
    if ended.rowcount:
        await audit.record(tx, actor.id, "people.withdraw", invitation_id)
    return bool(ended.rowcount)
