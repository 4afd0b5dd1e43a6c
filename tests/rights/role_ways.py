"""How each way of the rules of roles that are held is taken."""

from datetime import timedelta
from typing import Any

from bot.features.people.actions import deputies as deputy_actions
from bot.features.people.actions import terms as term_actions
from bot.features.people.actions.deputies import Deputyship
from bot.features.people.queries import terms as term_queries
from bot.features.people.queries.terms import RoleRecord
from bot.features.people.rights import terms as term_rights
from tests.rights.engine import Live


def _days(live: Live) -> tuple[Any, Any]:
    first = live.tx.now.date()
    return first, first + timedelta(days=7)


def _candidate(live: Live, name: str = "candidate") -> int:
    return live.world.person(live.thing, name).id


def _deputyship(live: Live) -> Deputyship:
    first, last = _days(live)
    return Deputyship(role=live.id, deputy=_candidate(live), first=first, last=last)


async def _record(live: Live) -> RoleRecord:
    found = await term_queries.role_record(live.tx, live.id)
    assert found is not None
    return found


async def _access_deputy(live: Live, name: str = "candidate") -> Any:
    found = await _record(live)
    return await term_rights.access_deputy(live.tx, live.me, found, _candidate(live, name))


def _named(live: Live) -> dict[str, Any]:
    first, last = _days(live)
    return {"deputy": _candidate(live), "first": first.isoformat(), "last": last.isoformat()}


ROLE_WAYS = {
    "action people.set_term": lambda c: term_actions.set_term(c.tx, c.me, c.id, None),
    "action people.access_role_to_renew": (
        lambda c: term_rights.access_role_to_renew(c.tx, c.me, c.id)
    ),
    "action people.access_role_to_deputise": (
        lambda c: term_rights.access_role_to_deputise(c.tx, c.me, c.id)
    ),
    "action people.name_deputy": (lambda c: deputy_actions.name_deputy(c.tx, c.me, _deputyship(c))),
    "action people.access_deputy": _access_deputy,
    "action people.access_deputy#elsewhere": lambda c: _access_deputy(c, "elsewhere"),
    "action people.end_deputyship": (lambda c: deputy_actions.end_deputyship(c.tx, c.me, c.id)),
    "action people.access_deputyship": (lambda c: term_rights.access_deputyship(c.tx, c.me, c.id)),
    "action people.access_role_log": (
        lambda c: term_rights.access_role_log(c.tx, c.me, c.more("person"))
    ),
    "action people.access_role": lambda c: term_rights.access_role(c.tx, c.me, c.id),
    "route people.term": lambda c: c.show("people.term", c.id),
    "route people.deputy": lambda c: c.show("people.deputy", c.id),
    "route people.role": lambda c: c.show("people.role", c.id),
    "route people.stand_down": lambda c: c.show("people.stand_down", c.id),
    "route people.stood_down": lambda c: c.show("people.stood_down", c.id),
    "route people.role_log": lambda c: c.show("people.role_log", c.more("person"), 0),
    "route people.until": (
        lambda c: c.show("people.until", c.more("person"), c.thing.more["role"].value)
    ),
}
ROLE_FORMS = {
    "people.term": (lambda c: {"role": c.id}, lambda c: {"last": None}),
    "people.deputy": (lambda c: {"role": c.id}, _named),
    "people.grant_until": (
        lambda c: {"person": c.more("person"), "kind": c.thing.more["role"].value},
        lambda c: {"last": (c.tx.now.date() + timedelta(days=7)).isoformat()},
    ),
}
