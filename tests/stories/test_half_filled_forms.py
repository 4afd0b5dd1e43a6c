"""Forms that wait: nothing that somebody wrote goes without a word, and nothing goes on that can no
longer come to anything."""

from datetime import timedelta
from typing import Any

import pytest

from bot.features.communities.actions import leadership as leadership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamChanges
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.queries.meetings import Meeting
from bot.features.people.actions import invitations as invitation_actions
from bot.features.practices.models import practices
from bot.packs.roles import Role
from tests.features.meetings_team import draft
from tests.features.people_school import found_school
from tests.features.test_practices import NADA, Story, story
from tests.town import Phone, Town

__all__ = ["story"]
SETTINGS = ("الاسم", "صيغة المخاطبة", "المادة", "المرحلة", "اللغة")


async def begin_practice(phone: Phone) -> None:
    """Up to the second text of a practice."""
    await phone.says("/share")
    await phone.taps("فريقي")
    await phone.says("القراءة الجهرية المتدرجة")
    phone.sees("ما الصعوبة")


async def look_at_settings(phone: Phone, *labels: str) -> None:
    """Open settings one after the other without changing any."""
    for label in labels:
        await phone.says("/profile")
        await phone.taps("الإعدادات")
        await phone.taps(label)


def button(phone: Phone, label: str) -> str:
    """What stands behind a button of the newest message."""
    (data,) = (b["callback_data"] for b in phone.last().buttons() if label in b["text"])
    return str(data)


async def test_settings_that_were_only_looked_at_push_no_answers_out(story: Story) -> None:
    huda = story.huda
    await begin_practice(huda)
    await look_at_settings(huda, *SETTINGS)
    await huda.says("/share")
    huda.sees("أهلًا بعودتك", "ما الصعوبة")


async def test_a_form_with_answers_gives_way_only_with_a_word(story: Story) -> None:
    lead = story.noura
    await begin_practice(lead)
    for number in range(4):
        meeting = await called(story, title=f"اللقاء {number}", days=number + 3)
        await lead.says("/meetings")
        await lead.taps(meeting.title)
        await lead.taps("تغيير الموعد")
        await lead.says("الخميس القادم الساعة ٤ عصرًا")
        assert not any("أُغلق أقدمها" in shown for shown in lead.news())
    await lead.says("/search")
    lead.sees("أُغلق أقدمها: مشاركة ممارسة", "عمّ تبحثين")
    await lead.says("/share")
    lead.sees("مع من")


async def called(story: Story, **changes: Any) -> Meeting:
    """A meeting of the team that its lead has called."""
    days = timedelta(days=changes.pop("days", 4))
    starts = story.town.clock.now() + days
    plan = draft(starts_at=starts, ends_at=starts + timedelta(hours=1), **changes)
    async with story.town.app.database.transaction() as tx:
        found, _ = await meeting_actions.schedule_meeting(
            tx, story.people["نورة"], story.team.id, plan
        )
    await story.town.settles()
    return found


async def test_an_old_cancel_button_leaves_the_other_form_alone(story: Story) -> None:
    huda = story.huda
    await huda.says("/search")
    await huda.says("/menu")
    huda.sees("لديك نموذج لم يكتمل: بحث.")
    old, data = huda.last(), button(huda, "إلغاء النموذج")
    await begin_practice(huda)
    await huda.presses(old, data)
    await huda.says("تتعثر الطالبات في فهم نص المسألة")
    huda.sees("ماذا فعلتِ")


async def test_a_cancel_button_is_old_once_the_form_has_been_gone_on_with(story: Story) -> None:
    huda = story.huda
    await begin_practice(huda)
    await huda.says("/menu")
    old, data = huda.last(), button(huda, "إلغاء النموذج")
    await huda.says("/share")
    await huda.says("تتعثر الطالبات في فهم نص المسألة")
    await huda.presses(old, data)
    huda.sees("ماذا فعلتِ", "سؤال سابق")
    await huda.says("قسمنا الفصل إلى مجموعات صغيرة")
    huda.sees("ماذا تغيّر")


async def test_the_menu_is_at_hand_while_a_form_waits(story: Story) -> None:
    huda = story.huda
    await begin_practice(huda)
    await huda.says("/menu")
    await huda.taps("القائمة الرئيسية")
    huda.sees("ماذا تودّين أن تفعلي")
    await huda.says("/menu")
    await huda.taps("إكمال")
    huda.sees("ما الصعوبة")


