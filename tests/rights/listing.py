"""Builds the lists of the table, and those who stand on them."""

from collections.abc import Mapping
from datetime import timedelta

from bot.chat.person import Person
from bot.features.imports.models import (
    ImportKind,
    ImportState,
    ListedState,
    imported_people,
    imports,
)
from bot.features.people.queries.units import Unit
from bot.storage.transaction import Tx
from tests.rights import things
from tests.rights.things import Thing

_STATES = {"checked": ImportState.CHECKED, "added": ImportState.DONE}


async def build_list(tx: Tx, people: Mapping[str, Person], thing: Thing) -> int:
    """Returns the id."""
    counts = dict.fromkeys(("rows", "fresh", "known", "wrong", "added"), 1)
    return await tx.insert(
        imports, kind=ImportKind.PEOPLE, state=_STATES.get(thing.state, ImportState.UNDONE),
        title=thing.marker, made_by=people[thing.people["author"][0]].id, parts=0, parts_done=0,
        columns={"titles": {}, "national": [], "left_out": [], "doubled": []},
        created_at=tx.now, worked_at=tx.now, **counts,
    )  # fmt: skip


async def build_listed(
    tx: Tx,
    people: Mapping[str, Person],
    units: Mapping[str, Unit],
    ids: Mapping[str, int],
    thing: Thing,
) -> int:
    """Somebody on the list of the thing's author; returns the id."""
    number = next(
        ids[each.key]
        for each in things.LISTS
        if each.people == {"author": thing.people["author"]} and each.state == "added"
    )
    who = people[thing.people["self"][0]].id if "self" in thing.people else None
    claimed = thing.state.startswith("claimed")
    days = 30 if thing.state == "claimed long ago" else 1
    return await tx.insert(
        imported_people, import_id=number, unit_id=units[thing.place].id,
        state=ListedState.CLAIMED if claimed else ListedState.OPEN,
        listed_as=thing.marker, folded="", name=thing.marker, family=thing.marker.split()[-1],
        role=thing.more["role"], subjects="arabic", stages="primary", staff_number="",
        phone_digest="", created_at=tx.now, wrong_tries=0,
        claimed_by=who if claimed else None,
        claimed_at=tx.now - timedelta(days=days) if claimed else None,
        proven_by=None if claimed else who,
        proven_until=None if claimed or who is None else tx.now + timedelta(hours=1),
    )  # fmt: skip
