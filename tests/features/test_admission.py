"""Who belongs to a school: asking, letting in, declining, passing on; suspending and removing."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.chat.person import Person, find_person
from bot.core.errors import Refused
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import standings as standing_actions
from bot.features.people.models import placements
from bot.packs.roles import Role
from bot.storage.transaction import Tx
from tests.features.people_school import FORMS_OF_ADDRESS, School
from tests.town import Phone, Town


async def asks(
    phone: Phone, name: str, unit: str = "الندى", gender: str = "f", start: str = "/start"
) -> None:
    """From the first word to the request, without an invitation."""
    await phone.says(start)
    await phone.taps("السعودية")
    await phone.taps(FORMS_OF_ADDRESS[gender])
    await phone.says(name)
    await phone.says(unit)
    await phone.taps("الرياضيات")
    await phone.taps("الابتدائي")


async def has_head(town: Town, school: School, name: str = "منى الراشد") -> Phone:
    head = town.person(name.split(maxsplit=1)[0])
    await school.registers(head, name)
    await school.appoints(head, Role.PRINCIPAL, school.nada)
    return head


async def standings(town: Town, phone: Phone) -> list[str]:
    number = await town.person_id(phone)
    return [row.standing.value for row in await town.rows(placements, person_id=number)]


@pytest.mark.every_channel
async def test_a_teacher_asks_names_a_colleague_and_is_let_in(town: Town, school: School) -> None:
    sara, noura = town.person("سارة"), town.person("نورة")
    head = await has_head(town, school)
    await school.registers(noura, "نورة القحطاني")
    await asks(sara, "سارة العمري")
    await head.reads_on()
    head.sees("تطلب سارة العمري الانتساب إلى مدرسة الندى")
    sara.sees("اكتمل تسجيلك", "لدى الإدارة: منى الراشد")
    # what is not hers yet leads back to how she stands
    await sara.says("/teams")
    sara.sees("وصل طلب انتسابك")
    await sara.says("/share")
    sara.sees("وصل طلب انتسابك")
    await sara.taps("بياناتي")
    sara.sees("سارة العمري", "مدرسة الندى", "الرياضيات")
    await sara.taps("طلب انتسابي")
    await sara.taps("من يعرفني هناك")
    await sara.says("نورة القحطاني")
    sara.sees("سجّلت الاسم")
    sara.sees_no_button("من يعرفني هناك")
    await noura.reads_on()
    noura.sees("تطلب سارة العمري الانتساب", "وذكرت اسمك للتعريف بها")
    await noura.taps("نعم، بيننا معرفة")
    noura.sees("شكرًا")
    await head.taps("عرض الطلبات")
    head.sees("تنتظر زميلة واحدة")
    await head.taps("سارة العمري")
    head.sees("مدرسة الندى", "الرياضيات", "بطلب", "يؤكد المعرفة", "نورة القحطاني")
    await head.taps("قبول")
    head.sees("قُبل انتساب سارة العمري")
    await sara.reads_on()
    sara.sees("قُبل انتسابك إلى مدرسة الندى")
    await sara.says("/teams")
    sara.sees("فرق")
    assert await standings(town, sara) == ["member"]


@pytest.mark.every_channel
async def test_who_is_declined_appeals_and_two_decide_at_once(town: Town, school: School) -> None:
    head, boss, sara = await has_head(town, school), town.person("أمل"), town.person("سارة")
    await school.registers(boss, "أمل العنزي", "الوادي")
    await school.appoints(boss, Role.SUPERVISOR, school.department)
    await asks(sara, "سارة العمري")
    await head.reads_on()
    await head.taps("عرض الطلبات")
    await head.taps("سارة العمري")
    await head.taps("اعتذار")
    await head.says("لم نجد اسمها في كشف المدرسة")
    await sara.reads_on()
    sara.sees("لم يُقبل طلب انتسابك", "السبب: لم نجد اسمها في كشف المدرسة")
    await sara.taps("رفع الطلب إلى من فوق")
    sara.sees("لدى الإشراف: أمل العنزي")
    await boss.reads_on()
    boss.sees("تطلب سارة العمري الانتساب")
    await boss.taps("عرض الطلبات")
    await boss.taps("سارة العمري")
    boss.sees("السبب: لم نجد اسمها في كشف المدرسة", "القرار من منى الراشد")
    await boss.taps("قبول")
    boss.sees("قُبل انتساب سارة العمري")
    assert await standings(town, sara) == ["member"]


async def test_of_two_who_decide_at_once_one_is_told(town: Town, school: School) -> None:
    heads = [await has_head(town, school), await has_head(town, school, "هيا الراشد")]
    sara = town.person("سارة")
    await asks(sara, "سارة العمري")
    number = await town.person_id(sara)
    [asked] = await town.rows(placements, person_id=number)

    async def decides(head: Phone, act: Callable[[Tx, Person], Awaitable[object]]) -> str:
        person_id = await town.person_id(head)
        try:
            async with town.app.database.transaction() as tx:
                person = await find_person(tx, person_id)
                assert person is not None
                await act(tx, person)
        except Refused as refusal:
            return refusal.code
        return "done"

    became = await asyncio.gather(
        decides(heads[0], lambda tx, head: admission_actions.admit(tx, head, asked.id)),
        decides(heads[1], lambda tx, head: admission_actions.decline(tx, head, asked.id, "لا")),
    )
    assert sorted(became) == ["done", "people.settled"]


@pytest.mark.every_channel
async def test_what_nobody_answers_goes_on_and_many_are_one_message(
    town: Town, school: School
) -> None:
    head, boss = await has_head(town, school), town.person("أمل")
    await school.registers(boss, "أمل العنزي", "الوادي")
    await school.appoints(boss, Role.SUPERVISOR, school.department)
    await asks(town.person("هند"), "هند الدوسري")
    await head.reads_on()
    head.sees("تطلب هند الدوسري الانتساب")
    for name in ("ريم", "لطيفة", "عبير", "دلال"):
        await asks(town.person(name), f"{name} الحربي")
        head.sees_nothing()
    await town.moves(timedelta(hours=1))
    await head.reads_on()
    head.sees("5 زميلات ينتظرن قبول انتسابهن إلى مدرسة الندى")
    boss.sees_nothing()
    await town.moves(timedelta(days=5))
    await boss.reads_on()
    boss.sees("ينتظرن")
    await boss.taps("عرض الطلبات")
    boss.sees_button("هند الدوسري")


@pytest.mark.every_channel
async def test_a_suspension_ends_by_itself_and_who_is_removed_asks_anew(
    town: Town, school: School
) -> None:
    head, sara = await has_head(town, school), town.person("سارة")
    await school.registers(sara, "سارة العمري")
    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps("سارة العمري")
    await head.taps("إيقاف أو إنهاء")
    await head.taps("إيقاف")
    await head.taps("7 أيام")
    await head.says("تحقيق إداري في المدرسة")
    head.sees("لا تشارك سارة العمري في")
    await head.taps("إيقاف")
    await sara.reads_on()
    sara.sees(
        "انتسابك موقوف",
        "السبب: تحقيق إداري في المدرسة",
        "إن كان لديك سؤال فيمكن توجيهه إلى منى الراشد",
    )
    await sara.says("/teams")
    sara.sees("انتسابك موقوف")
    await town.moves(timedelta(days=7))
    await sara.reads_on()
    sara.sees("انتهى الإيقاف، وعاد انتسابك")
    await sara.says("/teams")
    sara.sees("فرق")
    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps("سارة العمري")
    await head.taps("إيقاف أو إنهاء")
    await head.taps("إنهاء الانتساب")
    await head.says("انتقلت إلى قطاع آخر")
    await head.taps("إنهاء الانتساب")
    await sara.reads_on()
    sara.sees("انتهى انتسابك إلى مدرسة الندى", "السبب: انتقلت إلى قطاع آخر")
    code = await school.invites("الندى")
    await sara.says(f"/start {code}")
    await sara.taps("أقبل")
    sara.sees("لا يكفي الرابط هنا")
    await sara.says("/profile")
    await sara.taps("الإعدادات")
    await sara.taps("مكان العمل")
    await sara.says("الندى")
    await sara.taps("الندى")
    sara.sees("وصل طلب انتسابك")
    assert await standings(town, sara) == ["removed", "waiting"]


async def test_whoever_is_suspended_above_comes_to_no_school_below_by_a_link(
    town: Town, school: School
) -> None:
    admin, noura = await school.answers(), town.person("نورة")
    await school.registers(noura, "نورة القحطاني", "الوادي")
    [own] = await town.rows(placements, person_id=await town.person_id(noura))
    async with town.app.database.transaction() as tx:
        by = await find_person(tx, await town.person_id(admin))
        assert by is not None
        until = tx.now + timedelta(days=7)
        await standing_actions.suspend(tx, by, own.id, "إجازة بلا إذن", until)
    await noura.says(f"/start {await school.invites('الندى')}")
    await noura.taps("أقبل")
    noura.sees("لا يكفي الرابط هنا")
    assert await standings(town, noura) == ["suspended"]
