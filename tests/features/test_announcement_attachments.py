"""What goes along with an announcement, where pupils may be in it."""

from datetime import timedelta

from bot.features.announcements.models import announcements
from bot.files.tables import files
from tests.features.test_announcements import NADA, Office, fills_in, office

__all__ = ["office"]


async def test_an_attachment_that_was_not_answered_for_is_asked_about_before_the_end(
    office: Office,
) -> None:
    amal = office.amal
    await fills_in(amal, NADA)
    await amal.taps("تخطّي السؤال")
    await amal.taps("تعديل الإعلان")
    await amal.corrects("المرفق")
    await amal.sends("photo")
    amal.sees("هل يمكن التعرف على")
    await amal.taps("رجوع")
    await amal.taps("حفظ")
    amal.sees("هل يمكن التعرف على")
    await amal.taps("لدينا موافقة مكتوبة")
    await amal.taps("حفظ")
    amal.sees("📎")
    await amal.taps("إرسال الآن")
    media = office.huda.last().media
    assert media is not None
    assert media.kind == "photo"


async def test_an_attachment_of_a_form_that_waited_too_long_is_asked_for_again(
    office: Office,
) -> None:
    await waits_too_long(office)
    await office.amal.sends("photo")
    await office.amal.taps("لدينا موافقة مكتوبة")
    await office.amal.taps("حفظ")
    office.amal.sees("📎")
    (row,) = await office.town.rows(announcements)
    assert row.file_id is not None


async def test_it_may_go_without_what_was_forgotten(office: Office) -> None:
    await waits_too_long(office)
    await office.amal.taps("تخطّي السؤال")
    await office.amal.taps("حفظ")
    office.amal.sees("حُفظت تعديلاتك")
    (row,) = await office.town.rows(announcements)
    assert (row.file, row.file_id) == (None, None)


async def waits_too_long(office: Office) -> None:
    amal = office.amal
    await fills_in(amal, NADA)
    await amal.taps("تخطّي السؤال")
    await amal.taps("تعديل الإعلان")
    await amal.corrects("المرفق")
    await amal.sends("photo")
    await amal.taps("لدينا موافقة مكتوبة")
    for _ in range(31):
        await office.town.moves(timedelta(days=1))
    assert await office.town.rows(files) == []
    await amal.taps("حفظ")
    amal.sees("لم يبق لدي كل ما أُرفق به")
