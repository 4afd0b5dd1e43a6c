"""What others are told about roles and invitations is so when the message leaves, or it is not
sent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.person import Person
from bot.chat.screen import Screen
from bot.core.clock import FrozenClock
from bot.delivery import outbox
from bot.delivery.message import outbox as messages
from bot.features import personal
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import roles as role_actions
from bot.features.people.actions.admission import transfer
from bot.features.people.actions.people import ProfileChanges
from bot.features.people.models import CameBy
from bot.features.people.notices import people as notices
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role
from bot.storage.database import Database, open_database
from tests.drawn import said
from tests.features.practices_school import PracticeSchools
from tests.reading import readable

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
NADA, AMAL, WADI = "مدرسة الندى", "مدرسة الأمل", "إدارة تعليم الوادي"


@dataclass
class Staff:
    """Laila supervises the department, Mona is principal of a school, and Huda teaches there."""

    database: Database
    units: dict[str, Unit]
    laila: Person
    mona: Person
    huda: Person

    async def says(self, to: Person) -> list[str]:
        """What leaves for somebody now: the words of each message, or why there are none."""
        found = await said(self.database, messages.c.person_id == to.id)
        return [each if isinstance(each, str) else readable(each.text) for each in found]

    async def accepts(self, by: Person, role: Role = Role.COORDINATOR, unit: str = NADA) -> None:
        """An invitation of the supervisor's to one role."""
        async with self.database.transaction() as tx:
            code = await invitation_actions.create_invitation(
                tx, self.laila, self.units[unit].id, role, timedelta(days=7)
            )
            await invitation_actions.accept_invitation(tx, by, code)

    async def grants(self, to: Person, role: Role = Role.LEAD, unit: str = NADA) -> None:
        async with self.database.transaction() as tx:
            await role_actions.grant_role(tx, self.laila, to.id, role, self.units[unit].id)

    async def ends(self, of: Person, role: Role = Role.LEAD, unit: str = NADA) -> None:
        async with self.database.transaction() as tx:
            await role_actions.end_role(tx, self.laila, of.id, role, self.units[unit].id)

    async def loses(self, of: Person, role: Role, unit: str) -> None:
        """The role ends without a word to anybody."""
        async with self.database.transaction() as tx:
            await tx.run(
                "UPDATE roles SET state = 'ended' WHERE person_id = ? AND role = ? AND unit_id = ?",
                of.id,
                role.value,
                self.units[unit].id,
            )

    async def changes(self, person: Person, name: str) -> None:
        async with self.database.transaction() as tx:
            await people_actions.update_profile(tx, person, ProfileChanges(name=name))

    async def moves(self, person: Person, unit: str) -> None:
        async with self.database.transaction() as tx:
            await transfer(tx, person.id, self.units[unit].id, CameBy.LIST)

    async def erases(self, person: Person) -> None:
        async with self.database.transaction() as tx:
            await erasure_actions.erase_person(tx, person, personal())

    async def rename_unit(self, unit: str, name: str) -> None:
        async with self.database.transaction() as tx:
            await tx.run("UPDATE units SET name = ? WHERE id = ?", name, self.units[unit].id)


@pytest.fixture
async def staff(database_url: str) -> AsyncIterator[Staff]:
    database = await open_database(database_url, FrozenClock(NOW))
    try:
        schools = await PracticeSchools(database).build()
        laila = await schools.person("ليلى", WADI, number=1, role=Role.SUPERVISOR)
        mona = await schools.person("منى", NADA, number=2, role=Role.PRINCIPAL)
        huda = await schools.person("هدى", NADA, number=3)
        yield Staff(database, schools.units, laila, mona, huda)
    finally:
        await database.close()


async def test_the_inviter_learns_who_has_which_role_by_now(staff: Staff) -> None:
    await staff.accepts(staff.huda)
    (text,) = await staff.says(staff.laila)
    assert text == "قبلت هدى دعوتك، ودورها الآن في مدرسة الندى: منسقة."
    await staff.changes(staff.huda, "هدى العمري")
    await staff.rename_unit(NADA, "ثانوية الندى")
    assert await staff.says(staff.laila) == [
        "قبلت هدى العمري دعوتك، ودورها الآن في ثانوية الندى: منسقة."
    ]


async def test_the_inviter_is_not_told_of_a_role_that_has_ended(staff: Staff) -> None:
    await staff.accepts(staff.huda)
    await staff.ends(staff.huda, Role.COORDINATOR)
    assert await staff.says(staff.laila) == ["ended"]


async def test_the_inviter_is_not_told_of_whoever_has_left_for_good(staff: Staff) -> None:
    await staff.accepts(staff.huda)
    await staff.erases(staff.huda)
    assert await staff.says(staff.laila) == ["ended"]


