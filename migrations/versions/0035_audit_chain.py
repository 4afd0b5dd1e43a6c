"""The audit trail is chained, and says where something was done; who looked at whose data is
noted. Entries that are there already are sealed piece by piece, by the bot."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTIAL = {
    "uq_audit_trail_seq": (["seq"], "seq IS NOT NULL"),
    "ix_audit_trail_unsealed": (["id"], "seq IS NULL"),
    "ix_audit_trail_salted": (["at"], "salt IS NOT NULL"),
}
PLAIN = {
    "ix_audit_trail_actor": ["actor_id", "id"],
    "ix_audit_trail_unit": ["unit_id", "id"],
}


def upgrade() -> None:
    for column in (
        sa.Column("unit_id", ID, nullable=True, comment="where it was done; its head reads of it"),
        sa.Column(
            "seq",
            sa.BigInteger(),
            nullable=True,
            comment="place in the chain; empty: not sealed yet",
        ),
        sa.Column(
            "salt",
            sa.String(length=32),
            nullable=True,
            comment="of the digest; empty: the details are erased",
        ),
        sa.Column("digest", sa.String(length=64), nullable=True, comment="of salt and details"),
        sa.Column(
            "link",
            sa.String(length=64),
            nullable=True,
            comment="digest of the row, its digest and the link before",
        ),
    ):
        op.add_column("audit_trail", column)
    for name, (columns, condition) in PARTIAL.items():
        op.create_index(
            name,
            "audit_trail",
            columns,
            unique=name.startswith("uq"),
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
    for name, columns in PLAIN.items():
        op.create_index(name, "audit_trail", columns, unique=False)
    op.create_table(
        "person_views",
        sa.Column("person_id", ID, nullable=False, comment="whose data it was"),
        sa.Column("viewer_id", ID, nullable=False, comment="who saw it by a role above"),
        sa.Column(
            "day",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="days since 1970",
        ),
        sa.Column(
            "what",
            sa.Integer(),
            nullable=False,
            comment="1: in a list, 2: their page, 3: exported",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_person_views_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["people.id"], name="fk_person_views_viewer_id_people"
        ),
        sa.PrimaryKeyConstraint("person_id", "viewer_id", "day", name="pk_person_views"),
        comment="one row a viewer, person and day",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_person_views_day", "person_views", ["day"], unique=False)
    op.create_index("ix_person_views_viewer_id", "person_views", ["viewer_id"], unique=False)


def downgrade() -> None:
    op.drop_table("person_views")
    for name in (*PARTIAL, *PLAIN):
        op.drop_index(name, table_name="audit_trail")
    for name in ("link", "digest", "salt", "seq", "unit_id"):
        op.drop_column("audit_trail", name)
