"""Roles for a time, deputies while somebody is away, and who held what until when, as chats."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.features.people.actions.roles import hold
from bot.features.people.models import RoleState, roles
from bot.features.people.queries import roles as role_queries
from bot.packs.roles import Role
from bot.storage.audit import audit_trail
from tests.features.people_school import School
from tests.town import Phone, Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["town"]


async def opens(phone: Phone, *labels: str) -> None:
    """From the menu to a colleague's page, or further."""
    await phone.says("/profile")
    for label in labels:
        await phone.taps(label)


async def says_day(phone: Phone, day: str) -> None:
    await phone.says(day)
    phone.sees_no_button("نعم، صحيح")


async def held(town: Town, phone: Phone, role: Role) -> list[str]:
    """The states of this role of a person's, the oldest first."""
    found = await town.rows(roles, person_id=await town.person_id(phone), role=role)
    return [str(each.state) for each in found]


async def test_a_role_for_a_time_ends_by_itself(town: Town, school: School) -> None:
    maryam, mona = town.person("مريم"), town.person("منى")
    await school.registers(maryam, "مريم العلي")
    await school.registers(mona, "منى العبدالله")
    await school.appoints(mona, Role.PRINCIPAL, school.nada)

    await opens(mona, "الأشخاص والأدوار", "مريم العلي", "تكليف بدور: معلمة قائدة")
    await mona.taps("حتى يوم محدد")
    await says_day(mona, "30/11/2026")
    mona.sees("مريم العلي", "معلمة قائدة", "30 نوفمبر")
    await mona.taps("نعم، إسناد الدور")
    mona.sees("آخر يوم: الاثنين 30 نوفمبر 2026")
    await town.settles()
    maryam.sees("معلمة قائدة", "ينتهي من تلقاء نفسه", "30 نوفمبر")

    # Both are told before the end, and whoever can gives it further time.
    await town.moves(timedelta(days=8))
    await maryam.reads_on()
    await mona.reads_on()
    maryam.sees("ينتهي قريبًا دورك", "معلمة قائدة")
    mona.sees("ينتهي قريبًا دور مريم العلي")
    await mona.taps("تحديد نهاية أخرى")
    await mona.says("2/12/2026")
    # Nothing else stands between the day and its effect.
    await mona.taps("نعم، صحيح")
    mona.sees("نهاية أخرى", "2 ديسمبر")
    await town.settles()
    maryam.sees("لدورك نهاية جديدة", "2 ديسمبر")
    await town.moves(timedelta(days=3))
    assert await held(town, maryam, Role.LEAD) == [RoleState.ENDED]
    await maryam.reads_on()
    await mona.reads_on()
    maryam.sees("انتهى دورك بانتهاء مدته")
    mona.sees("انتهى دور مريم العلي بانتهاء مدته")
    await opens(maryam, "أدواري")
    maryam.sees("معلمة قائدة", "انتهى", "بتكليف من: منى العبدالله", "انتهت مدته")
    await opens(mona, "الأشخاص والأدوار", "مريم العلي", "تاريخ الأدوار")
    mona.sees("معلمة قائدة", "انتهى", "نهاية أخرى", "انتهت مدته")


async def test_nothing_typed_is_lost_when_a_role_ends_in_the_middle(
    town: Town, school: School
) -> None:
    mona, maryam = town.person("منى"), town.person("مريم")
    await school.registers(mona, "منى العبدالله")
    await school.registers(maryam, "مريم العلي")
    await school.appoints(mona, Role.PRINCIPAL, school.nada)
    await opens(mona, "الأشخاص والأدوار", "مريم العلي", "تكليف بدور: معلمة قائدة")
    await mona.taps("حتى يوم محدد")
    await says_day(mona, "غدًا")
    await mona.taps("نعم، إسناد الدور")
    await maryam.says("👥 فرقي")
    await maryam.taps("تأسيس فريق")
    await maryam.says("فريق القراءة العميقة")
    await town.moves(timedelta(days=2))
    await maryam.says("نحسّن فهم المقروء")
    maryam.sees("وهذا ما كتبته حتى لا يضيع", "فريق القراءة العميقة", "نحسّن فهم المقروء", "ينتهي")
    await maryam.says("شيء آخر")
    assert "فريق القراءة العميقة" not in maryam.last().shown_text


async def test_a_role_gives_no_right_beyond_its_end(town: Town, school: School) -> None:
    mona = town.person("منى")
    await school.registers(mona, "منى العبدالله")
    number = await town.person_id(mona)
    async with town.app.database.transaction() as tx:
        await hold(tx, None, number, Role.PRINCIPAL, school.nada.id)
        # Its time is over, and nobody has come to end it yet.
        await tx.execute(
            update(roles).where(roles.c.role == Role.PRINCIPAL).values(expires_at=tx.now)
        )
        wanted = {Role.PRINCIPAL}
        assert not await role_queries.reaches(tx, number, wanted, school.nada.id)
        assert await role_queries.reach_of(tx, number, wanted) == []
        assert await role_queries.roles_above(tx, number, wanted, school.nada) == ()
        asked = [(number, school.nada)]
        assert await role_queries.reaching(tx, asked, wanted) == set()
        assert await role_queries.holders_of(tx, wanted, school.nada.id) == []
        # It gives way to the same role given anew.
        assert await hold(tx, None, number, Role.PRINCIPAL, school.nada.id) is not None
    assert await held(town, mona, Role.PRINCIPAL) == [RoleState.ENDED, RoleState.ACTIVE]


