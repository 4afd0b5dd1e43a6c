"""What former versions left with Telegram is brought over, broken off and taken up again, and asked
about."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import upkeep
from bot.channels.telegram import Telegram
from bot.features.announcements.models import announcements
from bot.features.practices.models import evidence
from bot.files.kinds import Consent, FileState
from bot.files.store import BlobStore
from bot.files.tables import files
from bot.upkeep import FetchedFiles
from tests.reading import readable
from tests.sent import sent_file
from tests.upgraded import Upgraded, upgraded

__all__ = ["upgraded"]


def sound(upgraded: Upgraded) -> None:
    """What Telegram holds are files as phones send them; two of them are called what they are
    not."""
    for file in upgraded.town.simulator.world.files._by_unique.values():
        file.data = sent_file(file.kind)
        file.size = len(file.data)


async def fetches(upgraded: Upgraded) -> tuple[FetchedFiles, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    done = await upkeep.fetch_files(
        upgraded.town.settings, lambda number, total: told.append((number, total))
    )
    return done, told


async def old_pieces(upgraded: Upgraded) -> list[Any]:
    return [piece for piece in await upgraded.town.rows(evidence) if piece.kind != "text"]


async def test_it_is_fetched_broken_off_and_gone_on_with(
    upgraded: Upgraded, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound(upgraded)
    monkeypatch.setattr("bot.files.fetching.MOST_AT_ONCE", 1)
    asked: list[str] = []
    bring = Telegram.bring

    async def counting(self: Telegram, reference: str, target: Path, limit: int) -> None:
        asked.append(reference)
        if len(asked) == 4:
            begun.cancel()
            await asyncio.sleep(3600)
        await bring(self, reference, target, limit)

    monkeypatch.setattr(Telegram, "bring", counting)
    before = await old_pieces(upgraded)
    begun = asyncio.create_task(fetches(upgraded))
    with pytest.raises(asyncio.CancelledError):
        await begun
    rows = await upgraded.town.rows(files)
    states = [row.state for row in rows]
    assert states.count(FileState.KEPT) == 3
    assert len(states) == len(before) + 3, "and three announcements"
    fetched = list(asked[:3])

    done, told = await fetches(upgraded)
    assert not set(asked[4:]) & set(fetched)
    assert told[-1] == (len(states) - 3, len(states) - 3)
    assert (done.kept, len(done.lost), done.waiting) == (len(states) - 2, 2, 0)
    assert all("misnamed" in line for line in done.lost)
    for piece in await old_pieces(upgraded):
        (row,) = await upgraded.town.rows(files, id=piece.file_id)
        assert piece.ref == ""
        assert row.reference == ""
        assert row.used_at is not None
        if row.state is FileState.KEPT:
            assert BlobStore(upgraded.town.settings.resolved_files_dir()).has(row.blob)
    sent = [row for row in await upgraded.town.rows(announcements) if row.file_id]
    assert [row.file["ref"] for row in sent] == ["", "", ""]

    # A third time there is nothing to do, and nobody is asked again.
    again, _ = await fetches(upgraded)
    assert (again.kept, again.asked) == (done.kept, 0)


async def test_it_opens_from_our_own_bytes_and_owners_are_asked(upgraded: Upgraded) -> None:
    sound(upgraded)
    done, _ = await fetches(upgraded)
    assert done.asked > 0
    town, hands = upgraded.town, upgraded.hands
    # Telegram forgets what people sent.
    town.simulator.world.files._by_id.clear()
    number = await upgraded.value("SELECT id FROM practices WHERE title = ?", "بطاقات المسائل")
    huda = upgraded["هدى"]
    await hands.goes(huda, "/practices", "practices.ours")
    await hands.press(huda, "practices.open", number)
    await hands.press(huda, "practices.piece", number, 0)
    media = huda.last().media
    assert media is not None
    assert media.kind == "photo"
    assert media.data[:3] == b"\xff\xd8\xff"

    # The owner is asked once, and answers.
    owner = await upgraded.value("SELECT author_id FROM practices WHERE id = ?", number)
    (name,) = [n for n in upgraded.numbers if await town.person_id(upgraded[n]) == owner]
    salma = upgraded[name]
    town.app.sender.wake()
    await town.app.sender.idle()
    assert any("أسأل عن" in readable(m.shown_text) for m in salma.messages())
    mine = [row for row in await town.rows(files, owner_id=owner) if row.consent == "not_asked"]
    assert all(row.asked_at for row in mine)
    await hands.press(salma, "people.unanswered")
    salma.sees("هل يمكن التعرف")
    await hands.press(salma, "people.answered", mine[0].id, "n")
    (row,) = await town.rows(files, id=mine[0].id)
    assert (row.consent, row.state) == (Consent.NOBODY, FileState.KEPT)
    assert row.consented_at is not None


async def test_what_nobody_answers_for_is_hidden_after_sixty_days(upgraded: Upgraded) -> None:
    sound(upgraded)
    await fetches(upgraded)
    town = upgraded.town
    asked = [row for row in await town.rows(files) if row.asked_at]
    await town.moves(to=max(row.asked_at for row in asked) + timedelta(days=61))
    rows = {row.id: row for row in await town.rows(files)}
    assert {rows[row.id].state for row in asked} <= {
        FileState.CONCEALED,
        FileState.WITHDRAWN,
        FileState.REFUSED,
    }
    documents = [row for row in rows.values() if row.consent is Consent.NEEDLESS]
    assert FileState.KEPT in {row.state for row in documents}
    hands, huda = upgraded.hands, upgraded["هدى"]
    number = await upgraded.value("SELECT id FROM practices WHERE title = ?", "بطاقات المسائل")
    await hands.goes(huda, "/practices", "practices.ours")
    await hands.press(huda, "practices.open", number)
    await hands.press(huda, "practices.piece", number, 0)
    assert huda.last().media is None
    huda.sees("الملف نفسه غير موجود")
