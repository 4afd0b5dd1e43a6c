"""Where practices are found, how many people a unit holds and how many read an announcement, kept
beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

PLACES = """
INSERT INTO practice_places (practice_id, unit_id, circle, subject, shared_at)
WITH RECURSIVE above(unit_id, place_id) AS (
    SELECT id, id FROM units
    UNION ALL
    SELECT above.unit_id, units.parent_id FROM above JOIN units ON units.id = above.place_id
    WHERE units.parent_id IS NOT NULL
)
SELECT practices.id AS practice_id, above.place_id AS unit_id,
    CASE WHEN practices.team_id IS NULL THEN units.gender ELSE 'team' END AS circle,
    practices.subject, practices.shared_at
FROM practices
JOIN units ON units.id = practices.unit_id
JOIN above ON above.unit_id = practices.unit_id
WHERE practices.state = 'shared'
"""

HEADCOUNTS = """
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
SELECT lanes.role, above.place_id AS unit_id, lanes.subject, lanes.stage,
    CASE WHEN units.parent_id IS NULL THEN lanes.lane ELSE 0 END AS lane,
    CAST(sum(lanes.people) AS INTEGER) AS people
FROM lanes
JOIN above ON above.unit_id = lanes.unit_id
JOIN units ON units.id = above.place_id
GROUP BY 1, 2, 3, 4, 5
"""

READERS = """
INSERT INTO reading_counts (announcement_id, lane, readers)
SELECT announcement_id, person_id % 16, count(*) FROM receipts
WHERE acknowledged_at IS NOT NULL GROUP BY 1, 2
"""


def upgrade() -> None:
    op.create_table(
        "practice_places",
        sa.Column("practice_id", ID, autoincrement=False, nullable=False),
        sa.Column("unit_id", ID, autoincrement=False, nullable=False),
        sa.Column("circle", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("shared_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name="fk_practice_places_practice_id_practices"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_practice_places_unit_id_units"),
        sa.PrimaryKeyConstraint("practice_id", "unit_id", name="pk_practice_places"),
        comment="each shared practice at its unit and at every unit above it: see places.py",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "headcounts",
        sa.Column("unit_id", ID, autoincrement=False, nullable=False),
        sa.Column(
            "role",
            sa.String(length=32),
            nullable=False,
            comment="held anywhere; empty: any or none",
        ),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column(
            "lane",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="spreads a root's writers",
        ),
        sa.Column(
            "people", sa.Integer(), nullable=False, comment="who work below the unit, not at it"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_headcounts_unit_id_units"),
        sa.PrimaryKeyConstraint(
            "unit_id", "role", "subject", "stage", "lane", name="pk_headcounts"
        ),
        comment="kept along with profiles and roles: see headcounts.py",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reading_counts",
        sa.Column("announcement_id", ID, autoincrement=False, nullable=False),
        sa.Column(
            "lane",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="reader's id modulo 16",
        ),
        sa.Column(
            "readers", sa.Integer(), nullable=False, comment="receipts that are acknowledged"
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name="fk_reading_counts_announcement_id_announcements",
        ),
        sa.PrimaryKeyConstraint("announcement_id", "lane", name="pk_reading_counts"),
        comment="a thousand people press in one minute: neither counted anew nor one row for all",
        sqlite_with_rowid=False,
    )
    op.add_column(
        "announcements",
        sa.Column(
            "figures",
            sa.Text(),
            nullable=True,
            comment="messages by state, once all are in a final one",
        ),
    )
    op.create_index(
        "ix_receipts_silent",
        "receipts",
        ["announcement_id", "person_id"],
        unique=False,
        sqlite_where=sa.text("acknowledged_at IS NULL"),
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )
    op.execute(sa.text(READERS))
    op.execute(sa.text(PLACES))
    op.execute(sa.text(HEADCOUNTS))
    # Filling first and indexing afterwards is the faster way round.
    op.create_index(
        "ix_practice_places_circle",
        "practice_places",
        ["unit_id", "circle", "shared_at", "practice_id"],
        unique=False,
    )
    op.create_index(
        "ix_practice_places_subject",
        "practice_places",
        ["unit_id", "circle", "subject", "shared_at", "practice_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_receipts_silent", "receipts")
    op.drop_column("announcements", "figures")
    op.drop_table("reading_counts")
    op.drop_table("headcounts")
    op.drop_table("practice_places")
