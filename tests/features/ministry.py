"""A small ministry whose people come, move, hold roles and go; and what is counted of them."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Row, func, select

from bot.chat.incoming import Address
from bot.chat.person import Person, Reach, add_visitor, find_person, set_reach
from bot.core.errors import Refused
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import own_places as place_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import placements as placement_actions
from bot.features.people.actions import roles as role_actions
from bot.features.people.actions import standings as standing_actions
from bot.features.people.actions import terms as term_actions
from bot.features.people.actions import transfers as transfer_actions
from bot.features.people.actions import unit_changes as change_actions
from bot.features.people.actions import unit_followers
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.admission import transfer
from bot.features.people.actions.headcounts import HEADCOUNTS, counted
from bot.features.people.actions.people import ProfileChanges, Registration
from bot.features.people.actions.placements import AskedFor, move_standing, settle
from bot.features.people.actions.roles import hold
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import (
    BELONGS,
    MOVES,
    STANDING,
    Answerer,
    CameBy,
    RoleState,
    UnitStanding,
    headcounts,
    placements,
    profiles,
    roles,
    unit_changes,
    units,
)
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.audiences import (
    Audience,
    audience_ids,
    count_audience,
    is_in_audience,
)
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.queries.units import Unit, lineage_of, unit
from bot.packs.roles import Role
from bot.scheduling.due import DueRow
from bot.storage.database import Database
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
STANDINGS = {
    "suspend": UnitStanding.SUSPENDED, "remove": UnitStanding.REMOVED, "leave": UnitStanding.LEFT,
    "belong": UnitStanding.MEMBER,
}  # fmt: skip
OF_PLACEMENT = (
    "transfer", "ask to move", "let in", "call off", "rest", "make main", "quit",
)  # fmt: skip
DAY = timedelta(days=1)
SUBJECTS = (("arabic",), ("science",), ("science", "arabic"), ("art", "mathematics", "science"))
STAGES = (("primary",), ("middle",), ("secondary", "primary", "middle"))
ROLES = (Role.TEACHER, Role.LEAD, Role.PRINCIPAL)
NARROWED: tuple[tuple[tuple[str, ...], tuple[str, ...], Role | None], ...] = (
    ((), (), None),
    (("arabic",), (), Role.LEAD),
    (("art", "arabic"), ("middle",), None),
    ((), ("middle", "early"), Role.LEAD),
)
"""Subjects, stages and the role of an audience."""


@dataclass
class Ministry:
    """Two trees, one of them four units deep, and people who come, move and go."""

    database: Database
    units: list[Unit] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    chief: Person | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def found(self) -> None:
        async with self.database.transaction() as tx:
            for kind, above in (
                ("ministry", None), ("department", 0), ("school", 1), ("school", 1),
                ("academy", None), ("school", 4),
            ):  # fmt: skip
                await self._unit(tx, kind, above)
            self.chief = await self._register(tx, 0, ("arabic",), ("primary",))
            for root in (0, 4):
                await hold(tx, None, self.chief.id, Role.ADMINISTRATOR, self.units[root].id)

    def copied_to(self, database: Database) -> "Ministry":
        """The same ministry in a copy of its database."""
        return Ministry(
            database, list(self.units), list(self.people), self.chief, count(len(self.people) + 1)
        )

    async def _unit(self, tx: Tx, kind: str, above: int | None) -> None:
        parent = None if above is None else self.units[above].id
        draft = UnitDraft(kind, f"{kind} {len(self.units)}", "SA", "Asia/Riyadh", parent_id=parent)
        self.units.append(await unit_actions.create_unit(tx, None, draft))

    async def _register(
        self, tx: Tx, place: int, subjects: tuple[str, ...], stages: tuple[str, ...]
    ) -> Person:
        number = str(next(self.numbers))
        visitor, _ = await add_visitor(tx, Address("telegram", number), "SA", "ar")
        draft = Registration(
            name=f"Person {number}", gender="f", unit_id=self.units[place].id, subjects=subjects,
            stages=stages, country="SA", timezone="Asia/Riyadh", numerals="arab",
            came_by=CameBy.SERVER,
        )  # fmt: skip
        person = (await people_actions.register(tx, visitor, draft)).person
        self.people.append(person)
        return person

    async def act(self, tx: Tx, deed: str, who: int, where: int, which: int) -> None:
        """One deed; what the person cannot do is left out."""
        place = where % len(self.units)
        subjects, stages = SUBJECTS[which % 4], STAGES[which % 3]
        role = ROLES[which % 3]
        now = await unit(tx, self.units[place].id)
        assert now is not None
        if deed in ("shift", "merge", "shut"):
            await self._restructure(tx, deed, place, self.units[who % len(self.units)].id)
            return
        if deed == "a day":
            await self._pass_a_day(tx)
            return
        if deed == "carry on":
            await self._carry_on(tx)
            return
        if not now.is_active and deed != "delete":
            return
        if deed == "join":
            await self._register(tx, place, subjects, stages)
            return
        if deed == "open":
            await self._unit(tx, "school", place)
            return
        person = await find_person(tx, self.people[who % len(self.people)].id)
        assert person is not None
        assert self.chief is not None
        if not person.is_registered or person.id == self.chief.id:
            return
        at = self.units[place].id
        if deed in OF_PLACEMENT:
            held = await placement_queries.placements_of(tx, person.id)
            standing = [each for each in held if each.standing in STANDING]
            if standing:
                await self._of_placement(tx, deed, standing[which % len(standing)], at)
            return
        if deed in STANDINGS:
            await self._stand(tx, person, STANDINGS[deed], at)
            return
        if not person.is_member and deed not in ("block", "delete"):
            return
        deeds: dict[str, Callable[[], Awaitable[object]]] = {
            "move": lambda: transfer(tx, person.id, at, CameBy.LIST),
            "change": lambda: people_actions.update_profile(
                tx, person, ProfileChanges(subjects=subjects, stages=stages)
            ),
            "grant": lambda: role_actions.grant_role(tx, self.chief, person.id, role, at),  # type: ignore[arg-type]
            "end": lambda: role_actions.end_role(tx, self.chief, person.id, role, at),  # type: ignore[arg-type]
            "for a time": lambda: role_actions.grant_role(
                tx,
                self.chief,  # type: ignore[arg-type]
                person.id,
                role,
                at,
                until=tx.now + DAY,
            ),
            "further": lambda: admission_actions.ask_to_belong(
                tx, person, at, besides=which % 2 == 0
            ),
            "block": lambda: set_reach(tx, "telegram", str(person.id), Reach.UNREACHABLE),
            "delete": lambda: erasure_actions.delete_own_data(tx, person),
        }
        with suppress(Refused) if deed == "further" else nullcontext():
            await deeds[deed]()

    async def _of_placement(self, tx: Tx, deed: str, found: UnitPlacement, at: int) -> None:
        """What is done about one placement; what its state does not allow is left out."""
        chief, person = self.chief, found.person
        assert chief is not None
        deeds: dict[str, Callable[[], Awaitable[object]]] = {
            "transfer": lambda: transfer_actions.transfer_person(tx, chief, found.id, at),
            "ask to move": lambda: self._asks_to_move(tx, found, at),
            "let in": lambda: admission_actions.admit(tx, chief, found.id),
            "call off": lambda: transfer_actions.recall_transfer(tx, chief, found.id),
            "rest": lambda: standing_actions.suspend(tx, chief, found.id, "", tx.now + DAY),
            "make main": lambda: place_actions.make_main(tx, person, found.id),
            "quit": lambda: place_actions.leave(tx, person, found.id),
        }
        with suppress(Refused):
            await deeds[deed]()

    async def _asks_to_move(self, tx: Tx, found: UnitPlacement, at: int) -> None:
        """Somebody who answers for the one unit alone asks at the other."""
        there = await placement_queries.placement_at(tx, found.person.id, at)
        to = await unit(tx, at)
        waits = await placement_queries.transfer_of(tx, found)
        if there is None and waits is None and found.belongs and to is not None:
            request = AskedFor(replaces=found.id, asked_by=self.people[0].id)
            async with counted(tx, found.person.id):
                await admission_actions.put_request(
                    tx, found.person.id, to, Answerer.ADMINISTRATOR, request
                )

    async def _pass_a_day(self, tx: Tx) -> None:
        """Roles and suspensions of which the time is over end."""
        over = select(roles.c.id).where(
            roles.c.state == RoleState.ACTIVE, roles.c.expires_at <= tx.now
        )
        for number in await tx.scalars(over.order_by(roles.c.id)):
            await term_actions.keep_time(tx, number, term_actions.END)
        rested = select(placements.c.id).where(
            placements.c.standing == UnitStanding.SUSPENDED, placements.c.until <= tx.now
        )
        for number in await tx.scalars(rested.order_by(placements.c.id)):
            await standing_actions.end_suspension(tx, number)

    async def _restructure(self, tx: Tx, deed: str, place: int, other: int) -> None:
        """Move, merge or close a unit; what cannot be is left out."""
        here = self.units[place].id
        deeds: dict[str, Callable[[], Awaitable[object]]] = {
            "shift": lambda: change_actions.move_unit(tx, None, here, other),
            "merge": lambda: change_actions.merge_units(tx, None, here, other),
            "shut": lambda: change_actions.close_unit(tx, None, here),
        }
        with suppress(Refused):
            await deeds[deed]()

    async def _carry_on(self, tx: Tx) -> bool:
        """One piece of what follows a unit that was merged or closed; False: nothing is left."""
        left = select(unit_changes.c.id).where(unit_changes.c.finished_at.is_(None))
        number = await tx.scalar(left.order_by(unit_changes.c.id).limit(1))
        if number is None:
            return False
        topic = f"unit_change:{number}"
        row = DueRow(0, change_actions.CARRY_ON, topic, "next", NOW, NOW, None, number, 0)
        await unit_followers.carry_on(tx, row)
        return True

    async def finish(self) -> bool:
        """Whatever was begun comes to its end, and nobody is left at a unit that was merged; False:
        there was nothing."""
        pieces = 0
        async with self.database.transaction() as tx:
            while await self._carry_on(tx):
                pieces += 1
                assert pieces < 200
        async with self.database.reading() as tx:
            gone = select(unit_changes.c.unit_id).where(unit_changes.c.target_id.is_not(None))
            for table, column in ((profiles, profiles.c.unit_id), (units, units.c.parent_id)):
                left = select(func.count()).select_from(table).where(column.in_(gone))
                assert await tx.scalar(left) == 0
        return bool(pieces)

    async def _stand(self, tx: Tx, person: Person, to: UnitStanding, at: int) -> None:
        """Stand otherwise where they stand, or belong to one more unit."""
        for found in await placement_queries.placements_of(tx, person.id):
            if to in MOVES[found.standing]:
                async with counted(tx, person.id):
                    await move_standing(tx, found, to)
                    await settle(tx, person.id)
                return
        if to is UnitStanding.MEMBER:
            await placement_actions.place(tx, person.id, at, CameBy.LIST)

    async def agrees(self, tx: Tx) -> None:
        """Every count is what one finds by asking each person, and so is whom an audience holds."""
        found = await tx.all(select(profiles))
        active = await tx.all(
            select(roles.c.person_id, roles.c.role).where(roles.c.state == RoleState.ACTIVE)
        )
        held = {(row.person_id, row.role) for row in active}
        paths = await self._paths_of(tx)
        await self._counts_agree(tx, found, held, paths)
        # Those at a unit are read, not counted: of each way of reading, some at every unit.
        for n, place in enumerate(self.units):
            for subjects, stages, role in (NARROWED[0], NARROWED[1 + n % (len(NARROWED) - 1)]):
                audience = Audience(place.id, subjects, stages, role)
                members = {
                    each.person_id
                    for each in found
                    if any(f"/{place.id}/" in path for path in paths[each.person_id])
                    and (not subjects or set(subjects) & set(each.subject))
                    and (not stages or set(stages) & set(each.stage))
                    and (role is None or (each.person_id, role) in held)
                }
                assert await count_audience(tx, audience) == len(members), audience
                assert await audience_ids(tx, audience) == sorted(members), audience
        somebody = self.people[-1].id
        everybody = Audience(self.units[0].id)
        assert await is_in_audience(tx, everybody, somebody) == any(
            path.startswith("/1/") for path in paths[somebody]
        )
        assert await HEADCOUNTS.count_wrong(tx) == 0
        await self._stands_true(tx, {row.person_id: row.unit_id for row in found})

    async def _counts_agree(
        self,
        tx: Tx,
        found: Sequence[Row[Any]],
        held: set[tuple[int, Role]],
        paths: dict[int, list[str]],
    ) -> None:
        """Paths lead along the units above, and every count is as many people."""
        above = {row.id: row for row in await tx.all(select(units))}
        for row in above.values():
            upper = above[row.parent_id].path if row.parent_id else "/"
            assert row.path == f"{upper}{row.id}/"
        wanted: Counter[tuple[object, ...]] = Counter()
        for each in found:
            lineages = [lineage_of(path) for path in paths[each.person_id]]
            own = {lineage[-1] for lineage in lineages}
            over = {number for lineage in lineages for number in lineage} - own
            as_what = ["", *(role for who, role in held if who == each.person_id)]
            wanted.update(
                (number, role, each.subject, each.stage) for number in over for role in as_what
            )
        counts: Counter[tuple[object, ...]] = Counter()
        for row in await tx.all(select(headcounts).where(headcounts.c.people != 0)):
            counts[(row.unit_id, row.role, row.subject, row.stage)] += row.people
        assert counts == wanted

    async def _paths_of(self, tx: Tx) -> dict[int, list[str]]:
        """The paths of the units to which each person belongs."""
        query = select(placements.c.person_id, units.c.path).join(
            units, units.c.id == placements.c.unit_id
        )
        paths: dict[int, list[str]] = defaultdict(list)
        for row in await tx.all(query.where(placements.c.standing.in_(BELONGS))):
            paths[row.person_id].append(row.path)
        return paths

    async def _stands_true(self, tx: Tx, works: dict[int, int | None]) -> None:
        """Everybody's profile, state and roles say what their placements say."""
        for person_id, unit_id in works.items():
            stood = await placement_queries.placements_of(tx, person_id)
            belongs = [each.unit.id for each in stood if each.belongs]
            person = await find_person(tx, person_id)
            assert person is not None
            assert person.is_member is bool(belongs)
            assert [each.unit.id for each in stood if each.is_main] == [unit_id] * bool(belongs)
            held = await role_queries.roles_of(tx, person_id)
            assert belongs or not held
            idle = [each.unit for each in stood if each.standing is UnitStanding.SUSPENDED]
            assert not [role for role in held if any(role.unit.is_within(u) for u in idle)]
