"""Lists of people and units that somebody brought, what is staged of them, and who is listed."""

from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from bot.chat.acts import Act
from bot.chat.personal import PersonalTable, owned_by
from bot.core.i18n import N_
from bot.packs.roles import Role
from bot.storage.columns import (
    Enumerated,
    Identifier,
    Json,
    Moment,
    id_column,
    metadata,
    partial_index,
)


class ImportKind(StrEnum):
    PEOPLE = "people"
    UNITS = "units"


class ImportState(StrEnum):
    CHECKING = "checking"
    CHECKED = "checked"
    """The report stands; nothing of it is added yet."""
    ADDING = "adding"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"
    """Nobody confirmed it."""


MOVES: dict[ImportState, frozenset[ImportState]] = {
    ImportState.CHECKING: frozenset({ImportState.CHECKED, ImportState.DROPPED}),
    ImportState.CHECKED: frozenset({ImportState.ADDING, ImportState.DROPPED}),
    ImportState.ADDING: frozenset({ImportState.DONE, ImportState.UNDOING}),
    ImportState.DONE: frozenset({ImportState.UNDOING}),
    ImportState.UNDOING: frozenset({ImportState.UNDONE}),
    ImportState.UNDONE: frozenset(),
    ImportState.DROPPED: frozenset(),
}


class ListedState(StrEnum):
    """How a listed person stands."""

    OPEN = "open"
    CLAIMED = "claimed"


class LineState(StrEnum):
    """What came of a line of a list of units."""

    THERE = "there"
    ADDED = "added"
    STAYED = "stayed"
    """The list was taken back, and this unit is used by now."""
    REMOVED = "removed"
    WRONG = "wrong"


imports = Table(
    "imports",
    metadata,
    id_column(),
    Column("kind", Enumerated(ImportKind), nullable=False),
    Column("state", Enumerated(ImportState), nullable=False),
    Column("made_by", ForeignKey("people.id"), comment="empty: by the command line"),
    Column("title", String(100), nullable=False, comment="the name of the file"),
    Column("columns", Json, nullable=False, comment="the headings that were understood, or not"),
    Column("parts", Integer, nullable=False),
    Column("parts_done", Integer, nullable=False, comment="of what is under way"),
    Column("rows", Identifier, nullable=False),
    Column("fresh", Identifier, nullable=False),
    Column("known", Identifier, nullable=False),
    Column("wrong", Identifier, nullable=False),
    Column("added", Identifier, nullable=False),
    Column(
        "changed",
        Identifier,
        nullable=False,
        server_default="0",
        comment="rows that say something else than is there",
    ),
    Column("altered", Identifier, comment="how many of them were applied; empty: they are not"),
    Column("created_at", Moment, nullable=False),
    Column("worked_at", Moment, nullable=False, comment="when the last piece was done"),
    Column("finished_at", Moment),
    Column("undone_at", Moment),
    Index("ix_imports_made_by", "made_by"),
    partial_index("ix_imports_busy", "state", where=text("state IN ('adding', 'undoing')")),
)

