"""Files that the bot makes for one person, such as what they take along of their own data."""

import asyncio
import hashlib
from datetime import timedelta

from bot.files.kinds import Consent, FileKind, FileState
from bot.files.store import BlobStore
from bot.files.tables import files
from bot.storage.columns import to_millis
from bot.storage.lists import first_of
from bot.storage.transaction import Tx

PURPOSES = ("export", "imports", "log")
KEPT_FOR = timedelta(hours=24)
"""Long enough to be sent, also after an outage; by then it lies in the chat."""


async def make_file(
    tx: Tx, store: BlobStore, owner_id: int, purpose: str, name: str, mime: str, data: bytes
) -> int:
    """Keep these bytes as a file of the person's, and return its id. It goes by itself."""
    sha256, size = await asyncio.to_thread(_put, store, data, f"made{owner_id}", tx)
    await tx.run(
        "INSERT INTO blobs (sha256, size, mime, made_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (sha256) DO UPDATE SET idle_since = NULL",
        sha256,
        size,
        mime,
        to_millis(tx.now),
    )
    return await tx.insert(
        files,
        owner_id=owner_id, purpose=purpose, kind=FileKind.DOCUMENT, name=name, mime=mime,
        size=size, consent=Consent.NEEDLESS, state=FileState.KEPT, blob=sha256, channel="",
        account="", reference="", message="", made_at=tx.now, used_at=None, due_at=tx.now,
        attempts=0,
    )  # fmt: skip


def _put(store: BlobStore, data: bytes, worker: str, tx: Tx) -> tuple[str, int]:
    store.prepare()
    digest = hashlib.sha256(data).hexdigest()[:16]
    draft = store.draft(0, f"{worker}-{digest}")
    draft.write_bytes(data)
    return store.take_in(draft, tx.now)


async def forget_made(tx: Tx, most: int) -> int:
    """Delete what was made longer ago than `KEPT_FOR`, at most so many; returns how many. Bytes
    that nobody else has go with the sweep."""
    marks = ", ".join(f"'{each}'" for each in PURPOSES)
    old = first_of(
        tx,
        "id",
        f"FROM files WHERE used_at IS NULL AND made_at < ? AND purpose IN ({marks})"
        " ORDER BY made_at LIMIT ?",
    )
    rows = await tx.fetch(
        f"DELETE FROM files WHERE {old} RETURNING id",  # noqa: S608
        to_millis(tx.now - KEPT_FOR),
        most,
    )
    return len(rows)
