"""Units are merged and closed in pieces, which a row remembers."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "unit_changes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=True, comment="into which it is merged"),
        sa.Column("asked_by", ID, nullable=True, comment="empty: the command line"),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "finished_at",
            sa.BigInteger(),
            nullable=True,
            comment="empty: what belongs to the unit follows still",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["people.id"], name="fk_unit_changes_asked_by_people"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["units.id"], name="fk_unit_changes_target_id_units"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_unit_changes_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_changes"),
        comment="units that are merged or closed, which takes several transactions",
    )
    op.create_index("ix_unit_changes_unit_id", "unit_changes", ["unit_id"], unique=False)


def downgrade() -> None:
    op.drop_table("unit_changes")
