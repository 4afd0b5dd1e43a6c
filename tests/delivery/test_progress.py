"""Messages that count: edited in place, as things stand when the edit leaves."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.chat.person import Reach, set_reach
from bot.chat.screen import Screen
from bot.delivery import outbox
from bot.delivery.channel import CannotEdit
from bot.delivery.message import MessageKind, MessageState
from tests.delivery import former
from tests.delivery.conftest import DeliveryStory


async def starts_progress(delivery: DeliveryStory) -> tuple[int, Callable[[str], Awaitable[None]]]:
    """A message to Maryam that counts, and how it goes on."""
    (maryam,) = await delivery.knows("maryam")
    progress = delivery.board.kind(MessageKind.PROGRESS)

    async def writes(news: str) -> None:
        delivery.board.lines[1] = news
        await delivery.do(lambda tx: outbox.refresh(tx, message, progress, {"line": 1}))

    delivery.board.lines[1] = "1"
    message = await delivery.do(
        lambda tx: outbox.start_progress(tx, progress, {"line": 1}, maryam, topic="job:1")
    )
    return message, writes


async def test_progress_that_has_not_left_needs_no_edit(delivery: DeliveryStory) -> None:
    _, writes = await starts_progress(delivery)
    await writes("2")
    await writes("3")
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["3"]
    assert delivery.channel.edited == []


async def test_progress_without_an_address_stays_silent(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam")
    await delivery.do(lambda tx: set_reach(tx, "telegram", "maryam", Reach.UNREACHABLE))
    (maryam,) = delivery.people.values()
    progress = delivery.board.kind(MessageKind.PROGRESS)
    message = await delivery.do(
        lambda tx: outbox.start_progress(tx, progress, {"line": 1}, maryam, topic="job:1")
    )
    await delivery.do(lambda tx: outbox.refresh(tx, message, progress, {"line": 1}))
    assert await delivery.counts("job:1") == {MessageState.UNREACHABLE: 1}


async def test_progress_of_a_former_version_goes_on(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    await delivery.do(
        lambda tx: former.notify(
            tx, maryam, Screen("1 of 2"), kind=MessageKind.PROGRESS, topic="job:1"
        )
    )
    progress = delivery.board.kind(MessageKind.PROGRESS)
    delivery.board.lines[1] = "2 of 2"
    await delivery.do(lambda tx: outbox.refresh(tx, 1, progress, {"line": 1}))
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["1 of 2"]
    assert delivery.channel.edited == [("maryam", "1", "2 of 2")]


async def test_progress_of_a_former_version_keeps_one_notice_for_all_its_edits(
    delivery: DeliveryStory,
) -> None:
    (maryam,) = await delivery.knows("maryam")
    await delivery.do(
        lambda tx: former.notify(
            tx, maryam, Screen("1 of 9"), kind=MessageKind.PROGRESS, topic="job:1"
        )
    )
    sender = await delivery.opens()
    await sender.idle()
    progress = delivery.board.kind(MessageKind.PROGRESS)
    for done in range(2, 9):
        delivery.board.lines[1] = f"{done} of 9"
        await delivery.do(lambda tx: outbox.refresh(tx, 1, progress, {"line": 1}))
        await sender.idle()
    assert [text for *_, text in delivery.channel.edited] == [f"{n} of 9" for n in range(2, 9)]
    assert await delivery.do(lambda tx: tx.fetch("SELECT count(*) FROM notices")) == [(1,)]


async def test_work_that_goes_on_changes_its_message_in_place(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    sender = await delivery.opens()
    progress = delivery.board.kind(MessageKind.PROGRESS)
    line = {"line": 1}

    async def writes(news: str) -> None:
        delivery.board.lines[1] = news
        await delivery.do(lambda tx: outbox.refresh(tx, message, progress, line))

    delivery.board.lines[1] = "0 of 3"
    message = await delivery.do(
        lambda tx: outbox.start_progress(tx, progress, line, maryam, topic="job:1")
    )
    await sender.idle()
    delivery.channel.open.clear()
    for done in (1, 2, 3):
        await writes(f"{done} of 3")
        for _ in range(50):
            await asyncio.sleep(0)
    delivery.channel.open.set()
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["0 of 3"]
    assert delivery.channel.edited[-1] == ("maryam", "1", "3 of 3")
    delivery.channel.will("maryam", CannotEdit())
    await writes("ready")
    await sender.idle()
    await writes("sent on")
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["0 of 3", "ready"]
    assert delivery.channel.edited[-1] == ("maryam", "2", "sent on")


async def test_what_would_read_the_same_is_not_edited(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    sender = await delivery.opens()
    progress = delivery.board.kind(MessageKind.PROGRESS)
    delivery.board.lines[1] = "1 of 2"
    message = await delivery.do(
        lambda tx: outbox.start_progress(tx, progress, {"line": 1}, maryam, topic="job:1")
    )
    await sender.idle()
    for news in ("1 of 2", "2 of 2", "2 of 2"):
        delivery.board.lines[1] = news
        await delivery.do(lambda tx: outbox.refresh(tx, message, progress, {"line": 1}))
        await sender.idle()
    assert delivery.channel.edited == [("maryam", "1", "2 of 2")]
    rows = await delivery.do(lambda tx: tx.fetch("SELECT DISTINCT state FROM outbox"))
    assert [row[0] for row in rows] == ["sent"]
