"""Notices while the database or the drawing is in trouble."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.delivery import channel_sender, outbox
from bot.delivery.channel import RetryLater, Undelivered
from bot.delivery.drawing import Drawing, Undrawn
from bot.delivery.message import Message
from bot.delivery.notice import Gone, Haste, Later, NoticeKind
from bot.storage.failures import DatabaseAway
from tests.delivery.conftest import DeliveryStory
from tests.delivery.test_notices import MINUTE, rows, tells


async def test_an_outage_while_facts_are_read_costs_no_attempt(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines[1] = DatabaseAway("gone for a moment")
    await tells(delivery, maryam)
    await delivery.opens()
    await delivery.passes(MINUTE)
    assert len(delivery.board.reads) > 5
    delivery.board.lines[1] = "news"
    await delivery.passes(timedelta(seconds=5))
    assert delivery.channel.texts("maryam") == ["news"]
    attempts = await delivery.do(lambda tx: tx.fetch("SELECT attempts FROM outbox"))
    assert attempts[0][0] == 0


async def test_facts_that_do_not_come_hold_nobody_up(
    delivery: DeliveryStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (maryam,) = await delivery.knows("maryam")
    monkeypatch.setattr("bot.delivery.drawing.READ_WITHIN_SECONDS", 0.05)
    delivery.board.lines[1] = "news"
    delivery.board.may_read.clear()
    await tells(delivery, maryam)
    sender = await delivery.opens()
    await sender.idle()
    assert [state for state, _, _ in await rows(delivery)] == ["queued"]
    delivery.board.may_read.set()
    await delivery.passes(timedelta(seconds=5))
    assert delivery.channel.texts("maryam") == ["news"]


async def test_what_is_claimed_goes_back_where_drawing_fails_as_a_whole(
    delivery: DeliveryStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines[1] = "news"
    await tells(delivery, maryam)
    draw = Drawing.draw

    async def fails_once(self: Drawing, messages: Sequence[Message]) -> dict[int, Undrawn]:
        if messages:
            monkeypatch.setattr(Drawing, "draw", draw)
            raise RuntimeError("no drawing at all")
        return {}

    monkeypatch.setattr(Drawing, "draw", fails_once)
    monkeypatch.setattr("bot.delivery.sender.PAUSE_SECONDS", 0.01)
    await delivery.opens()
    await delivery.until(lambda: Drawing.draw is draw)
    await asyncio.sleep(0.05)  # the pause after a fault is in real time
    await delivery.passes(timedelta(seconds=5))
    assert delivery.channel.texts("maryam") == ["news"]


async def test_what_waits_out_an_outage_in_memory_is_true_when_it_leaves(
    delivery: DeliveryStory,
) -> None:
    maryam, salma = await delivery.knows("maryam", "salma")
    delivery.board.lines = {1: "in an hour", 2: "on"}
    await tells(delivery, maryam, line=1)
    await tells(delivery, salma, line=2)
    delivery.channel.will("maryam", *[Undelivered("no network")] * 7)
    delivery.channel.will("salma", *[Undelivered("no network")] * 7)
    await delivery.opens()
    await delivery.passes(timedelta(seconds=5))
    delivery.board.lines = {1: "in half an hour", 2: Gone("cancelled")}
    await delivery.passes(timedelta(minutes=5))
    assert delivery.channel.texts("maryam") == ["in half an hour"]
    assert delivery.channel.texts("salma") == []


async def test_the_others_are_drawn_together_beside_a_kind_that_nobody_knows(
    delivery: DeliveryStory,
) -> None:
    people = await delivery.knows(*(f"teacher {n}" for n in range(20)))
    newer = NoticeKind("tests.newer", delivery.board.facts, delivery.board.draw, haste=Haste.NOW)
    delivery.board.lines[1] = "news"
    await delivery.do(lambda tx: outbox.send(tx, newer, people[:3], {"line": 1}))
    await tells(delivery, *people[3:])
    sender = await delivery.opens()
    await sender.idle()
    assert [len(each) for each in delivery.board.reads] == [17]
    assert [state for state, _, _ in await rows(delivery)] == ["failed"] * 3 + ["sent"] * 17


async def test_what_could_not_be_read_again_is_not_overtaken(
    delivery: DeliveryStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_sender, "back_off", lambda failures: 40.0)
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines = {1: "first", 2: "second", 3: "third"}
    delivery.channel.will("maryam", Undelivered("no network"))
    await tells(delivery, maryam, line=1)
    await delivery.opens()
    await delivery.passes(timedelta(seconds=38))
    await tells(delivery, maryam, line=2)
    await delivery.passes(timedelta(seconds=1))
    delivery.board.lines[1] = DatabaseAway("gone for a moment")
    await delivery.passes(timedelta(seconds=1.5))
    await tells(delivery, maryam, line=3)
    await delivery.passes(timedelta(seconds=1))
    assert delivery.channel.texts("maryam") == []
    delivery.board.lines[1] = "first"
    await delivery.passes(timedelta(seconds=5))
    assert delivery.channel.texts("maryam") == ["first", "second", "third"]


async def test_what_could_not_be_read_at_first_is_not_overtaken(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines = {1: DatabaseAway("gone for a moment"), 2: "second"}
    await tells(delivery, maryam, line=1)
    sender = await delivery.opens()
    await sender.idle()
    delivery.board.lines[1] = "first"
    await tells(delivery, maryam, line=2)
    await delivery.passes(timedelta(seconds=5))
    assert delivery.channel.texts("maryam") == ["first", "second"]


async def test_what_had_better_come_later_after_all_makes_way(
    delivery: DeliveryStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_sender, "back_off", lambda failures: 40.0)
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines = {1: "first", 2: "second"}
    delivery.channel.will("maryam", Undelivered("no network"))
    await tells(delivery, maryam, line=1)
    await delivery.opens()
    await delivery.passes(timedelta(seconds=35))
    delivery.board.lines[1] = Later(delivery.clock.now() + timedelta(hours=8))
    await tells(delivery, maryam, line=2)
    await delivery.passes(timedelta(seconds=10))
    assert delivery.channel.texts("maryam") == ["second"]


async def test_silence_asked_for_while_it_is_read_again_is_kept(
    delivery: DeliveryStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_sender, "back_off", lambda failures: 40.0)
    maryam, *_ = await delivery.knows("maryam", "huda", "salma")
    delivery.board.lines = {1: "first"}
    delivery.channel.will("maryam", Undelivered("no network"))
    await tells(delivery, maryam, line=1)
    await delivery.opens()
    await delivery.passes(timedelta(seconds=38))
    reads = len(delivery.board.reads)
    delivery.board.may_read.clear()
    delivery.clock.advance(timedelta(seconds=3))
    await delivery.until(lambda: len(delivery.board.reads) > reads)
    for name in ("huda", "salma"):
        delivery.channel.will(name, RetryLater(4))
        await delivery.answers(name, "welcome")
    await delivery.until(lambda: not any(delivery.channel.answers.values()))
    delivery.board.may_read.set()
    await delivery.passes(timedelta(seconds=2))
    assert delivery.channel.texts("maryam") == []
    await delivery.passes(timedelta(seconds=3))
    assert delivery.channel.texts("maryam") == ["first"]
