"""Many reminders that fall due at once: everybody gets their own, as if nobody else had any."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.chat.person import Person, addresses, change_person
from bot.core.clock import FrozenClock
from bot.delivery.message import outbox
from bot.features.communities.models import MembershipState, TeamState, memberships, teams
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.actions.digest import send_digests
from bot.features.meetings.actions.reminder_plan import reschedule_all
from bot.features.meetings.actions.reminders import DueReminder, remind
from bot.features.meetings.models import (
    MeetingState,
    Rsvp,
    meeting_answers,
    meeting_invitations,
    meeting_reminders,
    meetings,
)
from bot.features.meetings.queries.meetings import Meeting, meetings_by_id
from bot.features.notification_settings import actions as settings_actions
from bot.features.notification_settings.models import Pause
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.scheduling import due
from bot.scheduling.quiet import Hours
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.features.meetings_team import NOW, add_member, add_person, add_team, draft
from tests.town import Phone, Town, town

__all__ = ["town"]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = NOW + DAY + 2 * HOUR
"""Monday, noon in Riyadh and nine o'clock in Rabat."""


async def team_meets(tx: Tx, people: list[Person], title: str) -> Meeting:
    """A team of these people, led by the first, meets at `START`."""
    team_id = await add_team(tx, people[0], f"فريق {title}")
    for person in people[1:]:
        await add_member(tx, team_id, person)
    given = draft(starts_at=START, ends_at=START + HOUR, title=title)
    found, _ = await meeting_actions.schedule_meeting(tx, people[0], team_id, given)
    return found


async def test_a_mixed_crowd_gets_what_each_of_them_is_to_get(town: Town) -> None:
    """Three teams meet at the same time, and an hour before not everybody is as the others."""
    names = ["نورة", "هدى", "خالد", "Emma", "سارة", "ريم", "منى", "أمل", "لطيفة", "فهد", "Luc"]
    phones = {name: town.person(name) for name in names}
    who: dict[str, Person] = {}
    async with town.app.database.transaction() as tx:
        for name, phone in phones.items():
            gender = "m" if name in ("خالد", "فهد", "Luc") else "f"
            code = "MA" if name == "خالد" else "SA"
            who[name] = await add_person(tx, name, gender=gender, code=code, external=str(phone.id))
    for phone in phones.values():
        await phone.says("/menu")
    async with town.app.database.transaction() as tx:
        for name, language in (("Emma", "en"), ("Luc", "fr")):
            who[name] = await change_person(tx, who[name].id, language=language, numerals="latn")
        await settings_actions.choose_settings(
            tx, who["ريم"], NotificationSettings(Hours(time(10, 30), time(11, 30)))
        )
        await settings_actions.choose_settings(
            tx, who["منى"], NotificationSettings(card_at=time(7))
        )
        await settings_actions.choose_settings(
            tx, who["لطيفة"], NotificationSettings(Hours(time(23), time(22, 50)))
        )
        mixed = ["نورة", "هدى", "خالد", "Emma", "سارة", "ريم", "منى", "أمل", "لطيفة"]
        reading = await team_meets(tx, [who[name] for name in mixed], "القراءة")
        numbers = await team_meets(tx, [who["فهد"], who["نورة"]], "الكسور")
        physics = await team_meets(tx, [who["Luc"], who["هدى"]], "Physique")
        for name, answer in (("هدى", Rsvp.MAYBE), ("لطيفة", Rsvp.YES)):
            await meeting_actions.answer_meeting(tx, who[name], reading.id, answer, moved_count=0)
    await town.settles()
    await town.moves(to=START - DAY + HOUR)
    # The evening before, and the morning: what is not as usual comes at times of its own.
    await town.moves(to=START - 3 * HOUR)
    phones["منى"].sees("صباح الخير", "القراءة")
    await town.moves(to=START - timedelta(minutes=95))
    phones["ريم"].sees("تذكير: القراءة")
    async with town.app.database.transaction() as tx:
        await meeting_actions.cancel_meeting(tx, who["فهد"], numbers.id)
        await tx.execute(
            update(memberships)
            .where(memberships.c.person_id == who["سارة"].id)
            .values(state=MembershipState.LEFT, ended_at=tx.now)
        )
        await tx.execute(
            update(addresses)
            .where(addresses.c.external == str(phones["أمل"].id))
            .values(reach="unreachable")
        )
    await town.settles()
    await town.moves(to=START - HOUR)

    def sees_one(phone: Phone, *texts: str) -> None:
        assert len(phone.news()) == 1, phone.news()
        phone.sees(*texts)

    sees_one(phones["نورة"], "تذكير: القراءة", "الساعة 12:00 ظهرًا", "بعد ساعة")
    (shown,) = phones["نورة"].news()
    assert "هل تحضر" not in shown
    assert "أكتب إليك" not in shown
    phones["نورة"].sees_no_button("أعتذر")
    assert any("Physique" in shown for shown in phones["هدى"].news())
    assert len(phones["هدى"].news()) == 2
    # By the clock of Morocco, and with its months.
    sees_one(phones["خالد"], "الساعة 9:00 صباحًا", "نونبر", "هل تحضر؟")
    sees_one(phones["Emma"], "Reminder: القراءة", "Will you attend?")
    sees_one(phones["Luc"], "Physique", "lundi 23 novembre 2026")
    sees_one(phones["لطيفة"], "أكتب إليك رغم", "القراءة")
    for name in ("سارة", "ريم", "منى", "أمل", "فهد"):
        phones[name].sees_nothing()
    given = await town.rows(meeting_reminders, slot="1h")
    assert {(row.meeting_id, row.person_id) for row in given} == {
        (reading.id, who[name].id)
        for name in ("نورة", "هدى", "خالد", "Emma", "ريم", "منى", "أمل", "لطيفة")
    } | {(physics.id, who["Luc"].id), (physics.id, who["هدى"].id)}
    rows = await town.rows(outbox, person_id=who["أمل"].id, kind="reminder", topic=reading.topic)
    assert [row.state for row in rows][-1] == "unreachable"
    # Why it came is told to each as before.
    await phones["نورة"].taps("لماذا وصلني")
    phones["نورة"].sees("القراءة")


