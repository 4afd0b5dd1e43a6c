"""How each way of the rules about the tree of units is taken."""

from typing import Any

from bot.features.people.actions import unit_changes as change_actions
from bot.features.people.actions import unit_requests as request_actions
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.unit_requests import WantedUnit
from bot.features.people.actions.units import NewUnit
from bot.features.people.rights import units as unit_rights
from bot.packs.organisation import UnitGender
from tests.rights.engine import Live


def _new_unit(live: Live) -> NewUnit:
    return NewUnit(parent=live.unit, name="مدرسة جديدة", kind="school", gender=UnitGender.MIXED)


UNIT_ROUTES = ("add_unit", "rename_unit", "place_unit", "move_unit", "merge_unit", "close_unit")


_FIRST = unit_actions.UnitDraft("department", "إدارة أخرى", "SA", "Asia/Riyadh")


def _unit_route(name: str) -> Any:
    return lambda c: c.show(f"people.{name}", c.unit)


def _unit_known(live: Live) -> dict[str, Any]:
    return {"unit": live.unit, "seen": ""}


TREE_WAYS = {
    "action people.move_unit": (
        lambda c: change_actions.move_unit(c.tx, c.me, c.unit, c.world.units["amal"].id)
    ),
    "action people.merge_units": (
        lambda c: change_actions.merge_units(c.tx, c.me, c.unit, c.world.units["amal"].id)
    ),
    "action people.move_unit#elsewhere": (
        lambda c: change_actions.move_unit(c.tx, c.me, c.unit, c.world.units["coast"].id)
    ),
    "action people.merge_units#elsewhere": (
        lambda c: change_actions.merge_units(c.tx, c.me, c.unit, c.world.units["murjan"].id)
    ),
    "action people.open_unit": lambda c: change_actions.open_unit(c.tx, c.me, c.unit),
    "action people.rename_unit": (
        lambda c: change_actions.rename_unit(c.tx, c.me, c.unit, "مدرسة أخرى")
    ),
    "action people.place_unit": lambda c: change_actions.place_unit(c.tx, c.me, c.unit, None),
    "action people.access_first_unit": (
        lambda c: unit_rights.access_first_unit(c.tx, c.me, named=False)
    ),
    "action people.add_first_unit": (
        lambda c: unit_actions.add_first_unit(c.tx, c.me, _FIRST, named=False)
    ),
    "route people.first_unit": lambda c: c.show("people.first_unit"),
    "action people.add_unit": lambda c: unit_actions.add_unit(c.tx, c.me, _new_unit(c)),
    "action people.access_unit_to_extend": (
        lambda c: unit_rights.access_unit_to_extend(c.tx, c.me, c.unit)
    ),
    **{f"route people.{each}": _unit_route(each) for each in UNIT_ROUTES},
    "route people.unit_closed": lambda c: c.show("people.unit_closed", c.unit, ""),
    "action people.close_unit": lambda c: change_actions.close_unit(c.tx, c.me, c.unit),
    "action people.ask_for_unit": (
        lambda c: request_actions.ask_for_unit(c.tx, c.me, c.unit, "مدرسة الربيع")
    ),
    "action people.add_wanted": (
        lambda c: request_actions.add_wanted(
            c.tx,
            c.me,
            WantedUnit(request=c.id, name="مدرسة الزهور", kind="school", gender=UnitGender.MIXED),
        )
    ),
    "action people.decline_wanted": (
        lambda c: request_actions.decline_wanted(c.tx, c.me, c.id, "ليست لنا")
    ),
    "action people.take_back": lambda c: request_actions.take_back(c.tx, c.me),
    "route people.wanted_taken_back": lambda c: c.show("people.wanted_taken_back"),
    "action people.access_adding": lambda c: unit_rights.access_adding(c.tx, c.me),
    "route people.wanted": lambda c: c.show("people.wanted", 0),
}
TREE_FORMS = {
    "people.add_wanted": (
        lambda c: {"request": c.id},
        lambda c: {"name": "مدرسة الزهور", "kind": "school", "gender": "mixed"},
    ),
    "people.decline_wanted": (lambda c: {"request": c.id}, lambda c: {"reason": "ليست لنا"}),
    "people.first_unit": (
        lambda c: {},
        lambda c: {"country": "SA", "kind": "department", "name": "إدارة أخرى", "gender": "mixed"},
    ),
    "people.add_unit": (
        lambda c: {"parent": c.unit},
        lambda c: {"name": "مدرسة جديدة", "kind": "school", "gender": "mixed"},
    ),
    "people.rename_unit": (_unit_known, lambda c: {"name": "مدرسة أخرى"}),
    "people.place_unit": (_unit_known, lambda c: {"town": "jeddah"}),
    "people.move_unit": (_unit_known, lambda c: {"below": c.world.units["amal"].id}),
    "people.move_unit#elsewhere": (_unit_known, lambda c: {"below": c.world.units["coast"].id}),
    "people.merge_unit": (_unit_known, lambda c: {"into": c.world.units["amal"].id}),
    "people.merge_unit#elsewhere": (
        _unit_known,
        lambda c: {"into": c.world.units["murjan"].id},
    ),
}
