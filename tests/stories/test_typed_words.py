"""Words that are typed where a button, a menu or nothing at all was expected: each is taken for
what it is, or one tap away from it."""

from bot.features.meetings.models import Rsvp, meeting_answers
from bot.features.practices.models import practices
from tests.features.test_meetings_chat import MeetingSchool, school
from tests.features.test_practices import Story, story
from tests.town import Phone

__all__ = ["school", "story"]


async def begin(phone: Phone) -> None:
    """Up to the second text of a practice."""
    await phone.says("/share")
    await phone.taps("فريقي")
    await phone.says("القراءة الجهرية المتدرجة")
    phone.sees("ما الصعوبة")


async def answer_of(school: MeetingSchool) -> Rsvp:
    person = school.people[school.huda.id].id
    (row,) = await school.town.rows(meeting_answers, person_id=person)
    return Rsvp(row.answer)


async def to_the_review(phone: Phone) -> None:
    await begin(phone)
    await phone.says("تتعثر الطالبات في الكلمات الطويلة")
    await phone.says("نقرأ الفقرة معًا ثم نناقش كلماتها الجديدة")
    while phone.offers("تخطّي السؤال"):
        await phone.taps("تخطّي السؤال")
    phone.sees_button("نشر الممارسة")


async def test_the_last_button_of_a_form_that_waits_sends_it(story: Story) -> None:
    huda = story.huda
    await to_the_review(huda)
    review = huda.last()
    await huda.says("/menu")
    (send,) = (b["callback_data"] for b in review.buttons() if "نشر" in b["text"])
    await huda.presses(review, send)
    assert [row.title for row in await story.town.rows(practices)] == ["القراءة الجهرية المتدرجة"]


async def test_a_typed_cancel_is_no_reason(school: MeetingSchool) -> None:
    await school.meets()
    await school.huda.taps("أعتذر")
    for word in ("إلغاء", "الغاء", "Annuler", "cancel"):
        await school.huda.says("/meetings")
        await school.huda.taps("تحليل نتائج الاختبار")
        await school.huda.taps("إضافة سبب")
        await school.huda.says(word)
        school.huda.sees("أُلغي")
        school.noura.sees_nothing()


async def test_the_words_of_the_buttons_press_them(story: Story) -> None:
    huda = story.huda
    await begin(huda)
    await huda.says("رجوع")
    huda.sees("ماذا تسمّين")
    await huda.says("إبقاء إجابتي")
    huda.sees("ما الصعوبة")
    for word in ("تخطّي السؤال", "نعم"):
        await huda.says(word)
        huda.sees("ليست إجابة", "ما الصعوبة")


async def test_a_title_that_begins_with_a_word_of_the_menu_is_a_title(story: Story) -> None:
    await story.huda.says("/share")
    await story.huda.taps("فريقي")
    await story.huda.says("بحث ٣")
    story.huda.sees("ما الصعوبة")


async def test_a_command_may_be_followed_by_any_gap(story: Story) -> None:
    for gap in ("\n", "\u00a0", " \u200f", "\u202b "):
        await story.huda.says(f"/search{gap}القراءة")
        story.huda.sees("فريق القراءة")


async def test_a_reason_written_after_the_apology_is_its_reason(school: MeetingSchool) -> None:
    await school.meets()
    await school.huda.taps("أعتذر")
    await school.huda.says("عندي موعد طبي")
    school.huda.sees("يصل سبب اعتذارك")
    school.noura.sees("اعتذرت هدى عن حضور", "عندي موعد طبي")


async def test_courtesy_is_no_reason_and_takes_none_back(school: MeetingSchool) -> None:
    await school.meets()
    await school.huda.taps("أعتذر")
    await school.huda.says("السلاااام عليكم ورحمة الله يا أستاذة نورة")
    school.huda.sees("وعليكم السلام")
    school.noura.sees_nothing()
    await school.huda.says("عندي موعد طبي")
    school.noura.sees("عندي موعد طبي")
    await school.huda.says("شكراااا")
    school.huda.sees("على الرحب والسعة")
    school.noura.sees_nothing()
    person = school.people[school.huda.id].id
    (row,) = await school.town.rows(meeting_answers, person_id=person)
    assert row.reason == "عندي موعد طبي"


