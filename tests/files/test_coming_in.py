"""What people send becomes ours: fetched when the turn is over, and kept by its hash."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.features.practices.models import evidence
from bot.files import fetching, store
from bot.files.arrivals import plain_name
from bot.files.kinds import FileState
from bot.files.pictures import PictureTrouble
from bot.files.store import BlobStore
from bot.files.tables import blobs, files
from bot.files.wanted import FetchGone, FetchLater, FetchTooLarge
from tests.features.test_practices import Story, begin_sharing, story
from tests.sent import sent_file
from tests.town import Phone, Town, telegram_of

__all__ = ["story"]


def kept_in(town: Town) -> BlobStore:
    return BlobStore(town.settings.resolved_files_dir())


def forget_at_telegram(town: Town) -> None:
    """What people have sent so far is no longer to be had."""
    town.simulator.world.files._by_id.clear()


async def sends_evidence(phone: Phone, kind: str = "photo", **more: Any) -> None:
    await begin_sharing(phone, "فريقي «فريق القراءة»")
    await phone.taps("تخطّي السؤال")
    await phone.sends(kind, **more)
    if any("لا يُعرف أحد" in label for label in phone.buttons()):
        await phone.taps("لا، لا يُعرف أحد")


async def shares(phone: Phone) -> None:
    await phone.taps("هذا كل شيء")
    await phone.taps("نشر الممارسة")


async def test_what_somebody_sends_is_ours_from_then_on(story: Story) -> None:
    await sends_evidence(story.maryam, "document", name="الأنشطة.pdf")
    (file,) = await story.town.rows(files)
    assert (file.state, file.reference, file.name) == (FileState.KEPT, "", "الأنشطة.pdf")
    place = kept_in(story.town).place(file.blob)
    assert place.read_bytes() == sent_file("document")
    assert file.blob == hashlib.sha256(sent_file("document")).hexdigest()
    assert place.stat().st_mode & 0o777 == 0o600
    forget_at_telegram(story.town)
    await shares(story.maryam)
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("الأنشطة.pdf")
    shown = story.huda.last().media
    assert shown is not None
    assert (shown.data, shown.name) == (sent_file("document"), "الأنشطة.pdf")


async def test_a_name_leads_nowhere(story: Story) -> None:
    name = "../../../etc/cron.d/\u202efdp.x\\..\\évil\x00.pdf"
    await sends_evidence(story.maryam, "document", name=name)
    (file,) = await story.town.rows(files)
    assert (file.state, file.name) == (FileState.KEPT, "évil.pdf")
    folder = kept_in(story.town).folder
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {"mark", f"{file.blob[:2]}/{file.blob[2:4]}/{file.blob}"}


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\x\\خطة.docx", "خطة.docx"),
        ("..", ""),
        (".htaccess", "htaccess"),
        ("a\nb.pdf", "ab.pdf"),
        (f"{'خ' * 300}.pdf", f"{'خ' * 96}.pdf"),
    ],
)
def test_names_in_one_line(name: str, plain: str) -> None:
    assert plain_name(name) == plain


async def test_what_is_too_large_is_refused_at_once(story: Story) -> None:
    await sends_evidence(story.maryam, size=20 * 2**20 + 1)
    story.maryam.sees("أكبر من ٢٠ ميغابايت")
    await story.maryam.sends("document", name="لعبة.apk")
    story.maryam.sees("لا أقبل ملفات من هذا النوع")
    assert await story.town.rows(files) == []


async def test_what_is_larger_than_it_says_is_refused_when_it_comes(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story.town.app.files, "_limit", len(sent_file("photo")) - 1)
    await sends_evidence(story.maryam)
    story.maryam.sees("فحجمه أكبر من المسموح")
    (file,) = await story.town.rows(files)
    assert (file.state, file.reason, file.reference) == (FileState.REFUSED, "too_large", "")
    assert not list(kept_in(story.town).names())


async def test_a_file_that_has_vanished_is_told_and_the_words_stay(story: Story) -> None:
    maryam = story.maryam
    story.town.expects_trouble = True
    await begin_sharing(maryam, "فريقي «فريق القراءة»")
    await maryam.taps("تخطّي السؤال")
    vanished = store_nothing(story.town)
    await maryam.shows("photo", caption="سبورة الحصة")
    (file,) = await story.town.rows(files)
    assert file.state is FileState.WANTED
    for _ in range(2):
        await story.town.moves(timedelta(minutes=1))
    maryam.sees("لم أتمكن من جلب ما أرسلته", "الصورة", "ما كتبته محفوظ")
    vanished()
    await shares(maryam)
    (piece,) = await story.town.rows(evidence)
    assert (piece.kind, piece.text, piece.file_id) == ("text", "سبورة الحصة", None)
    forgive_get_file(story.town)


def store_nothing(town: Town) -> Callable[[], None]:
    """From now on Telegram hands no file over; returns what ends that."""
    known, describe = town.simulator.world.files, type(town.simulator.world.files).describe

    def gone(self: Any, file_id: str) -> Any:
        return describe(known, "another")

    type(known).describe = gone  # type: ignore[method-assign]

    def again() -> None:
        type(known).describe = describe  # type: ignore[method-assign]

    return again


def forgive_get_file(town: Town) -> None:
    refused = town.simulator.world.ledger.refused
    others = [each for each in refused if each.method != "getFile"]
    refused.clear()
    refused.extend(others)


async def test_a_fetch_that_breaks_off_begins_anew(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = story.town
    whole = telegram_of(town.app).bring
    asked = 0

    async def bring(reference: str, target: Path, limit: int) -> None:
        nonlocal asked
        asked += 1
        await whole(reference, target, limit)
        if asked == 1:
            cut(target)
            raise FetchLater

    monkeypatch.setattr(telegram_of(town.app), "bring", bring)
    await sends_evidence(story.maryam)
    (file,) = await town.rows(files)
    assert file.state is FileState.WANTED
    await town.moves(timedelta(seconds=5))
    (file,) = await town.rows(files)
    size = kept_in(town).place(file.blob).stat().st_size
    assert (file.state, file.size, asked) == (FileState.KEPT, size, 2)
    assert not list((kept_in(town).folder / store.DRAFTS).iterdir())


async def test_what_was_sent_to_a_bot_that_is_no_more_is_told(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another token was set before the file was fetched."""
    town = story.town

    async def away(reference: str, target: Path, limit: int) -> None:
        raise FetchLater

    monkeypatch.setattr(telegram_of(town.app), "bring", away)
    await sends_evidence(story.maryam)
    monkeypatch.undo()
    async with town.app.database.transaction() as tx:
        await tx.run("UPDATE files SET account = '4242'")
    await town.moves(timedelta(seconds=5))
    story.maryam.sees("لم أتمكن من جلب ما أرسلته")
    (file,) = await town.rows(files)
    assert (file.state, file.reference) == (FileState.VANISHED, "")


