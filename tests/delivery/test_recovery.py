"""A process is killed in the middle: what is sent again, what is named unknown."""

from datetime import timedelta

from bot.channels.telegram import rates
from bot.chat.screen import Screen
from bot.delivery import outbox
from bot.delivery.channel import RetryLater
from bot.delivery.channel_sender import BULK_IN_FLIGHT
from bot.delivery.message import MessageKind, MessageState
from bot.delivery.outbox import LEASE
from bot.delivery.recording import SWEEP_SECONDS
from bot.storage.transaction import Tx
from tests.delivery import former
from tests.delivery.conftest import DeliveryStory

NAMES = [f"teacher{n}" for n in range(150)]


async def test_after_a_kill_everybody_is_reached_or_named(delivery: DeliveryStory) -> None:
    await delivery.knows(*NAMES)
    await delivery.opens()
    await delivery.broadcasts("forum", NAMES, "announcement:1")
    await delivery.until(lambda: len(delivery.channel.seen) > 40)
    delivery.channel.open.clear()
    await delivery.until(lambda: delivery.channel.in_flight > 10)
    await delivery.dies()
    sender = await delivery.opens()
    await sender.idle()
    counts = await delivery.counts("announcement:1")
    assert counts[MessageState.SENT] + counts[MessageState.UNKNOWN] == 150
    # Those under way, and those whose results were not written yet.
    assert 0 < counts[MessageState.UNKNOWN] <= 2 * BULK_IN_FLIGHT
    chats = [seen.chat for seen in delivery.channel.seen]
    assert len(set(chats)) == len(chats)
    await delivery.do(lambda tx: outbox.resend_unknown(tx, "announcement:1"))
    await sender.idle()
    assert {seen.chat for seen in delivery.channel.seen} == set(NAMES)
    assert await delivery.counts("announcement:1") == {MessageState.SENT: 150}


async def test_a_paced_broadcast_leaves_few_in_doubt(delivery: DeliveryStory) -> None:
    await delivery.knows(*NAMES)
    await delivery.opens(rates())
    await delivery.broadcasts("forum", NAMES, "announcement:1")
    await delivery.passes(timedelta(seconds=2))
    await delivery.dies()
    await delivery.opens(rates())
    await delivery.settles()
    counts = await delivery.counts("announcement:1")
    assert counts.get(MessageState.UNKNOWN, 0) <= 14
    assert sum(counts.values()) == 150


async def test_personal_messages_and_edits_are_sent_again(delivery: DeliveryStory) -> None:
    *_, huda = await delivery.knows("maryam", "salma", "huda")
    await delivery.opens()
    delivery.channel.open.clear()
    await delivery.answers("maryam", "answer")
    await delivery.answers("salma", "changed", edit="7")
    await delivery.do(lambda tx: former.notify(tx, huda, Screen("soon"), kind=MessageKind.REMINDER))
    await delivery.until(lambda: delivery.channel.in_flight == 3)
    await delivery.dies()
    # The message is committed, and the process dies before it is handed over.
    contact = await delivery.contact("huda")
    await delivery.do(lambda tx: outbox.reply(tx, contact, Screen("written"), worker="one"))
    sender = await delivery.opens(worker="one")
    delivery.clock.advance(LEASE)
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["answer"]
    assert delivery.channel.edited == [("salma", "7", "changed")]
    assert sorted(delivery.channel.texts("huda")) == ["soon", "written"]
    states = await delivery.do(lambda tx: tx.fetch("SELECT DISTINCT state FROM outbox"))
    assert [state for (state,) in states] == ["sent"]


