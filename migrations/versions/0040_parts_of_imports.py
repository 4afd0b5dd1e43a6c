"""A list says in which of its pieces there is something to mend, and which units it has added."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "import_parts",
        sa.Column(
            "remarked",
            sa.Integer(),
            nullable=True,
            comment="rows of which something is to be said; empty: not known",
        ),
    )
    op.create_index(
        "ix_imported_units_added",
        "imported_units",
        ["import_id", "line"],
        unique=False,
        sqlite_where=sa.text("state = 'added'"),
        postgresql_where=sa.text("state = 'added'"),
    )


def downgrade() -> None:
    op.drop_index("ix_imported_units_added", table_name="imported_units")
    op.drop_column("import_parts", "remarked")
