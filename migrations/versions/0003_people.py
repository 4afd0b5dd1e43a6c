"""Units, profiles, roles and invitations."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def where(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "units",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column(
            "kind",
            sa.String(length=32),
            nullable=False,
            comment="department, school, academy …: data",
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("gender", sa.String(length=32), nullable=False, comment="of its pupils"),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
            comment="ids from the root to this unit: /1/7/",
        ),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name="fk_units_parent_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
    )
    op.create_index("ix_units_parent_id", "units", ["parent_id"], unique=False)
    op.create_index("ix_units_path", "units", ["path"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False, comment="what the link carries"),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_by", ID, nullable=True, comment="empty: by the command line"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_by", ID, nullable=True),
        sa.Column("uses", ID, nullable=False, comment="people who came by it"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name="fk_invitations_created_by_people"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_invitations_unit_id_units"),
        sa.ForeignKeyConstraint(["used_by"], ["people.id"], name="fk_invitations_used_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("code", name="uq_invitations_code"),
    )
    op.create_index("ix_invitations_created_by", "invitations", ["created_by"], unique=False)
    op.create_table(
        "profiles",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("unit_id", ID, nullable=False, comment="where they work"),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column(
            "consent_version",
            sa.String(length=16),
            nullable=False,
            comment="of the notice agreed to",
        ),
        sa.Column("consented_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_profiles_person_id_people"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_profiles_unit_id_units"),
        sa.PrimaryKeyConstraint("person_id", name="pk_profiles"),
        comment="one row for each registered person; it goes when they ask for deletion",
    )
    op.create_index(
        "ix_profiles_unit_id_person_id", "profiles", ["unit_id", "person_id"], unique=False
    )
    op.create_table(
        "roles",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column(
            "subject",
            sa.String(length=16),
            nullable=True,
            comment="narrows the role to one subject",
        ),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("granted_by", ID, nullable=True, comment="empty: by registering, or the server"),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["granted_by"], ["people.id"], name="fk_roles_granted_by_people"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_roles_person_id_people"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_roles_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_roles"),
    )
    op.create_index("ix_roles_unit_id_role", "roles", ["unit_id", "role"], unique=False)
    op.create_index(
        "uq_roles_held",
        "roles",
        ["person_id", "role", "unit_id"],
        unique=True,
        **where("state = 'active'"),
    )


def downgrade() -> None:
    op.drop_table("roles")
    op.drop_table("profiles")
    op.drop_table("invitations")
    op.drop_table("units")