async def test_registering_by_invitation_ends_the_plain_registration(town: Town) -> None:
    school = await found_school(town)
    layla = town.person("ليلى")
    async with town.app.database.transaction() as tx:
        code = await invitation_actions.create_invitation(
            tx, None, school.nada.id, Role.TEACHER, timedelta(days=3)
        )
    await layla.says("/start")
    await layla.taps("السعودية")
    await school.registers(layla, "ليلى", unit="", start=f"/start {code}")
    layla.sees("أهلًا", "القائمة أسفل المحادثة")
    assert "💡 الممارسات" in layla.menu()
    await layla.says("/menu")
    layla.sees("ماذا تودّين أن تفعلي")


async def test_a_form_about_what_is_no_more_ends_with_the_reason(story: Story) -> None:
    lead = story.noura
    meeting = await called(story)
    await lead.says("/meetings")
    await lead.taps(meeting.title)
    await lead.taps("تغيير الموعد")
    await lead.says("/menu")
    async with story.town.app.database.transaction() as tx:
        await meeting_actions.cancel_meeting(tx, story.people["نورة"], meeting.id)
    await lead.taps("إكمال")
    lead.sees("أُلغي هذا الاجتماع", "ينتهي هذا النموذج هنا، ولم يُحفظ منه شيء")
    lead.sees_button("القائمة الرئيسية")
    await lead.says("/menu")
    lead.sees("ماذا تودّين أن تفعلي")


async def begin_editing(phone: Phone) -> None:
    await phone.says("/teams")
    await phone.taps("فريق القراءة")
    await phone.taps("إدارة الفريق")
    await phone.taps("تعديل الفريق")


async def change_norms(story: Story, norm: str) -> None:
    """Noura hands over, Maryam changes the norms and hands back."""
    noura, maryam = story.people["نورة"], story.people["مريم"]
    async with story.town.app.database.transaction() as tx:
        for giver, taker in ((noura, maryam), (maryam, noura)):
            if giver is maryam:
                await team_actions.edit_team(tx, maryam, story.team.id, TeamChanges(norms=(norm,)))
            standing = await member_queries.standing_of(tx, story.team.id, taker.id)
            assert standing is not None
            await leadership_actions.hand_over(tx, giver, standing.id)
    await story.town.settles()


async def norms_of(story: Story) -> tuple[str, ...]:
    async with story.town.app.database.reading() as tx:
        found = await team_queries.team(tx, story.team.id)
    assert found is not None
    return found.norms


async def test_an_edit_that_is_gone_on_with_shows_what_stands_by_then(story: Story) -> None:
    lead, maryam = story.noura, story.maryam
    await begin_editing(lead)
    await change_norms(story, "قاعدة اتفقنا عليها بعد ذلك")
    await begin_editing(lead)
    lead.sees("قاعدة اتفقنا عليها بعد ذلك")
    await lead.taps("حفظ")
    lead.sees("بقي كل شيء كما كان")
    maryam.sees_nothing()
    assert await norms_of(story) == ("قاعدة اتفقنا عليها بعد ذلك",)


async def test_an_edit_changes_only_what_its_writer_changed(story: Story) -> None:
    lead = story.noura
    await begin_editing(lead)
    await lead.corrects("الأهداف")
    await lead.says("هدف جديد")
    await change_norms(story, "قاعدة اتفقنا عليها بعد ذلك")
    await lead.taps("حفظ")
    lead.sees("حُفظ التعديل", "هدف جديد")
    assert await norms_of(story) == ("قاعدة اتفقنا عليها بعد ذلك",)


async def test_an_optional_answer_is_taken_out_of_a_practice(story: Story) -> None:
    maryam = story.maryam
    await story.shared()
    await maryam.says("/practices")
    await maryam.taps("ممارساتي")
    await maryam.taps("القراءة الجهرية")
    await maryam.taps("تعديل")
    await maryam.corrects("النتيجة")
    maryam.sees("ارتفعت الطلاقة")
    await maryam.taps("حذف الإجابة")
    maryam.sees("النتيجة: —")
    await maryam.taps("حفظ")
    (row,) = await story.town.rows(practices)
    assert row.result == ""
    assert row.difficulty == "تتعثر الطالبات في قراءة الكلمات الطويلة"
    assert row.unit_id == story.department.units[NADA].id


async def test_a_question_that_must_be_answered_offers_no_removal(story: Story) -> None:
    await begin_editing(story.noura)
    await story.noura.corrects("الأهداف")
    story.noura.sees_no_button("حذف الإجابة")


@pytest.mark.parametrize("word", ["/cancel", "/menu"])
async def test_a_command_speaks_of_the_newest_form(story: Story, word: str) -> None:
    huda = story.huda
    await begin_practice(huda)
    await huda.says("/search")
    await huda.says(word)
    await huda.says("/cancel") if word == "/menu" else None
    huda.sees("أُلغي النموذج")
    await huda.taps("إكمال: مشاركة ممارسة")
    huda.sees("ما الصعوبة")
