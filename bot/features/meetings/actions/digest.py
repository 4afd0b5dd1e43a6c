"""The morning digest: the day's reminders of one person, gathered."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from bot.delivery import outbox
from bot.delivery.notice import Recipient
from bot.features.meetings.actions.reminder_plan import HORIZON
from bot.features.meetings.actions.reminders import mark_reminded
from bot.features.meetings.notices import reminders as reminder_notices
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries import reminders as reminder_queries
from bot.features.meetings.queries.meetings import NearMeeting
from bot.features.meetings.queries.reminder_rules import GATHERED, best_moment_for
from bot.features.notification_settings.queries import settings as settings_queries
from bot.features.notification_settings.queries.windows import Availability
from bot.scheduling import due
from bot.scheduling.quiet import Placement
from bot.storage.transaction import Tx

DIGEST_JOB = "meetings.morning"
"""Name of the job that sends somebody's morning digest."""
EVERY_DAY = timedelta(days=1)
"""After which a card that could not be sent has its next turn."""
STILL_MORNING = timedelta(hours=4)
"""A card that could not leave in this time is not sent; its reminders then come one by one."""
MOST = 20
"""Meetings on one card, each with its button; more make further cards."""


_Gathered = tuple[NearMeeting, list[tuple[str, Placement]]]
"""A meeting on the card, with the reminders that it stands for."""
_Days = dict[int, list[_Gathered]]
"""By the person's id."""


async def plan_digest(tx: Tx, person_id: int) -> None:
    """Plan the person's next morning digest, or none where they want none."""
    await plan_digests(tx, [person_id])


async def plan_digests(tx: Tx, person_ids: Iterable[int]) -> None:
    """The same for up to a few hundred people."""
    asked = list(dict.fromkeys(person_ids))
    await _plan(tx, asked, await settings_queries.availability_of_members(tx, asked))


async def _plan(
    tx: Tx, person_ids: Iterable[int], availability: Mapping[int, Availability]
) -> dict[int, Availability]:
    """Plan everybody's next card; returns who wants one."""
    wanting: dict[int, Availability] = {}
    plans: list[tuple[str, datetime, object]] = []
    # Equal availabilities are one object: each is reckoned with once.
    moments: dict[int, datetime | None] = {}
    for number in person_ids:
        own = availability.get(number)
        at = None
        if own is not None:
            if id(own) not in moments:
                moments[id(own)] = _next_card(own, tx.now)
            at = moments[id(own)]
        if own is None or at is None:
            await due.cancel(tx, _topic(number))
            continue
        wanting[number] = own
        plans.append((_topic(number), at, {"person": number}))
    await due.set_each(tx, DIGEST_JOB, "card", plans)
    return wanting


def _next_card(own: Availability, now: datetime) -> datetime | None:
    """In UTC; None for whoever wants none."""
    hour = own.settings.card_at
    if hour is None:
        return None
    local = own.local(now)
    at = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return (at if at > local else at + timedelta(days=1)).astimezone(UTC)


def _topic(person_id: int) -> str:
    return f"morning:{person_id}"


async def send_digests(tx: Tx, person_ids: Iterable[int]) -> int:
    """Send these people their cards of this morning and plan the next ones. A morning without
    reminders has no card, one with more than `MOST` meetings has several. Returns how many cards
    there are; for up to a few hundred people."""
    asked = list(dict.fromkeys(person_ids))
    availability = await settings_queries.availability_of_members(tx, asked)
    wanting = await _plan(tx, asked, availability)
    days = await _settled_days(tx, wanting)
    written = []
    for person_id, gathered in days.items():
        for first in range(0, len(gathered), MOST):
            found = [meeting for meeting, _ in gathered[first : first + MOST]]
            told = (not first, [(meeting.id, meeting.moved_count) for meeting in found])
            # The last of them, since the soonest comes first.
            written.append(Recipient(person_id, told, _topic(person_id), found[-1].starts_at))
    await outbox.send_to(tx, reminder_notices.DIGEST, {}, written)
    given = [
        (meeting, person_id, slot, placed)
        for person_id, gathered in days.items()
        for meeting, slots in gathered
        for slot, placed in slots
    ]
    await mark_reminded(tx, given)
    return len(written)


async def _settled_days(tx: Tx, availability: Mapping[int, Availability]) -> _Days:
    """What each person is reminded of today: as it stands once nobody else can remind of the same
    meetings or change them."""
    days = await _days(tx, availability)
    ids = {meeting.id for gathered in days.values() for meeting, _ in gathered}
    if tx.dialect == "sqlite" or not ids:
        return days
    # In the order in which reminders that fall due take them.
    for number in sorted(ids):
        await tx.lock("meeting", number)
    return await _days(tx, {number: availability[number] for number in days}, ids)


async def _days(
    tx: Tx, availability: Mapping[int, Availability], only: Collection[int] | None = None
) -> _Days:
    """What each person would be reminded of today, the soonest first, among all meetings or these
    `only`; whoever has nothing is left out."""
    ahead = await meeting_queries.ahead_of(tx, list(availability), HORIZON)
    meetings = {each.id: each for listed in ahead.values() for each in listed}
    settled = await reminder_queries.settled(tx, meetings.values(), ahead)
    moments: dict[tuple[int, datetime], list[tuple[str, Placement]]] = {}
    days: _Days = {}
    for number, own in availability.items():
        gathered = []
        for meeting in ahead.get(number, ()):
            if only is not None and meeting.id not in only:
                continue
            key = (id(own), meeting.starts_at)
            if key not in moments:
                moments[key] = _today(own, meeting, tx.now)
            if not moments[key] or (meeting.id, number, None) in settled:
                continue
            slots = [each for each in moments[key] if (meeting.id, number, each[0]) not in settled]
            if slots:
                gathered.append((meeting, slots))
        if gathered:
            days[number] = gathered
    return days


def _today(own: Availability, found: NearMeeting, now: datetime) -> list[tuple[str, Placement]]:
    """The reminders of a meeting whose moment is today."""
    placed = [(slot, best_moment_for(own, found, slot, now)) for slot in GATHERED]
    return [(slot, at) for slot, at in placed if at and _is_today(own, at.at, now)]


def _is_today(availability: Availability, moment: datetime, now: datetime) -> bool:
    return availability.local(moment).date() == availability.local(now).date()
