"""What is queued, counted, replaced, taken back and forgotten."""

from datetime import timedelta

from sqlalchemy import select

from bot.chat.person import Reach, set_reach
from bot.chat.screen import Screen
from bot.delivery import message as outbox_tables
from bot.delivery import outbox, retention
from bot.delivery.addresses import follow_move, mark_unreachable, reachable_addresses
from bot.delivery.channel import Rejected
from bot.delivery.message import Message, MessageKind, MessageState
from bot.delivery.retention import KEEP_FINISHED
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx
from tests.delivery import former
from tests.delivery.conftest import DeliveryStory


async def test_a_reply_is_born_under_way(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam")
    contact = await delivery.contact("maryam")
    message = await delivery.do(lambda tx: outbox.reply(tx, contact, Screen("hello"), edit="9"))
    assert (message.channel, message.chat, message.edit_message) == ("telegram", "maryam", "9")
    rows = await delivery.do(
        lambda tx: tx.fetch("SELECT state, kind, edit_message FROM outbox WHERE id = ?", message.id)
    )
    assert [tuple(row) for row in rows] == [("sending", "reply", "9")]


async def test_a_reply_keeps_the_forms_of_its_turn(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam", "salma")
    contact = await delivery.contact("maryam")
    for forms in ([{"form": "practice", "answers": {"title": "قصة؟"}}], []):
        contact.forms = forms

        async def turn(tx: Tx) -> Message:
            return await outbox.reply(tx, contact, Screen("next?"), save_forms=True)

        message = await delivery.do(turn)
        stored = await delivery.do(
            lambda tx: tx.fetch("SELECT id FROM outbox ORDER BY id DESC LIMIT 1")
        )
        assert stored[0][0] == message.id
        assert (await delivery.contact("maryam")).forms == forms

    contact.forms = [{"form": "team"}]
    await delivery.do(lambda tx: outbox.reply(tx, contact, Screen("only said")))
    assert (await delivery.contact("maryam")).forms == []
    assert (await delivery.contact("salma")).forms == []


async def test_a_screen_below_an_answer_comes_after_it_and_is_forgotten(
    delivery: DeliveryStory,
) -> None:
    await delivery.knows("maryam", "salma")
    await delivery.do(lambda tx: set_reach(tx, "telegram", "salma", Reach.UNREACHABLE))
    contact = await delivery.contact("maryam")
    silent = await delivery.contact("salma")
    sender = await delivery.opens()

    async def turn(tx: Tx) -> Message:
        await outbox.answer_below(tx, contact, Screen("the team"))
        await outbox.answer_below(tx, silent, Screen("the team"))
        return await outbox.reply(tx, contact, Screen("welcome"), worker="one")

    sender.hand_over(await delivery.do(turn))
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["welcome", "the team"]
    stored = await delivery.do(lambda tx: tx.fetch("SELECT state, screen FROM outbox ORDER BY id"))
    assert [tuple(row) for row in stored] == [
        ("sent", None), ("unreachable", None), ("sent", None),
    ]  # fmt: skip


async def test_nobody_is_missed_in_silence(delivery: DeliveryStory) -> None:
    ids = await delivery.knows("maryam", "salma", "huda")
    await delivery.do(lambda tx: set_reach(tx, "telegram", "salma", Reach.UNREACHABLE))

    async def queue(tx: Tx) -> int:
        body = await former.add_body(tx, Screen("forum"))
        await former.broadcast(tx, body, [*ids, ids[0]], topic="announcement:1")
        await former.notify(tx, ids[1], Screen("to you"), topic="meeting:1")
        notices = [(person, Screen(f"to {person}")) for person in ids]
        return await former.notify_each(tx, notices, topic="meeting:1")

    assert await delivery.do(queue) == 2
    queued, unreachable = MessageState.QUEUED, MessageState.UNREACHABLE
    assert await delivery.counts("announcement:1") == {queued: 2, unreachable: 1}
    assert await delivery.counts("meeting:1") == {queued: 2, unreachable: 2}
    in_order = "SELECT person_id, state FROM outbox WHERE topic = ? ORDER BY id"
    rows = await delivery.do(lambda tx: tx.fetch(in_order, "announcement:1"))
    states = [(person, state) for person, state in rows]
    assert states == [(ids[0], queued), (ids[1], unreachable), (ids[2], queued)]


async def test_a_topic_is_counted_by_kind(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")

    async def queue(tx: Tx) -> dict[MessageState, int]:
        for kind in (MessageKind.NOTICE, MessageKind.REMINDER, MessageKind.REMINDER):
            await former.notify(tx, maryam, Screen("x"), kind=kind, topic="announcement:1")
        return await outbox.count_states(tx, "announcement:1", MessageKind.REMINDER)

    assert await delivery.do(queue) == {MessageState.QUEUED: 2}


async def test_only_what_is_queued_can_be_taken_back(delivery: DeliveryStory) -> None:
    maryam, salma = await delivery.knows("maryam", "salma")
    sender = await delivery.opens()
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("sent"), topic="meeting:1"))
    await sender.idle()

    async def queue(tx: Tx) -> int:
        later = tx.now + timedelta(days=1)
        await former.notify(tx, salma, Screen("x"), topic="meeting:1", not_before=later)
        await former.notify(tx, salma, Screen("y"), topic="meeting:2", not_before=later)
        return await outbox.cancel(tx, "meeting:1")

    assert await delivery.do(queue) == 1
    assert await delivery.counts("meeting:1") == {MessageState.SENT: 1, MessageState.CANCELLED: 1}
    assert await delivery.counts("meeting:2") == {MessageState.QUEUED: 1}


async def test_what_was_said_is_emptied_by_the_mark_that_it_was(delivery: DeliveryStory) -> None:
    maryam, salma = await delivery.knows("maryam", "salma")
    sender = await delivery.opens()
    delivery.channel.will("salma", Rejected("no"))
    await delivery.answers("maryam", "a reply")
    for person in (maryam, salma):
        screen = Screen(f"news for {person}")
        await delivery.do(lambda tx: former.notify(tx, person, screen, topic="t"))  # noqa: B023
    await sender.idle()
    rows = await delivery.do(lambda tx: tx.fetch("SELECT state, screen FROM outbox ORDER BY id"))
    assert [tuple(row) for row in rows] == [("sent", None), ("sent", None), ("failed", None)]


async def test_what_is_finished_is_forgotten_after_a_while(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    sender = await delivery.opens()
    delivery.board.lines = {1: "kept", 2: "passing"}
    await delivery.answers("maryam", "old")
    kind = delivery.board.kind()
    for line, topic in ((1, "announcement:1"), (2, None)):
        told = {"line": line}
        await delivery.do(lambda tx: outbox.send(tx, kind, maryam, told, topic=topic))  # noqa: B023
    await sender.idle()
    delivery.clock.advance(KEEP_FINISHED)
    assert await delivery.do(lambda tx: retention.forget_finished(tx, 10)) == 0
    delivery.clock.advance(timedelta(seconds=1))
    assert await delivery.do(lambda tx: retention.forget_finished(tx, 10)) == 2
    assert await delivery.do(lambda tx: retention.forget_notices(tx, 10)) == 1
    assert await delivery.counts("announcement:1") == {MessageState.SENT: 1}
    left = await delivery.do(lambda tx: tx.fetch("SELECT params FROM notices"))
    assert [row[0] for row in left] == ['{"line":1}']


async def test_what_a_former_version_has_left_is_emptied(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("said"), topic="t"))
    await delivery.do(lambda tx: former.notify(tx, maryam, Screen("waits"), topic="t"))
    await delivery.do(
        lambda tx: tx.run(
            "UPDATE outbox SET state = 'sent', finished_at = ? WHERE id = 1", to_millis(tx.now)
        )
    )
    await delivery.do(lambda tx: retention.forget_words(tx, 10))
    assert await words(delivery, "t") == [None, Screen("waits").to_json()]


async def words(delivery: DeliveryStory, topic: str) -> list[object]:
    """What the messages about a topic say."""

    async def read(tx: Tx) -> list[object]:
        query = (
            select(outbox_tables.outbox.c.screen)
            .where(outbox_tables.outbox.c.topic == topic)
            .order_by(outbox_tables.outbox.c.id)
        )
        return list(await tx.scalars(query))

    return await delivery.do(read)


async def test_a_person_who_leaves_takes_their_texts_along(delivery: DeliveryStory) -> None:
    (maryam,) = await delivery.knows("maryam")

    async def queue(tx: Tx) -> None:
        await former.notify(tx, maryam, Screen("private"), topic="t")
        await retention.forget_person(tx, maryam)

    await delivery.do(queue)
    rows = await delivery.do(lambda tx: tx.fetch("SELECT state, screen, address_id FROM outbox"))
    assert [tuple(row) for row in rows] == [("cancelled", None, None)]


async def test_addresses_close_with_what_is_queued_for_them(delivery: DeliveryStory) -> None:
    maryam, salma = await delivery.knows("maryam", "salma")

    async def close(tx: Tx) -> dict[int, int]:
        await former.notify(tx, maryam, Screen("x"), topic="t")
        await mark_unreachable(tx, [(await reachable_addresses(tx, [maryam]))[maryam]])
        return await reachable_addresses(tx, [maryam, salma])

    assert list(await delivery.do(close)) == [salma]
    assert await delivery.counts("t") == {MessageState.UNREACHABLE: 1}


async def test_a_chat_that_moves_onto_a_known_one_hands_its_mail_over(
    delivery: DeliveryStory,
) -> None:
    old, new = await delivery.knows("-100", "-200")
    sender = await delivery.opens()

    async def move(tx: Tx) -> None:
        await former.notify(tx, old, Screen("x"), topic="t")
        found = await reachable_addresses(tx, [old, new])
        assert await follow_move(tx, found[old], "-200") == found[new]

    await delivery.do(move)
    await sender.idle()
    assert delivery.channel.texts("-200") == ["x"]
    assert (await delivery.contact("-100")).reach is Reach.UNREACHABLE
