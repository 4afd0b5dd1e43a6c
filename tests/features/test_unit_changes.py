"""Units that are moved, merged and closed, and what belongs to them."""

from datetime import timedelta

import pytest

from bot.core.errors import Refused
from bot.features.people.actions import unit_changes
from bot.features.people.models import UnitState, profiles, roles, units
from bot.features.people.queries.audiences import Audience, audience_ids, count_audience
from bot.packs.roles import Role
from tests.features.people_school import School
from tests.town import Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["town"]


async def test_a_school_moves_and_is_found_there_at_once(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم العلي")
    number = await town.person_id(maryam)
    async with town.app.database.transaction() as tx:
        await unit_changes.move_unit(tx, None, school.nada.id, school.murjan.parent_id or 0)
        coast = Audience(school.murjan.parent_id or 0)
        assert await audience_ids(tx, coast) == [number]
        assert await count_audience(tx, coast) == 1
        assert await count_audience(tx, Audience(school.department.id)) == 0
        for wrong, other in ((school.nada.id, school.nada.id), (school.department.id, 1)):
            with pytest.raises(Refused):
                await unit_changes.move_unit(tx, None, wrong, other)
    await town.settles()
    await maryam.says("/profile")
    maryam.sees("مدرسة الندى – إدارة تعليم الساحل")


async def test_a_school_becomes_part_of_another(town: Town, school: School) -> None:
    maryam, mona = town.person("مريم"), town.person("منى")
    await school.registers(maryam, "مريم العلي")
    await school.registers(mona, "منى العبدالله")
    await school.appoints(mona, Role.PRINCIPAL, school.nada)
    numbers = sorted([await town.person_id(maryam), await town.person_id(mona)])
    async with town.app.database.transaction() as tx:
        await unit_changes.merge_units(tx, None, school.nada.id, school.falah.id)
        # At once, and while they follow.
        assert await audience_ids(tx, Audience(school.falah.id)) == numbers
    await town.moves(timedelta(minutes=20))
    maryam.sees("دُمجت الجهة (مدرسة الندى) في مدرسة الفلاح")
    async with town.app.database.transaction() as tx:
        assert await audience_ids(tx, Audience(school.falah.id)) == numbers
        assert await count_audience(tx, Audience(school.nada.id)) == 0
        assert await count_audience(tx, Audience(school.department.id)) == 2
    (old,) = await town.rows(units, id=school.nada.id)
    assert old.state is UnitState.CLOSED
    (role,) = await town.rows(roles, role=Role.PRINCIPAL)
    assert role.unit_id == school.falah.id
    assert {each.unit_id for each in await town.rows(profiles)} == {school.falah.id}
    await maryam.says("/profile")
    maryam.sees("مدرسة الفلاح")


async def test_whoever_waits_at_a_unit_that_closes_is_told(town: Town, school: School) -> None:
    maryam, mona = town.person("مريم"), town.person("منى")
    await school.registers(maryam, "مريم العلي")
    await school.registers(mona, "منى العبدالله")
    await school.appoints(mona, Role.PRINCIPAL, school.nada)
    async with town.app.database.transaction() as tx:
        with pytest.raises(Refused):
            await unit_changes.close_unit(tx, None, school.department.id)
        await unit_changes.close_unit(tx, None, school.nada.id)
        with pytest.raises(Refused):
            await unit_changes.close_unit(tx, None, school.nada.id)
    await town.settles()
    mona.sees("أُغلقت الجهة: مدرسة الندى", "انتهت معها الأدوار فيها")
    # Whoever belongs to it stays in the lists above.
    async with town.app.database.transaction() as tx:
        assert await count_audience(tx, Audience(school.department.id)) == 2
    found = await town.rows(roles, unit_id=school.nada.id)
    assert {each.state for each in found} == {"ended"}
