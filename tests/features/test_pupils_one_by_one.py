"""Several pictures, films and recordings at once: asked about together, or one by one; and answers
that come late."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.files.kinds import Consent, FileState
from bot.files.tables import files
from tests.features.test_practices import Story, story
from tests.features.test_pupils_in_pictures import PHOTO, at_evidence, with_faces
from tests.files import samples

__all__ = ["story", "with_faces"]


@pytest.mark.every_channel
async def test_pictures_that_come_together_are_asked_about_once(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    for _ in range(3):
        await maryam.sends("photo", PHOTO)
    maryam.sees("في أي من 3 صور؟")
    assert "وصل، شكرًا" not in maryam.last().shown_text, "nothing is taken before the answer"
    await maryam.taps("لا، لا يُعرف أحد")
    rows = await story.town.rows(files)
    assert [(row.state, row.consent) for row in rows] == [(FileState.KEPT, Consent.NOBODY)] * 3


@pytest.mark.every_channel
async def test_each_may_have_an_answer_of_its_own(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    for _ in range(2):
        await maryam.sends("photo", PHOTO)
    maryam.sees("في الصورتين؟")
    await maryam.taps("كل صورة على حدة")
    maryam.sees("الصورة 1 من 2: هل يمكن التعرف على واحدة من الطالبات فيها؟")
    await maryam.taps("لدينا موافقة مكتوبة")
    maryam.sees("الصورة 2 من 2: هل يمكن التعرف على واحدة من الطالبات فيها؟")
    maryam.sees_no_button("الباقي معًا")
    await maryam.taps("حذف الملف")
    maryam.sees("حذفت الملف، ولم يطّلع عليه أحد", "وصلني شاهد")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent) == (FileState.KEPT, Consent.GUARDIANS)


@pytest.mark.every_channel
async def test_one_by_one_goes_on_and_says_which(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.sends("photo", PHOTO)
    await maryam.sends("video", samples.boxed(b"isom", b"vide", b"soun"), caption="قراءة جهرية")
    await maryam.sends("document", samples.boxed(b"isom", b"vide"), name="lesson.mp4")
    maryam.sees("في أي من 3 ملفات، بالوجه أو بالصوت؟")
    await maryam.taps("كل ملف على حدة")
    maryam.sees("الملف 1 من 3: هل يمكن التعرف على واحدة من الطالبات فيه، بالوجه أو بالصوت؟")
    await maryam.taps("حذف الملف")
    maryam.sees("حذفت الملف", "الملف 1 من 2", "«قراءة جهرية»")
    maryam.sees_no_button("إبقاء جزء منها")
    await maryam.taps("لدينا موافقة مكتوبة")
    maryam.sees("الملف 2 من 2", "«lesson.mp4»")
    await maryam.taps("لا، لا يُعرف أحد")
    maryam.sees("وصلني شاهدان")
    rows = await story.town.rows(files)
    assert [row.consent for row in rows] == [Consent.GUARDIANS, Consent.NOBODY]


@pytest.mark.every_channel
async def test_all_that_wait_are_taken_away_by_what_says_so(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    for _ in range(5):
        await maryam.sends("photo", PHOTO)
    maryam.sees_no_button("حذف الملف")
    await maryam.taps("حذفها كلها")
    maryam.sees("حذفتها كلها، ولم يطّلع عليها أحد", "هل لديك شواهد")
    assert await story.town.rows(files) == []


@pytest.mark.every_channel
async def test_what_was_shown_before_is_no_word_about_what_is_there_now(
    story: Story, with_faces: list[bool]
) -> None:
    """«مناسبة للنشر» below a picture of which another part was chosen since then."""
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.sends("photo", PHOTO)
    await maryam.taps("إخفاء الوجوه")
    await maryam.taps("عرض الصورة")
    async with story.town.app.database.transaction() as tx:
        wanted = {"state": FileState.WANTED, "due_at": tx.now + timedelta(hours=1)}
        await tx.execute(update(files).values(**wanted))
    await maryam.taps("مناسبة للنشر")
    maryam.sees("تغيّرت الصورة منذ ذلك الحين", "أجهّز الصورة الآن")
    (file,) = await story.town.rows(files)
    assert file.consent is Consent.HIDING
    async with story.town.app.database.transaction() as tx:
        await tx.execute(update(files).values(state=FileState.CONCEALED))
    await maryam.taps("عرض الصورة")
    async with story.town.app.database.transaction() as tx:
        await tx.execute(update(files).values(consent=Consent.HIDDEN, state=FileState.KEPT))
    await maryam.taps("مناسبة للنشر")
    maryam.sees("سبق الرد على هذا", "وصلني شاهد")
