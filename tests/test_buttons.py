"""Every screen can be shown by every channel: ten actions at most, with short labels; and every
message that is delivered has tokens that fit, however large the ids have become.

A town whose ids are close to 1,000,000,000 is walked through: from every command and every message
to whatever can be pressed. Nothing that is done on the way is kept.
"""

from datetime import time, timedelta
from itertools import product

import pytest
from sqlalchemy import update

from bot.app import build_router
from bot.arabic.calendar.school_days import DayKind
from bot.channels.telegram.render import TOKEN_LIMIT
from bot.chat.forms.fields import EvidencePiece
from bot.chat.incoming import Address
from bot.chat.person import Person, add_visitor, find_person
from bot.chat.screen import Choice, Screen, choice
from bot.chat.seal import token_bytes
from bot.core.clock import FrozenClock
from bot.core.i18n import GENDERS, Voice
from bot.delivery.addresses import absorb
from bot.delivery.channel import Receipt
from bot.delivery.message import MessageKind, MessageState, outbox
from bot.delivery.outbox import send
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.actions.announcements import AnnouncementDraft
from bot.features.announcements.models import AnnouncementState, announcements
from bot.features.calendars import actions as calendar_actions
from bot.features.calendars.actions import DaysDraft
from bot.features.communities.actions import membership as membership_actions
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import Rsvp
from bot.features.notification_settings import actions as settings_actions
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import pictures as picture_actions
from bot.features.people.actions import search as people_index
from bot.features.people.actions import standings as standing_actions
from bot.features.people.actions import unit_requests as request_actions
from bot.features.people.actions.deputies import Deputyship, name_deputy
from bot.features.people.actions.people import Registration
from bot.features.people.actions.placements import keep_link, place, tell_held
from bot.features.people.actions.roles import hold
from bot.features.people.actions.transfers import transfer_person
from bot.features.people.models import CameBy, UnitStanding, placements, profiles, roles
from bot.features.people.notices.files import FILE_NOT_TAKEN
from bot.features.people.queries.audiences import Audience
from bot.features.people.queries.placements import placements_of
from bot.features.people.queries.terms import record_held
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions import responses as response_actions
from bot.files.kinds import Consent, FileState
from bot.files.tables import files
from bot.packs.roles import Role
from bot.storage.database import open_database
from bot.storage.transaction import Tx
from tests.features.imports_lists import keeps_lists
from tests.features.meetings_team import draft
from tests.features.test_practices import AMAL, NADA, Story, story
from tests.files.kept import keep_picture
from tests.reading import readable
from tests.screen_rules import faults_of
from tests.town import MORNING, Phone, Town, telegram_of, town
from tests.walking import Walk

__all__ = ["story", "town"]

FIRST_ID = 999_000_000
SEARCHES = ("practices.found", "teams.found", "teams.colleagues", "teams.schools")
PHOTO = EvidencePiece("photo", ref="x", mime="image/jpeg", size=1)

VOICES = [Voice(language, gender) for language in ("ar_SA", "fr", "en") for gender in GENDERS]
MOST = 10
"""Actions of one screen."""
LABELS = {True: 20, False: 24}
"""Characters of the first three actions, and of the others."""
NO_BUTTONS = {
    "imports.below", "imports.listed", "people.first_unit", "people.link_here", "people.nowhere",
    "teams.below", "teams.link",
}  # fmt: skip
"""Routes that only other screens call, and that of an empty installation."""


@pytest.fixture
async def database_url(postgresql_url: str) -> str:
    """A database whose ids have grown large."""
    database = await open_database(postgresql_url, FrozenClock(MORNING))
    try:
        async with database.transaction() as tx:
            await tx.fetch(
                f"SELECT setval(oid::regclass, {FIRST_ID}) FROM pg_class WHERE relkind = 'S'"
            )
    finally:
        await database.close()
    return postgresql_url


WRITTEN: list[Screen] = []
"""What was sent to anybody, before its buttons were sealed."""


def listen(town: Town) -> None:
    channel, send = telegram_of(town.app), telegram_of(town.app).send

    async def sending(chat: str, person_id: int, screen: Screen, reference: str = "") -> Receipt:
        WRITTEN.append(screen)
        return await send(chat, person_id, screen, reference)

    WRITTEN.clear()
    channel.send = sending  # type: ignore[method-assign]


