"""Bytes are nobody's and files are somebody's: counts, erasure, and what is swept."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.person import Person
from bot.features import personal
from bot.features.people.actions.erasure import erase_person
from bot.features.practices.models import evidence
from bot.files import arrivals, store
from bot.files.arrivals import SentFile, Unfit, find_unfit, want
from bot.files.kinds import Consent, FileKind, FileState
from bot.files.store import BlobStore
from bot.files.tables import blobs, files
from bot.storage.transaction import Tx
from tests.features.test_practices import Story, begin_sharing, story
from tests.files.test_coming_in import kept_in, sends_evidence, shares
from tests.sent import sent_file

__all__ = ["story"]


def arrival(size: int = 1000) -> SentFile:
    return SentFile(FileKind.PHOTO, "telegram", "1", "ref", size=size)


async def judged(tx: Tx, owner: Person, size: int = 1000) -> Unfit | None:
    kept = BlobStore(Path("files"))
    return await find_unfit(tx, owner.id, arrival(size), most_bytes=20 * 2**20, store=kept)


async def test_two_owners_of_the_same_bytes_know_nothing_of_each_other(story: Story) -> None:
    town = story.town
    await sends_evidence(story.maryam, "document", name="خطتي.pdf")
    await shares(story.maryam)
    before = len(story.huda.messages())
    await sends_evidence(story.huda, "document", name="خطتنا.pdf")
    await shares(story.huda)
    assert "خطتي" not in story.huda.transcript().split("وصل")[-1]
    assert len(story.huda.messages()) > before
    first, second = await town.rows(files)
    assert (first.name, second.name) == ("خطتي.pdf", "خطتنا.pdf")
    assert first.blob == second.blob
    assert first.owner_id != second.owner_id
    async with town.app.database.transaction() as tx:
        await erase_person(tx, story.people["مريم"], personal())
    await town.settles()
    await town.moves(timedelta(hours=30))
    await story.maryam.says("/start")
    (left,) = await town.rows(files)
    assert left.id == second.id
    assert kept_in(town).has(left.blob)
    await story.noura.taps("قراءة الممارسة")
    await story.noura.taps("خطتنا.pdf")
    shown = story.noura.last().media
    assert shown is not None
    assert shown.data == sent_file("document")


async def test_with_a_person_go_the_rows_and_a_day_later_the_bytes(story: Story) -> None:
    town = story.town
    await sends_evidence(story.maryam)
    await shares(story.maryam)
    (file,) = await town.rows(files)
    async with town.app.database.transaction() as tx:
        await erase_person(tx, story.people["مريم"], personal())
    await town.settles()
    (gone,) = await town.rows(files)
    assert (gone.state, gone.name, gone.blob) == (FileState.WITHDRAWN, "", None)
    assert [piece for piece in await town.rows(evidence) if piece.kind != "text"] == []
    # What another process had drawn of it when it died, and what is just being made.
    left, fresh = kept_in(town).draft(file.id, "dead.drawn"), kept_in(town).draft(0, "made")
    for draft in (left, fresh):
        draft.write_bytes(b"half")
    os.utime(left, (0, 0))
    await town.moves(timedelta(hours=2))
    assert await town.rows(files) == []
    assert kept_in(town).has(file.blob)
    assert kept_in(town).drafts() == [fresh]
    for _ in range(2):
        await town.moves(timedelta(hours=25))
    assert not kept_in(town).has(file.blob)
    assert await town.rows(blobs) == []


async def test_a_file_of_a_form_that_is_left_goes_after_a_month(story: Story) -> None:
    town = story.town
    await sends_evidence(story.maryam)
    await town.moves(timedelta(days=29))
    assert len(await town.rows(files)) == 1
    await town.moves(timedelta(days=2))
    assert await town.rows(files) == []
    for _ in range(2):
        await town.moves(timedelta(hours=25))
    assert list(kept_in(town).names()) == []
    # The form waits still, says what is gone, and goes out with its words alone.
    await story.maryam.taps("هذا كل شيء")
    story.maryam.sees("مضى على هذا النموذج أكثر من شهر")
    await story.maryam.taps("تخطّي السؤال")
    await story.maryam.taps("نشر الممارسة")
    story.maryam.sees("نُشرت ممارستك")
    assert await town.rows(evidence) == []


async def test_what_is_taken_out_of_a_form_again_goes_at_once(story: Story) -> None:
    await sends_evidence(story.maryam, "document", name="خطة.pdf")
    assert len(await story.town.rows(files)) == 1
    await story.maryam.taps("حذف الأخير")
    assert await story.town.rows(files) == []


async def test_what_an_edit_takes_out_stays_until_it_is_saved(story: Story) -> None:
    await sends_evidence(story.maryam, "document", name="خطة.pdf")
    await shares(story.maryam)
    await story.maryam.taps("عرض الممارسة")
    await story.maryam.taps("تعديل")
    await story.maryam.corrects("الشواهد")
    await story.maryam.taps("حذف الأخير")
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("خطة.pdf")
    assert story.huda.last().media is not None


async def test_a_piece_that_is_taken_out_goes(story: Story) -> None:
    await sends_evidence(story.maryam)
    await shares(story.maryam)
    await story.maryam.taps("عرض الممارسة")
    await story.maryam.taps("تعديل")
    await story.maryam.corrects("الشواهد")
    await story.maryam.sends("document", name="نتائج.pdf")
    await story.maryam.taps("هذا كل شيء")
    await story.maryam.taps("حفظ")
    assert len(await story.town.rows(files)) == 2
    await story.maryam.taps("تعديل")
    await story.maryam.corrects("الشواهد")
    await story.maryam.taps("حذف الأخير")
    await story.maryam.taps("هذا كل شيء")
    await story.maryam.taps("حفظ")
    gone = [row for row in await story.town.rows(files) if row.kind != "photo"]
    assert [(row.state, row.blob) for row in gone] == [(FileState.WITHDRAWN, None)]
    await story.town.moves(timedelta(minutes=1))
    (left,) = await story.town.rows(files)
    assert left.kind == "photo"


async def test_the_last_place_is_given_once(story: Story) -> None:
    """Two turns of one person, from two addresses, at the same time."""
    owner, database = story.people["مريم"], story.town.app.database
    async with database.transaction() as tx:
        for _ in range(arrivals.MOST_FILES - 1):
            await want(tx, owner.id, "practice", arrival(), Consent.WAITING)
    found: list[Unfit | None] = []

    async def send() -> None:
        async with database.transaction() as tx:
            unfit = await judged(tx, owner)
            await asyncio.sleep(0)
            if unfit is None:
                await want(tx, owner.id, "practice", arrival(), Consent.WAITING)
            found.append(unfit)

    await asyncio.gather(send(), send(), send())
    assert sorted(found, key=str) == [None, Unfit.TOO_MANY, Unfit.TOO_MANY]
    async with database.transaction() as tx:
        await tx.execute(files.delete())


async def test_a_person_has_so_many_bytes(story: Story) -> None:
    owner, database = story.people["مريم"], story.town.app.database
    async with database.transaction() as tx:
        for _ in range(15):
            await want(tx, owner.id, "practice", arrival(20 * 2**20 - 1), Consent.WAITING)
        assert await judged(tx, owner, 15) is None
        assert await judged(tx, owner, 16) is Unfit.TOO_MUCH
        assert await judged(tx, story.people["هدى"], 16) is None
        await tx.execute(files.delete())


async def test_with_a_full_disk_nothing_is_taken_and_the_words_are_safe(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LEAST_FREE", 2**60)
    await begin_sharing(story.maryam, "فريقي «فريق القراءة»")
    await story.maryam.taps("تخطّي السؤال")
    await story.maryam.sends("photo")
    story.maryam.sees("مساحة التخزين عندي توشك أن تمتلئ", "كلماتك محفوظة")
    await story.maryam.taps("تخطّي السؤال")
    await story.maryam.taps("نشر الممارسة")
    story.maryam.sees("نُشرت ممارستك")


async def test_a_disk_that_fills_up_meanwhile_puts_the_file_off(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [True]
    monkeypatch.setattr(BlobStore, "has_room", lambda self: free.pop() if free else False)
    await sends_evidence(story.maryam)
    (file,) = await story.town.rows(files)
    assert (file.state, file.attempts) == ("wanted", 0)
    monkeypatch.undo()
    await story.town.moves(timedelta(minutes=11))
    (file,) = await story.town.rows(files)
    assert file.state == "kept"
