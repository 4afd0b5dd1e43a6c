"""The way to one's place by the telephone number that the channel vouches for."""

import logging

import pytest
from sqlalchemy import update

from bot.features.imports.models import imported_people
from bot.packs.roles import Role
from bot.storage.columns import metadata
from tests.features.imports_lists import HUDA, NADA, adds, admin, head, table
from tests.features.people_school import School
from tests.town import Phone, Town

__all__ = ["admin", "head"]


async def shares_number(phone: Phone) -> None:
    """Press the key below the chat that shares one's own number."""
    simulator = phone.town.simulator
    phone.town.look()
    keys = simulator.world.chats.chat(phone.id).contact_keys
    assert keys, phone.transcript()
    await simulator.press_key(phone.id, next(iter(keys)))
    await phone.town.settles()


async def sends_contact(phone: Phone, number: str, name: str, owner: int | None = None) -> None:
    """Send somebody's card."""
    phone.town.look()
    await phone.town.simulator.send_contact(phone.id, number, name, of_user=owner)
    await phone.town.settles()


async def test_a_number_that_is_ones_own_is_the_first_proof(
    town: Town,
    school: School,
    admin: Phone,
    head: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    huda = town.person("هدى")
    await adds(admin, table([*HUDA[:5], f"+{huda.user.number}"], [*NADA[:5], "0509999999"]))
    await huda.says("/claim")
    await huda.taps("برقم هاتفي")
    huda.sees("أقارن رقم الهاتف بالقوائم ولا أحفظه")
    # Somebody else's card says nothing, whoever's it is.
    nada = town.person("ندى")
    await sends_contact(nada, huda.user.number, "هدى", huda.id)
    nada.sees("هذا رقم شخص آخر")
    await sends_contact(huda, "966509999999", "ندى")
    huda.sees("هذا رقم شخص آخر")
    await huda.taps("برقم هاتفي")
    await shares_number(huda)
    huda.sees("ما اسم عائلتك")
    await huda.says("القحطاني")
    await huda.taps("المؤنث")
    await huda.taps("الابتدائي")
    huda.sees("مكانك في مدرسة الندى صار لك")
    head.sees("انضمت هدى سعد القحطاني إلى مدرسة الندى بالقائمة")
    # Nobody's number stands anywhere, neither as it was shared nor while it waited.
    number = huda.user.number
    for stored in metadata.tables.values():
        assert number[3:] not in repr(await town.rows(stored)), stored.name
    assert number[3:] not in caplog.text
    # Whoever stands on no list learns no more than that.
    await nada.says("/claim")
    await nada.taps("برقم هاتفي")
    await shares_number(nada)
    nada.sees("لا تحفظ أي قائمة مكانًا لهذا الرقم")
    await head.says("/claim")
    await head.taps("برقم هاتفي")
    assert "مشاركة رقمي" in head.menu()
    await shares_number(head)
    head.sees("لا تحفظ أي قائمة مكانًا لهذا الرقم")
    assert "مشاركة رقمي" not in head.menu()


async def test_a_number_without_its_country_is_of_the_country_of_its_unit(
    town: Town, school: School, admin: Phone
) -> None:
    """And one that several have, or that the list has no more, tells nothing."""
    await school.appoints(admin, Role.ADMINISTRATOR, school.atlas)
    salma, other, late = (town.person(name) for name in ("سلمى", "نورة", "هند"))
    salma.user.phone, other.user.phone = "212612345678", "966612345678"
    rows = [["سلمى العلوي", "ثانوية الأطلس", "معلمة", "", "7", "0612345678"]]
    # A family shares one number.
    rows += [[*HUDA[:4], str(n), f"+{late.user.number}"] for n in (8, 9)]
    await adds(admin, table(*rows))
    nobody, known = "لا تحفظ أي قائمة مكانًا لهذا الرقم", "ما اسم عائلتك"
    for phone, said in ((other, nobody), (late, nobody), (salma, known)):
        await phone.says("/claim")
        await phone.taps("برقم هاتفي")
        await shares_number(phone)
        phone.sees(said)
    async with town.app.database.transaction() as tx:
        await tx.execute(update(imported_people).values(phone_digest="another"))
    await salma.says("العلوي")
    salma.sees("انتهت صلاحية هذا الرمز")
