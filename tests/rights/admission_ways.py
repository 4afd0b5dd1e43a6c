"""How each way of the rules of admission is taken."""

from datetime import timedelta
from typing import Any

from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import standings as standing_actions
from bot.features.people.rights import people as people_rights
from bot.features.people.rights import placements as placement_rights
from bot.features.people.rights.placements import PlacementAbility

_WEEK = timedelta(days=7)


def _paged(route: str) -> Any:
    return lambda c: c.show(route, c.id, 0)


ADMISSION_WAYS = {
    "action people.access_placement": (
        lambda c: placement_rights.access_placement(c.tx, c.me, c.id, PlacementAbility.SEE)
    ),
    "action people.access_unit_to_ask": (
        lambda c: people_rights.access_unit_to_ask(c.tx, c.me, c.unit)
    ),
    "action people.require_answerer": (
        lambda c: admission_actions.require_answerer(c.tx, c.me, c.world.units[c.thing.place])
    ),
    "action people.ask_to_belong": (lambda c: admission_actions.ask_to_belong(c.tx, c.me, c.unit)),
    "action people.admit": lambda c: admission_actions.admit(c.tx, c.me, c.id),
    "action people.decline": lambda c: admission_actions.decline(c.tx, c.me, c.id, "لا"),
    "action people.appeal": lambda c: admission_actions.appeal(c.tx, c.me, c.id),
    "action people.withdraw": lambda c: admission_actions.withdraw(c.tx, c.me, c.id),
    "action people.name_voucher": (
        lambda c: admission_actions.name_voucher(c.tx, c.me, c.id, "ليلى")
    ),
    "action people.vouch": lambda c: admission_actions.vouch(c.tx, c.me, c.id, knows=True),
    "route people.vouch": lambda c: c.show("people.vouch", c.id, 1),
    "action people.confirm": lambda c: standing_actions.confirm(c.tx, c.me, c.id),
    "action people.confirm_each": lambda c: standing_actions.confirm_each(c.tx, c.me, []),
    "action people.suspend": (
        lambda c: standing_actions.suspend(c.tx, c.me, c.id, "لا", c.tx.now + _WEEK)
    ),
    "action people.remove": lambda c: standing_actions.remove(c.tx, c.me, c.id, "لا"),
    "action people.restore": lambda c: standing_actions.restore(c.tx, c.me, c.id),
    "action people.require_answerer_at": (
        lambda c: admission_actions.require_answerer_at(c.tx, c.me, c.unit)
    ),
    "route people.standings": lambda c: c.show("people.standings", c.id),
    **{
        f"route people.{name}": _paged(f"people.{name}")
        for name in ("asking", "unconfirmed", "suspended", "confirm_all", "confirmed_all")
    },
}
