"""Updates are claimed with a lease, and one process at a time asks for new ones."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "updates",
        sa.Column(
            "claimed_by",
            sa.String(length=64),
            nullable=True,
            comment="the process that has it in hand, where several may",
        ),
    )
    op.add_column(
        "updates",
        sa.Column(
            "lease_until",
            sa.BigInteger(),
            nullable=True,
            comment="from then on another process may take it",
        ),
    )
    op.create_index(
        "ix_updates_sender",
        "updates",
        ["channel", "sender", "id"],
        unique=False,
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "leaders",
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column(
            "until",
            sa.BigInteger(),
            nullable=False,
            comment="from then on another process may take the lead",
        ),
        sa.PrimaryKeyConstraint("task", name="pk_leaders"),
        comment="which process does what only one may do at a time",
    )


def downgrade() -> None:
    op.drop_table("leaders")
    op.drop_index("ix_updates_sender", table_name="updates")
    op.drop_column("updates", "lease_until")
    op.drop_column("updates", "claimed_by")
