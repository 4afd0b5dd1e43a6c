"""A list became shorter since the button to its next page was shown: the last page that is left
answers, and nobody is told that there is nothing."""

import pytest

from bot.app import load_secret_key
from bot.chat.seal import Seal
from tests.features.test_announcements import NADA, Office, office
from tests.town import Phone

__all__ = ["office"]

pytestmark = pytest.mark.every_channel


async def turns_to(phone: Phone, route: str, *args: object) -> None:
    """Press the button to a page of a list, as it stood on an older message."""
    town = phone.town
    seal = Seal(load_secret_key(town.settings))
    person = await town.person_id(phone)
    token = seal.close(person, route, tuple(map(str, args)), of_screen=True)
    town.look()
    await town.platform.press(phone.id, phone.last().message_id, token, forged=True)
    await town.settles()


async def test_those_who_have_not_read_it_are_named(office: Office) -> None:
    number = await office.announces()
    await office.amal.says("/announcements")
    await turns_to(office.amal, "announce.silent", number, 2)
    office.amal.sees("بانتظار اطّلاع:", "هدى", "مريم")


async def test_announcements_are_there(office: Office) -> None:
    await office.announces("لقاء المدرسة")
    await turns_to(office.huda, "announce.inbox", 3)
    office.huda.sees_button("لقاء المدرسة")
    await turns_to(office.amal, "announce.mine", 3)
    office.amal.sees_button("لقاء المدرسة")


async def test_teams_people_and_meetings_are_there(office: Office) -> None:
    amal, huda = office.people["أمل"], office.people["هدى"]
    await office.department.team("فريق القراءة", amal, huda, unit=NADA)
    unit = office.department.units[NADA].id
    await turns_to(office.huda, "teams.find", 2)
    office.huda.sees_button("فريق القراءة")
    await turns_to(office.huda, "teams.mine", 2)
    office.huda.sees_button("فريق القراءة")
    await turns_to(office.amal, "people.staff", unit, 4)
    office.amal.sees_button("هدى")
    await turns_to(office.huda, "meetings.mine", 2)
    office.huda.sees("لا اجتماعات")