async def test_a_picture_that_the_installation_cannot_draw_waits(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def missing(*_: Any) -> Any:
        raise PictureTrouble

    monkeypatch.setattr(story.town.app.files, "_prepare", missing)
    await sends_evidence(story.maryam)
    for _ in range(15):
        await story.town.moves(timedelta(hours=1))
    (file,) = await story.town.rows(files)
    assert (file.state, file.attempts) == (FileState.WANTED, 0)
    monkeypatch.undo()
    await story.town.moves(timedelta(hours=1))
    (file,) = await story.town.rows(files)
    assert file.state is FileState.KEPT


async def test_a_server_beside_us_names_files_of_this_machine(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Bot API server with `--local`; the official one is never believed so."""
    own, telegram = tmp_path / "file_7.pdf", telegram_of(story.town.app)
    write_sound(own)

    async def get_file(method: str, parameters: Any) -> Any:
        return {"file_id": "x", "file_path": str(own)}

    monkeypatch.setattr(telegram.connection, "call", get_file)
    target = tmp_path / "target"
    await telegram.bring("x", target, 1000)
    assert is_sound(target)
    with pytest.raises(FetchTooLarge):
        await telegram.bring("x", target, 10)
    own.unlink()
    with pytest.raises(FetchLater):
        await telegram.bring("x", target, 1000)
    write_sound(own)
    monkeypatch.setattr(telegram.connection, "is_own", False)
    with pytest.raises((FetchGone, FetchLater)):
        await telegram.bring("x", target, 1000)


def write_sound(path: Path) -> None:
    path.write_bytes(sent_file("document"))


def is_sound(path: Path) -> bool:
    return path.read_bytes() == sent_file("document")


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("step", ["claimed", "half fetched", "fetched", "in its place", "kept"])
async def test_killed_between_any_two_steps_it_is_kept_once(
    story: Story, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    town = story.town
    dying = town.app.files
    monkeypatch.setattr(dying, "_give_up", die)
    monkeypatch.setattr(dying, "_try_again", die)
    if step == "claimed":
        monkeypatch.setattr(dying, "_fetch", die)
    elif step == "half fetched":
        monkeypatch.setattr(dying, "_fetch", leave_half)
    elif step == "fetched":
        monkeypatch.setattr(dying, "_prepare", die)
    elif step == "in its place":
        monkeypatch.setattr(dying, "_keep", die)
    monkeypatch.setattr(fetching, "_clear", lambda draft: None)
    await sends_evidence(story.maryam)
    # The dead do not tidy up: what they claimed stays claimed.
    async with town.app.database.transaction() as tx:
        (row,) = await tx.fetch("SELECT state, lease_until FROM files")
        if step != "kept":
            assert row[0] == "wanted"
            await tx.run("UPDATE files SET claimed_by = 'another', lease_until = 99999999999999")
    monkeypatch.undo()
    await town.starts_again()
    if town.app.database.dialect == "postgresql" and step != "kept":
        async with town.app.database.transaction() as tx:
            await tx.run("UPDATE files SET lease_until = 0")
        await town.moves(timedelta(minutes=3))
    (file,) = await town.rows(files)
    (blob,) = await town.rows(blobs)
    assert (file.state, file.blob) == (FileState.KEPT, blob.sha256)
    assert list(kept_in(town).names()) == [blob.sha256]
    assert not list((kept_in(town).folder / store.DRAFTS).iterdir())


def cut(target: Path) -> None:
    target.write_bytes(b"half")


async def die(*_: Any, **__: Any) -> Any:
    raise Killed


async def leave_half(wanted: Any, target: Path, limit: int) -> None:
    cut(target)
    raise Killed
