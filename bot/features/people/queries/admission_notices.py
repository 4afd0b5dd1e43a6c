"""What the messages about who belongs to a unit say, read for many at once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.person import Person, find_people
from bot.core.i18n import Gender
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.people.models import UnitStanding
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries.placements import (
    UnitPlacement,
    placements_at,
    placements_by_id,
)
from bot.features.people.queries.units import spoken_of, units_by_id
from bot.storage.transaction import Tx

MOST_TOLD = 100
"""Who are counted one by one for a message that says how many wait; more are «so many» as well."""


@dataclass(frozen=True, slots=True)
class WaitingFacts:
    """How many wait at a unit for the reader's answer, and how they are spoken of together; the
    only one of them by name."""

    unit_id: int
    unit: str
    about: Gender
    number: int
    only: Person | None


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A transfer: from where to where, by whom and in whose place; `own`: the reader is whom it
    concerns. What was not `declined`, and comes to nothing, was called off, or could not be any
    more."""

    person: Person
    left: str
    unit: str
    reason: str
    by: Person | None
    behalf: Person | None
    own: bool
    declined: bool = False
    placement_id: int = 0


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """How the reader, or somebody who has named them, stands to a unit; who has decided that, and
    in whose place, if as a deputy."""

    placement_id: int
    person: Person
    unit: str
    reason: str
    until: datetime | None
    by: Person | None
    may_appeal: bool
    link: str = ""
    """With which they came."""
    behalf: Person | None = None


async def waiting(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[WaitingFacts]]:
    """To those who answer at a unit: whoever waits there for them now."""
    places = await units_by_id(tx, {row.params["unit"] for row in rows})
    found: dict[int, Found[WaitingFacts]] = {}
    for number, place in places.items():
        at = await admission_queries.answering_at(tx, place)
        some, _ = await placements_at(tx, number, UnitStanding.WAITING, offset=0, limit=MOST_TOLD)
        for row in rows:
            if row.params["unit"] != number:
                continue
            own = at.of(row.to.id)
            theirs = [each for each in some if each.lies_with in own]
            if not theirs:
                found[row.id] = Gone("answered" if own else "not_yours")
                continue
            only = theirs[0].person if len(theirs) == 1 else None
            about = spoken_of((each.person.voice.gender for each in theirs), place)
            found[row.id] = WaitingFacts(number, place.name, about, len(theirs), only)
    return found


async def _standing(
    tx: Tx, rows: Sequence[NoticeRow], wanted: UnitStanding
) -> dict[int, Found[StandingFacts]]:
    known = await placements_by_id(tx, {row.params["placement"] for row in rows})
    deciders = {each.decided_by or each.confirmed_by or 0 for each in known.values()}
    by = await find_people(tx, deciders | {each.decided_for or 0 for each in known.values()})
    found: dict[int, Found[StandingFacts]] = {}
    for row in rows:
        each = known[row.params["placement"]]
        if each.standing is not wanted or row.to.id != each.person.id:
            found[row.id] = Gone("changed")
            continue
        who = by.get(each.decided_by or each.confirmed_by or 0)
        found[row.id] = StandingFacts(
            each.id, each.person, each.unit.name, each.reason, each.until,
            who if who and who.name else None, await _may_appeal(tx, each),
            tx.secret_codes.open(each.link or ""),
            by.get(each.decided_for or 0),
        )  # fmt: skip
    return found


async def _may_appeal(tx: Tx, found: UnitPlacement) -> bool:
    if found.standing is not UnitStanding.DECLINED:
        return False
    at = await admission_queries.answering_at(tx, found.unit)
    return at.next(found.lies_with, found.decided_by) is not None


async def let_in(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[StandingFacts]]:
    """To whoever was let in, or back in, as long as they belong."""
    return await _standing(tx, rows, UnitStanding.MEMBER)


async def declined(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[StandingFacts]]:
    """To whoever was declined, unless somebody else looks at it by now."""
    return await _standing(tx, rows, UnitStanding.DECLINED)


async def suspended(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[StandingFacts]]:
    return await _standing(tx, rows, UnitStanding.SUSPENDED)


async def removed(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[StandingFacts]]:
    return await _standing(tx, rows, UnitStanding.REMOVED)


async def vouching(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[StandingFacts]]:
    """To the colleague who was named, as long as their answer is of use."""
    known = await placements_by_id(tx, {row.params["placement"] for row in rows})
    found: dict[int, Found[StandingFacts]] = {}
    for row in rows:
        each = known[row.params["placement"]]
        waits = each.standing is UnitStanding.WAITING and each.vouched_at is None
        if waits and each.voucher_id == row.to.id and row.to.is_member:
            found[row.id] = StandingFacts(
                each.id, each.person, each.unit.name, "", None, None, may_appeal=False
            )
        else:
            found[row.id] = Gone("answered")
    return found


def _transfer(
    *wanted: UnitStanding,
) -> Callable[[Tx, Sequence[NoticeRow]], Awaitable[dict[int, Found[TransferFacts]]]]:
    """What is so of transfers, as long as they stand so."""

    async def facts(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[TransferFacts]]:
        known = await placements_by_id(tx, {row.params["placement"] for row in rows})
        left = await placements_by_id(tx, {each.replaces or 0 for each in known.values()})
        askers = {number for each in known.values() for number in (each.asked_by, each.asked_for)}
        by = await find_people(tx, {number for number in askers if number})
        found: dict[int, Found[TransferFacts]] = {}
        for row in rows:
            each = known[row.params["placement"]]
            before = left.get(each.replaces or 0)
            if each.standing not in wanted or before is None or not each.person.name:
                found[row.id] = Gone("changed")
                continue
            who = by.get(each.asked_by or 0)
            found[row.id] = TransferFacts(
                each.person, before.unit.name, each.unit.name, each.reason,
                who if who and who.name else None, by.get(each.asked_for or 0),
                row.to.id == each.person.id,
                each.standing is UnitStanding.DECLINED, each.id,
            )  # fmt: skip
        return found

    return facts


transferred = _transfer(UnitStanding.MEMBER)
to_move = _transfer(UnitStanding.WAITING)
stays = _transfer(UnitStanding.DECLINED, UnitStanding.LEFT)


async def held(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[TransferFacts]]:
    """To those who may move somebody: a transfer that waits for their word, as long as they answer
    for whom it concerns."""
    found = await to_move(tx, rows)
    known = await placements_by_id(tx, {row.params["placement"] for row in rows})
    left = await placements_by_id(tx, {each.replaces or 0 for each in known.values()})
    for row in rows:
        before = left.get(known[row.params["placement"]].replaces or 0)
        at = await admission_queries.answering_at(tx, before.unit) if before else None
        if at is None or not at.of(row.to.id):
            found[row.id] = Gone("not_yours")
    return found
