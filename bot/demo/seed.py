"""A small fictional department with a past of a few weeks, told by the slices' own actions.

Everything happens in one transaction whose moment moves through the story: rights are checked, the
audit trail and the search index are filled, and reminders of the past fall due, as they would have.
What was written to people in the past counts as delivered; only what is written at the present
moment waits in the outbox, at most two messages for each phone.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from bot.channels.telegram.traits import TELEGRAM
from bot.chat.conversation import load_contact
from bot.chat.forms.fields import TEXT_PIECE, EvidencePiece
from bot.chat.incoming import Address, Incoming, IncomingKind
from bot.chat.menu import MENU_SLICE
from bot.chat.person import Person, add_visitor
from bot.chat.router import Router
from bot.chat.turn import Installation, Turn
from bot.core.country import country
from bot.core.settings import Settings
from bot.delivery import outbox
from bot.demo.department import (
    AnnouncementEntry,
    ColleagueEntry,
    Department,
    InvitationEntry,
    MeetingEntry,
    PhoneEntry,
    PracticeEntry,
    RequestEntry,
    TeamEntry,
    UnitEntry,
    load_department,
)
from bot.demo.timeline import Timeline
from bot.features import slices
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import Rsvp, Venue
from bot.features.meetings.queries.meetings import Meeting
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import units as unit_actions
from bot.features.people.models import CameBy, invitations
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.audiences import Audience
from bot.features.people.queries.units import Unit
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions import responses as response_actions
from bot.packs.roles import Role
from bot.storage.columns import codes_of
from bot.storage.database import Database
from bot.storage.secret_codes import digest_of
from bot.storage.transaction import Tx

CHANNEL = "telegram"
FOUNDED_DAYS_AGO = 46
LIFETIME = timedelta(days=30)
SHORTLY = timedelta(hours=3)
"""Between two colleagues who answer, read or acknowledge."""
LATER = timedelta(days=2)
"""From reading a practice to applying it."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody with a phone. `is_known`: the bot has a way to write to them already."""

    id: int
    first_name: str
    last_name: str
    username: str
    language_code: str
    note: str
    is_known: bool

    def as_user(self) -> dict[str, int | str]:
        """What a phone needs to know of its owner."""
        return {
            "id": self.id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
            "note": self.note,
        }


async def fill(database: Database) -> list[DemoPerson]:
    """Fill a database without units with the department, and return its people for the phones: a
    teacher, a lead teacher and a supervisor first, who know one another; those who have not
    registered last. A database that holds units stays as it is.
    """
    department = load_department()
    async with database.transaction() as tx:
        if not await unit_queries.root_units(tx):
            await DepartmentSeed(tx, department).tell()
    async with database.reading() as tx:
        return [
            await _with_phone(tx, phone) for phone in (*department.people, *department.visitors)
        ]


async def others(database: Database, phones: Collection[int]) -> list[DemoPerson]:
    """Those in the database whose phones are neither of the department nor among `phones`: what
    showed them was lost, and they are drawn from what the bot knows of them."""
    department = load_department()
    known = {*phones, *(each.phone for each in (*department.people, *department.visitors))}
    async with database.reading() as tx:
        rows = await tx.fetch(
            "SELECT external, name, language FROM addresses JOIN people ON people.id = person_id"
            " WHERE channel = ? ORDER BY addresses.id",
            CHANNEL,
        )
    return [
        DemoPerson(int(external), name or external, "", "", language, "", is_known=True)
        for external, name, language in rows
        if external.isdecimal() and int(external) not in known
    ]


async def _with_phone(tx: Tx, phone: PhoneEntry) -> DemoPerson:
    contact = await load_contact(tx, _address(phone))
    return DemoPerson(
        phone.phone,
        phone.first,
        phone.last,
        phone.username,
        phone.language,
        phone.note,
        contact is not None,
    )


def _address(phone: PhoneEntry) -> Address:
    return Address(CHANNEL, str(phone.phone))


