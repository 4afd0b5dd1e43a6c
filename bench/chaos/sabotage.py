"""Spoilt bots: each takes away one of the commits that the promise rests on.

They show that the suite can fail. Each refuses to be applied where it would not bite any more.
"""

import asyncio
import hashlib
import os
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.channels.telegram import poller
from bot.delivery import claims, results
from bot.files import store
from bot.storage.transaction import Tx

LATE_SECONDS = 0.1
VERY_LATE_SECONDS = 1.0


def confirm_before_storing() -> None:
    """The poller confirms a batch at once and stores it a moment later."""
    keep = poller.Poller._keep
    tasks: set[asyncio.Task[None]] = set()

    async def store_late(self: poller.Poller, updates: list[Any]) -> None:
        await asyncio.sleep(LATE_SECONDS)
        await keep(self, updates)
        self._on_stored()

    async def keep_nothing(self: poller.Poller, updates: list[Any]) -> None:
        task = asyncio.create_task(store_late(self, updates))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    poller.Poller._keep = keep_nothing  # type: ignore[method-assign]


def send_without_intent() -> None:
    """A broadcast leaves while its row still reads `queued`: only this process knows of it."""
    mine = f"{os.getpid()}-%"
    queued = "state = 'queued' AND not_before IS NULL"
    for dialect, sql in claims._CLAIMS.items():
        spoilt = _replace(sql, "SET state = 'sending'", "SET state = 'queued'")
        claims._CLAIMS[dialect] = _replace(
            spoilt, queued, f"{queued} AND (claimed_by IS NULL OR claimed_by NOT LIKE '{mine}')"
        )

    async def write_states(tx: Tx, rows: Iterable[results.Result], now: int) -> None:
        await tx.run_many(
            "UPDATE outbox SET state = ?, message = ?, error = ?, attempts = ?, not_before = ?,"
            " finished_at = ?, claimed_by = NULL WHERE id = ?",
            [(*row[:5], now if row[5] else None, row[6]) for row in rows],
        )

    if not hasattr(results, "_write_states"):
        raise AssertionError("results are written elsewhere now: mend this sabotage")
    results._write_states = write_states


def _replace(text: str, old: str, new: str) -> str:
    if old not in text:
        raise AssertionError(f"«{old}» is not there any more: mend this sabotage")
    return text.replace(old, new)


def keep_before_it_is_durable() -> None:
    """A file counts as kept at once, and its bytes get their name a moment later."""
    take_in = store.BlobStore.take_in

    def take_in_late(self: store.BlobStore, draft: Path, now: datetime) -> tuple[str, int]:
        data = draft.read_bytes()
        later = draft.with_name(f"{draft.name}~")

        def put() -> None:
            later.write_bytes(data)
            take_in(self, later, now)

        timer = threading.Timer(VERY_LATE_SECONDS, put)
        timer.daemon = True
        timer.start()
        return hashlib.sha256(data).hexdigest(), len(data)

    store.BlobStore.take_in = take_in_late  # type: ignore[method-assign]
    if not hasattr(store.BlobStore, "has"):
        raise AssertionError("nobody looks whether the bytes are there: mend this sabotage")
    store.BlobStore.has = lambda self, sha256: True  # type: ignore[method-assign]


SABOTAGES: dict[str, Callable[[], None]] = {
    "inbox": confirm_before_storing,
    "intent": send_without_intent,
    "kept": keep_before_it_is_durable,
}
