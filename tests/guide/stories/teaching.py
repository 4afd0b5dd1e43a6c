"""A teacher's own week: what is shared, looked for and answered, and when there is quiet."""

from datetime import timedelta

from tests.guide.stories.cast import LATIFA, NASSER, NOURA, PRACTICE, SARA
from tests.guide.telling import Guide
from tests.town import MORNING


async def shares_a_practice(guide: Guide) -> None:
    sara, noura = guide.phone(SARA), guide.phone(NOURA)
    await sara.taps("الممارسات")
    await sara.taps("مشاركة ممارسة")
    await sara.taps("فريقي")
    await sara.says(PRACTICE)
    await sara.says("تتعثر الطالبات في فهم نص المسألة اللفظية.")
    await sara.says("رسمت كل طالبة المسألة على بطاقة ملوّنة قبل أن تحلّها.")
    await sara.says("ارتفعت الإجابات الصحيحة من ٤٠ إلى ٧٠ في المئة.")
    await sara.sends("photo", caption="بطاقات الأسبوع الأول")
    await guide.shows("share-pupils", sara)
    await sara.taps("لا، لا يُعرف أحد")
    await sara.taps("هذا كل شيء")
    await guide.shows("share-review", sara)
    await sara.taps("نشر الممارسة")
    await noura.taps("قراءة")
    await guide.shows("practice", noura)
    await noura.taps("جرّبتها")


async def searches(guide: Guide) -> None:
    latifa = guide.phone(LATIFA)
    await latifa.says("بحث")
    await latifa.says("خلط الاشارات")
    await guide.shows("search", latifa, 2)


async def sets_quiet_hours(guide: Guide) -> None:
    nasser = guide.phone(NASSER)
    await nasser.taps("الإعدادات")
    await nasser.taps("الهدوء والتذكير")
    await guide.shows("quiet", nasser)


async def is_reminded(guide: Guide) -> None:
    """A day before the meeting, and told why."""
    noura = guide.phone(NOURA)
    await guide.town.moves(to=MORNING + timedelta(hours=2, minutes=15))
    await noura.taps("لماذا وصلني هذا؟")
    await guide.shows("reminder", noura, 2)
