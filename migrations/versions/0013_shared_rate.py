"""The places of a platform's rate, shared by all processes of one database; so nobody has to know
any more how many processes there are."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Written many times a second, and nothing is lost with it.
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "shared_rates",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column(
            "places",
            sa.Text(),
            nullable=False,
            comment="the next even place, then the last that were taken: seconds since 1970",
        ),
        sa.PrimaryKeyConstraint("channel", name="pk_shared_rates"),
        prefixes=unlogged,
    )
    op.drop_table("postmen")


def downgrade() -> None:
    op.create_table(
        "postmen",
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_postmen"),
    )
    op.drop_table("shared_rates")
