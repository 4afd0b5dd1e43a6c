"""The fictional department that `make run` shows to a newcomer."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.app import App
from bot.channels.telegram import rates
from bot.chat.conversation import load_contact
from bot.chat.incoming import Address
from bot.chat.person import Person
from bot.core.clock import Clock, FrozenClock
from bot.core.country import country
from bot.core.errors import Refused
from bot.core.settings import Settings
from bot.core.text import clean_line, clean_name, clean_text
from bot.delivery import message as outbox_tables
from bot.demo import DemoPerson, fill
from bot.demo.department import load_department
from bot.features.announcements import rights as announcement_rights
from bot.features.announcements.models import AnnouncementState, announcements
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.communities.forms.fields import FORMS_OF_WORK
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.meetings.models import Rsvp
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.people.actions import units as unit_actions
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.audiences import Audience
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries import search as practice_search
from bot.packs import organisation
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.scheduling.due import DueState, due
from bot.simulator import DEFAULT_TOKEN, Simulator, SimUser
from bot.storage.columns import metadata
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.databases import DIALECTS, PostgresServer, run_apart
from tests.features.meetings_team import next_meeting
from tests.town import MORNING, Phone, Town

NOURA, HIND, AMAL, SALMA, MAJED, DALAL = 5001, 5002, 5003, 5004, 5015, 5011
WAFAA = 5031


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database."""
    database = await open_database(database_url, FrozenClock(MORNING))
    yield database
    await database.close()


async def fill_at(url: str) -> None:
    database = await open_database(url, FrozenClock(MORNING))
    await fill(database)
    await database.close()


@pytest.fixture(scope="module", params=DIALECTS)
def filled_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A filled database that this module's tests only read."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("demo") / "filled.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        url = f"sqlite+aiosqlite:///{path}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.url_of(server.create_database(request.getfixturevalue("migrated_postgresql")))
    run_apart(asyncio.run, fill_at(url))
    return url


@pytest.fixture
async def filled(filled_url: str) -> AsyncIterator[Database]:
    database = await open_database(filled_url, FrozenClock(MORNING))
    yield database
    await database.close()


async def find(tx: Tx, phone: int) -> Person:
    contact = await load_contact(tx, Address("telegram", str(phone)))
    assert contact is not None
    return contact.person


async def count_rows(database: Database) -> dict[str, int]:
    async with database.reading() as tx:
        return {
            table.name: int(await tx.scalar(select(func.count()).select_from(table)))
            for table in metadata.sorted_tables
        }


async def test_an_empty_database_is_filled_once(database: Database) -> None:
    people = await fill(database)
    filled = await count_rows(database)
    assert await fill(database) == people
    assert await count_rows(database) == filled
    known = Counter(person.is_known for person in people)
    assert known == {True: 24, False: 5}
    assert not any(person.is_known for person in people[24:])
    assert [person.id for person in people[:3]] == [NOURA, HIND, AMAL]
    assert all(person.note for person in people)
    assert people[0].as_user() == {
        "id": NOURA,
        "first_name": people[0].first_name,
        "last_name": people[0].last_name,
        "username": "noura_math",
        "language_code": "ar",
        "note": people[0].note,
    }


async def test_a_database_with_units_stays_as_it_is(database: Database) -> None:
    async with database.transaction() as tx:
        draft = unit_actions.UnitDraft("ministry", "Somewhere", "SA", "Asia/Riyadh")
        await unit_actions.create_unit(tx, None, draft)
    before = await count_rows(database)
    people = await fill(database)
    assert await count_rows(database) == before
    assert len(people) == 29
    assert not any(person.is_known for person in people)


async def test_every_profile_is_complete(filled: Database) -> None:
    people = [person for person in await fill(filled) if person.is_known]
    held: set[Role] = set()
    async with filled.reading() as tx:
        for person in people:
            profile = await people_queries.profile(tx, (await find(tx, person.id)).id)
            assert profile is not None
            assert profile.person.name == f"{person.first_name} {person.last_name}"
            assert profile.person.voice.gender in {"m", "f"}
            assert profile.person.voice.country == profile.unit.country
            assert set(profile.subjects) <= set(organisation.subjects())
            assert set(profile.stages) <= set(organisation.stages())
            assert profile.roles
            held |= {each.role for each in profile.roles}
    assert held == set(Role) - {Role.PARTNER}


