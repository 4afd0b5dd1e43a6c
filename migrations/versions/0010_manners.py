"""Good manners: quiet hours, the days of units, and which reminders have been given."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "manners",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column(
            "quiet_from",
            sa.Integer(),
            nullable=True,
            comment="minutes after local midnight; empty: no quiet hours",
        ),
        sa.Column(
            "quiet_until", sa.Integer(), nullable=True, comment="minutes after local midnight"
        ),
        sa.Column("pause", sa.String(length=32), nullable=False),
        sa.Column(
            "card_at",
            sa.Integer(),
            nullable=True,
            comment="minutes after local midnight; empty: no morning card",
        ),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_manners_person_id_people"),
        sa.PrimaryKeyConstraint("person_id", name="pk_manners"),
        comment="a row for each person who wants it otherwise than usual",
    )
    op.create_table(
        "calendar_days",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False, comment="and everything below it"),
        sa.Column(
            "first_day",
            sa.String(length=10),
            nullable=False,
            comment="as 2026-11-22, local to each reader",
        ),
        sa.Column(
            "last_day",
            sa.String(length=10),
            nullable=False,
            comment="the last one that belongs to it",
        ),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column(
            "uid",
            sa.String(length=200),
            nullable=False,
            comment="of the iCalendar entry, or made by us",
        ),
        sa.Column("created_by", ID, nullable=True, comment="empty: by the command line"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name="fk_calendar_days_created_by_people"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_calendar_days_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_days"),
        sa.UniqueConstraint("unit_id", "uid", name="uq_calendar_days_unit_id_uid"),
    )
    op.create_index(
        "ix_calendar_days_unit_id_last_day", "calendar_days", ["unit_id", "last_day"], unique=False
    )
    op.create_table(
        "meeting_reminders",
        sa.Column("meeting_id", ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("slot", sa.String(length=8), nullable=False, comment="which one: 1d, 1h, 10m"),
        sa.Column(
            "round", sa.Integer(), nullable=False, comment="moved_count of the time it was about"
        ),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "manner", sa.String(length=32), nullable=False, comment="on time, or moved, and how"
        ),
        sa.Column(
            "cause", sa.String(length=32), nullable=True, comment="what it had to make way for"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name="fk_meeting_reminders_meeting_id_meetings"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_meeting_reminders_person_id_people"
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", "slot", name="pk_meeting_reminders"),
        comment="the reminders that each person has been given, so that none comes twice",
    )


def downgrade() -> None:
    op.drop_table("meeting_reminders")
    op.drop_table("calendar_days")
    op.drop_table("manners")
