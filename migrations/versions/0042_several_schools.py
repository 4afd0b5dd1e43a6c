"""Somebody of several schools counts in each of them, and once in every sum above; a request may
leave nothing, or be a transfer.

Whoever belongs to several units already is counted anew, up and down: they are few.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FURTHER = "main = 0 AND standing IN ('unconfirmed', 'member')"
BELONGS = "standing IN ('unconfirmed', 'member')"
# The sums in which those of several units stand after this, and before it: who is above any of
# them and belongs to none of them; and who is above the main one.
ABOVE_ANY = """
    SELECT belong.person_id, above.place_id FROM belong JOIN above ON above.unit_id = belong.unit_id
    EXCEPT SELECT person_id, unit_id FROM belong
"""
ABOVE_MAIN = """
    SELECT profiles.person_id, above.place_id FROM profiles
    JOIN above ON above.unit_id = profiles.unit_id
    WHERE profiles.person_id IN (SELECT person_id FROM belong)
"""
RECOUNT = f"""
INSERT INTO headcounts (role, unit_id, subject, stage, lane, people)
WITH RECURSIVE above(unit_id, place_id) AS (
    SELECT id, parent_id FROM units WHERE parent_id IS NOT NULL
    UNION ALL
    SELECT above.unit_id, units.parent_id FROM above JOIN units ON units.id = above.place_id
    WHERE units.parent_id IS NOT NULL
),
belong(person_id, unit_id) AS (
    SELECT person_id, unit_id FROM placements WHERE {BELONGS} AND person_id IN
        (SELECT person_id FROM placements WHERE {BELONGS} GROUP BY person_id HAVING count(*) > 1)
),
held(role, person_id) AS (
    SELECT '', person_id FROM profiles
    UNION
    SELECT role, person_id FROM roles WHERE state = 'active'
),
added(person_id, place_id) AS ({{added}}),
taken(person_id, place_id) AS ({{taken}}),
changes(person_id, place_id, people) AS (
    SELECT person_id, place_id, 1 FROM added
    UNION ALL
    SELECT person_id, place_id, -1 FROM taken
)
SELECT held.role, changes.place_id, profiles.subject, profiles.stage,
    CASE WHEN units.parent_id IS NULL THEN profiles.person_id % 16 ELSE 0 END AS shard,
    CAST(sum(changes.people) AS INTEGER)
FROM changes
JOIN held ON held.person_id = changes.person_id
JOIN profiles ON profiles.person_id = changes.person_id
JOIN units ON units.id = changes.place_id
WHERE 1 = 1
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (role, unit_id, subject, stage, lane)
    DO UPDATE SET people = headcounts.people + excluded.people
"""  # noqa: S608


def upgrade() -> None:
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "besides",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="1: asked for without leaving anything",
            )
        )
        batch_op.add_column(
            sa.Column("replaces_id", ID, nullable=True, comment="of a transfer: which then ends")
        )
        batch_op.add_column(
            sa.Column("asked_by", ID, nullable=True, comment="of a transfer: who moves them")
        )
        batch_op.create_index(
            "ix_placements_further",
            ["unit_id", "person_id"],
            unique=False,
            sqlite_where=sa.text(FURTHER),
            postgresql_where=sa.text(FURTHER),
        )
        batch_op.create_index(
            "ix_placements_further_by",
            ["person_id", "unit_id"],
            unique=False,
            sqlite_where=sa.text(FURTHER),
            postgresql_where=sa.text(FURTHER),
        )
        batch_op.create_foreign_key("fk_placements_asked_by_people", "people", ["asked_by"], ["id"])
        batch_op.create_foreign_key(
            "fk_placements_replaces_id_placements", "placements", ["replaces_id"], ["id"]
        )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "headcounts",
            "people",
            comment="who belong below the unit, not to it",
            existing_comment="who work below the unit, not at it",
        )
        op.create_table_comment(
            "headcounts",
            "kept along with profiles, placements and roles: see headcounts.py",
            existing_comment="kept along with profiles and roles: see headcounts.py",
        )
    op.execute(RECOUNT.format(added=ABOVE_ANY, taken=ABOVE_MAIN))


def downgrade() -> None:
    op.execute(RECOUNT.format(added=ABOVE_MAIN, taken=ABOVE_ANY))
    op.execute("UPDATE placements SET came_by = 'list' WHERE came_by = 'transfer'")
    if op.get_bind().dialect.name == "postgresql":
        op.create_table_comment(
            "headcounts",
            "kept along with profiles and roles: see headcounts.py",
            existing_comment="kept along with profiles, placements and roles: see headcounts.py",
        )
        op.alter_column(
            "headcounts",
            "people",
            comment="who work below the unit, not at it",
            existing_comment="who belong below the unit, not to it",
        )
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.drop_constraint("fk_placements_replaces_id_placements", type_="foreignkey")
        batch_op.drop_constraint("fk_placements_asked_by_people", type_="foreignkey")
        batch_op.drop_index("ix_placements_further_by")
        batch_op.drop_index("ix_placements_further")
        batch_op.drop_column("asked_by")
        batch_op.drop_column("replaces_id")
        batch_op.drop_column("besides")
