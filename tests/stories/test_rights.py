"""Rights that end while something is under way. The whole table of rights is in tests/rights."""

from datetime import timedelta

import pytest

from bot.chat.incoming import Address
from bot.chat.person import Person, add_visitor
from bot.core.errors import Refused
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.queries import members as member_queries
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.units import UnitDraft
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from tests.features.test_announcements import NADA, WADI, Office, office
from tests.features.test_communities_closed import TEAM, ClosingTeam, button, closing_team
from tests.town import Phone, Town, town

__all__ = ["closing_team", "office", "town"]

RESUME = "إكمال"
ENDS = "ينتهي هذا النموذج هنا"


async def opens_team(phone: Phone) -> None:
    await phone.says("فرقي")
    await phone.taps(TEAM)


async def test_a_circular_whose_author_has_lost_the_office_reaches_nobody(office: Office) -> None:
    await office.announces(after=timedelta(hours=3))
    await office.loses("أمل", Role.PRINCIPAL)
    await office.town.moves(timedelta(hours=3, minutes=1))
    office.amal.sees("لم تعد صلاحياتك تشمل فئته")
    office.huda.sees_nothing()
    office.maryam.sees_nothing()
    (row,) = await office.town.rows(announcements)
    assert row.state is AnnouncementState.CANCELLED
    assert await office.town.rows(receipts) == []
    await office.huda.says("/announcements")
    office.huda.sees("لم يصلك إعلان بعد")


async def test_who_has_lost_the_office_chooses_no_other_moment(office: Office) -> None:
    await office.announces(after=timedelta(days=1))
    await office.amal.says("/announcements")
    await office.amal.taps("إعلاناتي")
    await office.amal.taps("لقاء المدرسة")
    await office.amal.taps("تغيير الموعد")
    await office.loses("أمل", Role.PRINCIPAL)
    await office.amal.says("/menu")
    await office.amal.taps(RESUME)
    office.amal.sees("صلاحياتك لا تشمل هذه الفئة", ENDS)
    (row,) = await office.town.rows(announcements)
    assert row.state is AnnouncementState.SCHEDULED


async def test_who_was_removed_is_not_asked_for_a_reason_any_more(
    closing_team: ClosingTeam,
) -> None:
    huda = closing_team["هدى"]
    await closing_team.meets("لقاء القراءة", timedelta(days=2))
    await huda.taps("أعتذر")
    await huda.taps("إضافة سبب")
    async with closing_team.town.app.database.transaction() as tx:
        standing = await member_queries.standing_of(
            tx, closing_team.team.id, closing_team.people["هدى"].id
        )
        assert standing is not None
        await membership_actions.remove_member(tx, closing_team.people["نورة"], standing.id)
    await closing_team.town.settles()
    await huda.says("/menu")
    await huda.taps(RESUME)
    huda.sees("هذا الاجتماع لأعضاء فريقه فقط", ENDS)


@pytest.mark.every_channel
async def test_what_a_lead_does_ends_with_the_team(closing_team: ClosingTeam) -> None:
    noura = closing_team["نورة"]
    await opens_team(noura)
    team_page = noura.last()
    await opens_team(noura)
    await noura.taps("إدارة الفريق")
    lead_page = noura.last()
    await closing_team.closes()
    await noura.presses(team_page, button(team_page, "إدارة الفريق"))
    noura.sees("أنهى هذا الفريق عمله")
    for label in ("رابط", "الطلبات", "إغلاق"):
        await noura.presses(lead_page, button(lead_page, label))
        noura.sees("أنهى هذا الفريق عمله")


async def test_only_members_are_asked_whether_they_want_to_leave(closing_team: ClosingTeam) -> None:
    huda = closing_team["هدى"]
    await opens_team(huda)
    team_page = huda.last()
    await opens_team(huda)
    await huda.taps("مغادرة")
    await huda.taps("نعم")
    await huda.presses(team_page, button(team_page, "مغادرة"))
    huda.sees("لستِ عضوة في هذا الفريق")


@pytest.mark.every_channel
async def test_ones_own_practice_is_found_after_one_has_left_the_team(
    closing_team: ClosingTeam,
) -> None:
    await closing_team.shares("خرائط المفاهيم")
    maryam, sara = closing_team["مريم"], closing_team["سارة"]
    async with closing_team.town.app.database.transaction() as tx:
        await membership_actions.leave_team(tx, closing_team.people["مريم"], closing_team.team.id)
    await maryam.says("/search المفاهيم")
    maryam.sees("خرائط المفاهيم")
    await sara.says("/search المفاهيم")
    sara.sees("لم أجد")
    assert "خرائط" not in str(sara.news())


async def visitor(town: Town) -> Person:
    async with town.app.database.transaction() as tx:
        found, _ = await add_visitor(tx, Address("telegram", "5000"), "SA", "ar")
    return found


async def test_a_link_alone_makes_nobody_a_member_or_an_officer(closing_team: ClosingTeam) -> None:
    """Whoever has not registered, or has deleted their data, has to register first."""
    who, units = await visitor(closing_team.town), closing_team.department.units
    async with closing_team.town.app.database.transaction() as tx:
        week = timedelta(days=7)
        unit = units[NADA].id
        code = await invitation_actions.create_invitation(tx, None, unit, Role.SUPERVISOR, week)
    for act in (
        lambda tx: invitation_actions.accept_invitation(tx, who, code),
        lambda tx: membership_actions.join_by_link(tx, who, closing_team.team.link_code),
    ):
        with pytest.raises(Refused) as refusal:
            async with closing_team.town.app.database.transaction() as tx:
                await act(tx)
        assert refusal.value.code == "people.not_registered"


async def test_who_administers_one_school_begins_no_other_tree(office: Office) -> None:
    root = UnitDraft("department", "إدارة تعليم الجبل", "SA", "Asia/Riyadh", UnitGender.MIXED)
    database, amal = office.town.app.database, office.people["أمل"]
    await office.holds("أمل", Role.ADMINISTRATOR, NADA)
    with pytest.raises(Refused) as refusal:
        async with database.transaction() as tx:
            await unit_actions.create_unit(tx, amal, root)
    assert refusal.value.code == "people.not_administrator"
    await office.holds("أمل", Role.ADMINISTRATOR, WADI)
    async with database.transaction() as tx:
        place = await unit_actions.create_unit(tx, amal, root)
    assert place.parent_id is None
