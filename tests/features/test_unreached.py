"""Whoever waits for what somebody else does learns that the message of it did not arrive; nobody
else does, and nobody learns why."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.chat.person import Person
from bot.features.communities.models import MemberRole, memberships
from bot.features.people.actions import roles as role_actions
from bot.features.people.actions.admission import transfer
from bot.features.people.models import CameBy
from bot.features.practices.queries import practices as practice_queries
from bot.packs.roles import Role
from bot.simulator.faults import FaultRule
from tests.features.communities_chat import asks
from tests.features.test_practices import NADA, Story, story
from tests.reading import readable
from tests.town import Phone, town

__all__ = ["story", "town"]
TEAM = "فريق القراءة"
IN_VAIN = "لم تصل رسالتنا عن طلب انضمامك إلى فريق القراءة إلى قيادة الفريق"
WAITS_IN_VAIN = "طلبك ما زال قائمًا، لكن رسالتنا عنه لم تصل إلى قيادة الفريق"
MISSED = "لم تصل"
SOON = timedelta(minutes=11)


def refuses(story: Story, phone: Phone) -> None:
    """Whatever is sent to this phone is refused for good, in every form."""
    story.town.simulator.faults.rules = [
        FaultRule("sendMessage", "error", None, description="Bad Request: odd", chat=phone.id)
    ]


def has_blocked(story: Story, phone: Phone) -> None:
    """The bot does not know it yet."""
    story.town.simulator.faults.blocked = {phone.id}


async def comes_back(story: Story, phone: Phone) -> None:
    story.town.simulator.faults.blocked = set()
    story.town.simulator.faults.rules = []
    await phone.unblocks()
    await phone.says("/menu")


async def opens_team(phone: Phone) -> str:
    await phone.says("فرقي")
    await phone.taps(TEAM)
    return readable(phone.last().shown_text)


async def opens_member(phone: Phone, name: str) -> str:
    await opens_team(phone)
    await phone.taps("إدارة الفريق")
    await phone.taps("الأعضاء والمهام")
    await phone.taps(name)
    return readable(phone.last().shown_text)


async def writes_card(phone: Phone, name: str) -> None:
    await opens_member(phone, name)
    await phone.taps("كتابة بطاقة المهام")
    await phone.says("كتابة المحضر")


async def sara_works_here(story: Story) -> None:
    """She sees the teams of her school."""
    school = story.department.units[NADA].id
    async with story.town.app.database.transaction() as tx:
        await transfer(tx, story.people["سارة"].id, school, CameBy.LIST)


@pytest.fixture
async def asker(story: Story) -> Phone:
    await sara_works_here(story)
    return story.sara


async def principal(story: Story, name: str = "أمل") -> Phone:
    phone = story.town.person(name)
    story.people[name] = await story.department.person(
        name, NADA, number=phone.id, role=Role.PRINCIPAL
    )
    await phone.says("/menu")
    return phone


async def test_who_asks_a_lead_out_of_reach_reads_it_at_once(story: Story, asker: Phone) -> None:
    await story.noura.blocks()
    await asks(asker, TEAM)
    asker.sees("سُجّل طلبك، لكن رسالتنا عنه لم تصل إلى قيادة الفريق")
    assert WAITS_IN_VAIN in await opens_team(asker)
    # It was said: no message comes to say it once more.
    await story.town.moves(SOON)
    asker.sees_nothing()

    await comes_back(story, story.noura)
    await story.noura.says("فرقي")
    await story.noura.taps("طلب واحد ينتظر")
    await story.noura.taps("قبول")
    asker.sees("أهلًا")
    assert MISSED not in await opens_team(asker)


@pytest.mark.parametrize("trouble", [refuses, has_blocked])
async def test_who_waits_in_vain_is_told_once(story: Story, asker: Phone, trouble: object) -> None:
    trouble(story, story.noura)  # type: ignore[operator]
    await asks(asker, TEAM)
    asker.sees("وصل طلبك إلى قيادة الفريق")
    await story.town.moves(SOON)
    asker.sees(IN_VAIN)
    await asker.taps("صفحة الفريق")
    asker.sees(WAITS_IN_VAIN)
    asker.sees_button("سحب طلبي")
    await story.town.moves(timedelta(days=1))
    asker.sees_nothing()

    await comes_back(story, story.noura)
    await story.noura.says("فرقي")
    await story.noura.taps("طلب واحد ينتظر")
    await story.noura.taps("قبول")
    assert MISSED not in await opens_team(asker)


async def test_who_was_answered_or_gave_up_is_told_nothing(story: Story, asker: Phone) -> None:
    refuses(story, story.noura)
    await asks(asker, TEAM)
    await opens_team(asker)
    await asker.taps("سحب طلبي")
    await story.town.moves(SOON)
    asker.sees_nothing()
    await comes_back(story, story.noura)
    await asks(asker, TEAM)
    story.noura.sees("تطلب سارة الانضمام")
    await story.town.moves(SOON)
    asker.sees_nothing()
    assert MISSED not in await opens_team(asker)


async def test_one_lead_who_was_reached_is_enough(story: Story, asker: Phone) -> None:
    huda = story.people["هدى"]
    async with story.town.app.database.transaction() as tx:
        lead = update(memberships).where(memberships.c.person_id == huda.id)
        await tx.execute(lead.values(role=MemberRole.LEAD))
    refuses(story, story.noura)
    await asks(asker, TEAM)
    story.huda.sees("تطلب سارة الانضمام")
    await story.town.moves(SOON)
    asker.sees_nothing()
    assert MISSED not in await opens_team(asker)


async def test_nobody_else_reads_that_a_request_reached_no_lead(story: Story, asker: Phone) -> None:
    has_blocked(story, story.noura)
    await asks(asker, TEAM)
    await story.town.moves(SOON)
    amal = await principal(story)
    for phone in (story.maryam, story.huda):
        phone.sees_nothing()
        assert MISSED not in await opens_team(phone)
    await amal.says("فرقي")
    await amal.taps("استعراض الفرق")
    await amal.taps(TEAM)
    assert MISSED not in readable(amal.last().shown_text)


async def test_what_waits_longer_is_looked_at_again(story: Story, asker: Phone) -> None:
    story.town.simulator.faults.rules = [
        FaultRule("sendMessage", "429", 2, chat=story.noura.id, retry_after=1500),
        FaultRule("sendMessage", "error", None, description="Bad Request: odd",
                  chat=story.noura.id),
    ]  # fmt: skip
    await asks(asker, TEAM)
    await story.town.moves(SOON)
    asker.sees_nothing()
    assert MISSED not in await opens_team(asker)
    for _ in range(2):
        await story.town.moves(timedelta(minutes=25))
        asker.sees_nothing()
    await story.town.moves(timedelta(minutes=25))
    asker.sees(IN_VAIN)
    await story.town.moves(timedelta(days=1))
    asker.sees_nothing()


async def test_who_was_declined_reads_the_reason_where_they_had_asked(
    story: Story, asker: Phone
) -> None:
    await asks(asker, TEAM)
    refuses(story, asker)
    await story.noura.taps("اعتذار")
    await story.noura.says("اكتمل العدد هذا الفصل")
    asker.sees_nothing()
    story.town.simulator.faults.rules = []
    await asker.says("فرقي")
    await asker.taps("استعراض الفرق")
    await asker.taps(TEAM)
    asker.sees("لم يُقبل طلب انضمامك إلى فريق القراءة هذه المرة", "اكتمل العدد هذا الفصل")
    await asker.taps("طلب الانضمام")
    await asker.taps("تخطّي السؤال")
    asker.sees("وصل طلبك")


async def test_who_has_read_the_reason_is_not_told_it_again(story: Story, asker: Phone) -> None:
    await asks(asker, TEAM)
    await story.noura.taps("اعتذار")
    await story.noura.says("اكتمل العدد هذا الفصل")
    asker.sees("اكتمل العدد هذا الفصل")
    await asker.says("فرقي")
    await asker.taps("استعراض الفرق")
    await asker.taps(TEAM)
    assert "اكتمل العدد" not in readable(asker.last().shown_text)


async def test_the_lead_reads_that_a_newcomer_does_not_know(story: Story, asker: Phone) -> None:
    await asks(asker, TEAM)
    await asker.blocks()
    await story.noura.taps("قبول")
    story.noura.sees("أصبحت سارة عضوة في الفريق.", "لم تصل إلى سارة رسالتنا الأخيرة عن الفريق")
    assert "ويصلها الخبر" not in readable(story.noura.last().shown_text)


@pytest.mark.parametrize("trouble", [refuses, has_blocked])
async def test_the_lead_reads_that_a_role_card_did_not_arrive(
    story: Story, trouble: object
) -> None:
    trouble(story, story.huda)  # type: ignore[operator]
    await writes_card(story.noura, "هدى")
    assert "لم تصل إلى هدى رسالتنا الأخيرة عن الفريق" in await opens_member(story.noura, "هدى")
    assert MISSED not in await opens_member(story.noura, "مريم")
    assert MISSED not in await opens_team(story.maryam)
    await comes_back(story, story.huda)
    await writes_card(story.noura, "هدى")
    story.huda.sees("كتابة المحضر")
    assert MISSED not in await opens_member(story.noura, "هدى")


async def test_who_handed_the_lead_over_reads_that_it_is_not_known(story: Story) -> None:
    refuses(story, story.huda)
    await opens_member(story.noura, "هدى")
    await story.noura.taps("تسليم القيادة")
    await story.noura.taps("نعم، تسليم القيادة")
    assert "لم تصل إلى هدى رسالتنا عن قيادة الفريق" in await opens_team(story.noura)
    assert MISSED not in await opens_team(story.maryam)
    await comes_back(story, story.huda)
    assert MISSED not in await opens_team(story.huda)
    await story.huda.taps("إدارة الفريق")
    await story.huda.taps("إغلاق الفريق")
    await story.huda.taps("نعم، إغلاق الفريق")
    await story.noura.taps("صفحة الفريق")
    assert MISSED not in readable(story.noura.last().shown_text)


async def test_who_appointed_reads_that_it_is_not_known(story: Story) -> None:
    amal = await principal(story)
    other = await principal(story, "جود")
    has_blocked(story, story.huda)
    for phone in (amal, other):
        await phone.says("فرقي")
        await phone.taps("استعراض الفرق")
        await phone.taps(TEAM)
        if phone is amal:
            await phone.taps("إسناد القيادة")
            await phone.taps("هدى")
            await phone.taps("نعم، إسناد القيادة")
            await phone.taps("فرقي")
            await phone.taps("استعراض الفرق")
            await phone.taps(TEAM)
    assert "لم تصل إلى هدى رسالتنا عن قيادة الفريق" in readable(amal.last().shown_text)
    assert MISSED not in readable(other.last().shown_text)
    assert MISSED not in await opens_team(story.noura)


async def opens_person(phone: Phone, name: str) -> str:
    await phone.says("/profile")
    await phone.taps("الأشخاص والأدوار")
    await phone.taps(name)
    return readable(phone.last().shown_text)


async def test_who_gave_a_role_reads_that_it_is_not_known(story: Story) -> None:
    amal = await principal(story)
    other = await principal(story, "جود")
    has_blocked(story, story.huda)
    await opens_person(amal, "هدى")
    await amal.taps("تكليف بدور")
    await amal.taps("نعم، إسناد الدور")
    assert "لم تصل إلى هدى رسالتنا عن الدور الجديد" in await opens_person(amal, "هدى")
    assert MISSED not in await opens_person(other, "هدى")
    assert MISSED not in await opens_person(amal, "مريم")


async def test_a_role_for_somebody_out_of_reach_is_not_said_to_be_known(story: Story) -> None:
    amal = await principal(story)
    await story.huda.blocks()
    await opens_person(amal, "هدى")
    await amal.taps("تكليف بدور")
    await amal.taps("نعم، إسناد الدور")
    amal.sees("تغيّر الدور.", "لم تصل إلى هدى رسالتنا عن الدور الجديد")
    assert "ويصل الخبر" not in readable(amal.last().shown_text)


async def test_a_role_that_has_ended_is_not_waited_for(story: Story) -> None:
    amal = await principal(story)
    await story.huda.blocks()
    giver, huda = story.people["أمل"], story.people["هدى"]
    await gives_and_ends(story, giver, huda)
    assert MISSED not in await opens_person(amal, "هدى")


async def gives_and_ends(story: Story, giver: Person, to: Person) -> None:
    place = story.department.units[NADA].id
    async with story.town.app.database.transaction() as tx:
        await role_actions.grant_role(tx, giver, to.id, Role.LEAD, place)
        await role_actions.end_role(tx, giver, to.id, Role.LEAD, place)


async def test_who_hid_a_practice_and_its_author_learn_what_the_other_does_not_know(
    story: Story,
) -> None:
    number = await story.shared(team_id=story.team.id)
    noura, maryam = story.noura, story.maryam
    refuses(story, maryam)
    await noura.taps("قراءة الممارسة")
    await noura.taps("إخفاء عن الآخرين")
    await noura.says("فيها اسم طالبة")
    await noura.taps("إخفاء الممارسة")
    await noura.taps("ممارسة")
    noura.sees("مخفية عن الآخرين", "لم تصل إلى مريم رسالتنا عن ذلك")
    await principal(story)
    async with story.town.app.database.reading() as tx:
        practice = await practice_queries.visible_practice(tx, story.people["أمل"], number)
        assert await practice_queries.unaware_of_news(tx, practice, story.people["أمل"]) is None

    await comes_back(story, maryam)
    has_blocked(story, noura)
    await maryam.taps("الممارسات")
    await maryam.taps("ممارساتي")
    await maryam.taps("القراءة الجهرية")
    assert MISSED not in readable(maryam.last().shown_text)
    await maryam.taps("تعديل")
    await maryam.corrects("العنوان")
    await maryam.says("القراءة الجهرية")
    await maryam.taps("حفظ")
    await maryam.taps("الممارسات")
    await maryam.taps("ممارساتي")
    await maryam.taps("القراءة الجهرية")
    maryam.sees("مخفية عن الآخرين", "لم تصل إلى نورة رسالتنا عن ذلك")
