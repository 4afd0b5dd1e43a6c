"""What a channel has no room for is said another way, and is not lost."""

import pytest

from bot.chat.person import find_person
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamDraft
from bot.features.communities.models import Mode
from tests.features.people_school import School
from tests.features.test_communities import lead
from tests.town import Phone, Town

__all__ = ["lead"]

pytestmark = [
    pytest.mark.narrow,
    pytest.mark.parametrize(
        ("channel", "database_url"), [("narrow", "sqlite")], ids=["sqlite"], indirect=True
    ),
]
NORMS = tuple(f"نلتزم بالحضور والاستعداد وتبادل الخبرات في الأسبوع {n}" for n in range(1, 41))


async def link_of_many_norms(town: Town, school: School, lead: Phone) -> str:
    number = await town.person_id(lead)
    draft = TeamDraft(
        school.nada.id, "فريق القراءة", "القراءة", ("هدف",), NORMS, "subject", Mode.MIXED
    )
    async with town.app.database.transaction() as tx:
        maryam = await find_person(tx, number)
        assert maryam is not None
        return (await team_actions.create_team(tx, maryam, draft)).link_code


async def test_what_a_link_opens_is_read_on(town: Town, school: School, lead: Phone) -> None:
    code = await link_of_many_norms(town, school, lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة", start=f"/start {code}")
    sara.sees("والانضمام موافقة على قواعد عمله", "الصفحة 1 من 3")
    for _ in range(2):
        await sara.taps("متابعة القراءة")
    sara.sees("في الأسبوع 40", "الصفحة 3 من 3")
    await sara.taps("الانضمام إلى الفريق")
    sara.sees("أهلًا بك في فريق القراءة!")


async def test_nobody_is_sent_to_a_menu_that_is_not_there(town: Town, school: School) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    sara.sees("هذا ما يمكننا فعله معًا:")
    sara.sees_button("ملفي الشخصي")
    await sara.says("/help")
    sara.sees("اكتبي أحد هذه الأوامر:")
    sara.sees_button("ملفي الشخصي")
    assert "القائمة أسفل المحادثة" not in sara.transcript()


async def test_an_answer_is_pressed_on_whichever_page_of_it_one_finds_it(
    town: Town, school: School
) -> None:
    """Each page is a message, and all of them are one question."""
    await school.answers()
    sara = town.person("سارة")
    await sara.says("/start")
    for label in ("السعودية", "المؤنث"):
        await sara.taps(label)
    await sara.says("سارة")
    await sara.says("الندى")
    first = sara.last()
    subject = first.buttons()[0]["callback_data"]
    await sara.taps("الصفحة التالية")
    await sara.presses(first, subject)
    sara.sees("المرحلة")
    assert "الصفحة التالية" not in sara.buttons()


async def test_a_form_that_waits_is_resumed_where_labels_are_short(
    town: Town, school: School
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await sara.says("/profile")
    await sara.taps("الإعدادات")
    await sara.taps("الاسم")
    await sara.says("/menu")
    await sara.taps("إكمال النموذج")
    await sara.says("سارة الأحمد")
    await sara.says("/profile")
    sara.sees("سارة الأحمد")
