"""How long a platform has asked us to be silent, and which processes share its rate."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "silences",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "until",
            sa.BigInteger(),
            nullable=False,
            comment="nothing leaves by this channel before",
        ),
        sa.PrimaryKeyConstraint("channel", name="pk_silences"),
    )
    op.create_table(
        "postmen",
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_postmen"),
    )


def downgrade() -> None:
    op.drop_table("postmen")
    op.drop_table("silences")
