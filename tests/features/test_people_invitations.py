"""Invitation links and roles, as chats."""

import re
from datetime import timedelta

import pytest

from bot.features.people import actions as people_actions
from bot.features.people.models import Role, RoleState, invitations, roles
from bot.features.people.queries import Audience, audience_ids, count_audience, reaches
from tests.features.people_school import School, found_school
from tests.town import Phone, Town, town

__all__ = ["town"]


@pytest.fixture
async def school(town: Town) -> School:
    return await found_school(town)


@pytest.fixture
async def principal(town: Town, school: School) -> Phone:
    huda = town.person("هدى")
    await school.registers(huda, "هدى")
    await school.appoints(huda, Role.PRINCIPAL, school.nada)
    return huda


def link_code(phone: Phone) -> str:
    """The start parameter of the link that the phone shows now."""
    codes = {str(c) for text in phone.news() for c in re.findall(r"start=([\w-]+)", text)}
    return codes.pop()


async def invite(principal: Phone, role: str, days: str) -> str:
    await principal.says("/profile")
    await principal.taps("دعوة الزملاء")
    await principal.taps(role)
    await principal.taps(days)
    return link_code(principal)


async def test_a_link_carries_unit_and_role(town: Town, school: School, principal: Phone) -> None:
    code = await invite(principal, "معلم قائد", "7 أيام")
    principal.sees("الدعوة لشخص واحد", "مدرسة الندى", "29 نوفمبر 2026")
    sara = town.person("سارة")
    await sara.says(f"/start {code}")
    sara.sees("وصلتك دعوة إلى مدرسة الندى")
    await school.registers(sara, "سارة", unit="", start=f"/start {code}")
    sara.sees("بصفة معلمة قائدة.")
    principal.sees("قبلت سارة دعوتك، وصارت الآن معلمة قائدة في مدرسة الندى.")
    held = await town.rows(roles, person_id=await town.person_id(sara))
    assert {(row.role, row.unit_id) for row in held} == {
        (Role.LEAD, school.nada.id),
        (Role.TEACHER, school.nada.id),
    }


async def test_a_link_that_cannot_be_used_says_why(
    town: Town, school: School, principal: Phone
) -> None:
    code = await invite(principal, "معلم قائد", "يوم واحد")
    sara, nora = town.person("سارة"), town.person("نورة")
    await school.registers(sara, "سارة", unit="", start=f"/start {code}")
    await nora.says(f"/start {code}")
    nora.sees("كانت هذه الدعوة لشخص واحد، وقد استُعملت من قبل.")
    await nora.says("/start ixxxxxxxxxxxx")
    nora.sees("لا أعرف هذا الرابط")
    late = await invite(principal, "معلم قائد", "يوم واحد")
    await town.moves(timedelta(days=1))
    await nora.says(f"/start {late}")
    nora.sees("انتهت صلاحية هذه الدعوة")
    await nora.taps("التسجيل بلا دعوة")
    nora.sees("قبل أن نبدأ")


@pytest.mark.parametrize("payload", ["!" * 64, "x" * 64, "دعوة", "t" + "x" * 63, "a b"])
async def test_a_strange_link_harms_nobody(town: Town, school: School, payload: str) -> None:
    maryam = town.person("مريم")
    await maryam.says(f"/start {payload}")
    maryam.sees("لا أعرف هذا الرابط")
    maryam.sees_button("التسجيل بلا دعوة")


async def test_an_invitation_that_ends_meanwhile_keeps_nobody_out(
    town: Town, school: School, principal: Phone
) -> None:
    code = await invite(principal, "معلم قائد", "يوم واحد")
    sara = town.person("سارة")
    await sara.says(f"/start {code}")
    await sara.taps("بدء التسجيل")
    await sara.taps("أوافق")
    await town.moves(timedelta(days=90))
    await sara.taps("المؤنث")
    await sara.says("سارة")
    await sara.taps("الرياضيات")
    await sara.taps("أكثر من مرحلة")
    await sara.taps("تأكيد التسجيل")
    sara.sees("بصفة معلمة.", "انتهت صلاحية دعوتك في أثناء التسجيل")
    assert await town.rows(roles, role=Role.LEAD) == []


async def test_many_teachers_come_by_one_link(town: Town, school: School, principal: Phone) -> None:
    code = await invite(principal, "معلم/معلمة", "30 يومًا")
    principal.sees("كل معلم ومعلمة")
    for name in ("سارة", "نورة"):
        await school.registers(town.person(name), name, unit="", start=f"/start {code}")
    (row,) = await town.rows(invitations, code=code)
    assert row.uses == 2
    await principal.says("/profile")
    await principal.taps("دعواتي")
    principal.sees("دخل بها شخصان")
    await principal.taps("سحب الدعوة رقم 1")
    principal.sees("تم سحب الدعوة.")
    reem = town.person("ريم")
    await reem.says(f"/start {code}")
    reem.sees("سُحبت هذه الدعوة")


