"""What a channel tells of messages after they were sent."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, TypeAlias

import pytest
from sqlalchemy import select

from bot.chat.incoming import Address, DeliveryState, DeliveryStatus
from bot.chat.person import Reach, addresses, set_reach
from bot.chat.screen import Screen
from bot.delivery import backlog, outbox, recovery, retention, statuses
from bot.delivery.channel import Ambiguous, Rejected
from bot.delivery.message import MessageState
from bot.delivery.statuses import MOVES, delivery_statuses
from bot.storage.transaction import Tx
from tests.delivery import former
from tests.delivery.conftest import START, DeliveryStory
from tests.delivery.scripted import Lost

SENT, DELIVERED, REFUSED, READ = DeliveryState
TOPIC = "announcement:1"
Event: TypeAlias = DeliveryState | Literal["mark", "crash"]


@dataclass
class Tellings:
    """A delivery whose channel tells what became of its messages."""

    delivery: DeliveryStory

    async def tells(
        self, chat: str, message: str, state: DeliveryState, **more: str | bool
    ) -> None:
        status = replace(DeliveryStatus(message, state), **more)  # type: ignore[arg-type]
        address = Address("telegram", chat)
        await self.delivery.do(lambda tx: statuses.note_status(tx, address, status))

    async def states(self) -> list[str]:
        return await self._column("SELECT state FROM outbox ORDER BY id")

    async def heard(self) -> list[str]:
        return await self._column("SELECT state FROM delivery_statuses ORDER BY message")

    async def _column(self, query: str) -> list[str]:
        return [row[0] for row in await self.delivery.do(lambda tx: tx.fetch(query))]

    async def reach(self, chat: str) -> Reach:
        query = select(addresses.c.reach).where(addresses.c.external == chat)
        found = await self.delivery.do(lambda tx: tx.scalar(query))
        assert isinstance(found, Reach)
        return found

    async def announces(self, *names: str) -> None:
        await self.delivery.knows(*names)
        sender = await self.delivery.opens()
        await self.delivery.broadcasts("forum", list(names), TOPIC)
        await sender.idle()


@pytest.fixture
def telling(delivery: DeliveryStory) -> Tellings:
    delivery.channel.reports_status = True
    return Tellings(delivery)


async def test_delivered_then_read(telling: Tellings) -> None:
    await telling.announces("maryam", "huda")
    assert await telling.states() == ["sent", "sent"]
    await telling.tells("maryam", "1", DELIVERED)
    assert await telling.states() == ["delivered", "sent"]
    await telling.tells("maryam", "1", READ)
    await telling.tells("huda", "2", READ)
    assert await telling.states() == ["read", "read"]


async def test_what_is_late_or_repeated_changes_nothing(telling: Tellings) -> None:
    await telling.announces("maryam", "huda")
    for state in (READ, DELIVERED, SENT, REFUSED, READ):
        await telling.tells("maryam", "1", state)
    assert await telling.states() == ["read", "sent"]
    assert await telling.heard() == ["read", "sent"]


async def test_refused_later_with_its_reason(telling: Tellings) -> None:
    await telling.announces("maryam", "huda")
    await telling.tells("maryam", "1", REFUSED, reason="131049")
    await telling.tells("huda", "2", DELIVERED)
    await telling.tells("huda", "2", REFUSED, reason="131026", closes=True)
    await telling.tells("maryam", "1", DELIVERED)
    assert await telling.states() == ["refused", "refused"]
    errors = await telling.delivery.do(lambda tx: tx.fetch("SELECT error FROM outbox ORDER BY id"))
    assert [error for (error,) in errors] == ["131049", "131026"]
    assert await telling.reach("maryam") is Reach.REACHABLE
    assert await telling.reach("huda") is Reach.UNREACHABLE


async def test_whom_a_message_that_came_back_did_not_reach(telling: Tellings) -> None:
    await telling.announces("maryam", "huda")
    await telling.tells("maryam", "1", REFUSED, reason="131049")
    await telling.tells("huda", "2", DELIVERED)
    missed = await telling.delivery.do(lambda tx: backlog.unreached_about(tx, TOPIC))
    assert missed == {await telling.delivery.do(_first_reader)}


async def _first_reader(tx: Tx) -> int:
    return int((await tx.fetch("SELECT person_id FROM outbox ORDER BY id LIMIT 1"))[0][0])


async def test_a_closing_that_is_older_than_the_return_closes_nothing(telling: Tellings) -> None:
    await telling.announces("maryam")
    telling.delivery.clock.advance(timedelta(minutes=1))
    async with telling.delivery.database.transaction() as tx:
        for reach in (Reach.UNREACHABLE, Reach.REACHABLE):
            await set_reach(tx, "telegram", "maryam", reach)
    await telling.tells("maryam", "1", REFUSED, closes=True)
    assert await telling.states() == ["refused"]
    assert await telling.reach("maryam") is Reach.REACHABLE


async def test_a_closed_address_ends_what_waits_for_it(telling: Tellings) -> None:
    await telling.announces("maryam")
    (maryam,) = telling.delivery.people.values()
    later = START + timedelta(hours=1)
    await telling.delivery.do(
        lambda tx: former.notify(tx, maryam, Screen("soon"), not_before=later)
    )
    await telling.tells("maryam", "1", REFUSED, closes=True)
    assert await telling.states() == ["refused", "unreachable"]


async def test_what_is_told_before_the_mark_is_written(telling: Tellings) -> None:
    """Results are written in groups, a moment after the answer."""
    delivery = telling.delivery
    await delivery.knows("maryam", "huda")
    sender = await delivery.opens()
    await delivery.broadcasts("forum", ["maryam", "huda"], TOPIC)
    await delivery.until(lambda: len(delivery.channel.seen) == 2)
    assert await telling.states() == ["sending", "sending"]
    await telling.tells("maryam", "1", DELIVERED)
    await telling.tells("maryam", "1", SENT)
    await telling.tells("huda", "2", REFUSED, reason="131026", closes=True)
    assert await telling.states() == ["sending", "sending"]
    await sender.idle()
    assert await telling.states() == ["delivered", "refused"]
    assert await telling.reach("huda") is Reach.UNREACHABLE
    assert await delivery.counts(TOPIC) == {MessageState.DELIVERED: 1, MessageState.REFUSED: 1}


async def test_a_reference_that_comes_back_needs_no_mark(telling: Tellings) -> None:
    delivery = telling.delivery
    await delivery.knows("maryam")
    sender = await delivery.opens()
    await delivery.broadcasts("forum", ["maryam"], TOPIC)
    await delivery.until(lambda: len(delivery.channel.seen) == 1)
    await telling.tells("maryam", "1", DELIVERED, reference=delivery.channel.references["1"])
    assert await telling.states() == ["delivered"]
    await sender.idle()
    assert await telling.states() == ["delivered"]
    await telling.tells("maryam", "1", READ)
    assert await telling.states() == ["read"]


async def test_a_doubt_is_resolved(telling: Tellings) -> None:
    """The answers were lost, so nobody knows the channel's ids; it hands ours back."""
    delivery = telling.delivery
    for name in ("maryam", "huda", "salma"):
        delivery.channel.will(name, Lost(Ambiguous("no answer")))
    await telling.announces("maryam", "huda", "salma")
    assert await telling.states() == ["unknown", "unknown", "unknown"]
    given = delivery.channel.references
    await telling.tells("maryam", "1", SENT, reference=given["1"])
    await telling.tells("huda", "2", REFUSED, reference=given["2"], reason="131049")
    assert await telling.states() == ["sent", "refused", "unknown"]
    assert await delivery.do(lambda tx: statuses.awaits_statuses(tx, TOPIC))
    # Whoever can be resent to is not the one whose message has arrived.
    assert await delivery.do(lambda tx: outbox.resend_unknown(tx, TOPIC)) == 1
    await telling.tells("maryam", "1", READ)
    assert (await telling.states())[:2] == ["read", "refused"]


