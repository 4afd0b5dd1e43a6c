"""What is declared of people's data is so: how it is exported, what is erased, what is kept.

The stories of what is erased stand in `test_erasure.py` and `test_leaving.py`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import (
    Table,
    select,
)

from bot.arabic.calendar.school_days import DayKind
from bot.chat.conversation import load_contact, save_forms
from bot.chat.forms.fields import EvidencePiece
from bot.chat.incoming import Address
from bot.chat.intake import inbox
from bot.chat.intake.inbox import updates
from bot.chat.person import Person
from bot.core.clock import FrozenClock
from bot.core.errors import Refused
from bot.features import due_work, personal
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions.announcements import AnnouncementDraft
from bot.features.announcements.models import receipts
from bot.features.calendars import actions as calendar_actions
from bot.features.calendars.actions import DaysDraft
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamDraft
from bot.features.communities.models import Mode, memberships
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import Rsvp, meeting_reminders
from bot.features.notification_settings import actions as settings_actions
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions.roles import hold
from bot.features.people.actions.search import remember_search
from bot.features.people.queries import personal as personal_queries
from bot.features.people.queries.audiences import Audience
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions import responses as response_actions
from bot.packs.organisation import Role
from bot.scheduling.due import DueState, due
from bot.scheduling.quiet import Timing
from bot.scheduling.ticker import Ticker
from bot.storage.audit import audit_trail
from bot.storage.columns import metadata
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.features.meetings_team import draft
from tests.features.practices_school import READING, PracticeSchools
from tests.features.test_personal_columns import SEARCH, by_name, says

NADA = "مدرسة الندى"
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
PHONES = {"نورة": 7_310_940_101, "هدى": 7_310_940_102, "أمل": 7_310_940_103}
"""So long that none of them can be a part of another number."""
NAME = "هدى"

# One person who has done everything


@dataclass
class House:
    """Noura leads a team of Al-Nada; Huda has done, in it and at the school, all that one can do;
    Amal is the principal. What only Huda knew stands in `secrets`."""

    database: Database
    clock: FrozenClock
    department: PracticeSchools
    people: dict[str, Person]
    secrets: list[str] = field(default_factory=list)

    @property
    def huda(self) -> Person:
        return self.people[NAME]

    def secret(self, words: str) -> str:
        self.secrets.append(words)
        return words

    async def tables(self) -> dict[str, dict[Any, Mapping[str, Any]]]:
        """Huda's rows of each table, by their keys."""
        found: dict[str, dict[Any, Mapping[str, Any]]] = {}
        async with self.database.reading() as tx:
            for each in by_name().values():
                if each.owned is not None and not isinstance(each.table, str):
                    query = select(each.table).where(each.owned(self.huda.id))
                    found[each.name] = await _by_key(tx, each.table, query)
        return found


async def _by_key(tx: Tx, table: Table, query: Any) -> dict[Any, Mapping[str, Any]]:
    keys = [column.name for column in table.primary_key.columns]
    rows = [row._asdict() for row in await tx.all(query)]
    return {tuple(row[key] for key in keys): row for row in rows}


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    clock = FrozenClock(NOW)
    database = await open_database(database_url, clock, due_work().listeners)
    try:
        department = await PracticeSchools(database).build()
        people = {
            name: await department.person(name, NADA, number=PHONES[name], role=role)
            for name, role in (("نورة", Role.LEAD), (NAME, Role.LEAD), ("أمل", Role.PRINCIPAL))
        }
        house = House(database, clock, department, people)
        async with database.transaction() as tx:
            await _lives(tx, house)
        clock.advance(timedelta(hours=1))
        yield house
    finally:
        # What she cannot do fails here; with the database left open the run would never end.
        await database.close()


