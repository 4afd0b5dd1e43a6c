"""What the platform remembers from one run to the next."""

from pathlib import Path
from typing import Any

import pytest

from bot.simulator import Memory, Simulator, SimUser
from tests.channels.conftest import MARYAM
from tests.simulator.conftest import StillClock

SUAD, CIRCLE = 12, -1001234567890
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8 + (40).to_bytes(4) + (30).to_bytes(4)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


def made(clock: StillClock, folder: Path) -> tuple[Simulator, Any]:
    simulator = Simulator(clock=clock)
    return simulator, simulator.recall(Memory(folder))


async def live(simulator: Simulator) -> None:
    simulator.add_user(SimUser(MARYAM, "مريم", note="معلمة"), started=True)
    simulator.add_user(SimUser(SUAD, "سعاد"))
    simulator.add_group(CIRCLE, "حلقة المعلمات", [MARYAM, SUAD])
    await simulator.send_text(MARYAM, "سلام **عليكم** https://example.org")
    await simulator.send_file(MARYAM, "photo", PICTURE, caption="السبورة")
    await simulator.send_location(SUAD, 24.5, 46.7)
    await simulator.send_contact(SUAD, "966500000000")
    await simulator.block(SUAD)


async def test_phones_chats_files_and_waiting_updates_are_as_they_were(
    clock: StillClock, tmp_path: Path
) -> None:
    first, recalled = made(clock, tmp_path)
    assert recalled is None
    await live(first)
    await first.start()
    clock.advance(hours=5)
    await first.stop()
    second, recalled = made(clock, tmp_path)
    assert recalled == clock.now()
    assert [chat.id for chat in second.world.chats] == [MARYAM, SUAD, CIRCLE]
    for chat in first.world.chats:
        assert second.messages(chat.id) == first.messages(chat.id)
        assert second.world.chats.chat(chat.id) == chat
    stored = second.messages(MARYAM)[1].media
    assert stored is not None
    assert second.file_bytes(stored.file_id) == PICTURE
    assert second.pending_updates == first.pending_updates
    waiting = [pending.update for pending in second.world.updates]
    assert waiting == [pending.update for pending in first.world.updates]


async def test_no_number_is_given_twice(clock: StillClock, tmp_path: Path) -> None:
    first, _ = made(clock, tmp_path)
    await live(first)
    await first.start()
    await first.stop()
    # What a kill may have cost: it was given out and never written down.
    lost = await first.send_text(MARYAM, "بعد آخر حفظ")
    numbers = {pending.update_id for pending in first.world.updates}
    second, _ = made(clock, tmp_path)
    sent = await second.send_text(MARYAM, "بعد العودة")
    assert sent.message_id > lost.message_id
    assert max(pending.update_id for pending in second.world.updates) > max(numbers)


async def test_it_is_its_owner_s_alone_and_is_forgotten_whole(
    clock: StillClock, tmp_path: Path
) -> None:
    folder = tmp_path / "phones"
    first, _ = made(clock, folder)
    await live(first)
    await first.start()
    await first.stop()
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert len(modes) == 2
    assert set(modes.values()) == {0o600}
    assert Memory(folder).phones() == {MARYAM, SUAD}
    Memory(folder).forget()
    assert not folder.exists()
    assert Memory(folder).phones() == frozenset()


@pytest.mark.parametrize("text", ["", "{", '{"version": 99}', "[]", '{"version": 1, "now": "x"}'])
async def test_what_cannot_be_read_is_nothing(clock: StillClock, tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)
    simulator, recalled = made(clock, tmp_path)
    assert recalled is None
    assert list(simulator.world.chats) == []
