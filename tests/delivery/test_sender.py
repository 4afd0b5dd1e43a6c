"""Stories of the sender: what people get, when, and what is written about it."""

import asyncio
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest

from bot.channels.telegram import rates
from bot.chat.screen import Attachment, Screen
from bot.delivery import outbox
from bot.delivery.channel import (
    CannotEdit,
    Rejected,
    RetryLater,
)
from bot.delivery.channel_sender import BULK_IN_FLIGHT, IN_FLIGHT
from bot.delivery.limits import Limits
from bot.delivery.message import Message, MessageState
from bot.files.kinds import FileKind
from bot.storage.transaction import Tx
from tests.delivery import former
from tests.delivery.conftest import DeliveryStory
from tests.delivery.scripted import ScriptedChannel

SENT = MessageState.SENT


async def test_an_answer_goes_out_at_once_after_the_press_is_acknowledged(
    delivery: DeliveryStory,
) -> None:
    await delivery.knows("maryam")
    sender = await delivery.opens()
    await delivery.answers("maryam", "welcome", press=("press-1", "saved", False))
    await sender.idle()
    assert delivery.channel.acknowledged == [("press-1", "saved", False)]
    assert delivery.channel.log == ["acknowledge press-1", "request maryam"]
    assert delivery.channel.texts("maryam") == ["welcome"]
    rows = await delivery.do(lambda tx: tx.fetch("SELECT state, message FROM outbox"))
    assert [tuple(row) for row in rows] == [("sent", "1")]


async def test_an_answer_that_changes_a_message_falls_back_to_a_new_one(
    delivery: DeliveryStory,
) -> None:
    await delivery.knows("maryam")
    sender = await delivery.opens()
    await delivery.answers("maryam", "step 2", edit="7")
    await sender.idle()
    delivery.channel.will("maryam", CannotEdit())
    await delivery.answers("maryam", "step 3", edit="7")
    await sender.idle()
    assert delivery.channel.edited == [("maryam", "7", "step 2")]
    assert delivery.channel.texts("maryam") == ["step 3"]


