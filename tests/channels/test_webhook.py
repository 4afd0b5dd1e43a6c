"""The webhook: 200 means stored."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bench.crowd import patience
from bot.channels.telegram import Telegram, Webhook
from bot.channels.telegram.webhook import SECRET_HEADER, SIZE_LIMIT
from bot.chat.intake.inbox import StoredUpdate, waiting
from bot.core.errors import SettingsError
from bot.core.settings import Settings
from bot.simulator import FaultRule, Simulator
from bot.storage.database import Database
from tests.channels.conftest import MARYAM, settings_for
from tests.channels.test_polling import FullDisk

SECRET = "a-secret_of_the_webhook"
PIECE = 2**16
UPDATE = {"update_id": 5, "message": {"from": {"id": MARYAM}, "text": "مرحبا"}}


class Doorstep:
    """The bot's web server with its webhook, and a hand that knocks."""

    def __init__(self, webhook: Webhook, session: aiohttp.ClientSession, address: str) -> None:
        self.webhook = webhook
        self.session = session
        self.address = address

    async def knock(self, body: Any, secret: str | None = SECRET) -> int:
        data = BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        headers = {} if secret is None else {SECRET_HEADER: secret}
        return await self._post(data, headers)

    async def pour(self, body: Any, size: int) -> int:
        """Knock with a body of so many bytes that does not say how long it is."""

        async def pieces() -> AsyncIterator[bytes]:
            content = json.dumps(body).encode().ljust(size)
            for start in range(0, size, PIECE):
                yield content[start : start + PIECE]

        return await self._post(pieces(), {SECRET_HEADER: SECRET})

    async def _post(self, data: Any, headers: dict[str, str]) -> int:
        async with self.session.post(self.address, data=data, headers=headers) as answer:
            return answer.status


def settings_with_hook(simulator: Simulator, url: str) -> Settings:
    return settings_for(simulator.url, telegram_webhook_url=url, telegram_webhook_secret=SECRET)


@pytest.fixture
def woken() -> list[int]:
    return []


@pytest.fixture
def disk(database: Database) -> FullDisk:
    return FullDisk(database, failures=0)


@pytest.fixture
async def doorstep(
    simulator: Simulator, telegram: Telegram, disk: Any, woken: list[int]
) -> AsyncIterator[Doorstep]:
    app = web.Application()
    runner = web.AppRunner(app, access_log=None)
    hook: list[Webhook] = []

    async def forward(request: web.Request) -> web.Response:
        return await hook[0].receive(request)

    app.router.add_post("/hook", forward)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    settings = settings_with_hook(simulator, address)
    hook.append(Webhook(telegram, disk, settings, on_stored=lambda: woken.append(1)))
    async with aiohttp.ClientSession() as session:
        yield Doorstep(hook[0], session, address)
    await hook[0].stop()
    await runner.cleanup()


async def stored(database: Database) -> list[StoredUpdate]:
    async with database.reading() as tx:
        return await waiting(tx, (), 1000)


async def test_an_update_is_stored_before_it_is_answered(
    doorstep: Doorstep, database: Database, woken: list[int]
) -> None:
    assert await doorstep.knock(UPDATE) == 200
    assert await doorstep.knock(UPDATE) == 200
    [update] = await stored(database)
    assert (update.sender, json.loads(update.body)) == (str(MARYAM), UPDATE)
    assert woken == [1, 1]


@pytest.mark.parametrize("secret", [None, "", SECRET[:-1], SECRET + "x", "سر"])
async def test_nobody_gets_in_without_the_secret(
    doorstep: Doorstep, database: Database, woken: list[int], secret: str | None
) -> None:
    assert await doorstep.knock(UPDATE, secret) == 401
    assert await stored(database) == []
    assert woken == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"{}", b'{"update_id": "5"}'])
async def test_nonsense_is_refused_for_good(
    doorstep: Doorstep, database: Database, body: bytes
) -> None:
    assert await doorstep.knock(body) == 400
    assert await stored(database) == []


async def test_what_is_too_large_is_not_read(doorstep: Doorstep) -> None:
    assert await doorstep.knock(b" " * (SIZE_LIMIT + 1)) == 413


async def test_what_does_not_say_how_large_it_is_is_read_no_further_either(
    doorstep: Doorstep, database: Database
) -> None:
    assert await doorstep.pour(UPDATE, SIZE_LIMIT + 1) == 413
    assert await stored(database) == []
    assert await doorstep.pour(UPDATE, SIZE_LIMIT) == 200
    assert len(await stored(database)) == 1


async def test_the_log_does_not_repeat_what_is_delivered(
    doorstep: Doorstep, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    told = {"update_id": 6, "message": {"from": {"id": MARYAM}, "text": "private words"}}
    assert await doorstep.knock(told) == 200
    assert await doorstep.knock(told, "another") == 401
    said = [repr(vars(each)) for each in caplog.records]
    assert any("telegram.webhook.stored" in line for line in said)
    assert not any("private words" in line for line in said)


async def test_what_cannot_be_stored_is_asked_for_again(
    doorstep: Doorstep, database: Database, disk: FullDisk, woken: list[int]
) -> None:
    disk.failures = 1
    assert await doorstep.knock(UPDATE) == 503
    assert (await stored(database), woken) == ([], [])
    assert await doorstep.knock(UPDATE) == 200
    assert len(await stored(database)) == 1


async def test_telegram_delivers_to_it_and_repeats_what_was_not_stored(
    simulator: Simulator, doorstep: Doorstep, database: Database, disk: FullDisk
) -> None:
    simulator.world.webhook.backoff = 0.01
    simulator.faults.rules.append(FaultRule("setWebhook", "500"))
    disk.failures = 2
    await simulator.send_text(MARYAM, "مرحبا")
    await doorstep.webhook.start()
    await simulator.confirmed()
    [update] = await stored(database)
    assert json.loads(update.body)["message"]["text"] == "مرحبا"
    assert simulator.refused == []


@pytest.mark.parametrize(
    ("public", "path"),
    [
        ("https://halqa.example.org", "/telegram/webhook"),
        ("https://halqa.example.org/", "/telegram/webhook"),
        ("https://halqa.example.org/bot/hook/", "/bot/hook"),
    ],
)
async def test_the_path_is_that_of_the_public_address(
    simulator: Simulator, telegram: Telegram, database: Database, public: str, path: str
) -> None:
    settings = settings_with_hook(simulator, public)
    webhook = Webhook(telegram, database, settings, on_stored=lambda: None)
    assert (webhook.path, webhook.url) == (path, f"https://halqa.example.org{path}")
    app = web.Application()
    webhook.add_to(app)
    assert [resource.canonical for resource in app.router.resources()] == [path]
    with pytest.raises(SettingsError):
        Webhook(telegram, database, settings_for(simulator.url), on_stored=lambda: None)


async def test_half_an_update_is_not_waited_for(
    doorstep: Doorstep, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.webhook.BODY_SECONDS", 0.2)

    async def half() -> AsyncIterator[bytes]:
        yield b'{"update_id": 1, '
        await asyncio.Event().wait()

    async with patience(5):
        answer = await doorstep.session.post(
            doorstep.address, data=half(), headers={SECRET_HEADER: SECRET}
        )
    assert answer.status == 408
    assert await stored(database) == []
