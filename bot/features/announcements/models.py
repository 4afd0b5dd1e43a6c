"""Announcements: what was said, to whom, and who has read it."""

from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from bot.chat.acts import Act
from bot.chat.personal import PersonalTable, owned_by
from bot.core.i18n import N_
from bot.packs.roles import Role
from bot.storage.columns import (
    Codes,
    Enumerated,
    Identifier,
    Json,
    Moment,
    id_column,
    metadata,
    partial_index,
)


class AnnouncementState(StrEnum):
    """draft → scheduled | sending → sent; draft → discarded; scheduled, sending → cancelled, and
    cancelled → sending where it is let go on."""

    DRAFT = "draft"
    """Written, and shown to its author only."""
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    DISCARDED = "discarded"
    CANCELLED = "cancelled"
    """Stopped: why, see `Stopped`. Whoever oversees its author may let it go on."""


class Stopped(StrEnum):
    """Why an announcement was stopped, or did not begin."""

    AUTHOR = "author"
    OVERSEER = "overseer"
    RIGHT = "right"
    """The right by which it went had ended."""


UNSENT = (AnnouncementState.DRAFT, AnnouncementState.SCHEDULED)
UNDER_WAY = (AnnouncementState.SENDING, AnnouncementState.SENT)

announcements = Table(
    "announcements",
    metadata,
    id_column(),
    Column("author_id", ForeignKey("people.id"), nullable=False),
    Column("unit_id", ForeignKey("units.id"), nullable=False, comment="the audience lies below"),
    Column("subject", Codes, comment="with commas between; empty: every subject"),
    Column("stage", Codes, comment="with commas between; empty: every stage"),
    Column("role", Enumerated(Role), comment="empty: every role"),
    Column("title", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("file", Json, comment="kind, name and words of one attached file; of old ones the ref"),
    Column("file_id", ForeignKey("files.id", ondelete="SET NULL"), comment="the file itself"),
    Column("state", Enumerated(AnnouncementState), nullable=False),
    Column("bodies", Json, nullable=False, comment="voice → its text, as former versions sent it"),
    Column("notice_id", Identifier, comment="what its recipients are sent"),
    Column("total", Integer, nullable=False, comment="recipients when it was sent"),
    Column("queued", Integer, comment="recipients that were put into the outbox so far"),
    Column("figures", Json, comment="messages by state, once all are in a final one"),
    Column("progress_parcel", Identifier, comment="the author's message that counts along"),
    Column("created_at", Moment, nullable=False),
    Column("send_at", Moment, comment="when it is to be sent, or was"),
    Column("queued_at", Moment, comment="when the last recipient was put into the outbox"),
    Column(
        "asks",
        Integer,
        nullable=False,
        server_default="1",
        comment="1: its readers are asked to say that they have read it",
    ),
    Column(
        "urgent",
        Integer,
        nullable=False,
        server_default="0",
        comment="1: it goes out even where its reader rests",
    ),
    Column("from_unit_id", ForeignKey("units.id"), comment="where its author holds their role"),
    Column("sent_for", ForeignKey("people.id"), comment="for whom a deputy sends it"),
    Column("stopped", Enumerated(Stopped), comment="why, of what was stopped"),
    Column("stopped_at", Moment),
    Column("stopped_by", ForeignKey("people.id"), comment="empty: nobody, its right had ended"),
    Column("stopped_for", ForeignKey("people.id"), comment="for whom a deputy stopped it"),
    Column("let_on_by", ForeignKey("people.id"), comment="by whose right it goes since it went on"),
    Column(
        "rounds",
        Integer,
        nullable=False,
        server_default="0",
        comment="how often it was let go on after a stop",
    ),
    Index("ix_announcements_author_id", "author_id", "id"),
    Index("ix_announcements_file_id", "file_id"),
    Index("ix_announcements_from_unit_id", "from_unit_id"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("announcement_id", ForeignKey("announcements.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("acknowledged_at", Moment, comment="empty: not yet"),
    Index("ix_receipts_person_id", "person_id", "announcement_id"),
    partial_index(
        "ix_receipts_silent",
        "announcement_id",
        "person_id",
        where=text("acknowledged_at IS NULL"),
    ),
)

reading_counts = Table(
    "reading_counts",
    metadata,
    Column(
        "announcement_id", ForeignKey("announcements.id"), primary_key=True, autoincrement=False
    ),
    Column("lane", Integer, primary_key=True, autoincrement=False, comment="reader's id modulo 16"),
    Column("readers", Integer, nullable=False, comment="receipts that are acknowledged"),
    comment="a thousand people press in one minute: neither counted anew nor one row for all",
    sqlite_with_rowid=False,
)

PERSONAL_TABLES = (
    PersonalTable(
        announcements,
        owned_by(announcements.c.author_id),
        exported="id unit_id subject stage role title text file file_id state total queued figures"
        " created_at send_at queued_at asks urgent from_unit_id stopped stopped_at rounds",
        withheld={
            "author_id": "it is the person themselves",
            "sent_for stopped_by stopped_for let_on_by": "it is somebody else",
            "bodies notice_id progress_parcel": "numbers of messages",
        },
        erased="title text file file_id state",
        kept={
            "author_id": "who wrote it is a number",
            "title text file file_id state": "what was sent was said to many, who keep its words",
            "unit_id subject stage role bodies notice_id total queued figures progress_parcel"
            " created_at send_at queued_at asks urgent from_unit_id sent_for stopped stopped_at"
            " stopped_by stopped_for let_on_by rounds": "to whom it went, who stopped it and how"
            " many have it, as numbers",
        },
    ),
    PersonalTable(
        receipts,
        owned_by(receipts.c.person_id),
        exported="announcement_id acknowledged_at",
        withheld={"person_id": "it is the person themselves"},
        erased="announcement_id person_id acknowledged_at",
        kept={
            "announcement_id person_id acknowledged_at": "who has read it is counted, as numbers"
        },
    ),
)
"""Column by column: how it is exported, and what erasure leaves of it."""

ACTS = (
    Act("announcements.write", N_("Drafting an announcement"), own=True),
    Act("announcements.change", N_("Changing an announcement"), own=True),
    Act("announcements.let_go_on", N_("Letting a stopped announcement go on")),
    Act("announcements.send", N_("Sending an announcement")),
    Act("announcements.stop", N_("Stopping an announcement")),
    Act("announcements.resend", N_("Sending an announcement again")),
)
"""What this slice writes into the audit trail."""
