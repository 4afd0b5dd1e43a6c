"""Teams and their members."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def where(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("goals", sa.Text(), nullable=False, comment="list of texts"),
        sa.Column("norms", sa.Text(), nullable=False, comment="list of texts"),
        sa.Column(
            "form_of_work", sa.String(length=24), nullable=False, comment="code of the kind of work"
        ),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column(
            "link_code", sa.String(length=32), nullable=False, comment="whoever has it may join"
        ),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name="fk_teams_created_by_people"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_teams_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        sa.UniqueConstraint("link_code", name="uq_teams_link_code"),
    )
    op.create_index("ix_teams_unit_id_state", "teams", ["unit_id", "state"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column(
            "responsibility", sa.String(length=300), nullable=False, comment="what they look after"
        ),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column(
            "word", sa.String(length=500), nullable=False, comment="what they wrote when they asked"
        ),
        sa.Column(
            "reason",
            sa.String(length=500),
            nullable=False,
            comment="why they were declined or removed",
        ),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_memberships_person_id_people"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_memberships_team_id_teams"),
        sa.PrimaryKeyConstraint("id", name="pk_memberships"),
    )
    op.create_index(
        "ix_memberships_person_id_state", "memberships", ["person_id", "state"], unique=False
    )
    op.create_index(
        "ix_memberships_team_id_state", "memberships", ["team_id", "state"], unique=False
    )
    op.create_index(
        "uq_memberships_standing",
        "memberships",
        ["team_id", "person_id"],
        unique=True,
        **where("state IN ('asked', 'active')"),
    )


def downgrade() -> None:
    op.drop_table("memberships")
    op.drop_table("teams")
