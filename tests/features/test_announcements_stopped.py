"""A circular that ends on its way: its author's role does, or somebody above them stops it; and how
it goes on."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.core.errors import Refused
from bot.delivery.message import MessageKind, MessageState, outbox
from bot.features import personal
from bot.features.announcements import jobs as announcement_jobs
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.actions.announcements import AnnouncementChanges
from bot.features.announcements.models import (
    AnnouncementState,
    Stopped,
    announcements,
    receipts,
)
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import standings
from bot.features.people.models import RoleState, roles
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries.audiences import Audience
from bot.packs.roles import Role
from bot.storage.audit import audit_trail
from bot.storage.transaction import Tx
from tests.features.test_announcements import (
    NADA,
    SAHIL,
    WADI,
    WORDS,
    Office,
    arrives,
    begin_sending,
    office,
)
from tests.town import Phone

__all__ = ["office"]

pytestmark = pytest.mark.every_channel

TITLE = "لقاء المدرسة"
BELOW, STOP, ON = "إعلانات ضمن إشرافي", "إيقاف الإرسال", "استئناف الإرسال"


async def supervisor(office: Office, name: str = "سارة", role: Role = Role.SUPERVISOR) -> Phone:
    """Somebody with an office in the department of Al-Nada, who works elsewhere."""
    phone = office.town.person(name)
    office.people[name] = await office.department.person(name, SAHIL, number=phone.id)
    await office.holds(name, role, WADI)
    await phone.says("/menu")
    return phone


def hold_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of two, the author among the first; the next waits until there is room."""
    monkeypatch.setattr(announcement_jobs, "PIECE", 2)
    monkeypatch.setattr(announcement_jobs, "MOST_WAITING", 1)


async def ends_role(tx: Tx, office: Office, name: str = "أمل") -> None:
    held = roles.c.person_id == office.people[name].id
    await tx.execute(update(roles).where(held).values(state=RoleState.ENDED))


async def copies(office: Office) -> dict[str, MessageState]:
    """By name, what became of each copy; whether a channel told more of it is all the same."""
    names = {person.id: name for name, person in office.people.items()}
    async with office.town.app.database.reading() as tx:
        rows = await tx.all(select(outbox).where(outbox.c.kind == MessageKind.BROADCAST))
    told = {MessageState.DELIVERED: MessageState.SENT}
    return {names[row.person_id]: told.get(row.state, row.state) for row in rows}


async def state_of(office: Office) -> tuple[AnnouncementState, Stopped | None]:
    (row,) = await office.town.rows(announcements)
    return AnnouncementState(row.state), row.stopped


async def test_a_role_that_ends_on_the_way_keeps_the_rest_from_going(office: Office) -> None:
    """All copies wait in the outbox already; no further piece would ask."""
    sara = await supervisor(office)
    async with office.town.app.database.transaction() as tx:
        number = await begin_sending(tx, office)
        await arrives(tx, number, office.people["مريم"])
        await ends_role(tx, office)
    await office.town.settles()
    await office.town.moves(timedelta(seconds=6))
    assert await copies(office) == {"مريم": MessageState.SENT, "هدى": MessageState.DROPPED}
    assert WORDS not in str(office.huda.news())
    assert await state_of(office) == (AnnouncementState.CANCELLED, Stopped.RIGHT)
    if office.town.is_narrow:
        await office.amal.reads_on()
        await sara.reads_on()
    office.amal.sees("انتهت الصلاحية", "وصل إلى شخص واحد", "بقي شخص واحد لن يصله")
    sara.sees("أُوقف إعلان من أمل", "انتهت الصلاحية", "وصل إلى شخص واحد")
    await office.huda.says("/announcements")
    office.huda.sees("لم يصلك إعلان بعد")
    # She lets it go on, by her own right.
    await sara.taps(ON)
    sara.sees("بقي شخص واحد لم يصله", "بصلاحيتك")
    await sara.taps("نعم، استئناف الإرسال")
    sara.sees("استؤنف الإرسال إلى شخص واحد")
    office.huda.sees(WORDS)
    await office.town.moves(timedelta(seconds=20))
    assert await copies(office) == {"مريم": MessageState.SENT, "هدى": MessageState.SENT}
    await sara.says("/announcements")
    await sara.taps(BELOW)
    await sara.taps(TITLE)
    sara.sees("أُرسل الإعلان إلى شخصين", WORDS)
    sara.sees_no_button("يطّلع")


