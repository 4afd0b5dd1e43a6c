"""A transfer: somebody is moved from one school to another by those who answer for them."""

import pytest

from bot.features.communities.models import memberships
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import placements, roles
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from tests.features.communities_chat import founds, link_of
from tests.features.people_school import School
from tests.features.test_several_schools import at, opens
from tests.town import Phone, Town


async def moves(head: Phone, name: str, unit: str) -> None:
    """From the person's page to the answer."""
    await opens(head, name)
    await head.taps("نقل إلى مكان آخر")
    await head.says(unit)
    if head.offers(unit):
        await head.taps(unit)
    head.sees(f"تنتقل {name} من مدرسة الندى إلى مدرسة {unit}", "ومعها ما كتبته")
    # What the press does depends on who answers there.
    head.sees("ويُطلب القبول أولًا")
    await head.taps("طلب النقل")


async def stood(town: Town, phone: Phone) -> list[tuple[str, str, int]]:
    rows = await town.rows(placements, person_id=await town.person_id(phone))
    return [(row.standing.value, row.came_by.value, row.main) for row in rows]


@pytest.mark.every_channel
async def test_an_overseer_moves_a_lead_between_schools_below_her(
    town: Town, school: School
) -> None:
    async with town.app.database.transaction() as tx:
        draft = UnitDraft(
            "school", "مدرسة الربيع", "SA", "Asia/Riyadh", UnitGender.GIRLS, school.department.id
        )
        spring = await unit_actions.create_unit(tx, None, draft)
    mona = await at(town, school, "منى الراشد", "الندى", school.nada, Role.PRINCIPAL)
    haya = await at(town, school, "هيا السالم", "الربيع", spring, Role.PRINCIPAL)
    amal = await at(town, school, "أمل العنزي", "الوادي", school.department, Role.SUPERVISOR)
    sara = await at(town, school, "سارة العمري", "الندى", school.nada, Role.LEAD)
    noura = await at(town, school, "نورة القحطاني", "الندى", school.nada)
    await founds(sara)
    await noura.says(f"/start {await link_of(sara)}")
    await noura.taps("انضمام")
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    await amal.taps("الجهات التابعة")
    await amal.taps("مدرسة الندى")
    await amal.taps("سارة العمري")
    await amal.taps("نقل إلى مكان آخر")
    await amal.says("الربيع")
    if amal.offers("الربيع"):
        await amal.taps("الربيع")
    amal.sees("تنتقل سارة العمري من مدرسة الندى إلى مدرسة الربيع")
    await amal.taps("تنفيذ النقل")
    amal.sees("مكان عمل سارة العمري الآن: مدرسة الربيع")
    await sara.reads_on()
    sara.sees("نقلت أمل العنزي مكان عملك من مدرسة الندى إلى مدرسة الربيع")
    for head in (mona, haya):
        await head.reads_on()
        head.sees("انتقلت سارة العمري من مدرسة الندى إلى مدرسة الربيع")
    await noura.reads_on()
    noura.sees("انتقلت القيادة إليك")
    assert await stood(town, sara) == [("left", "invitation", 0), ("member", "transfer", 1)]
    number = await town.person_id(sara)
    held = [
        (row.role.value, row.unit_id)
        for row in await town.rows(roles, person_id=number)
        if row.state.value == "active"
    ]
    assert held == [("teacher", spring.id)]
    [own] = await town.rows(memberships, person_id=number)
    assert (own.state.value, own.role.value) == ("active", "member")


@pytest.mark.every_channel
async def test_where_the_mover_answers_for_one_only_the_other_school_decides(
    town: Town, school: School
) -> None:
    mona = await at(town, school, "منى الراشد", "الندى", school.nada, Role.PRINCIPAL)
    haya = await at(town, school, "هيا السالم", "المرجان", school.murjan, Role.PRINCIPAL)
    sara = await at(town, school, "سارة العمري", "الندى", school.nada)
    await moves(mona, "سارة العمري", "المرجان")
    mona.sees("وصل الطلب إلى مدرسة المرجان")
    await sara.reads_on()
    sara.sees("طُلب نقلك من مدرسة الندى إلى مدرسة المرجان")
    await sara.says("/profile")
    sara.sees("مكان العمل: مدرسة الندى")
    await haya.reads_on()
    await haya.taps("عرض الطلبات")
    await haya.taps("سارة العمري")
    haya.sees("بالنقل", "بطلب من: منى الراشد", "النقل من: مدرسة الندى")
    await haya.taps("اعتذار")
    await haya.says("لا شاغر لدينا هذا الفصل")
    await mona.reads_on()
    mona.sees("لم يُقبل النقل إلى مدرسة المرجان", "السبب: لا شاغر لدينا هذا الفصل")
    await sara.reads_on()
    sara.sees("لا نقل إلى مدرسة المرجان", "مدرسة الندى")
    sara.sees_no_button("رفع الطلب إلى من فوق")

    # Once more: it is called off, and then it comes to pass.
    await moves(mona, "سارة العمري", "المرجان")
    await sara.reads_on()
    await opens(mona, "سارة العمري")
    mona.sees("النقل إلى مدرسة المرجان ينتظر الرد هناك")
    mona.sees_no_button("نقل إلى مكان آخر")
    await mona.taps("إلغاء النقل")
    mona.sees("أُلغي النقل")
    await sara.reads_on()
    sara.sees("لا نقل إلى مدرسة المرجان")
    await moves(mona, "سارة العمري", "المرجان")
    await sara.reads_on()
    await haya.says("/profile")
    await haya.taps("الأشخاص والأدوار")
    await haya.taps("طلبات الانتساب (1)")
    await haya.taps("سارة العمري")
    await haya.taps("قبول")
    await sara.reads_on()
    sara.sees("نقلت منى الراشد مكان عملك من مدرسة الندى إلى مدرسة المرجان")
    await mona.reads_on()
    mona.sees("انتقلت سارة العمري من مدرسة الندى إلى مدرسة المرجان")
    assert await stood(town, sara) == [
        ("left", "invitation", 0), ("declined", "transfer", 0), ("left", "transfer", 0),
        ("member", "transfer", 1),
    ]  # fmt: skip
