"""A picture that others will see asks about the pupils in it; nothing is fetched before that."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select, update

from bot.chat.forms import pictures as picture_field
from bot.chat.forms.fields import EvidencePiece
from bot.features.people.notices.files import BLANK
from bot.files import preparing
from bot.files.faces import COVER
from bot.files.kinds import Consent, FileState
from bot.files.pictures import CleanedPicture, clean_picture
from bot.files.store import BlobStore
from bot.files.tables import files
from bot.storage.audit import audit_trail
from tests.features.test_practices import Story, begin_sharing, shown_file, story
from tests.files import samples
from tests.files.test_faces import HEADS, classroom, installed
from tests.town import Phone, Town

__all__ = ["story"]

ASKED = "هل يمكن التعرف على واحدة من الطالبات في الصورة؟"
PHOTO = samples.drawn("JPEG", (640, 480))


@pytest.fixture
def with_faces(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """An installation with the extra, of which what is found is written down here."""
    hidden: list[bool] = []

    async def clean(source: Path, target: Path, **options: object) -> CleanedPicture:
        hidden.append(bool(options.pop("hiding")))
        result = await clean_picture(source, target, **options)  # type: ignore[arg-type]
        return replace(result, faces=int(hidden[-1]))

    monkeypatch.setattr(picture_field, "can_hide_faces", lambda: True)
    monkeypatch.setattr(preparing, "clean_picture", clean)
    return hidden


@pytest.fixture
def without_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_field, "can_hide_faces", lambda: False)


async def at_evidence(phone: Phone) -> None:
    await begin_sharing(phone, "فريقي «فريق القراءة»")
    await phone.taps("تخطّي السؤال")


async def shares(phone: Phone) -> None:
    await phone.taps("هذا كل شيء")
    await phone.taps("نشر الممارسة")


def kept(town: Town, blob: str) -> bytes:
    return BlobStore(town.settings.resolved_files_dir()).place(blob).read_bytes()


async def test_one_tap_is_the_usual_case(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.sends("photo", PHOTO)
    maryam.sees(ASKED, "لا أحفظ شيئًا قبل إجابتك")
    maryam.sees_no_button("هذا كل شيء")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent, file.blob) == (FileState.WANTED, Consent.WAITING, None)
    await maryam.taps("لا، لا يُعرف أحد")
    maryam.sees("وصل", "هذا كل شيء")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent) == (FileState.KEPT, Consent.NOBODY)
    assert file.consented_at is not None
    await shares(maryam)
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("صورة 1")
    assert shown_file(story.huda) == "photo"


async def test_of_an_album_one_is_hidden_and_the_others_show_nobody(
    story: Story, with_faces: list[bool]
) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    for _ in range(5):
        await maryam.sends("photo", PHOTO)
    await maryam.taps("كل صورة على حدة")
    await maryam.taps("إخفاء الوجوه")
    maryam.sees("الصورة 2 من 5")
    await maryam.taps("الباقي معًا")
    maryam.sees("في أي من 4 صور؟")
    await maryam.taps("لا، لا يُعرف أحد")
    maryam.sees("تحققي منها قبل النشر")
    rows = await story.town.rows(files)
    assert [row.state for row in rows] == [FileState.CONCEALED] + [FileState.KEPT] * 4
    await maryam.taps("مناسبة للنشر")
    await shares(maryam)
    maryam.sees("نُشرت ممارستك")
    assert {row.consent for row in await story.town.rows(files)} == {
        Consent.HIDDEN,
        Consent.NOBODY,
    }


async def test_who_goes_elsewhere_still_answers_the_question(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.sends("photo", PHOTO)
    await maryam.says("/start")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent) == (FileState.WANTED, Consent.WAITING)
    await maryam.taps("لا، لا يُعرف أحد")
    maryam.sees("وصلني شاهد واحد")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent) == (FileState.KEPT, Consent.NOBODY)


async def test_the_word_about_the_guardians_is_kept_with_name_and_moment(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.sends("video", samples.boxed(b"isom", b"vide", b"soun"))
    maryam.sees("في المقطع، بالوجه أو بالصوت؟")
    maryam.sees_no_button("إخفاء الوجوه")
    maryam.sees_no_button("إبقاء جزء منها")
    await maryam.taps("لدينا موافقة مكتوبة")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent) == (FileState.KEPT, Consent.GUARDIANS)
    async with story.town.app.database.reading() as tx:
        row = await tx.first(select(audit_trail).where(audit_trail.c.action == "files.consent"))
    assert row is not None
    assert (row.actor_id, row.subject_id) == (story.people["مريم"].id, file.id)
    assert row.details == {"purpose": "practice"}


async def test_what_was_hidden_is_looked_at_first(story: Story, with_faces: list[bool]) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.sends("photo", PHOTO)
    await maryam.taps("إخفاء الوجوه")
    # That it is ready comes by itself.
    maryam.sees("أجهّز الصورة الآن", "الصورة جاهزة، ولن يراها أحد قبل مراجعتك")
    maryam.sees_no_button("هذا كل شيء")
    assert with_faces == [True]
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent) == (FileState.CONCEALED, Consent.HIDING)
    await maryam.taps("عرض الصورة")
    maryam.sees("تحققي منها قبل النشر")
    assert shown_file(maryam) == "photo"
    await maryam.taps("إبقاء جزء منها")
    maryam.sees("أي جزء من الصورة يبقى؟")
    await maryam.taps("النصف الأيمن")
    await maryam.taps("عرض الصورة")
    assert with_faces == [True, False], "what is left is cut, and nothing is fetched again"
    assert shown_file(maryam) == "photo"
    await maryam.taps("مناسبة للنشر")
    maryam.sees("وصلني شاهد")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent, file.part) == (FileState.KEPT, Consent.HIDDEN, "right")
    assert Image.open(io.BytesIO(kept(story.town, file.blob))).size == (320, 480)
    await shares(maryam)
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("صورة 1")
    assert shown_file(story.huda) == "photo"


@installed
async def test_the_faces_are_gone_from_what_is_kept(story: Story) -> None:
    out = io.BytesIO()
    classroom().save(out, "PNG")
    await at_evidence(story.maryam)
    await story.maryam.sends("document", out.getvalue(), name="class.png")
    await story.maryam.taps("إخفاء الوجوه")
    await story.maryam.taps("عرض الصورة")
    story.maryam.sees("تحققي منها قبل النشر")
    (file,) = await story.town.rows(files)
    shown = Image.open(io.BytesIO(kept(story.town, file.blob))).convert("RGB")
    assert [shown.getpixel((x, y)) for x, y, _ in HEADS] == [COVER] * len(HEADS)


@pytest.mark.usefixtures("without_faces")
async def test_without_the_extra_a_part_is_kept(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.sends("photo", PHOTO)
    maryam.sees_no_button("إخفاء الوجوه")
    await maryam.taps("إبقاء جزء منها")
    await maryam.taps("النصف الأعلى")
    await maryam.taps("عرض الصورة")
    maryam.sees("تحققي منها قبل النشر")
    await maryam.taps("حذف الملف")
    maryam.sees("هل لديك شواهد")
    assert await story.town.rows(files) == []


async def test_nobody_sees_what_its_owner_has_not_looked_at(
    story: Story, with_faces: list[bool]
) -> None:
    await at_evidence(story.maryam)
    await story.maryam.sends("photo", PHOTO)
    await story.maryam.taps("إخفاء الوجوه")
    (file,) = await story.town.rows(files)
    # However it has come into a practice.
    await story.shared(team_id=story.team.id, evidence=[EvidencePiece("photo", file=file.id)])
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("صورة 1")
    assert shown_file(story.huda) == ""


async def test_who_leaves_the_question_comes_back_to_it_before_the_end(
    story: Story, with_faces: list[bool]
) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.says("شاهد مكتوب يكفي وحده")
    await maryam.taps("هذا كل شيء")
    await maryam.corrects("الشواهد")
    await maryam.sends("photo", PHOTO)
    await maryam.taps("رجوع")
    await maryam.taps("نشر الممارسة")
    maryam.sees(ASKED)
    await maryam.taps("إخفاء الوجوه")
    await maryam.taps("رجوع")
    await maryam.taps("نشر الممارسة")
    maryam.sees("تحققي منها قبل النشر")
    await maryam.taps("مناسبة للنشر")
    await shares(maryam)
    maryam.sees("نُشرت ممارستك")
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("صورة 2")
    assert shown_file(story.huda) == "photo"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("photo.jpg", samples.PDF, "محتواه غير ما يقوله اسمه"),
        ("photo.png", samples.HTML, "هو صفحة ويب"),
        ("photo.jpg", samples.drawn("JPEG") + samples.apk(), "يخفي ملفًا آخر"),
        ("photo.png", samples.pixel_bomb(), "أبعادها أكبر مما أستطيع فتحه"),
        ("photo.heic", b"", "الملف فارغ"),
        ("plan.docx", samples.office("docx", macros=True), "فيه وحدات ماكرو"),
    ],
)
async def test_a_hostile_file_is_refused_with_a_word_and_the_words_stay(
    story: Story, name: str, data: bytes, why: str
) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.says("شاهد مكتوب يكفي وحده")
    await maryam.sends("document", data, name=name)
    if name != "plan.docx":
        await maryam.taps("لا، لا يُعرف أحد")
    assert f"لم أحفظ ما وصلني (المستند {name}): {why}" in maryam.transcript()
    (file,) = await story.town.rows(files)
    assert (file.state, file.blob) == (FileState.REFUSED, None)
    await maryam.taps("العودة إلى النموذج")
    maryam.sees("وصلني شاهد واحد. أرسلي المزيد")
    # What was not taken does not count, by then nor on the card.
    await maryam.says("وشاهد مكتوب آخر")
    maryam.sees("وصلني شاهدان")
    await maryam.taps("هذا كل شيء")
    maryam.sees("الشواهد: شاهدان")
    await maryam.corrects("الشواهد")
    await shares(maryam)
    maryam.sees("نُشرت ممارستك")


async def test_a_document_asks_nothing(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.sends("document", samples.PDF, name="plan.pdf")
    maryam.sees("وصل", "هذا كل شيء")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent) == (FileState.KEPT, Consent.NEEDLESS)


async def test_a_picture_that_does_not_look_like_one_is_not_taken_unasked(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.sends("document", PHOTO, name="lesson", mime="application/octet-stream")
    (file,) = await story.town.rows(files)
    assert file.state is FileState.REFUSED


async def test_a_picture_of_another_telephone_is_called_what_it_has_become(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.shows("document", samples.heic(), name="IMG_0001.HEIC")
    await shares(maryam)
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("IMG_0001")
    media = story.huda.last().media
    assert media is not None
    assert (media.name, media.data[:3]) == ("IMG_0001.jpg", b"\xff\xd8\xff")


async def test_a_number_in_a_name_is_not_its_ending(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.shows("document", PHOTO, name="درس 1.2", mime="image/jpeg")
    await shares(maryam)
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("درس")
    media = story.huda.last().media
    assert media is not None
    assert media.name == "درس 1.2.jpg"


async def test_an_old_picture_is_asked_about_when_its_owner_edits(
    story: Story, with_faces: list[bool]
) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.shows("photo", PHOTO)
    await shares(maryam)
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("صورة 1")
    async with story.town.app.database.transaction() as tx:
        await tx.execute(update(files).values(consent=Consent.NOT_ASKED))
    await maryam.taps("عرض الممارسة")
    await maryam.taps("تعديل")
    await maryam.corrects("الشواهد")
    maryam.sees(ASKED)
    await maryam.taps("إخفاء الوجوه")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent) == (FileState.CONCEALED, Consent.HIDING)
    assert with_faces == [False, True], "what we hold is drawn again"
    (shown,) = [message.media for message in story.huda.messages() if message.media]
    assert shown.data == BLANK.read_bytes(), "neither does it stand there as it was shown"
    await maryam.taps("عرض الصورة")
    await maryam.taps("مناسبة للنشر")
    await maryam.taps("هذا كل شيء")
    await maryam.taps("حفظ")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent) == (FileState.KEPT, Consent.HIDDEN)
    # Whoever was shown it as it was is shown what is left of it.
    (shown,) = [message.media for message in story.huda.messages() if message.media]
    assert shown.data == kept(story.town, file.blob)


async def test_a_concealed_picture_comes_back_with_the_answer(story: Story) -> None:
    maryam = story.maryam
    await at_evidence(maryam)
    await maryam.shows("photo", PHOTO)
    await shares(maryam)
    async with story.town.app.database.transaction() as tx:
        hidden = {"consent": Consent.NOT_ASKED, "state": FileState.CONCEALED}
        await tx.execute(update(files).values(**hidden))
    await maryam.taps("عرض الممارسة")
    await maryam.taps("تعديل")
    await maryam.corrects("الشواهد")
    await maryam.taps("لدينا موافقة مكتوبة")
    (file,) = await story.town.rows(files)
    assert (file.state, file.consent) == (FileState.KEPT, Consent.GUARDIANS)


async def test_where_a_picture_was_taken_is_gone(story: Story) -> None:
    maryam = story.maryam
    exif = Image.Exif()
    exif[0x010E] = "Nora's telephone"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (24.0, 42.0, 49.0)
    data = samples.drawn("JPEG", (300, 200), exif=exif)
    assert b"Nora's telephone" in data
    await at_evidence(maryam)
    await maryam.sends("document", data, name="lesson.jpg")
    await maryam.taps("لا، لا يُعرف أحد")
    (file,) = await story.town.rows(files)
    stored = kept(story.town, file.blob)
    assert b"Nora" not in stored
    assert b"Exif" not in stored
