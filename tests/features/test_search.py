"""Searching for colleagues, teams and schools, as people do it; and what is forgotten of a name."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.arabic.search import index as search_index
from bot.arabic.search.folding import fold
from bot.features.people import jobs as people_jobs
from bot.features.people.actions import search as people_index
from bot.features.people.models import profiles
from bot.packs.roles import Role
from bot.scheduling import due
from tests.features.people_school import School
from tests.town import Phone, Town, town

__all__ = ["town"]


@pytest.fixture
async def noura(town: Town, school: School) -> Phone:
    phone = town.person("نورة")
    await school.registers(phone, "نورة القحطاني")
    await school.agrees(phone)
    return phone


@pytest.fixture
async def amal(town: Town, school: School) -> Phone:
    """A supervisor of the whole department."""
    phone = town.person("أمل")
    await school.registers(phone, "أمل الحربي", "إدارة تعليم الوادي")
    await school.appoints(phone, Role.SUPERVISOR, school.department)
    return phone


async def searches(phone: Phone, words: str) -> None:
    await phone.taps("🔎 بحث")
    await phone.says(words)


async def founds(lead: Phone, name: str, theme: str, goal: str, work: str = "بحث إجرائي") -> str:
    """Found a team; returns what its join link carries."""
    await lead.says("فرقي")
    await lead.taps("تأسيس فريق")
    for answer in (name, theme, goal):
        await lead.says(answer)
    await lead.taps("اعتماد هذه القواعد")
    await lead.taps(work)
    await lead.taps("حضوريًا وعن بُعد")
    await lead.taps("تأسيس الفريق")
    await lead.says("فرقي")
    await lead.taps(name)
    await lead.taps("إدارة الفريق")
    await lead.taps("رابط الدعوة")
    found = [code for news in lead.news() for code in re.findall(r"start(?:=|%20)([\w-]+)", news)]
    return str(found[0])


def finds_nobody(phone: Phone) -> None:
    """Neither is somebody shown, nor is there a button to them."""
    phone.sees_no_button("شخص")
    assert not any("باسم" in news for news in phone.news()), phone.news()


async def dump(town: Town) -> str:
    """Every value of every table, as one text."""
    engine = create_async_engine(town.settings.resolved_database_url())
    listing = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if town.app.database.dialect == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    )
    kept = []
    async with engine.connect() as connection:
        for name in (await connection.execute(text(listing))).scalars().all():
            for row in (await connection.execute(text(f'SELECT * FROM "{name}"'))).all():
                kept += [v.decode(errors="replace") if isinstance(v, bytes) else v for v in row]
    await engine.dispose()
    return "\n".join(map(str, kept))


@pytest.mark.parametrize(
    "words",
    [
        "نوره القحطانى",
        "القحطاني نورة",
        "نورا القحطان",
        "نورع القحطاتي",
        "قحطاني",
        "نور",
        "Noura Al-Qahtani",
        "noora alqahtany",
    ],
)
async def test_a_supervisor_finds_a_teacher_by_a_misspelt_name(
    noura: Phone, amal: Phone, words: str
) -> None:
    await searches(amal, words)
    amal.sees("شخص واحد باسم", "1. نورة القحطاني", "الرياضيات · مدرسة الندى")
    await amal.taps("1. نورة القحطاني")
    amal.sees("• معلمة – مدرسة الندى")


@pytest.mark.every_channel
async def test_the_nearest_name_is_one_press_away(noura: Phone, amal: Phone) -> None:
    await searches(amal, "القخضاني")
    amal.sees("لم أجد ممارسة عن «القخضاني»")
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    await amal.taps("🔎 البحث بالاسم")
    amal.sees("عمّن تبحثين؟")
    await amal.says("القخضاني")
    amal.sees("لم أجد أحدًا باسم «القخضاني»", "هل تقصدين «القحطاني»؟")
    await amal.taps("🔎 البحث عن «القحطاني»")
    amal.sees("شخص واحد باسم «القحطاني»", "الكلمات المطابقة: القحطاني")


@pytest.mark.every_channel
async def test_a_teacher_finds_their_school_and_teams_and_nobody_beyond(
    town: Town, school: School, noura: Phone
) -> None:
    sara, ali, mona = town.person("سارة"), town.person("علي"), town.person("منى")
    await school.registers(sara, "سارة الزهراني")
    await school.registers(ali, "علي الشهري", "الفلاح", "m")
    await school.registers(mona, "منى العسيري", "المرجان")
    await searches(sara, "نورة")
    sara.sees("شخص واحد باسم «نورة»", "نورة القحطاني", "لم أجد ممارسة عن «نورة»")
    sara.sees_no_button("نورة القحطاني")
    for stranger, near in (("علي الشهري", "الشهرى"), ("منى العسيري", "العسيرس")):
        for words in (stranger, near):
            await searches(sara, words)
            sara.sees(f"لم أجد ممارسة عن «{words}»")
            finds_nobody(sara)
            sara.sees_no_button("البحث عن")
    await school.appoints(noura, Role.LEAD, school.nada)
    code = await founds(noura, "حلقة القراءة", "ضعف الطلاقة في القراءة", "قراءة يومية")
    await mona.says(f"/start {code}")
    await mona.taps("الانضمام")
    await searches(noura, "مني العسيرى")
    noura.sees("شخص واحد باسم", "منى العسيري", "مدرسة المرجان")
    await searches(mona, "القحطاني")
    mona.sees("نورة القحطاني")
    await searches(sara, "منى العسيري")
    finds_nobody(sara)
    assert not any("المرجان" in news for news in sara.news())


async def test_teachers_of_a_department_itself_do_not_find_one_another(
    town: Town, school: School, amal: Phone
) -> None:
    huda = town.person("هدى")
    await school.registers(huda, "هدى العمر", "إدارة تعليم الوادي")
    await searches(huda, "أمل الحربي")
    huda.sees("لم أجد ممارسة عن «أمل الحربي»")
    finds_nobody(huda)


async def test_who_agreed_to_an_older_notice_is_found_by_their_leaders_only(
    town: Town, school: School, noura: Phone, amal: Phone
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة الزهراني")
    async with town.app.database.transaction() as tx:
        await tx.execute(profiles.update().values(consent_version="2026-11"))
    await searches(sara, "القحطاني")
    finds_nobody(sara)
    await searches(amal, "القحطاني")
    amal.sees("نورة القحطاني")


async def test_a_lead_of_one_school_does_not_search_another(
    town: Town, school: School, noura: Phone, amal: Phone
) -> None:
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    old = amal.last()
    (data,) = [b["callback_data"] for b in old.buttons() if "البحث بالاسم" in b["text"]]
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    await amal.taps("البحث بالاسم")
    async with town.app.database.transaction() as tx:
        await tx.execute(text("UPDATE roles SET state = 'ended' WHERE role = 'supervisor'"))
    refused = "البحث في جميع منسوبي الجهة متاح لمن يقودها أو يشرف عليها."
    await amal.says("نورة")
    amal.sees(refused)
    await amal.presses(old, data)
    amal.sees(refused)


async def test_a_new_name_is_found_and_the_old_one_is_not(
    town: Town, noura: Phone, amal: Phone
) -> None:
    await noura.says("/profile")
    await noura.taps("الإعدادات")
    await noura.taps("الاسم")
    await noura.says("نورة الدوسري")
    await searches(amal, "الدوسرى")
    amal.sees("نورة الدوسري")
    await searches(amal, "القحطاني")
    amal.sees("لم أجد ممارسة عن «القحطاني»")
    amal.sees_no_button("نورة")


async def test_of_a_deleted_person_no_word_of_the_name_is_left_anywhere(
    town: Town, school: School, noura: Phone, amal: Phone
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة القحطاني")
    await searches(amal, "نوره")
    amal.sees("نورة القحطاني")
    await noura.says("/privacy")
    await noura.taps("حذف بياناتي")
    await noura.taps("نعم، حذف كل شيء")
    await searches(amal, "نوره القحطاني")
    amal.sees("شخص واحد باسم", "سارة القحطاني")
    await amal.says("/privacy")
    await amal.taps("حذف بياناتي")
    await amal.taps("نعم، حذف كل شيء")
    everything = fold(await dump(town))
    assert "قحطاني" in everything, "Sara still bears it"
    for word in ("نوره", "حربي"):
        assert word not in everything


async def test_a_team_is_found_by_the_words_of_another_country(
    town: Town, school: School, noura: Phone
) -> None:
    await school.appoints(noura, Role.LEAD, school.nada)
    await founds(noura, "حلقة التقويم", "سلالم تقدير لأعمال الطالبات", "زيارة صفية كل شهر")
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    for words in ("شبكات التقويم", "عمل التلميذات", "تبادل الزيارات"):
        await searches(sara, words)
        sara.sees("فريق واحد عن", "1. حلقة التقويم\nمدرسة الندى\n", "الكلمات المطابقة:")
    await sara.taps("1. حلقة التقويم")
    sara.sees("القيادة: نورة القحطاني")
    await sara.says("فرقي")
    await sara.taps("استعراض الفرق")
    await sara.taps("البحث في الفرق")
    await sara.says("اصطراتيجيم")
    sara.sees("لم أجد فريقًا متاحًا لك عن «اصطراتيجيم»")
    await sara.taps("بحث آخر")
    await sara.says("التغفيم")
    sara.sees("هل تقصدين «التقويم»؟")
    await sara.taps("🔎 البحث عن «التقويم»")
    sara.sees("فريق واحد عن «التقويم»")


async def test_a_moroccan_teacher_finds_a_team_by_saudi_words(town: Town, school: School) -> None:
    said, hind = town.person("سعيد"), town.person("هند")
    await school.registers(said, "سعيد العلوي", "الأطلس", "m")
    await school.agrees(said)
    await school.appoints(said, Role.LEAD, school.atlas)
    await founds(said, "جماعة المصاحبة", "التكوين المستمر للأساتذة", "لقاء كل شهر", "بحث تدخلي")
    await school.registers(hind, "هند", "الأطلس")
    await searches(hind, "التطوير المهني")
    hind.sees("1. جماعة المصاحبة\nثانوية الأطلس\n", "الكلمات المطابقة: التكوين والمستمر")
    await searches(hind, "Said Alaoui")
    hind.sees("سعيد العلوي")


@pytest.mark.every_channel
async def test_a_school_leads_to_its_teams(
    town: Town, school: School, noura: Phone, amal: Phone
) -> None:
    await school.appoints(noura, Role.LEAD, school.nada)
    await founds(noura, "حلقة القراءة", "ضعف الطلاقة", "قراءة يومية")
    await searches(amal, "مدرسه الندا")
    await amal.taps("🏫 جهتان") if "🏫 جهتان" in amal.buttons() else None
    amal.sees("1. مدرسة الندى", "إدارة تعليم الوادي", "الكلمات المطابقة: مدرسة والندى")
    await amal.taps("1. مدرسة الندى")
    amal.sees("فرق مدرسة الندى")
    await amal.taps("حلقة القراءة")
    amal.sees("القيادة: نورة القحطاني")


@pytest.mark.every_channel
async def test_what_is_written_after_any_result_is_the_next_search(
    school: School, noura: Phone, amal: Phone
) -> None:
    await school.appoints(noura, Role.LEAD, school.nada)
    await founds(noura, "حلقة القراءة", "ضعف الطلاقة", "قراءة يومية")
    await searches(amal, "نورة القحطاني")
    amal.sees("نورة القحطاني")
    await amal.says("حلقة القراءة")
    amal.sees("1. حلقة القراءة", "لم أجد ممارسة عن «حلقة القراءة»")
    await amal.says("مدرسة الندى")
    amal.sees("مدرسة الندى", "لم أجد ممارسة عن «مدرسة الندى»")
    await amal.says("القحطاني")
    amal.sees("شخص واحد باسم «القحطاني»")


async def test_the_teams_of_a_school_beyond_sight_stay_closed(
    town: Town, school: School, noura: Phone, amal: Phone
) -> None:
    await searches(amal, "الفلاح")
    amal.sees("مدرسة الفلاح")
    old = amal.last()
    data = old.buttons()[0]["callback_data"]
    async with town.app.database.transaction() as tx:
        await tx.execute(text("UPDATE roles SET state = 'ended' WHERE role = 'supervisor'"))
    await amal.presses(old, data)
    amal.sees("فرق هذه الجهة غير متاحة لك.")
    await searches(noura, "الفلاح")
    noura.sees("لم أجد ممارسة عن «الفلاح»")
    noura.sees_no_button("جهة")


async def test_those_of_before_become_findable_piece_by_piece(
    town: Town, school: School, noura: Phone, amal: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the migration leaves to do is done after the start."""
    monkeypatch.setattr(people_jobs, "AT_ONCE", 2)
    await school.appoints(noura, Role.LEAD, school.nada)
    await founds(noura, "حلقة القراءة", "ضعف الطلاقة", "قراءة يومية")
    async with town.app.database.transaction() as tx:
        for number in await tx.scalars(select(profiles.c.person_id)):
            await search_index.forget(tx, "person", number)
        (before,) = await tx.fetch("SELECT count(*) FROM search_spellings WHERE kind = 'team'")
        await tx.run("DELETE FROM search_spellings")
        payload = {"after": 0}
        await due.set_due(
            tx, people_jobs.INDEX_ANEW, "search:anew", "texts", anchor=tx.now, payload=payload
        )
    await town.moves(timedelta(seconds=1))
    async with town.app.database.reading() as tx:
        (after,) = await tx.fetch("SELECT count(*) FROM search_spellings WHERE kind = 'team'")
    assert tuple(after) == tuple(before)
    await searches(amal, "نورة القحطاني")
    amal.sees("شخص واحد باسم")
    await searches(amal, "القراءه")
    amal.sees("فريق واحد عن «القراءه»")


