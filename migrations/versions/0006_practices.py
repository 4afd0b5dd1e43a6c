"""Practices, their evidence and their readers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "practice_searches",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column(
            "words",
            sa.String(length=100),
            nullable=False,
            comment="so that buttons can turn the pages",
        ),
        sa.Column("searched_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_practice_searches_person_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_practice_searches"),
    )
    op.create_index(
        "ix_practice_searches_person_id", "practice_searches", ["person_id"], unique=False
    )
    op.create_table(
        "practices",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=True, comment="empty: for the unit and its district"),
        sa.Column("unit_id", ID, nullable=False, comment="of team or author"),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column(
            "difficulty", sa.Text(), nullable=False, comment="the learning difficulty it addresses"
        ),
        sa.Column("actions_taken", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False, comment="empty: not known yet"),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("hidden_by", ID, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False, comment="why it was hidden"),
        sa.Column("shared_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_practices_author_id_people"),
        sa.ForeignKeyConstraint(["hidden_by"], ["people.id"], name="fk_practices_hidden_by_people"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_practices_team_id_teams"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_practices_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_practices"),
    )
    op.create_index("ix_practices_author_id", "practices", ["author_id"], unique=False)
    op.create_index(
        "ix_practices_team_id_state", "practices", ["team_id", "state", "shared_at"], unique=False
    )
    op.create_index(
        "ix_practices_unit_id_state", "practices", ["unit_id", "state", "shared_at"], unique=False
    )
    op.create_table(
        "practice_applications",
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_practice_applications_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name="fk_practice_applications_practice_id_practices"
        ),
        sa.PrimaryKeyConstraint("practice_id", "person_id", name="pk_practice_applications"),
    )
    op.create_index(
        "ix_practice_applications_person_id", "practice_applications", ["person_id"], unique=False
    )
    op.create_table(
        "practice_evidence",
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False, comment="from 0"),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column(
            "text", sa.Text(), nullable=False, comment="the text itself, or the caption of a file"
        ),
        sa.Column("ref", sa.Text(), nullable=False, comment="the channel's reference of the file"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("size", ID, nullable=False, comment="bytes; 0: not known"),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name="fk_practice_evidence_practice_id_practices"
        ),
        sa.PrimaryKeyConstraint("practice_id", "position", name="pk_practice_evidence"),
    )
    op.create_table(
        "practice_readers",
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False, comment="the first time"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_practice_readers_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name="fk_practice_readers_practice_id_practices"
        ),
        sa.PrimaryKeyConstraint("practice_id", "person_id", name="pk_practice_readers"),
    )
    op.create_index(
        "ix_practice_readers_person_id", "practice_readers", ["person_id"], unique=False
    )
    op.create_table(
        "practice_thanks",
        sa.Column("practice_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("thanked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_practice_thanks_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name="fk_practice_thanks_practice_id_practices"
        ),
        sa.PrimaryKeyConstraint("practice_id", "person_id", name="pk_practice_thanks"),
    )
    op.create_index("ix_practice_thanks_person_id", "practice_thanks", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("practice_thanks")
    op.drop_table("practice_readers")
    op.drop_table("practice_evidence")
    op.drop_table("practice_applications")
    op.drop_table("practices")
    op.drop_table("practice_searches")
