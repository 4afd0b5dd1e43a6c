"""Somebody of two schools: asking for the second one, counting in both, choosing and leaving."""

import pytest

from bot.chat.person import find_person
from bot.features.communities.models import memberships
from bot.features.people.actions import standings as standing_actions
from bot.features.people.models import placements, roles
from bot.features.people.queries.audiences import Audience, audience_ids, count_audience
from bot.features.people.queries.placements import placement_at
from bot.features.people.queries.search import find_colleagues
from bot.features.people.queries.units import Unit
from bot.features.practices.models import practices
from bot.packs.roles import Role
from tests.features.communities_chat import founds
from tests.features.people_school import School
from tests.town import Phone, Town


async def at(town: Town, school: School, name: str, place: str, unit: Unit, *roles: Role) -> Phone:
    phone = town.person(name.split(maxsplit=1)[0])
    await school.registers(phone, name, place)
    for role in roles:
        await school.appoints(phone, role, unit)
    return phone


async def asks_besides(phone: Phone, unit: str) -> None:
    await phone.says("/profile")
    await phone.taps("الإعدادات")
    label = "أعمل في مدرسة أخرى أيضًا"
    if phone.offers("أماكن عملي"):
        await phone.taps("أماكن عملي")
        label = "مكان عمل آخر أيضًا"
    await phone.taps(label)
    await phone.says(unit)
    if phone.offers(unit):
        await phone.taps(unit)


async def opens(head: Phone, name: str) -> None:
    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps(name)


def hides(phone: Phone, text: str) -> None:
    assert text not in "\n".join(phone.news())


async def counts(town: Town, unit: Unit, phone: Phone) -> tuple[int, bool]:
    """How many the audience of a unit has, and whether the person is in it."""
    number = await town.person_id(phone)
    async with town.app.database.reading() as tx:
        audience = Audience(unit.id)
        ids = await audience_ids(tx, audience)
        assert len(ids) == await count_audience(tx, audience)
        return len(ids), number in ids


async def finds(town: Town, reader: Phone, words: str) -> list[tuple[str, str]]:
    number = await town.person_id(reader)
    async with town.app.database.reading() as tx:
        person = await find_person(tx, number)
        assert person is not None
        found = await find_colleagues(tx, person, words)
        return [(each.item.person.name, each.item.unit.name) for each in found.found]


@pytest.mark.every_channel
async def test_a_teacher_of_two_schools_counts_in_both_and_once_above(
    town: Town, school: School
) -> None:
    mona = await at(town, school, "منى الراشد", "الندى", school.nada, Role.PRINCIPAL)
    haya = await at(town, school, "هيا السالم", "المرجان", school.murjan, Role.PRINCIPAL)
    sara = await at(town, school, "سارة العمري", "الندى", school.nada, Role.LEAD)
    for phone in (mona, haya, sara):
        await school.agrees(phone)
    await asks_besides(sara, "المرجان")
    sara.sees("وصل طلب انتسابك", "مدرسة المرجان", "يبقى كل شيء على حاله")
    await haya.reads_on()
    haya.sees("تطلب سارة العمري الانتساب إلى مدرسة المرجان")
    await haya.taps("عرض الطلبات")
    await haya.taps("سارة العمري")
    haya.sees("مكان العمل الآخر: يبقى كما هو")
    await haya.taps("قبول")
    await sara.reads_on()
    sara.sees("قُبل انتسابك إلى مدرسة المرجان")
    await sara.says("/profile")
    sara.sees("مكان العمل الأساسي: مدرسة الندى", "وأيضًا: مدرسة المرجان")
    for unit, people in ((school.nada, 2), (school.murjan, 2), (school.department, 2)):
        assert await counts(town, unit, sara) == (people, True)
    assert await finds(town, mona, "سارة") == [("سارة العمري", "مدرسة الندى")]
    assert await finds(town, haya, "سارة") == [("سارة العمري", "مدرسة المرجان")]

    # Each head sees their own school of hers, and no other.
    await opens(haya, "سارة العمري")
    haya.sees("مدرسة المرجان")
    hides(haya, "الندى")
    await haya.taps("تاريخ الأدوار")
    hides(haya, "الندى")
    await opens(mona, "سارة العمري")
    mona.sees("مدرسة الندى")
    hides(mona, "المرجان")

    await sara.says("/profile")
    await sara.taps("الإعدادات")
    await sara.taps("أماكن عملي")
    await sara.taps("مدرسة المرجان")
    await sara.taps("جعله الأساسي")
    sara.sees("مدرسة المرجان مكان عملك الأساسي الآن")
    await sara.taps("مدرسة الندى")
    sara.sees("هذا من أماكن عملك أيضًا")
    await sara.taps("إنهاء انتسابي")
    sara.sees("هل أُنهي انتسابك إلى مدرسة الندى؟")
    await sara.taps("نعم، إنهاء الانتساب")
    sara.sees("انتهى انتسابك إلى مدرسة الندى", "مكان العمل: مدرسة المرجان")
    assert await counts(town, school.nada, sara) == (1, False)
    assert await counts(town, school.murjan, sara) == (2, True)
    assert await finds(town, mona, "سارة") == []