@pytest.fixture
async def busy(story: Story) -> Story:
    """A school in which everything happens that has a screen of its own."""
    listen(story.town)
    noura, huda, sara = (story.people[name] for name in ("نورة", "هدى", "سارة"))
    units = story.department.units
    number = await story.shared(
        team_id=story.team.id, title="ممارسة الفريق", evidence=(PHOTO, PHOTO, PHOTO)
    )
    await story.department.team("فريق الحساب", noura, unit=NADA)
    hidden = await story.shared(title="ممارسة محجوبة")
    amal = await story.department.person("أمل", NADA, number=78)
    async with story.town.app.database.transaction() as tx:
        for role, unit in (
            (Role.PRINCIPAL, NADA),
            (Role.ADMINISTRATOR, "إدارة تعليم الوادي"),
            (Role.ADMINISTRATOR, "إدارة تعليم الساحل"),
        ):
            await hold(tx, None, noura.id, role, units[unit].id)
        head = await record_held(tx, noura.id, Role.PRINCIPAL, units[NADA].id)
        assert head is not None
        first = tx.now.date()
        away = Deputyship(role=head.id, deputy=amal.id, first=first, last=first + timedelta(days=9))
        await name_deputy(tx, noura, away)
        await keep_picture(tx, story.people["مريم"].id)
        await keep_picture(tx, story.people["مريم"].id, "old", said=Consent.NOT_ASKED)
        await picture_actions.ask_owners(tx, 1)
        maryam = story.people["مريم"].id
        broken = await keep_picture(tx, maryam, "broken", state=FileState.REFUSED)
        await tx.execute(update(files).where(files.c.id == broken).values(used_at=None))
        await send(tx, FILE_NOT_TAKEN, maryam, {"file": broken})
        await response_actions.thank_author(tx, huda, number)
        await practice_actions.hide_practice(tx, noura, hidden, "فيها أسماء")
        planned: list[int] = []
        for days in range(1, 20):
            start = tx.now + timedelta(days=days)
            more = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
            met, _ = await meeting_actions.schedule_meeting(tx, noura, story.team.id, draft(**more))
            planned.append(met.id)
            code = await invitation_actions.create_invitation(
                tx, noura, units[NADA].id, Role.TEACHER, timedelta(days=days)
            )
            CODES.append(code)
            day = start.date()
            await calendar_actions.add_days(
                tx, noura, units[NADA].id, DaysDraft(DayKind.HOLIDAY, day, day, f"إجازة {days}")
            )
            said = AnnouncementDraft(
                Audience(units[NADA].id), f"إعلان {days}", "نلتقي يوم الأحد " * 80, PHOTO
            )
            letter = await announcement_actions.write_draft(tx, noura, said)
            if days % 2:
                await announcement_actions.send(tx, noura, letter)
        await hold(tx, None, amal.id, Role.PRINCIPAL, units[NADA].id)
        away = Deputyship(role=head.id, deputy=huda.id, first=first, last=first + timedelta(days=9))
        await name_deputy(tx, noura, away)
        empty = Audience(units[NADA].id, subjects=("physics",))
        await announcement_actions.write_draft(
            tx, noura, AnnouncementDraft(empty, "إعلان بلا قراء", "نلتقي")
        )
        said = AnnouncementDraft(Audience(units[NADA].id), "إعلان أمل", "نلتقي يوم الأحد")
        letter = await announcement_actions.write_draft(tx, amal, said)
        await announcement_actions.send(tx, amal, letter)
        await stopping_actions.stop(tx, noura, letter)
        await meeting_actions.answer_meeting(tx, huda, planned[-1], Rsvp.NO, moved_count=0)
        await settings_actions.choose_settings(tx, huda, NotificationSettings(card_at=time(7)))
        for one in (sara, amal):
            await membership_actions.ask_to_join(tx, one, story.team.id, "أود الانضمام")
        await keeps_lists(tx, noura, huda.id, [NADA])
        await hold(tx, None, amal.id, Role.SUPERVISOR, units["إدارة تعليم الوادي"].id)
        await _people_come_and_go(tx, noura, units[NADA].id, units[AMAL].id, story.people)
        tablet, _ = await add_visitor(tx, Address("telegram", "5550"), "SA", "ar")
        await absorb(tx, tablet.id, noura.id)
        earlier = update(profiles).where(profiles.c.person_id == sara.id)
        await tx.execute(earlier.values(consent_version="2025-01-01"))
    await story.town.settles()
    async with story.town.app.database.transaction() as tx:
        doubtful = outbox.c.kind == MessageKind.BROADCAST, outbox.c.person_id == huda.id
        await tx.execute(update(outbox).where(*doubtful).values(state=MessageState.UNKNOWN))
    await story.town.moves(timedelta(hours=21))
    return story


