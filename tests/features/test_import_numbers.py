"""The way to one's place by the telephone number that the channel vouches for."""

import logging

import pytest

from bot.packs.organisation import Role
from bot.storage.columns import metadata
from tests.features.imports_lists import adds, table
from tests.features.people_school import School, found_school
from tests.town import Phone, Town

HUDA = ["هدى سعد القحطاني", "مدرسة الندى", "معلمة", "رياضيات", "4411"]
NADA = ["ندى فهد الدوسري", "مدرسة الندى", "معلمة", "علوم", "4412"]


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


@pytest.fixture
async def school(town: Town) -> School:
    return await found_school(town)


@pytest.fixture
async def admin(school: School) -> Phone:
    phone = school.town.person("سعاد")
    await school.registers(phone, "سعاد العمري")
    await school.appoints(phone, Role.ADMINISTRATOR, school.department)
    return phone


@pytest.fixture
async def head(school: School) -> Phone:
    phone = school.town.person("أمل")
    await school.registers(phone, "أمل الشهري")
    await school.appoints(phone, Role.PRINCIPAL, school.nada)
    return phone


async def test_a_number_that_is_ones_own_is_the_first_proof(
    town: Town,
    school: School,
    admin: Phone,
    head: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    huda = town.person("هدى")
    await adds(admin, table([*HUDA, f"+{huda.user.number}"], [*NADA, "0509999999"]))
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