async def test_a_doubt_may_be_resolved_when_all_else_is_known(telling: Tellings) -> None:
    """So nothing is counted for good yet."""
    delivery = telling.delivery
    delivery.channel.will("huda", Lost(Ambiguous("no answer")))
    await telling.announces("maryam", "huda")
    await telling.tells("maryam", "1", READ)
    assert await telling.states() == ["read", "unknown"]
    assert await delivery.do(lambda tx: statuses.awaits_statuses(tx, TOPIC))
    await telling.tells("huda", "2", READ, reference=delivery.channel.references["2"])
    assert not await delivery.do(lambda tx: statuses.awaits_statuses(tx, TOPIC))


async def test_after_a_crash_what_has_arrived_is_not_sent_again(telling: Tellings) -> None:
    delivery = telling.delivery
    await delivery.knows("maryam")
    await delivery.opens(worker="one")
    await delivery.answers("maryam", "answer")
    await delivery.until(lambda: len(delivery.channel.seen) == 1)
    await delivery.dies()
    await delivery.do(lambda tx: recovery.recover(tx, "one", [], alone=True))
    assert await telling.states() == ["queued"]
    await telling.tells("maryam", "1", SENT, reference=delivery.channel.references["1"])
    sender = await delivery.opens()
    await sender.idle()
    assert delivery.channel.texts("maryam") == ["answer"]
    assert await telling.states() == ["sent"]


async def test_of_two_copies_the_one_that_arrived_counts(telling: Tellings) -> None:
    delivery = telling.delivery
    delivery.channel.will("maryam", Lost(Ambiguous("no answer")))
    await delivery.knows("maryam")
    await delivery.opens()
    await delivery.answers("maryam", "answer")
    await delivery.passes(timedelta(seconds=10))
    assert delivery.channel.texts("maryam") == ["answer", "answer"]
    given = delivery.channel.references
    await telling.tells("maryam", "1", REFUSED, reference=given["1"])
    assert await telling.states() == ["sent"]
    await telling.tells("maryam", "2", DELIVERED, reference=given["2"])
    assert await telling.states() == ["delivered"]


