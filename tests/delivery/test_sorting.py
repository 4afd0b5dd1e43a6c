"""Where there are several channels, what one of them has waiting stands before nobody else's."""

from datetime import timedelta

import pytest

from bot.delivery import outbox, sorting
from bot.delivery.addresses import mark_unreachable
from bot.delivery.backlog import outbox_backlog
from bot.delivery.channel import RetryLater
from bot.delivery.claims import Bodies, Room, claim, give_back
from bot.delivery.message import MessageKind, MessageState
from bot.storage.transaction import Tx
from tests.delivery.conftest import DeliveryStory
from tests.delivery.scripted import ScriptedChannel

BOTH = ["telegram", "elsewhere"]
ALL = Room(100, 100)


@pytest.fixture
def two(delivery: DeliveryStory, monkeypatch: pytest.MonkeyPatch) -> DeliveryStory:
    """Two channels, and pieces that a story can fill."""
    monkeypatch.setattr(sorting, "AT_ONCE", 3)
    delivery.others.append(ScriptedChannel(delivery.timer.seconds, name="elsewhere"))
    return delivery


async def hears(delivery: DeliveryStory, line: int, *names: str, urgent: bool = False) -> None:
    """Have each of them told a line, in this order."""
    delivery.board.lines[line] = f"line {line}"
    people = [delivery.people[name] for name in names]
    kind = delivery.board.kind(MessageKind.REMINDER if urgent else MessageKind.BROADCAST)

    async def queue(tx: Tx) -> None:
        if urgent:
            await outbox.send(tx, kind, people, {"line": line}, topic="t")
        else:
            notice = await outbox.add_notice(tx, kind, {"line": line}, lasting=True)
            await outbox.broadcast(tx, notice, people, topic="t")

    await delivery.do(queue)


async def sort_all(delivery: DeliveryStory, channels: list[str] = BOTH) -> int:
    """How many transactions it takes."""
    pieces = 1
    while await delivery.do(lambda tx: sorting.sort(tx, channels, channels[0])):
        pieces += 1
    return pieces


async def claims(delivery: DeliveryStory, rooms: dict[str, Room]) -> list[tuple[str, int]]:
    """What would be claimed: which channel, and which message."""

    async def work(tx: Tx) -> list[tuple[str, int]]:
        found = await claim(tx, "one", rooms, Bodies(), by_channel=True)
        await give_back(tx, [message.id for message in found])
        return [(message.channel, message.id) for message in found]

    return await delivery.do(work)


async def test_a_claim_finds_its_own_behind_any_number_of_others(two: DeliveryStory) -> None:
    """Sorting takes a piece at a time, urgent ones first, and no claim looks at what another
    channel has waiting: the rows of a silent one would not even be read."""
    many = [f"far{number}" for number in range(7)]
    await two.knows(*many, on="elsewhere")
    await two.knows("maryam")
    await hears(two, 1, *many, "maryam")
    await hears(two, 2, "maryam", urgent=True)
    assert await claims(two, {"telegram": ALL, "elsewhere": Room()}) == []
    assert await two.do(lambda tx: sorting.sort(tx, BOTH, "telegram"))
    assert await claims(two, {"telegram": ALL, "elsewhere": Room()}) == [("telegram", 9)]
    assert await sort_all(two) == 3
    assert await claims(two, {"telegram": ALL, "elsewhere": Room()}) == [
        ("telegram", 9), ("telegram", 8),
    ]  # fmt: skip
    assert await claims(two, {"telegram": Room(), "elsewhere": Room(0, 2)}) == [
        ("elsewhere", 1), ("elsewhere", 2),
    ]  # fmt: skip
    async with two.database.reading() as tx:
        backlog = await outbox_backlog(tx)
    assert (backlog.queued, backlog.oldest_personal) == (9, two.clock.now())
    explain = "EXPLAIN QUERY PLAN" if two.database.dialect == "sqlite" else "EXPLAIN"
    async with two.database.transaction() as tx:
        if two.database.dialect == "postgresql":
            await tx.run("SET LOCAL enable_seqscan = off")
        plan = await tx.fetch(
            f"{explain} SELECT id FROM outbox WHERE state = 'queued' AND not_before IS NULL"
            " AND urgency = 2 AND waits_for = 'telegram' ORDER BY id LIMIT 9"
        )
    said = "\n".join(str(part) for row in plan for part in row)
    assert "ix_outbox_sorted" in said
    assert "SORT" not in said.upper().replace("SORTED", "")
    assert "TEMP" not in said.upper()


