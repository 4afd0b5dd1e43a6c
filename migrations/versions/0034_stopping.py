"""An announcement knows whether it asks to be confirmed, from which unit it is spoken, and who
stopped it or let it go on.

On the way back one that went on after a stop is as any other that is being sent.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "asks",
                sa.Integer(),
                server_default="1",
                nullable=False,
                comment="1: its readers are asked to say that they have read it",
            )
        )
        batch_op.add_column(
            sa.Column(
                "from_unit_id", ID, nullable=True, comment="where its author holds their role"
            )
        )
        batch_op.add_column(
            sa.Column(
                "stopped", sa.String(length=32), nullable=True, comment="why, of what was stopped"
            )
        )
        batch_op.add_column(sa.Column("stopped_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("stopped_by", ID, nullable=True, comment="empty: nobody, its right had ended")
        )
        batch_op.add_column(
            sa.Column(
                "let_on_by", ID, nullable=True, comment="by whose right it goes since it went on"
            )
        )
        batch_op.add_column(
            sa.Column(
                "rounds",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="how often it was let go on after a stop",
            )
        )
        batch_op.create_index("ix_announcements_from_unit_id", ["from_unit_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_announcements_stopped_by_people", "people", ["stopped_by"], ["id"]
        )
        batch_op.create_foreign_key(
            "fk_announcements_let_on_by_people", "people", ["let_on_by"], ["id"]
        )
        batch_op.create_foreign_key(
            "fk_announcements_from_unit_id_units", "units", ["from_unit_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.drop_constraint("fk_announcements_from_unit_id_units", type_="foreignkey")
        batch_op.drop_constraint("fk_announcements_let_on_by_people", type_="foreignkey")
        batch_op.drop_constraint("fk_announcements_stopped_by_people", type_="foreignkey")
        batch_op.drop_index("ix_announcements_from_unit_id")
        batch_op.drop_column("rounds")
        batch_op.drop_column("let_on_by")
        batch_op.drop_column("stopped_by")
        batch_op.drop_column("stopped_at")
        batch_op.drop_column("stopped")
        batch_op.drop_column("from_unit_id")
        batch_op.drop_column("asks")
