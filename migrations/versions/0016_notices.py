"""Notices are ids that become words when they are sent.

What lies in the outbox as finished text goes out as it is. On the way back, what a former version
has no words for ends as failed, where it is seen, and what was dropped counts as cancelled.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False, comment="its name, as slice.word"),
        sa.Column("version", sa.Integer(), nullable=False, comment="of what its kind keeps"),
        sa.Column(
            "params", sa.Text(), nullable=False, comment="ids, moments, numbers and codes; no words"
        ),
        sa.Column(
            "lasting",
            sa.Integer(),
            nullable=False,
            comment="1: its messages stay, with their topic",
        ),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        comment="what many are told, once; it becomes words when it is sent",
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_notices_passing",
        "notices",
        ["made_at"],
        unique=False,
        sqlite_where=sa.text("lasting = 0"),
        postgresql_where=sa.text("lasting = 0"),
    )
    op.add_column(
        "announcements",
        sa.Column("notice_id", ID, nullable=True, comment="what its recipients are sent"),
    )
    op.add_column(
        "outbox",
        sa.Column(
            "notice_id",
            ID,
            nullable=True,
            comment="drawn when it is sent; no key, it may be forgotten",
        ),
    )
    op.add_column(
        "outbox",
        sa.Column(
            "args",
            sa.Text(),
            nullable=True,
            comment="what the notice says to this reader alone; no words",
        ),
    )
    op.create_index(
        "ix_outbox_notice",
        "outbox",
        ["notice_id"],
        unique=False,
        sqlite_where=sa.text("topic IS NULL AND notice_id IS NOT NULL"),
        postgresql_where=sa.text("topic IS NULL AND notice_id IS NOT NULL"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "announcements",
            "bodies",
            comment="voice → its text, as former versions sent it",
            existing_comment="voice → id of its body in the outbox",
        )
        op.alter_column(
            "outbox",
            "screen",
            comment="a finished text; emptied when it is sent",
            existing_comment="its own text; empty for one that shares a body",
        )
        op.alter_column("outbox", "body_id", comment="as former versions shared a text")


def downgrade() -> None:
    op.execute(
        "UPDATE outbox SET state = 'failed', error = 'its words are those of a later version',"
        " not_before = NULL, finished_at = queued_at"
        " WHERE notice_id IS NOT NULL AND state IN ('queued', 'sending', 'unknown')"
    )
    op.execute("UPDATE outbox SET state = 'cancelled' WHERE state = 'dropped'")
    op.execute("UPDATE announcements SET figures = NULL WHERE figures LIKE '%\"dropped\"%'")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "outbox", "body_id", comment=None, existing_comment="as former versions shared a text"
        )
        op.alter_column(
            "outbox",
            "screen",
            comment="its own text; empty for one that shares a body",
            existing_comment="a finished text; emptied when it is sent",
        )
        op.alter_column(
            "announcements",
            "bodies",
            comment="voice → id of its body in the outbox",
            existing_comment="voice → its text, as former versions sent it",
        )
    op.drop_index(
        "ix_outbox_notice",
        table_name="outbox",
        sqlite_where=sa.text("topic IS NULL AND notice_id IS NOT NULL"),
        postgresql_where=sa.text("topic IS NULL AND notice_id IS NOT NULL"),
    )
    op.drop_column("outbox", "args")
    op.drop_column("outbox", "notice_id")
    op.drop_column("announcements", "notice_id")
    op.drop_table("notices")
