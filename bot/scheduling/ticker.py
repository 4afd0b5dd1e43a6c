"""The ticker: does due work when its time comes, each row once.

A row's effect and its `done` stand in one transaction, so a crash can neither lose nor repeat it.
APScheduler holds a single wake-up, for the earliest waiting row; besides, there is a safety tick.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.core import metrics
from bot.core.clock import Clock
from bot.core.errors import new_reference
from bot.core.redaction import describe
from bot.scheduling import due, work
from bot.scheduling.due import DueRow
from bot.storage.database import Database
from bot.storage.failures import is_collision, is_outage
from bot.storage.transaction import Tx

logger = logging.getLogger(__name__)

JobFunction = Callable[[Tx, DueRow], Awaitable[None]]
"""Does one piece of due work inside the given transaction, and has no effect outside of it: it may
be called again when the transaction fails."""

SAFETY_TICK = timedelta(seconds=30)
SET_BACK = timedelta(minutes=1)
"""By how much a clock has to be set back before that is taken for more than a correction."""
BATCH = 100
"""Rows in one transaction; it holds the writer for some 10 ms."""
MOST_ATTEMPTS = 5
FIRST_BACK_OFF = timedelta(seconds=5)
MOST_COLLISIONS = 5
"""How often in a row the same work may collide with other transactions before that is a failure."""
SHORTEST_WAIT = timedelta(milliseconds=20)
"""Pause before looking again for a row that another process is doing."""
PAUSE_SECONDS = 1.0
"""Pause after the database refused, in real time."""


@dataclass(frozen=True, slots=True)
class Together:
    """A job that does many rows at once, in one call with the rows of one transaction."""

    function: Callable[[Tx, Sequence[DueRow]], Awaitable[None]]
    most: int = BATCH
    """How many rows at once, fewer where each is much work: whoever wants to write meanwhile waits
    for all of them."""
    again: timedelta | None = None
    """How much later a row has its next turn where it failed for good, for work whose rows plan
    themselves anew and must not end with a failure."""


@dataclass(frozen=True, slots=True)
class Repeating:
    """Work done every so often, by one process at a time; what was missed is done once."""

    name: str
    every: timedelta
    function: JobFunction


Holds = Callable[[Tx, DueRow], Awaitable[tuple[str, int] | None]]
"""What to lock for a row, as `Tx.lock` takes it; None: nothing."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Work about something that whoever acts on it locks before they cancel, move or set its rows.

    A row is claimed before it is known what it is about. So that neither waits for the other, its
    work is put off while somebody else holds that, and holds it as well until it is done.
    """

    work: JobFunction | Together
    what: Holds


Job = JobFunction | Together | Holding


class _HeldElsewhere(Exception):
    """Rows were claimed about something that somebody else is just acting on."""


class Ticker:
    """Does due work until it is stopped. `jobs` maps the word of a row's `job` to its function."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        jobs: Mapping[str, Job],
        repeating: Sequence[Repeating] = (),
        *,
        worker: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._worker = worker
        self._repeating = {work.repeating_job(each.name): each for each in repeating}
        self._holds = {name: job.what for name, job in jobs.items() if isinstance(job, Holding)}
        self._jobs: dict[str, JobFunction | Together] = {
            name: job.work if isinstance(job, Holding) else job for name, job in jobs.items()
        }
        self._jobs |= {job: each.function for job, each in self._repeating.items()}
        self._bell = asyncio.Event()
        self._working = False
        self._is_put_off = False
        """Whether something is due about what somebody else was acting on a moment ago."""
        self._task: asyncio.Task[None] | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self._stop_listening: Callable[[], None] | None = None
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._armed_for: datetime | None = None
        self._latest = clock.now()
        """The latest moment at which work was looked for."""
        clock.on_move(self.wake)

    async def start(self) -> None:
        """Begin; what fell due while nobody was there is done at once, or reported as expired."""
        async with self._database.transaction() as tx:
            for name, again in self._lasting():
                await work.revive(tx, name, again)
        await self._bring_back()
        self._stop_listening = due.on_change(self._database, self.wake)
        self._scheduler.start()
        self._bell.set()
        self._task = asyncio.create_task(self._run(), name="ticker")
        logger.info("started", extra={"action": "due.start", "worker": self._worker})

    async def stop(self) -> None:
        """End once the transaction under way is done."""
        task, self._task = self._task, None
        if task is None:
            return
        if self._stop_listening:
            self._stop_listening()
        self._bell.set()
        await task
        self._scheduler.shutdown(wait=False)
        # The scheduler ends in a callback of the loop.
        await asyncio.sleep(0)
        self._settle()

    @property
    def runs(self) -> bool:
        """Whether due work is being looked for."""
        return self._task is not None and not self._task.done()

    def wake(self) -> None:
        """Look for due work now."""
        self._bell.set()

    async def idle(self) -> None:
        """Return when nothing is due now; what failed and waits for its next attempt is not."""
        if self._task is not None and (self._working or self._is_put_off or self._bell.is_set()):
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter

    def _is_running(self) -> bool:
        return self._task is not None

    async def _run(self) -> None:
        while True:
            # Not by the scheduler, which goes by the machine's clock: where that was ten years
            # ahead for a moment, its next tick would come in ten years.
            with suppress(TimeoutError):
                async with asyncio.timeout(SAFETY_TICK.total_seconds()):
                    await self._bell.wait()
            self._bell.clear()
            if not self._is_running():
                return
            self._working = True
            try:
                if self._clock.now() < self._latest - SET_BACK:
                    await self._bring_back()
                self._latest = max(self._latest, self._clock.now())
                while self._is_running() and await self._do_batch():
                    pass
                self._arm(await due.next_due(self._database))
            except Exception:
                logger.exception("due work not looked for", extra={"action": "due.look"})
                await asyncio.sleep(PAUSE_SECONDS)
                self._bell.set()
            finally:
                self._working = False
            if not self._is_put_off:
                self._settle()

    async def _bring_back(self) -> None:
        """Have nothing that is done every so often wait beyond its next turn: a clock that was
        ahead has planned it for a time that is far away by now."""
        async with self._database.transaction() as tx:
            for job, each in self._repeating.items():
                await work.plan_repeating(tx, job, each.every)
            for name, again in self._lasting():
                await work.bring_back(tx, name, again)
        self._latest = self._clock.now()

    def _lasting(self) -> list[tuple[str, timedelta]]:
        """The jobs whose rows never end with a failure, and after how long each goes on."""
        return [
            (name, job.again)
            for name, job in self._jobs.items()
            if isinstance(job, Together) and job.again
        ]

    async def _do_batch(self) -> bool:
        """Do up to `BATCH` due rows in one transaction, or each in its own where that fails.
        False: nothing is due."""
        rows, error = await self._attempt(BATCH)
        if error is None:
            return bool(rows)
        if len(rows) == 1:
            await self._note_failure(rows[0], error)
            return True
        logger.debug("one by one", exc_info=error, extra={"action": "due.split"})
        for row in rows:
            alone, error = await self._attempt(1, row.id)
            if error is not None:
                await self._note_failure(alone[0], error)
        return True

    async def _attempt(
        self, most: int, row_id: int | None = None
    ) -> tuple[list[DueRow], Exception | None]:
        """Do due rows in one transaction, at once again where it collided with another one. Returns
        what was claimed, with the error where none of it was done.

        :raises Exception: nothing could be claimed.
        """
        turn = 0
        besides: set[int] = set()
        self._is_put_off = False
        while True:
            turn += 1
            rows: list[DueRow] = []
            try:
                async with self._database.transaction() as tx:
                    rows = await work.claim(tx, most, row_id, besides=besides)
                    if elsewhere := await self._held_elsewhere(tx, rows):
                        besides |= elsewhere
                        raise _HeldElsewhere
                    await self._do(tx, rows)
            except _HeldElsewhere:
                # Whoever holds it may be waiting for these very rows.
                turn -= 1
                self._is_put_off = True
                continue
            except Exception as error:
                if is_collision(error) and turn < MOST_COLLISIONS:
                    logger.debug("collided", exc_info=True, extra={"action": "due.crossed"})
                    continue
                if not rows:
                    raise
                return rows, error
            return rows, None

    async def _held_elsewhere(self, tx: Tx, rows: Sequence[DueRow]) -> set[int]:
        """The ids of rows about what somebody else is acting on; what the others are about is held
        until the transaction ends."""
        if tx.dialect == "sqlite":
            return set()
        wanted: dict[tuple[str, int], list[int]] = {}
        for row in rows:
            holds = self._holds.get(row.job)
            if holds is not None and (what := await holds(tx, row)) is not None:
                wanted.setdefault(what, []).append(row.id)
        held = await tx.held_elsewhere(wanted)
        return {number for what in held for number in wanted[what]}

    async def _do(self, tx: Tx, rows: Sequence[DueRow]) -> None:
        """Do what is still of use and known; the rest ends here."""
        expired = [row for row in rows if row.expires_at and row.expires_at <= tx.now]
        unknown = [row for row in rows if row not in expired and row.job not in self._jobs]
        mine = self._portion([row for row in rows if row not in expired and row not in unknown])
        for row in expired:
            logger.warning("expired", extra={"action": "due.expired", **_names(row)})
        for row in unknown:
            logger.error("no such job", extra={"action": "due.unknown", **_names(row)})
        tx.after_commit(partial(_count, tx.now, expired, unknown, mine))
        await work.finish(tx, expired, due.DueState.EXPIRED)
        await work.finish(tx, unknown, due.DueState.FAILED, error="no such job")
        for name in dict.fromkeys(row.job for row in mine):
            await self._do_job(tx, name, [row for row in mine if row.job == name])

    def _portion(self, rows: list[DueRow]) -> list[DueRow]:
        """What is done in this transaction; what exceeds a job's most at once stays due."""
        taken: Counter[str] = Counter()
        portion = []
        for row in rows:
            job = self._jobs[row.job]
            taken[row.job] += 1
            if not isinstance(job, Together) or taken[row.job] <= job.most:
                portion.append(row)
        return portion

    async def _do_job(self, tx: Tx, name: str, rows: list[DueRow]) -> None:
        # Marked before the work, so that the work itself may set its row anew.
        if name in self._repeating:
            for row in rows:
                await work.plan_next(tx, row, self._repeating[name].every)
        else:
            await work.finish(tx, rows, due.DueState.DONE)
        job = self._jobs[name]
        if isinstance(job, Together):
            await job.function(tx, rows)
        else:
            for row in rows:
                await job(tx, row)

    async def _note_failure(self, row: DueRow, error: Exception) -> None:
        reference = new_reference()
        told = f"{reference} {describe(error)}"
        attempts = row.attempts + 1
        # A full disk says nothing about the work, and may last longer than any number of attempts.
        final = attempts >= MOST_ATTEMPTS and not is_outage(error)
        logger.error(
            "due work failed",
            exc_info=error,
            extra={
                "action": "due.failed", "reference": reference, "attempts": attempts,
                "final": final, **_names(row),
            },
        )  # fmt: skip
        async with self._database.transaction() as tx:
            if final and row.job in self._repeating:
                await work.plan_next(tx, row, self._repeating[row.job].every)
            elif final and (again := dict(self._lasting()).get(row.job)):
                tx.after_commit(metrics.DUE["failed",].inc)
                await work.plan_next(tx, row, again)
            elif final:
                tx.after_commit(metrics.DUE["failed",].inc)
                await work.finish(tx, [row], due.DueState.FAILED, error=told)
            else:
                again_at = tx.now + FIRST_BACK_OFF * 4 ** min(attempts - 1, MOST_ATTEMPTS - 2)
                await work.put_off(tx, row, again_at, told)

    def _arm(self, at: datetime | None) -> None:
        """Have the scheduler wake us when the next row is due by the bot's clock."""
        if at is None:
            return
        run_at = datetime.now(UTC) + max(at - self._clock.now(), SHORTEST_WAIT)
        if self._armed_for == run_at:
            return
        self._armed_for = run_at
        self._scheduler.add_job(
            self.wake,
            "date",
            run_date=run_at,
            id="next",
            replace_existing=True,
            misfire_grace_time=None,
        )

    def _settle(self) -> None:
        if self._task is None or not self._bell.is_set():
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self._waiters.clear()


def _count(
    now: datetime, expired: Sequence[DueRow], failed: Sequence[DueRow], done: Sequence[DueRow]
) -> None:
    metrics.DUE["expired",].inc(len(expired))
    metrics.DUE["failed",].inc(len(failed))
    metrics.DUE["done",].inc(len(done))
    for row in done:
        metrics.DUE_LATENESS_SECONDS.observe((now - row.due_at).total_seconds())


def _names(row: DueRow) -> dict[str, object]:
    return {"row": row.id, "job": row.job, "topic": row.topic, "slot": row.slot}
