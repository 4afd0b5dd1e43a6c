"""What only one process at a time may do, among several on one PostgreSQL: a lease, renewed while
its holder lives, taken over by another when it has run out or was given up.

SQLite knows one process, which leads in everything and needs none of this.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Column, String, Table

from bot.storage.columns import Moment, metadata, to_millis
from bot.storage.database import Database
from bot.storage.transaction import Tx

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=8)
RENEW_SECONDS = 2.0
LOOK_SECONDS = 1.0
"""How often one that stands by asks whether the lead is free, in real time."""
OURS_SECONDS = LEASE.total_seconds()
"""How long the lead counts as ours after the last renewal was asked for, in real time."""
PATIENCE_SECONDS = 2.0
"""How long the database may take to answer before the lead counts as not renewed."""

leader_leases = Table(
    "leaders",
    metadata,
    Column("task", String(32), primary_key=True),
    Column("worker", String(64), nullable=False),
    Column("until", Moment, nullable=False,
           comment="from then on another process may take the lead"),
    comment="which process does what only one may do at a time",
)  # fmt: skip


async def take_lead(tx: Tx, task: str, worker: str) -> bool:
    """Take the lead in a task if nobody else has it, or keep it for another `LEASE`."""
    now = to_millis(tx.now)
    rows = await tx.fetch(
        "INSERT INTO leaders (task, worker, until) VALUES (?, ?, ?) ON CONFLICT (task)"
        " DO UPDATE SET worker = excluded.worker, until = excluded.until"
        " WHERE leaders.worker = excluded.worker OR leaders.until <= ? RETURNING task",
        task,
        worker,
        now + LEASE // timedelta(milliseconds=1),
        now,
    )
    return bool(rows)


async def leave_lead(tx: Tx, task: str, worker: str) -> None:
    """Let another process take the lead at once; nothing happens to that of somebody else."""
    await tx.run("DELETE FROM leaders WHERE task = ? AND worker = ?", task, worker)


class LeaderElection:
    """The lead of this process in one task, sought from `start` to `stop`.

    `on_lost` is called when the lead is gone while it is still sought: this process could not
    renew it in time, so another may have it. That is counted here, from before each request, so
    that ours ends before the database's even where nothing answers.
    """

    def __init__(
        self,
        database: Database,
        task: str,
        worker: str,
        *,
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._task = task
        self._worker = worker
        self.on_lost = on_lost
        self._has = asyncio.Event()
        self._until = 0.0
        self._end: asyncio.TimerHandle | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def held(self) -> bool:
        """Whether this process leads."""
        return self._has.is_set() and asyncio.get_running_loop().time() < self._until

    async def gained(self) -> None:
        """Return when this process leads."""
        await self._has.wait()

    def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep(), name=f"lead {self._task}")

    async def stop(self) -> None:
        """Seek the lead no longer, and leave it to the others at once."""
        if self._keeper is None:
            return
        keeper, self._keeper = self._keeper, None
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        self._forget_end()
        self._has.clear()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._database.transaction() as tx:
                await leave_lead(tx, self._task, self._worker)
        except Exception as error:  # noqa: BLE001 -- it runs out by itself
            self._warn(error)

    async def look(self) -> None:
        """Take the lead if it is free, renew it if it is ours."""
        until = asyncio.get_running_loop().time() + OURS_SECONDS
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._database.transaction() as tx:
                leads = await take_lead(tx, self._task, self._worker)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the lead is held until its end
            self._warn(error)
            leads, until = self.held, self._until
        if leads:
            self._lead_until(until)
        else:
            self._lose()

    def _lead_until(self, until: float) -> None:
        self._until = until
        self._forget_end()
        self._end = asyncio.get_running_loop().call_at(until, self._lose)
        if not self._has.is_set():
            logger.info("leads in %s", self._task, extra={"action": "lead.taken"})
            self._has.set()

    def _lose(self) -> None:
        self._forget_end()
        if self._has.is_set():
            logger.warning("no longer leads in %s", self._task, extra={"action": "lead.lost"})
            self._has.clear()
            self.on_lost()

    def _forget_end(self) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = None

    async def _keep(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(RENEW_SECONDS if self.held else LOOK_SECONDS)

    def _warn(self, error: Exception) -> None:
        logger.warning(
            "the lead in %s could not be asked about", self._task,
            extra={"action": "lead.unknown", "error": type(error).__name__},
        )  # fmt: skip
