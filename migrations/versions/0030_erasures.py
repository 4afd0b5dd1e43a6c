"""Who was erased is listed, so that a restored backup forgets them again; half-filled forms that
were left long ago are found by when that was."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEGUN = sa.text("forms <> '[]'")


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column(
            "known_since",
            sa.BigInteger(),
            nullable=False,
            comment="tells a number from its later holder",
        ),
        sa.Column("erased_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_erasures_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        comment="whom a backup that is restored must forget again: numbers and moments alone",
    )
    op.create_index("ix_erasures_erased_at", "erasures", ["erased_at"], unique=False)
    op.create_index(
        "ix_conversations_begun",
        "conversations",
        ["changed_at"],
        unique=False,
        sqlite_where=BEGUN,
        postgresql_where=BEGUN,
    )


def downgrade() -> None:
    op.drop_index("ix_conversations_begun", table_name="conversations")
    op.drop_table("erasures")
