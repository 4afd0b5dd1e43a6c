"""Names that resemble an officer's, the language of Moroccan staff, and the Hijri day: as chats."""

import pytest

from bot.chat.person import people
from bot.packs.roles import Role
from bot.storage.audit import audit_trail
from tests.features.people_school import School
from tests.town import Phone, Town, town

__all__ = ["town"]


@pytest.fixture
async def principal(town: Town, school: School) -> Phone:
    """Huda Al-Ahmadi, principal of Al-Nada."""
    huda = town.person("هدى")
    await school.registers(huda, "هدى الأحمدي")
    await school.appoints(huda, Role.PRINCIPAL, school.nada)
    return huda


async def fills_in_to_the_unit(phone: Phone, name: str) -> None:
    await phone.says("/start")
    for label in ("السعودية", "المؤنث"):
        await phone.taps(label)
    await phone.says(name)
    await phone.says("الندى")


async def finishes(phone: Phone) -> None:
    for label in ("الرياضيات", "الابتدائي"):
        await phone.taps(label)


@pytest.mark.every_channel
async def test_who_bears_the_principals_name_confirms_it_and_the_principal_is_told(
    town: Town, school: School, principal: Phone
) -> None:
    other = town.person("هدي")
    await fills_in_to_the_unit(other, "هدي الاحمدى")
    other.sees("اسم قريب جدًا من اسمك", "اكتبي اسمك مع اسم الأب أو العائلة")
    await other.taps("هذا اسمي كما هو")
    await finishes(other)
    other.sees("شكرًا يا هدي الاحمدى")
    await school.lets_in(other)
    principal.sees("في مدرسة الندى الآن زميلة باسم هدي الاحمدى، وهو يشبه اسم هدى الأحمدي")
    principal.sees_button("الأشخاص والأدوار")
    (row,) = await town.rows(audit_trail, action="people.namesake")
    assert row.details == {"officers": [await town.person_id(principal)]}


@pytest.mark.parametrize("name", ["الأستاذة هدى الأحمدي", "الاحمدي هدى", "هدى بنت الأحمدي"])
async def test_a_title_or_another_order_is_no_other_name(
    town: Town, school: School, principal: Phone, name: str
) -> None:
    other = town.person("هدى")
    await fills_in_to_the_unit(other, name)
    other.sees("اسم قريب جدًا من اسمك")


async def test_a_whole_name_ends_the_likeness(town: Town, school: School, principal: Phone) -> None:
    other = town.person("هدى")
    await fills_in_to_the_unit(other, "هدى الاحمدي")
    await other.says("هدى سعيد الأحمدي")
    for label in ("الرياضيات", "الابتدائي"):
        await other.taps(label)
    other.sees("شكرًا يا هدى سعيد الأحمدي")
    await school.lets_in(other)
    assert await town.rows(audit_trail, action="people.namesake") == []


async def test_a_lead_teacher_is_told_without_a_way_that_is_closed_to_her(
    town: Town, school: School
) -> None:
    noura = town.person("نورة")
    await school.answers()
    await school.registers(noura, "نورة الأحمدي")
    await school.appoints(noura, Role.LEAD, school.nada)
    other = town.person("نوره")
    await fills_in_to_the_unit(other, "نوره الاحمدى")
    await other.taps("هذا اسمي كما هو")
    await finishes(other)
    await school.lets_in(other)
    noura.sees("يشبه اسم نورة الأحمدي")
    noura.sees_no_button("الأشخاص والأدوار")


async def test_other_names_are_not_asked_about(
    town: Town, school: School, principal: Phone
) -> None:
    maryam = town.person("مريم")
    await fills_in_to_the_unit(maryam, "مريم الأحمدي")
    maryam.sees("ماذا تدرّسين")
    await maryam.taps("الرياضيات")
    await maryam.taps("الابتدائي")
    assert not any("الاسم الكامل" in shown for shown in maryam.news())


async def test_a_namesake_elsewhere_is_nobody_to_be_taken_for(
    town: Town, school: School, principal: Phone
) -> None:
    await school.registers(town.person("هدى"), "هدى الأحمدي", "المرجان")
    assert len(await town.rows(people, name="هدى الأحمدي")) == 2
    assert await town.rows(audit_trail, action="people.namesake") == []


@pytest.mark.every_channel
async def test_a_change_of_name_is_looked_at_too(
    town: Town, school: School, principal: Phone
) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم")
    await maryam.says("/profile")
    await maryam.taps("الإعدادات")
    await maryam.taps("الاسم")
    await maryam.says("هدى الأحمدى")
    maryam.sees("اسم قريب جدًا من اسمك")
    await maryam.taps("هذا اسمي كما هو")
    maryam.sees("حُفظ التغيير.")
    await town.settles()
    principal.sees("يشبه اسم هدى الأحمدي")
    await maryam.taps("الاسم")
    await maryam.says("مريم")
    maryam.sees("حُفظ التغيير.", "مريم")
    assert len(await town.rows(audit_trail, action="people.namesake")) == 1


async def test_moroccan_staff_may_speak_french(town: Town, school: School) -> None:
    driss = town.person("إدريس", language="fr")
    await school.answers()
    await driss.says("/start")
    driss.sees("Bienvenue dans Halqa")
    await driss.taps("Maroc")
    await driss.taps("Au masculin")
    await driss.says("Driss")
    await driss.says("الأطلس")
    await driss.taps("Mathématiques")
    await driss.taps("Secondaire qualifiant")
    driss.sees("Merci, Driss. Votre inscription est faite.", "Votre demande est partie")
    await school.lets_in(driss)
    await driss.says("Mes équipes")
    driss.sees("équipe")
    await driss.says("/language")
    await driss.taps("العربية")
    driss.sees("من الآن أكتب بالعربية.")
    (row,) = await town.rows(people, name="Driss")
    assert (row.language, row.country) == ("ar", "MA")


@pytest.mark.every_channel
async def test_the_hijri_day_is_set_by_choosing_todays_date(town: Town, school: School) -> None:
    driss = town.person("إدريس")
    await school.registers(driss, "إدريس", "الأطلس", "m")
    await driss.says("/profile")
    await driss.taps("الإعدادات")
    driss.sees_no_button("التاريخ الهجري")
    await driss.taps("التقويم: الميلادي والهجري")
    await driss.taps("التاريخ الهجري")
    driss.sees("ما التاريخ الهجري اليوم في بلدك؟")
    earliest = driss.buttons()[0]
    await driss.taps(earliest)
    driss.sees(f"التاريخ الهجري: {earliest}")
    (row,) = await town.rows(people, name="إدريس")
    assert row.hijri_shift == -2
    await driss.taps("البلد")
    await driss.taps("السعودية")
    (row,) = await town.rows(people, name="إدريس")
    assert row.hijri_shift is None