async def test_a_deputy_acts_in_the_place_of_whoever_is_away(town: Town, school: School) -> None:
    mona, huda, maryam = town.person("منى"), town.person("هدى"), town.person("مريم")
    await school.registers(mona, "منى العبدالله")
    await school.registers(huda, "هدى السالم")
    await school.registers(maryam, "مريم العلي")
    await school.appoints(mona, Role.PRINCIPAL, school.nada)

    await opens(mona, "أدواري", "مديرة")
    await mona.taps("رجوع")
    await mona.taps("مديرة")
    await mona.taps("تكليف بالنيابة")
    await mona.taps("هدى السالم")
    today = mona.buttons()[0]
    await says_day(mona, "غدًا")
    # What lies before the first day is not offered.
    mona.sees_no_button(today)
    await says_day(mona, "اليوم")
    mona.sees("لا يصح أن يسبق آخر يوم أول يوم")
    await says_day(mona, "26/11/2026")
    await mona.taps("تكليف بالنيابة")
    mona.sees("بالنيابة: هدى السالم")
    await town.settles()
    huda.sees("لك النيابة عن منى العبدالله")
    assert await held(town, huda, Role.PRINCIPAL) == [RoleState.PLANNED]
    await opens(huda)
    huda.sees_no_button("الأشخاص والأدوار")

    await town.moves(timedelta(days=1))
    await huda.reads_on()
    huda.sees("تبدأ اليوم نيابتك عن منى العبدالله")
    await opens(huda, "الأشخاص والأدوار", "مريم العلي", "تكليف بدور: معلمة قائدة")
    await huda.taps("نعم، إسناد الدور")
    await town.settles()
    await maryam.reads_on()
    maryam.sees("بتكليف من هدى السالم", "هدى السالم: نيابةً عن منى العبدالله")
    (act,) = await town.rows(audit_trail, action="people.grant")
    assert act.actor_id == await town.person_id(huda)
    assert act.details["for"] == await town.person_id(mona)
    await opens(maryam, "أدواري")
    maryam.sees("هدى السالم نيابةً عن منى العبدالله")

    # Nobody decides about the role in which they act, and a deputy names none.
    await opens(huda, "أدواري")
    huda.sees("نيابةً عن: منى العبدالله")

    await town.moves(timedelta(days=5))
    await huda.reads_on()
    await mona.reads_on()
    huda.sees("انتهت نيابتك عن منى العبدالله")
    mona.sees("انتهت النيابة عنك لـ")
    await opens(huda)
    huda.sees_no_button("الأشخاص والأدوار")
    assert await held(town, huda, Role.PRINCIPAL) == [RoleState.ENDED]


async def test_with_the_role_its_deputies_end(town: Town, school: School) -> None:
    mona, huda, laila = town.person("منى"), town.person("هدى"), town.person("ليلى")
    await school.registers(mona, "منى العبدالله")
    await school.registers(huda, "هدى السالم")
    await school.registers(laila, "ليلى الغامدي", "إدارة تعليم الوادي")
    await school.appoints(mona, Role.PRINCIPAL, school.nada)
    await school.appoints(laila, Role.SUPERVISOR, school.department)
    await opens(mona, "أدواري", "مديرة")
    await mona.taps("تكليف بالنيابة")
    await mona.taps("هدى السالم")
    await says_day(mona, "اليوم")
    await says_day(mona, "26/11/2026")
    await mona.taps("تكليف بالنيابة")
    assert await held(town, huda, Role.PRINCIPAL) == [RoleState.ACTIVE]
    # The deputy gives the deputyship back, and is named again, by whoever can give the role.
    await opens(huda, "أدواري", "مديرة")
    await huda.taps("إنهاء النيابة")
    await huda.taps("نعم، إنهاء")
    huda.sees("انتهت النيابة")
    await town.settles()
    mona.sees("انتهت النيابة عنك لـ")
    await opens(laila, "الأشخاص والأدوار", "الجهات التابعة", "مدرسة الندى", "منى العبدالله")
    await laila.taps("تاريخ الأدوار")
    await laila.taps("مديرة")
    await laila.taps("تكليف بالنيابة")
    await laila.taps("هدى السالم")
    await says_day(laila, "اليوم")
    await says_day(laila, "26/11/2026")
    await laila.taps("تكليف بالنيابة")
    await town.settles()
    mona.sees("النيابة عنك لـ", "هدى السالم")
    await opens(laila, "الأشخاص والأدوار", "الجهات التابعة", "مدرسة الندى", "منى العبدالله")
    await laila.taps("إنهاء الدور: مديرة المدرسة")
    await laila.taps("نعم، إنهاء الدور")
    await town.settles()
    huda.sees("انتهت نيابتك عن منى العبدالله")
    assert await held(town, huda, Role.PRINCIPAL) == [RoleState.ENDED, RoleState.ENDED]
