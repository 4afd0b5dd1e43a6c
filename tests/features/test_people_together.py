"""Several people in one message, spoken of as who they are, and what a newcomer is shown."""

import re
from datetime import timedelta

import pytest

from bot.packs.roles import Role
from tests.features.communities_chat import founds, lead
from tests.features.imports_lists import (
    HUDA,
    NADA,
    adds,
    admin,
    code_for,
    head,
    registers_by_list,
    table,
)
from tests.features.people_school import School
from tests.features.test_admission import asks, has_head
from tests.features.test_several_schools import asks_besides, at
from tests.reading import readable
from tests.town import Phone, Town

__all__ = ["admin", "head", "lead"]

SALMA = ["سلمى علي الحربي", "مدرسة الندى", "معلمة", "علوم", "", ""]
BY_LIST = "بالقائمة:"


def told_of(phone: Phone, words: str) -> list[str]:
    shown = [readable(each.shown_text) for each in phone.messages() if each.from_bot]
    return [each for each in shown if words in each]


async def test_whoever_claims_on_one_day_is_told_of_in_one_message(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    await adds(admin, table(HUDA, NADA, SALMA))
    for number, (row, family) in enumerate(((HUDA, "القحطاني"), (NADA, "الدوسري"))):
        code, _ = await code_for(head, row[0])
        await registers_by_list(town.person(f"زميلة {number}"), code, family)
        if not number:
            (told,) = told_of(head, "باسم هدى سعد القحطاني")
    (told,) = told_of(head, BY_LIST)
    assert "انضمت زميلتان إلى مدرسة الندى بالقائمة:\n• هدى سعد القحطاني" in told
    assert "• ندى فهد الدوسري" in told
    # Whoever is no woman among them is enough for all.
    code, _ = await code_for(head, SALMA[0])
    await registers_by_list(town.person("زميل"), code, "الحربي", gender="المذكر")
    (told,) = told_of(head, BY_LIST)
    assert "انضم 3 زملاء إلى مدرسة الندى بالقائمة:" in told
    await head.taps("عرض الأسماء")
    head.sees_button("سلمى علي الحربي")
    head.sees_button("هدى سعد القحطاني")


@pytest.mark.every_channel
async def test_a_man_among_those_who_wait_at_a_girls_school_is_spoken_of(
    town: Town, school: School
) -> None:
    principal = await has_head(town, school)
    await asks(town.person("سارة"), "سارة العمري")
    await asks(town.person("نورة"), "نورة القحطاني")
    await principal.reads_on()
    await principal.taps("عرض الطلبات")
    principal.sees("تنتظر زميلتان")
    await asks(town.person("سعد"), "سعد الحربي", gender="m")
    await town.moves(timedelta(hours=1, minutes=1))
    await principal.reads_on()
    principal.sees("٣ زملاء ينتظرون قبول انتسابهم إلى مدرسة الندى")
    await principal.taps("عرض الطلبات")
    principal.sees("٣ زملاء ينتظرون")


@pytest.mark.every_channel
async def test_whoever_is_let_in_at_a_second_school_is_shown_its_teams(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    salma = await at(town, school, "سلمى الحربي", "المرجان", school.murjan)
    await school.answers()
    await asks_besides(salma, "الندى")
    await school.lets_in(salma)
    await salma.reads_on()
    salma.look()
    await salma.taps("لنبدأ")
    salma.sees("حلقة الرياضيات")
    await salma.taps("حلقة الرياضيات")
    await salma.taps("تخطّي السؤال")
    salma.sees("وصل طلبك إلى قيادة الفريق")
    # Whoever has asked a team is not shown it as one to be asked.
    await salma.says("/profile")
    salma.look()


@pytest.mark.every_channel
async def test_whoever_leaves_nothing_reads_nothing_of_what_ends(
    town: Town, school: School
) -> None:
    principal, sara = await has_head(town, school), town.person("سارة")
    await asks(sara, "سارة العمري")
    await principal.reads_on()
    for label in ("عرض الطلبات", "سارة العمري", "اعتذار"):
        await principal.taps(label)
    await principal.says("لم نجد اسمها في كشف المدرسة")
    await sara.reads_on()
    await sara.taps("طلب انتسابي")
    sara.look()
    await sara.taps("طلب مكان آخر")
    sara.sees("أين تعملين؟ اكتبي جزءًا من الاسم، وسأرسل طلبك إلى إدارته.")
    assert not any("تنتهي أدوارك" in text for text in sara.news())


@pytest.mark.every_channel
async def test_with_whom_a_missing_school_lies_is_said_once(town: Town, school: School) -> None:
    await school.answers()
    sara = town.person("سارة")
    await sara.says("/start")
    for label in ("السعودية", "المؤنث"):
        await sara.taps(label)
    for words in ("سارة العلي", "ثانوية القمر"):
        await sara.says(words)
    for label in ("إدارة تعليم الوادي", "مدرستي ليست في القائمة"):
        await sara.taps(label)
    await sara.says("ثانوية القمر")
    for label in ("الرياضيات", "الابتدائي"):
        await sara.taps(label)
    sara.sees("طلبت إضافة ثانوية القمر")
    (told,) = told_of(sara, "طلبت إضافة ثانوية القمر")
    assert told.count("هدى السليم") == 1


@pytest.mark.every_channel
async def test_the_number_of_steps_never_grows_on_the_way(town: Town, school: School) -> None:
    await school.answers()
    sara = town.person("سارة")
    await sara.says("/start")
    steps: list[tuple[int, int]] = []
    for act in (
        ("السعودية",), ("المؤنث",), "سارة العلي", "ثانوية القمر", ("إدارة تعليم الوادي",),
        ("مدرستي ليست في القائمة",), "ثانوية القمر", ("الرياضيات",),
    ):  # fmt: skip
        await (sara.taps(act[0]) if isinstance(act, tuple) else sara.says(act))
        if found := re.search(r"\((\d) من (\d)\)", readable(sara.last().shown_text)):
            steps.append((int(found[1]), int(found[2])))
    assert len({total for _, total in steps}) == 1, steps
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]


@pytest.mark.every_channel
async def test_no_leads_back_to_where_the_deletion_was_asked_for(
    town: Town, school: School
) -> None:
    sara = await at(town, school, "سارة العمري", "الندى", school.nada)
    await sara.says("/profile")
    for label in ("الإعدادات", "بياناتي", "حذف بياناتي"):
        await sara.taps(label)
    sara.look()
    await sara.taps("لا، رجوع")
    sara.sees("ما أحفظه عنك لك")
    await sara.says("/privacy")
    await sara.taps("حذف بياناتي")
    sara.look()
    await sara.taps("لا، رجوع")
    sara.sees("ما أحتفظ به")


@pytest.mark.every_channel
async def test_a_suspension_says_until_when(town: Town, school: School) -> None:
    principal = await has_head(town, school)
    await at(town, school, "سارة العمري", "الندى", school.nada)
    await principal.says("/profile")
    for label in ("الأشخاص والأدوار", "سارة العمري", "إيقاف أو إنهاء", "إيقاف"):
        await principal.taps(label)
    await principal.taps("أيام")
    await principal.says("تجاوزت قواعد المدرسة")
    principal.sees("لا تشارك سارة العمري في مدرسة الندى حتى ")
    assert not any("حتى ذلك الحين" in text for text in principal.news())


@pytest.mark.every_channel
async def test_whoever_is_undone_can_enter_another_code(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    await adds(admin, table(HUDA))
    code, _ = await code_for(head, HUDA[0])
    huda = town.person("هدى")
    await registers_by_list(huda, code, "القحطاني")
    await head.reads_on()
    await head.taps("إلغاء الانضمام")
    await head.taps("نعم، إلغاء الانضمام")
    await huda.reads_on()
    huda.sees("ألغت أمل الشهري انضمامك إلى مدرسة الندى بالقائمة")
    await huda.taps("إدخال رمز")
    huda.sees("عشرة أرقام")


@pytest.mark.every_channel
async def test_whoever_claims_a_place_or_is_moved_is_shown_its_teams(
    town: Town, school: School, admin: Phone, lead: Phone
) -> None:
    await founds(lead)
    principal = await has_head(town, school)
    await adds(admin, table(HUDA))
    code, _ = await code_for(principal, HUDA[0])
    huda = await at(town, school, "هدى القحطاني", "المرجان", school.murjan)
    await huda.says(f"/start s{code}")
    huda.look()
    await huda.says("القحطاني")
    huda.sees("مكانك في مدرسة الندى صار لك", "حلقة الرياضيات")
    sara = await at(town, school, "سارة العمري", "الفلاح", school.falah)
    boss = await at(town, school, "أمل العنزي", "الوادي", school.department, Role.SUPERVISOR)
    await boss.says("/profile")
    for label in ("الأشخاص والأدوار", "الجهات التابعة", "مدرسة الفلاح", "سارة العمري"):
        await boss.taps(label)
    await boss.taps("نقل إلى مكان آخر")
    await boss.says("الندى")
    if boss.offers("الندى"):
        await boss.taps("الندى")
    await boss.taps("تنفيذ النقل")
    await sara.reads_on()
    await sara.taps("لنبدأ")
    sara.sees("حلقة الرياضيات")
