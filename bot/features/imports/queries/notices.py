"""What the messages about lists say, read for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.chat.person import Person, find_people
from bot.core.i18n import Gender
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.imports.models import ImportKind, ImportState
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.queries import listed as listed_queries
from bot.features.imports.queries.listed import Listed
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.roles import acting_in, reaching
from bot.features.people.queries.units import spoken_of
from bot.packs.roles import Role
from bot.storage.columns import from_millis
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
class Joined:
    """Who claimed which place: `listed` is the name that the list has."""

    who: Person
    listed_id: int
    listed: str


@dataclass(frozen=True, slots=True)
class ClaimNews:
    """Who has joined a unit by a list, the first one first, and how they are spoken of together."""

    joined: tuple[Joined, ...]
    unit_id: int
    unit: str
    about: Gender


@dataclass(frozen=True, slots=True)
class UnclaimNews:
    """At which unit a claim was undone, by whom, and in whose place, if by a deputy."""

    unit: str
    by: Person | None
    behalf: Person | None


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
    """To the head: who claimed places at the unit since the first one of whom the message tells, as
    long as they have them."""
    known = await listed_queries.listed_by_ids(tx, {row.params["listed"] for row in rows})
    listed = {each.id: each for each in known}
    there = {row.id: listed.get(row.params["listed"]) for row in rows}
    asked = [(row.to.id, each.unit) for row in rows if (each := there[row.id])]
    heads = await reaching(tx, asked, {Role.PRINCIPAL, Role.ADMINISTRATOR})
    found: dict[int, Found[ClaimNews]] = {}
    for row in rows:
        last = there[row.id]
        some = await _claimed_with(tx, row, last) if last else []
        if last is None or not some:
            found[row.id] = Gone("undone")
            continue
        if (row.to.id, last.unit.id) not in heads:
            found[row.id] = Gone("not_yours")
            continue
        people = await find_people(tx, [each.claimed_by for each in some if each.claimed_by])
        joined = tuple(
            Joined(people[each.claimed_by], each.id, each.name) for each in some if each.claimed_by
        )
        about = spoken_of((each.who.voice.gender for each in joined), last.unit)
        found[row.id] = ClaimNews(joined, last.unit.id, last.unit.name, about)
    return found


async def _claimed_with(tx: Tx, row: NoticeRow, last: Listed) -> list[Listed]:
    """The claims that a message is about, but the reader's own; one of a former version is about
    one alone."""
    if "since" not in row.params:
        return [last] if last.claimed_by else []
    since = from_millis(row.params["since"]) - timedelta(milliseconds=1)
    some = await listed_queries.claimed_at(tx, last.unit.id, since)
    return [each for each in reversed(some) if each.claimed_by != row.to.id]


async def unclaimed(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[UnclaimNews]]:
    """To whoever had claimed a place: at which unit it was, and who undid it; one of a former
    version does not know that."""
    places = await unit_queries.units_by_id(tx, {row.params["unit"] for row in rows})
    people = await find_people(tx, acting_in(rows))
    facts: dict[int, Found[UnclaimNews]] = {}
    for row in rows:
        by, behalf = (people.get(row.params.get(name) or 0) for name in ("by", "for"))
        named = by if by and by.name else None
        facts[row.id] = UnclaimNews(places[row.params["unit"]].name, named, behalf)
    return facts
