"""What the sender makes of refusals, doubts and people who are gone."""

import logging
import sqlite3
from datetime import timedelta

import pytest

from bot.chat.person import Reach
from bot.chat.screen import Screen
from bot.delivery import outbox
from bot.delivery import sender as sender_module
from bot.delivery.addresses import follow_move
from bot.delivery.channel import (
    Ambiguous,
    ChatMoved,
    Rejected,
    Undelivered,
    Unreachable,
)
from bot.delivery.channel_sender import MOST_DOUBTS
from bot.delivery.message import MessageKind, MessageState
from bot.storage.transaction import Tx
from tests.delivery import former
from tests.delivery.conftest import DeliveryStory
from tests.delivery.scripted import Lost

SENT = MessageState.SENT


async def test_what_surely_did_not_arrive_is_sent_again_until_it_does(
    delivery: DeliveryStory,
) -> None:
    names = ["maryam", "salma", "huda"]
    ids = await delivery.knows(*names)
    await delivery.opens()
    delivery.channel.every = Undelivered("connection refused")
    await delivery.broadcasts("forum", names, "announcement:1")
    await delivery.do(
        lambda tx: former.notify(tx, ids[0], Screen("reminder"), topic="announcement:1")
    )
    await delivery.answers("salma", "answer")
    await delivery.passes(timedelta(hours=1))
    assert delivery.channel.seen == []
    assert 60 < delivery.channel.requests < 400
    delivery.channel.every = None
    await delivery.passes(timedelta(minutes=3))
    assert await delivery.counts("announcement:1") == {SENT: 4}
    assert sorted(delivery.channel.texts("maryam")) == ["forum", "reminder"]
    assert sorted(delivery.channel.texts("salma")) == ["answer", "forum"]


async def test_a_doubtful_broadcast_is_left_to_its_sender(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam", "salma")
    await delivery.opens()
    delivery.channel.will("maryam", Lost(Ambiguous("read time-out")))
    await delivery.broadcasts("forum", ["maryam", "salma"], "announcement:1")
    await delivery.passes(timedelta(minutes=5))
    assert await delivery.counts("announcement:1") == {MessageState.UNKNOWN: 1, SENT: 1}
    assert delivery.channel.texts("maryam") == ["forum"]
    assert await delivery.do(lambda tx: outbox.resend_unknown(tx, "announcement:1")) == 1
    await delivery.settles()
    assert delivery.channel.texts("maryam") == ["forum", "forum"]
    assert await delivery.counts("announcement:1") == {SENT: 2}


async def test_a_doubtful_reminder_is_sent_again(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    await delivery.opens()
    delivery.channel.will("maryam", Ambiguous("502"), Ambiguous("reset"))
    await delivery.do(
        lambda tx: former.notify(
            tx, maryam, Screen("in an hour"), kind=MessageKind.REMINDER, topic="meeting:1"
        )
    )
    await delivery.passes(timedelta(minutes=1))
    assert delivery.channel.texts("maryam") == ["in an hour"]
    assert await delivery.counts("meeting:1") == {SENT: 1}


async def test_a_message_that_stays_in_doubt_is_given_up_and_named_so(
    delivery: DeliveryStory,
) -> None:
    (maryam,) = await delivery.knows("maryam")
    await delivery.opens()
    delivery.channel.every = Ambiguous("500")
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("news"), topic="t"))
    await delivery.passes(timedelta(hours=2))
    assert await delivery.counts("t") == {MessageState.UNKNOWN: 1}
    assert delivery.channel.requests == MOST_DOUBTS


async def test_who_blocked_the_bot_is_not_written_to_again(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    sender = await delivery.opens()
    delivery.channel.will("maryam", Unreachable("bot was blocked by the user"))

    async def queue(tx: Tx) -> None:
        for number in range(3):
            await former.notify(tx, maryam, Screen(f"{number}"), topic="t")
        later = tx.now + timedelta(hours=1)
        await former.notify(tx, maryam, Screen("later"), topic="t", not_before=later)

    await delivery.do(queue)
    await sender.idle()
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("again"), topic="t"))
    await delivery.passes(timedelta(hours=2))
    assert delivery.channel.requests == 1
    assert await delivery.counts("t") == {MessageState.UNREACHABLE: 5}
    assert (await delivery.contact("maryam")).reach is Reach.UNREACHABLE


