"""What bad input gets: a clear answer that says what to do next, no fault, no lost form, nothing
half written."""

from datetime import timedelta

import pytest

from bot.features.practices.models import practices
from bot.packs.roles import Role
from tests.features.people_school import School
from tests.town import Phone, Town

NASTY = (
    "<b>غليظ</b> *نجمة* _شرطة_ [رابط](tg://user?id=1) & <script>alert(1)</script> "
    "\u202eمقلوب\u202c \u2066معزول `رمز` </blockquote>"
)


@pytest.fixture
async def salma(town: Town, school: School) -> Phone:
    phone = town.person("سلمى")
    await school.registers(phone, "سلمى")
    return phone


async def begin_sharing(phone: Phone) -> None:
    """Up to the second question of a practice."""
    await phone.taps("الممارسات")
    await phone.taps("مشاركة ممارسة")
    if any("جميع منسوبي" in label for label in phone.buttons()):
        await phone.taps("جميع منسوبي")
    await phone.says("بطاقات المسائل")
    phone.sees("صعوبة")


async def test_an_unknown_command_points_to_help(salma: Phone) -> None:
    await salma.says("/teleport")
    salma.sees("لا أعرف هذا الأمر")
    await salma.says("/help")
    salma.sees("/meetings", "/privacy", "/cancel")


async def test_a_photo_where_words_are_asked(salma: Phone) -> None:
    await begin_sharing(salma)
    await salma.sends("photo")
    salma.sees("الملف لا يناسب هذا السؤال", "صعوبة")
    await salma.sends("sticker")
    salma.sees("لا أستطيع قراءة هذا النوع", "صعوبة")
    await salma.sends_location()
    salma.sees("لا أستطيع قراءة هذا النوع", "صعوبة")


async def test_a_photo_where_a_date_is_asked(town: Town, school: School, salma: Phone) -> None:
    await school.appoints(salma, Role.LEAD, school.nada)
    await salma.taps("فرقي")
    await salma.taps("تأسيس فريق")
    for words in ("فريق العلوم", "التجريب في المختبر", "هدف واحد", "نلتزم بالوقت"):
        await salma.says(words)
    await salma.taps("تدريب الأقران")
    await salma.taps("حضوريًا")
    await salma.taps("تأسيس الفريق")
    await salma.taps("اجتماع جديد")
    for words in ("لقاء أول", "نتعارف ونخطط", "التعارف"):
        await salma.says(words)
    salma.sees("متى الاجتماع")
    await salma.sends("photo")
    salma.sees("متى الاجتماع")
    await salma.says("أمس الساعة ٤ عصرًا")
    salma.sees("مضى")
    await salma.says("حين يتيسر إن شاء الله")
    assert salma.news(), "a text that is no date is answered"
    await salma.says("بعد غد الساعة ٤ عصرًا")
    salma.sees("24 نوفمبر 2026", "4:00 عصرًا")


async def test_five_thousand_characters(salma: Phone) -> None:
    await begin_sharing(salma)
    await salma.says("كلمة " * 800)
    salma.sees("حرفًا، والحد 1000 حرف", "باقية أعلاه")
    await salma.says("صعوبة الفهم القرائي عند الطالبات")
    salma.sees("ماذا فعلتِ؟")


async def test_an_empty_name(salma: Phone) -> None:
    await begin_sharing(salma)
    for empty in ("\u200b\u200f", "…", "١٢٣"):
        await salma.says(empty)
        salma.sees("النص قصير", "صعوبة")


async def test_an_edited_message_changes_nothing_and_says_so(salma: Phone) -> None:
    await salma.says("أين أجد الممارسات؟")
    await salma.edits("أين أجد", "أين أجد اليوم الممارسات؟")
    salma.sees("أقرأ كل رسالة مرة واحدة")


async def test_a_ten_days_old_button_shows_its_screen_as_it_is_now(
    town: Town, salma: Phone
) -> None:
    await salma.taps("الممارسات")
    old = salma.last()
    (data,) = [
        b["callback_data"] for b in old.buttons() if "أحدث" in b["text"] or "الأحدث" in b["text"]
    ]
    await salma.taps("ملفي الشخصي")
    await town.moves(timedelta(days=10))
    await salma.presses(old, data)
    assert salma.news(), "the press is answered"


async def test_a_press_by_somebody_else_is_refused(
    town: Town, school: School, salma: Phone
) -> None:
    noura = town.person("نورة")
    await school.registers(noura, "نورة")
    await salma.taps("ملفي الشخصي")
    stolen = salma.last().buttons()[0]["callback_data"]
    town.look()
    await town.simulator.press(noura.id, noura.last().message_id, stolen, forged=True)
    await town.settles()
    noura.sees("هذا الزر لشخص آخر")
    salma.sees_nothing()


async def test_a_forged_button_is_refused(town: Town, salma: Phone) -> None:
    for forged in ("x", "A" * 64, "practices.hide|1"):
        town.look()
        await town.simulator.press(salma.id, salma.last().message_id, forged, forged=True)
        await town.settles()
        salma.sees("هذا الزر لشخص آخر")


async def test_markup_and_direction_tricks_stay_words(town: Town, salma: Phone) -> None:
    await begin_sharing(salma)
    await salma.says(NASTY)
    await salma.says(NASTY)
    await salma.says(NASTY)
    await salma.taps("تخطّي السؤال")
    salma.sees("<b>غليظ</b>", "<script>")
    await salma.taps("نشر الممارسة")
    await salma.taps("عرض الممارسة")
    salma.sees("<script>alert(1)</script>")
    kinds = {entity["type"] for entity in salma.last().entities}
    assert kinds <= {"bold", "blockquote", "expandable_blockquote"}
    (row,) = await town.rows(practices)
    assert not set(row.difficulty) & set("\u202e\u202c\u2066")


async def test_a_file_that_is_too_large_is_refused_by_its_size(town: Town, salma: Phone) -> None:
    await begin_sharing(salma)
    for words in ("تعثر القراءة", "قرأنا معًا كل يوم", "تحسنت الطلاقة"):
        await salma.says(words)
    await salma.sends("document", b"%PDF-", name="كبير.pdf", size=21 * 1024 * 1024)
    salma.sees("أكبر من 20 ميغابايت")
    assert "getFile" not in {request.method for request in town.simulator.requests}


async def test_a_form_outlives_an_interruption(town: Town, salma: Phone) -> None:
    await begin_sharing(salma)
    await salma.says("تعثر القراءة الجهرية")
    await salma.says("/menu")
    salma.sees("لديك نموذج لم يكتمل")
    await salma.says("كلام في الهواء")
    await salma.taps("إكمال")
    salma.sees("ماذا فعلتِ؟")
    await salma.says("/cancel")
    salma.sees("لم يُحفظ شيء")
    assert await town.rows(practices) == []


async def test_an_update_that_nobody_can_read_is_set_aside_alone(town: Town, salma: Phone) -> None:
    town.expects_trouble = True
    town.look()
    await town.simulator.push_raw({"message": {"what": "is this"}})
    await town.simulator.send_text(salma.id, "/menu")
    await town.settles()
    assert salma.news()


async def test_our_own_fault_is_told_with_a_reference_and_loses_no_form(
    town: Town, salma: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.expects_trouble = True
    await begin_sharing(salma)

    async def break_down(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("bot.chat.forms.fields.TextField.read", break_down)
        await salma.says("تعثر القراءة")
        salma.sees("حدث خلل من جهتنا")
    await salma.says("تعثر القراءة الجهرية")
    salma.sees("ماذا فعلتِ؟")
