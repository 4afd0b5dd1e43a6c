"""Files that meet: with a second process, with another answer, with a withdrawal on the way."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat.screen import Screen
from bot.delivery import files as file_delivery
from bot.delivery.channel import Receipt
from bot.delivery.files import FileDelivery, bring
from bot.features import personal
from bot.features.people.actions.erasure import erase_person
from bot.features.people.actions.files import withdraw_file
from bot.features.people.notices.files import BLANK
from bot.files import consent
from bot.files.kinds import Consent, FileKind, FileState
from bot.files.owned import find_file
from bot.files.store import BlobStore
from bot.files.tables import blobs, copies, files
from bot.files.unfit import UnfitReason
from bot.files.wanted import FetchLater, Prepared, UnfitContent, Wanted
from tests.delivery.scripted import ScriptedChannel
from tests.features.test_practices import Story, story
from tests.features.test_pupils_in_pictures import PHOTO, at_evidence, shares
from tests.files.test_coming_in import kept_in, sends_evidence
from tests.files.test_going_out import kept_photo, message, opens_evidence, shown
from tests.town import telegram_of

__all__ = ["story"]


async def test_who_has_waited_too_long_for_another_process_uploads_once(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process has died: of those who waited here one uploads, and nobody waits for
    ever."""
    monkeypatch.setattr(file_delivery, "WAITS_SECONDS", 0.0)
    database, owner = story.town.app.database, story.people["مريم"]
    number = await kept_photo(database, owner)
    async with database.transaction() as tx:
        sha256 = (await tx.fetch("SELECT blob FROM files WHERE id = ?", number))[0][0]
        await tx.run(
            "INSERT INTO file_references (blob, kind, channel, account, worker, lease_until)"
            " VALUES (?, 'photo', 'telegram', '1', 'dead', 99999999999999)",
            sha256,
        )
    delivery = FileDelivery(database, BlobStore(tmp_path), "one")
    paths = list[str]()

    async def put(screen: Screen) -> Receipt:
        assert screen.attachment is not None
        paths.append(screen.attachment.path or screen.attachment.ref)
        await asyncio.sleep(0.05)
        return Receipt("1", "ours")

    channel = ScriptedChannel(lambda: 0.0)
    sending = [delivery.send(channel, message(each, owner, number), put) for each in (1, 2, 3)]
    async with asyncio.timeout(10):
        receipts = await asyncio.gather(*sending)
    assert [receipt.message for receipt in receipts] == ["1", "1", "1"]
    assert paths[1:] == ["ours", "ours"]


