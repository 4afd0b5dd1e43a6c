"""The main job, end to end: two teachers in two countries and both genders register, one joins a
team by request and one by link, a practice with a photo is shared and found, a meeting is
scheduled, answered, moved, reminded of and cancelled, and a supervisor is heard by exactly the
right people."""

from datetime import timedelta

import pytest

from bot.delivery.message import MessageState, outbox
from bot.features.announcements.models import receipts
from bot.packs.roles import Role
from tests.features.people_school import School, found_school
from tests.town import Phone, Town


async def found_team(lead: Phone) -> None:
    await lead.taps("فرقي")
    await lead.taps("تأسيس فريق")
    await lead.says("مجتمع الرياضيات")
    await lead.says("حل المسائل اللفظية")
    await lead.says("رفع مستوى حل المسائل\nتبادل الزيارات الصفية")
    await lead.taps("اعتماد هذه القواعد")
    await lead.taps("تدريب الأقران")
    await lead.taps("عن بُعد")
    lead.sees("مجتمع الرياضيات", "• تبادل الزيارات الصفية")
    await lead.taps("تأسيس الفريق")
    lead.sees("أنتِ قائدته")


async def invitation_link(town: Town, lead: Phone) -> str:
    """The start parameter of the team's link, as it stands in the lead's chat."""
    await lead.taps("إدارة الفريق")
    await lead.taps("رابط الدعوة")
    return lead.link()


async def join(town: Town, school: School, noura: Phone, salma: Phone, driss: Phone) -> None:
    """Salma asks and is accepted; Driss, in Morocco, comes by the link."""
    await salma.taps("فرقي")
    await salma.taps("استعراض الفرق")
    await salma.taps("مجتمع الرياضيات")
    await salma.taps("طلب الانضمام")
    await salma.taps("تخطّي السؤال")
    noura.sees("تطلب سلمى الانضمام إلى مجتمع الرياضيات")
    await noura.taps("قبول")
    salma.sees("قُبل طلبك، فأهلًا بك في مجتمع الرياضيات!")
    await noura.taps("فرقي")
    await noura.taps("مجتمع الرياضيات")
    code = await invitation_link(town, noura)
    await driss.says(f"/start {code}")
    driss.sees("مجتمع الرياضيات")
    await driss.taps("الانضمام إلى الفريق")
    driss.sees("أهلًا بك في مجتمع الرياضيات!")
    noura.sees("انضم إدريس إلى مجتمع الرياضيات بالرابط")


async def share_and_find(salma: Phone, driss: Phone) -> None:
    await salma.taps("الممارسات")
    await salma.taps("مشاركة ممارسة")
    await salma.taps("فريقي «مجتمع الرياضيات»")
    await salma.says("بطاقات المسائل")
    await salma.says("تتعثر الطالبات في فهم نص المسألة اللفظية")
    await salma.says("وزّعت بطاقات مصوّرة لكل مسألة، ثم رسمت كل طالبة ما فهمته")
    await salma.says("ارتفعت الإجابات الصحيحة من 40 إلى 70 في المئة")
    await salma.shows("photo", caption="صورة البطاقات")
    salma.sees("وصلني شاهد واحد")
    await salma.taps("هذا كل شيء")
    salma.sees("بطاقات المسائل", "شاهد واحد")
    await salma.taps("نشر الممارسة")
    salma.sees("نُشرت ممارستك «بطاقات المسائل»")
    driss.sees("شاركت سلمى ممارسة مع مجتمع الرياضيات")

    await driss.says("/search المسأله اللفظيه")
    driss.sees("بطاقات المسائل")
    await driss.taps("بطاقات المسائل")
    driss.sees("ارتفعت الإجابات الصحيحة")
    await driss.taps("صورة 1")
    assert driss.last().media is not None
    await driss.taps("العودة إلى الممارسة")
    await driss.taps("جرّبتها")
    salma.sees("جرّب إدريس ممارستك «بطاقات المسائل»")


