"""Memberships of teams that rest while somebody is suspended.

On the way back whoever is suspended from a unit has left its teams.
"""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The new state is a word in a column that stands already."""


def downgrade() -> None:
    op.execute("UPDATE memberships SET state = 'left' WHERE state = 'suspended'")
