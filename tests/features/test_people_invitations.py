"""Invitation links and roles, as chats."""

from datetime import timedelta

import pytest

from bot.chat.person import find_person, people
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions.placements import place
from bot.features.people.models import (
    CameBy,
    InvitationState,
    RoleState,
    invitations,
    profiles,
    roles,
)
from bot.features.people.queries.audiences import Audience, audience_ids, count_audience
from bot.features.people.queries.roles import reaches
from bot.packs.roles import Role
from bot.storage.secret_codes import digest_of
from tests.features.people_school import School, hands_on
from tests.reading import readable
from tests.town import MORNING, Phone, Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["town"]

PLAIN = {
    "state": "member", "name": "سارة", "gender": "f", "language": "ar", "country": "SA",
    "timezone": "Asia/Riyadh", "numerals": "arab", "calendar": "both",
}  # fmt: skip


@pytest.fixture
async def principal(town: Town, school: School) -> Phone:
    huda = town.person("هدى")
    await school.registers(huda, "هدى")
    await school.appoints(huda, Role.PRINCIPAL, school.nada)
    return huda


def link_code(phone: Phone) -> str:
    """What the link says that the phone shows now."""
    return phone.link()


async def invite(principal: Phone, role: str, days: str) -> str:
    await principal.says("/profile")
    await principal.taps("دعوة الزملاء")
    exact = [each for each in principal.last().buttons() if readable(each["text"]) == role]
    for button in exact:
        await principal.presses(principal.last(), button["callback_data"])
    if not exact:
        await principal.taps(role)
    await principal.taps(days)
    return link_code(principal)


async def test_a_link_carries_unit_and_role(town: Town, school: School, principal: Phone) -> None:
    code = await invite(principal, "معلمة قائدة", "7 أيام")
    principal.sees("الدعوة لشخص واحد", "مدرسة الندى", "29 نوفمبر 2026")
    assert hands_on(principal)
    sara = town.person("سارة")
    await sara.says(f"/start {code}")
    sara.sees("وصلتك دعوة إلى مدرسة الندى")
    await school.registers(sara, "سارة", unit="", start=f"/start {code}")
    sara.sees("بصفة معلمة قائدة.")
    principal.sees("قبلت سارة دعوتك، ودورها الآن في مدرسة الندى: معلمة قائدة.")
    held = await town.rows(roles, person_id=await town.person_id(sara))
    assert {(row.role, row.unit_id) for row in held} == {
        (Role.LEAD, school.nada.id),
        (Role.TEACHER, school.nada.id),
    }


async def test_a_link_that_cannot_be_used_says_why(
    town: Town, school: School, principal: Phone
) -> None:
    code = await invite(principal, "معلمة قائدة", "يوم واحد")
    sara, nora = town.person("سارة"), town.person("نورة")
    await school.registers(sara, "سارة", unit="", start=f"/start {code}")
    await nora.says(f"/start {code}")
    nora.sees("كانت هذه الدعوة لشخص واحد، وقد استُعملت من قبل.")
    await nora.says("/start ixxxxxxxxxxxx")
    nora.sees("لا أعرف هذا الرابط")
    late = await invite(principal, "معلمة قائدة", "يوم واحد")
    await town.moves(timedelta(days=1))
    await nora.says(f"/start {late}")
    nora.sees("انتهت صلاحية هذه الدعوة")
    await nora.taps("السعودية")
    nora.sees("خصوصية بياناتك")


@pytest.mark.parametrize("payload", ["!" * 64, "x" * 64, "دعوة", "t" + "x" * 63, "a b"])
async def test_a_strange_link_harms_nobody(town: Town, school: School, payload: str) -> None:
    maryam = town.person("مريم")
    await maryam.says(f"/start {payload}")
    maryam.sees("لا أعرف هذا الرابط")
    maryam.sees_button("السعودية")


async def test_an_invitation_that_ends_meanwhile_keeps_nobody_out(
    town: Town, school: School, principal: Phone
) -> None:
    code = await invite(principal, "معلمة قائدة", "يوم واحد")
    sara = town.person("سارة")
    await sara.says(f"/start {code}")
    await sara.taps("بدء التسجيل")
    await town.moves(timedelta(days=2))
    await sara.taps("المؤنث")
    await sara.says("سارة")
    await sara.taps("الرياضيات")
    await sara.taps("المرحلة الابتدائية")
    sara.sees("انتهت دعوتك في هذه الأثناء، فأرسلت طلبًا باسمك")
    assert await town.rows(roles, role=Role.LEAD) == []


async def test_many_teachers_come_by_one_link(town: Town, school: School, principal: Phone) -> None:
    code = await invite(principal, "معلمة", "30 يومًا")
    principal.sees("كل معلم ومعلمة")
    for name in ("سارة", "نورة"):
        await school.registers(town.person(name), name, unit="", start=f"/start {code}")
    (row,) = await town.rows(invitations, digest=digest_of(code))
    assert row.uses == 2
    await principal.says("/profile")
    await principal.taps("دعواتي")
    principal.sees("انضم عبرها شخصان")
    await principal.taps("سحب الدعوة رقم 1")
    await principal.taps("نعم، سحب الدعوة")
    principal.sees("سُحبت الدعوة.")
    reem = town.person("ريم")
    await reem.says(f"/start {code}")
    reem.sees("سُحبت هذه الدعوة")


