"""The morning card: the day's reminders of one person, gathered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.person import Person, find_person
from bot.delivery import outbox
from bot.features.manners import queries as manners
from bot.features.manners.queries import Ways
from bot.features.meetings import notices, queries, reminders
from bot.features.meetings.invitations import mark_invited, mark_reminded
from bot.features.meetings.nudges import GATHERED, HORIZON, place
from bot.features.meetings.queries import Answer, Listed
from bot.scheduling import due
from bot.scheduling.quiet import Placement
from bot.storage.transaction import Tx

CARD = "meetings.morning"
"""Name of the job that sends somebody's morning card."""
STILL_MORNING = timedelta(hours=4)
"""A card that could not leave in this time is not sent; its reminders then come one by one."""
MOST = 20


@dataclass(frozen=True, slots=True)
class Gathered:
    """A meeting on the card, with the reminders that it stands for."""

    listed: Listed
    slots: dict[str, Placement]


async def plan_card(tx: Tx, person_id: int) -> None:
    """Plan the person's next morning card, or none where they want none."""
    person = await find_person(tx, person_id)
    ways = (await manners.ways_of(tx, [person]))[person_id] if person else None
    hour = ways.manners.card_at if ways else None
    if person is None or ways is None or hour is None or not person.is_member:
        await due.cancel(tx, _topic(person_id))
        return
    local = ways.local(tx.now)
    at = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    if at <= local:
        at += timedelta(days=1)
    await due.set_due(
        tx,
        CARD,
        _topic(person_id),
        "card",
        anchor=at,
        expires_at=at + STILL_MORNING,
        payload={"person": person_id},
    )


def _topic(person_id: int) -> str:
    return f"morning:{person_id}"


async def send_card(tx: Tx, person_id: int) -> int:
    """Send the card of this morning and plan the next one. A morning without reminders has no
    card. Returns how many meetings stand on it."""
    await plan_card(tx, person_id)
    person = await find_person(tx, person_id)
    if person is None or not person.is_member:
        return 0
    ways = (await manners.ways_of(tx, [person]))[person_id]
    if ways.manners.card_at is None:
        return 0
    gathered = await _gather(tx, person, ways)
    if not gathered:
        return 0
    await outbox.notify(
        tx,
        person_id,
        notices.morning(person, [each.listed for each in gathered], tx.now),
        kind=outbox.ParcelKind.REMINDER,
        topic=_topic(person_id),
        expires_at=max(each.listed.meeting.starts_at for each in gathered),
    )
    for each in gathered:
        for slot, placed in each.slots.items():
            await mark_reminded(tx, each.listed.meeting, slot, [(person_id, placed)])
        await mark_invited(tx, each.listed.meeting, [person])
    return len(gathered)


async def _gather(tx: Tx, person: Person, ways: Ways) -> list[Gathered]:
    """What the person would be reminded of today, the soonest first."""
    found = []
    for listed in await queries.upcoming(tx, person.id, limit=MOST):
        meeting = listed.meeting
        if listed.answer is Answer.NO or not listed.team.is_active:
            continue
        if not tx.now < meeting.starts_at <= tx.now + HORIZON:
            continue
        slots = {}
        for slot in GATHERED:
            placed = place(ways, meeting, slot, tx.now)
            if placed is None or not _is_today(ways, placed.at, tx.now):
                continue
            if person.id not in await reminders.reminded(tx, meeting, slot):
                slots[slot] = placed
        if slots:
            found.append(Gathered(listed, slots))
    return found


def _is_today(ways: Ways, moment: datetime, now: datetime) -> bool:
    return ways.local(moment).date() == ways.local(now).date()
