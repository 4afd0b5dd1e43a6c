"""Messages that their writer changes afterwards: an answer changes with its message, and of what
was sent already a correction is one tap away."""

from datetime import timedelta

from bot.features.meetings.models import meetings
from bot.features.practices.models import practices
from tests.features.test_announcements import NADA, Office, fills_in, office
from tests.features.test_meetings_chat import MeetingSchool, school
from tests.features.test_practices import Story, story
from tests.town import Phone

__all__ = ["office", "school", "story"]
TITLE, DIFFICULTY = "القراءة الجهرية المتدرجة", "تتعثر الطالبات في الكلمات الطويلة"


async def shares(phone: Phone) -> None:
    await phone.says("/share")
    await phone.taps("فريقي")
    await phone.says(TITLE)
    await phone.says(DIFFICULTY)
    await phone.says("نقرأ الفقرة معًا ثم نناقش كلماتها الجديدة")
    while phone.offers("تخطّي السؤال"):
        await phone.taps("تخطّي السؤال")
    await phone.taps("نشر الممارسة")
    phone.sees("نُشرت")


async def title_of(story: Story) -> str:
    (row,) = await story.town.rows(practices)
    return str(row.title)


async def test_a_shared_practice_is_corrected_by_one_tap(story: Story) -> None:
    huda = story.huda
    await shares(huda)
    await huda.edits(TITLE, "القراءة الصامتة")
    huda.sees("ما أُرسل من قبل", "القراءة الصامتة")
    assert await title_of(story) == TITLE
    await huda.taps("حفظ")
    assert await title_of(story) == "القراءة الصامتة"
    # Once more, and after the words were put back as they had been.
    await huda.edits("القراءة الصامتة", TITLE)
    await huda.taps("حفظ")
    assert await title_of(story) == TITLE


async def test_a_message_that_reads_as_before_is_not_edited(story: Story) -> None:
    huda = story.huda
    await huda.says("/share")
    await huda.taps("فريقي")
    await huda.says(TITLE)
    await huda.edits(TITLE, TITLE)
    huda.sees_nothing()
    await huda.taps("إلغاء")
    await shares(huda)
    await huda.edits(TITLE, TITLE)
    huda.sees_nothing()


async def test_an_answer_that_was_not_taken_may_be_edited(story: Story) -> None:
    huda = story.huda
    await huda.says("/share")
    await huda.taps("فريقي")
    await huda.says("ق")
    await huda.edits("ق", TITLE)
    huda.sees("ما الصعوبة")
    await huda.taps("رجوع")
    huda.sees(TITLE)


async def test_a_form_that_is_open_stays_where_it_is(story: Story) -> None:
    huda = story.huda
    await shares(huda)
    await huda.says("/share")
    await huda.taps("فريقي")
    huda.sees("ماذا تسمّين")
    await huda.edits(DIFFICULTY, "تتعثر الطالبات في المقاطع")
    huda.sees("ما أُرسل من قبل", "ماذا تسمّين")
    await huda.says("القراءة الحرة")
    huda.sees("ما الصعوبة")
    await huda.says("/menu")
    await huda.edits("تتعثر الطالبات في المقاطع", "تتعثر الطالبات في المقاطع الطويلة")
    await huda.taps("حفظ")
    (row,) = await story.town.rows(practices)
    assert (row.title, row.difficulty) == (TITLE, "تتعثر الطالبات في المقاطع الطويلة")


async def test_the_correction_waits_one_tap_away_from_another_form(story: Story) -> None:
    huda = story.huda
    await shares(huda)
    await huda.says("/share")
    await huda.taps("فريقي")
    await huda.edits(TITLE, "القراءة الصامتة")
    await huda.taps("تصحيح ما أُرسل")
    huda.sees("القراءة الصامتة")
    await huda.taps("حفظ")
    assert await title_of(story) == "القراءة الصامتة"
    await huda.taps("إكمال")
    huda.sees("ماذا تسمّين")


async def test_an_earlier_message_is_no_answer_to_the_question_at_hand(story: Story) -> None:
    huda = story.huda
    await huda.says("مرحبا بكم جميعًا")
    await huda.says("/share")
    await huda.taps("فريقي")
    await huda.edits("مرحبا", "مرحبا بكم")
    huda.sees("رسالة سابقة", "ماذا تسمّين")
    assert not any("رسالة جديدة" in text for text in huda.news())


async def test_what_is_too_long_ago_is_told(story: Story) -> None:
    huda = story.huda
    await shares(huda)
    await story.town.moves(timedelta(hours=49))
    await huda.edits(TITLE, "القراءة الصامتة")
    huda.sees("أرسلي الصيغة الجديدة")


async def test_the_time_and_the_place_of_a_meeting_are_corrected(school: MeetingSchool) -> None:
    noura = school.noura
    await school.meets()
    await noura.edits("الخميس الساعة ٤ عصرا", "الخميس الساعة ٥ عصرا")
    noura.sees("ما أُرسل من قبل")
    await noura.taps("تغيير الموعد")
    (row,) = await school.town.rows(meetings)
    assert (row.starts_at.hour, row.moved_count) == (14, 1)
    await noura.edits("غرفة المصادر", "معمل العلوم https://meet.example.org/abc")
    noura.sees("ما أُرسل من قبل", "معمل العلوم")
    await noura.taps("تغيير المكان")
    (row,) = await school.town.rows(meetings)
    assert row.place == "معمل العلوم"


async def test_what_cannot_be_corrected_of_a_meeting_is_told(school: MeetingSchool) -> None:
    await school.meets()
    await school.noura.edits("تحليل نتائج الاختبار", "تحليل الاختبار")
    school.noura.sees("يبقى كما هو", "تحليل نتائج الاختبار")


async def test_a_draft_is_corrected_and_what_was_sent_says_that_it_stays(office: Office) -> None:
    amal = office.amal
    await fills_in(amal, NADA)
    await amal.taps("تخطّي السؤال")
    await amal.edits("تعميم مهم", "تعميم مهم جدًا")
    amal.sees("ما أُرسل من قبل", "تعميم مهم جدًا")
    await amal.taps("حفظ")
    amal.sees("تعميم مهم جدًا")
    await amal.taps("إرسال الآن")
    await amal.taps("إرسال")
    await amal.edits("تعميم مهم جدًا", "تعميم عاجل")
    assert amal.news()
    assert not any("حفظ" in label for label in amal.buttons())
