"""How people want to be written to, and the days on which their unit does not work as usual."""

from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bot.storage.columns import Enumerated, Moment, id_column, metadata


class Pause(StrEnum):
    """Around which prayers no reminder comes."""

    ALL = "all"
    FRIDAY = "friday"
    NONE = "none"


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    EXAMS = "exams"


manners = Table(
    "manners",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("quiet_from", Integer, comment="minutes after local midnight; empty: no quiet hours"),
    Column("quiet_until", Integer, comment="minutes after local midnight"),
    Column("pause", Enumerated(Pause), nullable=False),
    Column("card_at", Integer, comment="minutes after local midnight; empty: no morning card"),
    Column("changed_at", Moment, nullable=False),
    comment="a row for each person who wants it otherwise than usual",
)

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
    UniqueConstraint("unit_id", "uid"),
    Index("ix_calendar_days_unit_id_last_day", "unit_id", "last_day"),
)