async def test_nothing_lies_in_the_future_and_nothing_is_left_over(filled: Database) -> None:
    """The past is past: what was written then has arrived, what was due then is done."""
    async with filled.reading() as tx:
        messages = await tx.all(select(outbox_tables.outbox))
        overdue = await tx.all(
            select(due).where(due.c.state == DueState.WAITING, due.c.due_at < MORNING)
        )
        failed = await tx.all(
            select(due).where(due.c.state.in_([DueState.FAILED, DueState.EXPIRED]))
        )
    assert [row for row in messages if row.queued_at > MORNING] == []
    assert overdue == []
    assert failed == []
    waiting = [row for row in messages if row.state == outbox_tables.MessageState.QUEUED]
    assert {row.queued_at for row in waiting} == {MORNING}
    assert set(Counter(row.person_id for row in waiting).values()) <= {1, 2}
    assert {row.state for row in messages} == {
        outbox_tables.MessageState.QUEUED,
        outbox_tables.MessageState.SENT,
    }


async def test_about_a_day_ahead_a_meeting_waits_with_all_its_reminders(
    filled: Database,
) -> None:
    async with filled.reading() as tx:
        noura = await find(tx, NOURA)
        listed = await next_meeting(tx, noura.id)
        assert listed is not None
        assert listed.answer is None
        meeting = listed.meeting
        assert timedelta(hours=25) < meeting.starts_at - MORNING < timedelta(hours=45)
        rows = await tx.all(
            select(due.c.slot).where(
                due.c.topic == meeting.topic,
                due.c.state == DueState.WAITING,
                due.c.due_at > MORNING,
            )
        )
        assert {row.slot for row in rows} == {"1d", "1h", "10m"}
        replies = (await meeting_queries.attendance(tx, meeting)).replies
        assert [reply.answer for reply in replies].count(None) == 1
        past = await meeting_queries.past(tx, noura.id, offset=0, limit=9)
        assert [each.meeting.state_at(MORNING).value for each in past] == ["held"]
        amal = await find(tx, AMAL)
        later = await next_meeting(tx, amal.id)
        assert later is not None
        assert later.meeting.starts_at - MORNING > timedelta(days=6)


async def test_rights_hold(filled: Database) -> None:
    async with filled.reading() as tx:
        hind, dalal = [await find(tx, phone) for phone in (HIND, DALAL)]
        salma, majed, amal = [await find(tx, phone) for phone in (SALMA, MAJED, AMAL)]
        [signs] = await team_queries.teams_led_by(tx, hind.id)
        assert len(await member_queries.members(tx, signs.id)) == 3
        assert all([signs.theme, len(signs.goals) == 3, len(signs.norms) == 4])
        [asked] = await member_queries.requests(tx, signs.id)
        assert (asked.person.id, bool(asked.word)) == (dalal.id, True)
        for outsider in (majed, salma):
            with pytest.raises(Refused, match="not_visible"):
                await team_queries.visible_team(tx, outsider, signs.id)
        assert (await team_queries.visible_team(tx, amal, signs.id)).id == signs.id
        department = Audience((await unit_queries.root_units(tx))[0].id)
        assert await announcement_queries.may_address(tx, amal.id, department)
        assert not await announcement_queries.may_address(tx, hind.id, department)
        for person in load_department().people:
            found = await find(tx, person.phone)
            for team in await team_queries.teams_of(tx, found.id):
                profile = await people_queries.profile(tx, found.id)
                assert profile is not None
                genders = {team.unit.gender, profile.unit.gender}
                assert not {UnitGender.GIRLS, UnitGender.BOYS} <= genders


async def test_practices_are_found_by_those_who_may_read_them(filled: Database) -> None:
    told = load_department().practices
    async with filled.reading() as tx:
        noura, salma = await find(tx, NOURA), await find(tx, SALMA)
        found = await practice_search.find(tx, noura, "جمع الاعداد الصحيحه", 1, 8)
        assert found.found[0].card.title == told[0].title
        marks = await practice_queries.response_counts(tx, found.found[0].card.id, noura.id)
        assert (marks.readers, marks.applied, marks.thanked) == (6, 1, 2)
        theirs = await practice_search.find(tx, salma, "جمع الأعداد الصحيحة رقائق", 1, 8)
        assert told[0].title not in [each.card.title for each in theirs.found]
        own = await practice_search.find(tx, salma, "معجم بلغتين", 1, 8)
        assert own.found[0].card.author.id == salma.id
        for entry in told:
            assert 1 <= len(entry.evidence) <= 10


async def test_one_announcement_is_read_one_goes_out_one_waits(filled: Database) -> None:
    async with filled.reading() as tx:
        rows = await tx.all(
            select(announcements.c.id, announcements.c.state).order_by(announcements.c.id)
        )
        by_state = {row.state: row.id for row in rows}
        assert set(by_state) == {
            AnnouncementState.SENT,
            AnnouncementState.SENDING,
            AnnouncementState.SCHEDULED,
            AnnouncementState.DRAFT,
        }
        report = await report_queries.report(tx, by_state[AnnouncementState.SENT])
        assert (report.delivered, report.acknowledged, report.waiting) == (14, 8, 0)
        hind = await find(tx, HIND)
        assert await announcement_queries.has_acknowledged(
            tx, by_state[AnnouncementState.SENT], hind.id
        )
        draft = by_state[AnnouncementState.DRAFT]
        with pytest.raises(Refused, match="not_yours"):
            await announcement_rights.access_own_announcement(tx, hind, draft)


