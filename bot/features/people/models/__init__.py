"""Units of the organisation, what we know of its people, who belongs where, roles, invitations
and searches."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from bot.arabic.order import LONGEST_KEY
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.storage.columns import (
    Codes,
    Enumerated,
    Identifier,
    Moment,
    id_column,
    metadata,
    partial_index,
)

ANY_ROLE = ""


class UnitState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class UnitChangeKind(StrEnum):
    """What is done to a unit in pieces."""

    MERGE = "merge"
    CLOSE = "close"


class UnitRequestState(StrEnum):
    """asked → added, declined or withdrawn."""

    ASKED = "asked"
    ADDED = "added"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Asked anew otherwise, or what it was to lie below is closed."""


class RoleState(StrEnum):
    """planned (only a deputy's) → active ⇄ suspended → ended."""

    PLANNED = "planned"
    """A deputy's, until the first day: it gives no right yet."""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Idle as long as whoever holds it is suspended, or belongs nowhere."""
    ENDED = "ended"


class UnitStanding(StrEnum):
    """How somebody stands to a unit."""

    WAITING = "waiting"
    """They ask to be let in."""
    UNCONFIRMED = "unconfirmed"
    """They belong since before anybody was asked, and nobody has confirmed it yet."""
    MEMBER = "member"
    SUSPENDED = "suspended"
    DECLINED = "declined"
    REMOVED = "removed"
    LEFT = "left"


MOVES: Mapping[UnitStanding, frozenset[UnitStanding]] = {
    UnitStanding.WAITING: frozenset(
        {UnitStanding.MEMBER, UnitStanding.DECLINED, UnitStanding.LEFT}
    ),
    UnitStanding.UNCONFIRMED: frozenset(
        {UnitStanding.MEMBER, UnitStanding.SUSPENDED, UnitStanding.REMOVED, UnitStanding.LEFT}
    ),
    UnitStanding.MEMBER: frozenset(
        {UnitStanding.SUSPENDED, UnitStanding.REMOVED, UnitStanding.LEFT}
    ),
    UnitStanding.SUSPENDED: frozenset(
        {UnitStanding.MEMBER, UnitStanding.REMOVED, UnitStanding.LEFT}
    ),
    UnitStanding.DECLINED: frozenset({UnitStanding.WAITING, UnitStanding.LEFT}),
    UnitStanding.REMOVED: frozenset(),
    UnitStanding.LEFT: frozenset(),
}
"""What a standing leads on to. What has ended stays, and whoever comes back has a new row; only
whoever was declined may have the next above look once more."""

BELONGS = (UnitStanding.UNCONFIRMED, UnitStanding.MEMBER)
"""Who belongs: counted, addressed, found by name, in teams and practices."""
STANDING = (UnitStanding.WAITING, *BELONGS, UnitStanding.SUSPENDED)
"""Of which somebody has at most one row at a unit."""


IS_FURTHER = "main = 0 AND standing IN ('unconfirmed', 'member')"
"""The condition on a placement that somebody belongs there besides their main unit. These are few,
and a small index holds them; the main unit of everybody stands in their profile."""


class Answerer(StrEnum):
    """With whom a request lies, from the nearest on."""

    HEAD = "head"
    """The head of the unit."""
    ABOVE = "above"
    """Whoever appoints heads there."""
    ADMINISTRATOR = "administrator"


ANSWERERS = tuple(Answerer)


class CameBy(StrEnum):
    """By what somebody came to a unit."""

    INVITATION = "invitation"
    LIST = "list"
    ASKING = "asking"
    UPGRADE = "upgrade"
    TRANSFER = "transfer"
    """Somebody who answers for them moved them there."""
    SERVER = "server"
    """Whoever runs the installation put them there."""


class InvitationState(StrEnum):
    """What was done with an invitation; that its time has run out is not stored."""

    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"


# Paths are compared by their bytes, so that "everything below" is one range of the index.
_Path = String(200).with_variant(String(200, collation="C"), "postgresql")
_Key = String(LONGEST_KEY).with_variant(String(LONGEST_KEY, collation="C"), "postgresql")

units = Table(
    "units",
    metadata,
    id_column(),
    Column("parent_id", ForeignKey("units.id")),
    Column("kind", String(32), nullable=False, comment="department, school, academy …: data"),
    Column("name", String(120), nullable=False),
    Column("country", String(2), nullable=False),
    Column("timezone", String(40), nullable=False),
    Column("gender", Enumerated(UnitGender), nullable=False, comment="of its pupils"),
    Column("path", _Path, nullable=False, comment="ids from the root to this unit: /1/7/"),
    Column("state", Enumerated(UnitState), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("sort_key", _Key, nullable=False, server_default="", comment="see arabic/order.py"),
    Column(
        "place", String(24), comment="a town of places.tsv; empty: as its name or those above say"
    ),
    Index("ix_units_path", "path"),
    Index("ix_units_sort_key", "sort_key"),
    Index("ix_units_parent_id", "parent_id"),
)

unit_changes = Table(
    "unit_changes",
    metadata,
    id_column(),
    Column("kind", Enumerated(UnitChangeKind), nullable=False),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("target_id", ForeignKey("units.id"), comment="into which it is merged"),
    Column("asked_by", ForeignKey("people.id"), comment="empty: the command line"),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, comment="empty: what belongs to the unit follows still"),
    Index("ix_unit_changes_unit_id", "unit_id"),
    comment="units that are merged or closed, which takes several transactions",
)

unit_requests = Table(
    "unit_requests",
    metadata,
    id_column(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("below_id", ForeignKey("units.id"), nullable=False, comment="below which it is to lie"),
    Column("name", String(120), nullable=False, comment="as they wrote it"),
    Column("besides", Integer, nullable=False, comment="1: they leave nothing for it"),
    Column("state", Enumerated(UnitRequestState), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("told_at", Moment, comment="when those who add were"),
    Column("answered_by", ForeignKey("people.id")),
    Column("answered_at", Moment),
    Column("reason", String(500), nullable=False, comment="why it was declined"),
    Column("unit_id", ForeignKey("units.id"), comment="what was added"),
    Index("ix_unit_requests_person_id", "person_id"),
    # Whether a unit is used, before it is removed with its list.
    Index("ix_unit_requests_unit_id", "unit_id"),
    partial_index("ix_unit_requests_open", "below_id", where=text("state = 'asked'")),
    comment="units that somebody works at and does not find",
)

profiles = Table(
    "profiles",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column(
        "unit_id",
        ForeignKey("units.id"),
        comment="where they belong in the first place, as their placements say; empty: nowhere",
    ),
    Column("subject", Codes, nullable=False, comment="one or several, with commas between"),
    Column("stage", Codes, nullable=False, comment="one or several, with commas between"),
    Column("consent_version", String(16), nullable=False, comment="of the notice agreed to"),
    Column("consented_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_profiles_unit_id_person_id", "unit_id", "person_id"),
    comment="one row for each registered person; it goes when they ask for deletion",
)

placements = Table(
    "placements",
    metadata,
    id_column(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("standing", Enumerated(UnitStanding), nullable=False),
    Column("main", Integer, nullable=False, comment="1: the unit of their profile"),
    Column("came_by", Enumerated(CameBy), nullable=False),
    Column(
        "besides",
        Integer,
        nullable=False,
        server_default="0",
        comment="1: asked for without leaving anything",
    ),
    Column("replaces_id", ForeignKey("placements.id"), comment="of a transfer: which then ends"),
    Column("asked_by", ForeignKey("people.id"), comment="of a transfer: who moves them"),
    Column("asked_for", ForeignKey("people.id"), comment="for whom a deputy moves them"),
    Column("came_at", Moment, nullable=False),
    Column("since", Moment, nullable=False, comment="when they came to stand as they do"),
    Column("until", Moment, comment="when that ends by itself"),
    Column("confirmed_by", ForeignKey("people.id"), comment="who let them in or confirmed them"),
    Column("confirmed_at", Moment),
    Column("decided_by", ForeignKey("people.id"), comment="who suspended, declined or removed"),
    Column("decided_for", ForeignKey("people.id"), comment="for whom a deputy decided"),
    Column("reason", String(500), nullable=False, comment="why they did"),
    Column("lies_with", Enumerated(Answerer), comment="who is to answer, while it waits"),
    Column("lies_since", Moment),
    Column("told_at", Moment, comment="when those who answer were told last"),
    Column("voucher_name", String(60), nullable=False, comment="whom they named as knowing them"),
    Column("voucher_id", ForeignKey("people.id"), comment="the colleague of that name"),
    Column("vouched_at", Moment, comment="when that one said yes"),
    Column("link", String(120), comment="with which they came, sealed: opened once they are in"),
    partial_index(
        "uq_placements_standing",
        "person_id",
        "unit_id",
        unique=True,
        where=text("standing IN ('waiting', 'unconfirmed', 'member', 'suspended')"),
    ),
    partial_index("uq_placements_main", "person_id", unique=True, where=text("main = 1")),
    Index("ix_placements_unit_id_standing", "unit_id", "standing"),
    Index("ix_placements_person_id", "person_id"),
    # Along the units, and of a whole tree along the people.
    partial_index("ix_placements_further", "unit_id", "person_id", where=text(IS_FURTHER)),
    partial_index("ix_placements_further_by", "person_id", "unit_id", where=text(IS_FURTHER)),
    comment="who belongs to which unit, and how they came there",
)

roles = Table(
    "roles",
    metadata,
    id_column(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("role", Enumerated(Role), nullable=False),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("subject", Codes, comment="narrows the role to these subjects"),
    Column("state", Enumerated(RoleState), nullable=False),
    Column("granted_by", ForeignKey("people.id"), comment="empty: by registering, or the server"),
    Column("granted_for", ForeignKey("people.id"), comment="for whom a deputy granted it"),
    Column("granted_at", Moment, nullable=False),
    Column("starts_at", Moment, comment="of a deputy: the first day"),
    Column("expires_at", Moment, comment="from then on it gives no right; empty: open-ended"),
    Column("deputy_of", ForeignKey("roles.id"), comment="the role in whose holder's place it is"),
    Column("ended_at", Moment),
    Column("ended_by", ForeignKey("people.id"), comment="empty: its time, or the server"),
    Column("ended_for", ForeignKey("people.id"), comment="for whom a deputy ended it"),
    partial_index(
        "uq_roles_held",
        "person_id",
        "role",
        "unit_id",
        unique=True,
        where=text("state = 'active'"),
    ),
    Index("ix_roles_unit_id_role", "unit_id", "role"),
    partial_index("ix_roles_deputy_of", "deputy_of", where=text("deputy_of IS NOT NULL")),
)

role_terms = Table(
    "role_terms",
    metadata,
    id_column(),
    Column("role_id", ForeignKey("roles.id"), nullable=False),
    Column("expires_at", Moment, comment="as it was set then; empty: open-ended"),
    Column("set_by", ForeignKey("people.id"), nullable=False),
    Column("set_for", ForeignKey("people.id"), comment="for whom a deputy set it"),
    Column("set_at", Moment, nullable=False),
    Index("ix_role_terms_role_id", "role_id"),
    comment="each time that the end of a role was set anew",
)

headcounts = Table(
    "headcounts",
    metadata,
    Column("unit_id", ForeignKey("units.id"), primary_key=True, autoincrement=False),
    Column("role", String(32), primary_key=True, comment="held anywhere; empty: any or none"),
    Column("subject", Codes, primary_key=True, comment="all that these people teach"),
    Column("stage", Codes, primary_key=True, comment="all in which they work"),
    Column(
        "lane", Integer, primary_key=True, autoincrement=False, comment="spreads a root's writers"
    ),
    Column("people", Integer, nullable=False, comment="who belong below the unit, not to it"),
    comment="kept along with profiles, placements and roles: see headcounts.py",
    sqlite_with_rowid=False,
)

invitations = Table(
    "invitations",
    metadata,
    id_column(),
    Column("digest", String(64), nullable=False, unique=True, comment="of the link's code"),
    Column("sealed", String(120), nullable=False, comment="the code, for whoever gave it out"),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("role", Enumerated(Role), nullable=False),
    Column("subject", Codes),
    Column("expires_at", Moment, nullable=False),
    Column("state", Enumerated(InvitationState), nullable=False),
    Column("created_by", ForeignKey("people.id"), comment="empty: by the command line"),
    Column("created_at", Moment, nullable=False),
    Column("used_by", ForeignKey("people.id")),
    Column("uses", Identifier, nullable=False, comment="people who came by it"),
    Index("ix_invitations_created_by", "created_by"),
)

# The table is older than the search for anything but practices.
searches = Table(
    "practice_searches",
    metadata,
    id_column(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("words", String(100), nullable=False, comment="so that buttons can turn the pages"),
    Column("searched_at", Moment, nullable=False),
    Index("ix_practice_searches_person_id", "person_id"),
)

erasures = Table(
    "erasures",
    metadata,
    id_column(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("known_since", Moment, nullable=False, comment="tells a number from its later holder"),
    Column("erased_at", Moment, nullable=False),
    Index("ix_erasures_erased_at", "erased_at"),
    comment="whom a backup that is restored must forget again: numbers and moments alone",
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False, unique=True, comment="never the code itself"),
    Column("expires_at", Moment, nullable=False),
    comment="one-time codes that join another address to a person; the newest of each counts",
)

link_tries = Table(
    "link_tries",
    metadata,
    id_column(),
    Column("address_id", ForeignKey("addresses.id"), nullable=False),
    Column("tried_at", Moment, nullable=False),
    Index("ix_link_tries_tried_at", "tried_at"),
    comment="codes that were typed wrong within the last hour",
)
