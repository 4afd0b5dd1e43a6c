"""What the messages about units that are asked for say, read for many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.chat.person import Person
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.people.models import UnitRequestState
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import unit_requests as request_queries
from bot.features.people.queries import units as unit_queries
from bot.packs.roles import Role
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class WantedFacts:
    """How many units are asked for that the reader can add; the only one by its name, with who
    asks and below what."""

    number: int
    name: str = ""
    below: str = ""
    by: Person | None = None


@dataclass(frozen=True, slots=True)
class AnsweredFacts:
    """What became of a unit that the reader asked for."""

    name: str
    below: str
    reason: str = ""
    waits: bool = True
    """Whether their own request waits there now."""


async def wanted(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[WantedFacts]]:
    """To whoever administers a tree, or a part of it."""
    found: dict[int, Found[WantedFacts]] = {}
    for row in rows:
        tops = await role_queries.reach_of(tx, row.to.id, {Role.ADMINISTRATOR})
        some, total = await request_queries.open_within(
            tx, tops, offset=0, limit=1, besides=row.to.id
        )
        if not some:
            found[row.id] = Gone("answered")
        elif total > 1:
            found[row.id] = WantedFacts(total)
        else:
            only = some[0]
            found[row.id] = WantedFacts(1, only.name, only.below.name, only.person)
    return found


async def _answered(
    tx: Tx, rows: Sequence[NoticeRow], state: UnitRequestState
) -> Mapping[int, Found[AnsweredFacts]]:
    known = await request_queries.unit_requests_by_id(tx, {row.params["request"] for row in rows})
    places = await unit_queries.units_by_id(tx, {each.unit_id or 0 for each in known.values()})
    found: dict[int, Found[AnsweredFacts]] = {}
    for row in rows:
        each = known.get(row.params["request"])
        if each is None or each.state is not state:
            found[row.id] = Gone("changed")
            continue
        added = places.get(each.unit_id or 0)
        name = added.name if added else each.name
        there = None
        if added is not None:
            there = await placement_queries.placement_at(tx, each.person.id, added.id)
        if there is not None and there.belongs:
            found[row.id] = Gone("answered")
            continue
        waits = there is not None and not there.is_suspended
        found[row.id] = AnsweredFacts(name, each.below.name, each.reason, waits)
    return found


async def added(tx: Tx, rows: Sequence[NoticeRow]) -> Mapping[int, Found[AnsweredFacts]]:
    return await _answered(tx, rows, UnitRequestState.ADDED)


async def declined(tx: Tx, rows: Sequence[NoticeRow]) -> Mapping[int, Found[AnsweredFacts]]:
    return await _answered(tx, rows, UnitRequestState.DECLINED)
