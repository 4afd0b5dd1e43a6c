"""A channel that changes nothing that was sent, and shows no words that pass."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.channels.telegram import TELEGRAM
from bot.chat.person import Reach, set_reach
from bot.chat.screen import Screen
from bot.core.i18n import Voice
from bot.delivery import outbox
from bot.delivery.copies import delete_original
from bot.delivery.message import MessageKind, MessageState
from bot.delivery.notice import Found, Haste, NoticeKind, NoticeRow
from bot.storage.transaction import Tx
from tests.delivery.conftest import DeliveryStory

SECOND = timedelta(seconds=1)


@pytest.fixture
def still(delivery: DeliveryStory) -> DeliveryStory:
    delivery.channel.traits = replace(TELEGRAM, edits=False, toasts=False)
    delivery.database.unchanging = {"telegram"}
    return delivery


async def starts(
    still: DeliveryStory, line: str = "begins"
) -> tuple[int, Callable[..., Awaitable[None]]]:
    """A message to Maryam that counts, and how it goes on."""
    (maryam,) = await still.knows("maryam")
    progress = still.board.kind(MessageKind.PROGRESS)
    still.board.lines[1] = line
    first = await still.do(
        lambda tx: outbox.start_progress(tx, progress, {"line": 1}, maryam, topic="job:1")
    )

    async def goes_on(news: str, *, ends: bool = False) -> None:
        still.board.lines[1] = news
        await still.do(lambda tx: outbox.refresh(tx, first, progress, {"line": 1}, ends=ends))

    return first, goes_on


async def test_the_beginning_and_the_end_are_messages_of_their_own(still: DeliveryStory) -> None:
    _, goes_on = await starts(still)
    sender = await still.opens()
    await sender.idle()
    for news in ("1 of 3", "2 of 3"):
        await goes_on(news)
        await still.passes(2 * SECOND)
    assert still.channel.texts("maryam") == ["begins"]
    await goes_on("all", ends=True)
    await still.passes(2 * SECOND)
    assert still.channel.texts("maryam") == ["begins", "all"]
    # Afterwards somebody reads it, and it is found to have ended once more.
    await goes_on("all, 1 read")
    await goes_on("all, 2 read", ends=True)
    await still.passes(2 * SECOND)
    assert still.channel.texts("maryam") == ["begins", "all"]
    assert (still.channel.edited, still.channel.requests) == ([], 2)


async def test_what_ended_before_its_beginning_left_is_said_once(still: DeliveryStory) -> None:
    _, goes_on = await starts(still)
    await goes_on("all", ends=True)
    await (await still.opens()).idle()
    assert still.channel.texts("maryam") == ["all"]


async def test_nobody_who_cannot_be_reached_is_told_the_end(still: DeliveryStory) -> None:
    _, goes_on = await starts(still)
    sender = await still.opens()
    await sender.idle()
    await still.do(lambda tx: set_reach(tx, "telegram", "maryam", Reach.UNREACHABLE))
    await goes_on("all", ends=True)
    await sender.idle()
    assert still.channel.texts("maryam") == ["begins"]
    assert await still.counts("job:1:end") == {MessageState.UNREACHABLE: 1}


async def test_an_edit_that_was_queued_before_asks_for_nothing(still: DeliveryStory) -> None:
    """As it is where a channel is put in another's place, or has lost its edits."""
    _, goes_on = await starts(still)
    sender = await still.opens()
    await sender.idle()
    still.database.unchanging = ()
    await goes_on("1 of 3")
    await sender.idle()
    assert (still.channel.requests, still.channel.texts("maryam")) == (1, ["begins"])
    rows = await still.do(lambda tx: tx.fetch("SELECT state FROM outbox ORDER BY id"))
    assert [state for (state,) in rows] == ["sent", "dropped"]


async def test_an_answer_that_would_change_one_is_a_new_message(still: DeliveryStory) -> None:
    await still.knows("maryam")
    sender = await still.opens()
    await still.answers("maryam", "step 1")
    await still.answers("maryam", "step 2", edit="1")
    await sender.idle()
    assert still.channel.texts("maryam") == ["step 1", "step 2"]
    assert (still.channel.edited, still.channel.requests) == ([], 2)


async def test_the_words_of_a_press_are_a_message_at_once(still: DeliveryStory) -> None:
    await still.knows("maryam")
    sender = await still.opens()
    began = still.timer.seconds()
    await still.says_briefly("maryam", "not yours", "press")
    await sender.idle()
    assert still.channel.texts("maryam") == ["not yours"]
    assert still.channel.seen[-1].at == began
    assert still.channel.acknowledged == []


async def test_words_beside_an_answer_are_not_put_where_nobody_sees_them(
    still: DeliveryStory,
) -> None:
    await still.knows("maryam")
    sender = await still.opens()
    await still.answers("maryam", "step 2", press=("press", "saved", False))
    await sender.idle()
    assert still.channel.acknowledged == [("press", "", False)]
    assert still.channel.texts("maryam") == ["step 2"]


async def test_where_edits_are_the_end_is_one(delivery: DeliveryStory) -> None:
    _, goes_on = await starts(delivery)
    sender = await delivery.opens()
    await sender.idle()
    await goes_on("all", ends=True)
    await delivery.passes(2 * SECOND)
    assert delivery.channel.texts("maryam") == ["begins"]
    assert [text for _, _, text in delivery.channel.edited] == ["all"]


async def test_what_cannot_be_taken_back_is_left_without_a_word(still: DeliveryStory) -> None:
    """Whoever was shown a file would only be shown that it is gone."""

    async def facts(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[str]]:
        return {row.id: "gone" for row in rows}

    def draw(voice: Voice, fact: str, now: datetime) -> Screen:
        return Screen(text=fact, takes_back=True)

    kind = NoticeKind("tests.taken_back", facts, draw, haste=Haste.NOW)
    still.board.more.append(kind)
    (maryam,) = await still.knows("maryam")
    sender = await still.opens()
    queued = await still.do(lambda tx: delete_original(tx, kind, 1, maryam, "telegram", "7"))
    assert queued
    await sender.idle()
    assert (still.channel.requests, still.channel.texts("maryam")) == (0, [])
    rows = await still.do(lambda tx: tx.fetch("SELECT state FROM outbox"))
    assert [state for (state,) in rows] == ["dropped"]
