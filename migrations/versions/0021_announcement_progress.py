"""How many messages of an announcement were ever queued is counted along."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "announcements",
        sa.Column(
            "queued",
            sa.Integer(),
            nullable=True,
            comment="recipients that were put into the outbox so far",
        ),
    )


def downgrade() -> None:
    op.drop_column("announcements", "queued")
