"""Messages on their way out, and due work."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def where(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "bodies",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("screen", sa.Text(), nullable=False),
        sa.Column(
            "file_refs",
            sa.Text(),
            nullable=False,
            comment="channel → its reference of the sent file",
        ),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bodies"),
    )
    op.create_table(
        "due",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("job", sa.String(length=48), nullable=False),
        sa.Column(
            "topic",
            sa.String(length=64),
            nullable=False,
            comment="what it is about, e.g. meeting:12",
        ),
        sa.Column(
            "slot",
            sa.String(length=32),
            nullable=False,
            comment="which of the topic's times, e.g. 1h",
        ),
        sa.Column("anchor_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "offset_seconds", sa.BigInteger(), nullable=False, comment="how long before the anchor"
        ),
        sa.Column(
            "due_at",
            sa.BigInteger(),
            nullable=False,
            comment="later than planned after a failed attempt",
        ),
        sa.Column(
            "expires_at", sa.BigInteger(), nullable=True, comment="not to be done at or after this"
        ),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_due"),
        sa.UniqueConstraint("topic", "slot", name="uq_due_topic_slot"),
    )
    op.create_index("ix_due_waiting", "due", ["due_at"], unique=False, **where("state = 'waiting'"))
    op.create_table(
        "outbox",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column(
            "address_id", ID, nullable=True, comment="empty: the person had no reachable address"
        ),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column(
            "screen",
            sa.Text(),
            nullable=True,
            comment="its own text; empty for one that shares a body",
        ),
        sa.Column("body_id", ID, nullable=True),
        sa.Column(
            "edit_message",
            sa.Text(),
            nullable=True,
            comment="the channel's id of the message to change",
        ),
        sa.Column(
            "edit_parcel", ID, nullable=True, comment="change the message that this parcel sent"
        ),
        sa.Column(
            "topic",
            sa.String(length=64),
            nullable=True,
            comment="what it is about, to count, cancel or resend together",
        ),
        sa.Column(
            "not_before",
            sa.BigInteger(),
            nullable=True,
            comment="not to be sent before; emptied when the time has come",
        ),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "message", sa.Text(), nullable=True, comment="the channel's id of the sent message"
        ),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column(
            "lease_until",
            sa.BigInteger(),
            nullable=True,
            comment="another process may take it over after this",
        ),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["addresses.id"],
            name="fk_outbox_address_id_addresses",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name="fk_outbox_body_id_bodies"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_outbox_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_address", "outbox", ["address_id"], unique=False, **where("state = 'queued'")
    )
    op.create_index(
        "ix_outbox_claimable",
        "outbox",
        ["urgency", "id"],
        unique=False,
        **where("state = 'queued' AND not_before IS NULL"),
    )
    op.create_index(
        "ix_outbox_edits",
        "outbox",
        ["edit_parcel"],
        unique=False,
        **where("edit_parcel IS NOT NULL AND state = 'queued'"),
    )
    op.create_index(
        "ix_outbox_later",
        "outbox",
        ["not_before"],
        unique=False,
        **where("state = 'queued' AND not_before IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_passing",
        "outbox",
        ["finished_at"],
        unique=False,
        **where("topic IS NULL AND finished_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_sending", "outbox", ["lease_until"], unique=False, **where("state = 'sending'")
    )
    op.create_index(
        "ix_outbox_topic",
        "outbox",
        ["topic", "kind", "state"],
        unique=False,
        **where("topic IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("outbox")
    op.drop_table("due")
    op.drop_table("bodies")
