"""Writes about when people are written to."""

from datetime import time

from sqlalchemy import delete

from bot.chat.person import Person
from bot.features.calendars.actions import announce_change
from bot.features.notification_settings.models import notification_settings
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.storage import audit
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx


def _minutes(hour: time | None) -> int | None:
    return None if hour is None else hour.hour * 60 + hour.minute


async def choose_settings(tx: Tx, person: Person, chosen: NotificationSettings) -> None:
    """Keep when a person wants to be written to; whatever waits for them is planned anew."""
    await tx.run(
        "INSERT INTO manners (person_id, quiet_from, quiet_until, pause, card_at, changed_at,"
        " at_rest) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (person_id) DO UPDATE SET"
        " quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,"
        " pause = excluded.pause, card_at = excluded.card_at, changed_at = excluded.changed_at,"
        " at_rest = excluded.at_rest",
        person.id,
        _minutes(chosen.hours.start if chosen.hours else None),
        _minutes(chosen.hours.end if chosen.hours else None),
        chosen.pause.value,
        _minutes(chosen.card_at),
        to_millis(tx.now),
        chosen.at_rest.value,
    )
    await audit.record(tx, person.id, "manners.choose", person.id)
    await announce_change(tx, person=person.id)


async def forget_settings(tx: Tx, person: Person) -> None:
    """Erase what a person chose, when they leave for good."""
    await tx.execute(
        delete(notification_settings).where(notification_settings.c.person_id == person.id)
    )
    await announce_change(tx, person=person.id)
