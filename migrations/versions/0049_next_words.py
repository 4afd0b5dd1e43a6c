"""What the next words of a conversation are for."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "conversations",
        sa.Column(
            "expects", sa.Text(), nullable=True, comment="what the next words are for, until when"
        ),
    )


def downgrade() -> None:
    op.drop_column("conversations", "expects")
