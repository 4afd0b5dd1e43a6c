"""Stories of the sender: what people get, when, and what is written about it."""

import asyncio
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest

from bot.chat.incoming import FileKind
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
from bot.storage.transaction import Tx
from tests.delivery.conftest import Office

SENT = MessageState.SENT


async def test_an_answer_goes_out_at_once_after_the_press_is_acknowledged(office: Office) -> None:
    await office.knows("maryam")
    sender = await office.opens()
    await office.answers("maryam", "welcome", press=("press-1", "saved", False))
    await sender.idle()
    assert office.channel.acknowledged == [("press-1", "saved", False)]
    assert office.channel.log == ["acknowledge press-1", "request maryam"]
    assert office.channel.texts("maryam") == ["welcome"]
    rows = await office.do(lambda tx: tx.fetch("SELECT state, message FROM outbox"))
    assert [tuple(row) for row in rows] == [("sent", "1")]


async def test_an_answer_that_changes_a_message_falls_back_to_a_new_one(office: Office) -> None:
    await office.knows("maryam")
    sender = await office.opens()
    await office.answers("maryam", "step 2", edit="7")
    await sender.idle()
    office.channel.will("maryam", CannotEdit())
    await office.answers("maryam", "step 3", edit="7")
    await sender.idle()
    assert office.channel.edited == [("maryam", "7", "step 2")]
    assert office.channel.texts("maryam") == ["step 3"]


