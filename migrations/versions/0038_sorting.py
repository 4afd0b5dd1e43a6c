"""Where there are several channels, a message in the outbox knows which of them it waits for.

Nothing is filled in: what is queued is sorted by the bot, piece by piece, before it is claimed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

WAITING = "state = 'queued' AND not_before IS NULL"
WAITS_FOR = sa.Column(
    "waits_for",
    sa.String(length=32),
    nullable=True,
    comment="the channel, once it is sorted; empty: there is one",
)


def upgrade() -> None:
    op.add_column("outbox", WAITS_FOR)
    op.drop_index("ix_outbox_claimable", "outbox")
    make_index("ix_outbox_claimable", ["urgency", "id"], f"{WAITING} AND waits_for IS NULL")
    make_index(
        "ix_outbox_sorted", ["waits_for", "urgency", "id"], f"{WAITING} AND waits_for IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_sorted", "outbox")
    op.drop_index("ix_outbox_claimable", "outbox")
    op.drop_column("outbox", "waits_for")
    make_index("ix_outbox_claimable", ["urgency", "id"], WAITING)


def make_index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, "outbox", columns, unique=False,
        sqlite_where=sa.text(where), postgresql_where=sa.text(where),
    )  # fmt: skip