import_parts = Table(
    "import_parts",
    metadata,
    Column("import_id", ForeignKey("imports.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False, comment="rows with what they say, packed"),
    Column("remarked", Integer, comment="rows of which something is to be said; empty: not known"),
    comment="a table in pieces, until it is added or dropped",
)

imported_units = Table(
    "imported_units",
    metadata,
    Column("import_id", ForeignKey("imports.id"), primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("unit_id", ForeignKey("units.id")),
    Column("state", Enumerated(LineState), nullable=False),
    Index("ix_imported_units_unit_id", "unit_id"),
    partial_index("ix_imported_units_added", "import_id", "line", where=text("state = 'added'")),
    comment="which unit a line of a list is",
)

imported_people = Table(
    "imported_people",
    metadata,
    id_column(),
    Column("import_id", ForeignKey("imports.id"), nullable=False),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("state", Enumerated(ListedState), nullable=False),
    Column("listed_as", String(64), nullable=False, comment="a hash of what tells them apart"),
    Column("folded", String(64), nullable=False, comment="of the same in one spelling, or empty"),
    Column("name", String(60), nullable=False),
    Column("family", String(60), nullable=False),
    Column("role", Enumerated(Role), nullable=False),
    Column("subjects", String(160), nullable=False, comment="codes with a space between two"),
    Column("stages", String(60), nullable=False),
    Column("staff_number", String(24), nullable=False),
    Column("phone_digest", String(64), nullable=False, comment="keyed; never the number"),
    Column("created_at", Moment, nullable=False),
    Column("slip_seed", String(32), comment="with the server's key it makes the codes"),
    Column("slip_digest", String(64), unique=True, comment="of the code, keyed"),
    Column("slip_until", Moment),
    Column("proven_by", ForeignKey("people.id"), comment="who is just taking the place"),
    Column("proven_until", Moment),
    Column("wrong_tries", Integer, nullable=False, comment="since the last code was made"),
    Column("claimed_by", ForeignKey("people.id")),
    Column("claimed_at", Moment),
    Column("gave_role", Enumerated(Role), comment="which the claim brought, to be undone with it"),
    Column("changed_in", Identifier, comment="the list that changed the row last"),
    Column("before", Json, comment="what it said before each list that changed it"),
    Index("uq_imported_people_unit_id", "unit_id", "listed_as", unique=True),
    Index("ix_imported_people_import_id", "import_id"),
    Index("ix_imported_people_folded", "unit_id", "folded"),
    Index("ix_imported_people_phone_digest", "phone_digest"),
    Index("ix_imported_people_claimed_by", "claimed_by"),
    Index("ix_imported_people_proven_by", "proven_by"),
    partial_index(
        "ix_imported_people_changed_in", "changed_in", where=text("changed_in IS NOT NULL")
    ),
    partial_index("ix_imported_people_open", "created_at", where=text("state = 'open'")),
    comment="who stands on a list, and has agreed to nothing",
)

claim_tries = Table(
    "claim_tries",
    metadata,
    id_column(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("unit_id", Identifier, nullable=False, comment="0: the code was nobody's"),
    Column("tried_at", Moment, nullable=False),
    Index("ix_claim_tries_person_id", "person_id", "tried_at"),
    Index("ix_claim_tries_unit_id", "unit_id", "tried_at"),
    Index("ix_claim_tries_tried_at", "tried_at"),
    comment="wrong codes and names of the last day",
)

PERSONAL_TABLES = (
    PersonalTable(
        imports,
        owned_by(imports.c.made_by),
        exported="id kind state title rows fresh known wrong added changed altered created_at"
        " finished_at undone_at",
        withheld={
            "made_by": "it is the person themselves",
            "columns parts parts_done worked_at": "how the work on it went",
        },
        erased="title columns",
        kept={
            "kind state parts parts_done rows fresh known wrong added changed altered created_at"
            " worked_at finished_at undone_at": "what was added to the organisation, and when",
            "made_by": "who brought it is a number",
        },
    ),
    PersonalTable(
        import_parts,
        erased="content",
        kept={"import_id number remarked": "which piece of a list it is"},
    ),
    PersonalTable(
        imported_units,
        kept={"line state": "what a list says of the organisation's units"},
    ),
    PersonalTable(
        imported_people,
        owned_by(imported_people.c.claimed_by),
        exported="unit_id state name role subjects stages staff_number created_at claimed_at"
        " gave_role",
        withheld={
            "id import_id": "numbers of the list alone",
            "listed_as folded family": "the name and number once more, for comparing",
            "phone_digest": "nobody reads a telephone number out of it",
            "slip_seed slip_digest slip_until wrong_tries proven_by proven_until": "how the code"
            " was made and used",
            "claimed_by": "it is the person themselves",
            "changed_in before": "empty by the time that the place is theirs",
        },
        erased="import_id unit_id state listed_as folded name family role subjects stages"
        " staff_number phone_digest created_at slip_seed slip_digest slip_until wrong_tries"
        " proven_by proven_until claimed_by claimed_at gave_role changed_in before",
    ),
    PersonalTable(
        claim_tries,
        owned_by(claim_tries.c.person_id),
        exported="tried_at",
        withheld={"person_id": "it is the person themselves", "unit_id": "whose name was tried"},
        erased="person_id unit_id tried_at",
    ),
)
"""Column by column: how it is exported, and what erasure leaves of it."""

ACTS = (
    Act("imports.stage", N_("Bringing a list")),
    Act("imports.confirm", N_("Confirming a list")),
    Act("imports.added", N_("Adding a list")),
    Act("imports.undo", N_("Taking back a list")),
    Act("imports.undone", N_("A list taken back")),
    Act("imports.make_slip", N_("Making a slip")),
    Act("imports.print_slips", N_("Printing slips")),
    Act("imports.claim", N_("Claiming a place of a list")),
    Act("imports.undo_claim", N_("Undoing a claim")),
)
"""What this slice writes into the audit trail."""
