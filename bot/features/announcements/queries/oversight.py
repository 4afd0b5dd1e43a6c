"""Reads for whoever stands above an author: what is sent below them, and who they are."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.chat.person import Person
from bot.features.announcements.models import UNDER_WAY, AnnouncementState, announcements
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries.announcements import OVERSEERS, Announcement
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.packs.roles import Role
from bot.storage.transaction import Tx

LOOKED_THROUGH = 240
"""Announcements of others that are looked through at most for those that somebody oversees."""


async def overseen_by(tx: Tx, person: Person, offset: int, limit: int) -> list[Announcement]:
    """What others have begun to send that the person oversees, the newest first, among the last
    `LOOKED_THROUGH` below their units."""
    tops = await role_queries.reach_of(tx, person.id, OVERSEERS)
    if not tops:
        return []
    query = (
        select(announcements.c.id)
        .where(
            announcements.c.from_unit_id.in_(unit_queries.unit_ids_within_any(tops)),
            announcements.c.author_id != person.id,
            announcements.c.state.in_((*UNDER_WAY, AnnouncementState.CANCELLED)),
        )
        .order_by(announcements.c.id.desc())
        .limit(LOOKED_THROUGH)
    )
    found = []
    for number in await tx.scalars(query):
        one = await announcement_queries.announcement(tx, number)
        if one is not None and await announcement_queries.oversees(tx, person.id, one):
            found.append(one)
        if len(found) == offset + limit:
            break
    return found[offset:]


async def nearest_above(tx: Tx, found: Announcement) -> Sequence[Person]:
    """Who is told when an announcement of others stops by itself: whoever oversees it at the
    nearest unit with anybody; where nobody does, those who run the installation there."""
    unit_id = found.from_unit_id or found.audience.unit_id
    for wanted in (OVERSEERS, (Role.ADMINISTRATOR,)):
        held = await role_queries.holders_of(tx, wanted, unit_id)
        nearest: list[Person] = []
        at = 0
        for person in held:
            if person.id == found.author.id:
                continue
            place = await _held_at(tx, person.id, wanted, found)
            if place is None or (nearest and place != at):
                continue
            nearest.append(person)
            at = place
        if nearest:
            return nearest
    return ()


async def _held_at(
    tx: Tx, person_id: int, wanted: Sequence[Role] | frozenset[Role], found: Announcement
) -> int | None:
    """The nearest unit at which the person holds such a role for the announcement's subjects."""
    place = await unit_queries.unit(tx, found.from_unit_id or found.audience.unit_id)
    assert place is not None
    held = await role_queries.roles_above(tx, person_id, wanted, place)
    fitting = [each.unit for each in held if each.is_for(found.audience.subjects)]
    return max(fitting, key=lambda each: len(each.lineage)).id if fitting else None
