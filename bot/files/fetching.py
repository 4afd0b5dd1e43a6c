"""Wanted files are fetched from their channels: claimed with a lease, outside of any transaction.

Whatever end a process comes to, the row is wanted until the bytes lie durably under their hash, and
kept from the transaction on that says so. What is fetched twice is the same bytes.
"""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.core.clock import Clock
from bot.core.redaction import describe
from bot.files.arrivals import MOST_BYTES, WANTED, count_of
from bot.files.kinds import Consent, FileKind, FileState
from bot.files.owned import ANEW
from bot.files.pictures import PictureTrouble
from bot.files.store import BlobStore
from bot.files.sweeping import hold_blob, sweep_orphans
from bot.files.wanted import (
    Fetch,
    FetchGone,
    FetchLater,
    FetchTooLarge,
    Prepare,
    Tell,
    UnfitContent,
    Wanted,
)
from bot.storage.columns import to_millis
from bot.storage.database import Database
from bot.storage.transaction import Tx

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 4
LEASE = timedelta(minutes=3)
RENEW_SECONDS = 45.0
"""How often a lease is renewed while its file comes, in real time."""
LOOK_SECONDS = 30.0
"""How often the rows are looked at, in real time, whatever is heard."""
PAUSE_SECONDS = 1.0
"""Pause after the database refused, in real time."""
MOST_ATTEMPTS = 12
"""After which a file that the channel does not hand over has vanished: some six hours."""
GONE_ATTEMPTS = 3
"""After which one that the channel does not have has vanished."""
FIRST_BACK_OFF = timedelta(seconds=5)
LONGEST_BACK_OFF = timedelta(hours=1)
TROUBLE_PAUSE = timedelta(hours=1)
"""After which a picture is drawn again that the installation could not draw."""
NO_ROOM_PAUSE = timedelta(minutes=10)


_DUE = (
    "state = 'wanted' AND consent <> 'waiting' AND due_at <= ?"
    " AND (lease_until IS NULL OR lease_until <= ?)"
)
_CLAIM = (
    "UPDATE files SET claimed_by = ?, lease_until = ?, attempts = attempts + 1 WHERE id IN"  # noqa: S608
    f" (SELECT id FROM files WHERE {_DUE} ORDER BY due_at, id LIMIT ? /*lock*/)"
    " RETURNING id, owner_id, kind, name, consent, channel, account, reference, attempts, mime,"
    " COALESCE(part, ''), COALESCE(blob, ''), claimed_by"
)
_LOCK = {"sqlite": "", "postgresql": "FOR UPDATE SKIP LOCKED"}


