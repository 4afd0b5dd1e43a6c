"""Answers to presses: tried as long as the press lives, and words that are all it gets are never
lost."""

import asyncio
from datetime import timedelta

import pytest

from bot.channels.telegram import TELEGRAM, rates
from bot.chat.screen import Screen
from bot.delivery import acknowledgements, outbox
from bot.delivery.acknowledgements import AT_ONCE, LAST_ATTEMPTS
from bot.delivery.channel import Ambiguous, Rejected, RetryLater, Undelivered
from bot.delivery.message import MessageState
from bot.delivery.outbox import LEASE
from tests.delivery import former
from tests.delivery.conftest import DeliveryStory
from tests.delivery.scripted import Lost

PRESS_LIFE = TELEGRAM.press_life

ONE_A_SECOND = rates(overall=None, per_chat=1, per_group_minute=None)
SECOND = timedelta(seconds=1)
WORDS = "You are no longer in this team."
TOO_OLD = Rejected("query is too old and response timeout expired or query ID is invalid")


async def states(delivery: DeliveryStory) -> list[str]:
    rows = await delivery.do(lambda tx: tx.fetch("SELECT state FROM outbox ORDER BY id"))
    return [state for (state,) in rows]


@pytest.mark.parametrize(
    "trouble",
    [RetryLater(3), Ambiguous("502"), Undelivered("reset")],
    ids=lambda e: type(e).__name__,
)
async def test_words_alone_are_said_again_until_they_are_seen(
    delivery: DeliveryStory, trouble: Exception
) -> None:
    await delivery.knows("maryam")
    await delivery.opens()
    delivery.channel.will("press", trouble, trouble)
    await delivery.says_briefly("maryam", WORDS, "press")
    assert await states(delivery) == ["sending"]
    await delivery.passes(10 * SECOND)
    assert delivery.channel.acknowledged == [("press", WORDS, False)]
    assert await states(delivery) == ["sent"]
    assert delivery.channel.texts("maryam") == []


