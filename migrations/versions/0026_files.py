"""Files of our own: the bytes that people send by their hash, instead of a channel's references.

What former versions kept by a reference stays as it is until it is fetched. On the way back what is
still known by a reference is shown by it; other files cannot be shown: their words and names stay,
and they go.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "blobs",
        sa.Column(
            "sha256",
            sa.String(length=64),
            nullable=False,
            comment="the name of its file in the folder",
        ),
        sa.Column("size", ID, nullable=False, comment="bytes"),
        sa.Column("mime", sa.String(length=100), nullable=False, comment="by its content"),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "idle_since", sa.BigInteger(), nullable=True, comment="since when no file refers to it"
        ),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
        comment="bytes that we hold, of nobody in particular",
    )
    op.create_index(
        "ix_blobs_idle",
        "blobs",
        ["idle_since"],
        unique=False,
        sqlite_where=sa.text("idle_since IS NOT NULL"),
        postgresql_where=sa.text("idle_since IS NOT NULL"),
    )
    op.create_table(
        "file_folder",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="1"),
        sa.Column(
            "mark", sa.String(length=64), nullable=False, comment="stands in the folder as well"
        ),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_file_folder"),
        comment="by what a process sees that its folder is that of this database",
    )
    op.create_table(
        "file_references",
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False, comment="as what it was uploaded"),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False, comment="of ours there"),
        sa.Column(
            "reference",
            sa.Text(),
            nullable=True,
            comment="what our own upload was called; empty: under way",
        ),
        sa.Column(
            "worker",
            sa.String(length=64),
            nullable=False,
            comment="the process that uploads it, or did",
        ),
        sa.Column(
            "lease_until",
            sa.BigInteger(),
            nullable=False,
            comment="another may upload it after this",
        ),
        sa.ForeignKeyConstraint(["blob"], ["blobs.sha256"], name="fk_file_references_blob_blobs"),
        sa.PrimaryKeyConstraint("blob", "kind", "channel", "account", name="pk_file_references"),
        comment="what a channel calls bytes that we uploaded there; any row may be dropped",
    )
    op.create_table(
        "files",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column(
            "purpose", sa.String(length=32), nullable=False, comment="what it is sent for: one use"
        ),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column(
            "name", sa.String(length=100), nullable=False, comment="as its owner named it; no path"
        ),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("size", ID, nullable=False, comment="bytes, as told until it is kept"),
        sa.Column("consent", sa.String(length=32), nullable=False),
        sa.Column(
            "consented_at", sa.BigInteger(), nullable=True, comment="when its owner answered"
        ),
        sa.Column(
            "asked_at",
            sa.BigInteger(),
            nullable=True,
            comment="when the owner of an old one was asked",
        ),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column(
            "reason", sa.String(length=32), nullable=True, comment="a code: why it was not taken"
        ),
        sa.Column("blob", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False, comment="by which it came"),
        sa.Column(
            "account",
            sa.String(length=64),
            nullable=False,
            comment="of ours there, as which it came to us",
        ),
        sa.Column(
            "reference", sa.Text(), nullable=False, comment="the channel's; emptied when it is kept"
        ),
        sa.Column(
            "message",
            sa.Text(),
            nullable=False,
            comment="the channel's id of the message it came with",
        ),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "used_at", sa.BigInteger(), nullable=True, comment="empty: in a half-filled form"
        ),
        sa.Column(
            "due_at",
            sa.BigInteger(),
            nullable=False,
            comment="when it is to be fetched at the earliest",
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column(
            "lease_until",
            sa.BigInteger(),
            nullable=True,
            comment="another process may fetch it after this",
        ),
        sa.ForeignKeyConstraint(["blob"], ["blobs.sha256"], name="fk_files_blob_blobs"),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_files_owner_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
        comment="one person's file for one use",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_files_blob", "files", ["blob"], unique=False)
    op.create_index(
        "ix_files_in_hand",
        "files",
        ["made_at"],
        unique=False,
        sqlite_where=sa.text("used_at IS NULL"),
        postgresql_where=sa.text("used_at IS NULL"),
    )
    op.create_index("ix_files_owner_id", "files", ["owner_id"], unique=False)
    op.create_index(
        "ix_files_unanswered",
        "files",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("consent = 'not_asked'"),
        postgresql_where=sa.text("consent = 'not_asked'"),
    )
    op.create_index(
        "ix_files_wanted",
        "files",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'wanted'"),
        postgresql_where=sa.text("state = 'wanted'"),
    )
    op.create_table(
        "file_copies",
        sa.Column("address_id", ID, autoincrement=False, nullable=False),
        sa.Column("message", sa.Text(), nullable=False, comment="the channel's id of the message"),
        sa.Column("file_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name="fk_file_copies_address_id_addresses"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name="fk_file_copies_file_id_files", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("address_id", "message", name="pk_file_copies"),
        comment="messages of ours that show a file, so that it can be taken out of them",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_file_copies_file_id", "file_copies", ["file_id"], unique=False)
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("file_id", ID, nullable=True, comment="the file itself"))
        batch_op.create_index("ix_announcements_file_id", ["file_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_announcements_file_id_files", "files", ["file_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("practice_evidence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("file_id", ID, nullable=True, comment="the file itself"))
        batch_op.create_index("ix_practice_evidence_file_id", ["file_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_practice_evidence_file_id_files", "files", ["file_id"], ["id"], ondelete="SET NULL"
        )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "announcements",
            "file",
            comment="kind, name and words of one attached file; of old ones the ref",
            existing_comment="kind, ref and name of one attached file",
        )
        op.alter_column(
            "practice_evidence",
            "ref",
            comment="the channel's reference, as former versions kept",
            existing_comment="the channel's reference of the file",
        )


def downgrade() -> None:
    _write_out_attachments()
    op.execute(
        "UPDATE practice_evidence SET kind = 'text' WHERE kind <> 'text' AND ref = ''"
        " AND text <> ''"
    )
    op.execute("DELETE FROM practice_evidence WHERE kind <> 'text' AND ref = ''")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "practice_evidence",
            "ref",
            comment="the channel's reference of the file",
            existing_comment="the channel's reference, as former versions kept",
        )
        op.alter_column(
            "announcements",
            "file",
            comment="kind, ref and name of one attached file",
            existing_comment="kind, name and words of one attached file; of old ones the ref",
        )
    with op.batch_alter_table("practice_evidence", schema=None) as batch_op:
        batch_op.drop_constraint("fk_practice_evidence_file_id_files", type_="foreignkey")
        batch_op.drop_index("ix_practice_evidence_file_id")
        batch_op.drop_column("file_id")
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.drop_constraint("fk_announcements_file_id_files", type_="foreignkey")
        batch_op.drop_index("ix_announcements_file_id")
        batch_op.drop_column("file_id")
    op.drop_table("file_copies")
    op.drop_table("files")
    op.drop_table("file_references")
    op.drop_table("file_folder")
    op.drop_table("blobs")


def _write_out_attachments() -> None:
    """Of an announcement whose file is known by no reference, its words and its name stay in the
    text."""
    connection, last = op.get_bind(), 0
    read = sa.text(
        "SELECT id, text, file FROM announcements WHERE id > :last AND file IS NOT NULL"
        " AND file_id IS NOT NULL ORDER BY id LIMIT 500"
    )
    write = sa.text("UPDATE announcements SET text = :text, file = NULL WHERE id = :id")
    while rows := connection.execute(read, {"last": last}).all():
        last = rows[-1].id
        for row in rows:
            file = json.loads(row.file) if isinstance(row.file, str) else row.file
            if not file.get("ref"):
                said = (row.text, file.get("text"), file.get("name"))
                text = "\n\n".join(part for part in said if part)
                connection.execute(write, {"text": text, "id": row.id})