async def test_a_registered_teacher_accepts_a_new_role(
    town: Town, school: School, principal: Phone
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    code = await invite(principal, "معلمة قائدة", "7 أيام")
    await sara.says(f"/start {code}")
    sara.sees("أنتِ مدعوة إلى مدرسة الندى بصفة معلمة قائدة. هل تقبلين؟")
    await sara.taps("أقبل")
    sara.sees("دورك الآن في مدرسة الندى: معلمة قائدة")
    await sara.taps("أقبل")
    sara.sees("لم تعد هذه الدعوة صالحة")


async def test_whoever_holds_the_role_leaves_the_invitation_to_a_colleague(
    town: Town, school: School, principal: Phone
) -> None:
    noura, sara = town.person("نورة"), town.person("سارة")
    await school.registers(noura, "نورة")
    await school.appoints(noura, Role.LEAD, school.nada)
    code = await invite(principal, "معلمة قائدة", "7 أيام")
    await noura.says(f"/start {code}")
    await noura.taps("أقبل")
    noura.sees("دورك في مدرسة الندى مسجّل من قبل: معلمة قائدة. وتبقى الدعوة مفتوحة لغيرك.")
    await school.registers(sara, "سارة", unit="", start=f"/start {code}")
    sara.sees("بصفة معلمة قائدة.")


async def test_every_open_invitation_can_be_withdrawn(
    town: Town, school: School, principal: Phone
) -> None:
    number = await town.person_id(principal)
    async with town.app.database.transaction() as tx:
        huda = await find_person(tx, number)
        for days in range(1, 11):
            await invitation_actions.create_invitation(
                tx, huda, school.nada.id, Role.TEACHER, timedelta(days=days)
            )
    await principal.says("/profile")
    await principal.taps("دعواتي")
    principal.sees_no_button("رقم 9")
    for _ in range(1, town.pages(10)):
        await principal.taps("الصفحة التالية")
    principal.sees("9. معلم", "10. معلم")
    await principal.taps("سحب الدعوة رقم 10")
    await principal.taps("نعم، سحب الدعوة")
    principal.sees("سُحبت الدعوة.", "9. معلم")
    await principal.taps("سحب الدعوة رقم 9")
    await principal.taps("نعم، سحب الدعوة")
    principal.sees("5. معلم", "8. معلم")
    principal.sees_no_button("الصفحة التالية")
    ended = await town.rows(invitations, state=InvitationState.WITHDRAWN)
    assert {row.expires_at - MORNING for row in ended} == {timedelta(days=9), timedelta(days=10)}


@pytest.mark.parametrize("role", ["منسقة", "مديرة المدرسة"])
async def test_a_role_is_given_however_large_the_numbers_are(
    town: Town, school: School, role: str
) -> None:
    amal = town.person("أمل")
    await school.registers(amal, "أمل", "الوادي")
    await school.appoints(amal, Role.SUPERVISOR, school.department)
    async with town.app.database.transaction() as tx:
        number = 999_999_999
        await tx.execute(people.insert().values(id=number, **PLAIN, created_at=tx.now))
        await tx.execute(
            profiles.insert().values(
                person_id=number, unit_id=school.department.id, subject="other", stage="primary",
                consent_version="1", consented_at=tx.now, changed_at=tx.now,
            )
        )  # fmt: skip
        await place(tx, number, school.department.id, CameBy.LIST)
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    await amal.taps("سارة")
    await amal.taps(f"تكليف بدور: {role}")
    await amal.taps("نعم، إسناد الدور")
    amal.sees("تغيّر الدور")
    await amal.taps(f"إنهاء الدور: {role}")
    await amal.taps("نعم، إنهاء الدور")
    amal.sees_button(f"تكليف بدور: {role}")


async def test_the_principal_appoints_and_ends(
    town: Town, school: School, principal: Phone
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await principal.says("/profile")
    await principal.taps("الأشخاص والأدوار")
    await principal.taps("سارة")
    await principal.taps("تكليف بدور: معلمة قائدة")
    await principal.taps("نعم، إسناد الدور")
    sara.sees("دورك الآن في مدرسة الندى: معلمة قائدة، بتكليف من هدى. مبارك لك!")
    principal.sees("تغيّر الدور، ويصل الخبر إلى صاحبه.")
    await principal.taps("إنهاء الدور")
    await principal.taps("نعم، إنهاء الدور")
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
    code = await invite(principal, "معلمة قائدة", "30 يومًا")
    async with town.app.database.transaction() as tx:
        await tx.execute(roles.update().values(state=RoleState.ENDED))
    sara = town.person("سارة")
    await school.registers(sara, "سارة", unit="", start=f"/start {code}")
    assert await town.rows(roles, role=Role.LEAD) == []


async def test_the_command_line_invites_a_supervisor(town: Town, school: School) -> None:
    async with town.app.database.transaction() as tx:
        code = await invitation_actions.create_invitation(
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
            await invitation_actions.create_invitation(tx, None, 999, Role.LEAD, timedelta(days=1))


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
        assert await count_audience(tx, Audience(school.nada.id, subjects=("mathematics",))) == 1
        assert await count_audience(tx, Audience(school.nada.id, subjects=("art",))) == 0
        assert await count_audience(tx, Audience(school.department.id, role=Role.TEACHER)) == 2
        assert await count_audience(tx, Audience(school.department.id, role=Role.LEAD)) == 0
