"""All messages that do not show a file as it is are brought in line with it, piece by piece."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_COMMENTS = (
    (
        "files",
        "anew",
        "which messages are to be brought in line with what it is by now",
        "1: messages in which it was hidden are to show it as it is by now",
    ),
    ("file_copies", "hidden", "1: it does not show it as it is", "1: it was taken out"),
)


def upgrade() -> None:
    _index_where("anew > 0")
    for table, column, comment, former in _COMMENTS:
        _comment(table, column, comment, former)


def downgrade() -> None:
    # What was begun is shown anew as a whole; what is erased goes with the messages that show it.
    op.execute("DELETE FROM file_copies WHERE file_id IN (SELECT id FROM files WHERE purpose = '')")
    op.execute(
        "UPDATE announcements SET file_id = NULL WHERE file_id IN"
        " (SELECT id FROM files WHERE purpose = '')"
    )
    op.execute("DELETE FROM files WHERE purpose = ''")
    op.execute(
        "UPDATE file_copies SET hidden = 1 WHERE file_id IN (SELECT id FROM files WHERE anew = 2)"
    )
    op.execute("UPDATE files SET anew = CASE WHEN anew > 2 THEN 0 ELSE 1 END WHERE anew > 0")
    _index_where("anew = 1")
    for table, column, comment, former in _COMMENTS:
        _comment(table, column, former, comment)


def _index_where(condition: str) -> None:
    where = sa.text(condition)
    op.drop_index("ix_files_anew", "files")
    op.create_index("ix_files_anew", "files", ["id"], sqlite_where=where, postgresql_where=where)


def _comment(table: str, column: str, comment: str, former: str) -> None:
    # SQLite keeps no comments.
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            table, column, comment=comment, existing_comment=former, existing_type=sa.Integer()
        )
