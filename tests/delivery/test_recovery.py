"""A process is killed in the middle: what is sent again, what is named unknown."""

from datetime import timedelta

from bot.chat.screen import Screen
from bot.delivery import outbox
from bot.delivery.channel import RetryLater
from bot.delivery.channel_sender import BULK_IN_FLIGHT
from bot.delivery.limits import Limits
from bot.delivery.message import MessageKind, MessageState
from bot.delivery.outbox import LEASE
from bot.delivery.recording import SWEEP_SECONDS
from bot.storage.transaction import Tx
from tests.delivery.conftest import Office

NAMES = [f"teacher{n}" for n in range(150)]


async def test_after_a_kill_everybody_is_reached_or_named(office: Office) -> None:
    await office.knows(*NAMES)
    await office.opens()
    await office.broadcasts("forum", NAMES, "announcement:1")
    await office.until(lambda: len(office.channel.seen) > 40)
    office.channel.open.clear()
    await office.until(lambda: office.channel.in_flight > 10)
    await office.dies()
    sender = await office.opens()
    await sender.idle()
    counts = await office.counts("announcement:1")
    assert counts[MessageState.SENT] + counts[MessageState.UNKNOWN] == 150
    # Those under way, and those whose marks were not written yet.
    assert 0 < counts[MessageState.UNKNOWN] <= 2 * BULK_IN_FLIGHT
    chats = [seen.chat for seen in office.channel.seen]
    assert len(set(chats)) == len(chats)
    await office.do(lambda tx: outbox.resend_unknown(tx, "announcement:1"))
    await sender.idle()
    assert {seen.chat for seen in office.channel.seen} == set(NAMES)
    assert await office.counts("announcement:1") == {MessageState.SENT: 150}


async def test_a_paced_broadcast_leaves_few_in_doubt(office: Office) -> None:
    await office.knows(*NAMES)
    await office.opens(Limits())
    await office.broadcasts("forum", NAMES, "announcement:1")
    await office.passes(timedelta(seconds=2))
    await office.dies()
    await office.opens(Limits())
    await office.settles()
    counts = await office.counts("announcement:1")
    assert counts.get(MessageState.UNKNOWN, 0) <= 14
    assert sum(counts.values()) == 150


async def test_personal_messages_and_edits_are_sent_again(office: Office) -> None:
    *_, huda = await office.knows("maryam", "salma", "huda")
    await office.opens()
    office.channel.open.clear()
    await office.answers("maryam", "answer")
    await office.answers("salma", "changed", edit="7")
    await office.do(lambda tx: outbox.notify(tx, huda, Screen("soon"), kind=MessageKind.REMINDER))
    await office.until(lambda: office.channel.in_flight == 3)
    await office.dies()
    # The message is committed, and the process dies before it is handed over.
    contact = await office.contact("huda")
    await office.do(lambda tx: outbox.reply(tx, contact, Screen("written"), worker="one"))
    sender = await office.opens(worker="one")
    office.clock.advance(LEASE)
    await sender.idle()
    assert office.channel.texts("maryam") == ["answer"]
    assert office.channel.edited == [("salma", "7", "changed")]
    assert sorted(office.channel.texts("huda")) == ["soon", "written"]
    states = await office.do(lambda tx: tx.fetch("SELECT DISTINCT state FROM outbox"))
    assert [state for (state,) in states] == ["sent"]


async def test_silence_that_was_asked_for_is_kept_across_a_crash(office: Office) -> None:
    maryam, huda, _ = await office.knows("maryam", "huda", "salma")
    sender = await office.opens()
    office.channel.will("maryam", RetryLater(30))
    office.channel.will("huda", RetryLater(30))
    await office.do(lambda tx: outbox.notify(tx, maryam, Screen("news")))
    await office.do(lambda tx: outbox.notify(tx, huda, Screen("news")))
    await sender.idle()
    await office.dies()
    sender = await office.opens()
    await office.broadcasts("forum", ["salma"], "announcement:1")
    await sender.idle()
    await office.passes(timedelta(seconds=29))
    assert office.channel.seen == []
    await office.passes(timedelta(seconds=2))
    assert office.channel.texts("maryam") == ["news"]
    assert office.channel.texts("salma") == ["forum"]


