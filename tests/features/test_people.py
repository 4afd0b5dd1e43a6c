"""Registering, settings, and the deletion of one's own data, as chats."""

import re

import pytest
from sqlalchemy import update

from bot.chat.person import Person, PersonState, addresses, find_person, people
from bot.features.people.actions.admission import transfer
from bot.features.people.actions.roles import hold
from bot.features.people.actions.units import UnitDraft, create_unit
from bot.features.people.models import CameBy, RoleState, profiles, roles
from bot.packs.organisation import UnitGender
from bot.packs.roles import Role
from bot.storage.transaction import Tx
from tests.features.people_school import School
from tests.town import Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["town"]


async def fresh(tx: Tx, number: int) -> Person:
    found = await find_person(tx, number)
    assert found is not None
    return found


async def test_a_teacher_registers_and_is_spoken_to_as_a_woman(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await school.answers()
    await maryam.says("/start")
    await maryam.taps("السعودية")
    maryam.sees("خصوصية بياناتك", "/privacy")
    await maryam.taps("المؤنث")
    await maryam.says("مريم العلي")
    maryam.sees("أين تعملين؟")
    await maryam.says("مدرسه الندا")
    await maryam.taps("مدرسة الندى")
    await maryam.taps("الرياضيات")
    maryam.sees("في أي مرحلة تعملين؟")
    await maryam.taps("المرحلة الابتدائية")
    maryam.sees("شكرًا يا مريم العلي، اكتمل تسجيلك.", "وصل طلب انتسابك إلى مدرسة الندى")
    await school.lets_in(maryam)
    maryam.sees("قُبل انتسابك إلى مدرسة الندى. أهلًا بك!")
    await maryam.says("/menu")
    assert "👤 ملفي الشخصي" in maryam.menu()
    await maryam.says("/start")
    maryam.sees("أهلًا بك يا مريم العلي! ماذا نفعل اليوم؟")


async def test_the_unit_brings_country_clock_and_digits(town: Town, school: School) -> None:
    driss = town.person("إدريس")
    await school.registers(driss, "إدريس", "الأطلس", "m")
    driss.sees("بصفة أستاذ.")
    (row,) = await town.rows(people, name="إدريس")
    assert (row.country, row.timezone, row.numerals) == ("MA", "Africa/Casablanca", "latn")
    assert row.calendar == "gregorian"


async def test_the_form_of_address_is_used_at_once_and_kept_at_the_end(
    town: Town, school: School
) -> None:
    await school.answers()
    maryam = town.person("مريم")
    await maryam.says("/start")
    await maryam.taps("السعودية")
    await maryam.taps("المؤنث")
    await maryam.says("مريم")
    maryam.sees("أين تعملين؟")
    # Nothing is written before the end; what she has chosen stands in the form that waits.
    assert [row.gender for row in await town.rows(people, name="")] == ["neutral"]
    await maryam.says("/help")
    maryam.sees("كيف أساعدك؟", "اكتبي أحد هذه الأوامر", "يمكنك الرجوع")
    await maryam.says("/start")
    await maryam.taps("السعودية")
    maryam.sees("أين تعملين؟")
    await maryam.says("الندى")
    maryam.sees("مدرسة الندى – إدارة تعليم الوادي. إن كان المقصود غير ذلك فاضغطي «رجوع».")
    await maryam.taps("الرياضيات")
    await maryam.taps("المرحلة الابتدائية")
    assert [row.gender for row in await town.rows(people, name="مريم")] == ["f"]
    await maryam.says("/help")
    maryam.sees("اكتبي أحد هذه الأوامر")


async def test_of_schools_that_resemble_the_words_the_one_that_has_them_is_taken(
    town: Town, school: School
) -> None:
    await school.answers()
    async with town.app.database.transaction() as tx:
        for name in ("مدرسة ضياء السدر", "مدرسة ضياء البدر", "مدرسة ضياء الفجر"):
            draft = UnitDraft(
                "school", name, "SA", "Asia/Riyadh", UnitGender.GIRLS, school.department.id
            )
            await create_unit(tx, None, draft)
    maryam = town.person("مريم")
    await maryam.says("/start")
    await maryam.taps("السعودية")
    await maryam.says("مؤنث")
    await maryam.says("مريم الحربي")
    await maryam.says("ضياء")
    maryam.sees_button("مدرسة ضياء البدر")
    await maryam.says("ضياء السدر")
    maryam.sees("مدرسة ضياء السدر. إن كان المقصود غير ذلك")


async def test_of_a_cancelled_registration_nothing_is_kept(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await maryam.says("/start")
    await maryam.taps("السعودية")
    await maryam.taps("المؤنث")
    await maryam.says("/cancel")
    maryam.sees("لم يُحفظ شيء")
    assert [row.gender for row in await town.rows(people)] == ["neutral"]
    await maryam.says("/help")
    maryam.sees("كتابة أحد هذه الأوامر")


async def test_what_cannot_be_taken_is_explained(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await maryam.says("/start")
    await maryam.taps("السعودية")
    await maryam.says("نعم")
    maryam.sees("أحد الأزرار")
    await maryam.taps("المؤنث")
    await maryam.says("!!")
    maryam.sees("النص قصير")
    await maryam.says("مريم")
    await maryam.says("بلوتونيوم")
    maryam.sees("لم أجد")
    assert await town.rows(profiles) == []


async def test_the_administrator_of_the_settings_reaches_every_tree(
    town: Town, school: School
) -> None:
    admin = town.person("هند", number=999)
    await school.registers(admin, "هند", "إدارة تعليم الوادي")
    held = await town.rows(roles, role=Role.ADMINISTRATOR)
    assert len(held) == 3
    await admin.taps("ملفي الشخصي")
    admin.sees("مديرة النظام")
    await admin.taps("الأشخاص والأدوار")
    await admin.taps("إدارة تعليم الوادي")
    admin.sees("شخص واحد")


async def test_every_setting_can_be_changed(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await school.answers()
    await school.registers(maryam, "مريم")
    number = await town.person_id(maryam)
    await maryam.says("/profile")
    maryam.sees("مدرسة الندى – إدارة تعليم الوادي", "• معلمة – مدرسة الندى")
    await maryam.taps("الإعدادات")
    await maryam.taps("صيغة المخاطبة")
    await maryam.taps("محايدة")
    maryam.sees("حُفظ التغيير.", "ماذا نغيّر؟")
    for what, answer, seen in (
        ("الاسم", "مريم الأحمد", "مريم الأحمد"),
        ("المنطقة الزمنية", "توقيت دبي", "توقيت دبي"),
        ("البلد", "المغرب", "المغرب"),
        ("المادة", "الاجتماعيات", "الاجتماعيات"),
        ("السلك", "السلك الابتدائي", "السلك: الابتدائي"),
    ):
        await maryam.taps(what)
        await maryam.says(answer)
        maryam.sees(seen)
    # What has but two values is changed at once, and the button says to which.
    for other in ("الميلادي فقط", "الميلادي والهجري"):
        await maryam.taps(f"التقويم: {other}")
        maryam.sees("حُفظ التغيير.", f"التقويم: {other}")
        maryam.sees_no_button(f"التقويم: {other}")
    await maryam.taps("الأرقام: 1 2 3")
    assert [row.numerals for row in await town.rows(people, id=number)] == ["latn"]
    await maryam.taps("الأرقام: 1 2 3")
    assert [row.numerals for row in await town.rows(people, id=number)] == ["arab"]
    await maryam.taps("مكان العمل")
    maryam.sees("تنتهي أدوارك")
    await maryam.says("المرجان")
    await maryam.taps("مدرسة المرجان")
    maryam.sees("وصل طلب انتسابك إلى مدرسة المرجان", "وحتى ذلك الحين يبقى كل شيء على حاله")
    await school.lets_in(maryam)
    maryam.sees("قُبل انتسابك إلى مدرسة المرجان")
    held = await town.rows(roles, state=RoleState.ACTIVE, person_id=number)
    assert [(row.role, row.unit_id) for row in held] == [(Role.TEACHER, school.murjan.id)]


async def test_a_supervisor_who_moves_stays_a_teacher(town: Town, school: School) -> None:
    amal = town.person("أمل")
    await school.answers()
    await school.registers(amal, "أمل", "الوادي")
    number = await town.person_id(amal)
    async with town.app.database.transaction() as tx:
        own = roles.c.person_id == number
        await tx.execute(update(roles).where(own).values(state=RoleState.ENDED))
        await hold(tx, None, number, Role.SUPERVISOR, school.department.id)
    await amal.says("/profile")
    await amal.taps("الإعدادات")
    await amal.taps("مكان العمل")
    await amal.says("الندى")
    await amal.taps("مدرسة الندى")
    await amal.taps("نعم، تغيير مكان العمل")
    await school.lets_in(amal)
    held = await town.rows(roles, state=RoleState.ACTIVE, person_id=number)
    assert [(row.role, row.unit_id) for row in held] == [(Role.TEACHER, school.nada.id)]


async def test_roles_elsewhere_go_along_with_a_move(town: Town, school: School) -> None:
    amal = town.person("أمل")
    await school.registers(amal, "أمل", "الوادي")
    number = await town.person_id(amal)
    async with town.app.database.transaction() as tx:
        await tx.execute(update(roles).values(state=RoleState.ENDED))
        await hold(tx, None, number, Role.COORDINATOR, school.department.id)
        await hold(tx, None, number, Role.SUPERVISOR, school.falah.id)
        await transfer(tx, number, school.murjan.id, CameBy.SERVER)
    held = await town.rows(roles, state=RoleState.ACTIVE)
    assert [(row.role, row.unit_id) for row in held] == [(Role.SUPERVISOR, school.falah.id)]


async def test_a_supervisor_of_several_schools_reaches_the_people_of_each(
    town: Town, school: School
) -> None:
    amal, sara, fahd = (town.person(name) for name in ("أمل", "سارة", "فهد"))
    await school.registers(amal, "أمل", "الوادي")
    await school.registers(sara, "سارة", "الندى")
    await school.registers(fahd, "فهد", "الفلاح", "m")
    await school.appoints(amal, Role.SUPERVISOR, school.nada)
    await school.appoints(amal, Role.SUPERVISOR, school.falah)
    for unit, name in (("مدرسة الندى", "سارة"), ("مدرسة الفلاح", "فهد")):
        await amal.says("/profile")
        await amal.taps("الأشخاص والأدوار")
        amal.sees("أي جهة تودّين أن تري أشخاصها")
        assert amal.buttons()[:2] == ["مدرسة الندى", "مدرسة الفلاح"]
        await amal.taps(unit)
        await amal.taps(name)
        amal.sees_button("تكليف بدور")
    await amal.says("/profile")
    async with town.app.database.transaction() as tx:
        await tx.execute(update(roles).values(state=RoleState.ENDED))
    await amal.taps("الأشخاص والأدوار")
    amal.sees("لا يرى الأشخاص والأدوار إلا من يقود هذه الجهة.")


async def test_the_language_can_be_changed_before_and_after_registering(
    town: Town, school: School
) -> None:
    maryam = town.person("مريم")
    await maryam.says("/language")
    await maryam.taps("English")
    maryam.sees("Welcome to Halqa")
    await maryam.says("/privacy")
    maryam.sees("Nobody sees your phone number")
    await maryam.says("/language")
    await maryam.taps("العربية")
    await school.registers(maryam, "مريم")
    await maryam.says("/language")
    await maryam.taps("English")
    maryam.sees("From now on I write in English.")
    (row,) = await town.rows(people, name="مريم")
    assert (row.language, row.numerals) == ("en", "latn")


async def test_ones_own_data_is_deleted_by_a_second_press(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم العلي")
    old_id = await town.person_id(maryam)
    await maryam.says("/privacy")
    await maryam.taps("حذف بياناتي")
    maryam.sees("يُحذف فورًا", "يبقى بلا اسمك")
    assert await town.rows(people, name="مريم العلي"), "nothing happens at the first press"
    await maryam.taps("نعم، حذف كل شيء")
    maryam.sees("حُذفت بياناتك", "فاكتبي /start")
    (gone,) = await town.rows(people, id=old_id)
    assert (gone.state, gone.name) == (PersonState.GONE, "")
    assert await town.rows(profiles, person_id=old_id) == []
    assert await town.rows(roles, person_id=old_id, state=RoleState.ACTIVE) == []
    assert await town.rows(addresses, external=str(maryam.id)) == []
    await school.registers(maryam, "مريم")
    maryam.sees("أهلًا بك يا مريم!")
    assert await town.person_id(maryam) != old_id


async def test_a_button_from_before_the_deletion_does_nothing(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم")
    await maryam.says("/profile")
    old = maryam.last()
    (settings,) = [b for b in old.buttons() if "الإعدادات" in b["text"]]
    await maryam.says("/privacy")
    await maryam.taps("حذف بياناتي")
    await maryam.taps("نعم، حذف كل شيء")
    await maryam.presses(old, settings["callback_data"])
    maryam.sees("هذا الزر")


async def test_the_menu_below_the_chat_is_in_the_language_of_now(
    town: Town, school: School
) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم")
    await maryam.says("/profile")
    await maryam.taps("الإعدادات")
    await maryam.taps("اللغة")
    await maryam.taps("Français")
    assert not {word for word in maryam.menu() if re.search("[ء-ي]", word)}
    if not town.is_narrow:
        maryam.sees("À partir de maintenant, j’écris en français.")
        assert "👤 Mon profil" in maryam.menu()


async def test_digits_that_somebody_chose_stay_in_every_language(
    town: Town, school: School
) -> None:
    maryam, huda = town.person("مريم"), town.person("هدى")
    for phone, name in ((maryam, "مريم"), (huda, "هدى")):
        await school.registers(phone, name)
    await maryam.says("/profile")
    await maryam.taps("الإعدادات")
    await maryam.taps("الأرقام")
    for label in ("English", "العربية"):
        for phone in (maryam, huda):
            await phone.says("/language")
            await phone.taps(label)
    digits = {row.name: row.numerals for row in await town.rows(people)}
    assert digits == {"مريم": "latn", "هدى": "arab"}


async def test_the_menu_leaves_with_ones_data(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم")
    await maryam.says("/privacy")
    await maryam.taps("حذف بياناتي")
    await maryam.taps("نعم، حذف كل شيء")
    maryam.sees("حُذفت بياناتك")
    assert maryam.menu() == []
