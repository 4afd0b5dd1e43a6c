"""Writes about the tree of units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from bot.arabic.order import order_key
from bot.arabic.search import index as search_index
from bot.chat.person import Person
from bot.features.people.actions import unit_changes, wanted_units
from bot.features.people.actions.roles import hold
from bot.features.people.actions.search import index_new_units
from bot.features.people.models import RoleState, UnitState, headcounts, roles, units
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.search import UNIT_SEARCH
from bot.features.people.queries.units import Unit
from bot.features.people.rights import units as unit_rights
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.storage import audit
from bot.storage.columns import metadata
from bot.storage.lists import among
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
    place: str | None = None
    """The code of a town, where it does not go by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnit:
    """A unit to be, below another one, of which it has country and zone."""

    parent: int
    name: str
    kind: str
    gender: UnitGender


async def add_unit(tx: Tx, actor: Person, draft: NewUnit) -> Unit:
    """Add a unit below another one.

    :raises Refused: "people.not_administrator", also for a parent that does not exist;
        "people.unit_closed" for a closed one; "people.unit_named" where one right below it has the
        name.
    """
    await tx.lock("units", 0)
    parent = await unit_rights.access_unit_to_extend(tx, actor, draft.parent)
    if not parent.is_active:
        raise unit_changes.closed(actor.voice)
    await unit_changes.require_name(tx, actor, draft.name, parent.id)
    whole = UnitDraft(
        draft.kind, draft.name, parent.country, parent.timezone, draft.gender, parent.id
    )
    return await create_unit(tx, actor, whole)


async def add_first_unit(tx: Tx, actor: Person, draft: UnitDraft, *, named: bool) -> Unit:
    """Add the first unit of all. `named`: the settings name the actor as one of those who run the
    installation; they need not be registered, since there is nothing to register at.

    :raises Refused: as `access_first_unit`.
    """
    await tx.lock("units", 0)
    await unit_rights.access_first_unit(tx, actor, named=named)
    [place] = await _create(tx, actor.id, [(draft, None)])
    return place


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
    if actor is not None:
        await unit_rights.access_parent(tx, actor, parent)
    by, behalf = None, {}
    if actor is not None:
        by = actor.id
        behalf = await role_queries.on_behalf(tx, by, unit_rights.ADMINISTERING, parent)
    [place] = await _create(tx, by, [(draft, parent)], behalf)
    return place


async def create_units(tx: Tx, drafts: Sequence[tuple[UnitDraft, Unit | None]]) -> list[Unit]:
    """The same for many, each with its parent, as the server's own doing; in their order."""
    return await _create(tx, None, drafts)


async def _create(
    tx: Tx,
    by: int | None,
    drafts: Sequence[tuple[UnitDraft, Unit | None]],
    behalf: Mapping[str, int] | None = None,
) -> list[Unit]:
    numbers = await tx.insert_all(
        units,
        [
            {
                "parent_id": draft.parent_id,
                "kind": draft.kind,
                "name": draft.name,
                "country": draft.country,
                "timezone": draft.timezone,
                "gender": draft.gender,
                "path": "",
                "state": UnitState.ACTIVE,
                "created_at": tx.now,
                "sort_key": order_key(draft.name),
                "place": draft.place,
            }
            for draft, _ in drafts
        ],
    )
    made = [
        (
            Unit(
                number, draft.parent_id, draft.kind, draft.name, draft.country, draft.timezone,
                draft.gender, f"{parent.path if parent else '/'}{number}/", place=draft.place,
            ),
            parent,
        )
        for number, (draft, parent) in zip(numbers, drafts, strict=True)
    ]  # fmt: skip
    await tx.run_many(
        "UPDATE units SET path = ? WHERE id = ?", [(place.path, place.id) for place, _ in made]
    )
    for place, parent in made:
        if parent is None:
            await _let_administrators_in(tx, place.id)
    kinds = [(place.id, {"kind": place.kind, **(behalf or {})}) for place, _ in made]
    await audit.record_all(tx, by, "people.create_unit", kinds)
    await index_new_units(tx, made)
    await wanted_units.appeared(tx, [place for place, _ in made])
    return [place for place, _ in made]


async def remove_unused_units(tx: Tx, ids: Sequence[int]) -> set[int]:
    """Remove those of the units in which nothing has happened, as if they had never been added;
    returns the ids of those that stay, since somebody or something belongs to them."""
    rows = await tx.all(
        select(units.c.id, units.c.parent_id)
        .where(among(units.c.id, ids))
        .order_by(units.c.path.desc())
        .with_for_update()
    )
    stay = await _used(tx, [row.id for row in rows])
    below = among(units.c.parent_id, ids)
    children: dict[int, set[int]] = {}
    for row in await tx.all(select(units.c.id, units.c.parent_id).where(below)):
        children.setdefault(row.parent_id, set()).add(row.id)
    gone: set[int] = set()
    for row in rows:
        # Whatever lies below one comes before it.
        if row.id in stay or children.get(row.id, set()) - gone:
            stay.add(row.id)
            continue
        gone.add(row.id)
    await search_index.forget(tx, UNIT_SEARCH, *sorted(gone))
    await tx.execute(delete(headcounts).where(among(headcounts.c.unit_id, gone)))
    # Of two that lie one in the other the lower one goes first.
    lowest_first = [row.id for row in rows if row.id in gone]
    await tx.run_many("DELETE FROM units WHERE id = ?", [(number,) for number in lowest_first])
    await audit.record_all(tx, None, "people.remove_unit", [(each, {}) for each in lowest_first])
    return stay


async def _used(tx: Tx, ids: Sequence[int]) -> set[int]:
    """Those of the units to which a row of some other table belongs."""
    used: set[int] = set()
    for table in metadata.tables.values():
        if table is units:
            continue
        for column in table.columns:
            if any(key.column is units.c.id for key in column.foreign_keys):
                query = select(column).distinct().where(among(column, ids))
                if table is headcounts:
                    query = query.where(headcounts.c.people != 0)
                used |= set(await tx.scalars(query))
    return used


async def _let_administrators_in(tx: Tx, root_id: int) -> None:
    # For good, and in their own name: the new tree is given without an end.
    held = (
        roles.c.role == Role.ADMINISTRATOR,
        roles.c.state == RoleState.ACTIVE,
        roles.c.expires_at.is_(None),
        roles.c.deputy_of.is_(None),
    )
    # Only whoever administers a whole tree reaches the next one too.
    at_a_root = roles.c.unit_id.in_(select(units.c.id).where(units.c.parent_id.is_(None)))
    query = select(roles.c.person_id).distinct().where(*held, at_a_root)
    for person_id in await tx.scalars(query):
        await tx.lock("person", person_id)
        await hold(tx, None, person_id, Role.ADMINISTRATOR, root_id)