async def test_who_no_longer_looks_after_a_unit_does_not_learn_its_roles(staff: Staff) -> None:
    await staff.accepts(staff.huda)
    await staff.loses(staff.laila, Role.SUPERVISOR, WADI)
    assert await staff.says(staff.laila) == ["not_yours"]


async def test_a_role_is_told_as_long_as_it_is_held(staff: Staff) -> None:
    await staff.grants(staff.huda)
    (text,) = await staff.says(staff.huda)
    assert "ليلى" in text
    await staff.changes(staff.laila, "ليلى الحربي")
    (text,) = await staff.says(staff.huda)
    assert "ليلى الحربي" in text
    await staff.ends(staff.huda)
    granted, ended = await staff.says(staff.huda)
    assert granted == "ended"
    assert ended.startswith("انتهى دورك في مدرسة الندى")
    # Each message is about one granting, and so none comes twice.
    await staff.grants(staff.huda)
    first, second, third = await staff.says(staff.huda)
    assert (first, second) == ("ended", "given_again")
    assert third == text


async def test_a_role_is_told_though_whoever_gave_or_ended_it_has_left(staff: Staff) -> None:
    await staff.grants(staff.huda)
    await staff.grants(staff.mona)
    await staff.ends(staff.mona)
    await staff.erases(staff.laila)
    (granted,) = await staff.says(staff.huda)
    assert "أحد الزملاء السابقين" in granted
    _, ended = await staff.says(staff.mona)
    assert "أحد الزملاء السابقين" in ended


async def test_a_namesake_is_told_as_long_as_there_is_one(staff: Staff) -> None:
    await staff.changes(staff.huda, "منـى")
    (text,) = await staff.says(staff.mona)
    assert "مدرسة الندى" in text
    await staff.rename_unit(NADA, "ثانوية الندى")
    (text,) = await staff.says(staff.mona)
    assert "ثانوية الندى" in text
    await staff.changes(staff.huda, "هدى العمري")
    assert await staff.says(staff.mona) == ["no_namesake"]


async def test_a_namesake_who_works_elsewhere_by_now_is_not_told(staff: Staff) -> None:
    await staff.changes(staff.huda, "منـى")
    await staff.moves(staff.huda, AMAL)
    namesake, moved = await staff.says(staff.mona)
    assert namesake == "moved"
    assert "انتقلت منـى من مدرسة الندى إلى مدرسة الأمل" in moved


async def test_a_namesake_who_has_left_for_good_is_not_told(staff: Staff) -> None:
    await staff.changes(staff.huda, "منـى")
    await staff.erases(staff.huda)
    assert await staff.says(staff.mona) == ["moved"]


async def test_a_namesake_is_told_only_to_whoever_still_answers_for_the_unit(
    staff: Staff,
) -> None:
    await staff.changes(staff.huda, "ليلـى")
    (text,) = await staff.says(staff.mona)
    assert text.count("ليلى") == 1
    await staff.loses(staff.mona, Role.PRINCIPAL, NADA)
    assert await staff.says(staff.mona) == ["not_yours"]


async def test_a_namesake_of_whoever_is_no_officer_any_more_is_not_told(staff: Staff) -> None:
    await staff.changes(staff.huda, "ليلـى")
    await staff.loses(staff.laila, Role.SUPERVISOR, WADI)
    assert await staff.says(staff.mona) == ["no_namesake"]


async def test_the_way_to_the_people_is_for_whoever_may_see_them_by_now(staff: Staff) -> None:
    """A lead teacher is an officer, and looks after nobody; a principal does."""
    await staff.grants(staff.huda)
    await staff.loses(staff.mona, Role.PRINCIPAL, NADA)
    await staff.changes(staff.mona, "هـدى")
    _, told = await said(staff.database, messages.c.person_id == staff.huda.id)
    assert isinstance(told, Screen)
    assert "منى" not in told.text
    assert told.choices == ()
    await staff.grants(staff.huda, Role.PRINCIPAL)
    _, told, _ = await said(staff.database, messages.c.person_id == staff.huda.id)
    assert isinstance(told, Screen)
    assert told.actions[0].route == "people.staff"


async def test_what_was_left_unread_stays_so(staff: Staff) -> None:
    async with staff.database.transaction() as tx:
        await outbox.send(tx, notices.UNREAD, staff.huda.id, {"unread": 3})
    (text,) = await staff.says(staff.huda)
    assert text.startswith("تركت 3 رسائل")
    await staff.erases(staff.huda)
    assert await staff.says(staff.huda) == []
