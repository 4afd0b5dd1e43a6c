"""What becomes of messages in somebody's time of rest."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0055"
branch_labels = None
depends_on = None

COLUMNS = (
    (
        "manners",
        sa.Column(
            "at_rest",
            sa.String(32),
            nullable=False,
            server_default="wait",
            comment="what becomes of messages that do not hurry in the quiet hours",
        ),
    ),
    (
        "announcements",
        sa.Column(
            "urgent",
            sa.Integer,
            nullable=False,
            server_default="0",
            comment="1: it goes out even where its reader rests",
        ),
    ),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, column)


def downgrade() -> None:
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.name)
