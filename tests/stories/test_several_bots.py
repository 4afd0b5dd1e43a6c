"""Several bots on one PostgreSQL, with nothing set but its address: people notice nothing."""

import asyncio
import re
import stat
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bench.crowd import patience
from bot.app import SECRET_KEY_FILE, App, _make_key
from bot.channels.telegram import Webhook, rates
from bot.channels.telegram.webhook import derive_secret
from bot.chat.intake.flood import FloodGate
from bot.core.clock import FrozenClock
from bot.core.settings import Settings
from bot.simulator import DEFAULT_TOKEN, Simulator, SimUser
from bot.storage.leader_election import LEASE
from tests.reading import readable
from tests.town import MORNING, PATIENCE, poller_of

MARYAM = 11


@dataclass
class Village:
    """One Telegram, one database, and bots that come and go."""

    simulator: Simulator
    clock: FrozenClock
    settings: Settings
    bots: list[App] = field(default_factory=list)

    async def starts(self) -> App:
        unlimited = rates(overall=None, per_chat=None, per_group_minute=None)
        gate = FloodGate(burst=1e6)
        bot = await App.build(self.settings, self.clock, limits=unlimited, flood=gate)
        await bot.start()
        self.bots.append(bot)
        return bot

    async def stops(self, bot: App) -> None:
        self.bots.remove(bot)
        await bot.stop()

    async def says(self, text: str) -> None:
        """Maryam writes, and reads what is new."""
        await self.simulator.send_text(MARYAM, text)

    async def reads(self, text: str, times: int = 1) -> None:
        """So often, and no oftener, does Maryam see a message that holds this text."""
        async with patience(PATIENCE):
            while self._count(text) < times:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        for bot in self.bots:
            await bot.idle()
        assert self._count(text) == times

    def _count(self, text: str) -> int:
        shown = [readable(m.shown_text) for m in self.simulator.messages(MARYAM) if m.from_bot]
        return sum(text in each for each in shown)


@pytest.fixture
async def village(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Village]:
    # Each looks once, when it starts; after that, when its story says so.
    monkeypatch.setattr("bot.storage.leader_election.LOOK_SECONDS", 3600)
    monkeypatch.setattr("bot.storage.leader_election.RENEW_SECONDS", 3600)
    # The lead ends with the lease by the stories' clock, not by how long a story takes.
    monkeypatch.setattr("bot.storage.leader_election.OURS_SECONDS", 3600)
    clock = FrozenClock(MORNING)
    async with AsyncExitStack() as stack:
        simulator = Simulator(token=DEFAULT_TOKEN, now=clock.now)
        await simulator.start()
        stack.push_async_callback(simulator.stop)
        simulator.add_user(SimUser(MARYAM, "مريم"), started=True)
        settings = Settings.of(
            {
                "telegram_token": DEFAULT_TOKEN,
                "telegram_api_url": simulator.url,
                "database_url": postgresql_url,
                "data_dir": tmp_path,
            }
        )
        village = Village(simulator, clock, settings)
        yield village
        for bot in list(village.bots):
            await village.stops(bot)
        assert [each.description for each in simulator.refused] == []


def lead_of(bot: App) -> Any:
    return poller_of(bot)._lead


async def dies(bot: App) -> None:
    """The end of what asks for updates, without a word to the others."""
    arrivals = poller_of(bot)
    tasks = [task for task in (lead_of(bot)._keeper, arrivals._task) if task]
    lead_of(bot)._keeper = arrivals._task = None
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_one_polls_and_the_other_follows_when_it_leaves(village: Village) -> None:
    first = await village.starts()
    await lead_of(first).gained()
    second = await village.starts()
    await lead_of(second).look()
    assert (poller_of(first).stands_by, poller_of(second).stands_by) == (False, True)
    await village.says("/start")
    await village.reads("أهلًا")
    await village.stops(first)
    await lead_of(second).look()
    assert not poller_of(second).stands_by
    await village.says("/start")
    await village.reads("أهلًا", 2)


async def test_a_dead_one_is_followed_when_its_lease_has_run_out(village: Village) -> None:
    first = await village.starts()
    await lead_of(first).gained()
    second = await village.starts()
    await dies(first)
    await lead_of(second).look()
    assert poller_of(second).stands_by
    await village.says("/start")
    village.clock.advance(LEASE)
    await lead_of(second).look()
    await village.reads("أهلًا")


async def test_who_leads_no_longer_breaks_off_its_question(village: Village) -> None:
    """So that the two do not take the answers from one another."""
    first = await village.starts()
    await lead_of(first).gained()
    second = await village.starts()
    village.clock.advance(LEASE)
    await lead_of(second).look()
    assert lead_of(second).held
    await lead_of(first).look()
    assert poller_of(first).stands_by
    await village.says("/start")
    await village.reads("أهلًا")
    assert not poller_of(first).connected
    await village.stops(second)
    await lead_of(first).look()
    await village.says("/start")
    await village.reads("أهلًا", 2)


async def test_each_lets_in_what_telegram_delivers_for_the_other(village: Village) -> None:
    """One key is enough: the secret of the webhook follows from it, so that it does not matter
    whose address Telegram was told last."""
    settings = village.settings.but(
        telegram_webhook_url="https://bot.example.org", secret_key="k" * 40
    )
    secrets = set()
    for _ in range(2):
        bot = await App.build(settings, village.clock)
        webhook = bot.receivers["telegram"]
        assert isinstance(webhook, Webhook)
        secrets.add(webhook._secret)
        await bot.database.close()
    (secret,) = secrets
    assert re.fullmatch(r"[A-Za-z0-9_-]{32,256}", secret)
    assert "k" * 40 not in secret
    assert secret != derive_secret("another key"), "nobody knows it who has the source"


def test_the_key_of_a_bot_that_was_faster_stays(tmp_path: Path) -> None:
    """Two start at once in one empty data directory."""
    path = tmp_path / SECRET_KEY_FILE
    _make_key(path)
    key = path.read_text()
    _make_key(path)
    assert path.read_text() == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