async def test_a_notice_wakes_the_postman_once_it_is_durable(office: Office) -> None:
    (maryam,) = await office.knows("maryam")
    sender = await office.opens()
    await sender.idle()

    async def fail(tx: Tx) -> None:
        await outbox.notify(tx, maryam, Screen("never"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await office.do(fail)
    await sender.idle()
    await office.do(lambda tx: outbox.notify(tx, maryam, Screen("news")))
    await sender.idle()
    assert office.channel.texts("maryam") == ["news"]


async def test_a_broadcast_reaches_everybody_within_the_overall_rate(office: Office) -> None:
    names = [f"teacher{n}" for n in range(60)]
    await office.knows(*names)
    await office.opens(Limits())
    await office.broadcasts("forum on Sunday", names, "announcement:1")
    await office.settles()
    assert await office.counts("announcement:1") == {SENT: 60}
    times = [seen.at for seen in office.channel.seen]
    assert {seen.chat for seen in office.channel.seen} == set(names)
    for number, time in enumerate(times):
        assert sum(1 for other in times[number:] if other < time + 1) <= 30
    assert times[-1] - times[0] < 60 / 29


async def test_an_answer_leaves_at_the_next_slot_in_a_broadcast(office: Office) -> None:
    names = [f"teacher{n}" for n in range(100)]
    await office.knows(*names, "maryam")
    await office.opens(Limits())
    await office.broadcasts("forum", names, "announcement:1")
    await office.passes(timedelta(seconds=1))
    before = office.timer.seconds()
    await office.answers("maryam", "here you are")
    await office.passes(timedelta(milliseconds=40))
    (answer,) = [seen for seen in office.channel.seen if seen.chat == "maryam"]
    assert answer.at <= before + 0.04
    assert len(office.channel.seen) < 100


async def test_a_slow_broadcast_leaves_room_for_answers(office: Office) -> None:
    names = [f"teacher{n}" for n in range(200)]
    await office.knows(*names, "maryam")
    sender = await office.opens()
    office.channel.open.clear()
    await office.broadcasts("forum", names, "announcement:1")
    await office.until(lambda: office.channel.in_flight == BULK_IN_FLIGHT)
    await office.answers("maryam", "here you are")
    await asyncio.sleep(0)
    assert office.channel.log[-1] == "request maryam"
    office.channel.open.set()
    await sender.idle()
    assert office.channel.most_in_flight <= IN_FLIGHT
    assert await office.counts("announcement:1") == {SENT: 200}


async def test_one_person_gets_messages_in_order_one_a_second(office: Office) -> None:
    (maryam,) = await office.knows("maryam")
    await office.opens(Limits())

    async def queue(tx: Tx) -> None:
        for number in range(4):
            await outbox.notify(tx, maryam, Screen(f"news {number}"))

    await office.do(queue)
    await office.settles()
    assert office.channel.texts("maryam") == [f"news {number}" for number in range(4)]
    times = [seen.at for seen in office.channel.seen]
    assert all(later - earlier >= 1 for earlier, later in pairwise(times))


async def test_many_messages_to_one_person_do_not_block_the_others(office: Office) -> None:
    maryam, salma = await office.knows("maryam", "salma")
    await office.opens(Limits())

    async def queue(tx: Tx) -> None:
        await outbox.notify_each(tx, [(maryam, Screen(f"{n}")) for n in range(150)], topic="t")
        await outbox.notify(tx, salma, Screen("hello"), topic="t")

    await office.do(queue)
    await office.passes(timedelta(seconds=5))
    assert office.channel.texts("salma") == ["hello"]
    await office.passes(timedelta(minutes=4))
    assert office.channel.texts("maryam") == [str(n) for n in range(150)]
    assert await office.counts("t") == {SENT: 151}


async def test_a_second_chats_429_silences_everything_until_its_very_end(office: Office) -> None:
    names = [f"teacher{n}" for n in range(40)]
    await office.knows(*names)
    await office.opens(Limits())
    office.channel.will("teacher9", RetryLater(7.5))
    office.channel.will("teacher12", RetryLater(7.5))
    await office.broadcasts("forum", names, "announcement:1")
    await office.passes(timedelta(minutes=1))
    assert await office.counts("announcement:1") == {SENT: 40}
    gaps = [later.at - earlier.at for earlier, later in pairwise(office.channel.seen)]
    assert 7.5 <= max(gaps) < 7.6
    assert office.channel.requests == 42


async def test_one_chats_429_is_its_own(office: Office) -> None:
    """A long wait for one chat: the broadcast goes on for the others, whatever follows to the same
    chat waits with it in the queue, in its order, and it is asked again only when it is over."""
    names = [f"teacher{n}" for n in range(40)]
    await office.knows(*names)
    await office.opens(Limits())
    office.channel.will("teacher9", RetryLater(90))
    await office.broadcasts("forum", names, "announcement:1")
    await office.passes(timedelta(seconds=10))
    assert await office.counts("announcement:1") == {SENT: 39, MessageState.QUEUED: 1}
    notify = office.people["teacher9"]
    await office.do(lambda tx: outbox.notify(tx, notify, Screen("second"), topic="t"))
    await office.do(lambda tx: outbox.notify(tx, notify, Screen("third"), topic="t"))
    await office.passes(timedelta(seconds=75))
    assert office.channel.texts("teacher9") == []
    assert office.channel.requests == 40
    await office.passes(timedelta(seconds=30))
    assert sorted(office.channel.texts("teacher9")) == ["forum", "second", "third"]
    ordered = [text for text in office.channel.texts("teacher9") if text != "forum"]
    assert ordered == ["second", "third"]


async def test_an_edit_that_has_to_wait_holds_its_own_chat(office: Office) -> None:
    await office.knows("maryam", "salma")
    sender = await office.opens()
    office.channel.will("maryam", RetryLater(90))
    contact = await office.contact("maryam")
    message = await office.do(
        lambda tx: outbox.reply(tx, contact, Screen("changed"), worker="one", edit="7")
    )
    sender.hand_over(message)
    await sender.idle()
    salma = office.people["salma"]
    await office.do(lambda tx: outbox.notify(tx, salma, Screen("news")))
    await sender.idle()
    assert office.channel.texts("salma") == ["news"]
    assert office.channel.edited == []
    await office.passes(timedelta(seconds=91))
    assert office.channel.edited == [("maryam", "7", "changed")]


@pytest.mark.parametrize("dies", [False, True], ids=["goes on", "starts anew"])
async def test_the_newest_answer_is_what_stays_after_a_long_wait(
    office: Office, *, dies: bool
) -> None:
    """What is pressed while the chat has to wait waits behind what came before, and as long."""
    await office.knows("maryam")
    sender = await office.opens()
    office.channel.will("maryam", RetryLater(90))
    contact = await office.contact("maryam")

    async def answer(tx: Tx, text: str) -> Message:
        return await outbox.reply(tx, contact, Screen(text), worker="one", edit="7")

    for text in ("first", "second"):
        sender.hand_over(await office.do(partial(answer, text=text)))
        await sender.idle()
    if dies:
        await office.dies()
        await office.opens()
    await office.passes(timedelta(seconds=80))
    assert office.channel.requests == 1
    await office.passes(timedelta(seconds=20))
    assert [text for _, _, text in office.channel.edited] == ["first", "second"]


@pytest.mark.parametrize(("names", "after"), [(["maryam", "maryam"], 30), (["-1", "-2"], 30)])
async def test_the_same_chat_twice_and_groups_hold_nobody_else(
    office: Office, names: list[str], after: float
) -> None:
    people = await office.knows(*dict.fromkeys(names), "salma")
    sender = await office.opens()
    for name in names:
        office.channel.will(name, RetryLater(after))

    async def queue(tx: Tx) -> None:
        for person in people[:-1]:
            await outbox.notify(tx, person, Screen("held"))

    await office.do(queue)
    await office.passes(timedelta(seconds=after + 1))
    await office.do(lambda tx: outbox.notify(tx, people[-1], Screen("news")))
    await sender.idle()
    assert office.channel.texts("salma") == ["news"]


async def test_a_429_of_a_group_is_its_own(office: Office) -> None:
    group, maryam = await office.knows("-100", "maryam")
    sender = await office.opens()
    office.channel.will("-100", RetryLater(30))
    await office.do(lambda tx: outbox.notify(tx, group, Screen("to all")))
    await sender.idle()
    await office.do(lambda tx: outbox.notify(tx, maryam, Screen("to you")))
    await sender.idle()
    assert office.channel.texts("maryam") == ["to you"]
    office.clock.advance(timedelta(seconds=29.999))
    await sender.idle()
    assert office.channel.texts("-100") == []
    office.clock.advance(timedelta(seconds=0.001))
    await sender.idle()
    assert office.channel.texts("-100") == ["to all"]


async def test_what_is_too_late_is_not_sent(office: Office) -> None:
    maryam, salma = await office.knows("maryam", "salma")

    async def queue(tx: Tx) -> None:
        soon = tx.now + timedelta(minutes=5)
        await outbox.notify(tx, maryam, Screen("starts"), topic="t", expires_at=soon)
        body = await outbox.add_body(tx, Screen("today only"))
        await outbox.broadcast(tx, body, [maryam, salma], topic="t", expires_at=soon)

    await office.do(queue)
    office.clock.advance(timedelta(minutes=5))
    sender = await office.opens()
    await sender.idle()
    assert office.channel.requests == 0
    assert await office.counts("t") == {MessageState.EXPIRED: 3}


async def test_a_message_for_later_leaves_when_the_clock_gets_there(office: Office) -> None:
    (maryam,) = await office.knows("maryam")
    sender = await office.opens()
    morning = office.clock.now() + timedelta(hours=9)
    await office.do(lambda tx: outbox.notify(tx, maryam, Screen("morning"), not_before=morning))
    await sender.idle()
    office.clock.move_to(morning - timedelta(milliseconds=1))
    await sender.idle()
    assert office.channel.seen == []
    office.clock.move_to(morning)
    await sender.idle()
    assert office.channel.texts("maryam") == ["morning"]


async def test_work_that_goes_on_changes_its_message_in_place(office: Office) -> None:
    await office.knows("maryam")
    sender = await office.opens()
    contact = await office.contact("maryam")
    message = await office.do(
        lambda tx: outbox.progress(tx, contact, Screen("0 of 3"), topic="job:1")
    )
    await sender.idle()
    office.channel.open.clear()
    for done in (1, 2, 3):
        news = Screen(f"{done} of 3")
        await office.do(partial(outbox.update_progress, parcel_id=message, screen=news))
        for _ in range(50):
            await asyncio.sleep(0)
    office.channel.open.set()
    await sender.idle()
    assert office.channel.texts("maryam") == ["0 of 3"]
    assert office.channel.edited[-1] == ("maryam", "1", "3 of 3")
    office.channel.will("maryam", CannotEdit())
    await office.do(lambda tx: outbox.update_progress(tx, message, Screen("ready")))
    await sender.idle()
    await office.do(lambda tx: outbox.update_progress(tx, message, Screen("sent on")))
    await sender.idle()
    assert office.channel.texts("maryam") == ["0 of 3", "ready"]
    assert office.channel.edited[-1] == ("maryam", "2", "sent on")


async def test_a_file_is_uploaded_once_for_all_its_readers(office: Office) -> None:
    names = [f"teacher{n}" for n in range(30)]
    ids = await office.knows(*names)
    sender = await office.opens()
    file = Attachment(FileKind.DOCUMENT, path="plan.pdf", name="plan.pdf")

    async def queue(tx: Tx) -> int:
        body = await outbox.add_body(tx, Screen("the plan", attachment=file))
        await outbox.broadcast(tx, body, ids, topic="announcement:1")
        return body

    office.channel.will("teacher0", Rejected("no"))
    body = await office.do(queue)
    await sender.idle()
    files = [seen.file for seen in office.channel.seen]
    assert files == ["plan.pdf"] + ["ref-1"] * 28
    rows = await office.do(lambda tx: tx.fetch("SELECT file_refs FROM bodies WHERE id = ?", body))
    assert rows[0][0] == '{"telegram":"ref-1"}'
    assert await office.counts("announcement:1") == {SENT: 29, MessageState.FAILED: 1}


async def test_stopping_returns_what_has_not_left(office: Office) -> None:
    names = [f"teacher{n}" for n in range(50)]
    await office.knows(*names)
    sender = await office.opens(Limits())
    await office.broadcasts("forum", names, "announcement:1")
    await office.until(lambda: bool(office.channel.seen))
    await sender.stop()
    counts = await office.counts("announcement:1")
    assert counts[SENT] == len(office.channel.seen)
    assert counts == {SENT: counts[SENT], MessageState.QUEUED: 50 - counts[SENT]}
    await office.opens(Limits())
    await office.settles()
    assert await office.counts("announcement:1") == {SENT: 50}
    assert len(office.channel.seen) == 50


async def test_a_channel_that_is_not_there_is_reported(office: Office) -> None:
    (maryam,) = await office.knows("maryam")
    await office.do(lambda tx: tx.run("UPDATE addresses SET channel = 'whatsapp'"))
    sender = await office.opens()
    await office.do(lambda tx: outbox.notify(tx, maryam, Screen("news"), topic="t"))
    await sender.idle()
    assert await office.counts("t") == {MessageState.FAILED: 1}


async def test_the_database_may_refuse_for_a_while(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await office.knows("maryam")
    monkeypatch.setattr("bot.delivery.sender.PAUSE_SECONDS", 0)
    sender = await office.opens()
    await sender.idle()
    write, failures = Tx.run_many, iter([True, True])

    async def full_disk(tx: Tx, sql: str, rows: object) -> None:
        if next(failures, False):
            raise OSError("database or disk is full")
        await write(tx, sql, rows)  # type: ignore[arg-type]

    contact = await office.contact("maryam")
    message = await office.do(lambda tx: outbox.reply(tx, contact, Screen("answer")))
    monkeypatch.setattr(Tx, "run_many", full_disk)
    sender.hand_over(message)
    await sender.idle()
    rows = await office.do(lambda tx: tx.fetch("SELECT state FROM outbox"))
    assert [state for (state,) in rows] == ["sent"]
    assert [vars(record)["action"] for record in caplog.records] == ["delivery.books"] * 2
