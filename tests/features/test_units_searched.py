"""Looking for a unit: one's own country comes first, and a whole name is an answer."""

import pytest

from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import placements
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from tests.features.people_school import School
from tests.features.test_several_schools import at, opens
from tests.town import Phone, Town

pytestmark = pytest.mark.every_channel


async def school_named(town: Town, above: Unit, name: str) -> Unit:
    async with town.app.database.transaction() as tx:
        draft = UnitDraft("school", name, above.country, above.timezone, UnitGender.GIRLS, above.id)
        return await unit_actions.create_unit(tx, None, draft)


async def moves_on(phone: Phone) -> None:
    await phone.says("/profile")
    await phone.taps("الإعدادات")
    await phone.taps("مكان العمل")


async def waits(town: Town, phone: Phone) -> list[int]:
    number = await town.person_id(phone)
    rows = await town.rows(placements, person_id=number)
    return [row.unit_id for row in rows if row.standing.value == "waiting"]


async def test_ones_own_country_comes_first_and_a_whole_name_is_taken(
    town: Town, school: School
) -> None:
    await school.answers()
    near = await school_named(town, school.department, "مدرسة الأطلس")
    sara = await at(town, school, "سارة العمري", "الندى", school.nada)
    await moves_on(sara)
    await sara.says("الأطلس")
    sara.sees_button("مدرسة الأطلس")
    sara.sees_no_button("ثانوية الأطلس")
    await sara.taps("ليست منها")
    await sara.taps("في بلد آخر")
    sara.sees_button("ثانوية الأطلس")
    # What only another country has is found without asking.
    await school_named(town, school.atlas, "مدرسة المرابطين")
    await sara.says("المرابطين")
    sara.sees_button("مدرسة المرابطين")
    await sara.says("مدرسة الأطلس")
    sara.sees("وصل طلب انتسابك إلى مدرسة الأطلس")
    assert await waits(town, sara) == [near.id]
    await sara.says("/profile")
    await sara.taps("الإعدادات")
    await sara.taps("أعمل في مدرسة أخرى أيضًا")
    await sara.says("مدرسة المرجان")
    sara.sees("المرجان")
    assert await waits(town, sara) == [school.murjan.id]


async def test_a_head_moves_somebody_by_the_whole_name(town: Town, school: School) -> None:
    await school.answers()
    await school_named(town, school.department, "مدرسة الأطلس")
    mona = await at(town, school, "منى الراشد", "الندى", school.nada, Role.PRINCIPAL)
    await at(town, school, "سارة العمري", "الندى", school.nada)
    await opens(mona, "سارة العمري")
    await mona.taps("نقل إلى مكان آخر")
    await mona.says("الأطلس")
    # Of her country there is one alone; whoever writes it again means another.
    mona.sees("تنتقل سارة العمري من مدرسة الندى إلى مدرسة الأطلس")
    await mona.corrects("مكان العمل الجديد")
    await mona.says("الأطلس")
    mona.sees_no_button("ثانوية الأطلس")
    await mona.taps("ليست منها")
    mona.sees_button("ثانوية الأطلس")
    await mona.says("مدرسة الأطلس")
    mona.sees("تنتقل سارة العمري من مدرسة الندى إلى مدرسة الأطلس")