async def test_an_author_who_is_suspended_on_the_way_is_heard_by_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sara suspends Amal midway: the rest stays, she is told why, and every figure says the same;
    nothing goes on by itself once Amal is back."""
    sara, town = await supervisor(office), office.town
    hold_back(monkeypatch)
    number = await office.announces()
    amal = office.people["أمل"]
    async with town.app.database.transaction() as tx:
        (placement,) = await placement_queries.placements_of(tx, amal.id)
        until = tx.now + timedelta(days=3)
        await standings.suspend(tx, office.people["سارة"], placement.id, "مراجعة", until)
    monkeypatch.setattr(announcement_jobs, "MOST_WAITING", 99)
    await town.moves(timedelta(seconds=20))
    assert await copies(office) == {"هدى": MessageState.SENT}
    assert await state_of(office) == (AnnouncementState.CANCELLED, Stopped.RIGHT)
    if town.is_narrow:
        await sara.reads_on()
    sara.sees("أُوقف إعلان من أمل", "انتهت الصلاحية", "بقي شخص واحد", "وصل إلى شخص واحد")
    await sara.taps("التقرير")
    sara.sees("الحالة: أُوقف", "انتهت الصلاحية", town.arrived(1), "أُوقف: 1", WORDS)
    await office.maryam.says("/announcements")
    office.maryam.sees("لم يصلك إعلان بعد")
    async with town.app.database.reading() as tx:
        report = await report_queries.report(tx, number)
        each = await report_queries.count_each(tx, number)
        assert report == await report_queries.report_of(tx, number, each)
        assert (report.delivered, report.missed(2)) == (1, 1)
        assert list(await tx.scalars(select(receipts.c.person_id))) == [office.people["هدى"].id]
    await town.moves(timedelta(days=4))
    await office.amal.says("/announcements")
    await office.amal.taps("إعلاناتي")
    await office.amal.taps(TITLE)
    office.amal.sees("الحالة: أُوقف", town.arrived(1), "أُوقف: 1")
    office.amal.sees_no_button(ON)
    assert await copies(office) == {"هدى": MessageState.SENT}


async def test_somebody_above_stops_it_and_lets_it_go_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sara, town = await supervisor(office), office.town
    hold_back(monkeypatch)
    await office.announces()
    await sara.says("/announcements")
    for label in (BELOW, TITLE, STOP):
        await sara.taps(label)
    sara.sees("وصل إلى شخص واحد", "بقي شخص واحد", "ما وصل منه يبقى عند من وصله")
    await sara.taps("نعم، إيقاف الإرسال")
    sara.sees("أُوقف الإرسال، وبقي شخص واحد لن يصله")
    if town.is_narrow:
        await office.amal.reads_on()
    office.amal.sees("أوقفت سارة إرسال هذا الإعلان", "وصل إلى شخص واحد")
    assert await state_of(office) == (AnnouncementState.CANCELLED, Stopped.OVERSEER)
    await town.moves(timedelta(minutes=1))
    # Its author cannot let it go on; whoever stopped it can.
    await office.amal.says("/announcements")
    await office.amal.taps("إعلاناتي")
    await office.amal.taps(TITLE)
    office.amal.sees("أوقفته سارة", office.town.arrived(1), "أُوقف: 1", WORDS)
    office.amal.sees_no_button(ON)
    async with town.app.database.transaction() as tx:
        (number,) = await tx.scalars(select(announcements.c.id))
        with pytest.raises(Refused, match="not_above"):
            await stopping_actions.let_go_on(tx, office.people["أمل"], number)
        with pytest.raises(Refused, match="over"):
            await announcement_actions.resend_unknown(tx, office.people["أمل"], number)
    monkeypatch.setattr(announcement_jobs, "MOST_WAITING", 99)
    await sara.says("/announcements")
    for label in (BELOW, TITLE, ON, "نعم، استئناف الإرسال"):
        await sara.taps(label)
    office.maryam.sees(WORDS)
    await town.moves(timedelta(seconds=20))
    assert await copies(office) == {"مريم": MessageState.SENT, "هدى": MessageState.SENT}
    assert len([m for m in office.huda.messages() if WORDS in m.shown_text]) == 1
    acts = [row.action for row in await town.rows(audit_trail)]
    assert acts[-2:] == ["announcements.stop", "announcements.let_go_on"]


async def test_nobody_below_its_author_stops_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sara writes to Al-Nada from the department: its principal, a reader, leaves it alone; and
    whoever runs the installation ends roles instead."""
    await supervisor(office)
    await supervisor(office, "بدر", Role.ADMINISTRATOR)
    hold_back(monkeypatch)
    async with office.town.app.database.transaction() as tx:
        audience = Audience(office.department.units[NADA].id)
        draft = announcement_actions.AnnouncementDraft(audience, TITLE, WORDS)
        number = await announcement_actions.write_draft(tx, office.people["سارة"], draft)
        await announcement_actions.send(tx, office.people["سارة"], number)
    await office.town.settles()
    async with office.town.app.database.transaction() as tx:
        for name in ("أمل", "بدر"):
            with pytest.raises(Refused, match="not_yours"):
                await stopping_actions.stop(tx, office.people[name], number)
        with pytest.raises(Refused, match="not_visible"):
            await announcement_queries.visible_announcement(tx, office.people["بدر"], number)


