"""Announcements as their authors write them and their readers find them."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.chat.person import Person, change_person
from bot.core.errors import Refused
from bot.delivery.message import MessageState, outbox
from bot.features.announcements import jobs as announcement_jobs
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.actions.announcements import SEND_JOB, AnnouncementDraft
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.people import ProfileChanges
from bot.features.people.actions.roles import hold
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import RoleState, roles
from bot.features.people.queries.audiences import Audience
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.scheduling.due import DueRow, DueState, due
from bot.storage.transaction import Tx
from tests.features.practices_school import PracticeSchools
from tests.town import Phone, Town

pytestmark = pytest.mark.every_channel

NADA, WADI, SAHIL = "مدرسة الندى", "إدارة تعليم الوادي", "إدارة تعليم الساحل"
WORDS = "نلتقي يوم الأحد في قاعة المدرسة"


@dataclass
class Office:
    """Amal is the principal of Al-Nada, where Huda and Maryam teach."""

    town: Town
    department: PracticeSchools
    amal: Phone
    huda: Phone
    maryam: Phone
    people: dict[str, Person]

    async def writes(self, tx: Tx, title: str = "لقاء المدرسة", unit: str = NADA) -> int:
        """A draft of Amal's to the unit."""
        audience = Audience(self.department.units[unit].id)
        return await announcement_actions.write_draft(
            tx, self.people["أمل"], AnnouncementDraft(audience, title, WORDS)
        )

    async def announces(
        self, title: str = "لقاء المدرسة", unit: str = NADA, after: timedelta | None = None
    ) -> int:
        """What Amal sends, now or later."""
        async with self.town.app.database.transaction() as tx:
            number = await self.writes(tx, title, unit)
            when = tx.now + after if after else None
            await announcement_actions.send(tx, self.people["أمل"], number, when)
        await self.town.settles()
        return number

    async def holds(self, name: str, role: Role, unit: str) -> None:
        async with self.town.app.database.transaction() as tx:
            await hold(tx, None, self.people[name].id, role, self.department.units[unit].id)

    async def loses(self, name: str, role: Role) -> None:
        async with self.town.app.database.transaction() as tx:
            await tx.execute(
                update(roles)
                .where(roles.c.person_id == self.people[name].id, roles.c.role == role)
                .values(state=RoleState.ENDED)
            )


@pytest.fixture
async def office(town: Town) -> Office:
    department = await PracticeSchools(town.app.database, town.channel).build()
    people: dict[str, Person] = {}
    phones: dict[str, Phone] = {}
    for name in ("أمل", "هدى", "مريم"):
        phone = phones[name] = town.person(name)
        role = Role.PRINCIPAL if name == "أمل" else None
        people[name] = await department.person(name, NADA, number=phone.id, role=role)
        await phone.says("/menu")
    return Office(town, department, phones["أمل"], phones["هدى"], phones["مريم"], people)


async def begin_sending(tx: Tx, office: Office) -> int:
    """An announcement whose first piece has just been put into the outbox."""
    number = await office.writes(tx)
    await announcement_actions.send(tx, office.people["أمل"], number)
    await send_next_piece(tx, number)
    return number


async def send_next_piece(tx: Tx, number: int) -> None:
    query = select(due).where(
        due.c.topic == announcement_queries.topic_of(number),
        due.c.job == SEND_JOB,
        due.c.state == DueState.WAITING,
    )
    (row,) = await tx.all(query)
    await tx.execute(update(due).where(due.c.id == row.id).values(state=DueState.DONE))
    work = DueRow(
        row.id, row.job, row.topic, row.slot, row.anchor_at, row.due_at, None, row.payload, 0
    )
    await announcement_jobs.send_piece(tx, work)


async def arrives(tx: Tx, number: int, reader: Person) -> None:
    await tx.execute(
        update(outbox)
        .where(
            outbox.c.topic == announcement_queries.topic_of(number), outbox.c.person_id == reader.id
        )
        .values(state=MessageState.SENT)
    )


