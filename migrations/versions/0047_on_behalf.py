"""In whose place a deputy decided about somebody, moved them, or sent and stopped an announcement.

What was done before names nobody besides: the audit trail has it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COLUMNS = (
    ("placements", "asked_for", "for whom a deputy moves them"),
    ("placements", "decided_for", "for whom a deputy decided"),
    ("announcements", "sent_for", "for whom a deputy sends it"),
    ("announcements", "stopped_for", "for whom a deputy stopped it"),
)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column, comment in _COLUMNS:
        name = f"fk_{table}_{column}_people"
        if on_sqlite:
            # In place: no table is written anew.
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN {column} INTEGER"
                f" CONSTRAINT {name} REFERENCES people (id)"
            )
        else:
            op.add_column(table, sa.Column(column, ID, nullable=True, comment=comment))
            op.create_foreign_key(name, table, "people", [column], ["id"])


def downgrade() -> None:
    for table, column, _ in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
