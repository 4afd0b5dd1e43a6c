"""What one person does all day is one message a day in another's chat; the last word is true."""

from datetime import timedelta

import pytest

from bot.chat.person import find_person
from bot.features.communities.actions.teams import TeamChanges, edit_team
from bot.features.communities.models import Mode, teams
from tests.features.communities_chat import asks, founds, lead, link_of
from tests.features.people_school import School
from tests.reading import readable
from tests.town import Phone, Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["lead", "town"]


async def test_whoever_asks_and_thinks_again_all_day_is_one_message_to_the_lead(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    before = len(lead.messages())
    words = ["أحب الرياضيات", "عندي تجارب", "أنا جارتكم", "أخيرًا"]
    for word in words[:-1]:
        await asks(sara, word=word)
        await sara.says("فرقي")
        await sara.taps("حلقة الرياضيات")
        await sara.taps("سحب طلبي")
    await asks(sara, word=words[-1])
    told = lead.messages()[before:]
    # Where nothing is changed that was sent, three a day are borne.
    assert len(told) == (3 if town.is_narrow else 1)
    assert town.is_narrow or words[-1] in readable(told[0].shown_text)
    await lead.taps("قبول")
    sara.sees("قُبل طلبك")


async def test_a_role_card_that_is_written_anew_is_the_message_of_before(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة", start=f"/start {await link_of(lead)}")
    await sara.taps("الانضمام إلى الفريق")
    before = len(sara.messages())
    for card in ("كتابة المحضر", "كتابة المحضر ونشره"):
        await lead.says("فرقي")
        await lead.taps("حلقة الرياضيات (بقيادتك)")
        await lead.taps("الأعضاء")
        await lead.taps("سارة")
        await lead.taps("كتابة بطاقة المهام")
        await lead.says(card)
    told = [readable(each.shown_text) for each in sara.messages()[before:] if each.from_bot]
    assert len(told) == (2 if town.is_narrow else 1)
    assert "كتابة المحضر ونشره" in told[-1]


async def test_comings_and_goings_of_one_day_are_a_message_each_and_the_last_is_true(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    link = await link_of(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    before = len(lead.messages())
    for _ in range(3):
        await sara.says(f"/start {link}")
        await sara.taps("الانضمام إلى الفريق")
        await sara.says("فرقي")
        await sara.taps("حلقة الرياضيات")
        await sara.taps("مغادرة الفريق")
        await sara.taps("نعم، مغادرة")
    await town.moves(timedelta(days=1))
    told = [readable(each.shown_text) for each in lead.messages()[before:] if each.from_bot]
    assert len([each for each in told if "سارة" in each]) <= (6 if town.is_narrow else 2)
    assert "خرجت سارة" in told[-1]


async def test_a_third_change_of_a_team_leaves_out_none_of_those_before(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة", start=f"/start {await link_of(lead)}")
    await sara.taps("الانضمام إلى الفريق")
    before = len(sara.messages())
    changes = (
        TeamChanges(name="حلقة الحساب"),
        TeamChanges(theme="ضعف القسمة عند الطالبات"),
        TeamChanges(mode=Mode.ONLINE),
    )
    (team,) = await town.rows(teams)
    for change in changes:
        number = await town.person_id(lead)
        async with town.app.database.transaction() as tx:
            actor = await find_person(tx, number)
            assert actor is not None
            await edit_team(tx, actor, team.id, change)
        await town.settles()
        await sara.reads_on()
    told = [readable(each.shown_text) for each in sara.messages()[before:] if each.from_bot]
    if not town.is_narrow:
        (said,) = told
        for part in ("الاسم", "الموضوع", "طريقة اللقاء"):
            assert part in said