class Fetcher:
    """Fetches what is wanted until it is stopped. `limit` is in bytes; `alone` says that on SQLite
    no other process does. `anew` brings the next messages in line with what their file is by now,
    and returns whether there may be more."""

    def __init__(  # noqa: PLR0913 - both ends of a transfer, and whoever is told
        self,
        database: Database,
        store: BlobStore,
        clock: Clock,
        fetch: Fetch,
        prepare: Prepare,
        tell: Tell,
        hidden: Tell,
        anew: Callable[[Tx], Awaitable[bool]],
        *,
        worker: str,
        limit: int,
        alone: bool = True,
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._fetch = fetch
        self._prepare = prepare
        self._tell = tell
        self._hidden = hidden
        self._anew = anew
        self._worker = worker
        self._limit = limit
        self._alone = alone
        self._bell = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._claims = 0
        self._loop: asyncio.Task[None] | None = None
        self._sweep: asyncio.Task[None] | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self._stop_listening: Callable[[], None] | None = None
        self._looks = False
        clock.on_move(self.wake)

    async def start(self) -> None:
        """Take up what is wanted, at once what a former run of the only process has left."""
        await asyncio.to_thread(self._store.prepare)
        if self._alone and self._database.dialect == "sqlite":
            async with self._database.transaction() as tx:
                await tx.run(
                    "UPDATE files SET lease_until = NULL WHERE state = 'wanted'"
                    " AND lease_until IS NOT NULL"
                )
        self._sweep = asyncio.create_task(self._sweep_orphans(), name="files swept")
        self._stop_listening = self._database.signals.connect(WANTED, lambda _: self.wake())
        self._bell.set()
        self._loop = asyncio.create_task(self._run(), name="files")

    async def stop(self) -> None:
        """Break off what is under way, and leave it to the next."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        if self._stop_listening:
            self._stop_listening()
        tasks = [task for task in (loop, self._sweep, *self._under_way) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with self._database.transaction() as tx:
            await tx.run(
                "UPDATE files SET lease_until = NULL, attempts = attempts - 1"
                " WHERE state = 'wanted' AND claimed_by LIKE ? AND lease_until IS NOT NULL",
                f"{self._worker}.%",
            )
        self._settle()

    @property
    def runs(self) -> bool:
        return self._loop is not None and not self._loop.done()

    def wake(self) -> None:
        """Something is wanted, or it is later."""
        self._bell.set()

    async def idle(self) -> None:
        """Return when everything that is to be fetched by now has been, and what a former run has
        left behind is swept."""
        if self._sweep:
            await asyncio.wait({self._sweep})
        if self.runs and (self._looks or self._bell.is_set() or self._under_way):
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter

    async def _sweep_orphans(self) -> None:
        try:
            removed = await sweep_orphans(self._database, self._store, self._clock.now())
        except Exception:
            logger.exception("orphans not swept", extra={"action": "files.sweep"})
            return
        if removed:
            logger.info("orphans swept", extra={"action": "files.sweep", "removed": removed})

    async def _run(self) -> None:
        while True:
            self._bell.clear()
            self._looks = True
            try:
                is_due, is_anew = await self._look()
                claimed = await self._claim() if is_due else []
                if is_anew and await self._bring_in_line():
                    self._bell.set()
            except Exception:
                logger.exception("files not claimed", extra={"action": "files.claim"})
                await asyncio.sleep(PAUSE_SECONDS)
                self._bell.set()
                continue
            for wanted in claimed:
                task = asyncio.create_task(self._bring(wanted), name=f"file {wanted.id}")
                self._under_way.add(task)
                task.add_done_callback(self._brought)
            self._looks = False
            if not self._under_way and not self._bell.is_set():
                self._settle()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._bell.wait()
            except TimeoutError:
                continue

    def _brought(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._bell.set()

    def _settle(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def _look(self) -> tuple[bool, bool]:
        """Whether a file is to be fetched by now, and whether one is to be brought in line."""
        now = to_millis(self._clock.now())
        async with self._database.reading() as tx:
            is_due = await tx.fetch(f"SELECT 1 FROM files WHERE {_DUE} LIMIT 1", now, now)  # noqa: S608
            is_anew = await tx.fetch(f"SELECT 1 FROM files WHERE {ANEW} LIMIT 1")  # noqa: S608
            return bool(is_due), bool(is_anew)

    async def _claim(self) -> list[Wanted]:
        room = MOST_AT_ONCE - len(self._under_way)
        if room <= 0:
            return []
        async with self._database.transaction() as tx:
            now = to_millis(tx.now)
            # Each claim has a name: whoever is still at work for a former one changes nothing.
            self._claims += 1
            rows = await tx.fetch(
                _CLAIM.replace("/*lock*/", _LOCK[tx.dialect]),
                f"{self._worker}.{self._claims}", to_millis(tx.now + LEASE), now, now, room,
            )  # fmt: skip
        return [
            Wanted(number, owner, FileKind(kind), name, Consent(consent), *rest)
            for number, owner, kind, name, consent, *rest in rows
        ]

    async def _bring_in_line(self) -> bool:
        """Bring the next messages in line with what their file is by now; False: there are none."""
        async with self._database.transaction() as tx:
            return await self._anew(tx)

    async def _bring(self, wanted: Wanted) -> None:
        draft = self._store.draft(wanted.id, wanted.claim)
        renewing = asyncio.create_task(self._keep_lease(wanted))
        try:
            await self._take_in(wanted, draft)
        except FetchGone as error:
            if wanted.attempts < GONE_ATTEMPTS and not error.for_good:
                await self._try_again(wanted, error)
            else:
                await self._give_up(wanted, FileState.VANISHED, "gone")
        except FetchTooLarge:
            await self._give_up(wanted, FileState.REFUSED, "too_large")
        except UnfitContent as error:
            await self._give_up(wanted, FileState.REFUSED, error.code)
        except PictureTrouble:
            # A fault of ours, which is no reason to give the file up.
            logger.exception("picture not drawn", extra={"action": "files.draw"})
            await self._wait(wanted, TROUBLE_PAUSE)
        except FetchLater as error:
            await self._try_again(wanted, error, timedelta(seconds=error.after))
        except Exception as error:
            logger.exception("file not fetched", extra={"action": "files.fetch", "file": wanted.id})
            await self._try_again(wanted, error)
        finally:
            renewing.cancel()
            await asyncio.to_thread(_clear, draft)

    async def _take_in(self, wanted: Wanted, draft: Path) -> None:
        if not await asyncio.to_thread(self._store.has_room):
            await self._wait(wanted, NO_ROOM_PAUSE)
            return
        if wanted.blob:
            await asyncio.to_thread(shutil.copyfile, self._store.place(wanted.blob), draft)
        else:
            await self._fetch(wanted, draft, self._limit)
        ready = await self._prepare(wanted, draft)
        sha256, size = await asyncio.to_thread(self._store.take_in, ready.path, self._clock.now())
        async with self._database.transaction() as tx:
            await self._keep(tx, wanted, sha256, size, ready.mime)

    async def _keep(self, tx: Tx, wanted: Wanted, sha256: str, size: int, mime: str) -> None:
        await tx.lock("files", wanted.owner_id)
        _, others = await count_of(tx, wanted.owner_id, besides=wanted.id)
        if others + size > MOST_BYTES and not await _is_in_use(tx, wanted):
            await self._end(tx, wanted, FileState.REFUSED, "too_much")
            return
        await hold_blob(tx, sha256)
        if not self._store.has(sha256):
            # A sweep has just taken what lay there before.
            await _put_off(tx, wanted, tx.now, counts=False)
            return
        await tx.run(
            "INSERT INTO blobs (sha256, size, mime, made_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (sha256) DO UPDATE SET idle_since = NULL",
            sha256, size, mime, to_millis(tx.now),
        )  # fmt: skip
        await tx.run(
            "UPDATE files SET blob = ?, size = ?, mime = ?, reference = '',"
            " state = CASE WHEN consent = 'hiding' THEN 'concealed' ELSE 'kept' END,"
            " lease_until = NULL WHERE id = ? AND state = 'wanted' AND claimed_by = ?",
            sha256, size, mime, wanted.id, wanted.claim,
        )  # fmt: skip
        if wanted.consent is Consent.HIDING:
            await self._hidden(tx, wanted)

    async def _wait(self, wanted: Wanted, pause: timedelta) -> None:
        """Put it off for a reason that is not the file's."""
        async with self._database.transaction() as tx:
            await _put_off(tx, wanted, tx.now + pause, counts=False)

    async def _give_up(self, wanted: Wanted, state: FileState, reason: str) -> None:
        async with self._database.transaction() as tx:
            await self._end(tx, wanted, state, reason)

    async def _end(self, tx: Tx, wanted: Wanted, state: FileState, reason: str) -> None:
        rows = await tx.fetch(
            "UPDATE files SET state = ?, reason = ?, reference = '', blob = NULL,"
            " lease_until = NULL WHERE id = ? AND state = 'wanted' AND claimed_by = ? RETURNING id",
            state.value, reason, wanted.id, wanted.claim,
        )  # fmt: skip
        if rows:
            logger.info(
                "file not taken",
                extra={"action": "files.not_taken", "file": wanted.id, "reason": reason},
            )
            await self._tell(tx, wanted)

    async def _try_again(
        self, wanted: Wanted, error: Exception, after: timedelta = timedelta()
    ) -> None:
        logger.warning(
            "file not fetched yet",
            extra={"action": "files.retry", "file": wanted.id, "error": describe(error)},
        )
        if wanted.attempts >= MOST_ATTEMPTS:
            await self._give_up(wanted, FileState.VANISHED, "gone")
            return
        wait = min(FIRST_BACK_OFF * 2 ** (wanted.attempts - 1), LONGEST_BACK_OFF)
        async with self._database.transaction() as tx:
            await _put_off(tx, wanted, tx.now + max(wait, after))

    async def _keep_lease(self, wanted: Wanted) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            async with self._database.transaction() as tx:
                await tx.run(
                    "UPDATE files SET lease_until = ? WHERE id = ? AND state = 'wanted'"
                    " AND claimed_by = ?",
                    to_millis(tx.now + LEASE), wanted.id, wanted.claim,
                )  # fmt: skip


async def _is_in_use(tx: Tx, wanted: Wanted) -> bool:
    """Whether something is shown with it already, as with what a former version took."""
    rows = await tx.fetch("SELECT used_at FROM files WHERE id = ?", wanted.id)
    return bool(rows and rows[0][0] is not None)


async def _put_off(tx: Tx, wanted: Wanted, until: datetime, *, counts: bool = True) -> None:
    await tx.run(
        "UPDATE files SET due_at = ?, lease_until = NULL, attempts = ?"
        " WHERE id = ? AND state = 'wanted' AND claimed_by = ?",
        to_millis(until), wanted.attempts - (not counts), wanted.id, wanted.claim,
    )  # fmt: skip


def _clear(draft: Path) -> None:
    for each in (draft, *draft.parent.glob(f"{draft.name}.*")):
        each.unlink(missing_ok=True)
