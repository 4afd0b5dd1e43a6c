"""A guardian says no: the head of the school takes the picture back, everywhere."""

import asyncio
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, delete, func, select, update

from bot.chat.person import Person, addresses, find_person
from bot.delivery import copies as delivered_copies
from bot.delivery.files import Copy, note_copies
from bot.delivery.message import outbox
from bot.features.people.actions.files import (
    conceal_unanswered,
    hide_copies,
    withdraw_file,
)
from bot.features.people.actions.pictures import answer_for_picture
from bot.features.people.notices.files import BLANK, FILE_TAKEN_BACK
from bot.features.practices.actions.evidence import set_evidence
from bot.features.practices.models import evidence
from bot.files.kinds import Consent, FileState
from bot.files.tables import copies, files
from bot.files.wanted import Wanted
from bot.packs.roles import Role
from bot.simulator.faults import FaultRule
from bot.storage.transaction import Tx
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
    head.sees("لن يُعرض بعد الآن على أحد", "يصل الخبر إلى مريم الآن")
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


async def test_what_nothing_was_said_of_goes_out_of_the_messages_too(story: Story) -> None:
    """Sixty days after its owner was asked."""
    await shared_picture(story)
    maryam = story.people["مريم"].id
    async with story.town.app.database.transaction() as tx:
        await tx.execute(update(files).values(consent=Consent.NOT_ASKED, asked_at=tx.now))
        await conceal_unanswered(tx, maryam)
    await story.town.settles()
    (file,) = await story.town.rows(files)
    assert file.state is FileState.CONCEALED
    story.huda.sees("أُخفيت هذه الصورة على حالها السابقة")
    shown = [message.media for message in story.huda.messages() if message.media]
    assert [media.data for media in shown] == [BLANK.read_bytes()]
    await story.town.moves(timedelta(minutes=11))
    story.maryam.sees_nothing()


@pytest.mark.parametrize("how", ["concealed", "hidden", "taken out"])
async def test_what_was_under_way_then_is_changed_a_minute_later(story: Story, how: str) -> None:
    """A copy of the picture has just left as it was hidden, or taken out by its author."""
    await shared_picture(story)
    (file,) = await story.town.rows(files)
    async with story.town.app.database.transaction() as tx:
        (row,) = await tx.all(select(copies))
        # It is noted only afterwards.
        await tx.execute(delete(copies))
        states = {"consent": Consent.NOT_ASKED, "asked_at": tx.now}
        await tx.execute(update(files).values(**states))
        if how == "concealed":
            await conceal_unanswered(tx, file.owner_id)
        elif how == "hidden":
            await tx.execute(update(files).values(state=FileState.CONCEALED))
            await hide_copies(tx, wanted_of(file))
        else:
            practice = await tx.scalar(select(evidence.c.practice_id))
            await set_evidence(tx, story.people["مريم"], practice, [])
        # By a transaction that did not see any of that.
        late = {"address_id": row.address_id, "message": row.message, "file_id": file.id}
        await tx.execute(copies.insert().values(**late))
    await story.town.settles()
    shown = [message.media for message in story.huda.messages() if message.media]
    assert [media.data for media in shown] != [BLANK.read_bytes()]
    await story.town.moves(timedelta(minutes=1))
    shown = [message.media for message in story.huda.messages() if message.media]
    assert [media.data for media in shown] == [BLANK.read_bytes()]
    assert len(await story.town.rows(files)) == (how != "taken out")


async def test_what_was_hidden_for_want_of_an_answer_comes_back_with_it(story: Story) -> None:
    """In the messages that showed it, where they can be edited."""
    await shared_picture(story)
    async with story.town.app.database.transaction() as tx:
        await tx.execute(update(files).values(consent=Consent.NOT_ASKED, asked_at=tx.now))
        await conceal_unanswered(tx, story.people["مريم"].id)
    await story.town.settles()
    async with story.town.app.database.transaction() as tx:
        maryam = story.people["مريم"]
        await answer_for_picture(tx, maryam, 1, Consent.GUARDIANS)
    await story.town.settles()
    story.huda.sees("عاد هذا الملف للعرض بعد مراجعته")
    (media,) = [message.media for message in story.huda.messages() if message.media]
    assert media.data != BLANK.read_bytes()
    assert [(row.file_id, row.hidden) for row in await story.town.rows(copies)] == [(1, 0)]