async def test_a_copy_that_arrives_holds_against_the_one_that_came_back(telling: Tellings) -> None:
    delivery = telling.delivery
    delivery.channel.will("maryam", Lost(Ambiguous("no answer")))
    await delivery.knows("maryam")
    sender = await delivery.opens()
    await delivery.broadcasts("forum", ["maryam"], TOPIC)
    await sender.idle()
    await delivery.do(lambda tx: outbox.resend_unknown(tx, TOPIC))
    await delivery.until(lambda: len(delivery.channel.seen) == 2)
    await telling.tells("maryam", "1", REFUSED, reference=delivery.channel.references["1"])
    assert await telling.states() == ["refused"]
    await sender.idle()
    assert await telling.states() == ["sent"]
    await telling.tells("maryam", "2", DELIVERED)
    assert await telling.states() == ["delivered"]


async def test_an_attempt_that_failed_does_not_hide_the_one_that_arrived(
    telling: Tellings,
) -> None:
    delivery = telling.delivery
    delivery.channel.will("maryam", Lost(Ambiguous("no answer")), Rejected("too long"))
    await delivery.knows("maryam")
    await delivery.opens()
    await delivery.answers("maryam", "answer")
    await delivery.passes(timedelta(seconds=10))
    assert await telling.states() == ["failed"]
    await telling.tells("maryam", "1", DELIVERED, reference=delivery.channel.references["1"])
    assert await telling.states() == ["delivered"]


@pytest.mark.parametrize("reference", ["2", "999", "nobody's", "-1", "9" * 30, "١"])
async def test_a_message_of_somebody_else_is_nobody_s(telling: Tellings, reference: str) -> None:
    """Others may send through the same account, and references may be those of an earlier
    installation."""
    await telling.announces("maryam", "huda")
    await telling.tells("maryam", "elsewhere", READ, reference=reference, closes=True)
    assert await telling.states() == ["sent", "sent"]
    assert await telling.reach("maryam") is Reach.REACHABLE
    telling.delivery.clock.advance(statuses.KEEP_SETTLED + timedelta(seconds=1))
    assert await telling.delivery.do(lambda tx: statuses.forget_settled(tx, 10)) == 1


async def test_a_channel_that_tells_nothing_leaves_no_trace(delivery: DeliveryStory) -> None:
    await Tellings(delivery).announces("maryam")
    assert await delivery.do(lambda tx: tx.all(select(delivery_statuses))) == []
    assert not await delivery.do(lambda tx: statuses.awaits_statuses(tx, TOPIC))


async def test_an_edit_is_told_of_as_the_message_that_it_changes(telling: Tellings) -> None:
    delivery = telling.delivery
    await delivery.knows("maryam")
    sender = await delivery.opens()
    await delivery.answers("maryam", "answer")
    await sender.idle()
    await delivery.answers("maryam", "changed", edit="1")
    await sender.idle()
    await telling.tells("maryam", "1", READ)
    assert await telling.states() == ["read", "sent"]


async def test_what_nothing_more_is_told_of_is_forgotten(telling: Tellings) -> None:
    await telling.announces("maryam", "huda", "salma")
    await telling.tells("maryam", "1", READ)
    await telling.tells("huda", "2", DELIVERED)
    delivery = telling.delivery
    assert await delivery.do(lambda tx: statuses.forget_settled(tx, 10)) == 0
    delivery.clock.advance(timedelta(days=2))
    assert await delivery.do(lambda tx: statuses.forget_settled(tx, 10)) == 1
    assert await delivery.do(lambda tx: statuses.awaits_statuses(tx, TOPIC))
    delivery.clock.advance(timedelta(days=29))
    assert await delivery.do(lambda tx: statuses.forget_settled(tx, 10)) == 2
    assert not await delivery.do(lambda tx: statuses.awaits_statuses(tx, TOPIC))
    assert await telling.states() == ["read", "delivered", "sent"]


async def test_whoever_leaves_takes_the_numbers_along(telling: Tellings) -> None:
    await telling.announces("maryam", "huda")
    maryam = telling.delivery.people["maryam"]
    await telling.delivery.do(lambda tx: retention.forget_person(tx, maryam))
    await telling.tells("maryam", "1", READ, reference="1")
    assert await telling.states() == ["sent", "sent"]


def test_no_move_leads_back() -> None:
    """From every state the moves lead on only, so they end."""
    order = [MessageState(state.value) for state in DeliveryState]
    for told, before in MOVES.items():
        place = order.index(MessageState(told.value))
        assert not before & set(order[place:])
        assert not before & {MessageState.CANCELLED, MessageState.DROPPED}
