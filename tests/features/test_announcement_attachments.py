"""What goes along with an announcement, where pupils may be in it."""

from tests.features.test_announcements import NADA, Office, fills_in, office

__all__ = ["office"]


async def test_an_attachment_that_was_not_answered_for_is_asked_about_before_the_end(
    office: Office,
) -> None:
    amal = office.amal
    await fills_in(amal, NADA)
    await amal.taps("تخطٍّ")
    await amal.taps("تعديل")
    await amal.taps("المرفق")
    await amal.sends("photo")
    amal.sees("هل يمكن التعرف على")
    await amal.taps("رجوع")
    await amal.taps("المعاينة")
    amal.sees("هل يمكن التعرف على")
    await amal.taps("لدينا موافقة مكتوبة")
    await amal.taps("المعاينة")
    amal.sees("📎")
    await amal.taps("إرسال الآن")
    await amal.taps("نعم، إرسال الآن")
    media = office.huda.last().media
    assert media is not None
    assert media.kind == "photo"
