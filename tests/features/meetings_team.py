"""A team with its people on a database, for the rules of meetings."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.chat.incoming import Address
from bot.chat.person import Person, PersonState, addresses, find_person, people
from bot.chat.screen import Screen
from bot.core.clock import FrozenClock
from bot.core.country import country
from bot.core.text import western
from bot.delivery.message import MessageState, outbox
from bot.features.communities.models import (
    MemberRole,
    MembershipState,
    Mode,
    TeamState,
    memberships,
    teams,
)
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.actions.meetings import MeetingDraft
from bot.features.meetings.actions.reminders import DueReminder, remind
from bot.features.meetings.models import Rsvp, Venue, meeting_reminders
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries.meetings import ListedMeeting, Meeting
from bot.features.meetings.queries.reminder_rules import REMINDERS
from bot.features.people.models import UnitState, units
from bot.packs.organisation import UnitGender
from bot.scheduling import due
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.drawn import drawn

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
"""Sunday 22 November 2026, 10:00 in Riyadh, 07:00 in Rabat."""
THURSDAY = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)


def readable(text: str) -> str:
    return western("".join(char for char in text if char not in "\u2066\u2067\u2068\u2069\u200f"))


def draft(**changes: Any) -> MeetingDraft:
    values: dict[str, Any] = {
        "title": "تحليل نتائج الاختبار",
        "purpose": "نتفق على خطة علاجية",
        "agenda": ("عرض النتائج", "توزيع الأدوار"),
        "starts_at": THURSDAY,
        "ends_at": THURSDAY + timedelta(hours=1),
        "venue": Venue("غرفة المصادر", "https://meet.example.org/abc"),
    }
    return MeetingDraft(**(values | changes))


async def next_meeting(tx: Tx, person_id: int) -> ListedMeeting | None:
    """The person's next meeting that they have not declined."""
    ahead = await meeting_queries.upcoming(tx, person_id, offset=0, limit=20)
    return next((listed for listed in ahead if listed.answer is not Rsvp.NO), None)


@dataclass
class MeetingTeam:
    """A team with its people, the first of whom leads it; and somebody outside of it."""

    database: Database
    clock: FrozenClock
    team_id: int
    members: list[Person]
    outsider: Person

    @property
    def lead(self) -> Person:
        return self.members[0]

    async def calls(self, **changes: Any) -> Meeting:
        async with self.database.transaction() as tx:
            found, _ = await meeting_actions.schedule_meeting(
                tx, self.lead, self.team_id, draft(**changes)
            )
        return found

    async def answers(self, person: Person, found: Meeting, answer: Rsvp, **more: Any) -> None:
        more = {"moved_count": found.moved_count} | more
        async with self.database.transaction() as tx:
            await meeting_actions.answer_meeting(tx, person, found.id, answer, **more)

    async def moves(self, found: Meeting, by: timedelta, reason: str = "") -> Meeting:
        async with self.database.transaction() as tx:
            start = found.starts_at + by
            return await meeting_actions.move_meeting(tx, self.lead, found.id, start, reason=reason)

    async def leaves(self, person: Person) -> None:
        async with self.database.transaction() as tx:
            await tx.execute(
                update(memberships)
                .where(memberships.c.person_id == person.id)
                .values(state=MembershipState.LEFT, ended_at=tx.now)
            )

    async def told(self, person: Person, *, state: str = "queued") -> list[Screen]:
        """Messages for a person that stand in this state."""
        mine = outbox.c.person_id == person.id, outbox.c.state == state
        found = await drawn(self.database, *mine, at=self.clock.now())
        return [screen for _, screen in found if screen != Screen() or state != "queued"]

    async def reminded(self, found: Meeting, slot: str) -> set[int]:
        """Whose phones a reminder would ring at its time, after what was queued before is out of
        the way and as if none had come yet."""
        at = found.starts_at - REMINDERS[slot].before
        self.clock.move_to(max(at, self.clock.now()))
        async with self.database.transaction() as tx:
            await tx.execute(update(outbox).values(state=MessageState.SENT))
            await tx.execute(delete(meeting_reminders))
            await remind(tx, [DueReminder(found.id, slot, found.starts_at)])
        query = select(outbox.c.person_id).where(outbox.c.state == "queued")
        async with self.database.reading() as tx:
            return set(await tx.scalars(query))


async def add_person(
    tx: Tx,
    name: str,
    *,
    gender: str = "f",
    code: str = "SA",
    external: str = "",
    channel: str = "telegram",
) -> Person:
    """A registered person with an address."""
    pack = country(code)
    person_id = await tx.insert(
        people, state=PersonState.MEMBER, name=name, gender=gender, language="ar", country=code,
        timezone=pack.timezone, numerals=pack.numerals, calendar=pack.calendar,
        created_at=tx.now, registered_at=tx.now,
    )  # fmt: skip
    address = Address(channel, external or f"p{person_id}")
    await tx.insert(
        addresses, person_id=person_id, channel=address.channel, external=address.id,
        reach="reachable", changed_at=tx.now,
    )  # fmt: skip
    person = await find_person(tx, person_id)
    assert person is not None
    return person


async def add_team(tx: Tx, lead: Person, name: str = "فريق الرياضيات") -> int:
    """A team at a school of its own, led by `lead`."""
    unit_id = await tx.insert(
        units, kind="school", name="مدرسة النور", country="SA", timezone="Asia/Riyadh",
        gender=UnitGender.MIXED, path="", state=UnitState.ACTIVE, created_at=tx.now,
    )  # fmt: skip
    await tx.execute(update(units).where(units.c.id == unit_id).values(path=f"/{unit_id}/"))
    team_id = await tx.insert(
        teams, unit_id=unit_id, name=name, theme="الكسور", goals=[], norms=[],
        form_of_work="circles", mode=Mode.MIXED, state=TeamState.ACTIVE, link_digest=f"c{unit_id}",
        link_sealed="",
        created_by=lead.id, created_at=tx.now,
    )  # fmt: skip
    await add_member(tx, team_id, lead, MemberRole.LEAD)
    return team_id


async def add_member(
    tx: Tx, team_id: int, person: Person, role: MemberRole = MemberRole.MEMBER
) -> None:
    await tx.insert(
        memberships, team_id=team_id, person_id=person.id, role=role, responsibility="",
        state=MembershipState.ACTIVE, word="", reason="", asked_at=tx.now, decided_at=tx.now,
    )  # fmt: skip


@pytest.fixture
async def meeting_team(database_url: str) -> AsyncIterator[MeetingTeam]:
    clock = FrozenClock(NOW)
    database = await open_database(database_url, clock)
    async with database.transaction() as tx:
        names = ["نورة", "هدى", "سارة", "ريم", "منال"]
        members = [await add_person(tx, name) for name in names]
        outsider = await add_person(tx, "غادة")
        team_id = await add_team(tx, members[0])
        for person in members[1:]:
            await add_member(tx, team_id, person)
    yield MeetingTeam(database, clock, team_id, members, outsider)
    await database.close()


async def waiting_slots(meeting_team: MeetingTeam, found: Meeting) -> dict[str, datetime]:
    query = select(due.due.c.slot, due.due.c.due_at).where(
        due.due.c.topic == found.topic, due.due.c.state == "waiting"
    )
    async with meeting_team.database.reading() as tx:
        return {row.slot: row.due_at for row in await tx.all(query)}
