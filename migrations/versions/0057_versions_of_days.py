"""Which version of an entry a calendar has heard of, and what was cancelled in it."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "calendar_days",
        sa.Column(
            "sequence",
            sa.Integer(),
            nullable=True,
            comment="which version of the iCalendar entry; empty: not known",
        ),
    )
    op.add_column(
        "calendar_days",
        sa.Column(
            "stamped_at",
            sa.BigInteger(),
            nullable=True,
            comment="when that version was written, of two with one sequence",
        ),
    )
    op.add_column(
        "calendar_days",
        sa.Column(
            "withdrawn_at",
            sa.BigInteger(),
            nullable=True,
            comment="when a file cancelled it; for older files alone",
        ),
    )


def downgrade() -> None:
    # The version before knows no entry without days.
    op.execute("DELETE FROM calendar_days WHERE withdrawn_at IS NOT NULL")
    op.drop_column("calendar_days", "withdrawn_at")
    op.drop_column("calendar_days", "stamped_at")
    op.drop_column("calendar_days", "sequence")
