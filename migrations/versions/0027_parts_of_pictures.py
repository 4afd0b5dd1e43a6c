"""Which part of a picture its owner keeps.

On the way back pictures stay as they are by then: what was taken away is not there any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "part",
                sa.String(length=16),
                comment="which part of a picture is kept; empty: all of it",
            )
        )


def downgrade() -> None:
    op.execute("UPDATE files SET consent = 'hidden' WHERE consent = 'hiding'")
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.drop_column("part")
