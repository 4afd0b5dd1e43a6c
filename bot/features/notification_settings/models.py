"""How people want to be written to."""

from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Integer, Table

from bot.chat.acts import Act
from bot.chat.personal import PersonalTable, owned_by
from bot.core.i18n import N_
from bot.storage.columns import Enumerated, Moment, metadata


class Pause(StrEnum):
    """Around which prayers no reminder comes."""

    ALL = "all"
    FRIDAY = "friday"
    NONE = "none"


class AtRest(StrEnum):
    """What becomes of messages that do not hurry, in somebody's time of rest."""

    WAIT = "wait"
    """They come when it is over."""
    SILENT = "silent"
    """They come at once, without a sound."""


notification_settings = Table(
    "manners",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("quiet_from", Integer, comment="minutes after local midnight; empty: no quiet hours"),
    Column("quiet_until", Integer, comment="minutes after local midnight"),
    Column("pause", Enumerated(Pause), nullable=False),
    Column("card_at", Integer, comment="minutes after local midnight; empty: no morning card"),
    Column("changed_at", Moment, nullable=False),
    Column(
        "at_rest",
        Enumerated(AtRest),
        nullable=False,
        server_default=AtRest.WAIT.value,
        comment="what becomes of messages that do not hurry in the quiet hours",
    ),
    comment="a row for each person who wants it otherwise than usual",
)

PERSONAL_TABLES = (
    PersonalTable(
        notification_settings,
        owned_by(notification_settings.c.person_id),
        exported="quiet_from quiet_until pause card_at changed_at at_rest",
        withheld={"person_id": "it is the person themselves"},
        erased="person_id quiet_from quiet_until pause card_at changed_at at_rest",
    ),
)
"""Column by column: how it is exported, and what erasure leaves of it."""

ACTS = (Act("manners.choose", N_("Choosing notification settings"), own=True),)
"""What this slice writes into the audit trail."""
