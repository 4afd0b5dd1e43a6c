"""The morning digest: the day's reminders of one person, gathered."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.chat.person import Person, find_people
from bot.delivery import outbox
from bot.delivery.notice import Recipient
from bot.features.meetings.actions.reminder_plan import HORIZON
from bot.features.meetings.actions.reminders import mark_reminded
from bot.features.meetings.models import Rsvp
from bot.features.meetings.notices import reminders as reminder_notices
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries import reminders as reminder_queries
from bot.features.meetings.queries.meetings import ListedMeeting
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


@dataclass(frozen=True, slots=True)
class Gathered:
    """A meeting on the card, with the reminders that it stands for."""

    listed: ListedMeeting
    slots: dict[str, Placement]


async def plan_digest(tx: Tx, person_id: int) -> None:
    """Plan the person's next morning digest, or none where they want none."""
    await plan_digests(tx, [person_id])


async def plan_digests(tx: Tx, person_ids: Iterable[int]) -> None:
    """The same for up to a few hundred people."""
    asked = list(dict.fromkeys(person_ids))
    people = await find_people(tx, asked)
    availability = await settings_queries.availability_of(tx, list(people.values()))
    await _plan(tx, asked, people, availability)


async def _plan(
    tx: Tx,
    person_ids: Iterable[int],
    people: dict[int, Person],
    availability: dict[int, Availability],
) -> list[Person]:
    """Plan everybody's next card; returns who wants one."""
    wanting: list[Person] = []
    plans: list[tuple[str, datetime, object]] = []
    for number in person_ids:
        person = people.get(number)
        own = availability[number] if person and person.is_member else None
        if person is None or own is None or own.settings.card_at is None:
            await due.cancel(tx, _topic(number))
            continue
        wanting.append(person)
        at = _next_card(own, own.settings.card_at, tx.now)
        plans.append((_topic(number), at, {"person": number}))
    await due.set_each(tx, DIGEST_JOB, "card", plans)
    return wanting


def _next_card(own: Availability, hour: time, now: datetime) -> datetime:
    local = own.local(now)
    at = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return at if at > local else at + timedelta(days=1)


def _topic(person_id: int) -> str:
    return f"morning:{person_id}"


async def send_digests(tx: Tx, person_ids: Iterable[int]) -> int:
    """Send these people their cards of this morning and plan the next ones. A morning without
    reminders has no card, one with more than `MOST` meetings has several. Returns how many cards
    there are; for up to a few hundred people."""
    asked = list(dict.fromkeys(person_ids))
    people = await find_people(tx, asked)
    availability = await settings_queries.availability_of(tx, list(people.values()))
    wanting = await _plan(tx, asked, people, availability)
    days = await _settled_days(tx, wanting, availability)
    written = []
    for person, gathered in days:
        for first in range(0, len(gathered), MOST):
            found = [each.listed.meeting for each in gathered[first : first + MOST]]
            told = (not first, [(meeting.id, meeting.moved_count) for meeting in found])
            until = max(meeting.starts_at for meeting in found)
            written.append(Recipient(person.id, told, _topic(person.id), until))
    await outbox.send_to(tx, reminder_notices.DIGEST, {}, written)
    given = [
        (each.listed.meeting, person.id, slot, placed)
        for person, gathered in days
        for each in gathered
        for slot, placed in each.slots.items()
    ]
    await mark_reminded(tx, given)
    return len(written)


_Days = list[tuple[Person, list[Gathered]]]


async def _settled_days(
    tx: Tx, people: Sequence[Person], availability: dict[int, Availability]
) -> _Days:
    """What each person is reminded of today: as it stands once nobody else can remind of the same
    meetings or change them."""
    days = await _days(tx, people, availability)
    ids = {each.listed.meeting.id for _, gathered in days for each in gathered}
    if tx.dialect == "sqlite" or not ids:
        return days
    # In the order in which reminders that fall due take them.
    for number in sorted(ids):
        await tx.lock("meeting", number)
    return await _days(tx, [person for person, _ in days], availability, ids)


async def _days(
    tx: Tx,
    people: Sequence[Person],
    availability: dict[int, Availability],
    only: Collection[int] | None = None,
) -> _Days:
    """What each person would be reminded of today, the soonest first, among all meetings or these
    `only`; whoever has nothing is left out."""
    ahead = await meeting_queries.ahead_of(tx, [person.id for person in people], HORIZON)
    meetings = {each.meeting.id: each.meeting for listed in ahead.values() for each in listed}
    given = await reminder_queries.reminded(tx, meetings.values(), GATHERED)
    moments: dict[tuple[int, datetime, str], Placement | None] = {}
    found = []
    for person in people:
        own = availability[person.id]
        gathered = []
        for listed in ahead[person.id]:
            meeting = listed.meeting
            if only is not None and meeting.id not in only:
                continue
            if listed.answer is Rsvp.NO or meeting.starts_at <= tx.now:
                continue
            slots: dict[str, Placement] = {}
            for slot in GATHERED:
                # Equal availabilities are one object: identity is faster than comparison.
                key = (id(own), meeting.starts_at, slot)
                if key not in moments:
                    moments[key] = best_moment_for(own, meeting, slot, tx.now)
                placed = moments[key]
                if placed is None or not _is_today(own, placed.at, tx.now):
                    continue
                if (meeting.id, person.id, slot) not in given:
                    slots[slot] = placed
            if slots:
                gathered.append(Gathered(listed, slots))
        if gathered:
            found.append((person, gathered))
    return found


def _is_today(availability: Availability, moment: datetime, now: datetime) -> bool:
    return availability.local(moment).date() == availability.local(now).date()
