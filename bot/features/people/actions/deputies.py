"""Writes about deputies: somebody acts in a role while its holder is away."""

from dataclasses import dataclass
from datetime import date

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.terms import (
    end_where,
    past_term,
    plan_times,
    state_of_given,
)
from bot.features.people.models import RoleState, roles
from bot.features.people.notices import terms as notices
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import terms as term_queries
from bot.features.people.queries.terms import RoleRecord
from bot.features.people.rights import roles as role_rights
from bot.features.people.rights import terms as term_rights
from bot.storage import audit
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputyship:
    """Who acts in a role, from which day to which, both included."""

    role: int
    deputy: int
    first: date
    last: date


async def name_deputy(tx: Tx, actor: Person, draft: Deputyship) -> RoleRecord:
    """Let somebody act in a role in the place of its holder. Both are told, and what the deputy
    does by it is recorded as done for the holder.

    :raises Refused: as `access_role_to_deputise` and `access_deputy`; "people.past_term" for days
        that have passed; "people.deputy_after_end" for a day on which the role has ended.
    """
    found = await term_rights.access_role_to_deputise(tx, actor, draft.role)
    for number in sorted({found.person_id, draft.deputy}):
        await tx.lock("person", number)
    found = await term_rights.access_role_to_deputise(tx, actor, draft.role)
    deputy = await term_rights.access_deputy(tx, actor, found, draft.deputy)
    since = term_queries.first_moment(draft.first, found.unit)
    until = term_queries.end_of(draft.last, found.unit)
    if until <= tx.now or until <= since:
        raise past_term(actor)
    if found.until is not None and until > found.until:
        raise _after_end(actor, found)
    begins = since <= tx.now
    own = found.person_id == actor.id
    behalf = (
        None
        if own
        else await role_queries.acting_for(tx, actor.id, role_rights.GIVERS[found.role], found.unit)
    )
    async with counted(tx, deputy.id):
        number = await tx.insert(
            roles,
            person_id=deputy.id,
            role=found.role,
            unit_id=found.unit.id,
            subject=found.subjects,
            state=await state_of_given(tx, deputy.id, found.unit.id)
            if begins
            else RoleState.PLANNED,
            granted_by=actor.id,
            granted_for=behalf,
            granted_at=tx.now,
            starts_at=since,
            expires_at=until,
            deputy_of=found.id,
        )
    await plan_times(tx, number, until, None if begins else since)
    await audit.record(
        tx, actor.id, "people.name_deputy", deputy.id, role=found.role, unit=found.unit.id,
        instead_of=found.person_id, **role_queries.for_whom(behalf),
    )  # fmt: skip
    told = [deputy.id] if own else [deputy.id, found.person_id]
    await outbox.send(tx, notices.DEPUTY_NAMED, told, {"role": number})
    named = await term_queries.role_record(tx, number)
    assert named is not None
    return named


def _after_end(actor: Person, found: RoleRecord) -> Refused:
    assert found.until is not None
    day = actor.voice.date(term_queries.last_day(found.until, found.unit))
    return Refused(
        "people.deputy_after_end",
        actor.voice.say("The role itself ends earlier; its last day is {day}.", day=day),
    )


async def end_deputyship(tx: Tx, actor: Person, role_id: int) -> RoleRecord:
    """Let somebody act in a role no longer; the other side is told. What had ended stays so.

    :raises Refused: as `access_deputyship`.
    """
    found = await term_rights.access_deputyship(tx, actor, role_id)
    await tx.lock("person", found.person_id)
    async with counted(tx, found.person_id):
        ended = await end_where(tx, found.person_id, actor.id, roles.c.id == found.id)
    if ended:
        concerned = {found.person_id, found.instead_of}
        behalf: dict[str, int] = {}
        if actor.id not in concerned:
            givers = role_rights.GIVERS[found.role]
            behalf = await role_queries.on_behalf(tx, actor.id, givers, found.unit)
        await audit.record(
            tx, actor.id, "people.end_deputy", found.person_id, role=found.role, unit=found.unit.id,
            **behalf,
        )  # fmt: skip
        about = {"role": found.id, "by": actor.id}
        readers = sorted(each for each in concerned - {actor.id} if each is not None)
        await outbox.send(tx, notices.DEPUTY_OVER, readers, about)
    return found