async def test_a_notice_wakes_the_sender_once_it_is_durable(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    sender = await delivery.opens()
    await sender.idle()

    async def fail(tx: Tx) -> None:
        await former.notify(tx, maryam, Screen("never"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await delivery.do(fail)
    await sender.idle()
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("news")))
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["news"]


async def test_a_broadcast_reaches_everybody_within_the_overall_rate(
    delivery: DeliveryStory,
) -> None:
    names = [f"teacher{n}" for n in range(60)]
    await delivery.knows(*names)
    await delivery.opens(rates())
    await delivery.broadcasts("forum on Sunday", names, "announcement:1")
    await delivery.settles()
    assert await delivery.counts("announcement:1") == {SENT: 60}
    times = [seen.at for seen in delivery.channel.seen]
    assert {seen.chat for seen in delivery.channel.seen} == set(names)
    for number, time in enumerate(times):
        assert sum(1 for other in times[number:] if other < time + 1) <= 30
    assert times[-1] - times[0] < 60 / 29


async def test_an_answer_leaves_at_the_next_slot_in_a_broadcast(delivery: DeliveryStory) -> None:
    names = [f"teacher{n}" for n in range(100)]
    await delivery.knows(*names, "maryam")
    await delivery.opens(rates())
    await delivery.broadcasts("forum", names, "announcement:1")
    await delivery.passes(timedelta(seconds=1))
    before = delivery.timer.seconds()
    await delivery.answers("maryam", "here you are")
    await delivery.passes(timedelta(milliseconds=40))
    (answer,) = [seen for seen in delivery.channel.seen if seen.chat == "maryam"]
    assert answer.at <= before + 0.04
    assert len(delivery.channel.seen) < 100


async def test_a_slow_broadcast_leaves_room_for_answers(delivery: DeliveryStory) -> None:
    names = [f"teacher{n}" for n in range(200)]
    await delivery.knows(*names, "maryam")
    sender = await delivery.opens()
    delivery.channel.open.clear()
    await delivery.broadcasts("forum", names, "announcement:1")
    await delivery.until(lambda: delivery.channel.in_flight == BULK_IN_FLIGHT)
    await delivery.answers("maryam", "here you are")
    await asyncio.sleep(0)
    assert delivery.channel.log[-1] == "request maryam"
    delivery.channel.open.set()
    await sender.idle()
    assert delivery.channel.most_in_flight <= IN_FLIGHT
    assert await delivery.counts("announcement:1") == {SENT: 200}


async def test_one_person_gets_messages_in_order_one_a_second(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    await delivery.opens(rates())

    async def queue(tx: Tx) -> None:
        for number in range(4):
            await former.notify(tx, maryam, Screen(f"news {number}"))

    await delivery.do(queue)
    await delivery.settles()
    assert delivery.channel.texts("maryam") == [f"news {number}" for number in range(4)]
    times = [seen.at for seen in delivery.channel.seen]
    assert all(later - earlier >= 1 for earlier, later in pairwise(times))


async def test_many_messages_to_one_person_do_not_block_the_others(delivery: DeliveryStory) -> None:
    maryam, salma = await delivery.knows("maryam", "salma")
    await delivery.opens(rates())

    async def queue(tx: Tx) -> None:
        await former.notify_each(tx, [(maryam, Screen(f"{n}")) for n in range(150)], topic="t")
        await former.notify(tx, salma, Screen("hello"), topic="t")

    await delivery.do(queue)
    await delivery.passes(timedelta(seconds=5))
    assert delivery.channel.texts("salma") == ["hello"]
    await delivery.passes(timedelta(minutes=4))
    assert delivery.channel.texts("maryam") == [str(n) for n in range(150)]
    assert await delivery.counts("t") == {SENT: 151}


async def test_a_second_chats_429_silences_everything_until_its_very_end(
    delivery: DeliveryStory,
) -> None:
    names = [f"teacher{n}" for n in range(40)]
    await delivery.knows(*names)
    await delivery.opens(rates())
    delivery.channel.will("teacher9", RetryLater(7.5))
    delivery.channel.will("teacher12", RetryLater(7.5))
    await delivery.broadcasts("forum", names, "announcement:1")
    await delivery.passes(timedelta(minutes=1))
    assert await delivery.counts("announcement:1") == {SENT: 40}
    gaps = [later.at - earlier.at for earlier, later in pairwise(delivery.channel.seen)]
    assert 7.5 <= max(gaps) < 7.6
    assert delivery.channel.requests == 42


async def test_one_chats_429_is_its_own(delivery: DeliveryStory) -> None:
    """A long wait for one chat: the broadcast goes on for the others, whatever follows to the same
    chat waits with it in the queue, in its order, and it is asked again only when it is over."""
    names = [f"teacher{n}" for n in range(40)]
    await delivery.knows(*names)
    await delivery.opens(rates())
    delivery.channel.will("teacher9", RetryLater(90))
    await delivery.broadcasts("forum", names, "announcement:1")
    await delivery.passes(timedelta(seconds=10))
    assert await delivery.counts("announcement:1") == {SENT: 39, MessageState.QUEUED: 1}
    notify = delivery.people["teacher9"]
    await delivery.do(lambda tx: former.notify(tx, notify, Screen("second"), topic="t"))
    await delivery.do(lambda tx: former.notify(tx, notify, Screen("third"), topic="t"))
    await delivery.passes(timedelta(seconds=75))
    assert delivery.channel.texts("teacher9") == []
    assert delivery.channel.requests == 40
    await delivery.passes(timedelta(seconds=30))
    assert sorted(delivery.channel.texts("teacher9")) == ["forum", "second", "third"]
    ordered = [text for text in delivery.channel.texts("teacher9") if text != "forum"]
    assert ordered == ["second", "third"]


async def test_an_edit_that_has_to_wait_holds_its_own_chat(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam", "salma")
    sender = await delivery.opens()
    delivery.channel.will("maryam", RetryLater(90))
    contact = await delivery.contact("maryam")
    message = await delivery.do(
        lambda tx: outbox.reply(tx, contact, Screen("changed"), worker="one", edit="7")
    )
    sender.hand_over(message)
    await sender.idle()
    salma = delivery.people["salma"]
    await delivery.do(lambda tx: former.notify(tx, salma, Screen("news")))
    await sender.idle()
    assert delivery.channel.texts("salma") == ["news"]
    assert delivery.channel.edited == []
    await delivery.passes(timedelta(seconds=91))
    assert delivery.channel.edited == [("maryam", "7", "changed")]


@pytest.mark.parametrize("dies", [False, True], ids=["goes on", "starts anew"])
async def test_the_newest_answer_is_what_stays_after_a_long_wait(
    delivery: DeliveryStory, *, dies: bool
) -> None:
    """What is pressed while the chat has to wait waits behind what came before, and as long."""
    await delivery.knows("maryam")
    sender = await delivery.opens()
    delivery.channel.will("maryam", RetryLater(90))
    contact = await delivery.contact("maryam")

    async def answer(tx: Tx, text: str) -> Message:
        return await outbox.reply(tx, contact, Screen(text), worker="one", edit="7")

    for text in ("first", "second"):
        sender.hand_over(await delivery.do(partial(answer, text=text)))
        await sender.idle()
    if dies:
        await delivery.dies()
        await delivery.opens()
    await delivery.passes(timedelta(seconds=80))
    assert delivery.channel.requests == 1
    await delivery.passes(timedelta(seconds=20))
    assert [text for _, _, text in delivery.channel.edited] == ["first", "second"]


@pytest.mark.parametrize(("names", "after"), [(["maryam", "maryam"], 30), (["-1", "-2"], 30)])
async def test_the_same_chat_twice_and_groups_hold_nobody_else(
    delivery: DeliveryStory, names: list[str], after: float
) -> None:
    people = await delivery.knows(*dict.fromkeys(names), "salma")
    sender = await delivery.opens()
    for name in names:
        delivery.channel.will(name, RetryLater(after))

    async def queue(tx: Tx) -> None:
        for person in people[:-1]:
            await former.notify(tx, person, Screen("held"))

    await delivery.do(queue)
    await delivery.passes(timedelta(seconds=after + 1))
    await delivery.do(lambda tx: former.notify(tx, people[-1], Screen("news")))
    await sender.idle()
    assert delivery.channel.texts("salma") == ["news"]


async def test_a_429_of_a_group_is_its_own(delivery: DeliveryStory) -> None:
    group, maryam = await delivery.knows("-100", "maryam")
    sender = await delivery.opens()
    delivery.channel.will("-100", RetryLater(30))
    await delivery.do(lambda tx: former.notify(tx, group, Screen("to all")))
    await sender.idle()
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("to you")))
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["to you"]
    delivery.clock.advance(timedelta(seconds=29.999))
    await sender.idle()
    assert delivery.channel.texts("-100") == []
    delivery.clock.advance(timedelta(seconds=0.001))
    await sender.idle()
    assert delivery.channel.texts("-100") == ["to all"]


async def test_what_is_too_late_is_not_sent(delivery: DeliveryStory) -> None:
    maryam, salma = await delivery.knows("maryam", "salma")

    async def queue(tx: Tx) -> None:
        soon = tx.now + timedelta(minutes=5)
        await former.notify(tx, maryam, Screen("starts"), topic="t", expires_at=soon)
        body = await former.add_body(tx, Screen("today only"))
        await former.broadcast(tx, body, [maryam, salma], topic="t", expires_at=soon)

    await delivery.do(queue)
    delivery.clock.advance(timedelta(minutes=5))
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.requests == 0
    assert await delivery.counts("t") == {MessageState.EXPIRED: 3}


async def test_a_message_for_later_leaves_when_the_clock_gets_there(
    delivery: DeliveryStory,
) -> None:
    (maryam,) = await delivery.knows("maryam")
    sender = await delivery.opens()
    morning = delivery.clock.now() + timedelta(hours=9)
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("morning"), not_before=morning))
    await sender.idle()
    delivery.clock.move_to(morning - timedelta(milliseconds=1))
    await sender.idle()
    assert delivery.channel.seen == []
    delivery.clock.move_to(morning)
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["morning"]


