"""Who changes the tree of units."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.chat.person import Person
from bot.core.clock import FrozenClock
from bot.core.errors import Refused
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.units import UnitDraft
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role
from bot.storage.database import Database, open_database
from tests.features.practices_school import PracticeSchools
from tests.features.test_practices_rules import NADA, NOW, WADI

SAHIL = "إدارة تعليم الساحل"


@dataclass
class Offices:
    """Hind administers the tree of one department, Amal one school of it, where Huda is the
    principal and Sara teaches."""

    database: Database
    units: dict[str, Unit]
    people: dict[str, Person]

    async def adds(self, name: str, parent: str | None) -> Unit:
        above = self.units[parent].id if parent else None
        draft = UnitDraft("school", "مدرسة جديدة", "SA", "Asia/Riyadh", parent_id=above)
        async with self.database.transaction() as tx:
            return await unit_actions.create_unit(tx, self.people[name], draft)

    async def administers(self, name: str, place: Unit) -> bool:
        async with self.database.reading() as tx:
            person = self.people[name]
            return await role_queries.reaches(tx, person.id, {Role.ADMINISTRATOR}, place.id)


@pytest.fixture
async def offices(database_url: str) -> AsyncIterator[Offices]:
    database = await open_database(database_url, FrozenClock(NOW))
    try:
        department = await PracticeSchools(database).build()
        people = {}
        for number, (name, unit, role) in enumerate(
            (
                ("هند", WADI, Role.ADMINISTRATOR), ("أمل", NADA, Role.ADMINISTRATOR),
                ("هدى", NADA, Role.PRINCIPAL), ("سارة", NADA, None),
            ),
            1,
        ):  # fmt: skip
            people[name] = await department.person(name, unit, number=number, role=role)
        yield Offices(database, department.units, people)
    finally:
        await database.close()


@pytest.mark.parametrize(
    ("name", "parent"),
    [
        ("سارة", NADA), ("سارة", None), ("هدى", NADA), ("هدى", None),
        ("أمل", WADI), ("أمل", SAHIL), ("هند", SAHIL),
    ],
)  # fmt: skip
async def test_nobody_adds_a_unit_beyond_what_they_administer(
    offices: Offices, name: str, parent: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        await offices.adds(name, parent)
    assert refused.value.code == "people.not_administrator"


async def test_an_administrator_adds_units_to_their_own_tree(offices: Offices) -> None:
    assert (await offices.adds("هند", NADA)).is_within(offices.units[NADA])
    assert (await offices.adds("أمل", NADA)).is_within(offices.units[NADA])


async def test_a_new_tree_is_reached_by_who_administers_a_whole_one(offices: Offices) -> None:
    fresh = await offices.adds("هند", None)
    assert await offices.administers("هند", fresh)
    assert not await offices.administers("أمل", fresh), "she administers one school"
