"""A person with several addresses is written to at one of them: the preferred, else another."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from bot.chat.conversation import load_by_alias, load_contact, note_aliases
from bot.chat.incoming import Address, DeliveryState, DeliveryStatus
from bot.chat.person import Reach, add_stranger, change_person, set_reach
from bot.chat.screen import Screen
from bot.delivery import addresses, outbox, retention, statuses
from bot.delivery.addresses import follow_move, prefer, reachable_addresses
from bot.delivery.channel import Ambiguous, ChatMoved, RetryLater, Unreachable
from bot.delivery.message import MessageKind, MessageState
from bot.delivery.notice import Recipient
from bot.storage.transaction import Tx
from tests.delivery.conftest import DeliveryStory

SENT = MessageState.SENT
LINE = {"line": 1}


async def tells(
    delivery: DeliveryStory, to: Iterable[str], sent_as: MessageKind = MessageKind.NOTICE
) -> None:
    delivery.board.lines[1] = "news"
    people = [delivery.people[name] for name in to]

    async def queue(tx: Tx) -> None:
        if sent_as is MessageKind.BROADCAST:
            notice = await outbox.add_notice(tx, delivery.board.kind(sent_as), LINE, lasting=True)
            await outbox.broadcast(tx, notice, people, topic="t")
        else:
            await outbox.send(tx, delivery.board.kind(sent_as), people, LINE, topic="t")

    await delivery.do(queue)


async def reach(delivery: DeliveryStory, channel: str, chat: str) -> Reach:
    async with delivery.database.reading() as tx:
        contact = await load_contact(tx, Address(channel, chat))
    assert contact is not None
    return contact.reach


KINDS = (MessageKind.NOTICE, MessageKind.REMINDER, MessageKind.BROADCAST)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_preferred_address_gets_it_alone(
    delivery: DeliveryStory, kind: MessageKind
) -> None:
    (maryam,) = await delivery.knows("maryam")
    second = await delivery.has_also("maryam", "elsewhere", "+966")
    sender = await delivery.opens()
    await tells(delivery, ["maryam"], kind)
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["news"]
    await delivery.do(lambda tx: prefer(tx, maryam, second))
    await tells(delivery, ["maryam"], kind)
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["news"]
    assert delivery.elsewhere["elsewhere"].texts("+966") == ["news"]


@pytest.mark.parametrize("kind", KINDS)
async def test_where_the_preferred_one_is_closed_another_gets_it(
    delivery: DeliveryStory, kind: MessageKind
) -> None:
    """Maryam has blocked the bot there, which comes out with the message itself."""
    await delivery.knows("maryam", "huda")
    await delivery.has_also("maryam", "elsewhere", "+966")
    sender = await delivery.opens()
    delivery.channel.will("maryam", Unreachable("blocked"))
    delivery.channel.will("huda", Unreachable("blocked"))
    await tells(delivery, ["maryam", "huda"], kind)
    await sender.idle()
    assert delivery.elsewhere["elsewhere"].texts("+966") == ["news"]
    assert await delivery.counts("t") == {SENT: 1, MessageState.UNREACHABLE: 1}
    assert await reach(delivery, "telegram", "maryam") is Reach.UNREACHABLE
    assert await reach(delivery, "elsewhere", "+966") is Reach.REACHABLE
    await tells(delivery, ["maryam"], kind)
    await sender.idle()
    assert delivery.elsewhere["elsewhere"].texts("+966") == ["news", "news"]


async def test_what_waits_for_a_closed_address_takes_the_other_way_too(
    delivery: DeliveryStory,
) -> None:
    (maryam,) = await delivery.knows("maryam")
    await delivery.has_also("maryam", "elsewhere", "+966")
    delivery.board.lines |= {1: "first", 2: "later"}
    kind = delivery.board.kind(MessageKind.REMINDER)

    async def queue(tx: Tx) -> None:
        await outbox.send(tx, kind, maryam, {"line": 1}, topic="t")
        soon = tx.now + timedelta(minutes=5)
        each = [Recipient(maryam, (), "t", None)]
        await outbox.send_to(tx, kind, {"line": 2}, each, not_before=soon)

    await delivery.do(queue)
    delivery.channel.will("maryam", Unreachable("blocked"))
    await delivery.opens()
    await delivery.passes(timedelta(minutes=6))
    assert delivery.elsewhere["elsewhere"].texts("+966") == ["first", "later"]
    assert await delivery.counts("t") == {SENT: 2}


async def test_when_all_are_closed_it_ends_and_says_so(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam")
    await delivery.has_also("maryam", "elsewhere", "+966")
    sender = await delivery.opens()
    delivery.channel.will("maryam", Unreachable("blocked"))
    delivery.elsewhere["elsewhere"].will("+966", Unreachable("gone"))
    await tells(delivery, ["maryam"])
    await sender.idle()
    assert await delivery.counts("t") == {MessageState.UNREACHABLE: 1}
    await tells(delivery, ["maryam"])
    assert await delivery.counts("t") == {MessageState.UNREACHABLE: 2}


async def test_who_returns_is_written_to_where_they_prefer(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam")
    await delivery.has_also("maryam", "elsewhere", "+966")
    sender = await delivery.opens()
    for state, count in ((Reach.UNREACHABLE, 0), (Reach.REACHABLE, 1)):
        await delivery.do(lambda tx, s=state: set_reach(tx, "telegram", "maryam", s))  # type: ignore[misc]
        await tells(delivery, ["maryam"])
        await sender.idle()
        assert len(delivery.channel.texts("maryam")) == count
    assert delivery.elsewhere["elsewhere"].texts("+966") == ["news"]


async def test_an_answer_goes_where_it_was_asked_for_and_nowhere_else(
    delivery: DeliveryStory,
) -> None:
    await delivery.knows("maryam")
    await delivery.has_also("maryam", "elsewhere", "+966")
    sender = await delivery.opens()
    async with delivery.database.transaction() as tx:
        contact = await load_contact(tx, Address("elsewhere", "+966"))
        assert contact is not None
        assert contact.person.id == delivery.people["maryam"]
        message = await outbox.reply(tx, contact, Screen("answer"))
        await outbox.answer_below(tx, contact, Screen("below"))
    sender.hand_over(message)
    await sender.idle()
    assert delivery.elsewhere["elsewhere"].texts("+966") == ["answer", "below"]
    delivery.elsewhere["elsewhere"].will("+966", Unreachable("blocked"))
    async with delivery.database.transaction() as tx:
        message = await outbox.reply(tx, contact, Screen("answer"))
        await outbox.answer_below(tx, contact, Screen("below"))
    sender.hand_over(message)
    await sender.idle()
    assert delivery.channel.texts("maryam") == []


async def test_a_change_of_a_message_stays_where_that_stands(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    second = await delivery.has_also("maryam", "elsewhere", "+966")
    sender = await delivery.opens()
    kind = delivery.board.kind(MessageKind.PROGRESS)
    delivery.board.lines[1] = "1 of 2"
    number = await delivery.do(lambda tx: outbox.start_progress(tx, kind, LINE, maryam, topic="t"))
    await sender.idle()
    await delivery.do(lambda tx: prefer(tx, maryam, second))
    delivery.board.lines[1] = "2 of 2"
    await delivery.do(lambda tx: outbox.refresh(tx, number, kind, LINE))
    await delivery.passes(timedelta(minutes=11))
    assert [(chat, text) for chat, _, text in delivery.channel.edited] == [("maryam", "2 of 2")]
    assert delivery.elsewhere["elsewhere"].texts("+966") == []


async def test_what_was_refused_after_all_takes_the_other_way_once(delivery: DeliveryStory) -> None:
    delivery.channel.reports_status = True
    await delivery.knows("maryam")
    await delivery.has_also("maryam", "elsewhere", "+966")
    sender = await delivery.opens()
    await tells(delivery, ["maryam"], MessageKind.BROADCAST)
    await sender.idle()
    refused = DeliveryStatus("1", DeliveryState.REFUSED, reason="131026", closes=True)
    where = Address("telegram", "maryam")
    for _ in range(2):
        await delivery.do(lambda tx: statuses.note_status(tx, where, refused))
        await sender.idle()
    assert delivery.elsewhere["elsewhere"].texts("+966") == ["news"]
    assert await delivery.counts("t") == {SENT: 1}
    assert await reach(delivery, "elsewhere", "+966") is Reach.REACHABLE


async def test_many_are_found_with_their_addresses_at_once(delivery: DeliveryStory) -> None:
    maryam, huda, salma = await delivery.knows("maryam", "huda", "salma")
    first = await delivery.has_also("maryam", "elsewhere", "1")
    second = await delivery.has_also("huda", "elsewhere", "2")
    await delivery.do(lambda tx: prefer(tx, huda, second))
    await delivery.do(lambda tx: set_reach(tx, "telegram", "maryam", Reach.UNREACHABLE))
    await delivery.do(lambda tx: set_reach(tx, "telegram", "salma", Reach.UNREACHABLE))
    found = await delivery.do(lambda tx: reachable_addresses(tx, [maryam, huda, salma]))
    assert found == {maryam: first, huda: second}


async def test_nobody_prefers_two(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam")
    await delivery.has_also("maryam", "elsewhere", "+966")
    with pytest.raises(Exception, match=r"(?i)unique"):
        await delivery.do(lambda tx: tx.run("UPDATE addresses SET preferred = 1"))


async def test_turns_of_one_person_at_two_addresses_wait_for_each_other(
    delivery: DeliveryStory,
) -> None:
    await delivery.knows("maryam")
    await delivery.has_also("maryam", "elsewhere", "+966")
    begun, order = asyncio.Event(), list[str]()

    async def first() -> None:
        async with delivery.database.transaction() as tx:
            contact = await load_contact(tx, Address("telegram", "maryam"))
            assert contact is not None
            begun.set()
            await asyncio.sleep(0.2)
            await change_person(tx, contact.person.id, name="مريم")
            order.append("first")

    async def second() -> None:
        await begun.wait()
        async with delivery.database.transaction() as tx:
            contact = await load_contact(tx, Address("elsewhere", "+966"))
            assert contact is not None
            order.append(f"second sees {contact.person.name}")

    await asyncio.gather(first(), second())
    assert order == ["first", "second sees مريم"]


async def test_what_a_visitor_was_sent_before_goes_with_the_person(
    delivery: DeliveryStory,
) -> None:
    maryam, visitor = await delivery.knows("maryam", "visitor")
    delivery.board.lines |= {1: "sent", 2: "still to come"}
    sender = await delivery.opens()
    kind = delivery.board.kind()
    await delivery.do(lambda tx: outbox.send(tx, kind, visitor, LINE, topic="t"))
    await sender.idle()
    await sender.stop()

    async def link(tx: Tx) -> None:
        await outbox.send(tx, kind, visitor, {"line": 2}, topic="t")
        await addresses.absorb(tx, visitor, maryam)

    await delivery.do(link)
    query = "SELECT person_id, state FROM outbox ORDER BY id"
    rows = await delivery.do(lambda tx: tx.fetch(query))
    assert [tuple(row) for row in rows] == [(visitor, "sent"), (maryam, "queued")]
    await delivery.do(lambda tx: retention.forget_person(tx, maryam))
    rows = await delivery.do(lambda tx: tx.fetch("SELECT message, address_id FROM outbox"))
    assert [tuple(row) for row in rows] == [(None, None)] * 2


# Keys that change


async def who(delivery: DeliveryStory, channel: str, key: str) -> tuple[int, str] | None:
    """The person who is known by a key, and the key where they are answered."""

    async def find(tx: Tx) -> Any:
        where = Address(channel, key)
        return await load_contact(tx, where) or await load_by_alias(tx, where)

    found = await delivery.do(find)
    return found and (found.person.id, found.address.id)


async def test_a_key_that_was_left_is_known_for_a_while_and_then_anybodys(
    delivery: DeliveryStory,
) -> None:
    (maryam,) = await delivery.knows("+1")
    number = (await delivery.contact("+1")).address_id
    await delivery.do(lambda tx: follow_move(tx, number, "+2"))
    assert await who(delivery, "telegram", "+1") == (maryam, "+2")
    assert await who(delivery, "telegram", "+2") == (maryam, "+2")
    delivery.clock.advance(timedelta(hours=49))
    assert await who(delivery, "telegram", "+1") is None
    assert await delivery.do(lambda tx: addresses.forget_left(tx, 10)) == 1
    assert await delivery.do(lambda tx: addresses.forget_left(tx, 10)) == 0
    assert await who(delivery, "telegram", "+2") == (maryam, "+2")
    await delivery.do(lambda tx: follow_move(tx, number, "+1"))
    assert await who(delivery, "telegram", "+1") == (maryam, "+1")


async def test_a_second_key_is_that_of_whom_the_channel_named_last(
    delivery: DeliveryStory,
) -> None:
    maryam, huda = await delivery.knows("u1", "u2")
    for name in ("u1", "u2"):
        contact = await delivery.contact(name)
        await delivery.do(lambda tx, c=contact: note_aliases(tx, c, (c.address.id, "+1")))  # type: ignore[misc]
    assert await who(delivery, "telegram", "+1") == (huda, "u2")
    assert await who(delivery, "telegram", "u1") == (maryam, "u1")


async def test_a_channel_tells_of_a_new_key_with_what_became_of_a_message(
    delivery: DeliveryStory,
) -> None:
    delivery.channel.reports_status = True
    (maryam,) = await delivery.knows("+1")
    sender = await delivery.opens()
    await tells(delivery, ["+1"])
    await sender.idle()
    told = DeliveryStatus("9", DeliveryState.DELIVERED, reference="1", moved_to="+2")
    await delivery.do(lambda tx: statuses.note_status(tx, Address("telegram", "+1"), told))
    assert await who(delivery, "telegram", "+1") == (maryam, "+2")
    assert await delivery.counts("t") == {MessageState.DELIVERED: 1}


async def test_a_chat_that_moves_onto_another_of_the_same_person_leaves_one(
    delivery: DeliveryStory,
) -> None:
    (maryam,) = await delivery.knows("+1")
    second = await delivery.has_also("+1", "telegram", "+2")
    sender = await delivery.opens()
    delivery.channel.will("+1", ChatMoved("+2"))
    await tells(delivery, ["+1"])
    await sender.idle()
    assert delivery.channel.texts("+2") == ["news"]
    assert await delivery.do(lambda tx: reachable_addresses(tx, [maryam])) == {maryam: second}
    rows = await delivery.do(lambda tx: tx.fetch("SELECT id FROM addresses WHERE preferred = 1"))
    assert [tuple(row) for row in rows] == [(second,)]


async def test_a_chat_does_not_move_onto_that_of_another_member(delivery: DeliveryStory) -> None:
    """Maryam's messages are not for Huda, whoever has the number by now."""
    maryam, huda = await delivery.knows("+1", "+2")
    for person in (maryam, huda):
        await delivery.do(lambda tx, p=person: change_person(tx, p, state="member"))  # type: ignore[misc]
    sender = await delivery.opens()
    delivery.channel.will("+1", ChatMoved("+2"))
    await tells(delivery, ["+1"])
    await sender.idle()
    assert delivery.channel.texts("+2") == []
    assert await delivery.counts("t") == {MessageState.UNREACHABLE: 1}
    assert await reach(delivery, "telegram", "+2") is Reach.REACHABLE