def test_whenever_the_bot_starts_meetings_fall_on_working_days() -> None:
    """Even on the eve of a weekend, and in both countries."""
    department = load_department()
    lands = {unit.key: unit.country for unit in department.units}
    homes = {person.key: lands[person.unit] for person in department.people}
    for hour in range(0, 24 * 14, 5):
        present = datetime(2026, 11, 22, 22, 30, tzinfo=UTC) + timedelta(hours=hour)
        for meeting in department.meetings:
            pack = country(homes[meeting.by])
            starts = meeting.moment(present, pack.code)
            local = starts.astimezone(ZoneInfo(pack.timezone))
            assert local.weekday() not in pack.weekend
            assert local.time().replace(tzinfo=None) in meeting.at
            if meeting.days > 0:
                soon = timedelta(days=meeting.days)
                assert soon <= starts - present < soon + timedelta(days=4)
                assert meeting.called <= 0
            else:
                assert starts - present <= timedelta(days=meeting.days)
                assert present + timedelta(days=meeting.called) < starts


def test_the_texts_are_as_the_bot_would_store_them() -> None:
    department = load_department()
    for person in (*department.people, *department.visitors):
        assert clean_name(person.first) == person.first
        assert clean_name(person.last) == person.last
        assert len(person.note) <= 80
    for team in department.teams:
        assert clean_line(team.name) == team.name
        assert team.form_of_work in FORMS_OF_WORK
    for practice in department.practices:
        for text in (practice.difficulty, practice.actions_taken, practice.result):
            assert clean_text(text) == text
        assert all(len(text) <= 1000 for text in practice.evidence)
    phones = [person.phone for person in (*department.people, *department.visitors)]
    assert len(set(phones)) == len(phones)


@pytest.fixture
async def newcomer(sqlite_url: str, tmp_path: Path) -> AsyncIterator[tuple[Town, list[DemoPerson]]]:
    """What `make run` starts, with time that stands still."""
    clock = FrozenClock(MORNING)
    simulator = Simulator(token=DEFAULT_TOKEN, now=clock.now)
    await simulator.start()
    settings = Settings.of(
        {
            "telegram_token": DEFAULT_TOKEN,
            "telegram_api_url": simulator.url,
            "database_url": sqlite_url,
            "data_dir": tmp_path,
        }
    )
    app = await App.build(settings, clock, limits=rates(None, None, None))
    town = Town(app, simulator, clock, settings)
    people = await fill(app.database)
    for person in people:
        user = SimUser(**person.as_user())  # type: ignore[arg-type]
        simulator.add_user(user, started=person.is_known)
        town.phones[user.id] = Phone(town, user)
    await app.start()
    try:
        await town.settles()
        yield town, people
        await town.check()
    finally:
        await app.stop()
        await simulator.stop()


async def test_a_newcomer_sees_a_living_community(
    newcomer: tuple[Town, list[DemoPerson]],
) -> None:
    town, people = newcomer
    noura, hind, amal = (town.phones[person.id] for person in people[:3])
    department = load_department()
    for person in people:
        received = town.phones[person.id].messages()
        assert len(received) <= 3
        assert bool(received) is person.is_known
    soon = next(meeting for meeting in department.meetings if meeting.days == 1.05)
    news = [each for each in department.announcements if each.days == 0]
    noura.sees(soon.title, news[0].title)
    hind.sees("دلال السواقي", news[0].title)
    amal.sees(news[0].title)
    for phone in (noura, hind, amal):
        assert len(phone.menu()) >= 5

    await noura.taps("سأحضر")
    async with town.app.database.reading() as tx:
        reader = await find(tx, noura.id)
        listed = await next_meeting(tx, reader.id)
        assert listed is not None
        assert listed.answer is Rsvp.YES

    wafaa = town.phones[WAFAA]
    await wafaa.says("/start i-wafaa")
    wafaa.sees("متوسطة ضياء السدر للبنات")

    await town.moves(timedelta(seconds=6))
    amal.sees("١٤")
    async with town.app.database.reading() as tx:
        states = await tx.scalars(select(announcements.c.state))
    assert AnnouncementState.SENDING not in states


async def test_time_can_be_the_systems_own(sqlite_url: str) -> None:
    """`make run` starts with a clock that goes on while the department is filled."""
    database = await open_database(sqlite_url, Clock())
    people = await fill(database)
    await database.close()
    assert len(people) == 29
