"""Faults on purpose: what the bot meets, and what really happened."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.simulator import FaultRule, Faults, Rates, Simulator
from bot.simulator.rates import RateGate

MARYAM, SUAD = 11, 12


@pytest.fixture(autouse=True)
async def started(simulator: Simulator) -> None:
    await simulator.send_text(MARYAM, "/start")


def delivered(simulator: Simulator) -> int:
    return len(simulator.deliveries)


async def test_a_scripted_429_strikes_as_often_as_it_was_told_to(
    simulator: Simulator, client: Any
) -> None:
    rule = FaultRule("sendMessage", "429", times=2, skip=1, retry_after=7)
    simulator.faults.rules.append(rule)
    bodies = [await client.ask("sendMessage", chat_id=MARYAM, text="س") for _ in range(4)]
    assert [body["ok"] for body in bodies] == [True, False, False, True]
    assert bodies[1]["description"] == "Too Many Requests: retry after 7"
    assert bodies[1]["parameters"] == {"retry_after": 7}
    assert delivered(simulator) == 2
    assert simulator.counts["sendMessage"] == {"ok": 2, "429": 2}
    assert simulator.refused == []


@pytest.mark.parametrize(
    ("fault", "reached"), [("reset_before", 0), ("reset_after", 1), ("timeout_after", 1)]
)
async def test_a_broken_connection_tells_nothing_of_what_happened(
    simulator: Simulator, client: Any, fault: str, reached: int
) -> None:
    simulator.faults.rules.append(FaultRule("sendMessage", fault))
    url = f"{simulator.url}/bot{simulator.token}/sendMessage"
    for seconds in (0.2, 2.0, 20.0):
        patience = aiohttp.ClientTimeout(total=seconds)
        with pytest.raises((aiohttp.ClientError, TimeoutError)):
            await client.session.post(url, json={"chat_id": MARYAM, "text": "س"}, timeout=patience)
        if simulator.requests:
            # On a busy machine it may have been given up before it was there.
            break
    assert delivered(simulator) == reached
    assert simulator.requests[-1].ok is bool(reached)
    assert simulator.requests[-1].fault == fault


async def test_a_server_error_may_hide_a_success(simulator: Simulator, client: Any) -> None:
    simulator.faults.rules += [
        FaultRule("sendMessage", "500"),
        FaultRule("sendMessage", "500_after"),
        FaultRule("sendMessage", "error", code=400, description="Bad Request: odd", chat=MARYAM),
    ]
    refusal = await client.fails("sendMessage", chat_id=MARYAM, text="س")
    assert refusal == "500 Internal Server Error"
    assert delivered(simulator) == 0
    refusal = await client.fails("sendMessage", chat_id=MARYAM, text="س")
    assert refusal == "500 Internal Server Error"
    assert delivered(simulator) == 1
    assert await client.fails("sendMessage", chat_id=MARYAM, text="س") == "400 Bad Request: odd"
    assert simulator.refused == []


async def test_the_same_seed_draws_the_same_faults() -> None:
    def draw(seed: int) -> list[bool]:
        faults = Faults(seed=seed, rate_500=0.3)
        return [faults.draw("sendMessage", {"chat_id": MARYAM}) is not None for _ in range(200)]

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)
    assert 30 < sum(draw(1)) < 90
    narrowed = Faults(rate_500=1, methods={"sendPhoto"})
    assert narrowed.draw("sendMessage", {"chat_id": MARYAM}) is None
    assert narrowed.draw("sendPhoto", {"chat_id": MARYAM}) is not None


async def test_people_can_be_put_out_of_reach(simulator: Simulator, client: Any) -> None:
    await simulator.send_text(SUAD, "/start")
    simulator.faults.deactivated.add(SUAD)
    assert await client.fails("sendMessage", chat_id=SUAD, text="س") == (
        "403 Forbidden: user is deactivated"
    )
    simulator.faults.unknown.add(MARYAM)
    assert await client.fails("sendMessage", chat_id=MARYAM, text="س") == (
        "400 Bad Request: chat not found"
    )
    simulator.faults.migrate[-7] = -1_000_000_000_007
    body = await client.ask("sendMessage", chat_id=-7, text="س")
    assert body["parameters"] == {"migrate_to_chat_id": -1_000_000_000_007}


async def test_a_slow_answer_comes_after_its_effect(simulator: Simulator, client: Any) -> None:
    simulator.faults.latency = 30
    request = asyncio.create_task(client.ask("sendMessage", chat_id=MARYAM, text="س"))
    await client.until(lambda: delivered(simulator))
    assert not request.done()
    request.cancel()


async def test_an_enforced_rate_refuses_the_second_message_of_a_second(
    simulator: Simulator, client: Any
) -> None:
    simulator.rates.enforce = True
    await client.do("sendMessage", chat_id=MARYAM, text="س")
    assert await client.fails("sendMessage", chat_id=MARYAM, text="س") == (
        "429 Too Many Requests: retry after 1"
    )
    assert delivered(simulator) == 1


def count_admitted(rates: Rates, seconds: int, chats: list[int], *, paid: bool = False) -> int:
    moment = 0.0
    gate = RateGate(rates, lambda: moment)
    admitted = 0
    for step in range(seconds * 100):
        moment = step / 100
        admitted += sum(gate.admit(chat, paid=paid) is None for chat in chats)
    return admitted


@pytest.mark.parametrize(
    ("chats", "most"),
    [([1], 60), ([-1], 20), (list(range(1, 101)), 1800)],
    ids=["a private chat", "a group", "everybody"],
)
def test_no_minute_sees_more_than_telegram_allows(chats: list[int], most: int) -> None:
    rates = Rates(enforce=True, tolerance=0)
    assert most * 0.95 <= count_admitted(rates, 60, chats) <= most


def test_paid_broadcasts_and_bursts_are_let_through() -> None:
    everybody = list(range(1, 101))
    rates = Rates(enforce=True, tolerance=0)
    assert count_admitted(rates, 1, everybody) == 30
    assert count_admitted(rates, 1, everybody, paid=True) == 100
    gate = RateGate(Rates(enforce=True, per_chat_burst=3), lambda: 0.0)
    assert [gate.admit(1) is None for _ in range(4)] == [True, True, True, False]


async def test_counting_only_keeps_no_requests() -> None:
    simulator = Simulator(record="counts")
    await simulator.start()
    async with aiohttp.ClientSession() as session:
        await session.get(f"{simulator.url}/bot{simulator.token}/getMe")
    await simulator.stop()
    assert simulator.counts == {"getMe": {"ok": 1}}
    assert len(simulator.requests) == 0
    with pytest.raises(ValueError, match="recording"):
        Simulator(record="some")


async def test_a_rule_may_be_about_what_a_request_holds(simulator: Simulator, client: Any) -> None:
    refused = "inline keyboard button URL 'https://a.example' is invalid: Wrong HTTP URL"
    simulator.faults.rules = [
        FaultRule("sendMessage", "error", None, description=refused, holds="https://a.example"),
        FaultRule("answerCallbackQuery", "502"),
    ]
    row = [{"text": "س", "url": "https://a.example"}]
    markup = {"inline_keyboard": [row]}
    message = {"chat_id": MARYAM, "text": "س", "reply_markup": markup}
    assert refused in await client.fails("sendMessage", **message)
    await client.do("sendMessage", chat_id=MARYAM, text="س")
    assert await client.fails("answerCallbackQuery", callback_query_id="1") == "502 Bad Gateway"


async def test_files_that_a_chat_does_not_get(simulator: Simulator, client: Any) -> None:
    voice = await simulator.send_file(MARYAM, "voice", b"x")
    photo = await simulator.send_file(MARYAM, "document", b"x", name="a.pdf")
    assert voice.media is not None
    assert photo.media is not None
    simulator.faults.change({"no_voices": [MARYAM], "lost_files": [photo.media.file_id]})
    refusal = await client.fails("sendVoice", chat_id=MARYAM, voice=voice.media.file_id)
    assert refusal == "400 Bad Request: VOICE_MESSAGES_FORBIDDEN"
    refusal = await client.fails("sendDocument", chat_id=MARYAM, document=photo.media.file_id)
    assert refusal == "400 Bad Request: wrong file identifier/HTTP URL specified"
    assert simulator.refused == []


async def test_a_platform_may_be_less_patient_with_presses(
    simulator: Simulator, client: Any, clock: Any
) -> None:
    markup = {"inline_keyboard": [[{"text": "س", "callback_data": "x"}]]}
    sent = await client.do("sendMessage", chat_id=MARYAM, text="س", reply_markup=markup)
    simulator.faults.press_seconds = 15
    press = await simulator.press(MARYAM, sent["message_id"], "x")
    clock.advance(seconds=16)
    assert "query is too old" in await client.fails("answerCallbackQuery", callback_query_id=press)
