"""What people ask to be added to the tree of units."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state = 'asked'")


def upgrade() -> None:
    op.create_table(
        "unit_requests",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("below_id", ID, nullable=False, comment="below which it is to lie"),
        sa.Column("name", sa.String(length=120), nullable=False, comment="as they wrote it"),
        sa.Column("besides", sa.Integer(), nullable=False, comment="1: they leave nothing for it"),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True, comment="when those who add were"),
        sa.Column("answered_by", ID, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False, comment="why it was declined"),
        sa.Column("unit_id", ID, nullable=True, comment="what was added"),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["people.id"], name="fk_unit_requests_answered_by_people"
        ),
        sa.ForeignKeyConstraint(["below_id"], ["units.id"], name="fk_unit_requests_below_id_units"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_unit_requests_person_id_people"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_unit_requests_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_requests"),
        comment="units that somebody works at and does not find",
    )
    op.create_index("ix_unit_requests_person_id", "unit_requests", ["person_id"], unique=False)
    op.create_index("ix_unit_requests_unit_id", "unit_requests", ["unit_id"], unique=False)
    op.create_index(
        "ix_unit_requests_open", "unit_requests", ["below_id"], unique=False,
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("unit_requests")
