"""A department with a girls' school and a boys' school, and the way people register there."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.chat.conversation import load_contact, save_forms
from bot.chat.forms.form import FormState
from bot.chat.incoming import Address
from bot.chat.person import find_person
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.admission import admit
from bot.features.people.actions.invitations import create_invitation
from bot.features.people.actions.roles import hold
from bot.features.people.actions.units import UnitDraft
from bot.features.people.forms.registration import REGISTER
from bot.features.people.models import UnitStanding, units
from bot.features.people.queries.admission import answering_at
from bot.features.people.queries.invitations import invitation as find_invitation
from bot.features.people.queries.placements import placements_of
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
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
        """Somebody who came by an invitation of the unit, up to the welcome; whoever comes by the
        link of a team opens it afterwards. Of what they are asked on the way (`registers_in_full`)
        only the last question is left: how they answer the others is told once, not in every
        story."""
        team = start if start.startswith("/start t") else ""
        if not unit or not (team or start == "/start"):
            await self.registers_in_full(phone, name, unit, gender, start)
            return
        code = await self.invites(unit)
        await phone.says(f"/start {code}")
        await self._answered(phone, name, gender, code)
        await phone.says("الابتدائي")
        if team:
            await phone.says(team)

    async def _answered(self, phone: Phone, name: str, gender: str, code: str) -> None:
        """All questions but the last one, as the conversation keeps them."""
        async with self.town.app.database.transaction() as tx:
            address = Address(self.town.channel, str(phone.id))
            contact = await load_contact(tx, address)
            invitation = await find_invitation(tx, code)
            assert contact is not None
            assert invitation is not None
            unit = invitation.unit
            known = {"link": code, "unit": unit.id, "country": unit.country}
            said = {"gender": gender, "name": name, "subject": "mathematics"}
            filled = {"consent": True, "school": "", "namesake": ""}
            state = FormState(
                REGISTER.name,
                REGISTER.version,
                f"{phone.id:06x}"[-6:],
                at="stage",
                serial=4,
                answers={**known, **said, **filled},
                known=sorted(known),
                filled=list(filled),
                offered=["early", "primary", "middle", "secondary", "+"],
            )
            contact.forms.append(state.to_json())
            await save_forms(tx, contact)

    async def registers_in_full(
        self, phone: Phone, name: str, unit: str = "الندى", gender: str = "f", start: str = "/start"
    ) -> None:
        """From the first word to the welcome, each question answered."""
        team = start if start.startswith("/start t") else ""
        if unit and (team or start == "/start"):
            start, unit = f"/start {await self.invites(unit)}", ""
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
        if team:
            await phone.says(team)

    async def answers(self) -> Phone:
        """Somebody who administers every tree, so that there is an answer wherever one asks."""
        phone = self.town.person("هدى", number=999)
        await self.registers(phone, "هدى السليم", "الوادي")
        return phone

    async def lets_in(self, phone: Phone) -> None:
        """The answer to whoever has asked last, by the nearest who answers there."""
        number = await self.town.person_id(phone)
        async with self.town.app.database.transaction() as tx:
            for found in await placements_of(tx, number):
                if found.standing is UnitStanding.WAITING:
                    assert found.lies_with is not None
                    at = await answering_at(tx, found.unit)
                    by = await find_person(tx, at.people[found.lies_with][0])
                    assert by is not None
                    await admit(tx, by, found.id)
        await self.town.settles()

    async def invites(self, unit: str) -> str:
        """The code of a link by which teachers come to the first unit of such a name."""
        async with self.town.app.database.transaction() as tx:
            query = select(units.c.id).where(units.c.name.contains(unit)).order_by(units.c.id)
            number = await tx.scalar(query)
            week = timedelta(days=7)
            return await create_invitation(tx, None, number, Role.TEACHER, week)

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


@pytest.fixture
async def school(town: Town) -> School:
    """In every test that asks for it, but where a module has another one of this name."""
    return await found_school(town)


def hands_on(phone: Phone) -> bool:
    """Whether the newest message hands its link on: by a button where the channel has one, else in
    its words, where it stands once."""
    if phone.town.is_narrow:
        return phone.last().shown_text.count("?text=/start") == 1
    addresses = [button.get("url", "") for button in phone.last().buttons()]
    return any(each.startswith("https://t.me/share/url?url=") for each in addresses)
