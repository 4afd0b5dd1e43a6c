"""Choices whose token is longer than a channel takes stand in rows."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_choices",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False, comment="may press"),
        sa.Column("route", sa.String(length=40), nullable=False),
        sa.Column("args", sa.Text(), nullable=False, comment="what the route is given"),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name="fk_kept_choices_person_id_people",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_kept_choices"),
    )
    op.create_index("ix_kept_choices_made_at", "kept_choices", ["made_at"], unique=False)
    op.create_index("ix_kept_choices_person_id", "kept_choices", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("kept_choices")
