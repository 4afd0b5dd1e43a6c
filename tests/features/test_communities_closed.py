"""What is left of a team that was closed, and a team whose lead has vanished."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.chat.person import Person
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.models import MemberRole, MembershipState, memberships
from bot.features.communities.queries.teams import Team
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import MeetingState, Rsvp, meeting_answers, meetings
from bot.features.meetings.queries.meetings import Meeting
from bot.features.people.actions.roles import hold
from bot.features.people.models import RoleState, roles
from bot.features.practices.actions import practices as practice_actions
from bot.packs.roles import Role
from bot.scheduling.due import due
from bot.simulator import SimMessage
from tests.features.meetings_team import draft
from tests.features.practices_school import READING, PracticeSchools
from tests.town import Phone, Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["town"]

NADA = "مدرسة الندى"
TEAM = "فريق القراءة"


@dataclass
class ClosingTeam:
    """Noura leads the team of Maryam and Huda; Amal is the principal of their school, and Sara
    works at another one."""

    town: Town
    department: PracticeSchools
    phones: dict[str, Phone]
    people: dict[str, Person]
    team: Team

    def __getitem__(self, name: str) -> Phone:
        return self.phones[name]

    async def meets(self, title: str, after: timedelta) -> Meeting:
        """Noura calls a meeting that begins so long from now and takes an hour."""
        start = self.town.clock.now() + after
        given = draft(title=title, starts_at=start, ends_at=start + timedelta(hours=1))
        async with self.town.app.database.transaction() as tx:
            found, _ = await meeting_actions.schedule_meeting(
                tx, self.people["نورة"], self.team.id, given
            )
        await self.town.settles()
        return found

    async def shares(self, title: str) -> None:
        """Maryam shares a practice with the team."""
        given = replace(READING, title=title, team_id=self.team.id)
        async with self.town.app.database.transaction() as tx:
            await practice_actions.share_practice(tx, self.people["مريم"], given)
        await self.town.settles()

    async def closes(self) -> None:
        """Noura closes the team."""
        noura = self["نورة"]
        await noura.says("فرقي")
        await noura.taps(TEAM)
        await noura.taps("إدارة الفريق")
        await noura.taps("إغلاق الفريق")
        noura.sees("تُلغى الاجتماعات القادمة", "ويبقى ما نُشر متاحًا للقراءة")
        await noura.taps("نعم، إغلاق الفريق")


@pytest.fixture
async def closing_team(town: Town) -> ClosingTeam:
    department = await PracticeSchools(town.app.database, town.channel).build()
    phones, people = {}, {}
    asked = {
        "نورة": (NADA, Role.LEAD),
        "مريم": (NADA, None),
        "هدى": (NADA, None),
        "أمل": (NADA, Role.PRINCIPAL),
        "سارة": ("مدرسة الأمل", None),
    }
    for name, (unit, role) in asked.items():
        phone = phones[name] = town.person(name)
        people[name] = await department.person(name, unit, number=phone.id, role=role)
    noura, *members = (people[name] for name in ("نورة", "مريم", "هدى"))
    team = await department.team(TEAM, noura, *members, unit=NADA)
    await town.settles()
    for phone in phones.values():
        await phone.says("/menu")
    return ClosingTeam(town, department, phones, people, team)


def button(message: SimMessage, label: str) -> str:
    return next(str(b["callback_data"]) for b in message.buttons() if label in b["text"])


async def test_meetings_to_come_fall_away_with_their_team(closing_team: ClosingTeam) -> None:
    huda, town = closing_team["هدى"], closing_team.town
    held = await closing_team.meets("لقاء مضى", timedelta(hours=1))
    await town.moves(timedelta(hours=3))
    first = await closing_team.meets("تحليل النتائج", timedelta(days=2))
    invitation = huda.last()
    await closing_team.meets("خطة علاجية", timedelta(days=4))
    await closing_team.closes()
    huda.sees(
        f"انتهى عمل {TEAM}، فلن يُعقد هذان الاجتماعان:",
        "تحليل النتائج\n📅 الثلاثاء",
        "خطة علاجية",
        "وعسى أن يجمعنا فريق آخر",
    )
    assert sum("لن يُعقد" in text for text in huda.news()) == 1
    assert not any("لن يُعقد" in text for text in closing_team["نورة"].news())

    states = {row.title: row.state for row in await town.rows(meetings)}
    assert states == {
        held.title: MeetingState.SCHEDULED,
        "تحليل النتائج": MeetingState.CANCELLED,
        "خطة علاجية": MeetingState.CANCELLED,
    }
    waiting = [row for row in await town.rows(due, state="waiting") if "meeting" in row.job]
    assert waiting == []

    await huda.presses(invitation, button(invitation, "سأحضر"))
    huda.sees("انتهى عمل الفريق، فلن يُعقد هذا الاجتماع", "أُلغي هذا الاجتماع", "انتهى عمل فريقه")
    assert await town.rows(meeting_answers, person_id=closing_team.people["هدى"].id) == []
    town.look()
    await town.moves(to=first.starts_at)
    for phone in closing_team.phones.values():
        phone.sees_nothing()


async def test_a_meeting_that_has_begun_is_held_though_its_team_is_closed(
    closing_team: ClosingTeam,
) -> None:
    await closing_team.meets("اللقاء الختامي", timedelta(hours=1))
    await closing_team.town.moves(timedelta(hours=1, minutes=30))
    await closing_team.closes()
    assert not any("لن يُعقد" in text for text in closing_team["هدى"].news())
    (row,) = await closing_team.town.rows(meetings)
    assert row.state is MeetingState.SCHEDULED
    await closing_team["هدى"].says("/meetings")
    await closing_team.town.moves(timedelta(hours=1))
    await closing_team["هدى"].taps("الاجتماعات السابقة")
    closing_team["هدى"].sees("اللقاء الختامي")


async def test_an_invitation_answers_kindly_before_the_meeting_was_called_off(
    closing_team: ClosingTeam,
) -> None:
    """The team is closed, and nobody has come to cancel its meetings yet."""
    huda, town = closing_team["هدى"], closing_team.town
    await closing_team.meets("تحليل النتائج", timedelta(days=2))
    invitation = huda.last()
    await town.app.ticker.stop()
    await closing_team.closes()
    await huda.presses(invitation, button(invitation, "سأحضر"))
    huda.sees("انتهى عمل الفريق، فلن يُعقد هذا الاجتماع")
    assert await town.rows(meeting_answers, answer=Rsvp.YES) == await town.rows(
        meeting_answers, person_id=closing_team.people["نورة"].id
    )
    town.look()
    await town.app.ticker.start()
    await town.settles()
    huda.sees("لن يُعقد هذا الاجتماع:")


async def test_the_past_of_a_closed_team_stays_readable(closing_team: ClosingTeam) -> None:
    await closing_team.meets("لقاء مضى", timedelta(hours=1))
    await closing_team.town.moves(timedelta(hours=3))
    await closing_team.shares("بطاقات الكلمات الملونة")
    await closing_team.closes()
    for name in ("هدى", "نورة"):
        phone = closing_team[name]
        await phone.says("فرقي")
        phone.sees_no_button(TEAM)
        await phone.taps("فرق انتهى عملها")
        phone.sees("أُغلق فريق من فرقك")
        await phone.taps(TEAM)
        phone.sees("أنهى هذا الفريق عمله.", "• هدى")
        for gone in ("مغادرة", "إدارة الفريق", "اجتماع جديد"):
            phone.sees_no_button(gone)
        await phone.taps("الممارسات")
        phone.sees("بطاقات الكلمات الملونة")
        await phone.says("فرقي")
        await phone.taps("فرق انتهى عملها")
        await phone.taps(TEAM)
        await phone.taps("الاجتماعات")
        phone.sees("لقاء مضى")
        phone.sees_no_button("الاجتماعات القادمة")
        await phone.says("/search الكلمات الملونة")
        phone.sees("بطاقات الكلمات الملونة")
        await phone.says("/meetings")
        await phone.taps("الاجتماعات السابقة")
        phone.sees("لقاء مضى")
    await closing_team["سارة"].says("فرقي")
    closing_team["سارة"].sees_no_button("فرق انتهى عملها")
    await closing_team["سارة"].says("/search الكلمات الملونة")
    assert not any("بطاقات" in text for text in closing_team["سارة"].news())


async def test_whoever_had_left_before_the_end_finds_nothing_of_it(
    closing_team: ClosingTeam,
) -> None:
    await closing_team.shares("بطاقات الكلمات الملونة")
    huda = closing_team["هدى"]
    await huda.says("فرقي")
    listed = huda.last()
    async with closing_team.town.app.database.transaction() as tx:
        await membership_actions.leave_team(tx, closing_team.people["هدى"], closing_team.team.id)
    await closing_team.closes()
    await huda.says("فرقي")
    huda.sees_no_button("فرق انتهى عملها")
    await huda.says("/search الكلمات الملونة")
    assert not any("بطاقات" in text for text in huda.news())
    await huda.presses(listed, button(listed, TEAM))
    huda.sees("فتح هذا الفريق")
    assert "أنهى هذا الفريق عمله" not in str(huda.news())


async def opens_the_choice(phone: Phone) -> None:
    """From the list of the school's teams to whoever may lead one."""
    await phone.says("فرقي")
    await phone.taps("استعراض الفرق")
    await phone.taps(TEAM)
    await phone.taps("إسناد القيادة")


