"""Files of a form that a former version saved, by the channel's reference, are asked about like any
other before anybody sees them."""

from bot.chat.conversation import load_contact, save_forms
from bot.chat.incoming import Address
from bot.features.practices.models import evidence
from bot.files.kinds import Consent, FileState
from bot.files.tables import files
from tests.features.test_practices import Story, begin_sharing, shown_file, story
from tests.files import samples
from tests.reading import readable

__all__ = ["story"]

PHOTO = samples.drawn("JPEG", (640, 480))


async def is_known_by_reference(story: Story) -> None:
    """What was sent to the form stands there as a former version saved it."""
    came = {row.id: row.reference for row in await story.town.rows(files)}
    async with story.town.app.database.transaction() as tx:
        contact = await load_contact(tx, Address("telegram", str(story.maryam.id)))
        assert contact is not None
        for piece in contact.forms[-1]["answers"]["evidence"]:
            if number := piece.pop("file", None):
                piece["ref"] = came[number]
        await save_forms(tx, contact)
        await tx.execute(files.delete())


async def test_pictures_of_a_form_of_before_are_asked_about_before_they_are_shared(
    story: Story,
) -> None:
    maryam = story.maryam
    await begin_sharing(maryam, "فريقي «فريق القراءة»")
    await maryam.taps("تخطّي السؤال")
    await maryam.sends("photo", PHOTO, caption="خريطة الكلمات")
    await is_known_by_reference(story)
    await maryam.says("قالت إحداهن: صرت أحب القراءة")
    maryam.sees("وصلني هذا قبل أن أسأل عمّن يظهر في الملفات")
    maryam.sees_no_button("هذا كل شيء")
    await maryam.taps("متابعة")
    maryam.sees("هل يمكن التعرف على واحدة من الطالبات في الصورة؟")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent) == (FileState.WANTED, Consent.WAITING)
    assert file.message == ""
    await maryam.taps("لا، لا يُعرف أحد")
    await maryam.taps("هذا كل شيء")
    await maryam.taps("نشر الممارسة")
    maryam.sees("نُشرت ممارستك «القراءة الجهرية المتدرجة»")
    assert [(row.ref, bool(row.file_id)) for row in await story.town.rows(evidence)] == [
        ("", True),
        ("", False),
    ]
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("صورة 1")
    story.huda.sees("خريطة الكلمات")
    assert shown_file(story.huda) == "photo"


async def test_what_is_not_taken_of_a_form_of_before_is_named_with_why(story: Story) -> None:
    """Of three pieces two go: a program at once, since its name says so, and a document that is
    none once it is fetched. Maryam reads which they were, and that her words are kept."""
    maryam = story.maryam
    await begin_sharing(maryam, "فريقي «فريق القراءة»")
    await maryam.taps("تخطّي السؤال")
    await maryam.says("قالت إحداهن: صرت أحب القراءة")
    await maryam.sends("document", b"%PDF-1.4 not really", name="ورقة العمل.pdf")
    (file,) = [message.media for message in maryam.messages() if message.media]
    assert file.size == 19
    kept = {"kind": "document", "text": "", "ref": file.file_id, "size": 19}
    async with story.town.app.database.transaction() as tx:
        contact = await load_contact(tx, Address("telegram", str(maryam.id)))
        assert contact is not None
        contact.forms[-1]["answers"]["evidence"][1:] = [
            {**kept, "name": "ورقة العمل.pdf", "mime": "application/pdf"},
            {**kept, "name": "لعبة.apk", "mime": "application/vnd.android.package-archive"},
        ]
        await save_forms(tx, contact)
        await tx.execute(files.delete())
    before = len(maryam.messages())
    await maryam.says("وكتبت أخرى قصة")
    await maryam.taps("متابعة")
    news = "\n".join(readable(each.shown_text) for each in maryam.messages()[before:])
    assert "لعبة.apk: لا أقبل ملفات من هذا النوع" in news
    assert "لم أحفظ ما وصلني (المستند ورقة العمل.pdf): الملف تالف أو غير مكتمل" in news
    await maryam.taps("العودة إلى النموذج")
    maryam.sees("وصلني شاهدان")
