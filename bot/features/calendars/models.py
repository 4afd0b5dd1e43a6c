"""The days on which a unit does not work as usual."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bot.arabic.calendar.school_days import DayKind
from bot.chat.acts import Act
from bot.chat.personal import PersonalTable, owned_by
from bot.core.i18n import N_
from bot.storage.columns import Enumerated, Moment, id_column, metadata

calendar_days = Table(
    "calendar_days",
    metadata,
    id_column(),
    Column("unit_id", ForeignKey("units.id"), nullable=False, comment="and everything below it"),
    Column("first_day", String(10), nullable=False, comment="as 2026-11-22, local to each reader"),
    Column("last_day", String(10), nullable=False, comment="the last one that belongs to it"),
    Column("kind", Enumerated(DayKind), nullable=False),
    Column("title", String(120), nullable=False),
    Column("uid", String(200), nullable=False, comment="of the iCalendar entry, or made by us"),
    Column("created_by", ForeignKey("people.id"), comment="empty: by the command line"),
    Column("created_at", Moment, nullable=False),
    Column("sequence", Integer, comment="which version of the iCalendar entry; empty: not known"),
    Column("stamped_at", Moment, comment="when that version was written, of two with one sequence"),
    Column("withdrawn_at", Moment, comment="when a file cancelled it; for older files alone"),
    UniqueConstraint("unit_id", "uid"),
    Index("ix_calendar_days_unit_id_last_day", "unit_id", "last_day"),
)

PERSONAL_TABLES = (
    PersonalTable(
        calendar_days,
        owned_by(calendar_days.c.created_by),
        exported="id unit_id first_day last_day kind title created_at withdrawn_at",
        withheld={
            "uid sequence stamped_at": "they only tell entries of a file apart",
            "created_by": "it is the person themselves",
        },
        kept={
            "unit_id first_day last_day kind title uid created_at": "the days are the unit's",
            "sequence stamped_at withdrawn_at": "the versions are those of the unit's days",
            "created_by": "who entered them is a number",
        },
    ),
)
"""Column by column: how it is exported, and what erasure leaves of it."""

ACTS = (
    Act("manners.add_days", N_("Adding days to a calendar")),
    Act("manners.remove_days", N_("Removing days from a calendar")),
    Act("manners.import_days", N_("Importing a calendar")),
)
"""What this slice writes into the audit trail."""
