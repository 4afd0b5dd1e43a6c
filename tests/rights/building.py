"""Builds the people and things of the table in a database, once; each cell is undone."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select, update

from bot.arabic.calendar.school_days import DayKind
from bot.chat.forms.fields import EvidencePiece
from bot.chat.incoming import Address
from bot.chat.person import Person, add_visitor, find_person
from bot.core.clock import FrozenClock
from bot.delivery.addresses import absorb
from bot.features.announcements.models import AnnouncementState, Stopped, announcements, receipts
from bot.features.calendars import actions as calendar_actions
from bot.features.communities.actions import closing as closing_actions
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.models import MemberRole, MembershipState, Mode, memberships
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import Venue
from bot.features.meetings.models import meetings as meetings_table
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import deputies as deputy_actions
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import roles as role_actions
from bot.features.people.actions import unit_requests as request_actions
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.deputies import Deputyship
from bot.features.people.actions.roles import hold
from bot.features.people.models import (
    CameBy,
    InvitationState,
    RoleState,
    UnitState,
    invitations,
    profiles,
    roles,
    units,
)
from bot.features.people.queries import invitations as invitation_queries
from bot.features.people.queries.terms import record_held
from bot.features.people.queries.units import Unit
from bot.features.practices.actions import practices as practice_actions
from bot.files.kinds import FileState
from bot.packs.roles import Role
from bot.storage.columns import codes_of, to_millis
from bot.storage.database import open_database
from bot.storage.transaction import Tx
from tests.files.kept import keep_picture
from tests.rights import things
from tests.rights.cast import CAST, PLACES, Held, Someone
from tests.rights.listing import build_list, build_listed
from tests.rights.standing import stand
from tests.rights.things import Thing
from tests.town import MORNING

FILE = EvidencePiece("photo", ref="x", mime="image/jpeg", size=1)
_STATES = {
    "draft": AnnouncementState.DRAFT,
    "scheduled": AnnouncementState.SCHEDULED,
    "sending": AnnouncementState.SENDING,
    "sent": AnnouncementState.SENT,
    "stopped": AnnouncementState.CANCELLED,
    "halted": AnnouncementState.CANCELLED,
    "discarded": AnnouncementState.DISCARDED,
}


@dataclass
class World:
    """What stands in the database, by the keys of `cast` and `things`."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    """Of invitations and teams, as their links carry them."""

    def person(self, thing: Thing, relation: str) -> Person:
        return self.people[thing.people[relation][0]]


async def build(url: str) -> World:
    database = await open_database(url, FrozenClock(MORNING))
    try:
        async with database.transaction() as tx:
            return await _Builder(tx, World()).build()
    finally:
        await database.close()


class _Builder:
    def __init__(self, tx: Tx, world: World) -> None:
        self.tx = tx
        self.world = world

    async def build(self) -> World:
        for key in PLACES:
            await self._unit(key)
        for someone in CAST.values():
            await self._person(someone)
        for build, some in (
            (self._address, things.ADDRESSES),
            (self._invitation, things.INVITATIONS.values()),
            (self._list, things.LISTS),
            (self._listed, things.LISTED),
            (self._team, things.TEAMS),
            (self._meeting, things.MEETINGS),
            (self._practice, things.PRACTICES),
            (self._picture, things.PICTURES),
            (self._announcement, things.ANNOUNCEMENTS),
            (self._days, things.DAYS),
            (self._part, things.TEAMS),
        ):
            for thing in some:
                await build(thing)
        for someone in CAST.values():
            await self._become(someone)
        for thing in things.ROLES_HELD:
            await self._role_held(thing)
        for thing in things.PLACEMENTS:
            await stand(self.tx, self.world, thing)
        for thing in things.WANTED:
            asks, below = self.world.people[thing.more["person"]], self.world.units[thing.place].id
            wanted = await request_actions.ask_for_unit(self.tx, asks, below, thing.marker)
            self.world.ids[thing.key] = wanted.id
        for key, person in self.world.people.items():
            found = await find_person(self.tx, person.id)
            assert found is not None
            self.world.people[key] = found
        await self._close_units()
        return self.world

    async def _list(self, thing: Thing) -> None:
        self.world.ids[thing.key] = await build_list(self.tx, self.world.people, thing)

    async def _listed(self, thing: Thing) -> None:
        world = self.world
        world.ids[thing.key] = await build_listed(
            self.tx, world.people, world.units, world.ids, thing
        )

    # People

    async def _unit(self, key: str) -> None:
        place = PLACES[key]
        above = self.world.units[place.above].id if place.above else None
        name = f"مدرسة {key}" if place.kind == "school" else key
        zone, country = "Asia/Riyadh", "SA"
        draft = unit_actions.UnitDraft(place.kind, name, country, zone, place.gender, above)
        self.world.units[key] = await unit_actions.create_unit(self.tx, None, draft)
        self.world.ids[f"unit {key}"] = self.world.units[key].id

    async def _close_units(self) -> None:
        for key, place in PLACES.items():
            if place.closed:
                number = self.world.units[key].id
                closed = update(units).where(units.c.id == number)
                await self.tx.execute(closed.values(state=UnitState.CLOSED))

    async def _person(self, someone: Someone) -> None:
        where = Address("telegram", someone.key)
        visitor, address_id = await add_visitor(self.tx, where, "SA", "en")
        self.world.ids[f"address of {someone.key}"] = address_id
        self.world.people[someone.key] = visitor
        self.world.ids[f"person {someone.key}"] = visitor.id
        if not someone.works:
            return
        registered = [h for h in someone.held if h.via == "registered"]
        code = await self._offer(registered[0]) if registered else ""
        draft = people_actions.Registration(
            name=someone.name or someone.key,
            gender="neutral",
            unit_id=self.world.units[someone.works].id,
            subjects=("arabic",),
            stages=("primary",),
            country="SA",
            timezone="Asia/Riyadh",
            numerals="latn",
            invitation=code,
            came_by=CameBy.SERVER,
        )
        member = (await people_actions.register(self.tx, visitor, draft)).person
        self.world.people[someone.key] = member
        if not someone.agreed:
            own = update(profiles).where(profiles.c.person_id == member.id)
            await self.tx.execute(own.values(consent_version="2026-01-01"))
        for held in someone.held:
            await self._give(member, held)

    async def _give(self, person: Person, held: Held) -> None:
        place, only = self.world.units[held.place].id, codes_of(held.subject)
        if held.via == "granted":
            giver = await self._administrator()
            await role_actions.grant_role(self.tx, giver, person.id, held.role, place, only)
        elif held.via == "accepted":
            await invitation_actions.accept_invitation(self.tx, person, await self._offer(held))
        elif held.via != "registered":
            await hold(self.tx, None, person.id, held.role, place, only)

    async def _role_held(self, thing: Thing) -> None:
        """The id of a role that somebody of the cast holds or held; a deputy is named."""
        who, place = self.world.people[thing.more["person"]], self.world.units[thing.place]
        if thing.state == "planned":
            head = self.world.person(thing, "away")
            replaced = await record_held(self.tx, head.id, thing.more["role"], place.id)
            assert replaced is not None
            first = (self.tx.now + timedelta(days=2)).date()
            draft = Deputyship(role=replaced.id, deputy=who.id, first=first, last=first)
            await deputy_actions.name_deputy(self.tx, head, draft)
        own = (roles.c.person_id == who.id, roles.c.unit_id == place.id)
        query = select(roles.c.id).where(*own, roles.c.role == thing.more["role"])
        self.world.ids[thing.key] = int(await self.tx.scalar(query))

    async def _address(self, thing: Thing) -> None:
        key = thing.more["person"]
        if not thing.more["new"]:
            self.world.ids[thing.key] = self.world.ids[f"address of {key}"]
            return
        where = Address("telegram", thing.key)
        visitor, number = await add_visitor(self.tx, where, "SA", "en")
        await absorb(self.tx, visitor.id, self.world.people[key].id)
        await self.tx.run(
            "UPDATE addresses SET linked_at = ? WHERE id = ?", to_millis(self.tx.now), number
        )
        self.world.ids[thing.key] = number

    async def _administrator(self) -> Person:
        """Somebody who may grant everything, and is not of the cast."""
        if "the server" not in self.world.people:
            visitor, _ = await add_visitor(self.tx, Address("telegram", "server"), "SA", "en")
            place = self.world.units["atlas"].id
            draft = people_actions.Registration(
                "server", "neutral", place, ("other",), ("primary",), "SA", "Asia/Riyadh", "latn",
                administrator=True, came_by=CameBy.SERVER,
            )  # fmt: skip
            self.world.people["the server"] = (
                await people_actions.register(self.tx, visitor, draft)
            ).person
        return self.world.people["the server"]

    async def _offer(self, held: Held) -> str:
        place, week = self.world.units[held.place].id, timedelta(days=7)
        return await invitation_actions.create_invitation(
            self.tx, None, place, held.role, week, codes_of(held.subject)
        )

    async def _become(self, someone: Someone) -> None:  # since then
        person = self.world.people[someone.key]
        for held in someone.held:
            if held.via == "ended":
                own = update(roles).where(roles.c.person_id == person.id, roles.c.role == held.role)
                await self.tx.execute(own.values(state=RoleState.ENDED, ended_at=self.tx.now))
            elif held.via == "moved":
                for place in (held.place, someone.works):
                    unit = self.world.units[place].id
                    await admission_actions.transfer(self.tx, person.id, unit, CameBy.SERVER)
        if someone.gone:
            await erasure_actions.delete_own_data(self.tx, person)

    async def _invitation(self, thing: Thing) -> None:
        by = self.world.person(thing, "author") if thing.people else None
        weeks = -1 if thing.state == "over" else 1
        code = await invitation_actions.create_invitation(
            self.tx, by, self.world.units["nada"].id, thing.more["role"], timedelta(weeks=weeks)
        )
        row = await invitation_queries.invitation(self.tx, code)
        assert row is not None
        self.world.codes[thing.key], self.world.ids[thing.key] = code, row.id
        ended = {"used": InvitationState.USED, "withdrawn": InvitationState.WITHDRAWN}
        if thing.state in ended:
            own = update(invitations).where(invitations.c.id == row.id)
            await self.tx.execute(own.values(state=ended[thing.state]))

    # Teams, and what happens in them

    async def _team(self, thing: Thing) -> None:
        """A team in which everybody who stands to it in whatever way is a member for now."""
        lead, unit = self.world.person(thing, "lead"), self.world.units[thing.place]
        await hold(self.tx, None, lead.id, Role.LEAD, unit.id)
        draft = team_actions.TeamDraft(
            unit.id, thing.marker, "القراءة", ("هدف",), ("نلتزم",), "subject", Mode.MIXED,
            codes_of(thing.more.get("subject")),
        )  # fmt: skip
        team = await team_actions.create_team(self.tx, lead, draft)
        own = roles.c.person_id == lead.id, roles.c.role == Role.LEAD
        await self.tx.execute(roles.delete().where(*own))
        self.world.ids[thing.key], self.world.codes[thing.key] = team.id, team.link_code
        for relation, keys in thing.people.items():
            for key in keys if relation != "lead" else ():
                await membership_actions.join_by_link(
                    self.tx, self.world.people[key], team.link_code
                )
        query = select(memberships.c.id, memberships.c.person_id)
        rows = await self.tx.all(query.where(memberships.c.team_id == team.id))
        by_person = {row.person_id: row.id for row in rows}
        for keys in thing.people.values():
            for key in keys:
                number = by_person[self.world.people[key].id]
                self.world.ids[f"{key} in {thing.key}"] = number

    async def _part(self, thing: Thing) -> None:
        """Everybody comes to stand to the team as they do; then it ends, if it has ended."""
        for relation, keys in thing.people.items():
            if relation in ("lead", "member"):
                continue
            numbers = [self.world.ids[f"{key} in {thing.key}"] for key in keys]
            own = update(memberships).where(memberships.c.id.in_(numbers))
            await self.tx.execute(own.values(state=MembershipState(relation)))
        if thing.state == "closed":
            lead = self.world.person(thing, "lead")
            await closing_actions.close_team(self.tx, lead, self.world.ids[thing.key])
        led = memberships.c.team_id == self.world.ids[thing.key]
        query = select(memberships.c.person_id).where(led, memberships.c.role == MemberRole.LEAD)
        assert list(await self.tx.scalars(query)) == [self.world.person(thing, "lead").id]

    async def _meeting(self, thing: Thing) -> None:
        lead, team = self.world.person(thing, "lead"), self.world.ids[thing.more["team"]]
        starts = self.tx.now + timedelta(hours=abs(thing.more["hours"]))
        draft = meeting_actions.MeetingDraft(
            thing.marker, "", (), starts, starts + timedelta(hours=1), Venue("المكتبة")
        )
        found, _ = await meeting_actions.schedule_meeting(self.tx, lead, team, draft)
        self.world.ids[thing.key] = found.id
        if thing.state == "held":
            past = self.tx.now + timedelta(hours=thing.more["hours"])
            own = update(meetings_table).where(meetings_table.c.id == found.id)
            await self.tx.execute(own.values(starts_at=past, ends_at=past + timedelta(hours=1)))
        elif thing.state == "cancelled":
            await meeting_actions.cancel_meeting(self.tx, lead, found.id)

    async def _practice(self, thing: Thing) -> None:
        author, team = self.world.person(thing, "author"), thing.more["team"]
        draft = practice_actions.PracticeDraft(
            title=thing.marker,
            difficulty="تتعثر القراءة",
            actions_taken="قسمنا الفصل إلى مجموعات",
            result="",
            subject="arabic",
            stage="primary",
            team_id=self.world.ids[team] if team else None,
            evidence=(FILE,),
        )
        number = (await practice_actions.share_practice(self.tx, author, draft)).practice.id
        self.world.ids[thing.key] = number
        if thing.state == "withdrawn":
            await practice_actions.withdraw_practice(self.tx, author, number)
        elif thing.state == "hidden":
            officer = self.world.people["supervisor of valley"]
            await practice_actions.hide_practice(self.tx, officer, number, "فيها أسماء")

    async def _picture(self, thing: Thing) -> None:
        owner = self.world.person(thing, "author").id
        state = FileState.WITHDRAWN if thing.state == "withdrawn" else FileState.KEPT
        self.world.ids[thing.key] = await keep_picture(self.tx, owner, thing.key, state=state)

    # Announcements and days

    async def _announcement(self, thing: Thing) -> None:
        sent = thing.state in ("sent", "sending", "stopped", "halted")
        halted = {"stopped": Stopped.OVERSEER, "stopped_at": self.tx.now}
        tomorrow = self.tx.now + timedelta(days=1)
        number = await self.tx.insert(
            announcements,
            author_id=self.world.person(thing, "author").id,
            unit_id=self.world.units[thing.place].id,
            subject=thing.more["subject"],
            title=thing.marker,
            text="نلتقي يوم الأحد",
            file=FILE.to_json(),
            state=_STATES[thing.state],
            bodies={},
            total=1 if sent else 0,
            created_at=self.tx.now,
            send_at=self.tx.now if sent else tomorrow if thing.state == "scheduled" else None,
            from_unit_id=self.world.units[thing.more["from"]].id,
            **(halted if thing.state == "halted" else {}),
        )
        self.world.ids[thing.key] = number
        for key in thing.people.get("recipient", ()):
            reader = self.world.people[key].id
            row = receipts.insert().values(announcement_id=number, person_id=reader)
            await self.tx.execute(row)

    async def _days(self, thing: Thing) -> None:
        keeper = self.world.people[f"supervisor of {thing.place}"]
        first = self.tx.now.date() + timedelta(days=10)
        draft = calendar_actions.DaysDraft(DayKind.HOLIDAY, first, first, thing.marker)
        place = self.world.units[thing.place].id
        self.world.ids[thing.key] = (
            await calendar_actions.add_days(self.tx, keeper, place, draft)
        ).id