async def test_the_principal_appoints_another_lead(closing_team: ClosingTeam) -> None:
    amal, huda, noura = closing_team["أمل"], closing_team["هدى"], closing_team["نورة"]
    await opens_the_choice(amal)
    amal.sees("من يتولى قيادة فريق القراءة من الآن؟")
    amal.sees_no_button("نورة")
    await amal.taps("هدى")
    amal.sees("هل تتولى هدى قيادة فريق القراءة من الآن؟")
    old = amal.last()
    await opens_the_choice(amal)
    await amal.taps("هدى")
    await amal.taps("نعم، إسناد القيادة")
    amal.sees("أصبحت هدى قائدة فريق القراءة، ويصل الخبر إلى الفريق.", "القيادة: هدى")
    huda.sees("كلّفتك أمل بقيادة فريق القراءة.")
    noura.sees("أسندت أمل قيادة فريق القراءة إلى هدى، وعضويتك باقية. شكرًا على قيادتك.")
    closing_team["مريم"].sees("قائدة فريق القراءة الآن: هدى.")
    found = {
        row.person_id: row.role
        for row in await closing_team.town.rows(memberships, state=MembershipState.ACTIVE)
    }
    led = [person for person, role in found.items() if role is MemberRole.LEAD]
    assert (led, len(found)) == ([closing_team.people["هدى"].id], 3)
    await huda.taps("صفحة الفريق")
    huda.sees_button("إدارة الفريق")
    await amal.presses(old, button(old, "نعم"))
    amal.sees("هدى قائدة هذا الفريق.")


