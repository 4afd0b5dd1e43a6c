"""Answers that wait together: which of them still have to leave."""

from datetime import timedelta
from functools import partial

from bot.channels.telegram import rates
from bot.chat.screen import Screen
from bot.delivery import outbox
from bot.delivery.channel import RetryLater
from bot.delivery.message import Message
from bot.storage.transaction import Tx
from tests.delivery.conftest import DeliveryStory


async def test_who_asks_five_things_gets_five_answers(delivery: DeliveryStory) -> None:
    """While the chat takes one message a second; the same answer again is sent once, and of changes
    of one message the last ones are enough."""
    await delivery.knows("maryam")
    sender = await delivery.opens(rates())
    contact = await delivery.contact("maryam")

    async def answer(tx: Tx, text: str, edit: str) -> Message:
        return await outbox.reply(tx, contact, Screen(text), worker="one", edit=edit)

    asked = [("menu", ""), *((text, "") for text in "abcde"), *(("menu", ""),) * 4]
    asked += [(f"step {number}", "7") for number in range(4)]
    for text, edit in asked:
        sender.hand_over(await delivery.do(partial(answer, text=text, edit=edit)))
    await delivery.passes(timedelta(seconds=60))
    told = delivery.channel.texts("maryam")
    assert sorted(set(told)) == ["a", "b", "c", "d", "e", "menu"]
    assert len(told) < 9
    assert [text for _, _, text in delivery.channel.edited][-1] == "step 3"
    assert len(delivery.channel.edited) < 4


async def test_a_hundred_different_questions_are_all_answered(delivery: DeliveryStory) -> None:
    """At the rate of a chat, and although it is told in between to wait."""
    await delivery.knows("maryam")
    sender = await delivery.opens(rates())
    contact = await delivery.contact("maryam")

    async def answer(tx: Tx, text: str) -> Message:
        return await outbox.reply(tx, contact, Screen(text), worker="one")

    delivery.channel.will("maryam", *[RetryLater(9)] * 3)
    asked = [f"answer {number}" for number in range(100)]
    for text in asked:
        sender.hand_over(await delivery.do(partial(answer, text=text)))
    await delivery.passes(timedelta(seconds=200))
    assert delivery.channel.texts("maryam") == asked


async def test_what_waits_for_a_429_is_not_merged(delivery: DeliveryStory) -> None:
    """Five different answers are kept while the chat is held, and the repeats of one are one."""
    await delivery.knows("maryam")
    sender = await delivery.opens(rates())
    contact = await delivery.contact("maryam")

    async def answer(tx: Tx, text: str) -> Message:
        return await outbox.reply(tx, contact, Screen(text), worker="one")

    delivery.channel.will("maryam", RetryLater(30))
    for text in ("first", *"abcde", "menu", "menu", "menu"):
        sender.hand_over(await delivery.do(partial(answer, text=text)))
    await delivery.passes(timedelta(seconds=10))
    assert delivery.channel.texts("maryam") == []
    await delivery.passes(timedelta(seconds=60))
    assert delivery.channel.texts("maryam") == ["first", *"abcde", "menu"]