async def test_of_many_messages_a_few_are_changed_in_each_transaction(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes meanwhile waits for those alone; none is forgotten, however it is taken."""
    monkeypatch.setattr(delivered_copies, "AT_ONCE", 1)
    await shared_picture(story)
    await story.noura.taps("قراءة الممارسة")
    await story.noura.taps("صورة 1")
    maryam = story.people["مريم"]
    async with story.town.app.database.transaction() as tx:
        await tx.execute(update(files).values(consent=Consent.NOT_ASKED, asked_at=tx.now))
        await conceal_unanswered(tx, maryam.id)
        assert sorted(await tx.scalars(select(copies.c.hidden))) == [0, 1]
    await story.town.settles()
    assert [row.hidden for row in await story.town.rows(copies)] == [1, 1]
    async with story.town.app.database.transaction() as tx:
        await answer_for_picture(tx, maryam, 1, Consent.NOBODY)
    await story.town.settles()
    assert [row.hidden for row in await story.town.rows(copies)] == [0, 0]
    async with story.town.app.database.transaction() as tx:
        await withdraw_file(tx, maryam, 1)
        assert await tx.scalar(select(func.count()).select_from(copies)) == 1
    await story.town.settles()
    assert await story.town.rows(copies) == []
    for phone in (story.huda, story.noura):
        (media,) = [message.media for message in phone.messages() if message.media]
        assert media.data == BLANK.read_bytes()


def wanted_of(file: Row[Any]) -> Wanted:
    return Wanted(
        file.id, file.owner_id, file.kind, file.name, Consent.HIDING, "", "", "", 1, "", "", "", ""
    )


async def test_what_many_were_shown_is_taken_back_piece_by_piece(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shared_picture(story)
    (file,) = await story.town.rows(files)
    monkeypatch.setattr(delivered_copies, "AT_ONCE", 2)
    async with story.town.app.database.transaction() as tx:
        people = list(await tx.scalars(select(addresses.c.id)))
        for number in people:
            shown = {"address_id": number, "message": f"x{number}", "file_id": file.id}
            await tx.execute(copies.insert().values(**shown))
        while await delivered_copies.take_back_some(tx, FILE_TAKEN_BACK, file.id):
            pass
        topic = outbox.c.topic == delivered_copies.topic_of(file.id)
        told = list(await tx.scalars(select(outbox.c.address_id).where(topic)))
        assert await tx.scalar(select(func.count()).select_from(copies)) == 0
        # Nothing of it leaves, since those messages were never sent.
        await tx.execute(delete(outbox).where(topic))
    assert len(people) > 2
    assert set(told) == set(people)
    assert len(told) == len(people) + 1, "and the one that she had opened"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_is_noted_while_it_is_taken_back_is_not_lost(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two statements another process notes that one more message shows it: that one is
    changed as well, or stays to be found a minute later."""
    await shared_picture(story)
    (file,) = await story.town.rows(files)
    database = story.town.app.database
    async with database.reading() as tx:
        (chat,) = {row.address_id for row in await tx.all(select(copies))}
    noted: list[str] = []

    async def note_one() -> None:
        noted.append(f"late{len(noted)}")
        async with database.transaction() as other:
            await note_copies(other, [Copy(chat, noted[-1], file.id)])

    async with database.transaction() as tx:
        for name in ("fetch", "run", "run_many"):
            does = getattr(Tx, name)

            async def beside(each: Tx, *args: Any, does: Any = does) -> Any:
                if each is tx:
                    await asyncio.create_task(note_one(), context=Context())
                return await does(each, *args)

            monkeypatch.setattr(Tx, name, beside)
        await delivered_copies.take_back_some(tx, FILE_TAKEN_BACK, file.id)
        monkeypatch.undo()
    async with database.transaction() as tx:
        topic = outbox.c.topic == delivered_copies.topic_of(file.id)
        changed = set(await tx.scalars(select(outbox.c.edit_message).where(topic)))
        left = set(await tx.scalars(select(copies.c.message)))
        await tx.execute(delete(outbox).where(topic))
    assert len(noted) >= 2
    assert not changed & left
    assert set(noted) <= changed | left


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


async def test_where_it_could_not_be_taken_back_is_told(story: Story) -> None:
    """One message cannot be changed any more, and Noura is out of reach."""
    head = await head_of(story, "منيرة", NADA)
    await shared_picture(story)
    await story.noura.taps("قراءة الممارسة")
    await story.noura.taps("صورة 1")
    await story.noura.blocks()
    before = len(story.huda.messages())
    refused = "Bad Request: message can't be edited"
    rule = FaultRule("editMessageMedia", "error", description=refused)
    story.town.simulator.faults.rules = [rule]
    async with story.town.app.database.transaction() as tx:
        await withdraw_file(tx, await person_of(story, head), 1)
    await story.town.settles()
    assert len(story.huda.messages()) == before, "nothing comes instead"
    await story.town.moves(timedelta(minutes=10))
    head.sees("وفي رسالتين", "قد يبقى ظاهرًا هناك")


async def test_what_its_author_takes_out_goes_out_of_the_messages_too(story: Story) -> None:
    await shared_picture(story)
    maryam = story.maryam
    await maryam.taps("عرض الممارسة")
    await maryam.taps("تعديل")
    await maryam.corrects("الشواهد")
    await maryam.says("وصف السبورة بدل صورتها")
    await maryam.taps("هذا كل شيء")
    await maryam.taps("حفظ")
    story.huda.sees_nothing()
    await maryam.taps("تعديل")
    await maryam.corrects("الشواهد")
    for _ in range(2):
        await maryam.taps("حذف الأخير")
    await maryam.says("وصف السبورة وحده")
    await maryam.taps("هذا كل شيء")
    await maryam.taps("حفظ")
    shown = [message.media for message in story.huda.messages() if message.media]
    assert [media.data for media in shown] == [BLANK.read_bytes()]
    await story.town.moves(timedelta(minutes=2))
    assert await story.town.rows(files) == []


async def test_where_it_was_taken_out_of_all_nothing_more_is_told(story: Story) -> None:
    head = await head_of(story, "منيرة", NADA)
    await shared_picture(story)
    async with story.town.app.database.transaction() as tx:
        await withdraw_file(tx, await person_of(story, head), 1)
    await story.town.settles()
    await story.town.moves(timedelta(minutes=10))
    head.sees_nothing()


async def test_its_owner_deletes_the_original_in_the_chat_as_well(story: Story) -> None:
    maryam = story.maryam
    await shared_picture(story)
    (mine,) = [m for m in maryam.messages() if m.media and not m.from_bot]
    await maryam.taps("عرض الممارسة")
    await maryam.taps("صورة 1")
    await maryam.taps("سحب هذا الملف")
    await maryam.taps("نعم")
    maryam.sees("ما زال الأصل في محادثتنا")
    await maryam.taps("حذفه من المحادثة")
    assert mine.message_id not in [m.message_id for m in maryam.messages()]
    (file,) = await story.town.rows(files)
    assert file.blob is None


async def test_after_two_days_nobody_offers_what_cannot_be_done(story: Story) -> None:
    await shared_picture(story)
    await story.town.moves(timedelta(hours=48))
    maryam = story.maryam
    await maryam.taps("عرض الممارسة")
    await maryam.taps("صورة 1")
    await maryam.taps("سحب هذا الملف")
    await maryam.taps("نعم")
    maryam.sees_no_button("حذفه من المحادثة")


async def person_of(story: Story, phone: Phone) -> Person:
    async with story.town.app.database.reading() as tx:
        found = await find_person(tx, await story.town.person_id(phone))
    assert found is not None
    return found
