"""A school in which one person, Huda, has done everything that leaves something of her."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
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
from bot.chat.intake.inbox import updates
from bot.chat.kept_choices import keep_long_choices
from bot.chat.person import Person, address_aliases
from bot.chat.screen import Screen, choice
from bot.core.clock import FrozenClock
from bot.delivery import windows
from bot.features import due_work
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions.announcements import AnnouncementDraft
from bot.features.announcements.models import receipts
from bot.features.calendars import actions as calendar_actions
from bot.features.calendars.actions import DaysDraft
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamDraft
from bot.features.communities.models import Mode, memberships
from bot.features.imports.models import claim_tries, imported_people, imports
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import Rsvp, meeting_reminders
from bot.features.notification_settings import actions as settings_actions
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions.roles import hold
from bot.features.people.actions.search import remember_search
from bot.features.people.actions.views import Seen, note_views
from bot.features.people.models import (
    UnitChangeKind,
    erasures,
    link_codes,
    link_tries,
    role_terms,
    unit_changes,
    unit_requests,
)
from bot.features.people.queries.audiences import Audience
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions import responses as response_actions
from bot.files.arrivals import SentFile, want
from bot.files.kinds import FileKind
from bot.packs.roles import Role
from bot.scheduling.quiet import Timing
from bot.storage import audit
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from bot.tidying import work_at
from tests.features.meetings_team import draft
from tests.features.practices_school import READING, PracticeSchools
from tests.features.test_personal_columns import by_name
from tests.files.kept import keep_picture

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
                    found[each.name] = await by_key(tx, each.table, query)
        return found


async def by_key(tx: Tx, table: Table, query: Any) -> dict[Any, Mapping[str, Any]]:
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
    # Announcements: one for her, one that she only drafted, and two that have not begun
    said = AnnouncementDraft(Audience(unit.id), "لقاء", "نلتقي يوم الأحد")
    sent = await announcement_actions.write_draft(tx, amal, said)
    await tx.execute(receipts.insert().values(announcement_id=sent, person_id=huda.id))
    for role in (Role.PRINCIPAL, Role.ADMINISTRATOR):
        given = await hold(tx, None, huda.id, role, unit.id)
        # Its end was set anew
        await tx.execute(role_terms.insert().values(role_id=given, set_by=noura.id, set_at=tx.now))
    file = EvidencePiece("photo", ref="xyz")
    rough = AnnouncementDraft(Audience(unit.id), "مسودة", house.secret("كلام لم يرسل"), file)
    await announcement_actions.write_draft(tx, huda, rough)
    for when in (tx.now + timedelta(days=1), None):
        waits = AnnouncementDraft(Audience(unit.id), "لاحقا", house.secret(f"لم يرسل بعد {when}"))
        number = await announcement_actions.write_draft(tx, huda, waits)
        await announcement_actions.send(tx, huda, number, when)
    # Office, settings, searches
    day = (tx.now + timedelta(days=3)).date()
    holiday = DaysDraft(DayKind.HOLIDAY, day, day, "إجازة")
    await calendar_actions.add_days(tx, huda, unit.id, holiday)
    await invitation_actions.create_invitation(tx, huda, unit.id, Role.TEACHER, timedelta(days=7))
    await settings_actions.choose_settings(tx, huda, NotificationSettings(card_at=time(7)))
    await keep_long_choices(
        tx,
        huda.id,
        Screen("؟").with_actions(
            choice("؟", "practices.found", house.secret("كلمة بحث طويلة في زر"))
        ),
        24,
    )
    await remember_search(tx, huda, house.secret("كيف أتعامل مع الغضب"))
    # The conversation
    contact = await load_contact(tx, Address("telegram", str(PHONES[NAME])))
    assert contact is not None
    answers = {"difficulty": house.secret("نصف نموذج مملوء")}
    edit = {"announcement": number, "text": house.secret("تعديل لم يحفظ")}
    contact.forms = [
        {"form": "practices.share", "answers": answers},
        {"form": "announce.edit", "answers": edit},
    ]
    contact.expects = {"step": ["meetings.why", "1"], "until": 0}
    contact.sent = [{"said": {"7": ["title", "00"]}, "made": [["menu"], {}], "until": 0}]
    await save_forms(tx, contact)
    await windows.note_heard(tx, contact, timedelta(days=1))
    await tx.execute(
        updates.insert().values(
            channel="telegram", key="1", sender=str(PHONES[NAME]), state="done", attempts=0,
            body=json.dumps({"text": house.secret("رسالة كما وردت")}, ensure_ascii=False),
            error=None, received_at=tx.now, done_at=tx.now,
        )
    )  # fmt: skip
    # Another key of her chat, and codes: one of her own, one that she typed wrong
    await tx.execute(
        address_aliases.insert().values(
            channel="telegram", external=house.secret("7310940199"), address_id=contact.address_id,
            left_at=tx.now,
        )
    )  # fmt: skip
    await tx.execute(
        link_codes.insert().values(person_id=huda.id, digest="d" * 64, expires_at=tx.now)
    )
    await tx.execute(link_tries.insert().values(address_id=contact.address_id, tried_at=tx.now))
    # The principal looked at her page, and what she did so far is sealed
    await note_views(tx, amal, [huda.id], Seen.PAGE)
    await audit.seal(tx, 1000, work_at)
    # She brought a list, and claimed her own place by it
    brought = await tx.insert(
        imports, kind="people", state="done", made_by=huda.id, title=house.secret("كشف هدى.xlsx"),
        columns={"titles": {"name": "اسم الموظفة"}}, parts=0, parts_done=0,
        rows=1, fresh=1, known=0, wrong=0, added=1, created_at=tx.now, worked_at=tx.now,
        finished_at=tx.now, undone_at=tx.now,
    )  # fmt: skip
    await tx.insert(
        imported_people, import_id=brought, unit_id=unit.id, state="claimed", listed_as="a" * 64,
        folded="b" * 64, name=house.secret("هدى بنت مشعل"), family="المشعلي",
        role=Role.LEAD, subjects="arabic", stages="primary", staff_number=house.secret("SN-771"),
        phone_digest="c" * 64, created_at=tx.now, slip_seed="d" * 32, slip_digest="e" * 64,
        slip_until=tx.now, proven_by=huda.id, proven_until=tx.now, wrong_tries=1,
        claimed_by=huda.id, claimed_at=tx.now, gave_role=Role.LEAD,
        changed_in=brought, before=[[brought, {"name": "هدى"}]],
    )  # fmt: skip
    await tx.execute(
        claim_tries.insert().values(person_id=huda.id, unit_id=unit.id, tried_at=tx.now)
    )
    # A school that was hers to change became part of her own
    merged = house.department.units["مدرسة الأمل"]
    await tx.insert(
        unit_changes, kind=UnitChangeKind.MERGE, unit_id=merged.id, target_id=unit.id,
        asked_by=huda.id, started_at=tx.now, finished_at=tx.now,
    )  # fmt: skip
    # She asked for a school that is not in the list
    await tx.insert(
        unit_requests, person_id=huda.id, below_id=unit.id,
        name=house.secret("مدرسة لم تفتح بعد"), besides=0, state="declined", asked_at=tx.now,
        told_at=tx.now, answered_by=noura.id, answered_at=tx.now,
        reason=house.secret("مغلقة منذ سنين"), unit_id=merged.id,
    )  # fmt: skip
    # Once she was suspended, and before that a colleague vouched for her, and a link was kept
    await tx.run(
        "UPDATE placements SET reason = ?, voucher_name = ?, link = ? WHERE person_id = ?",
        house.secret("تغيبت شهرا كاملا"), house.secret("عفراء الزميلة"), "sealed", huda.id,
    )  # fmt: skip
    # Somebody who bore her number was erased in a database that was restored since
    await tx.insert(erasures, person_id=huda.id, known_since=tx.now, erased_at=tx.now)
    # A file of hers, and messages that show her one, and one of a colleague's
    number = await want(tx, huda.id, "practice", SentFile(
        FileKind.PHOTO, "telegram", "1", "file-ref", "77", house.secret("لوح.jpg"),
        "image/jpeg", 9,
    ))  # fmt: skip
    await tx.run(
        "INSERT INTO blobs (sha256, size, mime, made_at) VALUES ('ab', 9, 'image/jpeg', 0)"
    )
    await tx.run(
        "UPDATE files SET consent = 'hidden', consented_at = 0, asked_at = 0, part = 'top',"
        " reason = 'x', blob = 'ab', used_at = 0, claimed_by = 'w', lease_until = 0, attempts = 1"
        " WHERE id = ?", number,
    )  # fmt: skip
    await tx.run(
        "INSERT INTO file_copies (address_id, message, file_id) VALUES (?, '5', ?)",
        contact.address_id, number,
    )  # fmt: skip
    await tx.run(
        "INSERT INTO file_copies (address_id, message, file_id) VALUES (?, '6', ?)",
        contact.address_id, await keep_picture(tx, noura.id),
    )  # fmt: skip
    # What a channel told of a message to her
    await tx.run(
        "INSERT INTO delivery_statuses (channel, message, outbox_id, topic, state, reason, closes,"
        " at) SELECT 'telegram', 'wamid.1', min(id), 'meeting:1', 'refused', ?, 1, 0 FROM outbox"
        " WHERE person_id = ?", house.secret("reason 131026"), huda.id,
    )  # fmt: skip
