"""What the messages about lists say, read for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.person import Person, find_people
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.imports.models import ImportKind, ImportState
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.queries import listed as listed_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.roles import reaching
from bot.packs.organisation import Role
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class ImportNews:
    """How a list stands."""

    id: int
    kind: ImportKind
    state: ImportState
    title: str
    rows: int
    fresh: int
    known: int
    wrong: int
    added: int
    claimed: int
    changed: int
    altered: int | None


@dataclass(frozen=True, slots=True)
class ClaimNews:
    """Who claimed which place: `listed` is the name that the list has."""

    who: Person
    listed_id: int
    listed: str
    unit: str


@dataclass(frozen=True, slots=True)
class ClosedNews:
    """How many had not joined at a unit that is closed."""

    unit: str
    number: int


async def left_at_closed(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[ClosedNews]]:
    """To whoever brought a list: at which unit nobody can join by it any more."""
    places = await unit_queries.units_by_id(tx, {row.params["unit"] for row in rows})
    return {
        row.id: ClosedNews(places[row.params["unit"]].name, row.params["number"]) for row in rows
    }


async def settled(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[ImportNews]]:
    """To whoever brought a list: how it stands, once nothing is under way."""
    found: dict[int, Found[ImportNews]] = {}
    for row in rows:
        brought = await import_queries.import_by_id(tx, row.params["import"])
        if brought is None or not brought.rests or brought.state is ImportState.DROPPED:
            found[row.id] = Gone("goes_on")
            continue
        _, claimed = await import_queries.counts_of(tx, brought.id)
        found[row.id] = ImportNews(
            brought.id, brought.kind, brought.state, brought.title, brought.rows, brought.fresh,
            brought.known, brought.wrong, brought.added, claimed, brought.changed, brought.altered,
        )  # fmt: skip
    return found


async def claimed(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[ClaimNews]]:
    """To the head: who claimed a place, as long as they have it."""
    listed = {
        number: await listed_queries.listed_by_id(tx, number)
        for number in {row.params["listed"] for row in rows}
    }
    there = [each for each in listed.values() if each is not None and each.claimed_by]
    people = await find_people(tx, {each.claimed_by for each in there if each.claimed_by})
    asked = [
        (row.to.id, each.unit) for row in rows if (each := listed[row.params["listed"]]) is not None
    ]
    heads = await reaching(tx, asked, {Role.PRINCIPAL, Role.ADMINISTRATOR})
    found: dict[int, Found[ClaimNews]] = {}
    for row in rows:
        each = listed[row.params["listed"]]
        if each is None or each.claimed_by is None:
            found[row.id] = Gone("undone")
        elif (row.to.id, each.unit.id) not in heads:
            found[row.id] = Gone("not_yours")
        else:
            found[row.id] = ClaimNews(people[each.claimed_by], each.id, each.name, each.unit.name)
    return found


async def unclaimed(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[str]]:
    """To whoever had claimed a place: at which unit it was."""
    places = await unit_queries.units_by_id(tx, {row.params["unit"] for row in rows})
    return {row.id: places[row.params["unit"]].name for row in rows}
