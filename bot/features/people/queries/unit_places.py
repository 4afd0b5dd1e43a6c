"""By the sun of which town prayers are reckoned at a unit.

What was set for the unit counts, else the town that its name tells of (a department "of Jeddah"),
else the same of the units above it, from the nearest on. A school may be called after a town that
lies elsewhere: where its name does not say that it lies there, it counts only as near as what the
units above it tell of.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.arabic.calendar.places import Mention, Place, mentions, place_of
from bot.chat.person import Person
from bot.features.people.queries.people import lineages_of
from bot.features.people.queries.units import Unit
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx

NAMED_FREELY = frozenset({"school", "institution", "partner"})
"""Kinds of unit that may be called after a town in which they do not lie."""
NEAR = 150
"""Kilometres, some five minutes of prayer: a school of a town's name that lies so near is there."""

_NAMES = "SELECT id, kind, name, country, place FROM units WHERE id IN (ids)"

Lineage = tuple[int, ...]


class _Named(NamedTuple):
    """What a unit says of where it lies."""

    kind: str
    name: str
    country: str
    place: str | None


async def places_along(tx: Tx, lineages: Iterable[Lineage]) -> dict[Lineage, Place]:
    """The towns of units, by the ids from the root down to each; a unit of which nothing tells is
    left out. One statement, however many they are."""
    wanted = [each for each in lineages if each]
    if not wanted:
        return {}
    ids = sorted({number for each in wanted for number in each})
    rows = await tx.fetch(with_ids(tx, _NAMES), as_list(tx, ids))
    named = {row[0]: _Named(*row[1:]) for row in rows}
    found = ((each, _resolve(each, named)) for each in wanted)
    return {each: town for each, town in found if town is not None}


async def place_at(tx: Tx, unit: Unit) -> Place | None:
    """The town of one unit."""
    return (await places_along(tx, [unit.lineage])).get(unit.lineage)


async def place_of_person(tx: Tx, person: Person) -> Place | None:
    """The town of the unit of somebody, where they live by its clock."""
    lineages = await lineages_of(tx, [person.id])
    for town in (await places_along(tx, lineages.values())).values():
        return town if town.country == person.voice.country else None
    return None


def _resolve(lineage: Lineage, named: Mapping[int, _Named]) -> Place | None:
    doubtful: list[Mention] = []
    found = _first(lineage, named, doubtful)
    for each in reversed(doubtful):
        # From the top on, so that each is measured by what lies above it.
        if found is None or each.place.distance(found) <= NEAR:
            found = each.place
    return found


def _first(
    lineage: Sequence[int], named: Mapping[int, _Named], doubtful: list[Mention]
) -> Place | None:
    """What is set, or surely named, the nearest; and the names before it that are in doubt."""
    for number in reversed(lineage):
        unit = named.get(number)
        if unit is None:
            continue
        if own := place_of(unit.place):
            return own
        met = mentions(unit.name, unit.country)
        if unit.kind not in NAMED_FREELY and met:
            return met[0].place
        if sure := next((each for each in met if each.sure), None):
            return sure.place
        doubtful += met[:1]
    return None