async def fills_in(phone: Phone, unit: str) -> None:
    """Everything up to the attachment."""
    await phone.says("/announcements")
    await phone.taps("إعلان جديد")
    await phone.taps(unit)
    await phone.says("تعميم مهم")
    await phone.says(WORDS)


async def test_whom_a_stopped_announcement_did_not_reach_finds_it_nowhere(office: Office) -> None:
    amal, maryam, huda = (office.people[name] for name in ("أمل", "مريم", "هدى"))
    async with office.town.app.database.transaction() as tx:
        number = await begin_sending(tx, office)
        await arrives(tx, number, maryam)
        assert await stopping_actions.stop(tx, amal, number) == 1
    await office.huda.says("/announcements")
    office.huda.sees("لم يصلك إعلان بعد")
    async with office.town.app.database.transaction() as tx:
        with pytest.raises(Refused, match="not_visible"):
            await announcement_actions.acknowledge(tx, huda, number)
        silent = await announcement_queries.silent_readers(tx, number, 0, 10)
    assert [reader.id for reader in silent] == [maryam.id]
    await office.maryam.says("/announcements")
    await office.maryam.taps("لقاء المدرسة")
    office.maryam.sees(WORDS)


async def test_who_had_read_it_keeps_it_although_it_was_stopped(office: Office) -> None:
    amal, huda = office.people["أمل"], office.people["هدى"]
    async with office.town.app.database.transaction() as tx:
        number = await begin_sending(tx, office)
        await announcement_actions.acknowledge(tx, huda, number)
        await stopping_actions.stop(tx, amal, number)
    assert [row.person_id for row in await office.town.rows(receipts)] == [huda.id]


async def test_a_stop_ends_the_message_that_counts_along(office: Office) -> None:
    async with office.town.app.database.transaction() as tx:
        number = await begin_sending(tx, office)
        assert await stopping_actions.stop(tx, office.people["أمل"], number) == 2
    await office.town.settles()
    office.amal.sees("أُوقف الإرسال، وبقي شخصان لن يصلهما الإعلان")
    office.amal.sees_no_button("إيقاف الإرسال")
    office.amal.sees_button("التقرير")


async def test_those_whose_turn_had_not_come_are_counted_as_missed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcement_jobs, "PIECE", 2)
    async with office.town.app.database.transaction() as tx:
        number = await begin_sending(tx, office)
        assert len(await tx.all(select(receipts))) == 1  # the author herself was the other one
        assert await stopping_actions.stop(tx, office.people["أمل"], number) == 2


async def test_a_press_that_comes_again_stops_nothing_else(office: Office) -> None:
    await office.announces()
    pages = []
    for _ in range(2):
        await office.amal.says("/announcements")
        await office.amal.taps("إعلاناتي")
        await office.amal.taps("لقاء المدرسة")
        page = office.amal.last()
        (stop,) = [b["callback_data"] for b in page.buttons() if "إيقاف" in b["text"]]
        pages.append((page, stop))
    await office.amal.presses(*pages[0])
    await office.amal.taps("نعم، إيقاف الإرسال")
    office.amal.sees("أُوقف الإرسال، وكان الإعلان قد أُرسل إلى الجميع")
    await office.amal.presses(*pages[1])
    office.amal.sees("الحالة: أُوقف", office.town.arrived(2))
    assert "حُذفت المسودة" not in str(office.amal.news())


async def test_what_was_discarded_or_called_off_stays_so(office: Office) -> None:
    amal = office.people["أمل"]
    async with office.town.app.database.transaction() as tx:
        draft = await office.writes(tx, "مسودة قديمة")
        later = await office.writes(tx, "إعلان لاحق")
        await announcement_actions.send(tx, amal, later, tx.now + timedelta(days=1))
        for _ in range(2):
            assert (
                await stopping_actions.stop(tx, amal, draft)
                == await stopping_actions.stop(tx, amal, later)
                == 0
            )
    states = [row.state for row in await office.town.rows(announcements)]
    assert states == [AnnouncementState.DISCARDED, AnnouncementState.CANCELLED]
    await office.amal.says("/announcements")
    await office.amal.taps("إعلاناتي")
    office.amal.sees_no_button("مسودة قديمة")
    await office.amal.taps("إعلان لاحق")
    office.amal.sees("الحالة: أُوقف")


