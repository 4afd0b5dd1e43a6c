"""Notices become words when they are sent, and say what is so at that moment."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from bot.channels.telegram import rates
from bot.chat.person import PersonState, change_person
from bot.chat.screen import Screen
from bot.delivery import channel_sender, outbox, retention
from bot.delivery.channel import Rejected, Undelivered
from bot.delivery.drawing import FACTS_HOLD_SECONDS
from bot.delivery.message import MessageKind, MessageState
from bot.delivery.notice import Gone, Haste, Later, NoticeKind, Recipient, gather, plain
from bot.storage.transaction import Tx
from tests.delivery.board import Board
from tests.delivery.conftest import DeliveryStory

SENT, QUEUED = MessageState.SENT, MessageState.QUEUED
MINUTE = timedelta(minutes=1)


async def tells(
    delivery: DeliveryStory,
    *people: int,
    line: int = 1,
    kind: MessageKind = MessageKind.NOTICE,
    topic: str = "t",
) -> None:
    told = delivery.board.kind(kind)
    await delivery.do(lambda tx: outbox.send(tx, told, people, {"line": line}, topic=topic))


async def rows(delivery: DeliveryStory) -> list[tuple[str, str | None, int | None]]:
    """State, error and the time before which it does not leave, of each message."""
    found = await delivery.do(
        lambda tx: tx.fetch("SELECT state, error, not_before FROM outbox ORDER BY id")
    )
    return [tuple(row) for row in found]


async def test_it_says_what_is_so_when_it_leaves(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines[1] = "tomorrow"
    await tells(delivery, maryam)
    delivery.board.lines[1] = "today"
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["today"]


async def test_what_has_lost_its_sense_is_dropped_with_its_reason(delivery: DeliveryStory) -> None:
    maryam, salma = await delivery.knows("maryam", "salma")
    delivery.board.lines = {1: Gone("cancelled"), 2: "still on"}
    await tells(delivery, maryam, line=1)
    await tells(delivery, salma, line=2)
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.texts("maryam") == []
    assert delivery.channel.texts("salma") == ["still on"]
    assert await rows(delivery) == [("dropped", "cancelled", None), ("sent", None, None)]
    assert await delivery.counts("t") == {MessageState.DROPPED: 1, SENT: 1}


async def test_what_had_better_come_later_does(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    morning = delivery.clock.now() + timedelta(hours=8)
    delivery.board.lines[1] = Later(morning)
    await tells(delivery, maryam)
    sender = await delivery.opens()
    await sender.idle()
    assert await rows(delivery) == [("queued", None, round(morning.timestamp() * 1000))]
    delivery.board.lines[1] = "good morning"
    delivery.clock.move_to(morning)
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["good morning"]


async def test_a_later_that_has_passed_is_no_busy_loop(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines[1] = Later(delivery.clock.now() - MINUTE)
    await tells(delivery, maryam)
    sender = await delivery.opens()
    await sender.idle()
    assert len(delivery.board.reads) == 1


async def test_what_does_not_hurry_waits_for_the_end_of_a_quiet_time(
    delivery: DeliveryStory,
) -> None:
    maryam, salma = await delivery.knows("maryam", "salma")
    morning = delivery.clock.now() + timedelta(hours=7)
    delivery.board.quiet = {maryam: morning}
    delivery.board.lines = {1: "thanks", 2: "it is off", 3: Gone("taken back")}
    patient = NoticeKind("tests.thanks", delivery.board.facts, delivery.board.draw, haste=Haste.DAY)
    delivery.board.more = [patient]
    for line in (1, 3):
        told = {"line": line}
        await delivery.do(lambda tx: outbox.send(tx, patient, [maryam, salma], told))  # noqa: B023
    await tells(delivery, maryam, salma, line=2)
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["it is off"]
    assert delivery.channel.texts("salma") == ["thanks", "it is off"]
    assert [state for state, _, _ in await rows(delivery)].count("dropped") == 2
    delivery.clock.move_to(morning)
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["it is off", "thanks"]


async def test_many_are_read_at_once_and_drawn_once(delivery: DeliveryStory) -> None:
    people = await delivery.knows(*(f"teacher{n}" for n in range(20)))
    delivery.board.lines[1] = "news"
    await tells(delivery, *people)
    sender = await delivery.opens()
    await sender.idle()
    assert [len(each) for each in delivery.board.reads] == [20]
    assert delivery.board.draws == ["news"]
    assert len(delivery.channel.seen) == 20


async def test_while_many_wait_for_the_rate_few_are_never_read_alone(
    delivery: DeliveryStory,
) -> None:
    people = await delivery.knows(*(f"reader {n}" for n in range(180)))
    delivery.board.lines[1] = "the library opens"
    await tells(delivery, *people)
    await delivery.opens(rates(overall=30, per_chat=1, per_group_minute=20))
    await delivery.settles()
    assert await delivery.counts("t") == {SENT: 180}
    assert len(delivery.board.reads) <= 3


async def test_each_is_spoken_to_in_their_own_voice(delivery: DeliveryStory) -> None:
    maryam, salma, huda = await delivery.knows("maryam", "salma", "huda")
    await delivery.do(
        lambda tx: tx.run("UPDATE people SET gender = 'f' WHERE id IN (?, ?)", maryam, salma)
    )
    delivery.board.lines[1] = "news"
    await tells(delivery, maryam, salma, huda)
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.board.draws == ["news", "news"]


async def test_one_that_cannot_be_drawn_stops_no_other(
    delivery: DeliveryStory, caplog: pytest.LogCaptureFixture
) -> None:
    maryam, salma, huda = await delivery.knows("maryam", "salma", "huda")
    delivery.board.lines = {1: "cannot be drawn", 2: LookupError("no such row"), 3: "news"}
    for person, line in ((maryam, 1), (salma, 2), (huda, 3)):
        await tells(delivery, person, line=line)
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.texts("huda") == ["news"]
    failed = [error for state, error, _ in await rows(delivery) if state == "failed"]
    logged = [getattr(record, "reference", None) for record in caplog.records]
    assert len(failed) == 2
    assert all(error and error.split()[0] in logged for error in failed)


async def test_a_kind_that_nobody_knows_stops_no_other(delivery: DeliveryStory) -> None:
    """A newer version has written it, and an older one runs again."""
    maryam, salma = await delivery.knows("maryam", "salma")
    board = Board({1: "news"})
    newer = NoticeKind("tests.newer", board.facts, board.draw, haste=Haste.NOW)
    await delivery.do(lambda tx: outbox.send(tx, newer, maryam, {"line": 1}, topic="t"))
    later = NoticeKind(
        "tests.notice",
        board.facts,
        board.draw,
        version=2,
        upgrades={1: lambda p, a: (p, a)},
        haste=Haste.NOW,
    )
    await delivery.do(lambda tx: outbox.send(tx, later, maryam, {"line": 1}, topic="t"))
    delivery.board.lines[1] = "news"
    await tells(delivery, salma)
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.texts("salma") == ["news"]
    assert [state for state, _, _ in await rows(delivery)] == ["failed", "failed", "sent"]


async def test_an_older_version_is_brought_up(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    old = NoticeKind("tests.moved", delivery.board.facts, delivery.board.draw, haste=Haste.NOW)
    await delivery.do(lambda tx: outbox.send(tx, old, maryam, {"number": 1}, topic="t"))
    new = NoticeKind(
        "tests.moved", delivery.board.facts, delivery.board.draw, version=3,
        upgrades={
            1: lambda params, args: ({"place": params["number"]}, args),
            2: lambda params, args: ({"line": params["place"]}, args),
        }, haste=Haste.NOW)  # fmt: skip
    delivery.board.lines[1] = "news"
    delivery.board.more = [new]
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["news"]


async def test_words_that_depend_on_the_minute_are_drawn_again(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    delivery.clock.move_to(delivery.clock.now().replace(second=59))
    clock = delivery.board.kinds()["tests.clock"]
    delivery.board.lines[1] = "begins"
    await delivery.do(lambda tx: outbox.send(tx, clock, maryam, {"line": 1}, topic="t"))
    delivery.channel.will("maryam", *[Undelivered("no network")] * 3)
    await delivery.opens()
    await delivery.passes(timedelta(seconds=FACTS_HOLD_SECONDS - 10))
    assert delivery.channel.texts("maryam") == ["begins at 07:01"]
    assert len(delivery.board.reads) == 1


async def test_facts_are_read_again_after_half_a_minute(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines[1] = "then"
    delivery.channel.will("maryam", *[Undelivered("no network")] * 8)
    await tells(delivery, maryam)
    await delivery.opens()
    await delivery.passes(timedelta(minutes=4))
    assert delivery.channel.texts("maryam") == ["then"]
    assert len(delivery.board.reads) >= 2


async def test_facts_grow_old_although_the_clock_is_set_back(
    delivery: DeliveryStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_sender, "back_off", lambda failures: 40.0)
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines[1] = "then"
    delivery.channel.will("maryam", Undelivered("no network"))
    await tells(delivery, maryam)
    await delivery.opens()
    await delivery.passes(timedelta(seconds=35))
    delivery.board.lines[1] = "now"
    delivery.clock.advance(timedelta(seconds=-20))
    await delivery.passes(timedelta())
    delivery.clock.advance(timedelta(seconds=6))
    await delivery.until(lambda: bool(delivery.channel.texts("maryam")))
    assert delivery.channel.texts("maryam") == ["now"]


async def test_nothing_reaches_who_was_erased_meanwhile(delivery: DeliveryStory) -> None:
    maryam, salma = await delivery.knows("maryam", "salma")
    delivery.board.lines[1] = "news"
    delivery.channel.every = Undelivered("no network")
    await tells(delivery, maryam, salma)
    await delivery.opens()
    await delivery.passes(timedelta(seconds=5))
    await delivery.do(lambda tx: retention.forget_person(tx, maryam))
    await delivery.do(lambda tx: change_person(tx, maryam, state=PersonState.GONE))
    await delivery.passes(timedelta(seconds=FACTS_HOLD_SECONDS))
    delivery.channel.every = None
    await delivery.passes(timedelta(minutes=3))
    assert delivery.channel.texts("maryam") == []
    assert delivery.channel.texts("salma") == ["news"]
    assert sorted(await rows(delivery)) == [("dropped", "erased", None), ("sent", None, None)]


async def test_what_is_sent_again_is_drawn_anew(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    broadcast = delivery.board.kind(MessageKind.BROADCAST)
    delivery.board.lines[1] = "at first"

    async def queue(tx: Tx) -> None:
        notice = await outbox.add_notice(tx, broadcast, {"line": 1}, lasting=True)
        await outbox.broadcast(tx, notice, [maryam], topic="a")

    await delivery.do(queue)
    await delivery.do(lambda tx: tx.run("UPDATE outbox SET state = 'unknown', finished_at = ?", 1))
    delivery.board.lines[1] = "corrected"
    assert await delivery.do(lambda tx: outbox.resend_unknown(tx, "a")) == 1
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["corrected"]


async def test_a_crash_between_claim_and_words_loses_nothing(delivery: DeliveryStory) -> None:
    maryam, salma = await delivery.knows("maryam", "salma")
    delivery.board.lines[1] = "news"
    await tells(delivery, maryam, salma)
    delivery.board.may_read.clear()
    await delivery.opens()
    await delivery.until(lambda: bool(delivery.board.reads))
    await delivery.dies()
    delivery.board.may_read.set()
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.texts("maryam") == delivery.channel.texts("salma") == ["news"]


async def test_a_notice_that_was_forgotten_is_dropped(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines[1] = "news"
    await tells(delivery, maryam)
    await delivery.do(lambda tx: tx.run("DELETE FROM notices"))
    sender = await delivery.opens()
    await sender.idle()
    assert await rows(delivery) == [("dropped", "forgotten", None)]


async def test_a_refusal_leaves_no_words_behind(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    delivery.board.lines[1] = "news"
    delivery.channel.will("maryam", Rejected("no"))
    await tells(delivery, maryam)
    sender = await delivery.opens(rates())
    await sender.idle()
    stored = await delivery.do(lambda tx: tx.fetch("SELECT state, screen FROM outbox"))
    assert [tuple(row) for row in stored] == [("failed", None)]


class Colour(StrEnum):
    RED = "red"


async def test_words_never_enter_a_notice(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    kind = delivery.board.kind()
    wrong: list[Any] = [{"name": "مريم"}, {"line": 1, "list": [1, ["مريم"]]}]
    for params in wrong:
        with pytest.raises(TypeError, match="no words"):
            await delivery.do(lambda tx: outbox.send(tx, kind, maryam, params))  # noqa: B023
    told = [Recipient(maryam, (1, "مريم"))]
    with pytest.raises(TypeError, match="no words"):
        await delivery.do(lambda tx: outbox.send_to(tx, kind, {"line": 1}, told))
    assert await rows(delivery) == []
    assert plain([1, None, True, Colour.RED, [delivery.clock.now()]]) == [
        1, None, True, "red", [round(delivery.clock.now().timestamp() * 1000)],
    ]  # fmt: skip


def test_nothing_waits_for_a_naive_moment() -> None:
    """It would be found only when what was claimed with it is `sending`."""
    with pytest.raises(ValueError, match="naive"):
        Later(datetime(2026, 11, 22, 7))  # noqa: DTZ001


def test_kinds_that_clash_are_refused_at_the_start() -> None:
    board = Board()
    kind = board.kind()
    with pytest.raises(ValueError, match=r"tests\.notice"):
        gather([kind, kind])
    with pytest.raises(ValueError, match="version 1"):
        gather(
            [
                NoticeKind(
                    "tests.notice", board.facts, lambda *_: Screen(), version=2, haste=Haste.NOW
                )
            ]
        )