async def meet(town: Town, noura: Phone, salma: Phone, driss: Phone) -> None:
    await noura.taps("فرقي")
    await noura.taps("مجتمع الرياضيات")
    await noura.taps("اجتماع جديد")
    await noura.says("قراءة في نتائج الاختبار")
    await noura.says("نتفق على خطوة علاجية واحدة")
    await noura.says("عرض النتائج\nالاتفاق على خطوة")
    await noura.says("الثلاثاء القادم الساعة ٥ عصراً")
    noura.sees("الثلاثاء 24 نوفمبر 2026", "14 جمادى الآخرة 1448هـ", "5:00 عصرًا")
    await noura.taps("ساعة")
    await noura.says("https://meet.example.org/halqa")
    await noura.taps("إرسال الدعوات")
    noura.sees("تحدّد موعد الاجتماع")
    salma.sees("تدعوك نورة إلى اجتماع", "5:00 عصرًا", "هل تحضرين؟")
    driss.sees("تدعوك نورة إلى اجتماع", "24 نونبر 2026", "2:00 بعد الزوال", "هل تحضر؟")

    await salma.taps("سأحضر")
    salma.sees("سُجّلت إجابتك: سأحضر")
    await driss.taps("أعتذر")
    await driss.taps("إضافة سبب")
    await driss.says("عندي دورة تكوينية في الوقت نفسه")
    noura.sees("اعتذر إدريس عن حضور «قراءة في نتائج الاختبار»", "دورة تكوينية")

    # It moves by a day: the reminders move along, and the answers are asked anew.
    await noura.taps("اجتماعاتي")
    await noura.taps("قراءة في نتائج")
    await noura.taps("تغيير الموعد")
    await noura.says("الأربعاء القادم الساعة ٥ عصراً")
    await noura.says("يوم الثلاثاء يوم اختبارات")
    await noura.taps("تغيير الموعد")
    salma.sees("تغيّر موعد الاجتماع", "25 نوفمبر 2026", "يوم اختبارات")
    await salma.taps("سأحضر")
    await driss.taps("أعتذر")

    # Each reminder comes at its time, to those concerned only.
    due = await town.moves_to_next()
    assert due.isoformat() == "2026-11-24T14:00:00+00:00"
    await salma.reads_on()
    salma.sees("قراءة في نتائج الاختبار", "غدًا")
    driss.sees_nothing()
    due = await town.moves_to_next()
    assert due.isoformat() == "2026-11-25T13:00:00+00:00"
    await salma.reads_on()
    salma.sees("بعد ساعة")
    driss.sees_nothing()

    # Called off ten minutes too early for the last reminder, which is called off as well.
    await noura.taps("اجتماعاتي")
    await noura.taps("قراءة في نتائج")
    await noura.taps("إلغاء الاجتماع")
    await noura.taps("تخطّي السؤال")
    await noura.taps("نعم، إلغاء الاجتماع")
    salma.sees("أُلغي الاجتماع: قراءة في نتائج الاختبار")
    await driss.reads_on()
    driss.sees("أُلغي الاجتماع: قراءة في نتائج الاختبار")
    assert await town.app.next_event() is None
    await town.moves(timedelta(hours=2))
    salma.sees_nothing()


async def announce(town: Town, amal: Phone, salma: Phone, driss: Phone, fahd: Phone) -> None:
    await amal.taps("الإعلانات")
    await amal.taps("إعلان جديد")
    await amal.taps("مدرسة الندى")
    await amal.taps("الجميع")
    await amal.taps("الرياضيات")
    await amal.taps("كل المراحل")
    await amal.says("لقاء معلمات الرياضيات")
    await amal.says("يسرّنا حضوركن لقاء الرياضيات يوم الخميس في قاعة المدرسة.")
    await amal.taps("تخطّي السؤال")
    amal.sees("لقاء معلمات الرياضيات", "سيصل إلى شخصين", "يسرّنا حضوركن")
    salma.sees_nothing()
    await amal.taps("إرسال الآن")
    await salma.reads_on()
    salma.sees("لقاء معلمات الرياضيات", "من أمل، مشرفة تربوية – إدارة تعليم الوادي")
    driss.sees_nothing()
    fahd.sees_nothing()
    await salma.taps("اطّلعت")
    salma.sees("سُجّل اطّلاعك")
    await town.moves(timedelta(seconds=10))
    amal.sees("أُرسل الإعلان إلى شخصين", town.arrived(2), "اطّلع: 1")
    await amal.taps("التقرير")
    await amal.taps("من لم يطّلع" if "من لم يطّلع" in str(amal.buttons()) else "مَن لم يطّلع")
    amal.sees("نورة")
    assert len(await town.rows(receipts)) == 2


@pytest.mark.every_channel(narrow_on=("sqlite", "postgresql"))
async def test_the_main_job_from_the_first_word_to_the_last(town: Town) -> None:
    school = await found_school(town)
    noura, salma, driss = town.person("نورة"), town.person("سلمى"), town.person("إدريس")
    fahd, amal = town.person("فهد"), town.person("أمل")
    await school.registers(noura, "نورة")
    await school.registers(salma, "سلمى")
    await school.registers(driss, "إدريس", "الأطلس", "m")
    await school.registers(fahd, "فهد", "الفلاح", "m")
    await school.registers(amal, "أمل", "الوادي", "f")
    await school.appoints(noura, Role.LEAD, school.nada)
    await school.appoints(amal, Role.SUPERVISOR, school.department)

    await found_team(noura)
    await join(town, school, noura, salma, driss)
    await share_and_find(salma, driss)
    await meet(town, noura, salma, driss)
    await announce(town, amal, salma, driss, fahd)

    unfinished = [
        row.state
        for row in await town.rows(outbox)
        if row.state not in (MessageState.SENT, MessageState.DELIVERED, MessageState.CANCELLED)
    ]
    assert unfinished == []
