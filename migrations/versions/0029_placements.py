"""Who belongs to which unit stands in rows of its own; whoever belongs nowhere has no unit.

Everybody stays where they are, and nobody has confirmed it yet. On the way back whoever waits, is
suspended or was removed works again where they last asked or belonged, as was so before anybody was
let in; the roles that were idle have ended.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLACE = "where they belong in the first place, as their placements say; empty: nowhere"


def upgrade() -> None:
    op.create_table(
        "placements",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("standing", sa.String(length=32), nullable=False),
        sa.Column("main", sa.Integer(), nullable=False, comment="1: the unit of their profile"),
        sa.Column("came_by", sa.String(length=32), nullable=False),
        sa.Column("came_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "since", sa.BigInteger(), nullable=False, comment="when they came to stand as they do"
        ),
        sa.Column("until", sa.BigInteger(), nullable=True, comment="when that ends by itself"),
        sa.Column("confirmed_by", ID, nullable=True, comment="who let them in or confirmed them"),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", ID, nullable=True, comment="who suspended, declined or removed"),
        sa.Column("reason", sa.String(length=500), nullable=False, comment="why they did"),
        sa.Column(
            "lies_with",
            sa.String(length=32),
            nullable=True,
            comment="who is to answer, while it waits",
        ),
        sa.Column("lies_since", sa.BigInteger(), nullable=True),
        sa.Column(
            "told_at",
            sa.BigInteger(),
            nullable=True,
            comment="when those who answer were told last",
        ),
        sa.Column(
            "voucher_name",
            sa.String(length=60),
            nullable=False,
            comment="whom they named as knowing them",
        ),
        sa.Column("voucher_id", ID, nullable=True, comment="the colleague of that name"),
        sa.Column("vouched_at", sa.BigInteger(), nullable=True, comment="when that one said yes"),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["people.id"], name="fk_placements_confirmed_by_people"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name="fk_placements_decided_by_people"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_placements_person_id_people"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_placements_unit_id_units"),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["people.id"], name="fk_placements_voucher_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_placements"),
        comment="who belongs to which unit, and how they came there",
    )
    # Before its indexes, which are built faster over what is there.
    op.execute(
        "INSERT INTO placements (person_id, unit_id, standing, main, came_by, came_at, since,"
        " reason, voucher_name)"
        " SELECT f.person_id, f.unit_id, 'unconfirmed', 1, 'upgrade',"
        " COALESCE(p.registered_at, f.changed_at), COALESCE(p.registered_at, f.changed_at), '', ''"
        " FROM profiles f JOIN people p ON p.id = f.person_id ORDER BY f.person_id"
    )
    op.create_index("ix_placements_person_id", "placements", ["person_id"], unique=False)
    op.create_index(
        "ix_placements_unit_id_standing", "placements", ["unit_id", "standing"], unique=False
    )
    op.create_index(
        "uq_placements_main",
        "placements",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("main = 1"),
        postgresql_where=sa.text("main = 1"),
    )
    op.create_index(
        "uq_placements_standing",
        "placements",
        ["person_id", "unit_id"],
        unique=True,
        sqlite_where=sa.text("standing IN ('waiting', 'unconfirmed', 'member', 'suspended')"),
        postgresql_where=sa.text("standing IN ('waiting', 'unconfirmed', 'member', 'suspended')"),
    )
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.alter_column("unit_id", existing_type=ID, nullable=True)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "profiles",
            "unit_id",
            comment=PLACE,
            existing_comment="where they work",
        )


def downgrade() -> None:
    op.execute(
        "UPDATE profiles SET unit_id = (SELECT p.unit_id FROM placements p"
        " WHERE p.person_id = profiles.person_id ORDER BY p.id DESC LIMIT 1) WHERE unit_id IS NULL"
    )
    op.execute("UPDATE people SET state = 'member' WHERE state = 'waiting'")
    op.execute("UPDATE roles SET state = 'ended', ended_at = granted_at WHERE state = 'suspended'")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "profiles",
            "unit_id",
            comment="where they work",
            existing_comment=PLACE,
        )
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.alter_column("unit_id", existing_type=ID, nullable=False)
    op.drop_table("placements")
