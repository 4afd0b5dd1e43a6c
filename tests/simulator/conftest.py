"""A simulator with a clock that stands still, and a bare client of its Bot API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bench.crowd import patience
from bot.simulator import Simulator, SimUser

MARYAM, SUAD = 11, 12


class StillClock:
    """Time that only moves when a test says so."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, **lengths: float) -> None:
        self.moment += timedelta(**lengths)

    async def move_to(self, when: datetime) -> None:
        self.moment = when

    async def next_event(self) -> datetime | None:
        return self.moment + timedelta(hours=1)


class Client:
    """Calls the Bot API as a bot without any library would."""

    def __init__(self, session: aiohttp.ClientSession, simulator: Simulator) -> None:
        self.session = session
        self.simulator = simulator

    async def ask(self, method: str, **params: Any) -> Any:
        """The whole body of the answer, refusals too."""
        url = f"{self.simulator.url}/bot{self.simulator.token}/{method}"
        async with self.session.post(url, json=params) as answer:
            return await answer.json()

    async def do(self, method: str, **params: Any) -> Any:
        """The result of a request that must succeed."""
        body = await self.ask(method, **params)
        assert body["ok"], body
        return body["result"]

    async def fails(self, method: str, **params: Any) -> str:
        """The description of a refusal."""
        body = await self.ask(method, **params)
        assert not body["ok"], body
        return f"{body['error_code']} {body['description']}"

    async def updates(self, offset: int = 0) -> list[dict[str, Any]]:
        batch: list[dict[str, Any]] = await self.do("getUpdates", offset=offset)
        return batch

    async def until(self, condition: Callable[[], object]) -> None:
        """Lets everything else run until the condition holds; fails after five seconds."""
        async with patience(5):
            while True:
                if condition():
                    return
                await asyncio.sleep(0)

    async def page(self, verb: str, path: str, body: Any = None) -> Any:
        async with self.session.request(verb, self.simulator.url + path, json=body) as answer:
            return await answer.json()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def simulator(clock: StillClock) -> AsyncIterator[Simulator]:
    people = [SimUser(MARYAM, "مريم", note="معلمة"), SimUser(SUAD, "سعاد", username="suad")]
    simulator = Simulator(users=people, clock=clock)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, simulator)
