"""Whom a message did not reach, for whoever waits for that."""

from sqlalchemy import update

from bot.delivery import backlog, outbox
from bot.delivery.message import MessageKind, MessageState
from bot.delivery.message import outbox as messages
from tests.delivery.conftest import DeliveryStory


async def sends(delivery: DeliveryStory, topic: str, line: int, *to: int) -> None:
    """A message about the topic to each, whose line is what the notice keeps."""
    kind = delivery.board.kind(MessageKind.NOTICE)
    await delivery.do(lambda tx: outbox.send(tx, kind, to, {"line": line}, topic=topic))


async def ends(delivery: DeliveryStory, topic: str, state: MessageState, *to: int) -> None:
    """What waits about the topic for these people ends so."""
    ended = update(messages).where(
        messages.c.topic == topic,
        messages.c.person_id.in_(to),
        messages.c.state == MessageState.QUEUED,
    )
    await delivery.do(lambda tx: tx.execute(ended.values(state=state)))


async def test_each_topic_names_whom_its_last_message_did_not_reach(
    delivery: DeliveryStory,
) -> None:
    maryam, huda, reem = await delivery.knows("maryam", "huda", "reem")
    await sends(delivery, "one", 1, maryam, huda, reem)
    await ends(delivery, "one", MessageState.FAILED, maryam)
    await ends(delivery, "one", MessageState.UNREACHABLE, huda)
    await ends(delivery, "one", MessageState.SENT, reem)
    await sends(delivery, "two", 2, maryam)
    await ends(delivery, "two", MessageState.REFUSED, maryam)
    await sends(delivery, "three", 3, maryam)
    found = await delivery.do(lambda tx: backlog.unreached(tx, ["one", "two", "three", "none"]))
    assert found == {"one": {maryam: {"line": 1}, huda: {"line": 1}}, "two": {maryam: {"line": 2}}}

    # Another one is on its way to Maryam, and one has reached Huda.
    await sends(delivery, "one", 4, maryam, huda)
    await ends(delivery, "one", MessageState.SENT, huda)
    assert await delivery.do(lambda tx: backlog.unreached_about(tx, "one")) == set()
    assert await delivery.do(lambda tx: backlog.unreached(tx, [])) == {}


async def test_the_very_last_message_of_a_topic_counts_where_one_answers_the_other(
    delivery: DeliveryStory,
) -> None:
    maryam, huda = await delivery.knows("maryam", "huda")

    async def missed() -> int | None:
        return await delivery.do(lambda tx: backlog.unreached_at_last(tx, "one"))

    assert await missed() is None
    await sends(delivery, "one", 1, maryam)
    assert await missed() is None
    await ends(delivery, "one", MessageState.FAILED, maryam)
    assert await missed() == maryam
    await sends(delivery, "one", 2, huda)
    assert await missed() is None
    await ends(delivery, "one", MessageState.UNREACHABLE, huda)
    assert await missed() == huda


async def test_what_waits_may_still_arrive(delivery: DeliveryStory) -> None:
    maryam, huda = await delivery.knows("maryam", "huda")

    async def may() -> bool:
        return await delivery.do(lambda tx: backlog.may_still_reach(tx, "one"))

    assert not await may()
    await sends(delivery, "one", 1, maryam, huda)
    await ends(delivery, "one", MessageState.FAILED, maryam)
    assert await may()
    await ends(delivery, "one", MessageState.SENT, huda)
    assert not await may()
