"""What is to be forgotten is found by an index, some of it at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_delivery_statuses_settled",
        "delivery_statuses",
        ["at"],
        unique=False,
        sqlite_where=sa.text("outbox_id IS NULL OR state IN ('read', 'refused')"),
        postgresql_where=sa.text("outbox_id IS NULL OR state IN ('read', 'refused')"),
    )
    op.create_index(
        "ix_due_finished",
        "due",
        ["finished_at"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NOT NULL"),
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_words",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NOT NULL AND screen IS NOT NULL"),
        postgresql_where=sa.text("finished_at IS NOT NULL AND screen IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_outbox_words",
        table_name="outbox",
        sqlite_where=sa.text("finished_at IS NOT NULL AND screen IS NOT NULL"),
        postgresql_where=sa.text("finished_at IS NOT NULL AND screen IS NOT NULL"),
    )
    op.drop_index(
        "ix_due_finished",
        table_name="due",
        sqlite_where=sa.text("finished_at IS NOT NULL"),
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_delivery_statuses_settled",
        table_name="delivery_statuses",
        sqlite_where=sa.text("outbox_id IS NULL OR state IN ('read', 'refused')"),
        postgresql_where=sa.text("outbox_id IS NULL OR state IN ('read', 'refused')"),
    )
