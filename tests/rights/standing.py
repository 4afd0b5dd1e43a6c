"""How people of the table come to stand to units otherwise than by belonging there."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions.placements import settle
from bot.features.people.actions.search import index_person
from bot.features.people.models import Answerer, UnitStanding, placements
from bot.storage.transaction import Tx
from tests.rights.things import Thing


async def stand(tx: Tx, world: Any, thing: Thing) -> None:
    """Somebody comes to stand so to the school; `world` is that of `building`."""
    person, place = world.people[thing.more["person"]], world.units[thing.place].id
    if thing.state == "declined":
        await admission_actions.ask_to_belong(tx, person, place)
    more: dict[str, dict[str, Any]] = {
        "waiting": {
            "lies_with": Answerer.HEAD, "main": 0, "voucher_id": world.people["teacher at nada"].id,
        },
        "declined": {"lies_with": Answerer.HEAD},
        "suspended": {
            "main": 0, "until": tx.now + timedelta(days=7),
            "voucher_id": world.people["teacher at falah"].id,
        },
    }  # fmt: skip
    values = {"standing": UnitStanding(thing.state)} | more.get(thing.state, {})
    own = placements.c.person_id == person.id, placements.c.unit_id == place
    await tx.execute(update(placements).where(*own).values(**values))
    await settle(tx, person.id)
    await index_person(tx, person.id)
    world.ids[thing.key] = await tx.scalar(select(placements.c.id).where(*own))
