"""What whoever answers for a school or for a department does."""

from datetime import timedelta

from tests.guide.stories.cast import AMAL, GIRLS_SCHOOL, MONA, NOURA
from tests.guide.telling import Guide


async def invites(guide: Guide) -> None:
    mona = guide.phone(MONA)
    await mona.taps("ملفي الشخصي")
    await mona.taps("الأشخاص والأدوار")
    await mona.taps("دعوة الزملاء")
    await mona.taps("معلمة")
    await mona.taps("7 أيام")


async def enters_days_off(guide: Guide) -> None:
    mona = guide.phone(MONA)
    await mona.taps("ملفي الشخصي")
    await mona.taps("الأشخاص والأدوار")
    await mona.taps("الإجازات والاختبارات")
    await mona.taps("إضافة أيام")
    await mona.taps("اختبارات")
    await mona.says("اختبارات منتصف الفصل")
    await mona.says("٦ ديسمبر")
    await mona.says("١٠ ديسمبر")
    await guide.shows("days-off", mona)


async def suspends(guide: Guide) -> None:
    mona = guide.phone(MONA)
    await mona.taps("ملفي الشخصي")
    await mona.taps("الأشخاص والأدوار")
    await mona.taps("ريم البستاني")


async def announces(guide: Guide) -> None:
    amal, noura = guide.phone(AMAL), guide.phone(NOURA)
    await amal.taps("الإعلانات")
    await amal.taps("إعلان جديد")
    await guide.shows("announce-whom", amal)
    await amal.taps(GIRLS_SCHOOL)
    await amal.taps("الجميع")
    await amal.taps("كل المواد")
    await amal.taps("كل المراحل")
    await amal.says("لقاء معلمات المتوسطة")
    await amal.says("الزميلات الكريمات، يسرّنا حضوركنّ صباح الخميس في غرفة المصادر.")
    await amal.taps("تخطّي السؤال")
    await guide.shows("announce-preview", amal)
    await amal.taps("إرسال الآن")
    await noura.taps("اطّلعت")
    await guide.shows("announced", noura)
    await guide.town.moves(timedelta(minutes=1))
    await amal.taps("التقرير")
    await guide.shows("report", amal)


async def founds_a_network(guide: Guide) -> None:
    """A team of several schools lies with the department."""
    amal = guide.phone(AMAL)
    await amal.taps("فرقي")
    await amal.taps("تأسيس فريق")
    await amal.says("شبكة معلمات الرياضيات")
    await amal.says("من المحسوس إلى المجرد")
    await amal.says("زيارة بين مدرستين كل شهر")
    await amal.taps("اعتماد هذه القواعد")
    await amal.taps("شبكة مهنية")
    await amal.taps("عن بُعد")