async def test_what_was_sent_is_sent_though_its_upload_cannot_be_noted(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.town.expects_trouble = True
    database, owner = story.town.app.database, story.people["مريم"]
    number = await kept_photo(database, owner)
    delivery = FileDelivery(database, BlobStore(tmp_path), "one")

    async def fails(*_: Any) -> None:
        raise OSError("the database is away")

    async def put(screen: Screen) -> Receipt:
        return Receipt("1", "ours")

    monkeypatch.setattr(delivery, "_note", fails)
    channel = ScriptedChannel(lambda: 0.0)
    assert (await delivery.send(channel, message(1, owner, number), put)).message == "1"


async def test_of_two_answers_the_later_one_is_drawn(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another part is chosen while the first is still being drawn."""
    town, fetcher = story.town, story.town.app.files
    prepare, take = fetcher._prepare, fetcher._bring
    begun, end, done = asyncio.Event(), asyncio.Event(), asyncio.Event()
    parts, drafts = list[str](), set[Path]()

    async def slow(wanted: Wanted, draft: Path) -> Prepared:
        parts.append(wanted.part)
        drafts.add(draft)
        if wanted.part == "top":
            begun.set()
            await end.wait()
        return await prepare(wanted, draft)

    async def noted(wanted: Wanted) -> None:
        await take(wanted)
        if wanted.part == "left":
            done.set()

    await at_evidence(story.maryam)
    await story.maryam.sends("photo", PHOTO)
    monkeypatch.setattr(fetcher, "_prepare", slow)
    monkeypatch.setattr(fetcher, "_bring", noted)
    owner = story.people["مريم"].id
    for part in ("top", "left"):
        async with town.app.database.transaction() as tx:
            await consent.keep_part(tx, owner, 1, part)
        await begun.wait()
    await done.wait()
    (before,) = await town.rows(files)
    end.set()
    await town.settles()
    (file,) = await town.rows(files)
    assert parts == ["top", "left"]
    assert len(drafts) == 2, "neither writes into what the other draws"
    assert (file.part, file.blob) == ("left", before.blob)


async def test_faces_are_hidden_though_the_picture_is_just_coming_as_it_is(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old picture is being brought over while its owner answers for it."""
    town, fetcher = story.town, story.town.app.files
    prepare = fetcher._prepare
    begun, end = asyncio.Event(), asyncio.Event()
    said = list[Consent]()

    async def slow(wanted: Wanted, draft: Path) -> Prepared:
        said.append(wanted.consent)
        if wanted.consent is Consent.NOT_ASKED:
            begun.set()
            await end.wait()
        return await prepare(wanted, draft)

    await at_evidence(story.maryam)
    await story.maryam.sends("photo", PHOTO)
    monkeypatch.setattr(fetcher, "_prepare", slow)
    owner = story.people["مريم"].id
    async with town.app.database.transaction() as tx:
        await tx.run("UPDATE files SET consent = 'not_asked'")
        tx.signal_after_commit("files")
    await begun.wait()
    async with town.app.database.transaction() as tx:
        file = await find_file(tx, 1)
        assert file is not None
        await consent.answer(tx, owner, [file], Consent.HIDING)
    end.set()
    await town.settles()
    assert said == [Consent.NOT_ASKED, Consent.HIDING]


async def test_bytes_of_a_picture_that_could_not_be_drawn_again_go(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = story.town
    await sends_evidence(story.maryam)

    async def unfit(*_: Any) -> Any:
        raise UnfitContent(UnfitReason.HEAVY)

    monkeypatch.setattr(town.app.files, "_prepare", unfit)
    async with town.app.database.transaction() as tx:
        await tx.run("UPDATE files SET consent = 'not_asked'")
        file = await find_file(tx, 1)
        assert file is not None
        await consent.answer(tx, file.owner_id, [file], Consent.HIDING)
    await town.settles()
    (row,) = await town.rows(files)
    assert (row.state, row.blob) == (FileState.REFUSED, None)
    for hours in (2, 26):
        await town.moves(timedelta(hours=hours))
    assert await town.rows(blobs) == []
    assert not list(kept_in(town).names())


async def test_what_was_withdrawn_on_its_way_is_taken_back_when_it_has_arrived(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, telegram = story.town, telegram_of(story.town.app)
    await sends_evidence(story.maryam)
    await shares(story.maryam)
    send, edit = telegram.send, telegram.edit

    async def late(chat: str, person_id: int, screen: Screen, reference: str = "") -> Receipt:
        receipt = await send(chat, person_id, screen, reference)
        return await withdraws(screen, receipt)

    async def late_edit(chat: str, person_id: int, message: str, screen: Screen) -> Receipt:
        receipt = await edit(chat, person_id, message, screen)
        return await withdraws(screen, receipt)

    async def withdraws(screen: Screen, receipt: Receipt) -> Receipt:
        if screen.attachment is not None and not screen.takes_back:
            async with town.app.database.transaction() as tx:
                await withdraw_file(tx, story.people["مريم"], 1)
        return receipt

    monkeypatch.setattr(telegram, "send", late)
    monkeypatch.setattr(telegram, "edit", late_edit)
    await opens_evidence(story.huda)
    (file,) = await town.rows(files)
    assert file.state is FileState.WITHDRAWN
    assert shown(story.huda) == BLANK.read_bytes()
    assert await town.rows(copies) == []


async def test_with_a_person_their_pictures_go_out_of_the_messages_of_others(story: Story) -> None:
    town = story.town
    await sends_evidence(story.maryam)
    await shares(story.maryam)
    await opens_evidence(story.huda)
    assert shown(story.huda) != BLANK.read_bytes()
    async with town.app.database.transaction() as tx:
        await erase_person(tx, story.people["مريم"], personal())
    await town.settles()
    assert shown(story.huda) == BLANK.read_bytes()
    assert await town.rows(copies) == []
    # A number stays of it until nothing can be under way.
    (file,) = await town.rows(files)
    assert (file.state, file.purpose, file.name, file.blob) == (FileState.WITHDRAWN, "", "", None)
    await town.moves(timedelta(hours=2))
    assert await town.rows(files) == []


async def test_a_file_of_a_channel_that_another_process_has_waits_for_it(tmp_path: Path) -> None:
    wanted = Wanted(
        1, 1, FileKind.PHOTO, "", Consent.NOBODY, "another", "1", "ref", 1, "image/jpeg"
    )
    with pytest.raises(FetchLater):
        await bring({}, wanted, tmp_path / "target", 1000)


async def test_what_an_edit_takes_away_stays_until_it_is_saved(story: Story) -> None:
    """An old picture, which nobody was asked about: it is taken out where it is shown, too."""
    maryam, huda = story.maryam, story.huda
    await at_evidence(maryam)
    await maryam.says("وصف السبورة بكلماتي")
    await maryam.shows("photo", PHOTO)
    await shares(maryam)
    await opens_evidence(huda, "صورة 2")
    async with story.town.app.database.transaction() as tx:
        await tx.run("UPDATE files SET consent = 'not_asked'")
    await maryam.taps("عرض الممارسة")
    await maryam.taps("تعديل")
    await maryam.corrects("الشواهد")
    await maryam.taps("حذف الملف")
    assert "لم يطّلع عليه أحد" not in maryam.transcript()
    (file,) = await story.town.rows(files)
    assert file.state is FileState.KEPT
    await maryam.taps("هذا كل شيء")
    await maryam.taps("حفظ")
    (file,) = await story.town.rows(files)
    assert (file.state, file.blob) == (FileState.WITHDRAWN, None)
    assert [m.media.data for m in huda.messages() if m.media] == [BLANK.read_bytes()]
    # Its row stays until what was under way is found.
    await story.town.moves(timedelta(minutes=1))
    assert await story.town.rows(files) == []