async def test_silence_that_was_asked_for_is_kept_across_a_crash(delivery: DeliveryStory) -> None:
    maryam, huda, _ = await delivery.knows("maryam", "huda", "salma")
    sender = await delivery.opens()
    delivery.channel.will("maryam", RetryLater(30))
    delivery.channel.will("huda", RetryLater(30))
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("news")))
    await delivery.do(lambda tx: former.notify(tx, huda, Screen("news")))
    await sender.idle()
    await delivery.dies()
    sender = await delivery.opens()
    await delivery.broadcasts("forum", ["salma"], "announcement:1")
    await sender.idle()
    await delivery.passes(timedelta(seconds=29))
    assert delivery.channel.seen == []
    await delivery.passes(timedelta(seconds=2))
    assert delivery.channel.texts("maryam") == ["news"]
    assert delivery.channel.texts("salma") == ["forum"]


async def test_the_wait_of_one_chat_is_kept_across_a_crash(delivery: DeliveryStory) -> None:
    maryam, _ = await delivery.knows("maryam", "salma")
    sender = await delivery.opens()
    delivery.channel.will("maryam", RetryLater(30))
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("news")))
    await sender.idle()
    await delivery.dies()
    sender = await delivery.opens()
    await delivery.broadcasts("forum", ["salma"], "announcement:1")
    await sender.idle()
    await delivery.passes(timedelta(seconds=29))
    assert delivery.channel.texts("salma") == ["forum"]
    assert delivery.channel.texts("maryam") == []
    await delivery.passes(timedelta(seconds=2))
    assert delivery.channel.texts("maryam") == ["news"]


async def test_a_reply_that_is_just_being_committed_is_not_taken_for_left_behind(
    delivery: DeliveryStory,
) -> None:
    await delivery.knows("maryam")
    sender = await delivery.opens(worker="one")
    contact = await delivery.contact("maryam")
    message = await delivery.do(
        lambda tx: outbox.reply(tx, contact, Screen("answer"), worker="one")
    )
    delivery.clock.advance(timedelta(seconds=SWEEP_SECONDS + 1))
    await sender.idle()
    sender.hand_over(message)
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["answer"]


async def test_what_a_live_process_holds_is_not_taken_from_it(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    sender = await delivery.opens()
    delivery.channel.open.clear()
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("slow"), topic="t"))
    await delivery.until(lambda: delivery.channel.in_flight == 1)
    for _ in range(5):
        delivery.clock.advance(LEASE)
        for _ in range(200):
            await delivery.until(lambda: True)
    assert delivery.channel.requests == 1
    delivery.channel.open.set()
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["slow"]


async def test_two_processes_share_the_work_and_repeat_nothing(delivery: DeliveryStory) -> None:
    names = [f"teacher{n}" for n in range(3 * BULK_IN_FLIGHT)]
    await delivery.knows(*names)
    first = await delivery.opens(worker="one")
    second = await delivery.opens(worker="two")
    delivery.channel.open.clear()
    await delivery.broadcasts("forum", names, "announcement:1")
    await delivery.until(lambda: delivery.channel.in_flight == 2 * BULK_IN_FLIGHT)
    delivery.channel.open.set()
    await first.idle()
    await second.idle()
    assert await delivery.counts("announcement:1") == {MessageState.SENT: len(names)}
    assert len(delivery.channel.seen) == len(names)
    workers = await delivery.do(lambda tx: tx.fetch("SELECT DISTINCT claimed_by FROM outbox"))
    assert {worker for (worker,) in workers} == {"one", "two"}


async def test_a_dead_process_is_relieved_when_its_lease_has_run_out(
    delivery: DeliveryStory,
) -> None:
    (maryam,) = await delivery.knows("maryam")
    sender = await delivery.opens(worker="two")

    async def left_behind(tx: Tx) -> None:
        await former.notify(tx, maryam, Screen("left behind"))
        until = int((tx.now + LEASE).timestamp() * 1000)
        await tx.run(
            "UPDATE outbox SET state = 'sending', claimed_by = 'one', lease_until = ?", until
        )

    await delivery.do(left_behind)
    await sender.idle()
    delivery.clock.advance(LEASE - timedelta(seconds=1))
    await sender.idle()
    assert delivery.channel.seen == []
    delivery.clock.advance(timedelta(seconds=11))
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["left behind"]
