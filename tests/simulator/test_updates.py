"""Updates wait for the bot, are confirmed by offset, grow too old, and come by webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bench.crowd import within
from bot.simulator import Simulator

MARYAM = 11


async def test_an_update_comes_again_until_it_is_confirmed(
    simulator: Simulator, client: Any
) -> None:
    for text in ("أ", "ب", "ج"):
        await simulator.send_text(MARYAM, text)
    first = await client.updates()
    assert await client.updates() == first
    assert simulator.pending_updates == 3
    rest = await client.updates(first[1]["update_id"])
    assert [update["message"]["text"] for update in rest] == ["ب", "ج"]
    assert await client.updates(rest[-1]["update_id"] + 1) == []
    assert simulator.pending_updates == 0
    await within(1, simulator.confirmed())


async def test_a_batch_is_limited_and_a_negative_offset_forgets_the_rest(
    simulator: Simulator, client: Any
) -> None:
    for text in ("أ", "ب", "ج"):
        await simulator.send_text(MARYAM, text)
    assert len(await client.do("getUpdates", limit=2)) == 2
    [last] = await client.updates(-1)
    assert last["message"]["text"] == "ج"
    assert simulator.pending_updates == 1


async def test_a_long_poll_answers_as_soon_as_something_happens(
    simulator: Simulator, client: Any
) -> None:
    poll = asyncio.create_task(client.do("getUpdates", timeout=30))
    await client.until(lambda: simulator.world.updates.is_polled)
    await simulator.send_text(MARYAM, "الآن")
    [update] = await within(5, poll)
    assert update["message"]["text"] == "الآن"


async def test_a_second_poller_ends_the_first(simulator: Simulator, client: Any) -> None:
    first = asyncio.create_task(client.ask("getUpdates", timeout=30))
    await client.until(lambda: simulator.world.updates.is_polled)
    second = asyncio.create_task(client.do("getUpdates", timeout=30))
    body = await within(5, first)
    assert body["error_code"] == 409
    assert body["description"] == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    await simulator.send_text(MARYAM, "س")
    assert len(await within(5, second)) == 1
    assert simulator.refused == []


async def test_messages_wait_a_day_and_presses_two_and_a_half_minutes(
    simulator: Simulator, client: Any, clock: Any
) -> None:
    await simulator.send_text(MARYAM, "/start")
    markup = {"inline_keyboard": [[{"text": "نعم", "callback_data": "x"}]]}
    sent = await client.do("sendMessage", chat_id=MARYAM, text="؟", reply_markup=markup)
    await simulator.press(MARYAM, sent["message_id"], "x")
    clock.advance(seconds=149)
    assert len(await client.updates()) == 2
    clock.advance(seconds=2)
    [kept] = await client.updates()
    assert "message" in kept
    clock.advance(hours=24)
    assert await client.updates() == []
    assert simulator.pending_updates == 0
    assert simulator.world.updates.dropped == 2


async def test_only_the_kinds_that_were_asked_for_arrive(simulator: Simulator, client: Any) -> None:
    await client.do("getUpdates", allowed_updates=["message"])
    await simulator.send_text(MARYAM, "/start")
    await simulator.block(MARYAM)
    assert ["message" in update for update in await client.updates()] == [True]


async def test_any_json_can_arrive_and_updates_can_come_twice(
    simulator: Simulator, client: Any
) -> None:
    simulator.faults.duplicate_updates = 1
    await simulator.push_raw({"message": {"from": 7}})
    first, again = await client.updates()
    assert first == again
    assert first["message"] == {"from": 7}
    await simulator.push_raw({"update_id": 5, "poll": None})
    assert (await client.updates(first["update_id"] + 1))[0] == {"update_id": 5, "poll": None}


async def test_after_an_idle_week_numbers_start_below_the_old_ones(
    simulator: Simulator, client: Any
) -> None:
    await simulator.send_text(MARYAM, "قبل")
    [old] = await client.updates()
    await client.updates(old["update_id"] + 1)
    simulator.restart_update_ids()
    await simulator.send_text(MARYAM, "بعد")
    [new] = await client.updates(old["update_id"] + 1)
    assert new["update_id"] < old["update_id"]
    assert new["message"]["text"] == "بعد"


class Hook:
    """A bot's web server that answers what the test told it to."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.bodies: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.reply: dict[str, Any] | None = None
        self.url = ""

    async def take(self, request: web.BaseRequest) -> web.Response:
        self.bodies.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response(self.reply or {}, status=status)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    runner = web.ServerRunner(web.Server(hook.take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_a_webhook_is_tried_until_it_takes_the_update(
    simulator: Simulator, client: Any, hook: Hook
) -> None:
    simulator.world.webhook.backoff = 0.001
    hook.statuses = [500, 403]
    await client.do("setWebhook", url=hook.url, secret_token="s-1")
    await simulator.send_text(MARYAM, "/start")
    await within(5, simulator.confirmed())
    assert len(hook.bodies) == 3
    assert [body["message"]["text"] for body in hook.bodies] == ["/start"] * 3
    assert set(hook.secrets) == {"s-1"}
    info = await client.do("getWebhookInfo")
    assert info["pending_update_count"] == 0
    assert info["last_error_message"].startswith("Wrong response from the webhook: 403")
    assert await client.fails("getUpdates") == (
        "409 Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    await client.do("deleteWebhook")
    assert await client.updates() == []


async def test_what_a_webhook_did_not_take_is_left_for_polling(
    simulator: Simulator, client: Any, hook: Hook
) -> None:
    hook.statuses = [500] * 50
    await client.do("setWebhook", url=hook.url)
    await simulator.send_text(MARYAM, "/start")
    await client.until(lambda: hook.bodies)
    await client.do("deleteWebhook")
    assert [update["message"]["text"] for update in await client.updates()] == ["/start"]


async def test_a_webhook_may_answer_with_a_method(
    simulator: Simulator, client: Any, hook: Hook
) -> None:
    hook.reply = {"method": "sendMessage", "chat_id": MARYAM, "text": "أهلاً"}
    await client.do("setWebhook", url=hook.url)
    await simulator.send_text(MARYAM, "/start")
    await within(5, simulator.confirmed())
    assert simulator.messages(MARYAM)[-1].text == "أهلاً"


@pytest.mark.parametrize(
    "params",
    [
        {"url": "http://example.org/hook"},
        {"url": "https://example.org:9000/hook"},
        {"url": "nonsense"},
        {"url": "https://example.org/hook", "secret_token": "a b"},
    ],
)
async def test_a_bad_webhook_is_refused(client: Any, params: dict[str, Any]) -> None:
    assert (await client.fails("setWebhook", **params)).startswith("400 Bad Request: ")