async def _lives(tx: Tx, house: House) -> None:
    noura, huda, amal = house.people.values()
    unit = house.department.units[NADA]
    home = ("القراءة", ("هدف",), ("نلتزم",), "subject", Mode.MIXED)
    team = await team_actions.create_team(tx, noura, TeamDraft(unit.id, "فريق القراءة", *home))
    await team_actions.create_team(tx, huda, TeamDraft(unit.id, "فريق الحساب", *home))
    # Declined once, then let in, with a role card.
    words = house.secret("أرجو قبولي فقد انتقلت حديثا")
    asked = await membership_actions.ask_to_join(tx, huda, team.id, words)
    reason = house.secret("لأنها لم تكمل سنة")
    await membership_actions.decline_request(tx, noura, asked.id, reason)
    await membership_actions.join_by_link(tx, huda, team.link_code)
    belongs = memberships.c.person_id == huda.id, memberships.c.state == "active"
    (own,) = await tx.scalars(
        select(memberships.c.id).where(*belongs, memberships.c.team_id == team.id)
    )
    card = house.secret("المحضر رغم مرضها")
    await membership_actions.set_responsibility(tx, noura, own, card)
    # Meetings
    met, _ = await meeting_actions.schedule_meeting(tx, noura, team.id, draft())
    sorry = house.secret("موعد عند الطبيب")
    await meeting_actions.answer_meeting(tx, huda, met.id, Rsvp.NO, moved_count=0, reason=sorry)
    await membership_actions.change_membership(tx, own, role="lead")
    await meeting_actions.schedule_meeting(tx, huda, team.id, draft(title="لقاء هدى"))
    await tx.execute(
        meeting_reminders.insert().values(
            meeting_id=met.id, person_id=huda.id, slot="1d", round=0, sent_at=tx.now,
            manner=Timing.ON_TIME,
        )
    )  # fmt: skip
    # Practices
    photo = EvidencePiece("photo", "صورة السبورة", house.secret("ref-of-a-photo"))
    shown = replace(READING, evidence=(photo, EvidencePiece("text", "نص للجميع")))
    await practice_actions.share_practice(tx, huda, shown)
    drawn = replace(READING, title=house.secret("درس لم ينجح معي"))
    number = (await practice_actions.share_practice(tx, huda, drawn)).practice.id
    await practice_actions.withdraw_practice(tx, huda, number)
    other = (await practice_actions.share_practice(tx, noura, READING)).practice.id
    await response_actions.read_practice(tx, huda, other)
    await response_actions.toggle_application(tx, huda, other)
    await response_actions.thank_author(tx, huda, other)
    # Announcements: one for her, one that she only drafted
    said = AnnouncementDraft(Audience(unit.id), "لقاء", "نلتقي يوم الأحد")
    sent = await announcement_actions.write_draft(tx, amal, said)
    await tx.execute(receipts.insert().values(announcement_id=sent, person_id=huda.id))
    for role in (Role.PRINCIPAL, Role.ADMINISTRATOR):
        await hold(tx, None, huda.id, role, unit.id)
    file = EvidencePiece("photo", ref="xyz")
    rough = AnnouncementDraft(Audience(unit.id), "مسودة", house.secret("كلام لم يرسل"), file)
    await announcement_actions.write_draft(tx, huda, rough)
    # Office, settings, searches
    day = (tx.now + timedelta(days=3)).date()
    holiday = DaysDraft(DayKind.HOLIDAY, day, day, "إجازة")
    await calendar_actions.add_days(tx, huda, unit.id, holiday)
    await invitation_actions.create_invitation(tx, huda, unit.id, Role.TEACHER, timedelta(days=7))
    await settings_actions.choose_settings(tx, huda, NotificationSettings(card_at=time(7)))
    await remember_search(tx, huda, house.secret("كيف أتعامل مع الغضب"))
    # The conversation
    contact = await load_contact(tx, Address("telegram", str(PHONES[NAME])))
    assert contact is not None
    answers = {"difficulty": house.secret("نصف نموذج مملوء")}
    contact.forms = [{"form": "practices.share", "answers": answers}]
    await save_forms(tx, contact)
    await tx.execute(
        updates.insert().values(
            channel="telegram", key="1", sender=str(PHONES[NAME]), state="done", attempts=0,
            body=json.dumps({"text": house.secret("رسالة كما وردت")}, ensure_ascii=False),
            error=None, received_at=tx.now, done_at=tx.now,
        )
    )  # fmt: skip
    # What a channel told of a message to her
    await tx.run(
        "INSERT INTO delivery_statuses (channel, message, outbox_id, topic, state, reason, closes,"
        " at) SELECT 'telegram', 'wamid.1', min(id), 'meeting:1', 'refused', ?, 1, 0 FROM outbox"
        " WHERE person_id = ?", house.secret("reason 131026"), huda.id,
    )  # fmt: skip