async def registered_under_an_older_notice(town: Town, school: School, phone: Phone) -> None:
    number = await town.person_id(phone)
    async with town.app.database.transaction() as tx:
        row = profiles.c.person_id == number
        await tx.execute(profiles.update().where(row).values(consent_version="2026-11"))
        await people_index.index_person(tx, number)


async def test_who_agrees_to_the_new_notice_is_found_by_their_school(
    town: Town, school: School, noura: Phone
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة الزهراني")
    await registered_under_an_older_notice(town, school, noura)
    await searches(sara, "القحطاني")
    finds_nobody(sara)
    await noura.says("/start")
    noura.sees("أهلًا بك يا نورة القحطاني", "بموافقتك يمكن لمن في مدرستك العثور عليك", "هل توافقين؟")
    await noura.taps("أوافق")
    noura.sees("شكرًا جزيلًا!")
    await searches(sara, "القحطاني")
    sara.sees("نورة القحطاني")
    await noura.says("/start")
    noura.sees_no_button("أوافق")


async def test_who_puts_the_new_notice_off_is_not_asked_again_and_may_agree_later(
    town: Town, school: School, noura: Phone
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة الزهراني")
    await registered_under_an_older_notice(town, school, noura)
    await noura.says("/start")
    await noura.taps("ليس الآن")
    await noura.says("/start")
    noura.sees("أهلًا بك يا نورة القحطاني")
    noura.sees_no_button("أوافق")
    await searches(sara, "القحطاني")
    finds_nobody(sara)
    await noura.says("/privacy")
    await noura.taps("أوافق")
    await searches(sara, "القحطاني")
    sara.sees("نورة القحطاني")
