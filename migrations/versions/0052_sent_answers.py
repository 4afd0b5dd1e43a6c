"""Which messages answered forms that were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "conversations",
        sa.Column(
            "sent",
            sa.Text(),
            nullable=True,
            comment="which messages answered forms that were sent, without words",
        ),
    )


def downgrade() -> None:
    op.drop_column("conversations", "sent")
