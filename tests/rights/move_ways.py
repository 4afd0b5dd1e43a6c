"""How people are moved, and how several places of work are seen to, in the table of rights."""

from typing import Any

from bot.chat.person import Person
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import own_places as place_actions
from bot.features.people.actions import transfers as transfer_actions
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.placements import AskedFor, add_placement, settle
from bot.features.people.models import CameBy, UnitStanding
from bot.features.people.queries import placements as placement_queries
from bot.features.people.rights import people as people_rights
from bot.features.people.rights import placements as placement_rights
from bot.features.people.rights import transfers as transfer_rights
from bot.features.people.rights.placements import PlacementAbility
from tests.rights.engine import MAY, MAY_NOT, Came, Doing, Live, Ways
from tests.rights.role_ways import ROLE_FORMS, ROLE_WAYS


async def _person(live: Live) -> Person:
    return live.world.people[live.thing.more["person"]]


async def _further(live: Live, standing: UnitStanding, request: AskedFor) -> int:
    """Somebody comes to stand to a school in another department as well; returns the placement."""
    person, place = await _person(live), live.world.units["murjan"].id
    async with counted(live.tx, person.id):
        number = await add_placement(
            live.tx, person.id, place, standing, CameBy.TRANSFER, request=request
        )
        await settle(live.tx, person.id)
    return number


async def _second(live: Live) -> int:
    return await _further(live, UnitStanding.MEMBER, AskedFor())


async def _moving(live: Live) -> int:
    by = live.world.people["principal of nada"].id
    return await _further(live, UnitStanding.WAITING, AskedFor(replaces=live.id, asked_by=by))


async def _held(live: Live) -> int:
    """Whoever asked for it may not move anybody any more."""
    by = live.world.people["teacher at nada"].id
    return await _further(live, UnitStanding.WAITING, AskedFor(replaces=live.id, asked_by=by))


async def _agree_route(live: Live) -> Any:
    return await live.show("people.agree_transfer", await _held(live))


async def _declined(live: Live) -> int:
    by = live.world.people["principal of nada"].id
    return await _further(live, UnitStanding.DECLINED, AskedFor(replaces=live.id, asked_by=by))


async def _may(live: Live, number: int, ability: PlacementAbility) -> Came:
    found = await placement_queries.known_placement(live.tx, number)
    may = await placement_rights.abilities(live.tx, live.me, found)
    return Came(MAY if ability in may else MAY_NOT)


async def _recalls(live: Live) -> Any:
    return await transfer_actions.recall_transfer(live.tx, live.me, await _moving(live))


async def _may_recall(live: Live) -> Any:
    return await _may(live, await _moving(live), PlacementAbility.RECALL)


async def _recall_route(live: Live) -> Any:
    return await live.show("people.recall", await _moving(live))


async def _withdraws(live: Live) -> Any:
    return await admission_actions.withdraw(live.tx, live.me, await _moving(live))


async def _appeals(live: Live) -> Any:
    return await admission_actions.appeal(live.tx, live.me, await _declined(live))


async def _makes_main(live: Live) -> Any:
    return await place_actions.make_main(live.tx, live.me, await _second(live))


async def _may_make_main(live: Live) -> Any:
    return await _may(live, await _second(live), PlacementAbility.MAKE_MAIN)


async def _leaves(live: Live) -> Any:
    await _second(live)
    return await place_actions.leave(live.tx, live.me, live.id)


async def _may_leave(live: Live) -> Any:
    await _second(live)
    return await _may(live, live.id, PlacementAbility.LEAVE)


def _own(name: str) -> Doing:
    async def follow(live: Live) -> Any:
        return await live.show(f"people.{name}", await _second(live))

    return follow


async def _opens(live: Live) -> Any:
    await _second(live)
    return await people_rights.access_person(live.tx, live.me, live.more("person"))


async def _opens_page(live: Live) -> Any:
    await _second(live)
    return await live.show("people.one", live.more("person"))


MOVE_WAYS: Ways = {
    **ROLE_WAYS,
    "action people.transfer_person": (
        lambda c: transfer_actions.transfer_person(c.tx, c.me, c.id, c.world.units["amal"].id)
    ),
    "action people.access_transfer": (
        lambda c: transfer_rights.access_transfer(c.tx, c.me, c.id, c.world.units["amal"].id)
    ),
    "action people.recall_transfer": _recalls,
    "ability people.placements.recall": _may_recall,
    "route people.recall": _recall_route,
    "route people.agree_transfer": _agree_route,
    "action people.withdraw#transfer": _withdraws,
    "action people.appeal#transfer": _appeals,
    "action people.make_main": _makes_main,
    "ability people.placements.make_main": _may_make_main,
    "action people.leave": _leaves,
    "ability people.placements.leave": _may_leave,
    **{
        f"route people.{name}": _own(name)
        for name in ("place", "make_main", "leave_place", "left_place")
    },
    "action people.leave#only": lambda c: place_actions.leave(c.tx, c.me, c.id),
    "action people.make_main#only": lambda c: place_actions.make_main(c.tx, c.me, c.id),
    "action people.access_person#two": _opens,
    "route people.one#two": _opens_page,
}
MOVE_FORMS = ROLE_FORMS | {
    "people.transfer": (
        lambda c: {"placement": c.id},
        lambda c: {"unit": c.world.units["amal"].id},
    ),
    "people.further_unit": (lambda c: {}, lambda c: {"unit": c.unit}),
}
