"""When a role card was written last, so that only its last words are told."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "memberships",
        sa.Column(
            "responsibility_at",
            sa.BigInteger(),
            nullable=True,
            comment="when that was written last",
        ),
    )


def downgrade() -> None:
    op.drop_column("memberships", "responsibility_at")
