"""A department with a girls' school and a boys' school, and the way people register there."""

from dataclasses import dataclass

from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.roles import hold
from bot.features.people.actions.units import UnitDraft
from bot.features.people.queries.units import Unit
from bot.packs.organisation import Role, UnitGender
from tests.town import Phone, Town

FORMS_OF_ADDRESS = {"f": "المؤنث", "m": "المذكر", "neutral": "محايدة"}


@dataclass
class School:
    """Al-Nada (girls), Al-Falah (boys) in one department, Al-Murjan (girls) in another, and an
    institution in Morocco."""

    town: Town
    department: Unit
    nada: Unit
    falah: Unit
    murjan: Unit
    atlas: Unit

    async def registers(
        self, phone: Phone, name: str, unit: str = "الندى", gender: str = "f", start: str = "/start"
    ) -> None:
        """From the first word to the welcome."""
        await phone.says(start)
        here = "المغرب" if "الأطلس" in unit else "السعودية"
        await phone.taps(here if phone.offers(here) else "بدء التسجيل")
        await phone.taps(FORMS_OF_ADDRESS[gender])
        await phone.says(name)
        if unit:
            await phone.says(unit)
            if phone.offers(unit):
                await phone.taps(unit)
        await phone.taps("الرياضيات")
        await phone.taps("الابتدائي")

    async def agrees(self, phone: Phone) -> None:
        """To be found by their name at their school."""
        await phone.says("/start")
        await phone.taps("أوافق")

    async def appoints(self, phone: Phone, role: Role, unit: Unit) -> None:
        """Give a registered person a role, as the command line would."""
        number = await self.town.person_id(phone)
        async with self.town.app.database.transaction() as tx:
            await hold(tx, None, number, role, unit.id)


async def found_school(town: Town) -> School:
    async with town.app.database.transaction() as tx:

        async def unit(
            kind: str, name: str, parent: Unit | None, gender: UnitGender, country: str = "SA"
        ) -> Unit:
            zone = "Africa/Casablanca" if country == "MA" else "Asia/Riyadh"
            above = parent.id if parent else None
            draft = UnitDraft(kind, name, country, zone, gender, above)
            return await unit_actions.create_unit(tx, None, draft)

        girls, boys, mixed = UnitGender.GIRLS, UnitGender.BOYS, UnitGender.MIXED
        valley = await unit("department", "إدارة تعليم الوادي", None, mixed)
        coast = await unit("department", "إدارة تعليم الساحل", None, mixed)
        academy = await unit("academy", "أكاديمية الجبال", None, mixed, "MA")
        return School(
            town,
            valley,
            await unit("school", "مدرسة الندى", valley, girls),
            await unit("school", "مدرسة الفلاح", valley, boys),
            await unit("school", "مدرسة المرجان", coast, girls),
            await unit("institution", "ثانوية الأطلس", academy, mixed, "MA"),
        )
