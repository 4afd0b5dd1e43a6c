"""The counts of people below each unit stay what a count of the people themselves would give,
whatever they do and in whichever order."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from bot.chat.incoming import Address
from bot.chat.person import Person, Reach, add_visitor, find_person, set_reach
from bot.core.clock import FrozenClock
from bot.core.errors import Refused
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import placements as placement_actions
from bot.features.people.actions import roles as role_actions
from bot.features.people.actions import unit_changes as change_actions
from bot.features.people.actions import unit_followers
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.admission import transfer
from bot.features.people.actions.headcounts import HEADCOUNTS, counted
from bot.features.people.actions.people import ProfileChanges, Registration
from bot.features.people.actions.placements import move_standing, settle
from bot.features.people.actions.roles import hold
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import (
    MOVES,
    CameBy,
    RoleState,
    UnitStanding,
    profiles,
    roles,
    unit_changes,
    units,
)
from bot.features.people.models import headcounts as kept
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.audiences import (
    Audience,
    audience_ids,
    count_audience,
    is_in_audience,
)
from bot.features.people.queries.units import Unit, unit
from bot.packs.organisation import Role
from bot.scheduling.due import DueRow
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
STANDINGS = {
    "suspend": UnitStanding.SUSPENDED, "remove": UnitStanding.REMOVED, "leave": UnitStanding.LEFT,
    "belong": UnitStanding.MEMBER,
}  # fmt: skip
SUBJECTS = (("arabic",), ("science",), ("science", "arabic"), ("art", "mathematics", "science"))
STAGES = (("primary",), ("middle",), ("secondary", "primary", "middle"))
ROLES = (Role.TEACHER, Role.LEAD, Role.PRINCIPAL)


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
            "block": lambda: set_reach(tx, "telegram", str(person.id), Reach.UNREACHABLE),
            "delete": lambda: erasure_actions.delete_own_data(tx, person),
        }
        await deeds[deed]()

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

    async def finish(self) -> None:
        """Whatever was begun comes to its end, and nobody is left at a unit that was merged."""
        for _ in range(200):
            async with self.database.transaction() as tx:
                if not await self._carry_on(tx):
                    break
        async with self.database.reading() as tx:
            gone = select(unit_changes.c.unit_id).where(unit_changes.c.target_id.is_not(None))
            for table, column in ((profiles, profiles.c.unit_id), (units, units.c.parent_id)):
                left = select(func.count()).select_from(table).where(column.in_(gone))
                assert await tx.scalar(left) == 0

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
        """Every audience has as many people as one finds by asking each person."""
        found = await tx.all(select(profiles))
        places = {place.id: await unit(tx, place.id) for place in self.units}
        active = await tx.all(
            select(roles.c.person_id, roles.c.role).where(roles.c.state == RoleState.ACTIVE)
        )
        held = {(row.person_id, row.role) for row in active}
        for place in self.units:
            for subjects in ((), ("arabic",), ("art", "arabic")):
                for stages in ((), ("middle",), ("middle", "early")):
                    for role in (None, Role.LEAD):
                        audience = Audience(place.id, subjects, stages, role)
                        members = {
                            each.person_id
                            for each in found
                            if each.unit_id is not None
                            and f"/{place.id}/" in places[each.unit_id].path  # type: ignore[union-attr]
                            and (not subjects or set(subjects) & set(each.subject))
                            and (not stages or set(stages) & set(each.stage))
                            and (role is None or (each.person_id, role) in held)
                        }
                        assert await count_audience(tx, audience) == len(members), audience
                        assert await audience_ids(tx, audience) == sorted(members), audience
        somebody = self.people[-1].id
        everybody = Audience(self.units[0].id)
        assert await is_in_audience(tx, everybody, somebody) == any(
            row.person_id == somebody
            and row.unit_id is not None
            and places[row.unit_id].path.startswith("/1/")  # type: ignore[union-attr]
            for row in found
        )
        assert await HEADCOUNTS.count_wrong(tx) == 0
        await self._stands_true(tx, {row.person_id: row.unit_id for row in found})

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


Deed = tuple[str, int, int, int]
LIFE = st.lists(
    st.tuples(
        st.sampled_from(["join", "join", "move", "change", "grant", "end", "block", "delete",
                         "open", "shift", "merge", "shut", "carry on", *STANDINGS]),
        st.integers(0, 7), st.integers(0, 9), st.integers(0, 11),
    ),
    max_size=14,
)  # fmt: skip


async def live(url: str, deeds: list[Deed]) -> None:
    database = await open_database(url, FrozenClock(NOW))
    try:
        ministry = Ministry(database)
        await ministry.found()
        for deed in deeds:
            async with database.transaction() as tx:
                await ministry.act(tx, *deed)
        # In the midst of what takes several pieces, as after a kill, and at its end.
        async with database.reading() as tx:
            await ministry.agrees(tx)
        await ministry.finish()
        async with database.reading() as tx:
            await ministry.agrees(tx)
    finally:
        await database.close()


@settings(max_examples=30)
@given(deeds=LIFE)
def test_the_counts_follow_whatever_people_do(migrated_sqlite: Path, deeds: list[Deed]) -> None:
    with TemporaryDirectory() as directory:
        path = shutil.copy(migrated_sqlite, directory)
        asyncio.run(live(f"sqlite+aiosqlite:///{path}", deeds))


async def test_a_long_life_is_counted_right_on_both_databases(database_url: str) -> None:
    deeds = [
        ("join", 0, place, which) for which in range(4) for place in (2, 3, 5, 1)
    ]  # fmt: skip
    deeds += [("move", n, n + 1, 0) for n in range(8)] + [("grant", n, n, n) for n in range(8)]
    deeds += [("change", n, n + 2, n) for n in range(8)] + [("end", n, n, n) for n in range(8)]
    deeds += [("open", 0, 2, 0), ("join", 0, 6, 1), ("block", 5, 0, 0), ("delete", 5, 0, 0)]
    deeds += [("suspend", n, 0, 0) for n in (6, 7, 8)] + [("belong", n, 2, 0) for n in (6, 6, 8)]
    deeds += [("remove", 7, 0, 0), ("leave", 8, 0, 0), ("belong", 8, 3, 0), ("grant", 8, 3, 1)]
    deeds += [("shift", 5, 3, 0), ("shift", 1, 5, 0), ("shift", 1, 1, 0), ("join", 0, 3, 1)]
    deeds += [("merge", 2, 3, 0), ("carry on", 0, 0, 0), ("join", 0, 2, 0), ("shut", 0, 5, 0)]
    await live(database_url, [*deeds, ("delete", 2, 0, 0), ("delete", 2, 0, 0)])


async def test_who_comes_at_the_same_moment_is_counted_once_each(database_url: str) -> None:
    database = await open_database(database_url, FrozenClock(NOW))
    try:
        ministry = Ministry(database)
        await ministry.found()

        async def join() -> None:
            async with database.transaction() as tx:
                await ministry.act(tx, "join", 0, 2, 0)

        await asyncio.gather(*(join() for _ in range(12)))
        async with database.reading() as tx:
            assert await count_audience(tx, Audience(ministry.units[0].id)) == 13
            await ministry.agrees(tx)
    finally:
        await database.close()


async def test_a_count_that_somebody_spoilt_is_found_and_mended(database_url: str) -> None:
    database = await open_database(database_url, FrozenClock(NOW))
    try:
        ministry = Ministry(database)
        await ministry.found()
        async with database.transaction() as tx:
            await ministry.act(tx, "join", 0, 2, 0)
            at_the_top = kept.c.unit_id == ministry.units[0].id
            await tx.execute(update(kept).where(at_the_top).values(people=7))
        async with database.transaction() as tx:
            assert await HEADCOUNTS.put_right(tx) == 2  # all, and the teachers among them
            assert await HEADCOUNTS.put_right(tx) == 0
            await ministry.agrees(tx)
    finally:
        await database.close()
