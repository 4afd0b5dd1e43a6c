"""How many taps and texts each main job takes, lived and compared with the table of the guide."""

import re
from pathlib import Path

import pytest

from bot.packs.roles import Role
from tests.features.communities_chat import founds, link_of
from tests.features.counted import Counted
from tests.features.imports_lists import HUDA, adds, code_for, table
from tests.features.people_school import School
from tests.town import Town, town

__all__ = ["town"]

TABLE = Path(__file__).resolve().parents[2] / "docs" / "taps.md"


def told() -> dict[str, tuple[int, int]]:
    """The last column of the table, by the job."""
    row = re.compile(r"^\| ([^|]+) \|[^|]+\|[^|]+\| (\d+) \+ (\d+) \|$", re.MULTILINE)
    return {job: (int(taps), int(texts)) for job, taps, texts in row.findall(TABLE.read_text())}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_table_of_taps_is_true(town: Town, school: School) -> None:
    """These numbers may fall, and never grow."""
    lived: dict[str, tuple[int, int]] = {}
    maryam, huda, sara, imane, amal, noura, zainab = (
        Counted(town.person(name))
        for name in ("مريم", "هدى", "سارة", "إيمان", "أمل", "نورة", "زينب")
    )
    lead = maryam.phone
    await school.registers(lead, "مريم")
    await school.appoints(lead, Role.LEAD, school.nada)
    await founds(lead)
    link = await link_of(lead)
    admin = await school.answers()
    await school.registers(amal.phone, "أمل", "الوادي")
    await school.appoints(amal.phone, Role.SUPERVISOR, school.department)

    # The first minutes
    await sara.starts()
    await sara.taps("السعودية", "المؤنث")
    await sara.says("سارة العلي", "الندى")
    await sara.taps("الرياضيات", "الابتدائي")
    sara.sees("وصل طلب انتسابك إلى مدرسة الندى")
    lived["Register, without an invitation"] = sara.counts()
    await school.lets_in(sara.phone)
    await sara.taps("لنبدأ")
    sara.counts()
    await sara.taps("حلقة الرياضيات", "تخط")
    sara.sees("وصل طلبك إلى قيادة الفريق")
    lived["Ask to join a team that is offered at the start"] = sara.counts()

    await imane.starts(await school.invites("الندى"))
    await imane.taps("بدء التسجيل", "المؤنث")
    await imane.says("إيمان الربيعي")
    await imane.taps("الرياضيات", "الابتدائي")
    imane.sees("اكتمل تسجيلك في مدرسة الندى")
    lived["Register, by an invitation"] = imane.counts()
    await imane.chooses("فرقي")
    await imane.taps("استعراض الفرق", "حلقة الرياضيات", "طلب الانضمام", "تخطّي السؤال")
    imane.sees("وصل طلبك إلى قيادة الفريق")
    lived["Ask to join a team from the list"] = imane.counts()

    await adds(admin, table(HUDA))
    await school.registers(noura.phone, "نورة")
    await school.appoints(noura.phone, Role.PRINCIPAL, school.nada)
    code, _ = await code_for(noura.phone, HUDA[0])
    await huda.starts(f"s{code}")
    await huda.says("القحطاني")
    await huda.taps("المؤنث", "الابتدائي")
    huda.sees("مكانك في مدرسة الندى صار لك")
    lived["Register, by a slip of one's school"] = huda.counts()
    await huda.starts(link)
    await huda.taps("الانضمام إلى الفريق")
    huda.sees("أهلًا بك في حلقة الرياضيات")
    lived["Join a team by its link"] = huda.counts()

    # Meetings
    await maryam.chooses("اجتماعاتي")
    await maryam.taps("اجتماع جديد")
    await maryam.says("الخميس ١٠ صباحا في معمل العلوم عن القراءة")
    await maryam.taps("إرسال الدعوات")
    huda.sees("تدعوك مريم إلى اجتماع")
    lived["Call a meeting, in one line"] = maryam.counts()
    await huda.taps("سأحضر")
    lived["Answer an invitation"] = huda.counts()
    await maryam.says("اجتماع الأحد الساعة ١٠ صباحا في المكتبة")
    await maryam.taps("اجتماع الأحد", "إرسال الدعوات")
    huda.sees("تدعوك مريم إلى اجتماع")
    lived["Call a meeting, in a line that nobody asked for"] = maryam.counts()
    await huda.taps("أعتذر")
    await huda.says("عندي زيارة صفية في الوقت نفسه")
    maryam.sees("زيارة صفية")
    lived["Apologise with a reason"] = huda.counts()
    await maryam.chooses("اجتماعاتي")
    await maryam.taps("اجتماع جديد")
    await maryam.says("تحليل نتائج الاختبار")
    await maryam.taps("الانتقال إلى: الموعد")
    await maryam.says("الاثنين القادم الساعة ٤ عصرا")
    await maryam.taps("ساعة")
    await maryam.says("غرفة المصادر")
    await maryam.taps("إرسال الدعوات")
    huda.sees("تحليل نتائج الاختبار")
    lived["Call a meeting, question by question"] = maryam.counts()

    async def moves(day: str, hour: str = "", reason: str = "") -> tuple[int, int]:
        await maryam.chooses("اجتماعاتي")
        await maryam.taps("تحليل نتائج", "تغيير الموعد")
        if hour:
            await maryam.taps(day, hour)
        else:
            await maryam.says(day)
        if reason:
            await maryam.says(reason)
        await maryam.taps("تغيير الموعد")
        huda.sees("تغيّر موعد الاجتماع", *filter(None, [reason]))
        return maryam.counts()

    lived["Move a meeting, by buttons"] = await moves("الثلاثاء", "10:00 صباحًا")
    lived["Move a meeting, to a typed time"] = await moves("الأربعاء الساعة ١١ صباحا")
    lived["Move a meeting, with the reason"] = await moves(
        "الخميس الساعة ١٢ ظهرا", reason="تعارض مع الاختبارات"
    )
    await maryam.chooses("اجتماعاتي")
    await maryam.taps("تحليل نتائج", "إلغاء الاجتماع")
    await maryam.taps("تخطّي السؤال", "نعم، إلغاء الاجتماع")
    huda.sees("أُلغي الاجتماع")
    lived["Cancel a meeting"] = maryam.counts()

    # Announcements, practices, search
    await amal.chooses("الإعلانات")
    await amal.taps("إعلان جديد", "جميع منسوبي إدارة تعليم الوادي")
    await amal.says("لقاء معلمات الرياضيات", "نلتقي يوم الخميس في قاعة المدرسة.")
    await amal.taps("تخطّي السؤال", "إرسال الآن")
    huda.sees("لقاء معلمات الرياضيات")
    lived["Announce to everybody of one's unit"] = amal.counts()
    await huda.taps("اطّلعت")
    lived["Confirm an announcement"] = huda.counts()
    await huda.phone.says("/menu")
    await huda.chooses("الممارسات")
    await huda.taps("مشاركة ممارسة", "فريقي «حلقة الرياضيات»")
    await huda.says("بطاقات المسائل", "تتعثر الطالبات في فهم نص المسألة")
    await huda.says("وزعت بطاقات مصورة لكل مسألة")
    await huda.taps("الانتقال إلى المراجعة", "نشر الممارسة")
    maryam.sees("ممارسة مع حلقة الرياضيات")
    lived["Share a practice"] = huda.counts()
    await maryam.chooses("🔎 بحث")
    await maryam.says("المسأله")
    maryam.sees("بطاقات المسائل")
    lived["Search"] = maryam.counts()
    await maryam.says("هدى")
    maryam.sees("هدى")
    lived["Search once more"] = maryam.counts()

    await noura.chooses("ملفي")
    await noura.taps("الأشخاص والأدوار", "إيمان", "نقل إلى مكان آخر")
    await noura.says("المرجان")
    noura.sees("إلى مدرسة المرجان")
    await noura.taps("طلب النقل")
    imane.sees("طُلب نقلك من مدرسة الندى إلى مدرسة المرجان")
    lived["Move somebody to another school"] = noura.counts()

    # What is one's own
    await zainab_settles(school, zainab)
    await zainab.chooses("الإعدادات")
    await zainab.taps("التقويم")
    zainab.sees("حُفظ التغيير.")
    lived["Change digits or calendar"] = zainab.counts()
    await zainab.chooses("الإعدادات")
    await zainab.taps("صيغة المخاطبة", "محايدة")
    zainab.sees("حُفظ التغيير.")
    lived["Change another setting, such as the language"] = zainab.counts()
    await zainab.chooses("الإعدادات")
    await zainab.taps("الهدوء والتذكير", "ساعات الهدوء", "10:00 ليلًا", "6:00 صباحًا")
    zainab.sees("حُفظ التغيير.")
    lived["Change the quiet hours"] = zainab.counts()
    await zainab.chooses("الإعدادات")
    await zainab.taps("مكان العمل")
    await zainab.says("مدرسة المرجان")
    zainab.sees("وصل طلب انتسابك إلى مدرسة المرجان")
    lived["Ask at another school"] = zainab.counts()

    assert lived == told()


async def zainab_settles(school: School, zainab: Counted) -> None:
    """Somebody who has nothing to do with the rest."""
    await school.registers(zainab.phone, "زينب")
    await zainab.phone.says("/menu")