async def test_only_who_oversees_the_unit_appoints(closing_team: ClosingTeam) -> None:
    amal, sara, maryam = closing_team["أمل"], closing_team["سارة"], closing_team["مريم"]
    for phone in (sara, maryam, closing_team["نورة"]):
        await phone.says("فرقي")
        await phone.taps(TEAM if phone is not sara else "استعراض الفرق")
        phone.sees_no_button("إسناد القيادة")
    await opens_the_choice(amal)
    await amal.taps("هدى")
    old = amal.last()
    async with closing_team.town.app.database.transaction() as tx:
        await tx.execute(
            roles.update().where(roles.c.role == Role.PRINCIPAL).values(state=RoleState.ENDED)
        )
        await hold(
            tx,
            None,
            closing_team.people["أمل"].id,
            Role.PRINCIPAL,
            closing_team.department.units["مدرسة الأمل"].id,
        )
    await amal.presses(old, button(old, "نعم"))
    amal.sees("إسناد القيادة متاح لمن يشرف على جهة الفريق.")
    (lead,) = await closing_team.town.rows(memberships, role=MemberRole.LEAD)
    assert lead.person_id == closing_team.people["نورة"].id


async def test_who_has_left_or_a_closed_team_gets_no_lead(closing_team: ClosingTeam) -> None:
    amal = closing_team["أمل"]
    await opens_the_choice(amal)
    await amal.taps("هدى")
    old = amal.last()
    await closing_team["هدى"].says("فرقي")
    await closing_team["هدى"].taps(TEAM)
    await closing_team["هدى"].taps("مغادرة الفريق")
    await closing_team["هدى"].taps("نعم، مغادرة")
    await amal.presses(old, button(old, "نعم"))
    amal.sees("انتهت هذه العضوية من قبل.")
    await opens_the_choice(amal)
    await amal.taps("مريم")
    old = amal.last()
    await closing_team.closes()
    await amal.presses(old, button(old, "نعم"))
    amal.sees("أنهى هذا الفريق عمله.")


async def test_what_was_written_with_a_request_goes_with_its_author(
    closing_team: ClosingTeam,
) -> None:
    sara = closing_team["سارة"]
    async with closing_team.town.app.database.transaction() as tx:
        await membership_actions.ask_to_join(
            tx, closing_team.people["سارة"], closing_team.team.id, "كلمة تخصني"
        )
    await closing_team.town.settles()
    await sara.says("/privacy")
    await sara.taps("حذف بياناتي")
    await sara.taps("نعم، حذف كل شيء")
    rows = await closing_team.town.rows(memberships, person_id=closing_team.people["سارة"].id)
    assert [(row.state, row.word) for row in rows] == [(MembershipState.LEFT, "")]