async def test_the_message_that_counts_along_ends_although_somebody_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcement_jobs, "PIECE", 2)
    async with office.town.app.database.transaction() as tx:
        await begin_sending(tx, office)
        await erasure_actions.delete_own_data(tx, office.people["مريم"])
    await office.town.settles()
    await office.town.moves(timedelta(seconds=20))
    office.amal.sees("أُرسل الإعلان إلى شخص واحد")
    office.amal.sees_no_button("إيقاف الإرسال")


async def test_what_may_have_been_missed_is_sent_again_only_when_all_has_gone_out(
    office: Office,
) -> None:
    amal, huda = office.people["أمل"], office.people["هدى"]
    number = await office.announces()
    async with office.town.app.database.transaction() as tx:
        await tx.execute(
            update(outbox)
            .where(
                outbox.c.topic == announcement_queries.topic_of(number),
                outbox.c.person_id == huda.id,
            )
            .values(state=MessageState.UNKNOWN)
        )
        with pytest.raises(Refused, match="under_way"):
            await announcement_actions.resend_unknown(tx, amal, number)
    await office.town.moves(timedelta(seconds=20))
    await office.amal.taps("التقرير")
    office.amal.sees("ربما لم يصل: 1")
    await office.amal.taps("إعادة الإرسال")
    await office.amal.taps("نعم، إعادة الإرسال")
    office.huda.sees(WORDS)
    await office.town.moves(timedelta(seconds=20))
    if not office.town.is_narrow:
        office.amal.sees("أُرسل الإعلان إلى شخصين")
    await office.amal.taps("التقرير")
    office.amal.sees(office.town.arrived(2))


async def test_the_words_that_came_with_the_file_are_read(office: Office) -> None:
    await fills_in(office.amal, NADA)
    await office.amal.sends("photo", caption="ك" * 301)
    office.amal.sees("301", "300")
    await office.amal.shows("photo", caption="في الصورة خريطة الوصول")
    office.amal.sees("في الصورة خريطة الوصول")
    await office.amal.taps("إرسال الآن")
    office.huda.sees(WORDS, "في الصورة خريطة الوصول")


async def test_names_are_shown_while_the_right_lasts(office: Office) -> None:
    await office.announces()
    await office.town.moves(timedelta(seconds=20))
    await office.amal.taps("التقرير")
    office.amal.sees_button("يطّلع")
    await office.loses("أمل", Role.PRINCIPAL)
    await office.amal.taps("يطّلع")
    office.amal.sees("لم تعد صلاحياتك تشمل هذه الفئة")
    assert "هدى" not in str(office.amal.news())
    await office.amal.taps("تحديث")
    office.amal.sees(office.town.arrived(2))
    office.amal.sees_no_button("يطّلع")


async def test_whom_it_is_not_for_gets_nothing(office: Office) -> None:
    """Huda teaches another subject, Sara another stage at another school; Maryam is meant."""
    town, amal = office.town, office.people["أمل"]
    sara = await office.department.person("سارة", "مدرسة الأمل", number=77)
    await office.holds("أمل", Role.SUPERVISOR, WADI)
    nada, wadi = (office.department.units[name].id for name in (NADA, WADI))
    async with town.app.database.transaction() as tx:
        await people_actions.update_profile(
            tx, office.people["هدى"], ProfileChanges(subjects=("science",))
        )
        await people_actions.update_profile(tx, sara, ProfileChanges(stages=("secondary",)))
        for audience in (
            Audience(nada, subjects=("arabic",)),
            Audience(wadi, subjects=("arabic",), stages=("primary",)),
            Audience(nada, stages=("secondary",)),
        ):
            number = await announcement_actions.write_draft(
                tx, amal, AnnouncementDraft(audience, "لقاء", WORDS)
            )
            if audience.stages != ("secondary",):
                await announcement_actions.send(tx, amal, number)
            else:
                with pytest.raises(Refused, match="nobody"):
                    await announcement_actions.send(tx, amal, number)
    await town.moves(timedelta(seconds=20))
    got = [row.person_id for row in await town.rows(receipts)]
    assert got == [office.people["مريم"].id] * 2


