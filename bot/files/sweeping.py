"""What nothing refers to any more goes: files of forms that nobody finished, bytes without a file,
and what was left half-written."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from zlib import crc32

from sqlalchemy import select

from bot.files.kinds import Anew
from bot.files.store import MADE, BlobStore
from bot.files.tables import blobs
from bot.storage.columns import to_millis
from bot.storage.database import Database
from bot.storage.lists import among, first_of
from bot.storage.transaction import Tx

FORGOTTEN_AFTER = timedelta(days=30)
"""How long a file waits in a form that nobody finishes."""
SWEPT_AFTER = timedelta(hours=24)
"""How long bytes stay that no file refers to, so that a backup under way is whole."""
UNDER_WAY = timedelta(minutes=10)
"""Longer than any message with a file is on its way, and being noted."""
LEFT_AFTER = timedelta(hours=1)
"""After which nobody is still writing a file that has no claim, in real time."""
AT_ONCE = 200


async def forget_unused(tx: Tx, most: int) -> int:
    """Delete files of forms that were left long ago, at most so many; returns how many."""
    old = first_of(
        tx, "id", "FROM files WHERE used_at IS NULL AND made_at < ? ORDER BY made_at LIMIT ?"
    )
    rows = await tx.fetch(
        f"DELETE FROM files WHERE {old} RETURNING id",  # noqa: S608
        to_millis(tx.now - FORGOTTEN_AFTER),
        most,
    )
    return len(rows)


async def forget_erased(tx: Tx, most: int = AT_ONCE) -> int:
    """Delete what is left of files whose owner was erased, where no message shows them and none can
    be under way any more, at most so many; returns how many."""
    over = first_of(
        tx,
        "id",
        f"FROM files WHERE anew > 0 AND anew = {Anew.OVER:d} AND due_at <= ? ORDER BY id LIMIT ?",
    )
    rows = await tx.fetch(
        f"DELETE FROM files WHERE {over} RETURNING id",  # noqa: S608
        to_millis(tx.now - UNDER_WAY),
        most,
    )
    return len(rows)


async def sweep_idle(tx: Tx, store: BlobStore, most: int = AT_ONCE) -> int:
    """Remove bytes that no file has referred to for `SWEPT_AFTER`, at most so many; returns how
    many. They go within the transaction that holds them: where it fails, a row without bytes is
    left, which the next one removes."""
    used = "EXISTS (SELECT 1 FROM files WHERE files.blob = blobs.sha256)"
    await tx.run(
        f"UPDATE blobs SET idle_since = ? WHERE idle_since IS NULL AND NOT {used}",  # noqa: S608
        to_millis(tx.now),
    )
    rows = await tx.fetch(
        "SELECT sha256 FROM blobs WHERE idle_since <= ? ORDER BY idle_since LIMIT ?",
        to_millis(tx.now - SWEPT_AFTER),
        most,
    )
    for (sha256,) in rows:
        await hold_blob(tx, sha256)
        idle = f"sha256 = ? AND idle_since IS NOT NULL AND NOT {used}"
        if not await tx.fetch(f"SELECT 1 FROM blobs WHERE {idle}", sha256):  # noqa: S608
            continue
        await tx.run("DELETE FROM file_references WHERE blob = ?", sha256)
        await tx.run("DELETE FROM blobs WHERE sha256 = ?", sha256)
        store.remove(sha256)
    return len(rows)


async def sweep_drafts(tx: Tx, store: BlobStore, *, old: bool = False) -> int:
    """Remove what the dead have left half-written, or only what is `old` of it; returns how many
    files that were."""
    # Looked at before the rows are: whose fetching begins meanwhile is not among them.
    drafts = await asyncio.to_thread(store.drafts)
    rows = await tx.fetch(
        "SELECT id, claimed_by FROM files WHERE state = 'wanted' AND lease_until > ?",
        to_millis(tx.now),
    )
    living = tuple(store.draft(number, worker).name for number, worker in rows)
    dead = [each for each in drafts if not each.name.startswith(living)]
    return await asyncio.to_thread(_remove_all, dead, old)


async def sweep_orphans(database: Database, store: BlobStore, now: datetime) -> int:
    """Remove what a crash has left in the folder: bytes of which no row tells, and files that were
    half-written; returns how many that were."""
    before = now - SWEPT_AFTER
    names = await asyncio.to_thread(lambda: sorted(store.names()))
    async with database.reading() as tx:
        removed = await sweep_drafts(tx, store)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        async with database.reading() as tx:
            known = await tx.scalars(select(blobs.c.sha256).where(among(blobs.c.sha256, some)))
        lost = [each for each in sorted(set(some) - set(known)) if store.is_older(each, before)]
        if not lost:
            continue
        async with database.transaction() as tx:
            for sha256 in lost:
                await hold_blob(tx, sha256)
                row = await tx.first(select(blobs.c.sha256).where(blobs.c.sha256 == sha256))
                if row is None and store.is_older(sha256, before):
                    store.remove(sha256)
                    removed += 1
    return removed


def _remove_all(paths: Iterable[Path], old: bool) -> int:
    removed = 0
    for path in paths:
        with suppress(FileNotFoundError):
            # What is made here has no claim, and is whole within seconds.
            lasting = old or path.name.startswith(MADE)
            if not lasting or time.time() - path.stat().st_mtime > LEFT_AFTER.total_seconds():
                path.unlink()
                removed += 1
    return removed


async def hold_blob(tx: Tx, sha256: str) -> None:
    """Hold these bytes until the transaction ends: whoever keeps them and whoever sweeps them do
    not meet."""
    await tx.lock("blob", crc32(sha256.encode()))
