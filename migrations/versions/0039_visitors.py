"""Whoever has not registered is found by when they came, to be forgotten after a time."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

VISITORS = sa.text("state = 'visitor'")


def upgrade() -> None:
    op.create_index(
        "ix_people_visitors", "people", ["created_at"], unique=False,
        sqlite_where=VISITORS, postgresql_where=VISITORS,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_people_visitors", "people")