async def test_a_registered_teacher_accepts_a_new_role(
    town: Town, school: School, principal: Phone
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    code = await invite(principal, "معلم قائد", "7 أيام")
    await sara.says(f"/start {code}")
    sara.sees("أنتِ مدعوة إلى مدرسة الندى بصفة معلمة قائدة. هل تقبلين؟")
    await sara.taps("أقبل")
    sara.sees("دورك الآن في مدرسة الندى: معلمة قائدة")
    await sara.taps("أقبل")
    sara.sees("لم تعد هذه الدعوة صالحة")


async def test_the_principal_appoints_and_ends(
    town: Town, school: School, principal: Phone
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await principal.says("/profile")
    await principal.taps("الأشخاص والأدوار")
    await principal.taps("سارة")
    await principal.taps("تكليف بدور: معلمة قائدة")
    sara.sees("دورك الآن في مدرسة الندى: معلمة قائدة، بتكليف من هدى. مبارك لك!")
    principal.sees("تم، ووصل الخبر إلى صاحبه.")
    await principal.taps("إنهاء الدور")
    sara.sees("انتهى دورك في مدرسة الندى (معلمة قائدة)")
    assert await town.rows(roles, role=Role.LEAD, state=RoleState.ACTIVE) == []


async def test_a_months_old_button_gives_no_role_any_more(
    town: Town, school: School, principal: Phone
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await principal.says("/profile")
    await principal.taps("الأشخاص والأدوار")
    await principal.taps("سارة")
    old = principal.last()
    (appoint,) = [b for b in old.buttons() if "تكليف" in b["text"]]
    async with town.app.database.transaction() as tx:
        await tx.execute(roles.update().values(state=RoleState.ENDED))
    await town.moves(timedelta(days=90))
    await principal.presses(old, appoint["callback_data"])
    principal.sees("لا يرى الأشخاص والأدوار إلا من يقود هذه الجهة.")
    assert await town.rows(roles, role=Role.LEAD) == []


async def test_a_plain_teacher_invites_nobody(town: Town, school: School) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await sara.says("/profile")
    sara.sees_no_button("دعوة")


async def test_a_link_dies_with_the_right_of_its_maker(
    town: Town, school: School, principal: Phone
) -> None:
    code = await invite(principal, "معلم قائد", "30 يومًا")
    async with town.app.database.transaction() as tx:
        await tx.execute(roles.update().values(state=RoleState.ENDED))
    sara = town.person("سارة")
    await school.registers(sara, "سارة", unit="", start=f"/start {code}")
    assert await town.rows(roles, role=Role.LEAD) == []


async def test_the_command_line_invites_a_supervisor(town: Town, school: School) -> None:
    async with town.app.database.transaction() as tx:
        code = await people_actions.create_invitation(
            tx, None, school.department.id, Role.SUPERVISOR, timedelta(days=7)
        )
    amal = town.person("أمل")
    await school.registers(amal, "أمل", unit="", start=f"/start {code}")
    amal.sees("بصفة مشرفة تربوية.")
    number = await town.person_id(amal)
    async with town.app.database.reading() as tx:
        assert await reaches(tx, number, {Role.SUPERVISOR}, school.nada.id)
        assert not await reaches(tx, number, {Role.SUPERVISOR}, school.murjan.id)
        with pytest.raises(LookupError):
            await people_actions.create_invitation(tx, None, 999, Role.LEAD, timedelta(days=1))


async def test_an_audience_is_counted_and_walked(town: Town, school: School) -> None:
    for name, unit, gender in (
        ("سارة", "الندى", "f"),
        ("علي", "الفلاح", "m"),
        ("منى", "المرجان", "f"),
    ):
        await school.registers(town.person(name), name, unit, gender)
    async with town.app.database.reading() as tx:
        everybody = Audience(school.department.id)
        assert await count_audience(tx, everybody) == 2
        first = await audience_ids(tx, everybody, limit=1)
        rest = await audience_ids(tx, everybody, after_id=first[0], limit=10)
        assert len(first + rest) == 2
        assert await count_audience(tx, Audience(school.nada.id, subject="mathematics")) == 1
        assert await count_audience(tx, Audience(school.nada.id, subject="art")) == 0
        assert await count_audience(tx, Audience(school.department.id, role=Role.TEACHER)) == 2
        assert await count_audience(tx, Audience(school.department.id, role=Role.LEAD)) == 0
