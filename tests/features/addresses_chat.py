"""A person with a telephone, and a second account on a tablet."""

import re

from sqlalchemy import select

from bot.chat.person import Person, addresses, find_person
from bot.delivery import outbox
from bot.features.people.notices import people as notices
from bot.storage.transaction import Tx
from tests.features.people_school import School
from tests.reading import readable
from tests.town import Phone, Town

TOLD = "تركت 3 رسائل دون قراءة"
"""What `reminds` says."""


async def opens_code(phone: Phone) -> str:
    """The code that somebody sees under «عناويني»."""
    await phone.taps("👤 ملفي الشخصي")
    await phone.taps("الإعدادات")
    await phone.taps("عناويني")
    await phone.taps("ربط حساب آخر")
    return shown_code(phone)


def shown_code(phone: Phone) -> str:
    """The newest code on a phone."""
    told = [readable(message.shown_text) for message in phone.messages() if message.from_bot]
    return str(re.findall(r"\b\d{8}\b", "\n".join(told))[-1])


async def two_phones(town: Town, school: School) -> tuple[Phone, Phone]:
    """Maryam's telephone, and her tablet with another account, linked."""
    maryam, tablet = town.person("مريم"), town.person("مريم")
    await school.registers(maryam, "مريم العلي", "الندى")
    code = await opens_code(maryam)
    await tablet.says(code)
    return maryam, tablet


async def reminds(town: Town, phone: Phone) -> None:
    """Something is told to the person of this phone."""
    number = await town.person_id(phone)
    town.look()
    async with town.app.database.transaction() as tx:
        await outbox.send(tx, notices.UNREAD, number, {"unread": 3})
    await town.settles()


async def at(tx: Tx, phone: Phone) -> tuple[int, Person]:
    """The address of a phone, and whose it is."""
    query = select(addresses.c.id, addresses.c.person_id)
    row = await tx.first(query.where(addresses.c.external == str(phone.id)))
    assert row is not None
    person = await find_person(tx, row.person_id)
    assert person is not None
    return row.id, person