async def gives_her_account_away(tx: Tx) -> None:
    """Maryam's account on Telegram is a stranger's from now on."""
    contact = await load_contact(tx, Address("telegram", "maryam"))
    assert contact is not None
    stranger = await add_stranger(tx, "SA", "ar")
    await addresses.give_away(tx, contact.address_id, stranger.id)


async def test_what_may_not_have_arrived_is_never_sent_to_whoever_has_the_address_now(
    delivery: DeliveryStory,
) -> None:
    """Maryam's former account is a stranger's by the time it is sent again."""
    await delivery.knows("maryam")
    await delivery.has_also("maryam", "elsewhere", "+966")
    sender = await delivery.opens()
    delivery.channel.will("maryam", Ambiguous("no answer"))
    await tells(delivery, ["maryam"], MessageKind.BROADCAST)
    await sender.idle()
    assert await delivery.counts("t") == {MessageState.UNKNOWN: 1}

    await delivery.do(gives_her_account_away)
    assert await delivery.do(lambda tx: outbox.resend_unknown(tx, "t")) == 1
    await sender.idle()
    assert delivery.channel.texts("maryam") == []
    assert delivery.elsewhere["elsewhere"].texts("+966") == ["news"]


async def test_what_has_to_wait_follows_its_reader_away_from_an_address(
    delivery: DeliveryStory,
) -> None:
    """It was being sent, and told to come later, when the address was given away."""
    await delivery.knows("maryam")
    await delivery.has_also("maryam", "elsewhere", "+966")
    await delivery.opens()
    delivery.channel.open.clear()
    delivery.channel.will("maryam", RetryLater(600))
    await tells(delivery, ["maryam"])
    await delivery.until(lambda: bool(delivery.channel.requests))

    await delivery.do(gives_her_account_away)
    delivery.channel.open.set()
    await delivery.passes(timedelta(minutes=11))
    assert delivery.channel.texts("maryam") == []
    assert delivery.elsewhere["elsewhere"].texts("+966") == ["news"]
