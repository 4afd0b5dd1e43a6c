"""Somebody with a role at each of more than a thousand units is answered on every screen that asks
how far they reach, and so is everybody beside them."""

import pytest
from sqlalchemy import insert, select

from bot.features.people.actions.search import index_unit
from bot.features.people.models import RoleState, UnitState, roles, units
from bot.features.people.queries.units import Unit
from bot.features.practices.actions.places import PLACES
from bot.features.practices.actions.practices import share_practice
from bot.packs.roles import Role
from tests.features.practices_school import READING
from tests.features.test_practices import NADA, Story, story
from tests.town import Phone

__all__ = ["story"]

MANY = 1_100
"""SQLite nests at most a thousand conditions."""


async def appoint_everywhere(story: Story, phone: Phone, role: Role) -> None:
    """Schools of a department, and the role at every one of them, as an import brings them."""
    above = story.department.units["إدارة تعليم الوادي"]
    number = await story.town.person_id(phone)
    async with story.town.app.database.transaction() as tx:
        first = int(await tx.scalar(select(units.c.id).order_by(units.c.id.desc()))) + 1
        ids = range(first, first + MANY)
        shared = {
            "parent_id": above.id, "kind": "school", "country": "SA", "timezone": "Asia/Riyadh",
            "gender": "girls", "state": UnitState.ACTIVE, "created_at": tx.now,
        }  # fmt: skip
        rows = [
            shared | {"id": n, "name": f"مدرسة الواحة {n}", "path": f"{above.path}{n}/"}
            for n in ids
        ]
        await tx.execute(insert(units), rows)
        held = {
            "person_id": number, "role": role, "subject": None, "state": RoleState.ACTIVE,
            "granted_by": None, "granted_at": tx.now,
        }  # fmt: skip
        places = [*ids, story.department.units[NADA].id]
        await tx.execute(insert(roles), [held | {"unit_id": place} for place in places])
        last = await tx.first(select(units).where(units.c.id == ids[-1]))
        assert last is not None
        names = Unit.__dataclass_fields__
        await index_unit(tx, Unit(**{name: getattr(last, name) for name in names}))


@pytest.fixture
async def wide(story: Story) -> Story:
    async with story.town.app.database.transaction() as tx:
        await share_practice(tx, story.people["مريم"], READING)
    await appoint_everywhere(story, story.noura, Role.SUPERVISOR)
    return story


async def test_a_wide_reach_is_answered_everywhere(wide: Story) -> None:
    boss = wide.noura
    await boss.says("/search سارة")
    boss.sees("سارة")
    await boss.says("/search هدى")
    boss.sees("هدى")
    await boss.says("/search القراءة")
    boss.sees("القراءة الجهرية")
    await boss.says("/search الواحة")
    boss.sees("الواحة")
    for command in ("/teams", "/practices", "/meetings", "/announcements", "/profile", "/menu"):
        await boss.says(command)
        assert boss.news(), command
    await boss.says("/practices")
    await boss.taps("حسب المادة")
    boss.sees_button("العربية")


async def test_the_tables_that_follow_stay_right(wide: Story) -> None:
    async with wide.town.app.database.reading() as tx:
        assert await PLACES.count_wrong(tx) == 0
