"""Of an address it is known when it was last heard of, where a channel may be used freely only for
some time after that."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

HEARD = sa.Column(
    "heard_at",
    sa.BigInteger(),
    nullable=True,
    comment="last, to some minutes; only where a channel has a window",
)


def upgrade() -> None:
    op.add_column("addresses", HEARD)


def downgrade() -> None:
    op.drop_column("addresses", "heard_at")
