"""By the sun of which town prayers are reckoned at a unit.

What was set for the unit counts, else the town that its name tells of (a department "of Jeddah"),
else the same of the units above it, from the nearest on. A school may be called after a town that
lies elsewhere: where its name does not say that it lies there, it counts only as near as what the
units above it tell of.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from bot.arabic.calendar.places import Mention, Place, mentions, place_of
from bot.chat.person import Person
from bot.features.people.queries.units import Unit, lineage_of
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx

NAMED_FREELY = frozenset({"school", "institution", "partner"})
"""Kinds of unit that may be called after a town in which they do not lie."""
NEAR = 150
"""Kilometres, some five minutes of prayer: a school of a town's name that lies so near is there."""

_NAMES = "SELECT id, kind, name, country, place FROM units WHERE id IN (ids)"

_WORKING = (
    "SELECT f.person_id, u.path, u.kind, u.name, u.country, u.place"
    " FROM profiles f JOIN units u ON u.id = f.unit_id WHERE f.person_id IN (ids)"
)

Lineage = tuple[int, ...]


async def places_along(
    tx: Tx, lineages: Iterable[Lineage], told: Mapping[int, Mention | None] = MappingProxyType({})
) -> dict[Lineage, Place]:
    """The towns of units, by the ids from the root down to each; a unit of which nothing tells is
    left out. `told` is what is known already of some of them. One statement, however many they
    are."""
    wanted = [each for each in lineages if each]
    ids = sorted({number for each in wanted for number in each if number not in told})
    rows = await tx.fetch(with_ids(tx, _NAMES), as_list(tx, ids)) if ids else ()
    told = {**told, **{row[0]: _told(*row[1:]) for row in rows}}
    # Colleagues share what lies above them, so each unit is looked at once.
    towns: dict[int, Place | None] = {}
    for lineage in wanted:
        above: Place | None = None
        for number in lineage:
            if number in towns:
                above = towns[number]
            else:
                above = towns[number] = _town(told.get(number), above)
    return {each: town for each in wanted if (town := towns[each[-1]]) is not None}


async def lineages_with_towns(
    tx: Tx, ids: Iterable[int]
) -> tuple[dict[int, Lineage], dict[Lineage, Place]]:
    """Of each of these people the ids of the units from the root down to where they work in the
    first place, and the towns of these units; whoever is not registered is left out. Colleagues are
    given one and the same tuple. Two statements, however many people they are."""
    rows = await tx.fetch(with_ids(tx, _WORKING), as_list(tx, dict.fromkeys(ids)))
    same: dict[str, Lineage] = {}
    told: dict[int, Mention | None] = {}
    for row in rows:
        if (path := row[1]) not in same:
            same[path] = lineage_of(path)
            told[same[path][-1]] = _told(*row[2:])
    lineages = {int(row[0]): same[row[1]] for row in rows}
    return lineages, await places_along(tx, same.values(), told)


async def place_at(tx: Tx, unit: Unit) -> Place | None:
    """The town of one unit."""
    return (await places_along(tx, [unit.lineage])).get(unit.lineage)


async def place_of_person(tx: Tx, person: Person) -> Place | None:
    """The town of the unit of somebody, where they live by its clock."""
    _, towns = await lineages_with_towns(tx, [person.id])
    for town in towns.values():
        return town if town.country == person.voice.country else None
    return None


@lru_cache(maxsize=8192)
def _told(kind: str, name: str, country: str, place: str | None) -> Mention | None:
    """What a unit itself says of where it lies."""
    if own := place_of(place):
        return Mention(own, sure=True)
    found = mentions(name, country)
    if kind not in NAMED_FREELY:
        return Mention(found[0].place, sure=True) if found else None
    return next((each for each in found if each.sure), found[0] if found else None)


def _town(told: Mention | None, above: Place | None) -> Place | None:
    """The same beside what those above it tell."""
    if told is None:
        return above
    near = told.sure or above is None or told.place.distance(above) <= NEAR
    return told.place if near else above
