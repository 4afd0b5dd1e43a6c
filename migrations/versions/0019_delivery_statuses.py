"""What a channel tells of messages after they were sent.

On the way back, what was delivered or read was sent, and what was refused later has failed; counts
that know the finer states are made anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "delivery_statuses",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False, comment="the channel's id of the message"),
        sa.Column(
            "outbox_id", ID, nullable=True, comment="empty: told before it was known whose it is"
        ),
        sa.Column("topic", sa.String(length=64), nullable=True, comment="that of its message"),
        sa.Column("state", sa.String(length=32), nullable=False, comment="the last that was told"),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="why it was refused, as the channel says"
        ),
        sa.Column(
            "closes",
            sa.Integer(),
            nullable=False,
            comment="1: for that reason its address is closed",
        ),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="when it was first heard of"),
        sa.PrimaryKeyConstraint("channel", "message", name="pk_delivery_statuses"),
        comment="of which messages a channel will tell more, and what it has told",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_delivery_statuses_at", "delivery_statuses", ["at"], unique=False)
    op.create_index(
        "ix_delivery_statuses_topic",
        "delivery_statuses",
        ["topic"],
        unique=False,
        sqlite_where=sa.text("topic IS NOT NULL AND state IN ('sent', 'delivered')"),
        postgresql_where=sa.text("topic IS NOT NULL AND state IN ('sent', 'delivered')"),
    )


def downgrade() -> None:
    op.execute("UPDATE outbox SET state = 'sent' WHERE state IN ('delivered', 'read')")
    op.execute("UPDATE outbox SET state = 'failed' WHERE state = 'refused'")
    op.execute(
        "UPDATE announcements SET figures = NULL WHERE figures LIKE '%\"delivered\"%'"
        " OR figures LIKE '%\"read\"%' OR figures LIKE '%\"refused\"%'"
    )
    op.drop_table("delivery_statuses")