async def test_an_answer_about_a_picture_is_no_evidence(story: Story) -> None:
    huda = story.huda
    await begin(huda)
    await huda.says("تتعثر الطالبات في الكلمات الطويلة")
    await huda.says("نقرأ الفقرة معًا")
    await huda.taps("تخطّي السؤال")
    await huda.sends("photo")
    for word in ("ايوه مافيها احد", "لا مافي", "ما فيها أحد"):
        await huda.says(word)
        huda.sees("أحد الأزرار", "هل يمكن التعرف")
    await huda.taps("لا، لا يُعرف أحد")
    huda.sees("وصلني شاهد واحد")


async def test_a_newcomer_writes_what_the_buttons_say(story: Story) -> None:
    guest = story.town.person("منيرة")
    await guest.says("هلا")
    await guest.says("بدء التسجيل.")
    guest.sees("بأي صيغة أخاطبك")
    await guest.says("مؤنث")
    guest.sees("ما اسمك")


async def test_thanks_for_a_message_are_no_answer_to_the_form_that_is_open(
    school: MeetingSchool,
) -> None:
    await school.meets()
    await school.noura.says("/meetings")
    await school.noura.taps("اجتماع جديد")
    await school.noura.replies("تحليل نتائج الاختبار", "شكرا يا زميلات")
    school.noura.sees("على الرحب والسعة", "ما موضوع الاجتماع")
    await school.noura.says("صباح الخير يا لغتي")
    assert "ما موضوع الاجتماع" not in school.noura.last().shown_text


async def test_an_answer_after_a_look_at_the_menu_is_one_tap_away(story: Story) -> None:
    huda = story.huda
    await begin(huda)
    await huda.says("/menu")
    await huda.says("تتعثر الطالبات في الكلمات الطويلة")
    await huda.taps("إجابة في: مشاركة ممارسة")
    huda.sees("ماذا فعلت")
    await huda.taps("رجوع")
    huda.sees("تتعثر الطالبات في الكلمات الطويلة")


async def test_courtesy_is_answered(story: Story) -> None:
    huda = story.huda
    await huda.says("السلام عليكم ورحمة الله")
    huda.sees("وعليكم السلام")
    await huda.says("شكرًا جزيلًا")
    huda.sees("على الرحب والسعة")
    await begin(huda)
    await huda.says("السلام عليكم")
    huda.sees("وعليكم السلام", "ما الصعوبة")


async def test_other_words_are_searched_for_and_a_second_search_is_typed(story: Story) -> None:
    await story.huda.says("القراءة")
    await story.huda.says("الرياضيات")
    await story.huda.taps("البحث عن: الرياضيات")
    await story.huda.says("القراءة")
    story.huda.sees("فريق القراءة")


async def test_a_reply_to_an_invitation_presses_its_buttons_or_offers_them(
    school: MeetingSchool,
) -> None:
    await school.meets()
    await school.huda.says("/menu")
    await school.huda.replies("تحليل", "سأحضر")
    assert await answer_of(school) is Rsvp.YES
    await school.huda.replies("تحليل", "عندي موعد طبي")
    await school.huda.taps("أعتذر")
    assert await answer_of(school) is Rsvp.NO


async def test_a_reply_to_a_question_and_an_edit_of_an_answer_change_it(story: Story) -> None:
    huda = story.huda
    await begin(huda)
    await huda.replies("ماذا تسمّين", "القراءة الحرة")
    huda.sees("تغيّرت الإجابة", "ما الصعوبة")
    await huda.edits("القراءة الحرة", "القراءة الصامتة")
    huda.sees("تغيّرت الإجابة", "ما الصعوبة")
    await huda.taps("رجوع")
    huda.sees("القراءة الصامتة")