async def test_the_wait_of_one_chat_is_kept_across_a_crash(office: Office) -> None:
    maryam, _ = await office.knows("maryam", "salma")
    sender = await office.opens()
    office.channel.will("maryam", RetryLater(30))
    await office.do(lambda tx: outbox.notify(tx, maryam, Screen("news")))
    await sender.idle()
    await office.dies()
    sender = await office.opens()
    await office.broadcasts("forum", ["salma"], "announcement:1")
    await sender.idle()
    await office.passes(timedelta(seconds=29))
    assert office.channel.texts("salma") == ["forum"]
    assert office.channel.texts("maryam") == []
    await office.passes(timedelta(seconds=2))
    assert office.channel.texts("maryam") == ["news"]


async def test_a_reply_that_is_just_being_committed_is_not_taken_for_left_behind(
    office: Office,
) -> None:
    await office.knows("maryam")
    sender = await office.opens(worker="one")
    contact = await office.contact("maryam")
    message = await office.do(lambda tx: outbox.reply(tx, contact, Screen("answer"), worker="one"))
    office.clock.advance(timedelta(seconds=SWEEP_SECONDS + 1))
    await sender.idle()
    sender.hand_over(message)
    await sender.idle()
    assert office.channel.texts("maryam") == ["answer"]


async def test_what_a_live_process_holds_is_not_taken_from_it(office: Office) -> None:
    (maryam,) = await office.knows("maryam")
    sender = await office.opens()
    office.channel.open.clear()
    await office.do(lambda tx: outbox.notify(tx, maryam, Screen("slow"), topic="t"))
    await office.until(lambda: office.channel.in_flight == 1)
    for _ in range(5):
        office.clock.advance(LEASE)
        for _ in range(200):
            await office.until(lambda: True)
    assert office.channel.requests == 1
    office.channel.open.set()
    await sender.idle()
    assert office.channel.texts("maryam") == ["slow"]


async def test_two_processes_share_the_work_and_repeat_nothing(office: Office) -> None:
    names = [f"teacher{n}" for n in range(3 * BULK_IN_FLIGHT)]
    await office.knows(*names)
    first = await office.opens(worker="one")
    second = await office.opens(worker="two")
    office.channel.open.clear()
    await office.broadcasts("forum", names, "announcement:1")
    await office.until(lambda: office.channel.in_flight == 2 * BULK_IN_FLIGHT)
    office.channel.open.set()
    await first.idle()
    await second.idle()
    assert await office.counts("announcement:1") == {MessageState.SENT: len(names)}
    assert len(office.channel.seen) == len(names)
    workers = await office.do(lambda tx: tx.fetch("SELECT DISTINCT claimed_by FROM outbox"))
    assert {worker for (worker,) in workers} == {"one", "two"}


async def test_a_dead_process_is_relieved_when_its_lease_has_run_out(office: Office) -> None:
    (maryam,) = await office.knows("maryam")
    sender = await office.opens(worker="two")

    async def left_behind(tx: Tx) -> None:
        await outbox.notify(tx, maryam, Screen("left behind"))
        until = int((tx.now + LEASE).timestamp() * 1000)
        await tx.run(
            "UPDATE outbox SET state = 'sending', claimed_by = 'one', lease_until = ?", until
        )

    await office.do(left_behind)
    await sender.idle()
    office.clock.advance(LEASE - timedelta(seconds=1))
    await sender.idle()
    assert office.channel.seen == []
    office.clock.advance(timedelta(seconds=11))
    await sender.idle()
    assert office.channel.texts("maryam") == ["left behind"]
