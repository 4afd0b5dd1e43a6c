"""Meetings of teams, and what each member answered."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from bot.chat.acts import Act
from bot.chat.personal import PersonalTable, owned_by
from bot.core.i18n import N_
from bot.scheduling.quiet import Cause, Timing
from bot.storage.columns import Enumerated, Json, Moment, id_column, metadata


class MeetingState(StrEnum):
    """scheduled → cancelled by a lead, or held by the passing of time."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    HELD = "held"
    """Never stored: what is scheduled has been held once its end has passed."""


class Rsvp(StrEnum):
    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Venue:
    """Where a meeting is: a place in words, a link to join it, or both. `link` is an http or https
    address; one of the two may be empty."""

    place: str
    link: str = ""


meetings = Table(
    "meetings",
    metadata,
    id_column(),
    Column("team_id", ForeignKey("teams.id"), nullable=False),
    Column("title", String(100), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("agenda", Json, nullable=False, comment="list of texts, in order"),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("place", String(150), nullable=False),
    Column("link", String(500), nullable=False, comment="http or https; empty: only a place"),
    Column("state", Enumerated(MeetingState), nullable=False),
    Column("moved_count", Integer, nullable=False, comment="an answer counts for one of these"),
    Column("reason", String(300), nullable=False, comment="of the last move or the cancellation"),
    Column("created_by", ForeignKey("people.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_meetings_team_id_starts_at", "team_id", "starts_at"),
    Index("ix_meetings_team_id_ends_at", "team_id", "ends_at"),
)

meeting_answers = Table(
    "meeting_answers",
    metadata,
    Column("meeting_id", ForeignKey("meetings.id"), primary_key=True, autoincrement=False),
    Column("person_id", ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("answer", Enumerated(Rsvp), nullable=False),
    Column("round", Integer, nullable=False, comment="moved_count of the time it was given for"),
    Column("reason", String(300), nullable=False, comment="of an apology"),
    Column("answered_at", Moment, nullable=False),
    Index("ix_meeting_answers_person_id", "person_id"),
    comment="one row for each person and meeting; the last answer stands",
)

meeting_invitations = Table(
    "meeting_invitations",
    metadata,
    Column("meeting_id", ForeignKey("meetings.id"), primary_key=True, autoincrement=False),
    Column("person_id", ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("invited_at", Moment, nullable=False),
    comment="who has been told of a meeting, so that nobody is told twice",
)

meeting_reminders = Table(
    "meeting_reminders",
    metadata,
    Column("meeting_id", ForeignKey("meetings.id"), primary_key=True, autoincrement=False),
    Column("person_id", ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("slot", String(8), primary_key=True, comment="which one: 1d, 1h, 10m"),
    Column("round", Integer, nullable=False, comment="moved_count of the time it was about"),
    Column("sent_at", Moment, nullable=False),
    Column("manner", Enumerated(Timing), nullable=False, comment="on time, or moved, and how"),
    Column("cause", Enumerated(Cause), comment="what it had to make way for"),
    comment="the reminders that each person has been given, so that none comes twice",
)

PERSONAL_TABLES = (
    PersonalTable(
        meetings,
        owned_by(meetings.c.created_by),
        exported="id team_id title purpose agenda starts_at ends_at place link state reason"
        " created_at changed_at",
        withheld={
            "created_by": "it is the person themselves",
            "moved_count": "it only tells which answers still count",
        },
        kept={
            "team_id title purpose agenda starts_at ends_at place link state moved_count reason"
            " created_at changed_at": "a meeting is its team's",
            "created_by": "who called it is a number",
        },
    ),
    PersonalTable(
        meeting_answers,
        owned_by(meeting_answers.c.person_id),
        exported="meeting_id answer round reason answered_at",
        withheld={"person_id": "it is the person themselves"},
        erased="reason",
        kept={"meeting_id person_id answer round answered_at": "who came is counted, as numbers"},
    ),
    PersonalTable(
        meeting_invitations,
        owned_by(meeting_invitations.c.person_id),
        exported="meeting_id invited_at",
        withheld={"person_id": "it is the person themselves"},
        kept={"meeting_id person_id invited_at": "who was told of a meeting, as numbers"},
    ),
    PersonalTable(
        meeting_reminders,
        owned_by(meeting_reminders.c.person_id),
        exported="meeting_id slot round sent_at manner cause",
        withheld={"person_id": "it is the person themselves"},
        kept={
            "meeting_id person_id slot round sent_at manner cause": "who was reminded of a"
            " meeting, as numbers"
        },
    ),
)
"""Column by column: how it is exported, and what erasure leaves of it."""

ACTS = (
    Act("meetings.schedule", N_("Calling a meeting")),
    Act("meetings.move", N_("Moving a meeting")),
    Act("meetings.cancel", N_("Cancelling a meeting")),
    Act("meetings.relocate", N_("Changing where a meeting is")),
    Act("meetings.answer", N_("Answering an invitation"), own=True),
)
"""What this slice writes into the audit trail."""
