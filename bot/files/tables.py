"""What is kept of files: each person's, the bytes by their hash, and how channels name them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from bot.files.kinds import Consent, FileKind, FileState
from bot.storage.columns import (
    Enumerated,
    Identifier,
    Moment,
    id_column,
    metadata,
    partial_index,
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True, comment="the name of its file in the folder"),
    Column("size", Identifier, nullable=False, comment="bytes"),
    Column("mime", String(100), nullable=False, comment="by its content"),
    Column("made_at", Moment, nullable=False),
    Column("idle_since", Moment, comment="since when no file refers to it"),
    partial_index("ix_blobs_idle", "idle_since", where=text("idle_since IS NOT NULL")),
    comment="bytes that we hold, of nobody in particular",
)

_WANTED = text("state = 'wanted'")
_IN_HAND = text("used_at IS NULL")
_UNANSWERED = text("consent = 'not_asked'")

files = Table(
    "files",
    metadata,
    id_column(),
    Column("owner_id", ForeignKey("people.id"), nullable=False),
    Column("purpose", String(32), nullable=False, comment="what it is sent for: one use"),
    Column("kind", Enumerated(FileKind), nullable=False),
    Column("name", String(100), nullable=False, comment="as its owner named it; no path"),
    Column("mime", String(100), nullable=False),
    Column("size", Identifier, nullable=False, comment="bytes, as told until it is kept"),
    Column("consent", Enumerated(Consent), nullable=False),
    Column("part", String(16), comment="which part of a picture is kept; empty: all of it"),
    Column("consented_at", Moment, comment="when its owner answered"),
    Column("asked_at", Moment, comment="when the owner of an old one was asked"),
    Column("state", Enumerated(FileState), nullable=False),
    Column("reason", String(32), comment="a code: why it was not taken"),
    Column("blob", ForeignKey("blobs.sha256")),
    Column("channel", String(16), nullable=False, comment="by which it came"),
    Column("account", String(64), nullable=False, comment="of ours there, as which it came to us"),
    Column("reference", Text, nullable=False, comment="the channel's; emptied when it is kept"),
    Column("message", Text, nullable=False, comment="the channel's id of the message it came with"),
    Column("made_at", Moment, nullable=False),
    Column("used_at", Moment, comment="empty: in a half-filled form"),
    Column("due_at", Moment, nullable=False, comment="when it is to be fetched at the earliest"),
    Column("attempts", Integer, nullable=False),
    Column("claimed_by", String(64)),
    Column("lease_until", Moment, comment="another process may fetch it after this"),
    Column(
        "anew",
        Integer,
        nullable=False,
        server_default="0",
        comment="which messages are to be brought in line with what it is by now",
    ),
    Index("ix_files_owner_id", "owner_id"),
    Index("ix_files_blob", "blob"),
    partial_index("ix_files_wanted", "due_at", where=_WANTED),
    partial_index("ix_files_in_hand", "made_at", where=_IN_HAND),
    partial_index("ix_files_unanswered", "asked_at", where=_UNANSWERED),
    partial_index("ix_files_anew", "id", where=text("anew > 0")),
    comment="one person's file for one use",
    sqlite_autoincrement=True,  # half-filled forms and screens remember a file by its id
)  # fmt: skip

references = Table(
    "file_references",
    metadata,
    Column("blob", ForeignKey("blobs.sha256"), primary_key=True),
    Column("kind", Enumerated(FileKind), primary_key=True, comment="as what it was uploaded"),
    Column("channel", String(16), primary_key=True),
    Column("account", String(64), primary_key=True, comment="of ours there"),
    Column("reference", Text, comment="what our own upload was called; empty: under way"),
    Column("worker", String(64), nullable=False, comment="the process that uploads it, or did"),
    Column("lease_until", Moment, nullable=False, comment="another may upload it after this"),
    comment="what a channel calls bytes that we uploaded there; any row may be dropped",
)

copies = Table(
    "file_copies",
    metadata,
    Column("address_id", ForeignKey("addresses.id"), primary_key=True, autoincrement=False),
    Column("message", Text, primary_key=True, comment="the channel's id of the message"),
    Column("file_id", ForeignKey("files.id", ondelete="CASCADE"), nullable=False),
    Column(
        "hidden",
        Integer,
        nullable=False,
        server_default="0",
        comment="1: it does not show it as it is",
    ),
    Index("ix_file_copies_file_id", "file_id", "hidden"),
    comment="messages of ours that show a file, so that it can be taken out of them",
    sqlite_with_rowid=False,
)

folders = Table(
    "file_folder",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="1"),
    Column("mark", String(64), nullable=False, comment="stands in the folder as well"),
    Column("made_at", Moment, nullable=False),
    comment="by what a process sees that its folder is that of this database",
)
