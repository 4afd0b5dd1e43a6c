"""Who did what to what, and when. Rows are added in the transaction of the act itself."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from bot.storage.columns import Identifier, Json, Moment, id_column, metadata
from bot.storage.transaction import Tx

audit_trail = Table(
    "audit_trail",
    metadata,
    id_column(),
    Column("at", Moment, nullable=False),
    Column("actor_id", ForeignKey("people.id"), comment="empty: the bot itself"),
    Column("action", String(48), nullable=False, comment="verb of the slice, e.g. teams.join"),
    Column("subject_id", Identifier, comment="id of the row it was done to"),
    Column("details", Json, nullable=False, comment="no names and no texts of people"),
    Index("ix_audit_trail_action_subject", "action", "subject_id"),
)


async def record(
    tx: Tx, actor_id: int | None, action: str, subject_id: int | None = None, **details: object
) -> None:
    """Write that `actor_id` did `action` (as `slice.verb`) to `subject_id`."""
    await tx.execute(
        audit_trail.insert().values(
            at=tx.now, actor_id=actor_id, action=action, subject_id=subject_id, details=details
        )
    )
