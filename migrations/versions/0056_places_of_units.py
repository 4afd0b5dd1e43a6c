"""By the sun of which town prayers are reckoned at a unit."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "units",
        sa.Column(
            "place",
            sa.String(24),
            nullable=True,
            comment="a town of places.tsv; empty: as its name or those above say",
        ),
    )


def downgrade() -> None:
    op.drop_column("units", "place")
