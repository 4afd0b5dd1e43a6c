"""Writes about roles."""

from datetime import datetime

from bot.chat.person import Person, find_person
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.terms import (
    end_deputies,
    end_where,
    past_term,
    plan_times,
    state_of_given,
)
from bot.features.people.models import RoleState, roles
from bot.features.people.notices import people as notices
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import terms as term_queries
from bot.features.people.rights import roles as role_rights
from bot.packs.roles import Role
from bot.storage import audit
from bot.storage.transaction import Tx


async def hold(
    tx: Tx,
    granted_by: int | None,
    person_id: int,
    role: Role,
    unit_id: int,
    subjects: tuple[str, ...] = (),
    instead_of: int | None = None,
) -> int | None:
    """Give the role without asking for a right; returns the id of its row. None: the person holds
    it already. `instead_of` is for whom `granted_by` acts, if as a deputy. The caller has locked
    the person."""
    async with counted(tx, person_id):
        return await put_role(
            tx, granted_by, person_id, role, unit_id, subjects, instead_of=instead_of
        )


async def put_role(
    tx: Tx,
    granted_by: int | None,
    person_id: int,
    role: Role,
    unit_id: int,
    subjects: tuple[str, ...] = (),
    until: datetime | None = None,
    instead_of: int | None = None,
) -> int | None:
    """`hold`, for whoever counts the person along with further changes."""
    if await holds(tx, person_id, role, unit_id):
        return None
    # A deputy who is given the role acts in their own name from now on; what is over, though
    # nobody has come to it yet, or idle, gives way as well.
    same = (
        roles.c.role == role,
        roles.c.unit_id == unit_id,
        roles.c.state.in_((RoleState.ACTIVE, RoleState.SUSPENDED)),
    )
    await end_where(tx, person_id, granted_by, *same, instead_of=instead_of)
    given = await tx.insert(
        roles,
        person_id=person_id,
        role=role,
        unit_id=unit_id,
        subject=subjects,
        state=await state_of_given(tx, person_id, unit_id),
        granted_by=granted_by,
        granted_for=instead_of,
        granted_at=tx.now,
        expires_at=until,
    )
    if until is not None:
        await plan_times(tx, given, until)
    return given


async def holds(tx: Tx, person_id: int, role: Role, unit_id: int) -> bool:
    """Whether the person holds the role there in their own name."""
    held = await role_queries.roles_of(tx, person_id)
    return any(h.role is role and h.unit.id == unit_id and h.instead_of is None for h in held)


async def grant_role(
    tx: Tx,
    actor: Person,
    person_id: int,
    role: Role,
    unit_id: int,
    subjects: tuple[str, ...] = (),
    until: datetime | None = None,
) -> bool:
    """Give a member a role at a unit, for good or `until` a moment, and tell them. False: they
    hold it already. Whoever gives it by a role for some subjects gives it for these.

    :raises Refused: "people.may_not_grant" where the actor's own roles do not reach;
        "people.not_a_member" for somebody who belongs nowhere; "people.yourself" for the actor
        themselves; "people.not_yours" for somebody at a unit that they do not look after;
        "people.past_term" for a moment that has passed.
    """
    place = await role_rights.access_unit_for_role(tx, actor, unit_id, role)
    await tx.lock("person", person_id)
    person = await find_person(tx, person_id)
    if person is None or not person.is_member:
        raise Refused(
            "people.not_a_member",
            actor.voice.say("This person is not registered. Send them an invitation link."),
        )
    await role_rights.access_candidate(tx, actor, person_id)
    if until is not None and until <= tx.now:
        raise past_term(actor)
    subjects = await role_queries.narrowing(tx, actor.id, place, role) or subjects
    behalf = await role_queries.acting_for(tx, actor.id, role_rights.GIVERS[role], place)
    async with counted(tx, person_id):
        given = await put_role(tx, actor.id, person_id, role, unit_id, subjects, until, behalf)
    if given is None:
        return False
    await audit.record(
        tx, actor.id, "people.grant", person_id, role=role, unit=unit_id,
        **role_queries.for_whom(behalf),
    )  # fmt: skip
    topic = role_queries.role_topic(given)
    await outbox.send(tx, notices.GRANTED, person_id, {"role": given}, topic=topic)
    return True


async def end_role(tx: Tx, actor: Person, person_id: int, role: Role, unit_id: int) -> bool:
    """Take a role back and tell the person. False: they do not hold it (any more).

    :raises Refused: "people.may_not_grant" where the actor's own roles do not reach;
        "people.last_administrator" where nobody else would administer the unit.
    """
    place = await role_rights.access_unit_for_role(tx, actor, unit_id, role)
    await tx.lock("person", person_id)
    if role is Role.ADMINISTRATOR:
        await tx.lock("administrators", 0)
        await role_rights.access_ending_administration(tx, actor, person_id)
    found = await term_queries.record_held(tx, person_id, role, unit_id)
    if found is None:
        return False
    behalf = await role_queries.acting_for(tx, actor.id, role_rights.GIVERS[role], place)
    async with counted(tx, person_id):
        (ended,) = await end_where(
            tx, person_id, actor.id, roles.c.id == found.id, instead_of=behalf
        )
    await end_deputies(tx, [ended], actor.id)
    await audit.record(
        tx, actor.id, "people.end_role", person_id, role=role, unit=unit_id,
        **role_queries.for_whom(behalf),
    )  # fmt: skip
    person = await find_person(tx, person_id)
    if person is not None and person.is_member and person.id != actor.id:
        await outbox.send(tx, notices.ENDED, person_id, {"role": ended, "by": actor.id})
    return True