async def test_what_two_above_do_at_once_happens_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both stop, both let it go on, from pages that they opened before."""
    phones = [await supervisor(office, name) for name in ("سارة", "نورة")]
    hold_back(monkeypatch)
    await office.announces()
    for phone in phones:
        await phone.says("/announcements")
        for label in (BELOW, TITLE, STOP):
            await phone.taps(label)
    for phone in phones:
        await phone.taps("نعم، إيقاف الإرسال")
    await office.town.moves(timedelta(minutes=1))
    for phone in phones:
        await phone.says("/announcements")
        for label in (BELOW, TITLE, ON):
            await phone.taps(label)
    monkeypatch.setattr(announcement_jobs, "MOST_WAITING", 99)
    for phone in phones:
        await phone.taps("نعم، استئناف الإرسال")
    phones[1].sees("بدأ إرسال هذا الإعلان من قبل")
    await office.town.moves(timedelta(seconds=20))
    assert await copies(office) == {"مريم": MessageState.SENT, "هدى": MessageState.SENT}
    acts = [row.action for row in await office.town.rows(audit_trail)]
    assert acts.count("announcements.stop") == acts.count("announcements.let_go_on") == 1


async def test_who_let_it_go_on_answers_for_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Her role ends in turn: it stops once more, and the other one above is told."""
    await supervisor(office)
    noura = await supervisor(office, "نورة")
    hold_back(monkeypatch)
    number = await office.announces()
    async with office.town.app.database.transaction() as tx:
        await stopping_actions.stop(tx, office.people["سارة"], number)
    await office.town.moves(timedelta(minutes=1))
    async with office.town.app.database.transaction() as tx:
        await stopping_actions.let_go_on(tx, office.people["سارة"], number)
        await ends_role(tx, office, "سارة")
    await office.town.moves(timedelta(minutes=1))
    assert await state_of(office) == (AnnouncementState.CANCELLED, Stopped.RIGHT)
    assert set(await copies(office)) == {"هدى"}
    if office.town.is_narrow:
        await noura.reads_on()
    noura.sees("أُوقف إعلان من أمل")


async def test_an_author_who_leaves_is_heard_by_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has it keeps it; of what nobody was sent no word stays, and nobody lets it go on."""
    await supervisor(office)
    hold_back(monkeypatch)
    number = await office.announces()
    later = await office.announces("موعد لاحق", after=timedelta(days=1))
    async with office.town.app.database.transaction() as tx:
        await erasure_actions.erase_person(tx, office.people["أمل"], personal())
    monkeypatch.setattr(announcement_jobs, "MOST_WAITING", 99)
    await office.town.moves(timedelta(days=2))
    assert set(await copies(office)) == {"هدى"}
    async with office.town.app.database.transaction() as tx:
        rows = {row.id: row for row in await tx.all(select(announcements))}
        with pytest.raises(Refused, match="over"):
            await stopping_actions.let_go_on(tx, office.people["سارة"], number)
    assert (rows[number].title, rows[later].title, rows[later].text) == (TITLE, "", "")
    await office.huda.says("/announcements")
    await office.huda.taps(TITLE)
    office.huda.sees(WORDS)


async def test_who_joins_after_the_first_piece_is_counted_as_they_are(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One comes and one goes between two pieces: the last word counts whom it was sent to."""
    hold_back(monkeypatch)
    number = await office.announces()
    for name in ("ريم", "دانة"):
        phone = office.town.person(name)
        office.people[name] = await office.department.person(name, NADA, number=phone.id)
        await phone.says("/menu")
    async with office.town.app.database.transaction() as tx:
        await erasure_actions.erase_person(tx, office.people["مريم"], personal())
    monkeypatch.setattr(announcement_jobs, "MOST_WAITING", 99)
    for _ in range(3):
        await office.town.moves(timedelta(seconds=20))
    async with office.town.app.database.reading() as tx:
        report = await report_queries.report(tx, number)
        found = await announcement_queries.announcement(tx, number)
        got = set(await tx.scalars(select(receipts.c.person_id)))
    assert found
    assert (found.state, found.total) == (AnnouncementState.SENT, report.total)
    assert got == {office.people[name].id for name in ("هدى", "ريم", "دانة")}


async def test_an_edit_never_meets_what_has_begun(office: Office) -> None:
    amal = office.people["أمل"]
    async with office.town.app.database.transaction() as tx:
        number = await begin_sending(tx, office)
        with pytest.raises(Refused, match="under_way"):
            await announcement_actions.change(tx, amal, number, AnnouncementChanges(text="آخر"))
        other = await office.writes(tx)
        beyond = Audience(office.department.units[SAHIL].id)
        with pytest.raises(Refused, match="out_of_reach"):
            await announcement_actions.change(tx, amal, other, AnnouncementChanges(audience=beyond))