# Export


async def test_an_export_holds_all_that_is_theirs_as_json(house: House) -> None:
    async with house.database.reading() as tx:
        export = await personal_queries.export_person(tx, house.huda.id, personal())
    text = json.dumps(export, ensure_ascii=False)
    assert [words for words in (NAME, *house.secrets) if words not in text] == []
    rows = await house.tables()
    nothing = {name for name, found in rows.items() if not found}
    assert nothing == set(), "nothing to try it with: let her have a row of each in `_lives`"
    assert set(export) == set(rows)
    for name, found in rows.items():
        assert len(export[name]) == len(found)
    (own,) = export["people"]
    assert (own["name"], own["gender"], own["state"]) == (NAME, "f", "member")
    assert own["registered_at"] == NOW.isoformat()
    assert export["practice_thanks"][0]["thanked_at"] == NOW.isoformat()


async def test_an_export_holds_nothing_of_others(house: House) -> None:
    async with house.database.reading() as tx:
        theirs = await personal_queries.export_person(tx, house.people["نورة"].id, personal())
        nobody = await personal_queries.export_person(tx, 999, personal())
    text = json.dumps(theirs, ensure_ascii=False)
    assert [words for words in (NAME, *house.secrets, str(PHONES[NAME])) if words in text] == []
    assert theirs["practices"][0]["title"] == READING.title
    assert set(map(len, nobody.values())) == {0}


# Erasure


async def erases(house: House, *, by_operator: bool = False) -> str:
    """What came of erasing Huda: "done", or the refusal's code."""
    try:
        async with house.database.transaction() as tx:
            await erasure_actions.erase_person(tx, house.huda, personal(), by_operator=by_operator)
    except Refused as refusal:
        return refusal.code
    return "done"


def still(before: Any, after: Any) -> bool:
    """Whether something is kept: words as they were; a state or a moment may have gone on."""
    if isinstance(before, StrEnum | datetime | None):
        return after is not None or before is None
    return bool(before == after)


async def test_what_is_declared_as_erased_is_gone_and_what_is_kept_is_there(house: House) -> None:
    before = await house.tables()
    assert await erases(house) == "done"
    after = {}
    async with house.database.reading() as tx:
        for each in by_name().values():
            if each.name in before and not isinstance(each.table, str):
                after[each.name] = await _by_key(tx, each.table, select(each.table))
    wrong = []
    for each in by_name().values():
        erased, kept = says([each.erased]), says(each.kept)
        proved = set[str]()
        for key, row in before.get(each.name, {}).items():
            left = after[each.name].get(key)
            for name in erased - kept:
                if row[name] not in ("", None):
                    proved.add(name)
                if left is not None and left[name] not in ("", None) and left[name] == row[name]:
                    wrong.append(f"{each.name}.{name} is still {row[name]!r}")
            wrong += [
                f"{each.name}.{name} is no longer {row[name]!r}"
                for name in kept - erased
                if left is None or not still(row[name], left[name])
            ]
        if each.name in before:
            wrong += [
                f"{each.name}.{name} was empty before: let her have a row in `_lives` in which it"
                " is filled"
                for name in sorted(erased - kept - proved)
            ]
    assert not wrong, "\n".join(wrong)


async def test_no_word_of_theirs_is_left_in_any_table(house: House) -> None:
    """But in what others were sent about them, which is tidied away with time, as messages are."""
    found = await _places_of(house, house.secrets)
    assert set(found) == set(house.secrets)
    assert await erases(house) == "done"
    private = {*house.secrets, str(PHONES[NAME])}
    assert await _places_of(house, private) == {}


async def _places_of(house: House, words: Iterable[str]) -> dict[str, set[str]]:
    """In which tables each of the words stands."""
    found: dict[str, set[str]] = {}
    async with house.database.reading() as tx:
        queries: dict[str, Any] = {table.name: select(table) for table in metadata.sorted_tables}
        contents = {
            name: str([tuple(row) for row in await tx.all(query)])
            for name, query in queries.items()
            if name != "outbox"
        }
        for name in SEARCH if tx.dialect == "sqlite" else SEARCH[::2]:
            contents[name] = str([tuple(row) for row in await tx.fetch(f"SELECT * FROM {name}")])
    for name, content in contents.items():
        for each in words:
            if each in content:
                found.setdefault(each, set()).add(name)
    return found


