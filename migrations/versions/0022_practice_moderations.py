"""How often a practice was hidden or shown again, so that its author is told of the last time."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "practices",
        sa.Column(
            "moderations",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="how often it was hidden or shown again",
        ),
    )


def downgrade() -> None:
    op.drop_column("practices", "moderations")
