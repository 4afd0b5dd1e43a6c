"""Units of the organisation, what we know of its people, who belongs where, roles, invitations
and searches."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    select,
    text,
)

from bot.chat.person import addresses
from bot.chat.personal import PersonalTable, owned_by
from bot.packs.organisation import Role, UnitGender
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


class RoleState(StrEnum):
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
    SERVER = "server"
    """Whoever runs the installation put them there."""


class InvitationState(StrEnum):
    """What was done with an invitation; that its time has run out is not stored."""

    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"


# Paths are compared by their bytes, so that "everything below" is one range of the index.
_Path = String(200).with_variant(String(200, collation="C"), "postgresql")

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
    Index("ix_units_path", "path"),
    Index("ix_units_parent_id", "parent_id"),
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
    Column("came_at", Moment, nullable=False),
    Column("since", Moment, nullable=False, comment="when they came to stand as they do"),
    Column("until", Moment, comment="when that ends by itself"),
    Column("confirmed_by", ForeignKey("people.id"), comment="who let them in or confirmed them"),
    Column("confirmed_at", Moment),
    Column("decided_by", ForeignKey("people.id"), comment="who suspended, declined or removed"),
    Column("reason", String(500), nullable=False, comment="why they did"),
    Column("lies_with", Enumerated(Answerer), comment="who is to answer, while it waits"),
    Column("lies_since", Moment),
    Column("told_at", Moment, comment="when those who answer were told last"),
    Column("voucher_name", String(60), nullable=False, comment="whom they named as knowing them"),
    Column("voucher_id", ForeignKey("people.id"), comment="the colleague of that name"),
    Column("vouched_at", Moment, comment="when that one said yes"),
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
    Column("granted_at", Moment, nullable=False),
    Column("ended_at", Moment),
    partial_index(
        "uq_roles_held",
        "person_id",
        "role",
        "unit_id",
        unique=True,
        where=text("state = 'active'"),
    ),
    Index("ix_roles_unit_id_role", "unit_id", "role"),
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
    Column("people", Integer, nullable=False, comment="who work below the unit, not at it"),
    comment="kept along with profiles and roles: see headcounts.py",
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


def _typed_by_them(person_id: int) -> ColumnElement[bool]:
    own = select(addresses.c.id).where(addresses.c.person_id == person_id)
    return link_tries.c.address_id.in_(own)


PERSONAL_TABLES = (
    PersonalTable(
        units,
        kept={"kind name country timezone path": "the tree of the organisation, and nobody's"},
    ),
    PersonalTable(
        profiles,
        owned_by(profiles.c.person_id),
        exported="unit_id subject stage consent_version consented_at changed_at",
        withheld={"person_id": "it is the person themselves"},
        erased="person_id unit_id subject stage consent_version consented_at changed_at",
    ),
    PersonalTable(
        placements,
        owned_by(placements.c.person_id),
        exported="unit_id standing main came_by came_at since until confirmed_at reason lies_with"
        " lies_since told_at voucher_name vouched_at",
        withheld={
            "person_id": "it is the person themselves",
            "confirmed_by decided_by voucher_id": "it is somebody else",
        },
        erased="standing main since until reason voucher_name",
        kept={
            "person_id unit_id came_by came_at confirmed_by confirmed_at decided_by lies_with"
            " lies_since told_at voucher_id vouched_at": "who belonged where by whose decision, as"
            " numbers",
            "standing main since until": "what had ended stays so",
        },
    ),
    PersonalTable(
        roles,
        owned_by(roles.c.person_id),
        exported="role unit_id subject state granted_at ended_at",
        withheld={
            "person_id": "it is the person themselves",
            "granted_by": "it is somebody else",
        },
        erased="state ended_at",
        kept={
            "person_id role unit_id subject granted_by granted_at": "by which right something was"
            " done, as numbers",
            "state ended_at": "a role that had ended stays so",
        },
    ),
    PersonalTable(
        headcounts,
        kept={"role subject stage": "how many people, and nobody in particular"},
    ),
    PersonalTable(
        invitations,
        owned_by(invitations.c.created_by),
        exported="unit_id role subject expires_at state created_at uses",
        withheld={
            "digest sealed": "whoever has the code is given the role",
            "created_by": "it is the person themselves",
            "used_by": "it is somebody else",
        },
        erased="state",
        kept={
            "digest sealed unit_id role subject expires_at created_at"
            " uses": "which links were given out",
            "state": "a link that had ended stays so",
            "created_by used_by": "who gave and who took it are numbers",
        },
    ),
    PersonalTable(
        searches,
        owned_by(searches.c.person_id),
        exported="words searched_at",
        withheld={"person_id": "it is the person themselves"},
        erased="person_id words searched_at",
    ),
    PersonalTable(
        erasures,
        owned_by(erasures.c.person_id),
        exported="known_since erased_at",
        withheld={"person_id": "it is the person themselves"},
        kept={
            "person_id known_since erased_at": "so that a restored backup forgets the number again;"
            " it goes when the backups of that time are gone"
        },
    ),
    PersonalTable(
        link_codes,
        owned_by(link_codes.c.person_id),
        exported="expires_at",
        withheld={
            "person_id": "it is the person themselves",
            "digest": "whoever has the code joins them",
        },
        erased="person_id digest expires_at",
    ),
    PersonalTable(
        link_tries,
        _typed_by_them,
        exported="tried_at",
        withheld={"address_id": "a number of their address"},
        erased="address_id tried_at",
    ),
)
"""Column by column: how it is exported, and what erasure leaves of it."""