async def test_erasing_twice_at_once_erases_once(house: House) -> None:
    outcomes = await asyncio.gather(*(erases(house) for _ in range(4)))
    assert sorted(outcomes) == ["done", *["people.not_registered"] * 3]
    async with house.database.reading() as tx:
        acts = await tx.all(select(audit_trail).where(audit_trail.c.action == "people.delete"))
    assert [(row.actor_id, row.subject_id) for row in acts] == [(house.huda.id, house.huda.id)]


async def test_what_an_operator_erases_is_their_act(house: House) -> None:
    assert await erases(house, by_operator=True) == "done"
    async with house.database.reading() as tx:
        acts = await tx.all(select(audit_trail).where(audit_trail.c.action == "people.delete"))
    assert [(row.actor_id, row.subject_id) for row in acts] == [(None, house.huda.id)]


async def test_whoever_is_removed_or_let_in_at_the_same_moment_is_erased_all_the_same(
    house: House,
) -> None:
    noura = house.people["نورة"]
    async with house.database.transaction() as tx:
        found = await team_queries.teams_of(tx, house.huda.id)
        team = next(each for each in found if each.name == "فريق القراءة")
        rows = await member_queries.members(tx, team.id)
        own = next(row.membership_id for row in rows if row.person.id == house.huda.id)

    async def removes() -> None:
        async with house.database.transaction() as tx:
            await membership_actions.remove_member(tx, noura, own)

    outcomes = await asyncio.gather(removes(), erases(house), return_exceptions=True)
    assert outcomes[1] == "done"
    async with house.database.reading() as tx:
        assert [row.id for row in await team_queries.teams_of(tx, house.huda.id)] == []


async def test_what_they_are_just_doing_is_erased_as_well(house: House) -> None:
    """An operator erases her while a turn of hers is open, in which she joins one more team."""
    noura, unit = house.people["نورة"], house.department.units[NADA]
    async with house.database.transaction() as tx:
        draft = TeamDraft(unit.id, "فريق العلوم", "العلوم", ("هدف",), ("نلتزم",), "s", Mode.MIXED)
        team = await team_actions.create_team(tx, noura, draft)
        address = Address("telegram", str(PHONES[NAME]))
        number = await tx.insert(
            updates, channel=address.channel, key="2", sender=address.id, state="waiting",
            attempts=0, body="{}", received_at=tx.now,
        )  # fmt: skip
    begun = asyncio.Event()

    async def joins() -> None:
        async with house.database.transaction() as tx:
            assert await inbox.mark_done(tx, number)
            begun.set()
            await asyncio.sleep(0.3)
            await membership_actions.join_by_link(tx, house.huda, team.link_code)

    async def erases_her() -> str:
        await begun.wait()
        return await erases(house, by_operator=True)

    _, outcome = await asyncio.gather(joins(), erases_her())
    assert outcome == "done"
    async with house.database.reading() as tx:
        assert house.huda.id not in await member_queries.member_ids(tx, team.id)


async def test_what_had_happened_before_an_erasure_is_heard_after_it(house: House) -> None:
    """She joined and chose her hours, which has yet to be heard; her own team ends with her."""
    work = due_work()
    async with house.database.reading() as tx:
        waiting = set(await tx.scalars(select(due.c.job).where(due.c.state == DueState.WAITING)))
    assert waiting >= {"teams.joined:meetings", "manners.changed:meetings"}
    assert await erases(house) == "done"
    ticker = Ticker(house.database, house.clock, work.jobs, worker="one")
    await ticker.start()
    await ticker.idle()
    await ticker.stop()
    async with house.database.reading() as tx:
        rows = await tx.all(select(due).where(due.c.job.like("%.%:meetings")))
    assert {(row.state, row.error) for row in rows} == {(DueState.DONE, None)}
    events = {"teams.ended", "teams.joined", "manners.changed"}
    assert {row.job for row in rows} == {f"{event}:meetings" for event in events}
