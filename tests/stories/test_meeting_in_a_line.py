"""A meeting in one line: when, where and what about, and one look at the whole."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.chat.person import people
from bot.features.meetings.models import meetings
from tests.features.meetings_team import add_member, add_team
from tests.features.test_meetings_chat import MeetingSchool, school
from tests.town import Phone, town

pytestmark = pytest.mark.every_channel

__all__ = ["school", "town"]

THURSDAY = datetime(2026, 11, 26, 7, tzinfo=UTC)
"""Ten in Riyadh."""


async def begins(lead: Phone) -> None:
    await lead.says("/meetings")
    await lead.taps("اجتماع جديد")


async def test_one_line_at_the_first_question_leads_to_the_review(school: MeetingSchool) -> None:
    noura = school.noura
    await begins(noura)
    noura.sees("أو كل شيء في سطر واحد")
    await noura.says("الخميس ١٠ في معمل العلوم عن القراءة https://meet.example.org/abc")
    noura.sees(
        "مراجعة الاجتماع: القراءة", "الخميس 26 نوفمبر 2026", "10:00 صباحًا", "معمل العلوم",
        "https://meet.example.org/abc", "المدة: ساعة",
    )  # fmt: skip
    # What nobody said has no line of its own, and can be said all the same.
    assert not any("—" in shown for shown in noura.news())
    await noura.corrects("جدول الأعمال")
    await noura.says("عرض النتائج\nخطوة واحدة")
    noura.sees("1. عرض النتائج", "10:00 صباحًا", "معمل العلوم")
    await noura.taps("إرسال الدعوات")
    school.huda.sees("تدعوك نورة إلى اجتماع", "القراءة", "10:00 صباحًا", "هل تحضرين؟")
    (row,) = await school.town.rows(meetings)
    assert (row.title, row.starts_at, row.place, row.link) == (
        "القراءة", THURSDAY, "معمل العلوم", "https://meet.example.org/abc",
    )  # fmt: skip


async def test_a_line_that_nobody_asked_for_is_offered_to_be_a_meeting(
    school: MeetingSchool,
) -> None:
    noura = school.noura
    await noura.says("اجتماع الخميس الساعة ١٠ صباحا في معمل العلوم")
    noura.sees("هل هذا هو المقصود؟")
    await noura.taps("اجتماع الخميس")
    noura.sees("مراجعة الاجتماع", "الخميس 26 نوفمبر 2026", "10:00 صباحًا", "معمل العلوم")
    await noura.taps("إرسال الدعوات")
    school.huda.sees("تدعوك نورة إلى اجتماع", "معمل العلوم")
    assert [row.starts_at for row in await school.town.rows(meetings)] == [THURSDAY]


async def test_whoever_leads_no_team_is_offered_none(school: MeetingSchool) -> None:
    await school.huda.says("اجتماع الخميس الساعة ١٠ صباحا في معمل العلوم")
    school.huda.sees("لم أفهم")
    school.huda.sees_no_button("؟")


async def test_of_a_line_without_an_hour_only_the_hour_is_asked(school: MeetingSchool) -> None:
    noura = school.noura
    await begins(noura)
    await noura.says("الخميس في معمل العلوم عن القراءة")
    noura.sees("الخميس 26 نوفمبر 2026", "في أي ساعة؟")
    await noura.says("عشرة ونصف صباحا")
    noura.sees("مراجعة الاجتماع: القراءة", "10:30 صباحًا", "معمل العلوم")
    noura.sees_button("إرسال الدعوات")


async def test_a_line_without_a_place_takes_the_usual_one(school: MeetingSchool) -> None:
    noura = school.noura
    await begins(noura)
    await noura.says("الخميس ١٠ عن القراءة")
    # They have never met: nothing is usual yet.
    noura.sees("أين يُعقد؟")
    await noura.says("معمل العلوم")
    noura.sees("مراجعة الاجتماع: القراءة", "الخميس 26 نوفمبر 2026", "10:00 صباحًا")
    await noura.taps("إرسال الدعوات")
    await begins(noura)
    await noura.says("الأحد الساعة ٩ صباحا عن الكتابة")
    noura.sees("مراجعة الاجتماع: الكتابة", "الأحد 29 نوفمبر 2026", "معمل العلوم")


async def test_a_day_that_is_ruled_out_is_not_the_day(school: MeetingSchool) -> None:
    noura = school.noura
    await begins(noura)
    await noura.says("مو الأربعاء، الخميس الساعة ١٠ صباحا في المكتبة")
    noura.sees("الخميس 26 نوفمبر 2026", "المكتبة")
    assert not any("25 نوفمبر" in shown for shown in noura.news())


async def test_what_is_read_wrongly_is_corrected_with_one_tap(school: MeetingSchool) -> None:
    noura = school.noura
    await begins(noura)
    await noura.says("الخميس ١٠ في معمل العلوم عن القراءة")
    await noura.corrects("الموعد")
    await noura.says("الأحد الساعة ٩ صباحا")
    noura.sees("الأحد 29 نوفمبر 2026", "9:00 صباحًا", "معمل العلوم", "القراءة")
    noura.sees_button("إرسال الدعوات")


async def test_a_moroccan_teacher_writes_it_in_french(school: MeetingSchool) -> None:
    """Khalid leads a team in Morocco, and reads French."""
    khalid, lead = school.khalid, school.people[school.khalid.id]
    async with school.town.app.database.transaction() as tx:
        await tx.execute(update(people).where(people.c.id == lead.id).values(language="fr"))
        team = await add_team(tx, lead, "Cercle de lecture")
        await add_member(tx, team, school.people[school.huda.id])
    await khalid.says("/meetings")
    await khalid.taps("Nouvelle réunion")
    khalid.sees("Ou tout en une ligne")
    await khalid.says("jeudi 10 h en salle 3 sur la lecture")
    # They have never met, so nothing is usual; all that the line says is there.
    khalid.sees("la lecture", "jeudi 26 novembre 2026 à 10\u00a0h\u00a000", "salle 3", "1 heure")
    assert not any("—" in shown for shown in khalid.news())
    await khalid.taps("Inviter les membres")
    school.huda.sees("يدعوك خالد إلى اجتماع", "la lecture", "salle 3", "1:00 ظهرًا")
    (row,) = await school.town.rows(meetings)
    assert (row.title, row.place, row.starts_at) == (
        "la lecture", "salle 3", datetime(2026, 11, 26, 10, tzinfo=UTC),
    )  # fmt: skip
    # Anywhere else it is offered; and where the team met last is where it meets.
    await khalid.says("réunion mardi à 16h30 pour préparer les examens")
    await khalid.taps("mardi")
    khalid.sees("mardi 24 novembre 2026 à 16\u00a0h\u00a030", "salle 3", "préparer les examens")
    khalid.sees_button("Inviter les membres")