async def test_a_head_removes_from_their_own_school_only_and_three_are_enough(
    town: Town, school: School
) -> None:
    mona = await at(town, school, "منى الراشد", "الندى", school.nada, Role.PRINCIPAL)
    haya = await at(town, school, "هيا السالم", "المرجان", school.murjan, Role.PRINCIPAL)
    sara = await at(town, school, "سارة العمري", "الندى", school.nada)
    await asks_besides(sara, "المرجان")
    await school.lets_in(sara)
    await school.appoints(sara, Role.LEAD, school.murjan)
    await opens(mona, "سارة العمري")
    await mona.taps("إيقاف أو إنهاء")
    await mona.taps("إنهاء الانتساب")
    await mona.says("انتهى تكليفها عندنا")
    await mona.taps("إنهاء الانتساب")
    await sara.reads_on()
    sara.sees("انتهى انتسابك إلى مدرسة الندى", "السبب: انتهى تكليفها عندنا")
    await sara.says("/profile")
    sara.sees("مكان العمل: مدرسة المرجان", "معلمة قائدة")
    rows = await town.rows(placements, person_id=await town.person_id(sara))
    assert [(row.standing.value, row.main) for row in rows] == [("removed", 0), ("member", 1)]
    await opens(haya, "سارة العمري")
    haya.sees("معلمة قائدة")


async def test_who_is_removed_from_a_department_keeps_what_is_of_their_school(
    town: Town, school: School
) -> None:
    amal = await at(town, school, "أمل العنزي", "الوادي", school.department, Role.SUPERVISOR)
    sara = await at(town, school, "سارة العمري", "الندى", school.nada, Role.LEAD)
    await founds(sara)
    await asks_besides(sara, "إدارة تعليم الوادي")
    # It is the department itself where she works, and no school that is missing below it.
    await sara.taps("تخط")
    await school.lets_in(sara)
    assert await counts(town, school.department, sara) == (2, True)
    await sara.says("/teams")
    await sara.taps("استعراض الفرق")
    sara.sees("فرق مدرسة الندى")
    await sara.taps("إدارة تعليم الوادي")
    sara.sees("فرق إدارة تعليم الوادي")
    number, by = await town.person_id(sara), await town.person_id(amal)
    async with town.app.database.transaction() as tx:
        overseer = await find_person(tx, by)
        found = await placement_at(tx, number, school.department.id)
        assert overseer is not None
        assert found is not None
        await standing_actions.remove(tx, overseer, found.id, "انتهى التكليف")
    await town.settles()
    assert await counts(town, school.department, sara) == (2, True)
    [own] = await town.rows(memberships, person_id=number)
    assert (own.state.value, own.role.value) == ("active", "lead")
    held = [row for row in await town.rows(roles, person_id=number) if row.state.value == "active"]
    assert [(row.role, row.unit_id) for row in held] == [
        (Role.TEACHER, school.nada.id), (Role.LEAD, school.nada.id),
    ]  # fmt: skip


async def edits(phone: Phone, part: str, answer: str) -> None:
    """One part of the practice that lies open; a button's label presses it."""
    await phone.taps("تعديل")
    await phone.corrects(part)
    await (phone.taps(answer) if phone.offers(answer) else phone.says(answer))
    await phone.taps("حفظ")


@pytest.mark.every_channel
async def test_who_teaches_at_two_schools_says_from_which_a_practice_is(
    town: Town, school: School
) -> None:
    sara = await at(town, school, "سارة العمري", "الندى", school.nada)
    await at(town, school, "هيا السالم", "المرجان", school.murjan, Role.PRINCIPAL)
    await asks_besides(sara, "المرجان")
    await school.lets_in(sara)
    await sara.says("/menu")
    await sara.taps("الممارسات")
    await sara.taps("مشاركة ممارسة")
    sara.sees_button("الجميع، من مدرسة الندى")
    await sara.taps("الجميع، من مدرسة المرجان")
    await sara.says("القراءة الجهرية المتدرجة")
    await sara.says("تتعثر الطالبات في الكلمات الطويلة")
    await sara.says("قسمنا الفصل إلى مجموعات صغيرة")
    await sara.taps("تخطّي السؤال")
    await sara.taps("هذا كل شيء" if sara.offers("هذا كل شيء") else "تخطّي السؤال")
    sara.sees("لمن: الجميع، من مدرسة المرجان")
    await sara.taps("نشر الممارسة")
    sara.sees("يمكن لجميع منسوبي إدارة تعليم الساحل أن يجدوها")
    [shared] = await town.rows(practices)
    assert shared.unit_id == school.murjan.id
    await sara.taps("عرض الممارسة")

    # Whoever changes only the words leaves it where it is; it is from another school only when that
    # is said.
    await edits(sara, "العنوان", "القراءة بصوت مسموع")
    [shared] = await town.rows(practices)
    assert (shared.title, shared.unit_id) == ("القراءة بصوت مسموع", school.murjan.id)
    await edits(sara, "لمن", "الجميع، من مدرسة الندى")
    [shared] = await town.rows(practices)
    assert shared.unit_id == school.nada.id
