"""Roles end by themselves when their time is over, and deputies act in their holders' place."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "role_terms",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("role_id", ID, nullable=False),
        sa.Column(
            "expires_at",
            sa.BigInteger(),
            nullable=True,
            comment="as it was set then; empty: open-ended",
        ),
        sa.Column("set_by", ID, nullable=False),
        sa.Column("set_for", ID, nullable=True, comment="for whom a deputy set it"),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name="fk_role_terms_role_id_roles"),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name="fk_role_terms_set_by_people"),
        sa.ForeignKeyConstraint(["set_for"], ["people.id"], name="fk_role_terms_set_for_people"),
        sa.PrimaryKeyConstraint("id", name="pk_role_terms"),
        comment="each time that the end of a role was set anew",
    )
    op.create_index("ix_role_terms_role_id", "role_terms", ["role_id"], unique=False)
    with op.batch_alter_table("roles", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("granted_for", ID, nullable=True, comment="for whom a deputy granted it")
        )
        batch_op.add_column(
            sa.Column(
                "starts_at", sa.BigInteger(), nullable=True, comment="of a deputy: the first day"
            )
        )
        batch_op.add_column(
            sa.Column(
                "expires_at",
                sa.BigInteger(),
                nullable=True,
                comment="from then on it gives no right; empty: open-ended",
            )
        )
        batch_op.add_column(
            sa.Column(
                "deputy_of", ID, nullable=True, comment="the role in whose holder's place it is"
            )
        )
        batch_op.add_column(
            sa.Column("ended_by", ID, nullable=True, comment="empty: its time, or the server")
        )
        batch_op.add_column(
            sa.Column("ended_for", ID, nullable=True, comment="for whom a deputy ended it")
        )
        batch_op.create_index(
            "ix_roles_deputy_of",
            ["deputy_of"],
            unique=False,
            sqlite_where=sa.text("deputy_of IS NOT NULL"),
            postgresql_where=sa.text("deputy_of IS NOT NULL"),
        )
        batch_op.create_foreign_key("fk_roles_ended_by_people", "people", ["ended_by"], ["id"])
        batch_op.create_foreign_key("fk_roles_ended_for_people", "people", ["ended_for"], ["id"])
        batch_op.create_foreign_key(
            "fk_roles_granted_for_people", "people", ["granted_for"], ["id"]
        )
        batch_op.create_foreign_key("fk_roles_deputy_of_roles", "roles", ["deputy_of"], ["id"])


def downgrade() -> None:
    # The version before would know no end of them: deputies end now.
    op.execute("UPDATE roles SET state = 'ended' WHERE deputy_of IS NOT NULL")
    op.execute("DELETE FROM due WHERE job = 'people.role_term'")
    with op.batch_alter_table("roles", schema=None) as batch_op:
        batch_op.drop_constraint("fk_roles_deputy_of_roles", type_="foreignkey")
        batch_op.drop_constraint("fk_roles_granted_for_people", type_="foreignkey")
        batch_op.drop_constraint("fk_roles_ended_for_people", type_="foreignkey")
        batch_op.drop_constraint("fk_roles_ended_by_people", type_="foreignkey")
        batch_op.drop_index(
            "ix_roles_deputy_of",
            sqlite_where=sa.text("deputy_of IS NOT NULL"),
            postgresql_where=sa.text("deputy_of IS NOT NULL"),
        )
        batch_op.drop_column("ended_for")
        batch_op.drop_column("ended_by")
        batch_op.drop_column("deputy_of")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("starts_at")
        batch_op.drop_column("granted_for")
    op.drop_table("role_terms")
