"""What a person teaches and in which stages are sets, and so is what a circular, a role or an
invitation is narrowed to: one text with commas between. "Several stages" becomes all of them, since
nobody was asked which.

On the way back a person of several stages works in several again, and of several subjects the first
remains.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

SEVERAL = "all"
EVERY = "early,middle,primary,secondary"
# table, column, may be empty, comment before and after
COLUMNS = (
    ("announcements", "subject", True, "empty: every subject",
     "with commas between; empty: every subject"),
    ("announcements", "stage", True, "empty: every stage",
     "with commas between; empty: every stage"),
    ("headcounts", "subject", False, None, "all that these people teach"),
    ("headcounts", "stage", False, None, "all in which they work"),
    ("invitations", "subject", True, None, None),
    ("profiles", "subject", False, None, "one or several, with commas between"),
    ("profiles", "stage", False, None, "one or several, with commas between"),
    ("roles", "subject", True, "narrows the role to one subject",
     "narrows the role to these subjects"),
)  # fmt: skip
COUNT = """
INSERT INTO headcounts (role, unit_id, subject, stage, lane, people)
WITH RECURSIVE above(unit_id, place_id) AS (
    SELECT id, parent_id FROM units WHERE parent_id IS NOT NULL
    UNION ALL
    SELECT above.unit_id, units.parent_id FROM above JOIN units ON units.id = above.place_id
    WHERE units.parent_id IS NOT NULL
),
held(role, person_id) AS (
    SELECT '', person_id FROM profiles
    UNION
    SELECT role, person_id FROM roles WHERE state = 'active'
),
lanes(role, unit_id, subject, stage, lane, people) AS (
    SELECT held.role, profiles.unit_id, profiles.subject, profiles.stage,
        profiles.person_id % 16, count(*)
    FROM held JOIN profiles ON profiles.person_id = held.person_id
    GROUP BY 1, 2, 3, 4, 5
)
SELECT lanes.role, above.place_id, lanes.subject, lanes.stage,
    CASE WHEN units.parent_id IS NULL THEN lanes.lane ELSE 0 END,
    CAST(sum(lanes.people) AS INTEGER)
FROM lanes
JOIN above ON above.unit_id = lanes.unit_id
JOIN units ON units.id = above.place_id
GROUP BY 1, 2, 3, 4, 5
"""
FIRST = {
    "sqlite": "substr({0}, 1, instr({0}, ',') - 1)",
    "postgresql": "split_part({0}, ',', 1)",
}


def upgrade() -> None:
    _resize(16, 200, comments=(3, 4))
    for table in ("profiles", "headcounts"):
        op.execute(f"UPDATE {table} SET stage = '{EVERY}' WHERE stage = '{SEVERAL}'")  # noqa: S608


def downgrade() -> None:
    first = FIRST[op.get_bind().dialect.name]
    op.execute(f"UPDATE profiles SET stage = '{SEVERAL}' WHERE stage LIKE '%,%'")  # noqa: S608
    for table, column, *_ in COLUMNS:
        if table != "headcounts":
            one = first.format(column)
            op.execute(f"UPDATE {table} SET {column} = {one} WHERE {column} LIKE '%,%'")  # noqa: S608
    op.execute("DELETE FROM headcounts")
    op.execute(COUNT)
    _resize(200, 16, comments=(4, 3))


def _resize(before: int, after: int, comments: tuple[int, int]) -> None:
    """Of a table SQLite knows no other way than to copy it; PostgreSQL notes the length and, where
    it grows, reads no row."""
    if op.get_bind().dialect.name == "postgresql":
        for each in COLUMNS:
            table, column = each[:2]
            was, said = each[comments[0]], each[comments[1]]
            op.alter_column(
                table,
                column,
                existing_type=sa.String(length=before),
                type_=sa.String(length=after),
                comment=said,
                existing_comment=was,
            )
        return
    for table in dict.fromkeys(each[0] for each in COLUMNS):
        shape = {"sqlite_with_rowid": False} if table == "headcounts" else {}
        with op.batch_alter_table(table, table_kwargs=shape) as batch_op:
            for _, column, empty, *_ in (each for each in COLUMNS if each[0] == table):
                batch_op.alter_column(
                    column,
                    existing_type=sa.String(length=before),
                    type_=sa.String(length=after),
                    existing_nullable=empty,
                )
