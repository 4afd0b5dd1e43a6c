"""The link with which somebody came who has to be let in first."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "with which they came, sealed: opened once they are in"
    op.add_column("placements", sa.Column("link", sa.String(120), comment=comment))


def downgrade() -> None:
    op.drop_column("placements", "link")