async def test_a_file_is_uploaded_once_for_all_its_readers(delivery: DeliveryStory) -> None:
    names = [f"teacher{n}" for n in range(30)]
    ids = await delivery.knows(*names)
    sender = await delivery.opens()
    file = Attachment(FileKind.DOCUMENT, path="plan.pdf", name="plan.pdf")

    async def queue(tx: Tx) -> int:
        body = await former.add_body(tx, Screen("the plan", attachment=file))
        await former.broadcast(tx, body, ids, topic="announcement:1")
        return body

    delivery.channel.will("teacher0", Rejected("no"))
    body = await delivery.do(queue)
    await sender.idle()
    files = [seen.file for seen in delivery.channel.seen]
    assert files == ["plan.pdf"] + ["ref-1"] * 28
    rows = await delivery.do(lambda tx: tx.fetch("SELECT file_refs FROM bodies WHERE id = ?", body))
    assert rows[0][0] == '{"telegram":"ref-1"}'
    assert await delivery.counts("announcement:1") == {SENT: 29, MessageState.FAILED: 1}


async def test_stopping_returns_what_has_not_left(delivery: DeliveryStory) -> None:
    names = [f"teacher{n}" for n in range(50)]
    await delivery.knows(*names)
    sender = await delivery.opens(rates())
    await delivery.broadcasts("forum", names, "announcement:1")
    await delivery.until(lambda: bool(delivery.channel.seen))
    await sender.stop()
    counts = await delivery.counts("announcement:1")
    assert counts[SENT] == len(delivery.channel.seen)
    assert counts == {SENT: counts[SENT], MessageState.QUEUED: 50 - counts[SENT]}
    await delivery.opens(rates())
    await delivery.settles()
    assert await delivery.counts("announcement:1") == {SENT: 50}
    assert len(delivery.channel.seen) == 50


