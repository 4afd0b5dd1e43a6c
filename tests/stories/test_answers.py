"""Answers as teachers write them: figures, times, lists, long names and long captions."""

from bot.features.meetings.models import meetings
from tests.features.test_practices import Story, story
from tests.town import Phone

__all__ = ["story"]
LONG_NAME = "هدى بنت عبد الرحمن بن عبد العزيز بن محمد بن إبراهيم آل سليمان القحطانية"


async def tell_a_practice(phone: Phone) -> None:
    """Up to the result."""
    await phone.says("/share")
    await phone.taps("فريقي")
    await phone.says("القراءة الجهرية المتدرجة")
    await phone.says("تتعثر الطالبات في الفهم")
    await phone.says("قسمنا الفصل إلى مجموعات صغيرة")
    phone.sees("رقم قبل")


async def test_a_result_may_be_figures_only(story: Story) -> None:
    huda = story.huda
    await tell_a_practice(huda)
    await huda.says("!!")
    huda.sees("النص قصير")
    await huda.says("40% ← 65%")
    huda.sees("شواهد")
    await huda.says("٦٥٪")
    huda.sees("وصل")
    await huda.taps("هذا كل شيء")
    huda.sees("النتيجة: 40% ← 65%")


async def test_an_agenda_keeps_its_times_and_a_place_may_be_a_room(story: Story) -> None:
    lead = story.noura
    await lead.says("/meetings")
    await lead.taps("اجتماع جديد")
    await lead.says("تحليل النتائج")
    await lead.taps("تخط")
    await lead.says("10:30 افتتاح\n11:15 نقاش\n15-20 دقيقة للأسئلة")
    await lead.says("الخميس الساعة ٤ عصرا")
    await lead.taps("ساعة")
    await lead.says("؟؟")
    lead.sees("اكتبي مكان الاجتماع، أو ألصقي")
    await lead.says("٢٠٤")
    lead.sees("10:30 افتتاح", "11:15 نقاش", "15-20 دقيقة للأسئلة", "204")
    await lead.taps("إرسال الدعوات")
    (row,) = await story.town.rows(meetings)
    assert row.agenda == ["10:30 افتتاح", "11:15 نقاش", "15-20 دقيقة للأسئلة"]


async def test_a_name_that_is_too_long_is_not_cut(story: Story) -> None:
    huda = story.huda
    await huda.says("/profile")
    await huda.taps("الإعدادات")
    await huda.taps("الاسم")
    await huda.says(LONG_NAME)
    huda.sees(f"نصك {len(LONG_NAME)} ", "ما اسمك")
    await huda.says("هدى آل سليمان")
    huda.sees("هدى آل سليمان")


async def test_a_caption_that_is_too_long_is_not_cut(story: Story) -> None:
    huda = story.huda
    await tell_a_practice(huda)
    await huda.taps("تخط")
    await huda.sends("photo", caption="كلمة " * 180 + "النهاية")
    huda.sees("نصك 907 أحرف، والحد مع الملف", "شواهد")
    await huda.shows("photo", caption="كلمة " * 150 + "النهاية")
    huda.sees("شاهد واحد")