async def test_a_refused_message_fails_with_a_reference_and_stops_nobody(
    delivery: DeliveryStory, caplog: pytest.LogCaptureFixture
) -> None:
    maryam, salma = await delivery.knows("maryam", "salma")
    sender = await delivery.opens()
    delivery.channel.will("maryam", Rejected("message is too long"))
    delivery.channel.will("salma", ZeroDivisionError("a fault of ours"))

    async def queue(tx: Tx) -> None:
        await former.notify_each(tx, [(maryam, Screen("1")), (salma, Screen("2"))], topic="bad")
        await former.notify_each(tx, [(maryam, Screen("3")), (salma, Screen("4"))], topic="good")

    with caplog.at_level(logging.ERROR):
        await delivery.do(queue)
        await sender.idle()
    assert await delivery.counts("bad") == {MessageState.FAILED: 2}
    assert await delivery.counts("good") == {SENT: 2}
    actions = [vars(record)["action"] for record in caplog.records]
    references = [vars(record)["reference"] for record in caplog.records]
    assert actions == ["delivery.failed", "delivery.failed"]
    errors = await delivery.do(lambda tx: tx.fetch("SELECT error FROM outbox WHERE topic = 'bad'"))
    assert {str(error)[:6] for (error,) in errors} == set(references)


async def test_a_group_that_moved_while_the_disk_was_full_is_followed_later(
    delivery: DeliveryStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (group,) = await delivery.knows("-100")
    await delivery.opens()
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    refused = [full]

    async def follow_or_refuse(tx: Tx, address_id: int, new: str) -> int | None:
        if refused:
            raise refused.pop()
        return await follow_move(tx, address_id, new)

    monkeypatch.setattr(sender_module, "follow_move", follow_or_refuse)
    delivery.channel.will("-100", ChatMoved("-200"), ChatMoved("-200"))
    await delivery.do(lambda tx: former.notify(tx, group, Screen("first"), topic="t"))
    await delivery.passes(timedelta(minutes=1))
    assert delivery.channel.texts("-200") == ["first"]
    assert await delivery.counts("t") == {SENT: 1}


async def test_a_group_that_moved_is_followed_once_and_remembered(delivery: DeliveryStory) -> None:
    (group,) = await delivery.knows("-100")
    sender = await delivery.opens()
    delivery.channel.will("-100", ChatMoved("-200"))
    await delivery.do(lambda tx: former.notify(tx, group, Screen("first"), topic="t"))
    await sender.idle()
    await delivery.do(lambda tx: former.notify(tx, group, Screen("second"), topic="t"))
    await sender.idle()
    assert delivery.channel.texts("-200") == ["first", "second"]
    assert delivery.channel.log == ["request -100", "request -200", "request -200"]
    delivery.channel.will("-200", ChatMoved("-300"))
    delivery.channel.will("-300", ChatMoved("-400"))
    await delivery.do(lambda tx: former.notify(tx, group, Screen("third"), topic="t"))
    await sender.idle()
    assert await delivery.counts("t") == {SENT: 2, MessageState.FAILED: 1}


UNREADABLE = ['{"rows": [[5]]}', '{"file": ["hologram", "ref"]}', "half a scr", "[]"]


@pytest.mark.parametrize("screen", UNREADABLE)
async def test_a_row_that_cannot_be_read_stops_nobody(delivery: DeliveryStory, screen: str) -> None:
    """As an earlier version meets it that is put back in the place of a newer one."""
    maryam, salma = await delivery.knows("maryam", "salma")

    async def queue(tx: Tx) -> None:
        await former.notify(tx, maryam, Screen("1"), topic="bad")
        await tx.run("UPDATE outbox SET screen = ?", screen)
        body = await former.add_body(tx, Screen("2"))
        await former.broadcast(tx, body, [maryam, salma], topic="shared")
        await tx.run("UPDATE bodies SET screen = ?", screen)
        await former.notify_each(tx, [(maryam, Screen("3")), (salma, Screen("4"))], topic="good")

    await delivery.do(queue)
    sender = await delivery.opens()
    await sender.idle()
    assert await delivery.counts("bad") == {MessageState.FAILED: 1}
    assert await delivery.counts("shared") == {MessageState.FAILED: 2}
    assert await delivery.counts("good") == {SENT: 2}
    assert sender.runs
