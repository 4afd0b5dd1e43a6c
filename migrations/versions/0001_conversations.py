"""People, their addresses, and what they are saying."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def where(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.Column(
            "gender",
            sa.String(length=8),
            nullable=False,
            comment="form of address: m, f or neutral",
        ),
        sa.Column("language", sa.String(length=8), nullable=False, comment="ar, en"),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("numerals", sa.String(length=4), nullable=False, comment="arab or latn"),
        sa.Column("calendar", sa.String(length=10), nullable=False, comment="gregorian or both"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_table(
        "updates",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column(
            "key", sa.String(length=64), nullable=False, comment="the channel's id of the update"
        ),
        sa.Column(
            "sender", sa.String(length=64), nullable=False, comment="order is kept for each sender"
        ),
        sa.Column("body", sa.Text(), nullable=False, comment="as it came, JSON"),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_updates"),
        sa.UniqueConstraint("channel", "key", name="uq_updates_channel_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_updates_waiting", "updates", ["id"], unique=False, **where("state = 'waiting'")
    )
    op.create_table(
        "addresses",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column(
            "external", sa.String(length=64), nullable=False, comment="the channel's id of the chat"
        ),
        sa.Column("reach", sa.String(length=32), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_addresses_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_addresses"),
        sa.UniqueConstraint("channel", "external", name="uq_addresses_channel_external"),
    )
    op.create_index("ix_addresses_person_id", "addresses", ["person_id"], unique=False)
    op.create_table(
        "audit_trail",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", ID, nullable=True, comment="empty: the bot itself"),
        sa.Column(
            "action",
            sa.String(length=48),
            nullable=False,
            comment="verb of the slice, e.g. teams.join",
        ),
        sa.Column("subject_id", ID, nullable=True, comment="id of the row it was done to"),
        sa.Column("details", sa.Text(), nullable=False, comment="no names and no texts of people"),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name="fk_audit_trail_actor_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_trail"),
    )
    op.create_index(
        "ix_audit_trail_action_subject", "audit_trail", ["action", "subject_id"], unique=False
    )
    op.create_table(
        "conversations",
        sa.Column("address_id", ID, autoincrement=False, nullable=False),
        sa.Column(
            "forms", sa.Text(), nullable=False, comment="half-filled forms, the current one last"
        ),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name="fk_conversations_address_id_addresses"
        ),
        sa.PrimaryKeyConstraint("address_id", name="pk_conversations"),
    )


def downgrade() -> None:
    op.drop_table("conversations")
    op.drop_table("audit_trail")
    op.drop_table("addresses")
    op.drop_table("updates")
    op.drop_table("people")