async def test_a_silenced_channel_keeps_its_order_and_keeps_nobody_waiting(
    two: DeliveryStory,
) -> None:
    """It is asked to be silent for ten minutes in the middle of a broadcast. Meanwhile everybody on
    the other one is told everything; afterwards each of its readers is, in the order of the
    lines, also those whose lines were sorted, put back, or said anew."""
    far = [f"far{number}" for number in range(5)]
    await two.knows(*far, on="elsewhere")
    await two.knows("maryam", "huda")
    elsewhere = two.elsewhere["elsewhere"]
    for name in far:
        elsewhere.will(name, *[RetryLater(600)] * 2)
    await two.opens()
    for line in (1, 2, 3):
        await hears(two, line, *far, "maryam")
    await hears(two, 4, *far, "huda", urgent=True)
    await two.passes(timedelta(minutes=5))
    assert two.channel.texts("maryam") == ["line 1", "line 2", "line 3"]
    assert two.channel.texts("huda") == ["line 4"]
    assert elsewhere.seen == []
    await hears(two, 5, *far, "huda")
    await two.passes(timedelta(hours=1))
    for name in far:
        told = elsewhere.texts(name)
        assert sorted(told) == [f"line {line}" for line in (1, 2, 3, 4, 5)]
        bulk = [line for line in told if line != "line 4"]
        assert bulk == ["line 1", "line 2", "line 3", "line 5"], name
    assert await two.counts("t") == {MessageState.SENT: 5 * 5 + 5}


async def test_whoever_is_told_elsewhere_is_sorted_anew(two: DeliveryStory) -> None:
    await two.knows("maryam")
    there = await two.has_also("maryam", "elsewhere", "+966")
    await hears(two, 1, "maryam")
    await sort_all(two)
    assert await claims(two, {"elsewhere": ALL}) == []
    home = (await two.contact("maryam")).address_id
    await two.do(lambda tx: mark_unreachable(tx, [home]))
    await sort_all(two)
    assert await claims(two, {"elsewhere": ALL}) == [("elsewhere", 1)]
    await two.do(lambda tx: mark_unreachable(tx, [there]))
    assert await two.counts("t") == {MessageState.UNREACHABLE: 1}


@pytest.mark.parametrize("again", [False, True])
async def test_a_channel_that_is_taken_out_leaves_nothing_behind(
    two: DeliveryStory, again: bool
) -> None:
    """A bot had two channels, and has one now: what was sorted for that one leaves in its order,
    before what is queued later; what was for the other ends with a word. Then it has two again."""
    await two.knows("far", on="elsewhere")
    await two.knows("maryam")
    for line in (1, 2, 3, 4):
        await hears(two, line, "maryam", "far")
    await sort_all(two)
    channel = two.others.pop()
    if again:
        two.others.append(channel)
    await hears(two, 5, "maryam")
    sender = await two.opens()
    await sender.idle()
    await two.passes(timedelta(seconds=20))
    assert two.channel.texts("maryam") == [f"line {line}" for line in (1, 2, 3, 4, 5)]
    ended = MessageState.SENT if again else MessageState.FAILED
    expected = {MessageState.SENT: 5, MessageState.FAILED: 4}
    assert await two.counts("t") == ({ended: 9} if again else expected)
    sorted_still = await two.do(sorting.is_any_sorted)
    assert not sorted_still


async def test_one_channel_sorts_nothing(delivery: DeliveryStory) -> None:
    await delivery.knows("maryam")
    sender = await delivery.opens()
    await hears(delivery, 1, "maryam")
    await sender.idle()
    async with delivery.database.reading() as tx:
        rows = await tx.fetch("SELECT waits_for FROM outbox")
    assert [row[0] for row in rows] == [None]
