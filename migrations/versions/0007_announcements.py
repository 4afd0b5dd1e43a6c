"""Announcements and who has read them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False, comment="the audience lies below"),
        sa.Column("subject", sa.String(length=16), nullable=True, comment="empty: every subject"),
        sa.Column("stage", sa.String(length=16), nullable=True, comment="empty: every stage"),
        sa.Column("role", sa.String(length=32), nullable=True, comment="empty: every role"),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "file", sa.Text(), nullable=True, comment="kind, ref and name of one attached file"
        ),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column(
            "bodies", sa.Text(), nullable=False, comment="voice → id of its body in the outbox"
        ),
        sa.Column("total", sa.Integer(), nullable=False, comment="recipients when it was sent"),
        sa.Column(
            "progress_parcel", ID, nullable=True, comment="the author's message that counts along"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "send_at", sa.BigInteger(), nullable=True, comment="when it is to be sent, or was"
        ),
        sa.Column(
            "queued_at",
            sa.BigInteger(),
            nullable=True,
            comment="when the last recipient was put into the outbox",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name="fk_announcements_author_id_people"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_announcements_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_announcements"),
    )
    op.create_index(
        "ix_announcements_author_id", "announcements", ["author_id", "id"], unique=False
    )
    op.create_table(
        "receipts",
        sa.Column("announcement_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True, comment="empty: not yet"),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name="fk_receipts_announcement_id_announcements",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_receipts_person_id_people"),
        sa.PrimaryKeyConstraint("announcement_id", "person_id", name="pk_receipts"),
    )
    op.create_index(
        "ix_receipts_person_id", "receipts", ["person_id", "announcement_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("receipts")
    op.drop_table("announcements")