CODES: list[str] = []
"""Of the invitations at the school."""
WAITING, DECLINED = 7001, 7002


async def _people_come_and_go(
    tx: Tx, head: Person, unit: int, other: int, known: dict[str, Person]
) -> None:
    """Somebody waits at the school and has named a colleague, somebody was declined, somebody is
    suspended, somebody is not confirmed and works at another school as well, and of those who were
    let in the one is to move, as a head who has no say at the other school wants it; it is held."""
    names = ["سلوى", "بثينة", "غيداء", "شروق", "عهود"]
    here = dict[int, tuple[Person, int]]()
    for number, name in zip((WAITING, DECLINED, 7003, 7004, 7005), names, strict=True):
        visitor, _ = await add_visitor(tx, Address("telegram", str(number)), "SA", "ar")
        draft = Registration(
            name, "f", unit, ("arabic",), ("primary",), "SA", "Asia/Riyadh", "arab",
            came_by=CameBy.SERVER if number == 7003 else CameBy.ASKING,
        )  # fmt: skip
        person = (await people_actions.register(tx, visitor, draft)).person
        [found] = await placements_of(tx, person.id)
        if number == WAITING:
            await admission_actions.name_voucher(tx, person, found.id, known["مريم"].name)
        elif number == DECLINED:
            await admission_actions.decline(tx, head, found.id, "ليست في الكشف")
        elif number in (7004, 7005):
            await keep_link(tx, person.id, "t" + "x" * 12)
            here[number] = person, (await admission_actions.admit(tx, head, found.id)).id
        else:
            until = tx.now + timedelta(days=7)
            await standing_actions.suspend(tx, head, found.id, "إجازة بلا إذن", until)
    await hold(tx, None, here[7005][0].id, Role.PRINCIPAL, unit)
    acting = await find_person(tx, here[7005][0].id)
    assert acting is not None
    await tell_held(tx, await transfer_person(tx, acting, here[7004][1], other))
    await tx.lock("person", known["مريم"].id)
    await place(tx, known["مريم"].id, other, CameBy.LIST)
    for asking, name in ((known["سارة"], "السنابل"), (acting, "عبير")):
        await request_actions.ask_for_unit(tx, asking, unit, f"مدرسة {name} الابتدائية للبنات")
    mine = placements.c.person_id == known["مريم"].id
    await tx.execute(update(placements).where(mine).values(standing=UnitStanding.UNCONFIRMED))


async def searches(town: Town, phone: Phone) -> list[Choice]:
    """The pages of what the person has searched for."""
    person = await town.person_id(phone)
    found = []
    for words in ("القراءة", "نورة", "مدرسة", "ممارسة"):
        async with town.app.database.transaction() as tx:
            who = await find_person(tx, person)
            assert who is not None
            number = await people_index.remember_search(tx, who, words)
        found += [choice("", route, number) for route in SEARCHES]
    return found


def all_buttons() -> list[Choice]:
    """The buttons of all messages that were written to anybody."""
    return list(dict.fromkeys(each for screen in WRITTEN for each in screen.choices))