class DepartmentSeed:
    """The department's past and present, told into one transaction."""

    def __init__(self, tx: Tx, department: Department) -> None:
        self._tx = tx
        self._department = department
        self._time = Timeline(tx)
        self._units: dict[str, Unit] = {}
        self._people: dict[str, Person] = {}
        self._teams: dict[str, Team] = {}
        self._router = Router.of([MENU_SLICE, *slices()])

    async def tell(self) -> None:
        """Let everything happen in the order of its time, up to the present."""
        self._plan_events()
        await self._time.play()

    def _plan_events(self) -> None:
        told = self._department
        for unit in told.units:
            self._time.plan(self._time.ago(FOUNDED_DAYS_AGO), self._found, unit)
        for person in told.people:
            self._time.plan(person.moment(self._time.present, ""), self._register, person)
        for visitor in told.visitors:
            if visitor.invitation:
                self._time.plan(self._time.ago(1), self._invite, visitor.invitation)
        for person in told.people:
            self._time.plan(self._time.present, self._greet, person)
        for team in told.teams:
            self._time.plan(team.moment(self._time.present, ""), self._gather, team)
        for practice in told.practices:
            moment = practice.moment(self._time.present, self._country_of(practice.by))
            self._time.plan(moment, self._share, practice)
        for meeting in told.meetings:
            self._time.plan(self._time.ago(-meeting.called), self._call, meeting)
        for announcement in told.announcements:
            self._time.plan(self._time.ago(-announcement.written), self._write, announcement)

    def _country_of(self, key: str) -> str:
        units = {unit.key: unit.country for unit in self._department.units}
        return next(units[p.unit] for p in self._department.people if p.key == key)

    # What happens

    async def _found(self, entry: UnitEntry) -> None:
        parent = self._units[entry.parent].id if entry.parent else None
        self._units[entry.key] = await unit_actions.create_unit(
            self._tx,
            None,
            unit_actions.UnitDraft(
                entry.kind,
                entry.name,
                entry.country,
                country(entry.country).timezone,
                entry.gender,
                parent,
            ),
        )

    async def _register(self, entry: ColleagueEntry) -> None:
        unit = self._units[entry.unit]
        code = ""
        if entry.invited_by:
            inviter = self._people[entry.invited_by]
            code = await invitation_actions.create_invitation(
                self._tx, inviter, unit.id, entry.role, LIFETIME
            )
        visitor, _ = await add_visitor(self._tx, _address(entry), unit.country, entry.language)
        registered = await people_actions.register(
            self._tx,
            visitor,
            people_actions.Registration(
                entry.name,
                entry.gender,
                unit.id,
                codes_of(entry.subject),
                codes_of(entry.stage),
                unit.country,
                unit.timezone,
                country(unit.country).numerals,
                invitation=code,
                administrator=entry.role is Role.ADMINISTRATOR,
                came_by=CameBy.LIST,
            ),
        )
        self._people[entry.key] = registered.person

    async def _invite(self, entry: InvitationEntry) -> None:
        code = await invitation_actions.create_invitation(
            self._tx,
            self._people[entry.by],
            self._units[entry.unit].id,
            entry.role,
            LIFETIME,
            codes_of(entry.subject),
        )
        await self._tx.execute(
            update(invitations)
            .where(invitations.c.digest == digest_of(code))
            .values(digest=digest_of(entry.code), sealed=self._tx.secret_codes.seal(entry.code))
        )

    async def _greet(self, entry: ColleagueEntry) -> None:
        """Put the menu under the chat, as after /start."""
        address = _address(entry)
        contact = await load_contact(self._tx, address)
        assert contact is not None
        turn = Turn(
            self._tx,
            contact,
            Incoming(address, IncomingKind.TEXT, "/start"),
            self._router,
            Installation(Settings(), {CHANNEL: str}),
            TELEGRAM,
        )
        await outbox.answer_below(self._tx, contact, await turn.show("start"))

    async def _gather(self, entry: TeamEntry) -> None:
        lead = self._people[entry.by]
        draft = team_actions.TeamDraft(
            self._units[entry.unit].id,
            entry.name,
            entry.theme,
            entry.goals,
            entry.norms,
            entry.form_of_work,
            entry.mode,
        )
        team = self._teams[entry.key] = await team_actions.create_team(self._tx, lead, draft)
        for number, (key, care) in enumerate(entry.members.items()):
            self._time.plan(self._tx.now + number * SHORTLY, self._join, entry, key, care)
        if entry.request:
            self._time.plan(self._time.present, self._ask, team, entry.request)

    async def _join(self, entry: TeamEntry, key: str, care: str) -> None:
        person, team, lead = self._people[key], self._teams[entry.key], self._people[entry.by]
        if key != entry.by:
            await membership_actions.join_by_link(self._tx, person, team.link_code)
        standing = await member_queries.standing_of(self._tx, team.id, person.id)
        if care and standing:
            await membership_actions.set_responsibility(self._tx, lead, standing.id, care)

    async def _ask(self, team: Team, entry: RequestEntry) -> None:
        await membership_actions.ask_to_join(self._tx, self._people[entry.by], team.id, entry.word)

    async def _share(self, entry: PracticeEntry) -> None:
        draft = practice_actions.PracticeDraft(
            entry.title,
            entry.difficulty,
            entry.actions_taken,
            entry.result,
            entry.subject,
            entry.stage,
            self._teams[entry.team].id if entry.team else None,
            [EvidencePiece(TEXT_PIECE, text) for text in entry.evidence],
        )
        shared = await practice_actions.share_practice(self._tx, self._people[entry.by], draft)
        for wait, keys, act in (
            (SHORTLY, entry.read, response_actions.read_practice),
            (LATER, entry.applied, response_actions.toggle_application),
            (LATER + SHORTLY, entry.thanked, response_actions.thank_author),
        ):
            for number, key in enumerate(keys):
                moment = self._tx.now + wait + number * SHORTLY
                self._time.plan(moment, self._respond, act, key, shared.practice.id)

    async def _respond(
        self, act: Callable[[Tx, Person, int], Awaitable[object]], key: str, number: int
    ) -> None:
        await act(self._tx, self._people[key], number)

    async def _call(self, entry: MeetingEntry) -> None:
        starts = entry.moment(self._time.present, self._country_of(entry.by))
        draft = meeting_actions.MeetingDraft(
            entry.title,
            entry.purpose,
            entry.agenda,
            starts,
            starts + timedelta(minutes=entry.minutes),
            Venue(entry.place, entry.link),
        )
        found, _ = await meeting_actions.schedule_meeting(
            self._tx, self._people[entry.by], self._teams[entry.team].id, draft
        )
        for number, (key, word) in enumerate(entry.answers.items(), 1):
            reason = entry.apology if word == "no" else ""
            moment = self._tx.now + number * SHORTLY
            self._time.plan(moment, self._answer, found, self._people[key], Rsvp(word), reason)

    async def _answer(self, found: Meeting, who: Person, answer: Rsvp, reason: str) -> None:
        # Whoever answers has been reached by the invitation.
        await self._time.deliver(who, found.topic)
        await meeting_actions.answer_meeting(
            self._tx, who, found.id, answer, moved_count=found.moved_count, reason=reason
        )

    async def _write(self, entry: AnnouncementEntry) -> None:
        author = self._people[entry.by]
        audience = Audience(self._units[entry.unit].id, codes_of(entry.subject), role=entry.role)
        draft = announcement_actions.AnnouncementDraft(audience, entry.title, entry.text)
        number = await announcement_actions.write_draft(self._tx, author, draft)
        if entry.draft:
            return
        moment = entry.moment(self._time.present, self._country_of(entry.by))
        if moment > self._time.present:
            await announcement_actions.send(self._tx, author, number, moment)
            return
        self._time.plan(moment, self._send, author, number)
        for place, key in enumerate(entry.acknowledged, 1):
            read = announcement_actions.acknowledge
            self._time.plan(moment + place * SHORTLY, self._respond, read, key, number)

    async def _send(self, author: Person, number: int) -> None:
        await announcement_actions.send(self._tx, author, number)
