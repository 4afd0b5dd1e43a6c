"""What a later list says differently of somebody who stands on one is applied, and taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "imports",
        sa.Column(
            "changed",
            ID,
            nullable=False,
            server_default="0",
            comment="rows that say something else than is there",
        ),
    )
    op.add_column(
        "imports",
        sa.Column(
            "altered",
            ID,
            nullable=True,
            comment="how many of them were applied; empty: they are not",
        ),
    )
    op.add_column(
        "imported_people",
        sa.Column("changed_in", ID, nullable=True, comment="the list that changed the row last"),
    )
    op.add_column(
        "imported_people",
        sa.Column(
            "before",
            sa.Text(),
            nullable=True,
            comment="what it said before each list that changed it",
        ),
    )
    op.create_index(
        "ix_imported_people_changed_in",
        "imported_people",
        ["changed_in"],
        unique=False,
        sqlite_where=sa.text("changed_in IS NOT NULL"),
        postgresql_where=sa.text("changed_in IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_imported_people_changed_in", table_name="imported_people")
    op.drop_column("imported_people", "before")
    op.drop_column("imported_people", "changed_in")
    op.drop_column("imports", "altered")
    op.drop_column("imports", "changed")