async def test_words_for_a_press_that_is_too_old_are_a_message(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam")
    sender = await delivery.opens()
    delivery.channel.will("press", TOO_OLD)
    await delivery.says_briefly("maryam", WORDS, "press")
    await sender.idle()
    assert delivery.channel.texts("maryam") == [WORDS]
    assert await states(delivery) == ["sent"]


async def test_words_that_found_no_way_in_the_life_of_their_press_are_a_message(
    delivery: DeliveryStory,
) -> None:
    await delivery.knows("maryam")
    await delivery.opens()
    delivery.channel.every_press = Ambiguous("502")
    await delivery.says_briefly("maryam", WORDS, "press")
    await delivery.passes(PRESS_LIFE / 4)
    assert delivery.channel.texts("maryam") == []
    await delivery.passes(PRESS_LIFE)
    assert delivery.channel.texts("maryam") == [WORDS]
    assert await states(delivery) == ["sent"]
    assert 4 <= delivery.channel.log.count("acknowledge press") <= 12


async def test_no_wait_is_asked_for_beyond_the_life_of_a_press(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam")
    sender = await delivery.opens()
    delivery.channel.will("press", RetryLater(600))
    await delivery.says_briefly("maryam", WORDS, "press")
    await sender.idle()
    assert delivery.channel.texts("maryam") == [WORDS]


@pytest.mark.parametrize("handed_over", [True, False])
async def test_a_kill_before_the_words_are_said(delivery: DeliveryStory, handed_over: bool) -> None:
    await delivery.knows("maryam")
    await delivery.opens()
    if handed_over:
        delivery.channel.press_open.clear()
        await delivery.says_briefly("maryam", WORDS, "press")
        await delivery.until(lambda: bool(delivery.channel.log))
    else:
        contact = await delivery.contact("maryam")
        screen = Screen(WORDS, alert=True)
        await delivery.do(
            lambda tx: outbox.reply(
                tx, contact, screen, press="press", press_life=PRESS_LIFE, worker="one"
            )
        )
    await delivery.dies()
    sender = await delivery.opens(worker="one")
    await delivery.passes(LEASE + SECOND)
    await sender.idle()
    assert delivery.channel.acknowledged == [("press", WORDS, not handed_over)]
    assert delivery.channel.texts("maryam") == []
    assert await states(delivery) == ["sent"]


async def test_a_restart_after_the_life_of_a_press_sends_a_message(
    delivery: DeliveryStory,
) -> None:
    await delivery.knows("maryam")
    await delivery.opens()
    delivery.channel.press_open.clear()
    await delivery.says_briefly("maryam", WORDS, "press")
    await delivery.dies()
    delivery.clock.advance(PRESS_LIFE)
    delivery.channel.log.clear()
    sender = await delivery.opens(worker="one")
    await sender.idle()
    assert delivery.channel.log == ["request maryam"]
    assert delivery.channel.texts("maryam") == [WORDS]
    assert await states(delivery) == ["sent"]


async def test_the_same_words_many_times_are_few_messages(delivery: DeliveryStory) -> None:
    """Somebody presses on and on while no press can be answered."""
    await delivery.knows("maryam")
    await delivery.opens(limits=ONE_A_SECOND)
    delivery.channel.every_press = TOO_OLD
    for number in range(20):
        await delivery.says_briefly("maryam", "Please press again.", f"press {number}")
    await delivery.says_briefly("maryam", WORDS, "last")
    await delivery.settles()
    texts = delivery.channel.texts("maryam")
    assert texts.count(WORDS) == 1
    assert 1 <= texts.count("Please press again.") <= 3
    assert set(await states(delivery)) == {"sent", "cancelled"}


async def test_what_stops_returns_words_that_wait(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam")
    sender = await delivery.opens()
    delivery.channel.will("press", RetryLater(60))
    await delivery.says_briefly("maryam", WORDS, "press")
    await sender.idle()
    await sender.stop()
    assert await states(delivery) == ["queued"]
    delivery.senders.clear()
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.acknowledged == [("press", WORDS, False)]


@pytest.mark.parametrize(
    "trouble", [RetryLater(3), Lost(Ambiguous("502")), Undelivered("reset")],
    ids=lambda e: type(e).__name__,
)  # fmt: skip
async def test_an_acknowledgement_beside_an_answer_is_repeated_and_holds_nothing_up(
    delivery: DeliveryStory, trouble: Exception
) -> None:
    await delivery.knows("maryam")
    await delivery.opens(limits=ONE_A_SECOND)
    delivery.channel.will("press", trouble)
    delivery.channel.press_open.clear()
    await delivery.answers("maryam", "step 2", press=("press", "saved", False))
    await delivery.until(lambda: delivery.channel.texts("maryam") == ["step 2"])
    delivery.channel.press_open.set()
    await delivery.passes(5 * SECOND)
    assert delivery.channel.acknowledged[-1] == ("press", "saved", False)
    assert delivery.channel.log.count("acknowledge press") == 2
    assert delivery.channel.texts("maryam") == ["step 2"]


async def test_an_acknowledgement_beside_an_answer_ends_with_its_press(
    delivery: DeliveryStory,
) -> None:
    await delivery.knows("maryam")
    await delivery.opens()
    delivery.channel.every_press = Ambiguous("502")
    await delivery.answers("maryam", "step 2", press=("press", "saved", False))
    await delivery.passes(2 * PRESS_LIFE)
    tries = delivery.channel.log.count("acknowledge press")
    assert 4 <= tries <= 12
    await delivery.passes(2 * PRESS_LIFE)
    assert delivery.channel.log.count("acknowledge press") == tries
    assert delivery.channel.texts("maryam") == ["step 2"]


async def test_a_429_of_an_acknowledgement_holds_those_of_its_chat_only(
    delivery: DeliveryStory,
) -> None:
    maryam, *_ = await delivery.knows("maryam", "huda")
    await delivery.opens()
    delivery.channel.will("press", RetryLater(30))
    await delivery.says_briefly("maryam", WORDS, "press")
    await delivery.until(lambda: bool(delivery.channel.log))
    await delivery.passes(SECOND)
    await delivery.says_briefly("maryam", WORDS, "second")
    await delivery.says_briefly("huda", WORDS, "hers")
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("news")))
    await delivery.passes(SECOND)
    assert [press for press, *_ in delivery.channel.acknowledged] == ["hers"]
    assert delivery.channel.texts("maryam") == ["news"]
    await delivery.passes(30 * SECOND)
    assert sorted(press for press, *_ in delivery.channel.acknowledged) == [
        "hers", "press", "second",
    ]  # fmt: skip


async def test_a_second_chats_429_holds_acknowledgements_but_no_message(
    delivery: DeliveryStory,
) -> None:
    *_, salma = await delivery.knows("maryam", "huda", "salma")
    await delivery.opens()
    delivery.channel.will("one", RetryLater(30))
    delivery.channel.will("two", RetryLater(30))
    await delivery.says_briefly("maryam", WORDS, "one")
    await delivery.says_briefly("huda", WORDS, "two")
    await delivery.passes(SECOND)
    await delivery.says_briefly("salma", WORDS, "three")
    await delivery.do(lambda tx: former.notify(tx, salma, Screen("news")))
    await delivery.passes(SECOND)
    assert delivery.channel.acknowledged == []
    assert delivery.channel.texts("salma") == ["news"]
    await delivery.passes(30 * SECOND)
    assert len(delivery.channel.acknowledged) == 3


async def test_many_presses_leave_connections_to_messages(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam")
    sender = await delivery.opens()
    delivery.channel.press_open.clear()
    for number in range(2 * AT_ONCE):
        await delivery.says_briefly("maryam", WORDS, f"press {number}")
    await delivery.until(lambda: len(delivery.channel.log) == AT_ONCE)
    delivery.channel.press_open.set()
    await sender.idle()
    assert len(delivery.channel.acknowledged) == 2 * AT_ONCE


@pytest.mark.parametrize("failures", [1, LAST_ATTEMPTS])
async def test_what_stops_answers_the_presses_that_are_left(
    delivery: DeliveryStory, failures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hurry(seconds: float) -> None:
        assert 0 < seconds < 2

    monkeypatch.setattr(acknowledgements, "sleep", hurry)
    await delivery.knows("maryam")
    sender = await delivery.opens()
    # The first attempt is made before the end.
    delivery.channel.will("press", *[Ambiguous("502")] * (1 + failures))
    await delivery.answers("maryam", "step 2", press=("press", "saved", False))
    await sender.idle()
    await sender.stop()
    assert bool(delivery.channel.acknowledged) == (failures < LAST_ATTEMPTS)
    assert delivery.channel.log.count("acknowledge press") == 1 + min(failures + 1, LAST_ATTEMPTS)


async def test_what_does_not_answer_ends_with_the_grace(
    delivery: DeliveryStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.sender.GRACE_SECONDS", 0.01)
    await delivery.knows("maryam")
    sender = await delivery.opens()
    delivery.channel.press_open.clear()
    await delivery.answers("maryam", "step 2", press=("press", "saved", False))
    await delivery.says_briefly("maryam", WORDS, "words")
    await delivery.until(lambda: delivery.channel.log.count("acknowledge words") == 1)
    await sender.stop()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not [task for task in left if "_attempt" in repr(task)]
    assert (await states(delivery))[1] == MessageState.SENDING
