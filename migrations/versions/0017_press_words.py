"""Words that are all that a press gets are a row of the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "outbox",
        sa.Column(
            "press",
            sa.Text(),
            nullable=True,
            comment="the channel's id of the press that its words answer",
        ),
    )


def downgrade() -> None:
    # The version before knows them as messages only, and these have no end.
    op.execute(
        "UPDATE outbox SET expires_at = NULL"
        " WHERE press IS NOT NULL AND state IN ('queued', 'sending')"
    )
    op.drop_column("outbox", "press")
