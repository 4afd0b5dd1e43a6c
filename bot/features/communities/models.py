"""Teams and who belongs to them."""

from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, text

from bot.chat.acts import Act
from bot.chat.personal import PersonalTable, owned_by
from bot.core.i18n import N_
from bot.storage.columns import (
    Codes,
    Enumerated,
    Json,
    Moment,
    id_column,
    metadata,
    partial_index,
)


class TeamState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class Mode(StrEnum):
    """How a team usually meets."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    MIXED = "mixed"


class TeamPart(StrEnum):
    """What a lead may change of a team, by the name of its column."""

    NAME = "name"
    THEME = "theme"
    GOALS = "goals"
    NORMS = "norms"
    FORM_OF_WORK = "form_of_work"
    MODE = "mode"
    SUBJECTS = "subjects"


class MemberRole(StrEnum):
    LEAD = "lead"
    MEMBER = "member"


class MembershipState(StrEnum):
    """asked → active or declined; active → left or removed; active → suspended, as long as the
    person is suspended from the unit, and back. What has ended stays as history, and a new request
    is a new row."""

    ASKED = "asked"
    ACTIVE = "active"
    DECLINED = "declined"
    LEFT = "left"
    REMOVED = "removed"
    SUSPENDED = "suspended"


STANDING = (MembershipState.ASKED, MembershipState.ACTIVE)
"""States of which a person has at most one row in a team."""

teams = Table(
    "teams",
    metadata,
    id_column(),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("theme", Text, nullable=False),
    Column("goals", Json, nullable=False, comment="list of texts"),
    Column("norms", Json, nullable=False, comment="list of texts"),
    Column("form_of_work", String(24), nullable=False, comment="code of the kind of work"),
    Column("mode", Enumerated(Mode), nullable=False),
    Column("subjects", Codes, comment="for which it works; empty: for all"),
    Column("state", Enumerated(TeamState), nullable=False),
    Column("link_digest", String(64), nullable=False, unique=True, comment="of the link's code"),
    Column("link_sealed", String(120), nullable=False, comment="the code, for whoever leads"),
    Column("created_by", ForeignKey("people.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index("ix_teams_unit_id_state", "unit_id", "state"),
)

memberships = Table(
    "memberships",
    metadata,
    id_column(),
    Column("team_id", ForeignKey("teams.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("role", Enumerated(MemberRole), nullable=False),
    Column("responsibility", String(300), nullable=False, comment="what they look after"),
    Column("responsibility_at", Moment, comment="when that was written last"),
    Column("state", Enumerated(MembershipState), nullable=False),
    Column("word", String(500), nullable=False, comment="what they wrote when they asked"),
    Column("reason", String(500), nullable=False, comment="why they were declined or removed"),
    Column("asked_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("ended_at", Moment),
    partial_index(
        "uq_memberships_standing",
        "team_id",
        "person_id",
        unique=True,
        where=text("state IN ('asked', 'active')"),
    ),
    Index("ix_memberships_person_id_state", "person_id", "state"),
    Index("ix_memberships_team_id_state", "team_id", "state"),
)

PERSONAL_TABLES = (
    PersonalTable(
        teams,
        owned_by(teams.c.created_by),
        exported="id unit_id name theme goals norms form_of_work mode subjects state"
        " created_at closed_at",
        withheld={
            "link_digest link_sealed": "whoever has the code may join",
            "created_by": "it is the person themselves",
        },
        kept={
            "unit_id name theme goals norms form_of_work mode subjects state link_digest"
            " link_sealed created_at closed_at": "a team is its members'",
            "created_by": "who founded it is a number",
        },
    ),
    PersonalTable(
        memberships,
        owned_by(memberships.c.person_id),
        exported="team_id role responsibility responsibility_at state word reason asked_at"
        " decided_at ended_at",
        withheld={"person_id": "it is the person themselves"},
        erased="responsibility responsibility_at state word reason ended_at",
        kept={
            "team_id person_id role asked_at decided_at": "who belonged to a team, as numbers",
            "state ended_at": "a membership that had ended stays so",
        },
    ),
)
"""Column by column: how it is exported, and what erasure leaves of it."""

ACTS = (
    Act("teams.create", N_("Founding a team")),
    Act("teams.edit", N_("Changing a team")),
    Act("teams.renew_link", N_("A new team link")),
    Act("teams.appoint", N_("Appointing the lead of a team")),
    Act("teams.hand_over", N_("Handing over a team")),
    Act("teams.close", N_("Closing a team")),
    Act("teams.ask", N_("Asking to join a team")),
    Act("teams.accept", N_("Letting somebody into a team")),
    Act("teams.decline", N_("Declining a request to join")),
    Act("teams.withdraw", N_("Taking back a request to join")),
    Act("teams.join", N_("Joining a team by its link")),
    Act("teams.leave", N_("Leaving a team")),
    Act("teams.remove", N_("Removing somebody from a team")),
    Act("teams.suspend", N_("Pausing somebody's part in a team")),
    Act("teams.take_up", N_("Taking part in a team again")),
    Act("teams.responsibility", N_("Writing a role card")),
)
"""What this slice writes into the audit trail."""
