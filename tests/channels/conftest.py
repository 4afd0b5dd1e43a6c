"""The real adapter in front of a strict Telegram, and an inbox to store into."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.schema import CreateTable

from bot.channels.telegram import Telegram
from bot.chat.intake.inbox import updates
from bot.chat.seal import Seal
from bot.core.clock import Clock
from bot.core.settings import Settings
from bot.simulator import DEFAULT_TOKEN, Simulator, SimUser
from bot.storage.database import Database, open_database

MARYAM = 11


class Hurry:
    """Stands for sleeping: notes how long a pause would have been and lets the others run."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)


def settings_for(url: str, **more: Any) -> Settings:
    values = {"telegram_token": DEFAULT_TOKEN, "telegram_api_url": url, **more}
    return Settings.of(values)


@pytest.fixture
def seal() -> Seal:
    return Seal("a key for tests that is long enough")


@pytest.fixture
def hurry() -> Hurry:
    return Hurry()


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    simulator = Simulator()
    simulator.add_user(SimUser(MARYAM, "مريم"), started=True)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def telegram(simulator: Simulator, seal: Seal, hurry: Hurry) -> AsyncIterator[Telegram]:
    telegram = Telegram(settings_for(simulator.url), seal, pause=hurry)
    await telegram.start()
    yield telegram
    await telegram.stop()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'inbox.sqlite3'}", Clock())
    async with database.transaction() as tx:
        await tx.execute(CreateTable(updates))
    yield database
    await database.close()