async def test_what_came_last_stands_first(office: Office) -> None:
    await office.announces("المجدول أولًا", after=timedelta(days=2))
    await office.announces("الفوري")
    await office.town.moves(timedelta(days=2, minutes=1))
    await office.huda.says("/announcements")
    shown = [label for label in office.huda.buttons() if "🔵" in label]
    assert [label.partition(" ")[2] for label in shown] == ["المجدول أولًا", "الفوري"]


async def test_whoever_got_nothing_finds_the_way_home(office: Office) -> None:
    await office.huda.says("/announcements")
    office.huda.sees("لم يصلك إعلان بعد")
    await office.huda.taps("القائمة الرئيسية")
    office.huda.sees("ماذا تودّين أن تفعلي")


async def test_schools_of_one_name_are_told_apart(office: Office) -> None:
    async with office.town.app.database.transaction() as tx:
        for above in (WADI, SAHIL):
            unit = office.department.units[above].id
            school = ("school", "ابتدائية النور", "SA", "Asia/Riyadh", UnitGender.GIRLS, unit)
            await unit_actions.create_unit(tx, None, UnitDraft(*school))
            await hold(tx, None, office.people["أمل"].id, Role.SUPERVISOR, unit)
    await office.amal.says("/announcements")
    await office.amal.taps("إعلان جديد")
    await office.amal.says("النور")
    office.amal.sees_button(f"ابتدائية النور – {WADI}")
    await office.amal.taps(f"ابتدائية النور – {SAHIL}")
    for label in ("الجميع", "كل المواد", "كل المراحل", "متابعة"):
        await office.amal.taps(label)
    await office.amal.says("تعميم مهم")
    await office.amal.says(WORDS)
    await office.amal.taps("تخطّي السؤال")
    office.amal.sees(f"ابتدائية النور – {SAHIL}")


async def test_schools_of_one_department_need_not_name_it(office: Office) -> None:
    await office.holds("أمل", Role.SUPERVISOR, WADI)
    await office.amal.says("/announcements")
    await office.amal.taps("إعلان جديد")
    whole, some, *schools = office.amal.buttons()[:5]
    assert f"جميع منسوبي {WADI} (2)" in whole
    assert f"بعض منسوبي {WADI}" in some
    assert schools == ["مدرسة الأمل", "مدرسة الفلاح", NADA]


@pytest.mark.parametrize(
    ("country", "principal", "supervisor"),
    [
        ("SA", "مديرة المدرسة", "مشرفة تربوية"),
        ("MA", "مديرة المؤسسة", "مفتشة تربوية"),
    ],
)
async def test_readers_are_told_as_whom_the_author_speaks(
    office: Office, country: str, principal: str, supervisor: str
) -> None:
    async with office.town.app.database.transaction() as tx:
        await change_person(tx, office.people["هدى"].id, country=country)
    await office.announces()
    office.huda.sees(f"من أمل، {principal} – {NADA}")
    await office.loses("أمل", Role.PRINCIPAL)
    await office.holds("أمل", Role.SUPERVISOR, WADI)
    await office.announces(unit=WADI)
    office.huda.sees(f"من أمل، {supervisor} – {WADI}")
    await office.loses("أمل", Role.SUPERVISOR)
    await office.huda.says("/announcements")
    await office.huda.taps("لقاء المدرسة")
    office.huda.sees(f"من أمل، {NADA}")


async def test_the_number_beside_a_long_title_is_typed_instead_of_pressed(office: Office) -> None:
    long = (
        "لقاء قيادات المدارس ومعلماتها في مطلع الفصل الدراسي الثاني"
        " لبحث خطة الزيارات المتبادلة بين المدارس"
    )
    await office.announces(long)
    await office.announces("تعميم الاختبارات")
    huda = office.huda
    await huda.says("/announcements")
    await huda.says("٢")
    huda.sees(f"📣 {long}", WORDS)
