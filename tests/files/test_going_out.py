"""Files of ours go out: uploaded once for each kind, channel and account, and by reference then."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.chat.person import Person
from bot.chat.screen import Attachment, Screen
from bot.delivery.channel import Receipt, RefusedForm, RefusedPart
from bot.delivery.files import FileDelivery
from bot.delivery.message import Message, MessageKind, MessageState, outbox
from bot.files.arrivals import SentFile, want
from bot.files.kinds import Consent, FileKind
from bot.files.store import BlobStore
from bot.files.tables import copies, references
from bot.simulator import Simulator, SimUser
from bot.simulator.faults import FaultRule, Faults
from bot.simulator.files import SimUpload
from bot.storage.database import Database
from tests.delivery.scripted import ScriptedChannel
from tests.features.test_announcements import NADA, Office, office
from tests.features.test_practices import Story, forgive_lost_files, story
from tests.files.test_coming_in import sends_evidence, shares
from tests.sent import sent_file
from tests.stories.test_delivered_messages import writes_with_a_photo
from tests.town import Phone, Town, open_app, telegram_of

__all__ = ["office", "story"]


def count_uploads(town: Town) -> Callable[[], list[str]]:
    """The kinds of the files that the bot uploads from now on."""
    kept, uploaded = town.simulator.world.files, list[str]()
    accept = kept.accept

    def noting(kind: str, value: Any) -> Any:
        if isinstance(value, SimUpload):
            uploaded.append(kind)
        return accept(kind, value)

    kept.accept = noting  # type: ignore[method-assign]
    return lambda: uploaded


async def opens_evidence(phone: Phone, label: str = "صورة 1") -> None:
    await phone.taps("قراءة الممارسة")
    await phone.taps(label)


def shown(phone: Phone) -> bytes:
    media = phone.last().media
    assert media is not None
    return bytes(media.data)


async def test_a_file_is_uploaded_once_for_all(story: Story) -> None:
    uploads = count_uploads(story.town)
    await sends_evidence(story.maryam)
    await shares(story.maryam)
    for phone in (story.huda, story.noura):
        await opens_evidence(phone)
    assert shown(story.huda) == shown(story.noura)
    assert uploads() == ["photo"]
    (reference,) = await story.town.rows(references)
    assert reference.account == story.town.simulator.token.partition(":")[0]
    media = story.huda.last().media
    assert media is not None
    assert reference.reference == media.file_id
    seen = {(copy.message, copy.file_id) for copy in await story.town.rows(copies)}
    assert seen == {(str(phone.last().message_id), 1) for phone in (story.huda, story.noura)}
    forgive_lost_files(story.town)


async def test_what_telegram_knew_it_by_is_never_sent_on(story: Story) -> None:
    await sends_evidence(story.maryam)
    theirs = [m.media.file_id for m in story.maryam.messages() if m.media]
    await shares(story.maryam)
    await opens_evidence(story.huda)
    requests = repr(
        [request.params for request in story.town.simulator.requests if request.method != "getFile"]
    )
    assert not [reference for reference in theirs if reference in requests]
    forgive_lost_files(story.town)


async def test_a_reference_that_is_refused_is_dropped_and_the_bytes_go_again(story: Story) -> None:
    uploads = count_uploads(story.town)
    await sends_evidence(story.maryam)
    await shares(story.maryam)
    await opens_evidence(story.huda)
    (before,) = await story.town.rows(references)
    story.town.simulator.faults.lost_files = {before.reference}
    await opens_evidence(story.noura)
    assert uploads() == ["photo", "photo"]
    assert shown(story.noura) == shown(story.huda)
    (after,) = await story.town.rows(references)
    assert after.reference != before.reference
    forgive_lost_files(story.town)


async def test_after_another_bots_token_everything_opens(story: Story) -> None:
    town = story.town
    await sends_evidence(story.maryam)
    await story.maryam.shows("voice")
    await story.maryam.sends("document", name="خطة.pdf")
    await shares(story.maryam)
    await opens_evidence(story.huda)
    before = shown(story.huda)
    forgive_lost_files(town)
    await town.app.stop()
    old = town.simulator
    # A bot of its own counts its updates anew.
    token, faults = "4242:another-token-altogether", Faults(seed=99)
    new = Simulator(token=token, now=town.clock.now, faults=faults)
    await new.start()
    try:
        town.platform = new
        town.settings = town.settings.but(telegram_token=new.token, telegram_api_url=new.url)
        for phone in town.phones.values():
            new.add_user(SimUser(phone.id, phone.user.first_name), started=True)
        town.app = await open_app(town.settings, town.clock)
        await story.huda.says("/practices")
        await story.huda.taps("الأحدث")
        await story.huda.taps("القراءة الجهرية المتدرجة")
        await story.huda.taps("صورة 1")
        assert shown(story.huda) == before
        await story.huda.taps("التالي")
        assert shown(story.huda) == sent_file("voice")
        await story.huda.taps("التالي")
        assert shown(story.huda) == sent_file("document")
        accounts = {row.account for row in await town.rows(references)}
        assert accounts == {"4242", old.token.split(":")[0]}
        forgive_lost_files(town)
        await town.check()
    finally:
        await town.app.stop()
        await new.stop()
        town.platform = old
        town.app = await open_app(
            town.settings.but(telegram_token=old.token, telegram_api_url=old.url), town.clock
        )


async def test_a_circular_takes_its_file_along_once(office: Office) -> None:
    town = office.town
    uploads = count_uploads(town)
    for number in range(30):
        await office.department.person(f"معلمة {number}", NADA, number=5000 + number)
        town.simulator.add_user(SimUser(5000 + number, "م"), started=True)
    await writes_with_a_photo(office.amal, "نلتقي يوم الأحد في القاعة.")
    await office.amal.taps("إرسال الآن")
    assert uploads() == ["photo"]
    sent = await town.rows(outbox, kind=MessageKind.BROADCAST)
    assert {row.state for row in sent} == {MessageState.SENT}
    assert len(sent) == 32
    assert len(await town.rows(copies)) == 32


async def test_a_circular_whose_file_is_refused_goes_without_it(office: Office) -> None:
    town = office.town
    uploads = count_uploads(town)
    town.simulator.faults.rules = [
        FaultRule("sendPhoto", "error", None, description="Bad Request: IMAGE_PROCESS_FAILED")
    ]
    await writes_with_a_photo(office.amal, "نلتقي يوم الأحد في القاعة.")
    await office.amal.taps("إرسال الآن")
    for phone in (office.huda, office.maryam):
        phone.sees("نلتقي يوم الأحد", "تعذّر عرض الملف هنا")
    assert uploads() == []
    assert await town.rows(references) == []


async def test_the_size_of_a_photo_makes_it_a_document(town: Town) -> None:
    channel = telegram_of(town.app)
    assert channel.shown_as(FileKind.PHOTO, 10 * 2**20, "image/jpeg") is FileKind.PHOTO
    assert channel.shown_as(FileKind.PHOTO, 10 * 2**20 + 1, "image/jpeg") is FileKind.DOCUMENT
    assert channel.shown_as(FileKind.PHOTO, 9, "image/webp") is FileKind.DOCUMENT
    assert channel.shown_as(FileKind.VOICE, 9, "audio/ogg") is FileKind.VOICE
    assert channel.shown_as(FileKind.VOICE, 9, "audio/mpeg") is FileKind.AUDIO


# Several processes


async def kept_photo(database: Database, owner: Person) -> int:
    blob = "ab" * 32
    async with database.transaction() as tx:
        sent = SentFile(FileKind.PHOTO, "telegram", "1", "ref")
        number = await want(tx, owner.id, "practice", sent, Consent.WAITING)
        await tx.run(
            "INSERT INTO blobs (sha256, size, mime, made_at) VALUES (?, 9, 'image/jpeg', 0)", blob
        )
        await tx.run("UPDATE files SET state = 'kept', blob = ? WHERE id = ?", blob, number)
    return number


def message(number: int, to: Person, file: int) -> Message:
    screen = Screen(attachment=Attachment(FileKind.PHOTO, file=file))
    return Message(number, 1, "telegram", "1", to.id, MessageKind.BROADCAST, screen)


async def test_two_processes_upload_it_once(story: Story, tmp_path: Any) -> None:
    database, owner = story.town.app.database, story.people["مريم"]
    number = await kept_photo(database, owner)
    channel = ScriptedChannel(lambda: 0.0)
    first, second = (
        FileDelivery(database, BlobStore(tmp_path), worker) for worker in ("one", "two")
    )
    begun, end, paths = asyncio.Event(), asyncio.Event(), list[str]()

    async def put(screen: Screen) -> Receipt:
        file = screen.attachment
        assert file is not None
        paths.append(file.path or file.ref)
        if file.path:
            begun.set()
            await end.wait()
        return Receipt("1", "ours" if file.path else "")

    one = asyncio.create_task(first.send(channel, message(1, owner, number), put))
    await begun.wait()
    others = [
        asyncio.create_task(delivery.send(channel, message(2, owner, number), put))
        for delivery in (first, second)
    ]
    await asyncio.sleep(0.05)
    assert len(paths) == 1
    end.set()
    await asyncio.gather(one, *others)
    assert paths[1:] == ["ours", "ours"]


async def test_what_the_dead_were_uploading_is_uploaded_again(story: Story, tmp_path: Any) -> None:
    database, owner = story.town.app.database, story.people["مريم"]
    number = await kept_photo(database, owner)
    channel = ScriptedChannel(lambda: 0.0)

    class Killed(BaseException):
        pass

    async def dies(screen: Screen) -> Receipt:
        raise Killed

    async def put(screen: Screen) -> Receipt:
        return Receipt("1", "ours")

    dead = FileDelivery(database, BlobStore(tmp_path), "dead")
    dead._note = dies  # type: ignore[method-assign,assignment]
    with pytest.raises((Killed, TypeError)):
        await dead.send(channel, message(1, owner, number), dies)
    (left,) = await story.town.rows(references)
    assert (left.reference, left.worker) == (None, "dead")
    story.town.clock.move_to(left.lease_until)
    living = FileDelivery(database, BlobStore(tmp_path), "living")
    await living.send(channel, message(2, owner, number), put)
    (kept,) = await story.town.rows(references)
    assert (kept.reference, kept.worker) == ("ours", "living")


async def test_while_one_uploads_the_other_broadcasts_wait_in_the_queue(
    story: Story, tmp_path: Any
) -> None:
    database, owner = story.town.app.database, story.people["مريم"]
    number = await kept_photo(database, owner)
    delivery = FileDelivery(database, BlobStore(tmp_path), "one")
    some = [message(each, owner, number) for each in (1, 2, 3)]
    assert await delivery.hold_back(some) == {2, 3}
    assert await delivery.hold_back(some[1:]) == {2, 3}
    # Its reader is out of reach: the next one takes it along.
    assert delivery.note_end(some[0], sent=False)
    assert await delivery.hold_back(some[1:]) == {3}
    # It gave up its file on the way.
    some[1].screen = Screen(text="without")
    assert delivery.note_end(some[1], sent=True)
    assert await delivery.hold_back(some[2:]) == set()
    assert delivery.note_end(some[2], sent=True)
    assert await delivery.hold_back(some) == set()


async def test_a_file_that_is_not_there_is_refused_with_the_words(
    story: Story, tmp_path: Any
) -> None:
    channel = ScriptedChannel(lambda: 0.0)
    delivery = FileDelivery(story.town.app.database, BlobStore(tmp_path), "one")

    async def put(screen: Screen) -> Receipt:
        raise AssertionError("nothing to send")

    with pytest.raises(RefusedForm) as refused:
        await delivery.send(channel, message(1, story.people["هدى"], 99), put)
    assert refused.value.part is RefusedPart.FILE
