"""What each of those above somebody may see of them, asked of the rights themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.person import Person
from bot.chat.personal import Personal
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.roles import GRANTERS
from bot.features.people.rights import audit as audit_rights
from bot.features.people.rights import files as file_rights
from bot.features.people.rights import people as people_rights
from bot.packs.roles import Role
from bot.storage.transaction import Tx

MOST = 8
"""Officers on the page, the nearest first."""


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody with a role above: the roles, and the labels of what they see and do not see."""

    person: Person
    roles: tuple[Role, ...]
    sees: tuple[str, ...]
    hidden: tuple[str, ...]


async def sights_of(tx: Tx, person: Person, parts: Sequence[Personal]) -> list[Officer]:
    """Who holds a role above the person's units or at them, of each unit the nearest first, and
    what each of them may see of the person now."""
    belongs = await people_queries.units_of(tx, person.id)
    above: dict[int, Person] = {}
    for place in belongs:
        above |= {each.id: each for each in await role_queries.holders_of(tx, GRANTERS, place.id)}
    found = []
    for officer in [each for each in above.values() if each.id != person.id][:MOST]:
        held = [
            each
            for place in belongs
            for each in await role_queries.roles_above(tx, officer.id, GRANTERS, place)
        ]
        sees: list[str] = []
        hidden: list[str] = []
        for sight in (each for part in parts for each in part.sights):
            answer = await sight.asks(tx, officer, person)
            if answer is not None:
                (sees if answer else hidden).append(sight.label)
        roles = tuple(dict.fromkeys(each.role for each in held))
        found.append(Officer(officer, roles, tuple(sees), tuple(hidden)))
    return found


async def sees_page(tx: Tx, officer: Person, person: Person) -> bool | None:
    """Whether the officer opens the person's page."""
    profile = await people_queries.profile(tx, person.id)
    if profile is None:
        return None
    may = await people_rights.abilities(tx, officer, profile)
    return people_rights.PersonAbility.OPEN in may


async def sees_pictures(tx: Tx, officer: Person, person: Person) -> bool | None:
    """Whether the officer is shown what was said of the pupils in the person's pictures."""
    belongs = await people_queries.units_of(tx, person.id)
    return await file_rights.heads_one_of(tx, officer, belongs) if belongs else None


async def sees_log(tx: Tx, officer: Person, person: Person) -> bool | None:
    """Whether the officer reads the log of the unit at which the person's acts stand: the main
    one."""
    profile = await people_queries.profile(tx, person.id)
    return None if profile is None else await audit_rights.reads(tx, officer, profile.unit)
