"""Writes about how long roles last: when they begin and end by themselves, and the ends that are
set anew."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, update

from bot.chat.person import Person, find_person
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.delivery.notice import NoticeKind
from bot.features.people.actions.headcounts import counted
from bot.features.people.models import RoleState, role_terms, roles
from bot.features.people.notices import terms as notices
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import terms as term_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.terms import LASTING, RoleRecord, TermNews
from bot.features.people.rights import roles as role_rights
from bot.features.people.rights import terms as term_rights
from bot.scheduling import due
from bot.storage import audit
from bot.storage.transaction import Tx

TERM = "people.role_term"
"""The job of a role's times; its slots:"""
BEGIN, SOON, END = "begin", "soon", "end"
LONG_BEFORE, SHORTLY_BEFORE = timedelta(days=7), timedelta(days=1)
"""How long before the end it is told; the second of a role that lasts less than twice the first."""


def _topic(role_id: int) -> str:
    return f"role_term:{role_id}"


async def plan_times(
    tx: Tx, role_id: int, until: datetime | None, since: datetime | None = None
) -> None:
    """Have the role begin and end by itself, and its end told before; without an end nothing is
    told any more."""
    topic = _topic(role_id)
    await due.cancel(tx, topic, SOON)
    await due.cancel(tx, topic, END)
    if since is not None:
        await due.set_due(tx, TERM, topic, BEGIN, anchor=max(since, tx.now), payload=role_id)
    if until is None:
        return
    await due.set_due(tx, TERM, topic, END, anchor=until, payload=role_id)
    long = until - max(since or tx.now, tx.now) >= 2 * LONG_BEFORE
    before = LONG_BEFORE if long else SHORTLY_BEFORE
    await due.set_due(
        tx, TERM, topic, SOON, anchor=until, offset=before, expires_at=until, payload=role_id
    )


async def state_of_given(tx: Tx, person_id: int, unit_id: int) -> RoleState:
    """How a role begins that is given now: idle for whoever is suspended there, until that ends."""
    place = await unit_queries.unit(tx, unit_id)
    out = await placement_queries.put_out_of(tx, person_id, place) if place else None
    idle = out is not None and out.is_suspended
    return RoleState.SUSPENDED if idle else RoleState.ACTIVE


async def end_where(
    tx: Tx,
    person_id: int,
    by: int | None,
    *conditions: ColumnElement[bool],
    instead_of: int | None = None,
) -> list[int]:
    """End those of the person's roles that last and meet the conditions; returns their ids. The
    caller has locked the person, counts them, and calls `end_deputies` after that."""
    ended = await tx.scalars(
        update(roles)
        .where(roles.c.person_id == person_id, roles.c.state.in_(LASTING), *conditions)
        .values(state=RoleState.ENDED, ended_at=tx.now, ended_by=by, ended_for=instead_of)
        .returning(roles.c.id)
    )
    for number in ended:
        await due.cancel(tx, _topic(number))
    return list(ended)


async def end_deputies(tx: Tx, role_ids: Iterable[int], by: int | None) -> None:
    """End what others do in the place of the holders of these roles, which have ended; they are
    told."""
    for deputy in await term_queries.deputies_of(tx, role_ids):
        await tx.lock("person", deputy.person_id)
        async with counted(tx, deputy.person_id):
            ended = await end_where(tx, deputy.person_id, by, roles.c.id == deputy.id)
        if ended:
            about = {"role": deputy.id, "by": by}
            await outbox.send(tx, notices.DEPUTY_OVER, deputy.person_id, about)


async def set_term(tx: Tx, actor: Person, role_id: int, until: datetime | None) -> RoleRecord:
    """Let a role end at another moment, or not by itself; its holder is told.

    :raises Refused: as `access_role_to_renew`; "people.past_term" for a moment that has passed.
    """
    found = await term_rights.access_role_to_renew(tx, actor, role_id)
    await tx.lock("person", found.person_id)
    found = await term_rights.access_role_to_renew(tx, actor, role_id)
    if until is not None and until <= tx.now:
        raise past_term(actor)
    behalf = await role_queries.acting_for(tx, actor.id, role_rights.GIVERS[found.role], found.unit)
    await tx.execute(update(roles).where(roles.c.id == found.id).values(expires_at=until))
    await tx.insert(
        role_terms,
        role_id=found.id, expires_at=until, set_by=actor.id, set_for=behalf, set_at=tx.now,
    )  # fmt: skip
    await plan_times(tx, found.id, until, found.since if _is_planned(found) else None)
    await audit.record(
        tx, actor.id, "people.set_term", found.person_id, role=found.role, unit=found.unit.id,
        **role_queries.for_whom(behalf),
    )  # fmt: skip
    await outbox.send(tx, notices.TERM_SET, found.person_id, {"role": found.id, "by": actor.id})
    return found


def past_term(actor: Person) -> Refused:
    return Refused("people.past_term", actor.voice.say("That day has passed. Name a later one."))


def _is_planned(found: RoleRecord) -> bool:
    return found.state is RoleState.PLANNED


async def keep_time(tx: Tx, role_id: int, slot: str) -> None:
    """What falls due about a role: it begins, ends soon, or has ended."""
    found = await term_queries.role_record(tx, role_id)
    if found is None:
        return
    await tx.lock("person", found.person_id)
    found = await term_queries.role_record(tx, role_id)
    assert found is not None
    if slot == BEGIN:
        await _begin(tx, found)
    elif slot == SOON:
        await _tell(tx, found, notices.ENDS_SOON)
    elif found.lasts and found.until is not None and found.until <= tx.now:
        async with counted(tx, found.person_id):
            ended = await end_where(tx, found.person_id, None, roles.c.id == found.id)
        await end_deputies(tx, ended, None)
        await audit.record(
            tx, None, "people.role_over", found.person_id, role=found.role, unit=found.unit.id
        )
        await _tell(tx, found, notices.OVER)


async def _begin(tx: Tx, found: RoleRecord) -> None:
    if not _is_planned(found) or found.deputy_of is None:
        return
    replaced = await term_queries.role_record(tx, found.deputy_of)
    held = await term_queries.record_held(tx, found.person_id, found.role, found.unit.id)
    stands = replaced is not None and replaced.lasts
    async with counted(tx, found.person_id):
        if stands and (held is None or held.id == found.id):
            begins = await state_of_given(tx, found.person_id, found.unit.id)
            await tx.execute(update(roles).where(roles.c.id == found.id).values(state=begins))
            began = True
        else:
            # Whoever was given the role meanwhile acts in their own name.
            await end_where(tx, found.person_id, None, roles.c.id == found.id)
            began = False
    if began:
        await outbox.send(tx, notices.DEPUTY_BEGINS, found.person_id, {"role": found.id})


async def _tell(tx: Tx, found: RoleRecord, kind: NoticeKind[TermNews]) -> None:
    """Tell the holder, and whoever can give the role further time: who granted it, or in whose
    place a deputy acts."""
    others: Collection[int | None] = (found.instead_of or found.granted_by,)
    readers = {found.person_id, *(each for each in others if each is not None)}
    there = [each for each in sorted(readers) if await _is_member(tx, each)]
    await outbox.send(tx, kind, there, {"role": found.id})


async def _is_member(tx: Tx, person_id: int) -> bool:
    person = await find_person(tx, person_id)
    return person is not None and person.is_member
