"""Writes about the tree of units."""

from dataclasses import dataclass

from sqlalchemy import select, update

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.people.actions.roles import hold
from bot.features.people.actions.search import index_unit
from bot.features.people.models import RoleState, UnitState, roles, units
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.packs.organisation import Role, UnitGender
from bot.storage import audit
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """A unit to be. Without a parent it is the root of a tree."""

    kind: str
    name: str
    country: str
    timezone: str
    gender: UnitGender = UnitGender.MIXED
    parent_id: int | None = None


async def create_unit(tx: Tx, actor: Person | None, draft: UnitDraft) -> Unit:
    """Add a unit and make it findable. Administrators reach a new root as well. Without an actor
    it is the server's own doing.

    :raises Refused: "people.not_administrator" for whoever does not administer the parent, or for a
        root no whole tree.
    :raises LookupError: for a parent that does not exist.
    """
    parent = await unit_queries.unit(tx, draft.parent_id) if draft.parent_id else None
    if draft.parent_id and parent is None:
        raise LookupError(f"there is no unit {draft.parent_id}")
    if actor is not None and not await _administers(tx, actor.id, parent):
        raise Refused(
            "people.not_administrator",
            actor.voice.say("Only administrators change the tree of units."),
        )
    number = await tx.insert(
        units,
        parent_id=draft.parent_id,
        kind=draft.kind,
        name=draft.name,
        country=draft.country,
        timezone=draft.timezone,
        gender=draft.gender,
        path="",
        state=UnitState.ACTIVE,
        created_at=tx.now,
    )
    path = f"{parent.path if parent else '/'}{number}/"
    await tx.execute(update(units).where(units.c.id == number).values(path=path))
    if parent is None:
        await _let_administrators_in(tx, number)
    by = actor.id if actor else None
    await audit.record(tx, by, "people.create_unit", number, kind=draft.kind)
    place = await unit_queries.unit(tx, number)
    assert place is not None
    await index_unit(tx, place)
    return place


async def _administers(tx: Tx, person_id: int, parent: Unit | None) -> bool:
    if parent is not None:
        return await role_queries.reaches(tx, person_id, {Role.ADMINISTRATOR}, parent.id)
    # A new tree lies below nothing: only whoever administers a whole one begins another.
    tops = await role_queries.reach_of(tx, person_id, {Role.ADMINISTRATOR})
    return any(top.parent_id is None for top in tops)


async def _let_administrators_in(tx: Tx, root_id: int) -> None:
    held = roles.c.role == Role.ADMINISTRATOR, roles.c.state == RoleState.ACTIVE
    # Only whoever administers a whole tree reaches the next one too.
    at_a_root = roles.c.unit_id.in_(select(units.c.id).where(units.c.parent_id.is_(None)))
    query = select(roles.c.person_id).distinct().where(*held, at_a_root)
    for person_id in await tx.scalars(query):
        await tx.lock("person", person_id)
        await hold(tx, None, person_id, Role.ADMINISTRATOR, root_id)