async def test_a_person_whose_reminder_cannot_be_written_keeps_nobody_from_theirs(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    phones = [town.person(name) for name in ("نورة", "هدى", "سارة")]
    async with town.app.database.transaction() as tx:
        people = [await add_person(tx, p.user.name, external=str(p.id)) for p in phones]
        await team_meets(tx, people, "القراءة")
    for phone in phones:
        await phone.says("/menu")
    await town.moves(to=START - HOUR - timedelta(minutes=1))
    async with town.app.database.transaction() as tx:
        await change_person(tx, people[1].id, timezone="Mars/Olympus")
    await town.moves(to=START - HOUR)
    for phone in (phones[0], phones[2]):
        phone.sees("تذكير: القراءة")
    phones[1].sees_nothing()
    (line,) = [vars(each) for each in caplog.records if each.levelno >= logging.ERROR]
    assert (line["action"], line["person"]) == ("meetings.unwritten", people[1].id)


async def test_a_meeting_of_which_nothing_can_be_worked_out_stops_no_other(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    """The rows that fell due together are then done one by one, and the bad one again later."""
    phones = [town.person(name) for name in ("نورة", "هدى", "سارة")]
    async with town.app.database.transaction() as tx:
        people = [await add_person(tx, p.user.name, external=str(p.id)) for p in phones]
        found = [await team_meets(tx, [person], person.name) for person in people]
    for phone in phones:
        await phone.says("/menu")
    await town.moves(to=START - HOUR - timedelta(minutes=1))
    async with town.app.database.transaction() as tx:
        # Nothing of the batch can be read as long as this stands there.
        broken = update(due.due).where(due.due.c.topic == found[1].topic, due.due.c.slot == "1h")
        await tx.execute(broken.values(payload={}))
    await town.moves(to=START - HOUR)
    for phone in (phones[0], phones[2]):
        phone.sees("تذكير")
        assert len(phone.news()) == 1
    states = {row.topic: row.state for row in await town.rows(due.due, slot="1h")}
    assert [states[each.topic] for each in found] == ["done", "waiting", "done"]
    async with town.app.database.transaction() as tx:
        await tx.execute(broken.values(payload={"meeting": found[1].id}))
    await town.moves(timedelta(minutes=1))
    phones[1].sees("تذكير")
    assert any(vars(each).get("action") == "due.failed" for each in caplog.records)


# Whatever the crowd: at once as one by one


@dataclass(frozen=True)
class Teacher:
    gender: str
    language: str
    code: str
    answer: Rsvp | None
    answered_before_the_move: bool
    left: bool
    reachable: bool
    reminded: bool
    chosen: NotificationSettings | None


@dataclass(frozen=True)
class Gathering:
    teachers: list[Teacher]
    link: str
    cancelled: bool
    moved: bool
    closed: bool


_hours = st.sampled_from(
    [None, Hours(time(21), time(7)), Hours(time(9), time(11)), Hours(time(12), time(11, 30))]
)
_settings = st.builds(
    NotificationSettings,
    _hours,
    st.sampled_from(Pause),
    st.sampled_from([None, time(7), time(9, 10)]),
)
_rarely = st.sampled_from([False, False, False, True])
_teachers = st.builds(
    Teacher,
    st.sampled_from(["f", "m", "neutral"]),
    st.sampled_from(["ar", "en", "fr"]),
    st.sampled_from(["SA", "MA"]),
    st.sampled_from([None, *Rsvp]),
    _rarely,
    _rarely,
    st.sampled_from([True, True, True, False]),
    _rarely,
    st.none() | _settings,
)
_gatherings = st.builds(
    Gathering,
    st.lists(_teachers, min_size=1, max_size=4),
    st.sampled_from(["", "https://meet.example.org/abc"]),
    _rarely,
    _rarely,
    _rarely,
)


class _UndoneError(Exception):
    """Takes everything back that its transaction did."""


async def arrange(tx: Tx, gathering: Gathering, starts_at: datetime) -> tuple[int, list[int]]:
    """The team and its meeting, as they stand when the reminder falls due; returns the id of the
    meeting and those of the people."""
    people = []
    for number, teacher in enumerate(gathering.teachers):
        person = await add_person(tx, f"معلم {number}", gender=teacher.gender, code=teacher.code)
        await change_person(tx, person.id, language=teacher.language)
        people.append(person)
    team_id = await add_team(tx, people[0])
    for person in people[1:]:
        await add_member(tx, team_id, person)
    meeting_id = await tx.insert(
        meetings, team_id=team_id, title="تحليل النتائج", purpose="", agenda=[],
        starts_at=starts_at + DAY * gathering.moved, ends_at=starts_at + DAY * 2, place="القاعة",
        link=gathering.link, moved_count=1, reason="", created_by=people[0].id,
        state=MeetingState.CANCELLED if gathering.cancelled else MeetingState.SCHEDULED,
        created_at=tx.now, changed_at=tx.now,
    )  # fmt: skip
    for person, teacher in zip(people, gathering.teachers, strict=True):
        own = {"meeting_id": meeting_id, "person_id": person.id}
        if teacher.answer is not None:
            given = own | {"answer": teacher.answer, "reason": "", "answered_at": tx.now}
            before = 0 if teacher.answered_before_the_move else 1
            await tx.execute(meeting_answers.insert().values(given | {"round": before}))
        if teacher.reminded:
            came = own | {"slot": "1h", "round": 1, "sent_at": tx.now, "manner": "on_time"}
            await tx.execute(meeting_reminders.insert().values(came))
        if teacher.chosen is not None:
            await settings_actions.choose_settings(tx, person, teacher.chosen)
        if teacher.left:
            await tx.execute(
                update(memberships)
                .where(memberships.c.person_id == person.id)
                .values(state=MembershipState.LEFT)
            )
        if not teacher.reachable:
            await tx.execute(
                update(addresses)
                .where(addresses.c.person_id == person.id)
                .values(reach="unreachable")
            )
    if gathering.closed:
        await tx.execute(update(teams).where(teams.c.id == team_id).values(state=TeamState.CLOSED))
    return meeting_id, [person.id for person in people]


async def everything(tx: Tx) -> list[list[tuple[Any, ...]]]:
    """All that reminders write, without the numbers of the rows."""
    written = []
    for table in (outbox, meeting_reminders, meeting_invitations, due.due):
        columns = [column for column in table.c if column.name not in ("id", "notice_id")]
        query = table.select().with_only_columns(*columns)
        rows = [tuple(row) for row in await tx.all(query.order_by(*table.primary_key.columns))]
        written.append(rows if table is outbox else sorted(rows, key=repr))
    return written


async def compare(url: str, crowd: list[Gathering], slot: str, hour: int) -> None:
    before = {"1d": DAY, "1h": HOUR, "10m": timedelta(minutes=10)}[slot]
    starts_at = datetime(2026, 11, 24, hour, tzinfo=UTC)
    clock = FrozenClock(starts_at - before)
    database = await open_database(url, clock)
    try:
        async with database.transaction() as tx:
            made = [await arrange(tx, each, starts_at) for each in crowd]
        due_reminders = [DueReminder(number, slot, starts_at) for number, _ in made]
        people = [number for _, numbers in made for number in numbers]
        whole = [slice(None)]
        single = [slice(n, n + 1) for n in range(len(people))]
        assert await outcome(database, due_reminders, people, whole) == (
            await outcome(database, due_reminders, people, single)
        )
    finally:
        await database.close()


async def outcome(
    database: Database, due_reminders: list[DueReminder], people: list[int], portions: list[slice]
) -> tuple[int, int, list[list[tuple[Any, ...]]]]:
    """What comes of reminders, morning digests and looks ahead in these portions, which is then
    undone."""
    found: list[tuple[int, int, list[list[tuple[Any, ...]]]]] = []
    with suppress(_UndoneError):
        async with database.transaction() as tx:
            reminded = [await remind(tx, due_reminders[each]) for each in portions]
            cards = [await send_digests(tx, people[each]) for each in portions]
            near = await meetings_by_id(tx, [each.meeting_id for each in due_reminders])
            for each in portions:
                await reschedule_all(tx, list(near.values())[each])
            found.append((sum(reminded), sum(cards), await everything(tx)))
            raise _UndoneError
    (result,) = found
    return result


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(_gatherings, min_size=1, max_size=4),
    st.sampled_from(["1d", "1h", "10m"]),
    st.sampled_from([4, 8, 9, 20]),
)
def test_at_once_the_same_is_written_as_one_by_one(
    database_url: str, crowd: list[Gathering], slot: str, hour: int
) -> None:
    asyncio.run(compare(database_url, crowd, slot, hour))
