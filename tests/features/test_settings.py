"""Notification settings, the calendar of a unit, and hints to whoever plans a meeting."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot import upkeep
from bot.chat.person import find_person
from bot.core.errors import Refused, SettingsError
from bot.documents.calendar import read_calendar_file
from bot.features.calendars import actions as calendar_actions
from bot.features.calendars import queries as calendar_queries
from bot.features.calendars.models import calendar_days
from bot.features.communities.models import teams
from bot.features.notification_settings.models import Pause, notification_settings
from bot.features.notification_settings.queries import settings as settings_queries
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.features.people.actions.unit_changes import place_unit
from bot.features.people.models import RoleState, roles
from bot.packs.roles import Role
from tests.features.ics_files import calendar, event
from tests.features.meetings_team import add_team
from tests.features.people_school import School
from tests.town import Phone, Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["town"]


async def principal(town: Town, school: School) -> Phone:
    noura = town.person("نورة")
    await school.registers(noura, "نورة")
    await school.appoints(noura, Role.PRINCIPAL, school.nada)
    return noura


# One's own settings


async def test_everybody_says_when_they_may_be_written_to(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم")
    await maryam.says("/profile")
    await maryam.taps("الإعدادات")
    await maryam.taps("الهدوء والتذكير")
    maryam.sees("من 9:00 ليلًا إلى 7:00 صباحًا", "عند صلاة الجمعة فقط", "غير مفعّلة")
    await maryam.taps("ساعات الهدوء")
    await maryam.taps("10:00 ليلًا")
    maryam.sees("أتوقف من الساعة 10:00 ليلًا")
    await maryam.taps("6:00 صباحًا")
    maryam.sees("حُفظ التغيير.", "من 10:00 ليلًا إلى 6:00 صباحًا")
    await maryam.taps("التوقف للصلاة")
    await maryam.taps("عند كل صلاة")
    maryam.sees("التوقف للصلاة: عند كل صلاة", "من 10:00 ليلًا إلى 6:00 صباحًا")
    await maryam.taps("ساعات الهدوء")
    await maryam.taps("دون ساعات هدوء")
    maryam.sees("ساعات الهدوء: غير مفعّلة")
    async with town.app.database.reading() as tx:
        chosen = await settings_queries.settings_of(tx, await town.person_id(maryam))
    assert chosen == NotificationSettings(hours=None, pause=Pause.ALL, card_at=None)


async def test_manners_go_with_the_person(town: Town, school: School) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم")
    await maryam.says("/quiet")
    await maryam.taps("بطاقة الصباح")
    await maryam.taps("7:00 صباحًا")
    assert await town.app.next_event()
    await maryam.says("/profile")
    await maryam.taps("الإعدادات")
    await maryam.taps("بياناتي")
    await maryam.taps("حذف بياناتي")
    await maryam.taps("نعم")
    assert await town.rows(notification_settings) == []
    assert await town.app.next_event() is None


# The calendar of a unit


async def test_a_principal_enters_a_holiday_and_takes_it_out(town: Town, school: School) -> None:
    noura = await principal(town, school)
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم")
    await noura.says("/profile")
    await noura.taps("الأشخاص والأدوار")
    await noura.taps("الإجازات والاختبارات")
    noura.sees("لم تُضف إجازات ولا اختبارات إلى التقويم بعد.")
    await noura.taps("إضافة أيام")
    await noura.taps("إجازة")
    await noura.says("إجازة الخريف")
    await noura.says("الأحد القادم")
    await noura.says("يوم الاثنين 23 نوفمبر 2026")
    noura.sees("لا يصح أن يسبق آخر يوم أول يوم")
    await noura.says("الخميس 3 ديسمبر 2026")
    await noura.taps("إضافة إلى التقويم")
    noura.sees("إجازة الخريف", "من الأحد 29 نوفمبر 2026 إلى الخميس 3 ديسمبر 2026")

    await maryam.says("/quiet")
    await maryam.taps("تقويم جهتي")
    maryam.sees("إجازة الخريف")
    maryam.sees_no_button("حذف")
    await noura.taps("إجازة الخريف")
    await noura.taps("نعم، حذف")
    noura.sees("حُذفت من التقويم.")
    assert await town.rows(calendar_days) == []


async def test_only_keepers_write_into_a_calendar(town: Town, school: School) -> None:
    noura = await principal(town, school)
    lead = town.person("هدى")
    await school.registers(lead, "هدى")
    async with town.app.database.transaction() as tx:
        teacher = await find_person(tx, await town.person_id(lead))
        keeper = await find_person(tx, await town.person_id(noura))
        assert teacher
        assert keeper
        with pytest.raises(Refused, match="not_keeper") as refusal:
            await calendar_actions.import_days(tx, teacher, school.nada.id, [])
        assert "من صلاحية قيادتها" in refusal.value.text
        with pytest.raises(Refused, match="not_keeper"):
            await calendar_actions.import_days(tx, keeper, school.department.id, [])
        await calendar_actions.import_days(tx, keeper, school.nada.id, [])


async def test_a_second_import_brings_the_first_up_to_date(town: Town, school: School) -> None:
    first = read_calendar_file(
        calendar(
            event("a", "20261129", "20261204", "إجازة الخريف"),
            event("b", "20261213", "20261225", "اختبارات الفصل الأول"),
        )
    )
    second = read_calendar_file(
        calendar(
            event("a", "20261130", "20261204", "إجازة الخريف"),
            event("b", "20261213", "20261225", "اختبارات", "STATUS:CANCELLED"),
        )
    )
    async with town.app.database.transaction() as tx:
        done = await calendar_actions.import_days(tx, None, school.department.id, first.entries)
        assert (done.kept, done.withdrawn) == (2, 0)
        done = await calendar_actions.import_days(tx, None, school.department.id, second.entries)
        assert (done.kept, done.withdrawn) == (1, 1)
        with pytest.raises(LookupError):
            await calendar_actions.import_days(tx, None, 10_000, second.entries)
    (row,) = await town.rows(calendar_days, withdrawn_at=None)
    assert (row.first_day, row.last_day) == ("2026-11-30", "2026-12-03")
    async with town.app.database.reading() as tx:
        (days,) = await calendar_queries.days_of(tx, school.nada)
        assert days.title == "إجازة الخريف"
        assert await calendar_queries.days_of(tx, school.atlas) == []
        assert set(await tx.scalars(select(calendar_days.c.created_by))) == {None}


async def test_a_calendar_comes_in_by_the_command_line(
    town: Town, school: School, tmp_path: Path
) -> None:
    file = tmp_path / "department.ics"
    file.write_bytes(
        calendar(
            event("a", "20261129", "20261204", "إجازة الخريف"),
            event("d", "20261206", "", "بداية الفصل الثاني"),
        )
    )
    unit_id = school.department.id
    said = await upkeep.import_calendar(town.settings, unit_id, file, "")
    assert said == "1 entry kept, 0 withdrawn, 1 left out"
    assert len(await town.rows(calendar_days)) == 1
    for unit, name, kind in (
        (unit_id, "none.ics", ""),
        (unit_id, file.name, "feast"),
        (999, file.name, ""),
    ):
        with pytest.raises(SettingsError, match=name):
            await upkeep.import_calendar(town.settings, unit, tmp_path / name, kind)


# Hints


async def test_whoever_plans_a_meeting_hears_of_quiet_times(town: Town, school: School) -> None:
    noura = town.person("نورة")
    await school.registers(noura, "نورة")
    await school.appoints(noura, Role.LEAD, school.nada)
    async with town.app.database.transaction() as tx:
        person = await find_person(tx, await town.person_id(noura))
        assert person
        await add_team(tx, person)
        await tx.execute(teams.update().values(unit_id=school.nada.id))
        exams = read_calendar_file(
            calendar(event("b", "20261213", "20261225", "اختبارات الفصل الأول"))
        )
        await calendar_actions.import_days(tx, None, school.department.id, exams.entries)
    await noura.says("/meetings")
    await noura.taps("اجتماع جديد")
    await noura.says("تحليل نتائج الاختبار")
    await noura.taps("تخطّي السؤال")
    await noura.taps("تخطّي السؤال")
    await noura.says("2026-12-13 الساعة 10 مساء")
    await noura.taps("ساعة")
    await noura.says("غرفة المصادر")
    noura.sees(
        "هذا اليوم في تقويم الجهة: اختبارات الفصل الأول",
        "يوافق هذا الوقت ساعات الهدوء لدى شخص واحد من الفريق",
    )
    await noura.corrects("الموعد")
    await noura.says("الخميس الساعة 2:50 ظهرا")
    noura.sees("هذا الوقت قريب من صلاة العصر، وتحين في العاصمة نحو الساعة")
    # The sun of Jeddah is half an hour later.
    async with town.app.database.transaction() as tx:
        await place_unit(tx, None, school.department.id, "jeddah")
    await noura.corrects("الموعد")
    await noura.says("الخميس الساعة 3:20 عصرا")
    noura.sees("هذا الوقت قريب من صلاة العصر، وتحين نحو الساعة 3:18 عصرًا بتوقيت جدة")
    await noura.corrects("الموعد")
    await noura.says("الخميس بعد العصر")
    noura.sees("تحين صلاة العصر نحو الساعة 3:18 عصرًا بتوقيت جدة")
    await noura.says("الخامسة عصرا")
    await noura.corrects("الموعد")
    await noura.says("الجمعة الساعة 12 ظهرا")
    noura.sees("هذا وقت صلاة الجمعة", "عطلة نهاية الأسبوع")


async def test_who_no_longer_keeps_a_calendar_does_not_open_its_entries(
    town: Town, school: School
) -> None:
    noura = await principal(town, school)
    days = read_calendar_file(calendar(event("b", "20261213", "20261225", "اختبارات الفصل الأول")))
    async with town.app.database.transaction() as tx:
        await calendar_actions.import_days(tx, None, school.nada.id, days.entries)
    await noura.says("/profile")
    await noura.taps("الإعدادات")
    await noura.taps("الهدوء والتذكير")
    await noura.taps("تقويم جهتي")
    async with town.app.database.transaction() as tx:
        await tx.execute(
            roles.update().where(roles.c.role == Role.PRINCIPAL).values(state=RoleState.ENDED)
        )
    town.look()
    await noura.taps("اختبارات الفصل الأول")
    assert not any("اختبارات" in text for text in noura.news())
    noura.sees("تقويم الجهة من صلاحية قيادتها والمشرفين عليها.")
