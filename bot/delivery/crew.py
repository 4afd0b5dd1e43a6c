"""The processes that deliver from one database: each takes an equal part of a platform's rate.

On SQLite there is only one; on PostgreSQL each shows that it lives by its row.
"""

from datetime import timedelta

from sqlalchemy import Column, String, Table

from bot.storage.columns import Moment, metadata, to_millis
from bot.storage.transaction import Tx

SEEN_WITHIN = timedelta(seconds=15)
"""For how long a process that shows no sign of life keeps its part."""

postmen = Table(
    "postmen",
    metadata,
    Column("worker", String(64), primary_key=True),
    Column("seen_at", Moment, nullable=False),
)


async def sign_on(tx: Tx, worker: str) -> int:
    """Show that this process lives; returns how many do."""
    if tx.dialect == "sqlite":
        return 1
    await tx.run(
        "INSERT INTO postmen (worker, seen_at) VALUES (?, ?)"
        " ON CONFLICT (worker) DO UPDATE SET seen_at = excluded.seen_at",
        worker,
        to_millis(tx.now),
    )
    return await count_crew(tx)


async def count_crew(tx: Tx) -> int:
    """How many processes have shown lately that they live, this one among them."""
    if tx.dialect == "sqlite":
        return 1
    rows = await tx.fetch(
        "SELECT count(*) FROM postmen WHERE seen_at > ?", to_millis(tx.now - SEEN_WITHIN)
    )
    return max(1, int(rows[0][0]))


async def sign_off(tx: Tx, worker: str) -> None:
    """Leave this process's part to the others, and forget those that are long dead."""
    if tx.dialect == "postgresql":
        await tx.run(
            "DELETE FROM postmen WHERE worker = ? OR seen_at < ?",
            worker,
            to_millis(tx.now - timedelta(days=1)),
        )
