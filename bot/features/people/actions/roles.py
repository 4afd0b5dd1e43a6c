"""Writes about roles."""

from sqlalchemy import select, update

from bot.chat.person import Person, find_person
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.features.people.actions.headcounts import counted
from bot.features.people.models import RoleState, roles
from bot.features.people.notices import people as notices
from bot.features.people.queries import roles as role_queries
from bot.features.people.rights import roles as role_rights
from bot.packs.organisation import Role
from bot.storage import audit
from bot.storage.transaction import Tx


async def hold(
    tx: Tx,
    granted_by: int | None,
    person_id: int,
    role: Role,
    unit_id: int,
    subjects: tuple[str, ...] = (),
) -> int | None:
    """Give the role without asking for a right; returns the id of its row. None: the person holds
    it already. The caller has locked the person."""
    async with counted(tx, person_id):
        return await put_role(tx, granted_by, person_id, role, unit_id, subjects)


async def put_role(
    tx: Tx,
    granted_by: int | None,
    person_id: int,
    role: Role,
    unit_id: int,
    subjects: tuple[str, ...] = (),
) -> int | None:
    """`hold`, for whoever counts the person along with further changes."""
    if await holds(tx, person_id, role, unit_id):
        return None
    return await tx.insert(
        roles,
        person_id=person_id,
        role=role,
        unit_id=unit_id,
        subject=subjects,
        state=RoleState.ACTIVE,
        granted_by=granted_by,
        granted_at=tx.now,
    )


async def holds(tx: Tx, person_id: int, role: Role, unit_id: int) -> bool:
    held = await role_queries.roles_of(tx, person_id)
    return any(h.role is role and h.unit.id == unit_id for h in held)


async def grant_role(
    tx: Tx, actor: Person, person_id: int, role: Role, unit_id: int, subjects: tuple[str, ...] = ()
) -> bool:
    """Give a member a role at a unit and tell them. False: they hold it already.

    :raises Refused: "people.may_not_grant" where the actor's own roles do not reach;
        "people.not_a_member" for somebody who is not registered.
    """
    await role_rights.access_unit_for_role(tx, actor, unit_id, role)
    await tx.lock("person", person_id)
    person = await find_person(tx, person_id)
    if person is None or not person.is_member:
        raise Refused(
            "people.not_a_member",
            actor.voice.say("This person is not registered. Send them an invitation link."),
        )
    given = await hold(tx, actor.id, person_id, role, unit_id, subjects)
    if given is None:
        return False
    await audit.record(tx, actor.id, "people.grant", person_id, role=role, unit=unit_id)
    topic = role_queries.role_topic(given)
    await outbox.send(tx, notices.GRANTED, person_id, {"role": given}, topic=topic)
    return True


async def end_role(tx: Tx, actor: Person, person_id: int, role: Role, unit_id: int) -> bool:
    """Take a role back and tell the person. False: they do not hold it (any more).

    :raises Refused: "people.may_not_grant" where the actor's own roles do not reach.
    """
    await role_rights.access_unit_for_role(tx, actor, unit_id, role)
    await tx.lock("person", person_id)
    held = select(roles.c.id).where(
        roles.c.person_id == person_id,
        roles.c.role == role,
        roles.c.unit_id == unit_id,
        roles.c.state == RoleState.ACTIVE,
    )
    ended = await tx.scalar(held)
    if ended is None:
        return False
    async with counted(tx, person_id):
        await tx.execute(
            update(roles).where(roles.c.id == ended).values(state=RoleState.ENDED, ended_at=tx.now)
        )
    await audit.record(tx, actor.id, "people.end_role", person_id, role=role, unit=unit_id)
    person = await find_person(tx, person_id)
    if person is not None and person.is_member and person.id != actor.id:
        await outbox.send(tx, notices.ENDED, person_id, {"role": ended, "by": actor.id})
    return True
