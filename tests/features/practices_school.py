"""A small department in which practices are shared: its people, schools and teams."""

from dataclasses import dataclass, field

from bot.chat.incoming import Address
from bot.chat.person import Person, add_visitor, find_person
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamDraft
from bot.features.communities.models import Mode
from bot.features.communities.queries.teams import Team
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.people import Registration
from bot.features.people.actions.roles import hold
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import CameBy
from bot.features.people.queries.units import Unit
from bot.features.practices.actions.practices import PracticeDraft
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.storage.database import Database
from bot.storage.transaction import Tx

READING = PracticeDraft(
    title="القراءة الجهرية المتدرجة",
    difficulty="تتعثر الطالبات في قراءة الكلمات الطويلة",
    actions_taken="قسمنا الفصل إلى مجموعات صغيرة تقرأ كل منها فقرة يوميًا",
    result="ارتفعت الطلاقة من 40 إلى 65 كلمة في الدقيقة",
    subject="arabic",
    stage="primary",
    team_id=None,
)


@dataclass
class PracticeSchools:
    """Two girls' schools, one boys' school and, in another department, a third girls' school."""

    database: Database
    channel: str = "telegram"
    units: dict[str, Unit] = field(default_factory=dict)

    async def build(self) -> "PracticeSchools":
        async with self.database.transaction() as tx:
            await self._unit(tx, "department", "إدارة تعليم الوادي")
            girls, boys = UnitGender.GIRLS, UnitGender.BOYS
            await self._unit(tx, "school", "مدرسة الندى", "إدارة تعليم الوادي", girls)
            await self._unit(tx, "school", "مدرسة الأمل", "إدارة تعليم الوادي", girls)
            await self._unit(tx, "school", "مدرسة الفلاح", "إدارة تعليم الوادي", boys)
            await self._unit(tx, "department", "إدارة تعليم الساحل")
            await self._unit(tx, "school", "مدرسة المرجان", "إدارة تعليم الساحل", girls)
        return self

    async def _unit(
        self, tx: Tx, kind: str, name: str, above: str = "", gender: UnitGender = UnitGender.MIXED
    ) -> None:
        parent = self.units[above].id if above else None
        draft = UnitDraft(kind, name, "SA", "Asia/Riyadh", gender, parent)
        self.units[name] = await unit_actions.create_unit(tx, None, draft)

    async def person(
        self, name: str, unit: str, *, number: int, gender: str = "f", role: Role | None = None
    ) -> Person:
        """A registered person whose phone has this number, with a role at the unit."""
        async with self.database.transaction() as tx:
            visitor, _ = await add_visitor(tx, Address(self.channel, str(number)), "SA", "ar")
            place = self.units[unit].id
            draft = Registration(
                name=name,
                gender=gender,  # type: ignore[arg-type]
                unit_id=place,
                subjects=("arabic",),
                stages=("primary",),
                country="SA",
                timezone="Asia/Riyadh",
                numerals="arab",
                came_by=CameBy.SERVER,
            )
            member = (await people_actions.register(tx, visitor, draft)).person
            if role is not None:
                await hold(tx, None, member.id, role, place)
            return member

    async def team(self, name: str, lead: Person, *members: Person, unit: str) -> Team:
        """A team at the unit, led by somebody who may found it there."""
        async with self.database.transaction() as tx:
            draft = TeamDraft(
                self.units[unit].id, name, "القراءة", ("هدف",), ("نلتزم",), "subject", Mode.MIXED
            )
            team = await team_actions.create_team(tx, lead, draft)
            for member in members:
                await membership_actions.join_by_link(tx, member, team.link_code)
            return team

    async def fresh(self, person: Person) -> Person:
        async with self.database.reading() as tx:
            found = await find_person(tx, person.id)
        assert found is not None
        return found
