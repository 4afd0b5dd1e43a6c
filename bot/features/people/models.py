"""Units of the organisation, what we know of its people, their roles, invitations and searches."""

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
from bot.storage.columns import Enumerated, Identifier, Moment, id_column, metadata, partial_index

ANY_ROLE = ""


class UnitState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class RoleState(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"


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
    Column("unit_id", ForeignKey("units.id"), nullable=False, comment="where they work"),
    Column("subject", String(16), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("consent_version", String(16), nullable=False, comment="of the notice agreed to"),
    Column("consented_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_profiles_unit_id_person_id", "unit_id", "person_id"),
    comment="one row for each registered person; it goes when they ask for deletion",
)

roles = Table(
    "roles",
    metadata,
    id_column(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("role", Enumerated(Role), nullable=False),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("subject", String(16), comment="narrows the role to one subject"),
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
    Column("subject", String(16), primary_key=True),
    Column("stage", String(16), primary_key=True),
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
    Column("code", String(32), nullable=False, unique=True, comment="what the link carries"),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("role", Enumerated(Role), nullable=False),
    Column("subject", String(16)),
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
            "code": "whoever has it is given the role",
            "created_by": "it is the person themselves",
            "used_by": "it is somebody else",
        },
        erased="state",
        kept={
            "code unit_id role subject expires_at created_at uses": "which links were given out",
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
