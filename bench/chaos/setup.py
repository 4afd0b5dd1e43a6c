"""Where a case is played: a fresh database, a simulator, and a bot between them."""

import asyncio
import itertools
import random
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.chaos.journal import Entry, read_journal
from bench.chaos.processes import BotProcess, Launcher, free_port, run_command, start_simulator
from bench.chaos.records import Records, SqliteRecords
from bench.chaos.telegram import SimulatorClient
from bench.crowd import LOOKS, WATCH_SECONDS, Crowd, Patience
from bot.simulator import DEFAULT_TOKEN

SECRET_KEY = "chaos-chaos-chaos-chaos-chaos-chaos"
WEBHOOK_SECRET = "chaos"
JOURNAL = "journal"
FAST = {"overall": 1000, "per_chat": None, "per_group_minute": None}
"""Rates for cases that are about something else."""


@dataclass
class CaseBot:
    """One bot, its Telegram and its database."""

    directory: Path
    bot: BotProcess
    telegram: SimulatorClient
    records: Records

    @property
    def database(self) -> Path:
        return self.directory / "halqa.sqlite3"

    def journal(self) -> list[Entry]:
        """What its processes themselves saw of their requests so far."""
        return read_journal(self.directory / JOURNAL)


@dataclass
class CaseSetup:
    """What all cases share. `short` asks for the form that `make test` has time for."""

    seed: int
    short: bool
    directory: Path
    launcher: Launcher = field(default_factory=Launcher)
    crowd: Crowd = field(default_factory=Crowd)
    """Others on this machine: what a case allows in seconds is meant for a quiet one."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _watching: "asyncio.Task[None] | None" = None

    def dice(self, *about: object) -> random.Random:
        """Random numbers that only the seed and what they are about decide."""
        return random.Random(f"{self.seed} {about}")

    def size(self, full: int, short: int) -> int:
        return short if self.short else full

    def forgive(self, seconds: float) -> float:
        """By how much messages may come closer on their way: more where others keep the machine
        busy, short of what would forgive everything."""
        return min(seconds * self.crowd.stretch(), 0.5)

    def again(self, attempt: int) -> "CaseSetup":
        """The same machine with other luck; the first attempt has that of the seed itself."""
        return replace(self, seed=self.seed + attempt)

    async def open(self) -> None:
        """Start the launcher, and make the empty database that every case copies."""
        template = self.directory / "template"
        template.mkdir()
        environment = {"HALQA_DATA_DIR": str(template), "HALQA_LOG_LEVEL": "WARNING"}
        self._watching = asyncio.create_task(self.crowd.watch())
        _, (code, said), _ = await asyncio.gather(
            self.launcher.start(),
            run_command(environment, "migrate"),
            asyncio.sleep((LOOKS - 1) * WATCH_SECONDS),
        )
        if code:
            raise RuntimeError(f"the database cannot be made: {said}")
        path = template / "halqa.sqlite3"
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        await self.launcher.stop()
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    def make_directory(self) -> Path:
        directory = self.directory / f"bot{next(self._numbers)}"
        directory.mkdir()
        return directory

    @asynccontextmanager
    async def case_bot(
        self, simulator: dict[str, Any], *, webhook: bool = False, **plan: Any
    ) -> AsyncIterator[CaseBot]:
        """A bot that is not started yet; `simulator` is its Telegram's configuration, `plan` what
        the launcher is told. The processes end with the block."""
        directory = self.make_directory()
        shutil.copy(self.directory / "template" / "halqa.sqlite3", directory)
        config = {"faults": {"seed": self.seed}} | simulator
        process, url = await start_simulator(directory, config)
        plan = {
            "seed": self.seed,
            "control": str(directory / "control"),
            "journal": str(directory / JOURNAL),
            "limits": FAST,
        } | plan
        bot = BotProcess(
            self.launcher,
            environment(url, directory) | (webhook_environment() if webhook else {}),
            directory / "bot.log",
            plan,
        )
        try:
            async with SimulatorClient(url) as telegram:
                records = SqliteRecords(directory / "halqa.sqlite3")
                yield CaseBot(directory, bot, telegram, records)
        finally:
            await bot.kill()
            process.kill()
            await process.wait()


def environment(url: str, directory: Path, database: str = "") -> dict[str, str]:
    """The settings of a bot at this simulator."""
    return {
        "HALQA_TELEGRAM_TOKEN": DEFAULT_TOKEN,
        "HALQA_TELEGRAM_API_URL": url,
        "HALQA_DATA_DIR": str(directory),
        "HALQA_DATABASE_URL": database,
        "HALQA_SECRET_KEY": SECRET_KEY,
        "HALQA_LOG_FORMAT": "json",
        "HALQA_LISTEN_PORT": "0",
    }


def webhook_environment(port: int = 0, public: int = 0) -> dict[str, str]:
    """Settings for webhooks on `port`, told to Telegram as `public` where that differs."""
    port = port or free_port()
    return {
        "HALQA_TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{public or port}/hook",
        "HALQA_TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "HALQA_LISTEN_PORT": str(port),
    }


async def until(holds: Callable[[], Awaitable[bool]], patience: float, every: float = 0.1) -> bool:
    """Whether it came to hold within `patience` seconds of a quiet machine."""
    left = Patience(patience)
    look_at = time.monotonic() + left.pause
    while not await holds():
        if time.monotonic() >= look_at:
            if left.is_over():
                return await holds()
            look_at = time.monotonic() + left.pause
        await asyncio.sleep(every)
    return True


async def settled(case_bot: CaseBot, patience: float = 60.0) -> bool:
    """Whether the bot came to rest: every update taken and handled, nothing left to be sent."""

    async def rests() -> bool:
        if (await case_bot.telegram.counts())["pending_updates"]:
            return False
        busy = await case_bot.records.fetch(
            "SELECT (SELECT count(*) FROM updates WHERE state = 'waiting')"
            " + (SELECT count(*) FROM outbox WHERE state = 'sending'"
            " OR (state = 'queued' AND not_before IS NULL))"
        )
        return int(busy[0][0]) == 0

    # Twice: an update may have been taken between the two looks.
    return await until(rests, patience) and await until(rests, patience)
