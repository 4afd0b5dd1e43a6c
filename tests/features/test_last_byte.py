"""Whoever is erased is gone to the last byte: from the tables, the file of the database with its
unused pages, the log beside it, and the folder of files; and they stay gone.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from bot import upkeep
from bot.arabic.search import index
from bot.chat.forms.fields import EvidencePiece
from bot.chat.intake.inbox import updates
from bot.core.clock import FrozenClock
from bot.core.errors import SettingsError
from bot.core.settings import Settings
from bot.features import due_work, personal
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions.announcements import AnnouncementDraft
from bot.features.people.actions import erasure
from bot.features.people.actions import people as people_actions
from bot.features.people.actions.people import ProfileChanges
from bot.features.people.actions.search import CLEARED_AFTER
from bot.features.people.queries.audiences import Audience
from bot.features.practices.actions import practices as practice_actions
from bot.files.store import BlobStore
from bot.files.sweeping import SWEPT_AFTER, sweep_idle
from bot.files.tables import blobs
from bot.scheduling.ticker import Ticker
from bot.storage.backup import back_up
from bot.storage.columns import metadata
from bot.storage.database import ERASED, Database, open_database
from bot.tidying import tidying
from tests.features.personal_house import NADA, NAME, NOW, PHONES, House, house
from tests.features.practices_school import READING
from tests.features.test_personal_columns import SEARCH

__all__ = ["house"]

MARK = "سنديانة"
"""A part of her name and of all that she wrote, in no word of anybody else."""
STEM = MARK[:3]
"""As it stands in the segments of the index."""
NAMED = f"{NAME} {MARK}"


async def marked(house: House, store: BlobStore) -> None:
    """She has a name that is hers alone, a circular that waits for its time, an update that could
    not be handled, a practice that she withdrew, and a file whose bytes are on the disk."""
    huda, unit = house.huda, house.department.units[NADA]
    async with house.database.transaction() as tx:
        huda = await people_actions.update_profile(tx, huda, ProfileChanges(name=NAMED))
        said = AnnouncementDraft(Audience(unit.id), f"لقاء {MARK}", f"نلتقي عند {MARK}")
        number = await announcement_actions.write_draft(tx, huda, said)
        when = tx.now + timedelta(days=7)
        await announcement_actions.send(tx, huda, number, when)
        text = EvidencePiece("text", f"نص {MARK}")
        shown = await practice_actions.share_practice(
            tx, huda, replace(READING, title=f"درس {MARK}", evidence=(text,))
        )
        await practice_actions.withdraw_practice(tx, huda, shown.practice.id)
        for key, state in (("aside", "set_aside"), ("done", "done")):
            await tx.execute(
                updates.insert().values(
                    channel="telegram", key=key, sender=str(PHONES[NAME]), state=state, attempts=1,
                    body=f'{{"text": "{MARK}"}}', error=f"ValueError: {MARK}",
                    received_at=tx.now, done_at=tx.now,
                )
            )  # fmt: skip
        data = f"bytes {MARK}".encode()
        sha256 = await asyncio.to_thread(_keep, store, data, tx.now)
        await tx.execute(
            blobs.insert().values(sha256=sha256, size=len(data), mime="text/plain", made_at=tx.now)
        )
        await tx.run("UPDATE files SET blob = ? WHERE owner_id = ?", sha256, huda.id)
    house.people[NAME] = huda


def _keep(store: BlobStore, data: bytes, now: datetime) -> str:
    store.prepare()
    draft = store.draft(1, "worker")
    draft.write_bytes(data)
    return store.take_in(draft, now)[0]


def _bytes_below(folder: Path, names: str = "*") -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob(names) if file.is_file()]


async def _left(house: House, folder: Path, marks: Iterable[str]) -> set[str]:
    """Which of the marks still stand somewhere: in the bytes of the files, or in a table."""
    held = await asyncio.to_thread(_bytes_below, folder)
    if house.database.dialect == "sqlite":
        path = Path(make_url(house.database.url).database or "")
        held += await asyncio.to_thread(_bytes_below, path.parent, f"{path.name}*")
    else:
        async with house.database.reading() as tx:
            tables = [str(await tx.all(select(table))) for table in metadata.sorted_tables]
            found = [str(await tx.fetch(f"SELECT * FROM {name}")) for name in SEARCH[::2]]
        held += [rows.encode() for rows in (*tables, *found)]
    return {
        mark
        for mark in marks
        for written in (mark, json.dumps(mark)[1:-1])
        if any(written.encode() in each for each in held)
    }


async def _time_passes(house: House, by: timedelta) -> None:
    """What is due by then is done: the index is freed, the words of finished messages go."""
    work = due_work()
    house.clock.advance(by)
    ticker = Ticker(house.database, house.clock, work.jobs, [tidying(Settings())], worker="one")
    await ticker.start()
    for _ in range(3):
        await ticker.idle()
        house.clock.advance(timedelta(seconds=2))
    await ticker.idle()
    await ticker.stop()


async def test_nothing_is_left_of_her(house: House, tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "files")
    await marked(house, store)
    private = {MARK, STEM, *house.secrets, str(PHONES[NAME])}
    assert await _left(house, store.folder, private) == private
    async with house.database.transaction() as tx:
        await erasure.erase_person(tx, house.huda, personal())
    await _time_passes(house, CLEARED_AFTER)
    async with house.database.transaction() as tx:
        # A row of the house that stands for no bytes.
        await tx.run("DELETE FROM blobs WHERE sha256 = 'ab'")
        await sweep_idle(tx, store)
    house.clock.advance(SWEPT_AFTER)
    async with house.database.transaction() as tx:
        await sweep_idle(tx, store)
    house.database.signals.send(ERASED)
    await house.database.cleaned()
    assert await _left(house, store.folder, private) == set()


async def test_a_restored_backup_forgets_her_again(house: House, tmp_path: Path) -> None:
    """And nobody who has come to bear her number since."""
    database = house.database
    if database.dialect != "sqlite":
        # A dump that was restored: the list is applied to what is there, as the house has it.
        listed = await upkeep.list_erasures(database.url)
        assert await upkeep.erase_again(database.url, listed) == 1
        assert await upkeep.erase_again(database.url, listed) == 0
        return
    copy = tmp_path / "copy.sqlite3"
    await asyncio.to_thread(back_up, database.url, copy)
    async with database.transaction() as tx:
        await erasure.erase_person(tx, house.huda, personal())
    listed = [each for each in await upkeep.list_erasures(database.url) if each.known_since]
    (own,) = [each for each in listed if each.person_id == house.huda.id][-1:]
    lines = [f"{each.person_id} {each.known_since} {each.erased_at}" for each in listed]
    assert upkeep.read_erasures(lines) == listed
    with pytest.raises(SettingsError, match="line 1"):
        upkeep.read_erasures(["somebody"])
    url = f"sqlite+aiosqlite:///{copy}"
    later = replace(own, known_since=own.known_since + 1)
    assert await upkeep.erase_again(url, [later]) == 0, "the number is somebody else's by now"
    assert await upkeep.erase_again(url, listed) == 1
    assert await upkeep.erase_again(url, listed) == 0
    held = await asyncio.to_thread(_bytes_below, tmp_path, f"{copy.name}*")
    assert not any(str(PHONES[NAME]).encode() in each for each in held)


@pytest.fixture
async def index_of(sqlite_url: str) -> AsyncIterator[Database]:
    database = await open_database(sqlite_url, FrozenClock(NOW))
    yield database
    await database.close()


async def test_the_index_gives_up_the_words_that_were_deleted_from_it(index_of: Database) -> None:
    """FTS5 keeps them in its segments until these are merged."""

    async def held() -> bool:
        async with index_of.reading() as tx:
            rows = await tx.fetch("SELECT block FROM search_tokens_data")
        return any(needle.encode() in block for (block,) in rows)

    async with index_of.transaction() as tx:
        for number in range(60):
            entry = index.SearchEntry("practice", number, "درس القراءة", "كلمات كثيرة هنا")
            await index.index(tx, entry)
        await index.index(tx, index.SearchEntry("practice", 99, f"درس {MARK}"))
        ((tokens,),) = await tx.fetch("SELECT tokens FROM search_tokens WHERE rowid = 61")
        # The beginning is shared with the token before it, and written once.
        needle = next(each for each in tokens.split() if STEM in each)[-2:]
    async with index_of.transaction() as tx:
        await index.forget(tx, "practice", 99)
    assert await held()
    for begins in (True, *[False] * 50):
        async with index_of.transaction() as tx:
            if not await index.clear_forgotten(tx, 1, begins=begins):
                break
    assert not await held()
