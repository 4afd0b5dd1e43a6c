"""Which messages a file was hidden in, so that they can show it again as it is by then.

What was hidden before is not known any more: those messages stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("files", "anew", "1: messages in which it was hidden are to show it as it is by now"),
    ("file_copies", "hidden", "1: it was taken out"),
)


def upgrade() -> None:
    for table, column, comment in _COLUMNS:
        added = sa.Column(column, sa.Integer, nullable=False, server_default="0", comment=comment)
        op.add_column(table, added)
    op.drop_index("ix_file_copies_file_id", "file_copies")
    op.create_index("ix_file_copies_file_id", "file_copies", ["file_id", "hidden"])
    where = sa.text("anew = 1")
    op.create_index("ix_files_anew", "files", ["id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_files_anew", "files")
    op.drop_index("ix_file_copies_file_id", "file_copies")
    # A message in which it was hidden does not show it.
    op.execute("DELETE FROM file_copies WHERE hidden = 1")
    op.create_index("ix_file_copies_file_id", "file_copies", ["file_id"])
    op.drop_column("file_copies", "hidden")
    op.drop_column("files", "anew")