async def test_every_screen_can_be_shown_by_every_channel(busy: Story) -> None:
    """At most ten actions, with short labels; and what is delivered has tokens with room for large
    ids, since nothing can be kept for it when it leaves."""
    town, team = busy.town, busy.team
    router = town.app.router
    known = [one.route for one in router.commands.values()] + [one.route for one in router.menu]
    starts = [choice("", route) for route in known]
    starts += [choice("", "start", code) for code in (team.link_code, CODES[0], CODES[-1])]
    starts.append(choice("", "start", "l12345678"))
    # What messages offer to stop has been sent by now.
    [unsent, *_] = await town.rows(announcements, state=AnnouncementState.DRAFT)
    starts += [choice("", route, unsent.id) for route in ("announce.stop", "announce.send")]
    # A text that nobody asked for may be a meeting, of one team or of several.
    line = "الخميس ١٠ في معمل العلوم"
    starts += [choice("", "meetings.line", line), choice("", "meetings.linefor", line, team.id)]
    # Whoever shared a picture takes it back where it stands.
    starts += [choice("", "people.take_back", row.id) for row in await town.rows(files)]
    # Roles and whoever looks after them
    head = await town.person_id(busy.noura)
    [out] = await town.rows(placements, standing=UnitStanding.SUSPENDED)
    first = choice("", "people.placement", out.id), choice("", "people.dismiss", head, "principal")
    starts = [*first, *starts]
    held = await town.rows(roles)
    # Those with a deputy, and the deputies, come first: only so many of one kind are looked at.
    away = {row.deputy_of for row in held}
    held.sort(key=lambda row: row.deputy_of is None and row.id not in away)
    starts = [*(choice("", "people.role", row.id) for row in held), *starts]
    # What a newcomer is offered without pressing anything
    starts += [*(choice("", each) for each in router.routes_on("people.welcome")), *all_buttons()]
    drawn, screens, in_rows = set[str](), dict[str, Screen](), dict[str, Screen]()
    stranger = town.person("ليلى")
    await stranger.says("/start")
    waiting = [town.person("سلوى", number=WAITING), town.person("بثينة", number=DECLINED)]
    for phone in (busy.noura, busy.maryam, busy.huda, busy.sara, stranger, *waiting):
        walk = Walk(town, phone)
        await walk.goes(*starts, *await searches(town, phone))
        drawn |= walk.drawn
        screens |= walk.screens
        in_rows |= walk.in_rows
    for language in ("fr", "en"):
        walk = Walk(town, busy.noura, language)
        await walk.goes(*starts)
        screens |= {f"{name} {language}": each for name, each in walk.screens.items()}
    for form, voice in product(router.forms.values(), VOICES):
        ends = choice(voice.text(form.send), form.name)
        screens[f"{form.name} {voice.locale}"] = Screen().with_actions(ends)
    delivered = [each for each in WRITTEN if not each.of_conversation]
    assert delivered
    tokens = {c.route: token_bytes(c.route, c.args) for each in delivered for c in each.choices}
    assert {route: size for route, size in tokens.items() if size > TOKEN_LIMIT} == {}
    everything = [*screens.items(), *(("message", each) for each in WRITTEN)]
    many = {name: len(each.actions) for name, each in everything if len(each.actions) > MOST}
    assert many == {}
    faulty = {
        (name.split()[0], *fault)
        for name, each in (*everything, *in_rows.items())
        for fault in faults_of(each, arabic=not name.endswith((" fr", " en")))
    }
    assert faulty == set()
    # What has no room in one message of a channel is read on where the screen is drawn anew.
    lost = {
        name.split()[0]
        for name, each in screens.items()
        if each.again is None and len(each.choices) > MOST
    }
    assert lost == set()
    long = {
        (name.split()[0], readable(action.label))
        for name, screen in everything
        for place, action in enumerate(screen.actions)
        if len(readable(action.label)) > LABELS[place < 3]
    }
    assert long == set()
    unseen = set(router.routes) - drawn - NO_BUTTONS
    assert not unseen, "build what leads there into `busy`, so that these buttons are measured too"


def test_what_ends_a_form_and_the_menu_have_short_labels() -> None:
    """Whatever their screens, where not every form is filled in."""
    router = build_router()
    ends = [label for form in router.forms.values() for label in (form.send, form.leave)]
    labels = dict.fromkeys(ends, LABELS[True])
    labels |= {item.label: LABELS[False] for item in router.menu}
    said = [(voice.text(label), most) for label, most in labels.items() for voice in VOICES]
    assert [text for text, most in said if len(readable(text)) > most] == []