async def test_a_channel_that_is_not_there_is_reported(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    await delivery.do(lambda tx: tx.run("UPDATE addresses SET channel = 'whatsapp'"))
    sender = await delivery.opens()
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("news"), topic="t"))
    await sender.idle()
    assert await delivery.counts("t") == {MessageState.FAILED: 1}


async def test_the_database_may_refuse_for_a_while(
    delivery: DeliveryStory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await delivery.knows("maryam")
    monkeypatch.setattr("bot.delivery.sender.PAUSE_SECONDS", 0)
    sender = await delivery.opens()
    await sender.idle()
    write, failures = Tx.run_many, iter([True, True])

    async def full_disk(tx: Tx, sql: str, rows: object) -> None:
        if next(failures, False):
            raise OSError("database or disk is full")
        await write(tx, sql, rows)  # type: ignore[arg-type]

    contact = await delivery.contact("maryam")
    message = await delivery.do(lambda tx: outbox.reply(tx, contact, Screen("answer")))
    monkeypatch.setattr(Tx, "run_many", full_disk)
    sender.hand_over(message)
    await sender.idle()
    rows = await delivery.do(lambda tx: tx.fetch("SELECT state FROM outbox"))
    assert [state for (state,) in rows] == ["sent"]
    assert [vars(record)["action"] for record in caplog.records] == ["delivery.books"] * 2


async def test_a_slow_channel_holds_no_other_up(delivery: DeliveryStory) -> None:
    """Its broadcast came first, and takes minutes."""
    slow = ScriptedChannel(delivery.timer.seconds, "slow")
    slow.limits = Limits(1)
    delivery.others.append(slow)
    theirs = [f"other{n}" for n in range(150)]
    await delivery.knows(*theirs, on="slow")
    ours = [f"teacher{n}" for n in range(60)]
    await delivery.knows(*ours)
    await delivery.broadcasts("forum", theirs, "slow")
    notices = [(delivery.people[name], Screen("soon")) for name in theirs[:120]]
    await delivery.do(lambda tx: former.notify_each(tx, notices, topic="t"))
    await delivery.opens(rates())
    await delivery.broadcasts("forum", ours, "quick")
    await delivery.do(lambda tx: former.notify(tx, delivery.people[ours[0]], Screen("soon")))
    await delivery.passes(timedelta(seconds=5))
    assert len(delivery.channel.seen) == 61
    assert 4 <= len(slow.seen) <= 6
    # Nor does one that may send nothing at all, and whoever is on neither is named.
    slow.every = RetryLater(600)
    await delivery.passes(timedelta(seconds=5))
    await delivery.do(lambda tx: former.notify(tx, delivery.people[ours[1]], Screen("soon")))
    (lost,) = await delivery.knows("nobody", on="third")
    await delivery.do(lambda tx: former.notify(tx, lost, Screen("lost"), topic="lost"))
    await delivery.passes(timedelta(seconds=3))
    assert delivery.channel.texts(ours[1]) == ["forum", "soon"]
    assert await delivery.counts("lost") == {MessageState.FAILED: 1}
