"""The platform on this machine: its time, whom it may speak to, and how it begins anew."""

import asyncio
import shutil
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Protocol

from bot.core.clock import Clock
from bot.core.errors import SettingsError
from bot.core.settings import Settings
from bot.demo.department import load_department
from bot.demo.seed import CHANNEL
from bot.storage.columns import from_millis
from bot.storage.database import open_database
from bot.storage.failures import DatabaseAway, is_outage
from bot.storage.migrations import migrate_back
from bot.storage.transaction import Tx
from bot.storage.whereabouts import BESIDE, LOCK, sqlite_file

MOST_STEPS = 1_000
"""Moments at which a clock that is moved stops on its way, before it goes straight on."""
PAGE_MADE = 100
"""How many people the page may have added beyond those of the department."""
REFUSED = (
    "HALQA_DATABASE_URL: this database holds people of its own, and phones in a page are not for"
    " them: set a token to run the bot, or name another HALQA_DATA_DIR to try it out"
)


class Running(Protocol):
    """A bot as its clock needs it."""

    async def idle(self) -> None: ...
    async def next_event(self) -> datetime | None: ...


class Phones(Protocol):
    """What the page remembers of its phones."""

    def phones(self) -> Collection[int]: ...
    def forget(self) -> None: ...


class LentClock:
    """The bot's clock as the simulator's page moves it: whatever falls due on the way happens at
    its moment."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.app: Running | None = None

    def now(self) -> datetime:
        return self._clock.now()

    async def move_to(self, when: datetime) -> None:
        stopped_at = None
        for _ in range(MOST_STEPS):
            if self.app:
                # What is due by now may plan what comes next.
                await self.app.idle()
            due = await self.next_event()
            if due is None or due >= when or due == stopped_at:
                break
            stopped_at = due
            if due > self.now():
                await self._step(due)
        await self._step(when)

    async def _step(self, when: datetime) -> None:
        self._clock.move_to(when)
        if self.app:
            await self.app.idle()

    async def next_event(self) -> datetime | None:
        return await self.app.next_event() if self.app else None


async def examine(url: str, phones: Collection[int]) -> datetime | None:
    """Look into a database before phones in a page are joined to it; `phones` are those that the
    page had in an earlier run. Returns the last moment at which anything happened in it that
    people notice; None where nobody is in it, or it is not of this version's shape yet.

    :raises SettingsError: it holds real people, or may.
    """
    database = await open_database(url, Clock())
    try:
        async with database.reading() as tx:
            await _require_fictional(tx, phones)
            if not await _count(tx, "SELECT count(*) FROM units"):
                return None
            return await _latest_moment(tx)
    except (SettingsError, DatabaseAway):
        raise
    except Exception as error:
        if is_outage(error):
            raise
        return None
    finally:
        await database.close()


async def _latest_moment(tx: Tx) -> datetime | None:
    found = [
        (await tx.fetch(f"SELECT max({column}) FROM {table}"))[0][0]  # noqa: S608
        for table, column in (
            ("updates", "received_at"), ("outbox", "queued_at"), ("people", "created_at"),
        )
    ]  # fmt: skip
    return max((from_millis(each) for each in found if each is not None), default=None)


async def _require_fictional(tx: Tx, phones: Collection[int]) -> None:
    department = load_department()
    own = [each.phone for each in (*department.people, *department.visitors)]
    # Before phones were remembered, those that the page had added were known by their numbers.
    fictional = {*phones, *own, *range(max(own) + 1, max(own) + 1 + PAGE_MADE)}
    rows = await tx.fetch("SELECT channel, external FROM addresses")
    found = {f"{channel} {external}" for channel, external in rows}
    units = await _count(tx, "SELECT count(*) FROM units")
    if found - {f"{CHANNEL} {number}" for number in fictional} or (units and not found):
        raise SettingsError(REFUSED)


async def _count(tx: Tx, statement: str) -> int:
    return int((await tx.fetch(statement))[0][0])


def continued(now: datetime, *moments: datetime | None) -> datetime:
    """Where the time of a run begins that goes on after earlier ones: at the present, or where
    they ended if that lies ahead of it."""
    return max([now, *(each.astimezone(UTC) for each in moments if each is not None)])


def begin_anew(settings: Settings, phones: Phones) -> None:
    """Forget the department and its phones, so that the next run makes them anew; the key stays.
    Blocking; nothing may run on the database meanwhile.

    :raises SettingsError: it holds real people, or may.
    """
    url = settings.resolved_database_url()
    asyncio.run(examine(url, phones.phones()))
    if (file := sqlite_file(url)) is None:
        migrate_back(url, "base")
    else:
        for end in BESIDE:
            if end != LOCK:
                file.with_name(file.name + end).unlink(missing_ok=True)
    phones.forget()
    if settings.files_dir is None:
        shutil.rmtree(settings.resolved_files_dir(), ignore_errors=True)
