"""Where files lie: seen by every process, copied with the database, and brought back."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import doctor
from bot.app import App
from bot.core.errors import SettingsError
from bot.core.settings import Settings
from bot.files import store as stores
from bot.files.copying import copy_beside, folder_beside, put_back
from bot.files.folder import open_folder, take_folder
from bot.files.store import BlobStore
from bot.files.tables import blobs, files
from bot.storage.backup import back_up, restore
from tests.features.test_practices import Story, forgive_lost_files, story
from tests.files.test_coming_in import kept_in, sends_evidence, shares
from tests.files.test_going_out import opens_evidence, shown
from tests.sent import sent_file
from tests.town import MORNING, Town

__all__ = ["story"]


async def starts(town: Town, folder: Path) -> App:
    """Another process of this installation, with its own folder."""
    settings = town.settings.but(files_dir=folder)
    app = await App.build(settings, town.clock)
    try:
        await app.start()
    except SettingsError:
        await app.database.close()
        raise
    return app


async def test_a_second_process_that_does_not_see_the_folder_is_refused(
    town: Town, tmp_path: Path
) -> None:
    if town.app.database.dialect == "sqlite":
        return
    with pytest.raises(SettingsError, match="is not the folder in which"):
        await starts(town, tmp_path / "elsewhere")
    second = await starts(town, town.settings.resolved_files_dir())
    await second.stop()


async def test_a_process_with_files_elsewhere_does_not_begin(story: Story, tmp_path: Path) -> None:
    town = story.town
    await sends_evidence(story.maryam, "document", name="خطة.pdf")
    elsewhere = BlobStore(tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match="halqa files here"):
        await open_folder(town.app.database, elsewhere)
    await take_folder(town.app.database, elsewhere)
    await open_folder(town.app.database, elsewhere)
    with pytest.raises(SettingsError):
        await open_folder(town.app.database, kept_in(town))
    await take_folder(town.app.database, kept_in(town))


async def test_the_doctor_names_what_is_wrong_with_the_folder(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = story.town
    await sends_evidence(story.maryam, "document", name="خطة.pdf")

    async def said(**changes: object) -> tuple[bool, str]:
        finding = await doctor.check_files(town.settings.but(**changes))
        return finding.fine, finding.text

    assert await said() == (True, f"1 in {kept_in(town).folder}")
    fine, text = await said(files_dir=tmp_path / "elsewhere")
    assert not fine
    assert "does not see the folder" in text
    monkeypatch.setattr(stores, "LEAST_FREE", 2**60)
    monkeypatch.setattr(doctor, "LEAST_FREE", 2**60)
    fine, text = await said()
    assert not fine
    assert "none are taken below" in text
    monkeypatch.undo()
    (file,) = await town.rows(files)
    kept_in(town).remove(file.blob)
    assert await said() == (
        False,
        f"1 of 1 missing in {kept_in(town).folder}: restore them from a backup",
    )


async def test_a_backup_takes_the_bytes_of_its_instant_along(story: Story, tmp_path: Path) -> None:
    town = story.town
    url = town.app.database.url
    if town.app.database.dialect != "sqlite":
        return
    await sends_evidence(story.maryam, "document", name="خطة.pdf")
    await shares(story.maryam)
    copy = back_up(url, tmp_path / "copy").path
    made = copy_beside(copy, kept_in(town))
    (blob,) = await town.rows(blobs)
    beside = BlobStore(folder_beside(copy))
    assert (made.files, made.size, made.missing) == (1, len(sent_file("document")), ())
    assert is_one_file(beside.place(blob.sha256), kept_in(town).place(blob.sha256))
    # The next one has what is there by then, and nothing else.
    await story.maryam.taps("عرض الممارسة")
    async with town.app.database.transaction() as tx:
        await tx.run("DELETE FROM practice_evidence")
        await tx.run("DELETE FROM files")
    for _ in range(2):
        await town.moves(timedelta(hours=25))
    assert not kept_in(town).has(blob.sha256)
    assert beside.place(blob.sha256).read_bytes() == sent_file("document")
    # Back as it was.
    await town.app.stop()
    restore(url, copy, MORNING)
    brought = put_back(copy, kept_in(town))
    assert brought is not None
    assert (brought.files, brought.missing) == (1, ())
    await town.starts_again()
    await opens_evidence(story.huda, "خطة.pdf")
    assert shown(story.huda) == sent_file("document")
    forgive_lost_files(town)


def is_one_file(first: Path, second: Path) -> bool:
    return first.samefile(second)


async def test_bytes_that_are_gone_are_named_by_the_backup(story: Story, tmp_path: Path) -> None:
    town = story.town
    if town.app.database.dialect != "sqlite":
        return
    await sends_evidence(story.maryam, "document", name="خطة.pdf")
    (blob,) = await town.rows(blobs)
    kept_in(town).remove(blob.sha256)
    copy = back_up(town.app.database.url, tmp_path / "copy").path
    assert copy_beside(copy, kept_in(town)).missing == (blob.sha256,)
    assert put_back(tmp_path / "another", kept_in(town)) is None


def test_a_hash_leads_nowhere_else(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    for name in ("../../etc/passwd", "", "A" * 64, "g" * 64, "ab" * 31 + "/x"):
        with pytest.raises(ValueError, match="no hash"):
            store.place(name)
    assert Settings.of({"files_dir": "/srv/x"}).resolved_files_dir() == Path("/srv/x")
