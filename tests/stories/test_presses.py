"""No press without a word: whatever Telegram answers to an acknowledgement, and whenever the bot is
killed, the person learns what their press came to."""

from datetime import timedelta

import pytest

from bot.channels.telegram import TELEGRAM
from bot.chat.intake.flood import HEAP_SECONDS, PER_SECOND, FloodGate
from bot.delivery.message import MessageState, outbox
from bot.delivery.outbox import LEASE
from bot.delivery.recording import SWEEP_SECONDS
from bot.simulator.faults import FaultRule
from tests.town import Phone, Town

PRESS_LIFE = TELEGRAM.press_life

SECOND = timedelta(seconds=1)
NOT_YOURS = "هذا الزر لشخص آخر، أو لم يعد صالحًا."
FAULTS = ("429", "500", "reset_before", "reset_after", "500_after")


@pytest.fixture
async def maryam(town: Town) -> Phone:
    maryam = town.person("مريم")
    await maryam.says("/language")
    return maryam


async def presses_in_vain(phone: Phone) -> None:
    """A button that is answered by a few words and nothing else."""
    simulator = phone.town.simulator
    phone.look()
    await simulator.press(phone.id, phone.last().message_id, "not.mine", forged=True)
    await phone.town.settles()


async def pass_time(town: Town, time: timedelta) -> None:
    """In steps: what is tried again at one moment may have to be at a later one as well."""
    for _ in range(10):
        town.clock.advance(time / 10)
        await town.settles()


def spinning(town: Town) -> int:
    """How many buttons still wait for their answer."""
    return sum(not press.answered for press in town.simulator.world.presses.values())


def in_chat(phone: Phone) -> int:
    return sum(message.from_bot for message in phone.messages())


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_refusal_gets_through(town: Town, maryam: Phone, fault: str) -> None:
    town.simulator.faults.rules = [FaultRule("answerCallbackQuery", fault, times=2)]
    await presses_in_vain(maryam)
    before = in_chat(maryam)
    await pass_time(town, 10 * SECOND)
    maryam.sees(NOT_YOURS)
    assert spinning(town) == 0
    assert in_chat(maryam) == before
    assert len(town.simulator.toasts(maryam.id)) == 1


async def test_a_refusal_of_a_press_that_is_too_old_is_a_message(town: Town, maryam: Phone) -> None:
    """As when the bot was busy, or the update waited behind others."""
    too_old = FaultRule(
        "answerCallbackQuery", "error",
        description="Bad Request: query is too old and response timeout expired or query ID is"
        " invalid",
    )  # fmt: skip
    town.simulator.faults.rules = [too_old]
    await presses_in_vain(maryam)
    maryam.sees(NOT_YOURS)
    assert NOT_YOURS in maryam.transcript()
    assert town.simulator.toasts(maryam.id) == []


async def test_a_refusal_while_no_press_can_be_answered_is_a_message(
    town: Town, maryam: Phone
) -> None:
    town.simulator.faults.rules = [FaultRule("answerCallbackQuery", "500", times=None)]
    await presses_in_vain(maryam)
    maryam.sees_nothing()
    await pass_time(town, PRESS_LIFE)
    maryam.sees(NOT_YOURS)
    assert NOT_YOURS in maryam.transcript()


@pytest.mark.parametrize("later", [SECOND, PRESS_LIFE + SECOND], ids=["soon", "too late"])
async def test_a_refusal_outlives_a_kill(
    town: Town, maryam: Phone, later: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The turn is committed, and the process dies before a request leaves."""
    monkeypatch.setattr(town.app.sender, "hand_over", lambda message: None)
    monkeypatch.setattr(town.app.sender, "acknowledge", lambda *press: None)
    await presses_in_vain(maryam)
    maryam.sees_nothing()
    town.clock.advance(later)
    await town.starts_again()
    # Of several bots on one database another takes over what one has left after a while.
    await pass_time(town, LEASE + 2 * SWEEP_SECONDS * SECOND)
    maryam.sees(NOT_YOURS)
    assert (NOT_YOURS in maryam.transcript()) == (later > PRESS_LIFE)
    assert (spinning(town) == 0) == (later < PRESS_LIFE)
    assert [row.state for row in await town.rows(outbox)][-1] is MessageState.SENT


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_button_that_led_somewhere_stops_spinning(
    town: Town, maryam: Phone, fault: str
) -> None:
    town.simulator.faults.rules = [FaultRule("answerCallbackQuery", fault, times=2)]
    await maryam.taps("English")
    maryam.sees("Halqa")
    await pass_time(town, 10 * SECOND)
    assert spinning(town) == 0


async def test_presses_of_a_flood_are_answered_in_trouble_as_well(
    town: Town, maryam: Phone
) -> None:
    """Those that get a word, and those that only stop spinning."""
    town.app.dispatcher._flood = FloodGate(burst=3 - HEAP_SECONDS * PER_SECOND)
    data = maryam.last().buttons()[0]["callback_data"]
    for number, fault in enumerate(("429", "500", "reset_before")):
        town.simulator.faults.rules.append(
            FaultRule("answerCallbackQuery", fault, times=10, skip=number)
        )
    for _ in range(60):
        await town.simulator.press(maryam.id, maryam.last().message_id, data)
    await town.settles()
    await pass_time(town, 2 * PRESS_LIFE / 3)
    assert spinning(town) == 0
