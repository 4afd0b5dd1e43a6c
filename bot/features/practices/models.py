"""Practices, their evidence, and what colleagues did with them."""

from enum import StrEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    select,
)

from bot.chat.acts import Act
from bot.chat.personal import PersonalTable, owned_by
from bot.core.i18n import N_
from bot.storage.columns import Enumerated, Identifier, Moment, id_column, metadata


class PracticeState(StrEnum):
    """shared ↔ withdrawn by the author, shared ↔ hidden by whoever leads, hidden → withdrawn."""

    SHARED = "shared"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"


class Readership(StrEnum):
    """For whom a practice lies at a place: its team, or all whose units go with that gender."""

    TEAM = "team"
    BOYS = "boys"
    GIRLS = "girls"
    MIXED = "mixed"


class EvidenceKind(StrEnum):
    """What a piece of evidence is; the files are named like the kinds of file in a chat."""

    TEXT = "text"
    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"


class ApplicationState(StrEnum):
    APPLIED = "applied"
    TAKEN_BACK = "taken_back"
    """The row stays, so that the author hears of each colleague once."""


practices = Table(
    "practices",
    metadata,
    id_column(),
    Column("author_id", ForeignKey("people.id"), nullable=False),
    Column("team_id", ForeignKey("teams.id"), comment="empty: for the unit and its district"),
    Column("unit_id", ForeignKey("units.id"), nullable=False, comment="of team or author"),
    Column("title", String(120), nullable=False),
    Column("difficulty", Text, nullable=False, comment="the learning difficulty it addresses"),
    Column("actions_taken", Text, nullable=False),
    Column("result", Text, nullable=False, comment="empty: not known yet"),
    Column("subject", String(16), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("state", Enumerated(PracticeState), nullable=False),
    Column("hidden_by", ForeignKey("people.id")),
    Column("reason", String(500), nullable=False, comment="why it was hidden"),
    Column(
        "moderations",
        Integer,
        nullable=False,
        server_default="0",
        comment="how often it was hidden or shown again",
    ),
    Column("shared_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_practices_team_id_state", "team_id", "state", "shared_at"),
    Index("ix_practices_unit_id_state", "unit_id", "state", "shared_at"),
    Index("ix_practices_author_id", "author_id"),
)

places = Table(
    "practice_places",
    metadata,
    Column("practice_id", ForeignKey("practices.id"), primary_key=True, autoincrement=False),
    Column("unit_id", ForeignKey("units.id"), primary_key=True, autoincrement=False),
    Column("circle", Enumerated(Readership), nullable=False),
    Column("subject", String(16), nullable=False),
    Column("shared_at", Moment, nullable=False),
    Index("ix_practice_places_circle", "unit_id", "circle", "shared_at", "practice_id"),
    Index("ix_practice_places_subject", "unit_id", "circle", "subject", "shared_at", "practice_id"),
    comment="each shared practice at its unit and at every unit above it: see places.py",
    sqlite_with_rowid=False,
)

evidence = Table(
    "practice_evidence",
    metadata,
    Column("practice_id", ForeignKey("practices.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False, comment="from 0"),
    Column("kind", Enumerated(EvidenceKind), nullable=False),
    Column("text", Text, nullable=False, comment="the text itself, or the caption of a file"),
    Column("file_id", ForeignKey("files.id", ondelete="SET NULL"), comment="the file itself"),
    Column("ref", Text, nullable=False, comment="the channel's reference, as former versions kept"),
    Column("name", String(100), nullable=False),
    Column("mime", String(100), nullable=False),
    Column("size", Identifier, nullable=False, comment="bytes; 0: not known"),
    Index("ix_practice_evidence_file_id", "file_id"),
)

readers = Table(
    "practice_readers",
    metadata,
    Column("practice_id", ForeignKey("practices.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("read_at", Moment, nullable=False, comment="the first time"),
    Index("ix_practice_readers_person_id", "person_id"),
)

applications = Table(
    "practice_applications",
    metadata,
    Column("practice_id", ForeignKey("practices.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("state", Enumerated(ApplicationState), nullable=False),
    Column("applied_at", Moment, nullable=False),
    Index("ix_practice_applications_person_id", "person_id"),
)

thanks = Table(
    "practice_thanks",
    metadata,
    Column("practice_id", ForeignKey("practices.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("thanked_at", Moment, nullable=False),
    Index("ix_practice_thanks_person_id", "person_id"),
)

SHARED = "what was shared stays for colleagues without a name; what was withdrawn or hidden goes"


def _of_author(person_id: int) -> ColumnElement[bool]:
    own = select(practices.c.id).where(practices.c.author_id == person_id)
    return evidence.c.practice_id.in_(own)


PERSONAL_TABLES = (
    PersonalTable(
        practices,
        owned_by(practices.c.author_id),
        exported="id team_id unit_id title difficulty actions_taken result subject stage state"
        " reason moderations shared_at changed_at",
        withheld={
            "author_id": "it is the person themselves",
            "hidden_by": "it is somebody else",
        },
        erased="author_id team_id unit_id title difficulty actions_taken result subject stage state"
        " hidden_by reason moderations shared_at changed_at",
        kept={
            "author_id team_id unit_id title difficulty actions_taken result subject stage state"
            " hidden_by reason moderations shared_at changed_at": SHARED,
        },
    ),
    PersonalTable(
        places,
        kept={"circle subject": "where a practice lies, which is worked out from its row"},
    ),
    PersonalTable(
        evidence,
        _of_author,
        exported="practice_id position kind text file_id ref name mime size",
        erased="practice_id position kind text file_id ref name mime size",
        kept={"practice_id position kind text file_id ref name mime size": f"a text: {SHARED}"},
    ),
    PersonalTable(
        readers,
        owned_by(readers.c.person_id),
        exported="practice_id read_at",
        withheld={"person_id": "it is the person themselves"},
        erased="practice_id person_id read_at",
    ),
    PersonalTable(
        applications,
        owned_by(applications.c.person_id),
        exported="practice_id state applied_at",
        withheld={"person_id": "it is the person themselves"},
        erased="practice_id person_id state applied_at",
    ),
    PersonalTable(
        thanks,
        owned_by(thanks.c.person_id),
        exported="practice_id thanked_at",
        withheld={"person_id": "it is the person themselves"},
        erased="practice_id person_id thanked_at",
    ),
)
"""Column by column: how it is exported, and what erasure leaves of it."""

ACTS = (
    Act("practices.apply", N_("Noting a practice as applied"), own=True),
    Act("practices.share", N_("Sharing a practice")),
    Act("practices.change", N_("Changing a practice")),
    Act("practices.withdraw", N_("Withdrawing a practice")),
    Act("practices.share_again", N_("Sharing a practice again")),
    Act("practices.hide", N_("Hiding a practice")),
    Act("practices.reveal", N_("Showing a hidden practice again")),
    Act("practices.forget_author", N_("Practices without their author"), of_person=True),
)
"""What this slice writes into the audit trail."""
