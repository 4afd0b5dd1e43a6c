"""Messages that show a file are brought in line with what it is by now, in pieces."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.delivery import copies as delivered_copies
from bot.delivery import results as delivery_results
from bot.delivery.files import Copy, note_copies
from bot.features import personal
from bot.features.people.actions.erasure import erase_person
from bot.features.people.actions.files import bring_in_line, withdraw_file
from bot.features.people.notices.files import BLANK
from bot.files.consent import confirm, keep_part
from bot.files.kinds import Consent
from bot.files.tables import copies, files
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.features.test_guardians_no import shared_picture
from tests.features.test_practices import Story, story
from tests.town import Phone

__all__ = ["story"]


@pytest.mark.parametrize("how", ["withdrawn", "hidden", "drawn again", "erased"])
async def test_what_is_noted_late_shows_what_the_file_is_by_now(
    story: Story, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """A slow process notes that Huda was shown the picture long after all others were changed."""
    town, maryam = story.town, story.people["مريم"]
    held = list[Copy]()

    async def hold(tx: Tx, shown: list[Copy]) -> None:
        held.extend(shown)

    monkeypatch.setattr(delivery_results, "note_copies", hold)
    await shared_picture(story)
    monkeypatch.undo()
    before = seen_by(story.huda)
    (file,) = await town.rows(files)
    async with town.app.database.transaction() as tx:
        if how == "withdrawn":
            await withdraw_file(tx, maryam, file.id)
        elif how == "erased":
            await erase_person(tx, maryam, personal())
        else:
            await tx.execute(update(files).values(consent=Consent.NOT_ASKED))
            await keep_part(tx, maryam.id, file.id, "top")
    await town.settles()
    if how == "drawn again":
        async with town.app.database.transaction() as tx:
            await confirm(tx, maryam.id, file.id)
    await town.moves(timedelta(minutes=5))
    assert seen_by(story.huda) == before
    async with town.app.database.transaction() as tx:
        await note_copies(tx, held)
    await town.settles()
    if how == "drawn again":
        assert seen_by(story.huda) not in (before, BLANK.read_bytes())
    else:
        assert seen_by(story.huda) == BLANK.read_bytes()
    await town.moves(timedelta(hours=2))
    assert (await town.rows(files) == []) == (how == "erased")
    assert {row.hidden for row in await town.rows(copies)} <= {how == "hidden"}


@pytest.mark.parametrize("how", ["confirmed", "erased"])
async def test_killed_in_the_middle_it_goes_on_with_the_other_messages(
    story: Story, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Never more of them in one transaction than `AT_ONCE`, however many there are."""
    town, maryam = story.town, story.people["مريم"]
    await shared_picture(story)
    await story.noura.taps("قراءة الممارسة")
    await story.noura.taps("صورة 1")
    phones = (story.huda, story.noura)
    before = seen_by(story.huda)
    (file,) = await town.rows(files)
    async with town.app.database.transaction() as tx:
        await tx.execute(update(files).values(consent=Consent.NOT_ASKED))
        if how == "confirmed":
            await keep_part(tx, maryam.id, file.id, "top")
    await town.settles()
    monkeypatch.setattr(delivered_copies, "AT_ONCE", 1)
    touched = list[tuple[Tx, int]]()
    count_touched(monkeypatch, touched)
    monkeypatch.setattr(town.app.files, "_anew", rests)
    async with town.app.database.transaction() as tx:
        if how == "confirmed":
            # What was hidden at once shows what it was before again, as if it had just come.
            await tx.execute(update(copies).values(hidden=0))
            await confirm(tx, maryam.id, file.id)
        else:
            await erase_person(tx, maryam, personal())
    assert touched == []
    # Two are marked, which is then seen to be all, and one of them is shown.
    for _ in range(4 if how == "confirmed" else 1):
        async with town.app.database.transaction() as tx:
            assert await bring_in_line(tx)
    with pytest.raises(Killed):
        await is_killed_before_it_commits(town.app.database)
    await town.settles()
    assert [is_changed(phone, before, how) for phone in phones].count(True) == 1
    await town.starts_again()
    assert all(is_changed(phone, before, how) for phone in phones)
    for tx, _ in touched:
        assert sum(rows for each, rows in touched if each is tx) <= 1
    await town.moves(timedelta(hours=2))
    assert (await town.rows(files) == []) == (how == "erased")


def is_changed(phone: Phone, before: bytes, how: str) -> bool:
    seen, blank = seen_by(phone), BLANK.read_bytes()
    return seen == blank if how == "erased" else seen not in (before, blank)


async def rests(tx: Tx) -> bool:
    return False


async def is_killed_before_it_commits(database: Database) -> None:
    async with database.transaction() as tx:
        await bring_in_line(tx)
        raise Killed


def count_touched(monkeypatch: pytest.MonkeyPatch, touched: list[tuple[Tx, int]]) -> None:
    """Note how many messages each transaction marks or changes."""
    mark, change = delivered_copies._mark, delivered_copies._change

    async def marks(tx: Tx, *args: Any) -> Any:
        found = await mark(tx, *args)
        touched.append((tx, len(found)))
        return found

    async def changes(tx: Tx, kind: Any, about: Any, topic: str, messages: Any) -> None:
        touched.append((tx, len(messages)))
        await change(tx, kind, about, topic, messages)

    monkeypatch.setattr(delivered_copies, "_mark", marks)
    monkeypatch.setattr(delivered_copies, "_change", changes)


class Killed(BaseException):
    """The process ends here."""


def seen_by(phone: Phone) -> bytes:
    """What the one message with a file shows."""
    (media,) = [message.media for message in phone.messages() if message.media]
    return media.data
