"""Reminders of meetings that have fallen due: whom they concern, and what is written to them.

Thousands may fall due in one second. So everything is read for many meetings at once, and quiet
times are worked out once for all who have the same.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import new_reference
from bot.delivery import outbox
from bot.delivery.notice import Recipient
from bot.features.communities.queries import batches as team_batches
from bot.features.communities.queries.teams import Team
from bot.features.meetings.actions.invitations import mark_told
from bot.features.meetings.actions.reminder_plan import reschedule
from bot.features.meetings.models import MeetingState
from bot.features.meetings.notices import reminders as reminder_notices
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries import reminders as reminder_queries
from bot.features.meetings.queries.meetings import Meeting, MemberRsvp, NearMeeting
from bot.features.meetings.queries.reminder_rules import (
    ReminderSlot,
    best_moment_for,
    wait_for_card_until,
)
from bot.features.notification_settings.queries import settings as settings_queries
from bot.features.notification_settings.queries.windows import Availability
from bot.scheduling.quiet import Placement
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx

logger = logging.getLogger(__name__)

WrittenReminder = tuple[Meeting | NearMeeting, int, str, Placement]
"""A reminder as it was given: meeting, person's id, which of the reminders, and how it came."""


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder of a meeting whose time has come: which of the `REMINDERS`, and for which start it
    was planned."""

    meeting_id: int
    slot: str
    anchor: datetime


@dataclass(frozen=True, slots=True)
class _OpenReminder:
    """A due reminder that still holds, and those of the team who have not had it."""

    found: Meeting
    team: Team
    slot: str
    waiting: list[MemberRsvp]


async def remind(tx: Tx, due_reminders: Iterable[DueReminder]) -> int:
    """Send each reminder to whom it concerns and for whom its moment has come; plan the moments of
    the others. It never goes to whoever has declined or left, nor to anybody twice; ten minutes
    before only to whoever said yes or maybe, and only they are disturbed in a quiet time where
    nothing else is of use. Somebody for whom it cannot be worked out keeps nobody else from theirs.

    Returns how many are written to; none where the meeting is off, has moved from the anchor, or
    its team is closed.

    :raises Exception: what went wrong, where it could be worked out for nobody.
    """
    cases = await _open_reminders(tx, list(dict.fromkeys(due_reminders)))
    people = {reply.person.id: reply.person for case in cases for reply in case.waiting}
    availability = await settings_queries.availability_of(tx, list(people.values()))
    batch = _ReminderBatch(availability, tx.now)
    for case in cases:
        batch.take(case)
    if batch.failures and not batch.placed:
        raise batch.failures[-1]
    for found, slot, at in batch.later.values():
        await reschedule(tx, found, slot, at)
    await outbox.send_to(tx, reminder_notices.REMINDER, {}, batch.written)
    await mark_reminded(tx, batch.given)
    return len(batch.written)


async def _open_reminders(tx: Tx, due_reminders: Sequence[DueReminder]) -> list[_OpenReminder]:
    ids = {each.meeting_id for each in due_reminders}
    # In one order, so that two processes never wait for each other.
    for number in sorted(ids):
        await tx.lock("meeting", number)
    meetings = await meeting_queries.meetings_by_id(tx, ids)
    teams = await team_batches.teams_by_id(tx, {found.team_id for found in meetings.values()})
    holding: list[tuple[Meeting, Team, str]] = []
    for each in due_reminders:
        found = meetings.get(each.meeting_id)
        if found is None or found.state is not MeetingState.SCHEDULED or found.starts_at <= tx.now:
            continue
        team = teams.get(found.team_id)
        if team is not None and team.is_active and found.starts_at == each.anchor:
            holding.append((found, team, each.slot))
    concerned = {found.id: found for found, _, _ in holding}.values()
    attendances = await meeting_queries.attendances(tx, concerned)
    given = await reminder_queries.reminded(tx, concerned, {slot for _, _, slot in holding})
    return [
        _OpenReminder(
            found,
            team,
            slot,
            [
                reply
                for reply in attendances[found.id].expected
                if (slot != "10m" or reply.answer is not None)
                and (found.id, reply.person.id, slot) not in given
            ],
        )
        for found, team, slot in holding
    ]


class _ReminderBatch:
    """Works out for each person of many meetings whether their moment has come, and what is
    written to them; what is alike is worked out once. Only computes: the results are in its
    lists."""

    def __init__(self, availability: dict[int, Availability], now: datetime) -> None:
        self._availability = availability
        self._now = now
        self._moments: dict[tuple[int, datetime, str, bool], Placement | None] = {}
        self.placed = 0
        """For how many people it could be worked out, whatever came out."""
        self.written: list[Recipient] = []
        self.given: list[WrittenReminder] = []
        self.later: dict[tuple[int, str, datetime], tuple[Meeting, str, datetime]] = {}
        """The other moments that are to be planned, each once."""
        self.failures: list[Exception] = []

    def take(self, case: _OpenReminder) -> None:
        for reply in case.waiting:
            try:
                self._take_one(case, reply)
                self.placed += 1
            except Exception as error:
                self.failures.append(error)
                logger.exception(
                    "a reminder could not be written",
                    extra={
                        "action": "meetings.unwritten", "reference": new_reference(),
                        "meeting": case.found.id, "person": reply.person.id, "slot": case.slot,
                    },
                )  # fmt: skip

    def _take_one(self, case: _OpenReminder, reply: MemberRsvp) -> None:
        found, slot = case.found, case.slot
        own = self._availability[reply.person.id]
        placed = self._moment(own, found, slot, urgent=slot != "1d" and reply.answer is not None)
        if placed is None:
            return
        later = wait_for_card_until(own, found, slot, placed, self._now) or placed.at
        if later > self._now:
            self.later[found.id, slot, later] = (found, slot, later)
            return
        told = (found.id, ReminderSlot(slot), found.moved_count, placed.timing, placed.cause)
        self.written.append(Recipient(reply.person.id, told, found.topic, found.starts_at))
        self.given.append((found, reply.person.id, slot, placed))

    def _moment(
        self, own: Availability, found: Meeting, slot: str, *, urgent: bool
    ) -> Placement | None:
        # Equal availabilities are one object: identity is faster than comparison.
        key = (id(own), found.starts_at, slot, urgent)
        if key not in self._moments:
            self._moments[key] = best_moment_for(own, found, slot, self._now, urgent=urgent)
        return self._moments[key]


async def mark_reminded(tx: Tx, given: Iterable[WrittenReminder]) -> None:
    """Note whom reminders were written to; they know of the meeting then, too."""
    now = to_millis(tx.now)
    listed = list(given)
    await tx.run_many(
        "INSERT INTO meeting_reminders"
        " (meeting_id, person_id, slot, round, sent_at, manner, cause) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (meeting_id, person_id, slot) DO UPDATE SET round = excluded.round,"
        " sent_at = excluded.sent_at, manner = excluded.manner, cause = excluded.cause",
        [
            (
                found.id,
                person,
                slot,
                found.moved_count,
                now,
                placed.timing.value,
                placed.cause and placed.cause.value,
            )
            for found, person, slot, placed in listed
        ],
    )
    await mark_told(tx, dict.fromkeys((found.id, person) for found, person, _, _ in listed))
