"""Answers to presses at a strict Telegram."""

import pytest

from bot.channels.telegram import Telegram
from bot.chat.screen import Screen, choice
from bot.delivery.channel import Ambiguous, Rejected, RetryLater, Undelivered
from bot.simulator import Simulator
from bot.simulator.faults import FaultRule
from tests.channels.conftest import MARYAM

CHAT = str(MARYAM)


async def test_what_became_of_an_acknowledgement_is_told(
    simulator: Simulator, telegram: Telegram
) -> None:
    await telegram.send(CHAT, 1, Screen("مرحباً").with_actions(choice("لوحتي", "home")))
    button = simulator.messages(MARYAM)[-1].buttons()[0]["callback_data"]
    press = await simulator.press(MARYAM, simulator.messages(MARYAM)[-1].message_id, button)
    await telegram.acknowledge(press, "تم الحفظ " * 40, alert=True)
    assert simulator.toasts(MARYAM)[0].startswith("تم الحفظ")
    await telegram.acknowledge(press, "\ud83d", alert=False)
    assert len(simulator.toasts(MARYAM)) == 1
    with pytest.raises(Rejected, match="query is too old"):
        await telegram.acknowledge("too old", "", alert=False)
    for fault, meaning in (
        ("429", RetryLater), ("500", Ambiguous), ("reset_before", Ambiguous),
        ("reset_after", Ambiguous),
    ):  # fmt: skip
        simulator.faults.rules = [FaultRule("answerCallbackQuery", fault)]
        with pytest.raises(meaning):
            await telegram.acknowledge(press, "تم", alert=False)
    await telegram.stop()
    with pytest.raises(Undelivered):
        await telegram.acknowledge(press, "تم", alert=False)
