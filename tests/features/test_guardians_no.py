"""A guardian says no: the head of the school takes the picture back, everywhere."""

from bot.features.people.actions.files import withdraw_file
from bot.features.people.notices import BLANK
from bot.files.kinds import FileState
from bot.files.tables import copies, files
from bot.packs.organisation import Role
from tests.features.test_practices import AMAL, NADA, Story, shown_file, story
from tests.features.test_pupils_in_pictures import PHOTO, at_evidence, shares
from tests.town import Phone

__all__ = ["story"]


async def head_of(story: Story, name: str, unit: str) -> Phone:
    """The principal of a school, who has nothing to do with the team."""
    phone = story.town.person(name)
    await story.department.person(name, unit, number=phone.id, role=Role.PRINCIPAL)
    await phone.says("/menu")
    return phone


async def shared_picture(story: Story, answer: str = "لدينا موافقة مكتوبة") -> None:
    await at_evidence(story.maryam)
    await story.maryam.sends("photo", PHOTO)
    await story.maryam.taps(answer)
    await shares(story.maryam)
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("صورة 1")
    assert shown_file(story.huda) == "photo"


async def opens_pictures(phone: Phone) -> None:
    await phone.says("/profile")
    await phone.taps("الأشخاص والأدوار")
    await phone.taps("الصور والتسجيلات")


async def test_the_head_takes_it_back_in_two_taps(story: Story) -> None:
    head = await head_of(story, "منيرة", NADA)
    await shared_picture(story)
    await opens_pictures(head)
    await head.taps("مريم: الصورة")
    head.sees("أفادت مريم: لدى المدرسة موافقة مكتوبة", "ضمن ممارسة")
    assert shown_file(head) == "photo"
    await head.taps("سحب الملف")
    head.sees("هل أسحب الصورة من كل مكان؟")
    await head.taps("نعم")
    head.sees("لن يُعرض بعد الآن على أحد", "أُبلغ مريم")
    (file,) = await story.town.rows(files)
    assert file.state is FileState.WITHDRAWN
    story.maryam.sees("سحبت منيرة ما شاركته (الصورة)", "كلماتك باقية")
    # What Huda was shown is not there any more, though she did nothing.
    shown = [message.media for message in story.huda.messages() if message.media]
    assert [media.data for media in shown] == [BLANK.read_bytes()]
    assert await story.town.rows(copies) == []
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("صورة 1")
    story.huda.sees("الملف نفسه غير موجود")


async def test_where_it_stands_it_is_taken_back_in_two_taps(story: Story) -> None:
    head = await head_of(story, "منيرة", NADA)
    await shared_picture(story)
    await head.taps("الممارسات")
    await head.taps("الأحدث")
    await head.taps("القراءة الجهرية")
    await head.taps("صورة 1")
    await head.taps("سحبه لرغبة ولي أمر")
    await head.taps("نعم")
    (file,) = await story.town.rows(files)
    assert file.state is FileState.WITHDRAWN


async def test_the_head_of_another_school_has_no_such_button(story: Story) -> None:
    head = await head_of(story, "وداد", AMAL)
    await shared_picture(story)
    await opens_pictures(head)
    head.sees("لا شيء معروض من هنا الآن")
    story.noura.sees_no_button("سحبه لرغبة ولي أمر")


async def test_its_owner_takes_it_back_without_being_told(story: Story) -> None:
    await shared_picture(story)
    (file,) = await story.town.rows(files)
    async with story.town.app.database.transaction() as tx:
        await withdraw_file(tx, story.people["مريم"], file.id)
        await withdraw_file(tx, story.people["مريم"], file.id)
    await story.town.settles()
    (file,) = await story.town.rows(files)
    assert file.state is FileState.WITHDRAWN
    assert "سحبت مريم" not in story.maryam.transcript()
