"""Meetings and who comes."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False, comment="list of texts, in order"),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=150), nullable=False),
        sa.Column(
            "link",
            sa.String(length=500),
            nullable=False,
            comment="http or https; empty: only a place",
        ),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column(
            "moved_count", sa.Integer(), nullable=False, comment="an answer counts for one of these"
        ),
        sa.Column(
            "reason",
            sa.String(length=300),
            nullable=False,
            comment="of the last move or the cancellation",
        ),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name="fk_meetings_created_by_people"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_meetings_team_id_teams"),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
    )
    op.create_index("ix_meetings_team_id_ends_at", "meetings", ["team_id", "ends_at"], unique=False)
    op.create_index(
        "ix_meetings_team_id_starts_at", "meetings", ["team_id", "starts_at"], unique=False
    )
    op.create_table(
        "meeting_answers",
        sa.Column("meeting_id", ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column(
            "round",
            sa.Integer(),
            nullable=False,
            comment="moved_count of the time it was given for",
        ),
        sa.Column("reason", sa.String(length=300), nullable=False, comment="of an apology"),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name="fk_meeting_answers_meeting_id_meetings"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_meeting_answers_person_id_people"
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name="pk_meeting_answers"),
        comment="one row for each person and meeting; the last answer stands",
    )
    op.create_index("ix_meeting_answers_person_id", "meeting_answers", ["person_id"], unique=False)
    op.create_table(
        "meeting_invitations",
        sa.Column("meeting_id", ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("invited_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name="fk_meeting_invitations_meeting_id_meetings"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_meeting_invitations_person_id_people"
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name="pk_meeting_invitations"),
        comment="who has been told of a meeting, so that nobody is told twice",
    )


def downgrade() -> None:
    op.drop_table("meeting_invitations")
    op.drop_table("meeting_answers")
    op.drop_table("meetings")
