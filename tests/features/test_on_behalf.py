"""What a deputy does says in whose place, where others read of it, also once the leave is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.person import Person, PersonState
from bot.core.i18n import Voice
from bot.features.announcements.actions import stopping
from bot.features.communities.actions.leadership import appoint_lead
from bot.features.communities.queries import members as member_queries
from bot.features.people.actions import standings, transfers
from bot.features.people.actions.deputies import Deputyship, name_deputy
from bot.features.people.actions.placements import end_by_list
from bot.features.people.models import RoleState, roles
from bot.features.people.queries.people import name_acting
from bot.features.people.queries.placements import placements_of
from bot.features.practices.actions.practices import hide_practice, share_practice
from bot.packs.roles import Role
from bot.storage.audit import audit_trail
from tests.features.imports_lists import brings, table
from tests.features.practices_school import READING
from tests.features.test_announcements import NADA, WADI, WORDS, Office, fills_in, office

__all__ = ["office"]

pytestmark = pytest.mark.every_channel

FOR_AMAL = "هدى نيابةً عن أمل"


async def stands_in(office: Office, deputy: str, away: str, days: int = 3) -> None:
    """From today on the one acts in the role of the other, who has named her."""
    async with office.town.app.database.transaction() as tx:
        held = await office.town.rows(roles, person_id=office.people[away].id, state="active")
        role = next(each.id for each in held if each.role is not Role.TEACHER)
        first = tx.now.date()
        last = first + timedelta(days=days - 1)
        draft = Deputyship(role=role, deputy=office.people[deputy].id, first=first, last=last)
        await name_deputy(tx, office.people[away], draft)
    await office.town.settles()


async def acts_for(office: Office, action: str) -> str:
    """In whose place it was done, by name."""
    names = {person.id: name for name, person in office.people.items()}
    row = (await office.town.rows(audit_trail, action=action))[-1]
    return names[row.details["for"]]


async def test_a_circular_says_in_whose_name_it_goes(office: Office) -> None:
    amal, huda, maryam = office.amal, office.huda, office.maryam
    await stands_in(office, "هدى", "أمل")
    await fills_in(huda, NADA)
    await huda.taps("تخطّي السؤال")
    huda.sees("هكذا سيظهر", f"من {FOR_AMAL}، مديرة المدرسة – {NADA}")
    await huda.taps("إرسال الآن")
    await office.town.settles()
    maryam.sees(WORDS, f"من {FOR_AMAL}، مديرة المدرسة – {NADA}")
    await office.town.moves(timedelta(seconds=10))
    await huda.says("/announcements")
    await huda.taps("إعلاناتي")
    await huda.taps("تعميم مهم")
    huda.sees(FOR_AMAL, "أُرسل")
    assert await acts_for(office, "announcements.send") == "أمل"

    # Once she is back, what was sent still says so, and the log of her school as well.
    await office.town.moves(timedelta(days=4))
    await maryam.says("/announcements")
    await maryam.taps("تعميم مهم")
    maryam.sees(WORDS, f"من {FOR_AMAL}، {NADA}")
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    await amal.taps("السجل")
    amal.sees(f"إرسال إعلان – {FOR_AMAL}")
    await huda.says("/profile")
    await huda.taps("الإعدادات")
    await huda.taps("بياناتي")
    await huda.taps("سجلي")
    huda.sees("إرسال إعلان، نيابةً عن أمل")
    # What she writes in her own name says nothing of it.
    await office.holds("هدى", Role.PRINCIPAL, NADA)
    async with office.town.app.database.transaction() as tx:
        office.people["أمل"], before = office.people["هدى"], office.people["أمل"]
        await office.writes(tx, "بعد الإجازة")
        office.people["أمل"] = before
    await huda.says("/announcements")
    await huda.taps("إعلاناتي")
    await huda.taps("بعد الإجازة")
    huda.sees(f"من هدى، مديرة المدرسة – {NADA}")


async def test_whom_it_concerns_reads_in_whose_place_it_was_decided(office: Office) -> None:
    """A practice hidden, a lead appointed, somebody suspended and moved: by a deputy."""
    maryam, people = office.maryam, office.people
    noura = office.town.person("نورة")
    people["نورة"] = await office.department.person("نورة", NADA, number=noura.id, role=Role.LEAD)
    await noura.says("/menu")
    team = await office.department.team("فريق القراءة", people["نورة"], people["مريم"], unit=NADA)
    async with office.town.app.database.transaction() as tx:
        shared = await share_practice(tx, people["مريم"], replace(READING, team_id=None))
    await stands_in(office, "هدى", "أمل")
    huda = people["هدى"]

    async with office.town.app.database.transaction() as tx:
        await hide_practice(tx, huda, shared.practice.id, "اسم طالبة")
    await office.town.settles()
    await maryam.reads_on()
    maryam.sees(f"أخفت {FOR_AMAL}")
    assert await acts_for(office, "practices.hide") == "أمل"

    async with office.town.app.database.transaction() as tx:
        chosen = await member_queries.standing_of(tx, team.id, people["مريم"].id)
        assert chosen is not None
        await appoint_lead(tx, huda, chosen.id)
    await office.town.settles()
    maryam.sees(FOR_AMAL)
    assert await acts_for(office, "teams.appoint") == "أمل"

    async with office.town.app.database.transaction() as tx:
        (at,) = await placements_of(tx, people["مريم"].id)
        await standings.suspend(tx, huda, at.id, "مراجعة", tx.now + timedelta(days=9))
    await office.town.settles()
    maryam.sees("مراجعة", FOR_AMAL)
    assert await acts_for(office, "people.suspend") == "أمل"
    # Whom to ask stands on her page as well, and stays once the leave is over.
    await office.town.moves(timedelta(days=4))
    await maryam.says("/start")
    maryam.sees(FOR_AMAL)
    await office.amal.says("/profile")
    for label in ("الأشخاص والأدوار", "موقوف", "مريم"):
        await office.amal.taps(label)
    office.amal.sees(f"القرار من {FOR_AMAL}")


async def test_a_move_and_a_stop_by_a_deputy_above(office: Office) -> None:
    people = office.people
    sara = office.town.person("سارة")
    laila = office.town.person("ليلى")
    for name, phone in (("سارة", sara), ("ليلى", laila)):
        people[name] = await office.department.person(name, WADI, number=phone.id)
        await phone.says("/menu")
    await office.holds("سارة", Role.SUPERVISOR, WADI)
    await stands_in(office, "ليلى", "سارة")
    number = await office.announces(after=timedelta(hours=1))
    await office.town.moves(timedelta(hours=1))
    async with office.town.app.database.transaction() as tx:
        await stopping.stop(tx, people["ليلى"], number)
    await office.town.settles()
    await office.amal.reads_on()
    office.amal.sees("أوقفت ليلى نيابةً عن سارة")
    await office.amal.says("/announcements")
    for label in ("إعلاناتي", "لقاء المدرسة"):
        await office.amal.taps(label)
    office.amal.sees("ليلى نيابةً عن سارة")
    assert await acts_for(office, "announcements.stop") == "سارة"

    async with office.town.app.database.transaction() as tx:
        (at,) = await placements_of(tx, people["مريم"].id)
        amal = office.department.units["مدرسة الأمل"].id
        await transfers.transfer_person(tx, people["ليلى"], at.id, amal)
    await office.town.settles()
    await office.maryam.reads_on()
    office.maryam.sees("نقلت ليلى نيابةً عن سارة مكان عملك")
    assert await acts_for(office, "people.transfer") == "سارة"


async def test_a_list_that_a_deputy_brings_is_brought_for_the_administrator(
    office: Office,
) -> None:
    await office.holds("أمل", Role.ADMINISTRATOR, WADI)
    await office.loses("أمل", Role.PRINCIPAL)
    await stands_in(office, "هدى", "أمل")
    await brings(office.huda, table(["سلمى الزهراني", NADA]))
    assert await acts_for(office, "imports.stage") == "أمل"


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Huda (au nom d’Amal)"), ("en", "Huda on behalf of Amal")]
)
def test_it_is_said_in_every_language(language: str, said: str) -> None:
    huda, amal = (
        Person(number, PersonState.MEMBER, name, Voice(language))
        for number, name in ((1, "Huda"), (2, "Amal"))
    )
    plain = name_acting(Voice(language), huda, amal)
    assert "".join(letter for letter in plain if letter not in "\u2068\u2069") == said


async def test_with_the_role_that_a_list_gave_its_deputies_end(office: Office) -> None:
    await stands_in(office, "هدى", "أمل")
    amal, nada = office.people["أمل"], office.department.units[NADA]
    async with office.town.app.database.transaction() as tx:
        await end_by_list(tx, amal.id, nada.id, by=amal.id, role=Role.PRINCIPAL)
    await office.town.settles()
    await office.huda.reads_on()
    office.huda.sees("انتهت نيابتك عن أمل")
    held = await office.town.rows(roles, role=Role.PRINCIPAL, unit_id=nada.id)
    assert {each.state for each in held} == {RoleState.ENDED}
