"""Claiming the place that a list keeps: a code and a second proof, and then it is theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update

from bot.arabic.lookalikes import skeleton
from bot.arabic.search.folding import fold
from bot.chat.person import Person, find_person
from bot.core.text import western
from bot.delivery import outbox
from bot.delivery.folding import send_folded
from bot.delivery.notice import Value
from bot.features.imports import notices
from bot.features.imports.actions.adding import UNCLAIMED_FOR
from bot.features.imports.actions.slips import MOST_OF_SLIP, Digest, head_code, slip_digest
from bot.features.imports.models import (
    ImportState,
    ListedState,
    claim_tries,
    import_parts,
    imported_people,
    imports,
)
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.queries import listed as listed_queries
from bot.features.imports.queries.listed import Listed
from bot.features.imports.queries.people_lists import hashed
from bot.features.imports.rights import places as rights
from bot.features.people.actions import placements as placement_actions
from bot.features.people.actions import roles as role_actions
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.rights import people as people_rights
from bot.packs.roles import Role
from bot.storage import audit
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx

MOST_OWN = 5
"""Wrong codes and proofs of one person in a day."""
MOST_THERE = 20
"""Wrong proofs at one unit in a day."""
MOST_BLIND = 250
"""Codes that are nobody's, from everybody, in a day; after that whoever has had a wrong one is
closed, and nobody else: a few accounts that guess keep no department from claiming."""
MOST_BLIND_EVER = 5_000
"""The same after which nobody's code is looked at that day."""
COUNTED_FOR = timedelta(days=1)
HELD_FOR = timedelta(minutes=30)
"""For how long a place is kept for whoever has proven it, to register meanwhile."""


class ClaimResult(StrEnum):
    OPEN = "open"
    """The code is right: the second proof is asked."""
    PROVEN = "proven"
    WRONG = "wrong"
    NOBODY = "nobody"
    """No list has the number that was shared, or more than one place of them."""
    ENDED = "ended"
    """The code's time is over, or too many proofs were wrong: the head makes a new one."""
    TAKEN = "taken"
    BEING_TAKEN = "being_taken"
    TOO_MANY = "too_many"
    """Too much went wrong today: with this person, at this unit, or all around."""


