"""When a reminder suits somebody: the rules of each, and the moments that they lead to. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.features.meetings.queries.meetings import Meeting, NearMeeting
from bot.features.notification_settings.queries import windows as quiet_windows
from bot.features.notification_settings.queries.windows import Availability
from bot.scheduling import quiet
from bot.scheduling.quiet import Placement, Wish


class ReminderSlot(StrEnum):
    """Which of the reminders of a meeting. Its word is stored."""

    DAY = "1d"
    HOUR = "1h"
    MINUTES = "10m"


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """How long before the start a reminder is due; how long before, at the most, it still helps;
    and how long before it gives way to the next one, so that a bot that was down sends only what
    is still of use."""

    before: timedelta
    earliest: timedelta
    latest: timedelta


_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
REMINDERS: dict[str, ReminderRule] = {
    ReminderSlot.DAY: ReminderRule(_DAY, 3 * _DAY, _HOUR),
    ReminderSlot.HOUR: ReminderRule(_HOUR, 3 * _HOUR, 10 * _MINUTE),
    ReminderSlot.MINUTES: ReminderRule(10 * _MINUTE, 45 * _MINUTE, timedelta()),
}
GATHERED = (ReminderSlot.DAY, ReminderSlot.HOUR)
"""The reminders that a morning digest takes together."""
CARD_PATIENCE = 5 * _MINUTE
"""How long after its hour a morning digest is waited for."""


def best_moment_for(
    availability: Availability,
    found: Meeting | NearMeeting,
    slot: str,
    now: datetime,
    *,
    urgent: bool = False,
) -> Placement | None:
    """The moment that suits somebody for one of the `REMINDERS`; None: better not at all."""
    rule, start = REMINDERS[slot], found.starts_at
    wish = Wish(start - rule.before, start - rule.earliest, start - rule.latest, urgent)
    windows = quiet_windows.windows_of(availability, wish.earliest, start)
    return quiet.best_moment(wish, quiet.without_days_of(windows, start), now)


def wait_for_card_until(
    availability: Availability, found: Meeting, slot: str, placed: Placement, now: datetime
) -> datetime | None:
    """Until when a reminder waits for the morning digest of its day, which takes it along; without
    a card by then it comes by itself. None: it does not wait, since there is no such card, it has
    been waited for, or the reminder would then be of no more use."""
    hour = availability.settings.card_at
    if hour is None or slot not in GATHERED:
        return None
    local = availability.local(placed.at)
    card = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    until = card.astimezone(UTC) + CARD_PATIENCE
    return until if now < until < found.starts_at - REMINDERS[slot].latest else None
