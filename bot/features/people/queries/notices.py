"""What the messages about roles and invitations say, read for many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from bot.arabic.lookalikes import resemble
from bot.chat.person import Person, find_people
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.people.models import RoleState, invitations, roles, units
from bot.features.people.queries.people import OFFICERS, workplaces
from bot.features.people.queries.roles import GRANTERS, reaching
from bot.features.people.queries.terms import last_day_in
from bot.features.people.queries.units import units_by_id
from bot.packs.roles import Role
from bot.storage.lists import among, ids_named
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class RoleNews:
    """A role at a unit, and who took, gave or ended it; for whom, if they did so as a deputy. A
    role that was given may end by itself after the day `last`."""

    role: Role
    unit: str
    by: Person
    behalf: Person | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class NamesakeFacts:
    """Somebody at a unit whose name resembles an officer's, and whether the reader looks after the
    unit's people."""

    who: Person
    officer: Person
    unit_id: int
    unit: str
    looks_after: bool


_INVITATIONS = select(
    invitations.c.id,
    invitations.c.role,
    invitations.c.unit_id,
    invitations.c.used_by,
).where(among(invitations.c.id, ids_named("ids")))

_ROLES = (
    select(
        roles.c.id,
        roles.c.role,
        roles.c.unit_id,
        roles.c.state,
        roles.c.granted_by,
        roles.c.granted_for,
        roles.c.ended_for,
        roles.c.expires_at,
        units.c.name.label("unit"),
        units.c.timezone,
    )
    .join(units, units.c.id == roles.c.unit_id)
    .where(among(roles.c.id, ids_named("ids")))
)
_HELD = select(roles.c.person_id, roles.c.role, roles.c.unit_id).where(
    among(roles.c.person_id, ids_named("ids")), roles.c.state == RoleState.ACTIVE
)


async def accepted(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[RoleNews]]:
    """To inviters who still look after the unit: who took the role, as long as they hold it."""
    ids = sorted({row.params["invitation"] for row in rows})
    used = {each.id: each for each in await tx.all(_INVITATIONS.params(ids=ids))}
    people = await find_people(tx, {each.used_by for each in used.values()})
    held = await _held_by(tx, people)
    places = await units_by_id(tx, {each.unit_id for each in used.values()})
    asked = [(row.to.id, places[used[row.params["invitation"]].unit_id]) for row in rows]
    looking_after = await reaching(tx, asked, GRANTERS)
    found: dict[int, Found[RoleNews]] = {}
    for row in rows:
        invited = used[row.params["invitation"]]
        who = people[invited.used_by]
        if (row.to.id, invited.unit_id) not in looking_after:
            found[row.id] = Gone("not_yours")
        elif (who.id, invited.role, invited.unit_id) not in held:
            # Whoever leaves for good leaves their roles as well, so no name is missing.
            found[row.id] = Gone("ended")
        else:
            found[row.id] = RoleNews(invited.role, places[invited.unit_id].name, who)
    return found


async def granted(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[RoleNews]]:
    """To whoever was given a role: which, and by whom, as long as they hold it."""
    given = await _roles(tx, rows)
    involved = {(each.granted_by, each.granted_for) for each in given.values()}
    people = await find_people(tx, {number for pair in involved for number in pair if number})
    found: dict[int, Found[RoleNews]] = {}
    for row in rows:
        role = given[row.params["role"]]
        if role.state is RoleState.ACTIVE:
            by, behalf = people[role.granted_by], people.get(role.granted_for)
            last = last_day_in(role.timezone, role.expires_at) if role.expires_at else None
            found[row.id] = RoleNews(role.role, role.unit, by, behalf, last)
        else:
            found[row.id] = Gone("ended")
    return found


async def ended(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[RoleNews]]:
    """To whoever had a role: that it has ended, and by whom, unless it was given to them again."""
    taken = await _roles(tx, rows)
    behalf = {each.ended_for for each in taken.values() if each.ended_for}
    people = await find_people(tx, behalf | {row.params["by"] for row in rows})
    held = await _held_by(tx, {row.to.id for row in rows})
    found: dict[int, Found[RoleNews]] = {}
    for row in rows:
        role = taken[row.params["role"]]
        if (row.to.id, role.role, role.unit_id) in held:
            found[row.id] = Gone("given_again")
        else:
            by, for_whom = people[row.params["by"]], people.get(role.ended_for)
            found[row.id] = RoleNews(role.role, role.unit, by, for_whom)
    return found


async def namesakes(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[NamesakeFacts]]:
    """To whoever answers for a unit: who bears a name there that resembles an officer's, as long
    as the one works there, the other is one, and the names resemble each other."""
    ids = {row.params[name] for row in rows for name in ("person", "officer")}
    people = await find_people(tx, ids)
    places = await workplaces(tx, {row.params["person"] for row in rows})
    here = [row for row in rows if row.params["person"] in places]
    readers = [(row.to.id, places[row.params["person"]]) for row in here]
    spoken_of = [(row.params["officer"], places[row.params["person"]]) for row in here]
    officers = await reaching(tx, [*readers, *spoken_of], OFFICERS)
    looking_after = await reaching(tx, readers, GRANTERS)
    found: dict[int, Found[NamesakeFacts]] = {}
    for row in rows:
        who, officer = people[row.params["person"]], people[row.params["officer"]]
        place = places.get(who.id)
        if place is None or place.id != row.params["unit"]:
            found[row.id] = Gone("moved")
        elif (officer.id, place.id) not in officers or not resemble(officer.name, who.name):
            found[row.id] = Gone("no_namesake")
        elif (row.to.id, place.id) not in officers:
            found[row.id] = Gone("not_yours")
        else:
            is_theirs = (row.to.id, place.id) in looking_after
            found[row.id] = NamesakeFacts(who, officer, place.id, place.name, is_theirs)
    return found


async def unread(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[int]]:
    """To whoever sent too much at once: how many of their messages were left unread, which stays
    so."""
    return {row.id: row.params["unread"] for row in rows}


async def _roles(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Row[Any]]:
    ids = sorted({row.params["role"] for row in rows})
    return {each.id: each for each in await tx.all(_ROLES.params(ids=ids))}


async def _held_by(tx: Tx, people: Iterable[int]) -> set[tuple[int, Role, int]]:
    """The roles that these people hold now, as (person, role, unit)."""
    rows = await tx.all(_HELD.params(ids=sorted(set(people))))
    return {(row.person_id, row.role, row.unit_id) for row in rows}