@dataclass(frozen=True, slots=True)
class Claiming:
    """What came of a code or a proof, whose place it is, how many tries are left, and what the
    first proof was: the second one is about that very one."""

    result: ClaimResult
    listed: Listed | None = None
    left: int = 0
    first: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whoever took a place, as they are now, and the place as it was kept."""

    person: Person
    listed: Listed


@dataclass(frozen=True, slots=True)
class Undone:
    """A claim that was undone: whose place it was on the list, and whether it waits for them."""

    listed: Listed
    waits: bool


async def look_up(tx: Tx, actor: Person, code: str, digest: Digest) -> Claiming:
    """Whose code this is. A wrong one counts."""
    await tx.lock("person", actor.id)
    if await _too_many(tx, actor, 0):
        return Claiming(ClaimResult.TOO_MANY)
    listed = await listed_queries.listed_by_slip(tx, slip_digest(digest, code))
    if listed is None:
        return await _wrong(tx, actor, None)
    return await _standing(tx, actor, listed)


async def look_up_number(tx: Tx, actor: Person, mark: str) -> Claiming:
    """Who of the lists has the number that somebody shared as their own, by its digest; the channel
    has said that it is theirs. One that several have, or nobody, tells nothing, and counts as no
    guess."""
    await tx.lock("person", actor.id)
    if await _too_many(tx, actor, 0):
        return Claiming(ClaimResult.TOO_MANY)
    found = await listed_queries.listed_by_phone(tx, mark)
    if len(found) != 1:
        return Claiming(ClaimResult.NOBODY)
    return await _standing(tx, actor, found[0], by_phone=True)


async def _standing(tx: Tx, actor: Person, listed: Listed, *, by_phone: bool = False) -> Claiming:
    first = _by_number(listed) if by_phone else _by_slip(listed)
    kept = await _kept_from(tx, actor, listed, first)
    return Claiming(kept) if kept else Claiming(ClaimResult.OPEN, listed, first=first)


def _by_slip(listed: Listed) -> str:
    return f"slip {listed.slip_seed}" if listed.slip_seed else ""


def _by_number(listed: Listed) -> str:
    # The mark of a number is kept nowhere but in its own row.
    return f"number {hashed(listed.phone_digest)}" if listed.phone_digest else ""


def _still_holds(listed: Listed, first: str, now: datetime) -> bool:
    """Whether the first proof is one to this day: another slip, or another number on the list,
    ends it."""
    if first == _by_number(listed):
        return bool(first)
    return bool(first) and first == _by_slip(listed) and listed.has_slip(now)


async def _kept_from(tx: Tx, actor: Person, listed: Listed, first: str) -> ClaimResult | None:
    """What keeps the person from going on to the second proof; None: nothing."""
    if not listed.is_open:
        return ClaimResult.TAKEN
    if await _too_many(tx, actor, listed.unit.id):
        return ClaimResult.TOO_MANY
    if not _still_holds(listed, first, tx.now) or listed.wrong_tries >= MOST_OF_SLIP:
        return ClaimResult.ENDED
    if listed.is_being_taken(tx.now) and listed.proven_by != actor.id:
        return ClaimResult.BEING_TAKEN
    return None


async def prove(
    tx: Tx, actor: Person, listed_id: int, proof: str, digest: Digest, *, first: str
) -> Claiming:
    """The family's name as the list has it, or the code that the head has told, after the first
    proof, which must hold still. Right: the place is kept for this person for `HELD_FOR`."""
    await tx.lock("person", actor.id)
    await tx.lock("listed", listed_id)
    listed = await listed_queries.listed_by_id(tx, listed_id)
    if listed is None:
        return Claiming(ClaimResult.TAKEN)
    if kept := await _kept_from(tx, actor, listed, first):
        return Claiming(kept)
    if not _proves(listed, proof, digest, tx.now):
        await tx.execute(
            update(imported_people)
            .where(imported_people.c.id == listed_id)
            .values(wrong_tries=imported_people.c.wrong_tries + 1)
        )
        return await _wrong(tx, actor, listed)
    await tx.execute(
        update(imported_people)
        .where(imported_people.c.id == listed_id)
        .values(proven_by=actor.id, proven_until=tx.now + HELD_FOR)
    )
    return Claiming(ClaimResult.PROVEN, listed)


def _proves(listed: Listed, proof: str, digest: Digest, now: datetime) -> bool:
    given = western(proof).strip()
    if listed.has_slip(now) and given == head_code(digest, listed.slip_seed or ""):
        return True
    wanted = _family(listed.family)
    # The whole name proves it as well, and so does the family's with its article or without.
    return (bool(wanted) and _family(proof) == wanted) or (
        len(proof.split()) > 1 and skeleton(proof) == skeleton(listed.name)
    )


def _family(name: str) -> str:
    plain = fold(name).replace(" ", "")
    for article in ("ال", "al-", "el-", "al", "el"):
        if plain.startswith(article) and len(plain) > len(article) + 2:
            plain = plain[len(article) :]
            break
    return skeleton(plain)


async def _too_many(tx: Tx, actor: Person, unit_id: int) -> bool:
    tries = await listed_queries.tries_since(tx, actor.id, unit_id, tx.now - COUNTED_FOR)
    most = MOST_OWN if unit_id else _most_codes(tries.blind)
    return tries.own >= most or tries.there >= MOST_THERE or tries.blind >= MOST_BLIND_EVER


def _most_codes(blind: int) -> int:
    """How many wrong ones somebody may have when they give a code."""
    return 1 if blind >= MOST_BLIND else MOST_OWN


async def _wrong(tx: Tx, actor: Person, listed: Listed | None) -> Claiming:
    await tx.execute(delete(claim_tries).where(claim_tries.c.tried_at <= tx.now - COUNTED_FOR))
    await tx.execute(
        claim_tries.insert().values(
            person_id=actor.id, unit_id=listed.unit.id if listed else 0, tried_at=tx.now
        )
    )
    tries = await listed_queries.tries_since(tx, actor.id, 0, tx.now - COUNTED_FOR)
    left = (MOST_OWN if listed else _most_codes(tries.blind)) - tries.own
    if listed is not None:
        left = min(left, MOST_OF_SLIP - listed.wrong_tries - 1)
    return Claiming(ClaimResult.WRONG, listed, max(0, left))


async def claim(tx: Tx, actor: Person, listed_id: int) -> Claimed:
    """Take the place that the actor has proven: they belong to the unit from now on, with the role
    that the list gives, and the head is told. A list taken back at this moment has kept it, or not.

    :raises Refused: "people.not_registered" for whoever is gone; as `access_proven`, and for a
        visitor "imports.not_open".
    """
    await tx.lock("person", actor.id)
    person = await people_rights.access_own_data(tx, actor)
    if not person.is_registered:
        raise rights.taken(actor)
    listed = await rights.access_proven(tx, actor, listed_id)
    gives = not await role_actions.holds(tx, actor.id, listed.role, listed.unit.id)
    taken = await tx.execute(
        update(imported_people)
        .where(imported_people.c.id == listed.id, imported_people.c.state == ListedState.OPEN)
        .values(
            state=ListedState.CLAIMED,
            claimed_by=actor.id,
            claimed_at=tx.now,
            gave_role=listed.role if gives else None,
            slip_seed=None,
            slip_digest=None,
            slip_until=None,
            proven_by=None,
            proven_until=None,
            phone_digest="",
            changed_in=None,
            before=None,
        )
    )
    if not taken.rowcount:
        raise rights.taken(actor)
    by, at = listed.made_by, listed.unit.id
    await placement_actions.place_by_list(tx, actor.id, at, by=by)
    if gives:
        # A supervisor of some subjects supervises those alone.
        subjects = listed.subjects if listed.role is Role.SUPERVISOR else ()
        await role_actions.hold(tx, by, actor.id, listed.role, at, subjects)
    await audit.record(tx, actor.id, "imports.claim", listed.id, unit=at, role=listed.role)
    await _tell_head(tx, actor, listed)
    after = await find_person(tx, actor.id)
    assert after is not None
    return Claimed(after, listed)


async def _tell_head(tx: Tx, actor: Person, listed: Listed) -> None:
    """The unit's head, or whoever brought the list where there is none besides the one who claims:
    whoever becomes head by a slip is heard of as well. However many claim, it is one message a
    day, which tells of all of them."""
    heads = await role_queries.holders_of(tx, rights.HEADS, listed.unit.id)
    told = {each.id for each in heads} - {actor.id} or {listed.made_by or 0}
    reached = [
        number
        for number in sorted(told - {actor.id, 0})
        if (found := await find_person(tx, number)) and found.is_member
    ]
    news: dict[str, Value] = {"listed": listed.id, "since": tx.now}
    await send_folded(
        tx,
        notices.CLAIMED,
        reached,
        news,
        topic=f"claimed:{listed.unit.id}",
        joined=lambda before: {**news, "since": before.get("since", to_millis(tx.now))},
    )


async def undo_claim(tx: Tx, actor: Person, listed_id: int) -> Undone:
    """Undo a claim within `UNDONE_FOR`: what came by it ends, and the place waits once more, unless
    its list was taken back or its time is over. The person is told.

    :raises Refused: "imports.not_head".
    """
    found = await listed_queries.listed_by_id(tx, listed_id)
    claimer = found.claimed_by if found else None
    if claimer is not None:
        # The person before the place, as whoever claims it.
        await tx.lock("person", claimer)
    if found is not None:
        # Nobody takes its list back between the look at it and the commit.
        await tx.lock("import", found.import_id)
    listed = await rights.access_claim(tx, actor, listed_id)
    if claimer is None or listed.claimed_by != claimer:
        raise rights.not_yours_to_hand_out(actor)
    own = imported_people.c.id == listed_id
    waits = await _still_kept(tx, listed)
    if waits:
        await tx.execute(
            update(imported_people)
            .where(own)
            .values(
                state=ListedState.OPEN,
                claimed_by=None,
                claimed_at=None,
                gave_role=None,
                wrong_tries=0,
            )
        )
    else:
        await tx.execute(delete(imported_people).where(own))
    await placement_actions.end_by_list(
        tx, claimer, listed.unit.id, by=actor.id, role=listed.gave_role
    )
    behalf = await rights.hands_out_for(tx, actor, listed)
    await audit.record(tx, actor.id, "imports.undo_claim", listed_id, unit=listed.unit.id, **behalf)
    told = {"unit": listed.unit.id, "by": actor.id, **behalf}
    await outbox.send(tx, notices.UNCLAIMED, claimer, told)
    return Undone(listed, waits)


async def _still_kept(tx: Tx, listed: Listed) -> bool:
    """Whether whoever takes lists back, closes units, and forgets who did not join, left it a
    place."""
    found = await import_queries.import_by_id(tx, listed.import_id)
    over = found is None or found.state in (ImportState.UNDOING, ImportState.UNDONE)
    if over or tx.now - listed.created_at >= UNCLAIMED_FOR:
        return False
    place = await unit_queries.unit_held(tx, listed.unit.id)
    return (place is not None and place.is_active) or bool(
        await unit_queries.merged_into(tx, [listed.unit.id])
    )


async def forget_claims(tx: Tx, person: Person) -> None:
    """Part of erasing a person: their row of a list, what they tried, and what the files said that
    they brought. Whoever stands on a list of theirs goes on standing there."""
    own = select(imports.c.id).where(imports.c.made_by == person.id)
    for number in await tx.scalars(own.order_by(imports.c.id)):
        # Whoever looks through one at this moment would write down once more what it said.
        await tx.lock("import", number)
    await tx.execute(delete(import_parts).where(import_parts.c.import_id.in_(own)))
    await tx.execute(
        update(imports)
        .where(imports.c.made_by == person.id)
        .values(title="", columns={"titles": {}, "national": [], "left_out": [], "doubled": []})
    )
    begun = imports.c.state.in_((ImportState.CHECKING, ImportState.CHECKED))
    await tx.execute(
        update(imports)
        .where(imports.c.made_by == person.id, begun)
        .values(state=ImportState.DROPPED)
    )
    await tx.execute(delete(imported_people).where(imported_people.c.claimed_by == person.id))
    await tx.execute(
        update(imported_people)
        .where(imported_people.c.proven_by == person.id)
        .values(proven_by=None, proven_until=None)
    )
    await tx.execute(delete(claim_tries).where(claim_tries.c.person_id == person.id))
