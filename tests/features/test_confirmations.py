"""Whatever reaches many or cannot be undone is asked once more: what, to whom, how many, when."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.app import load_secret_key
from bot.chat.seal import Seal
from bot.delivery.message import MessageState, outbox
from bot.features.announcements import jobs as announcement_jobs
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions.announcements import SEND_JOB
from bot.features.announcements.models import AnnouncementState, announcements
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import reports as report_queries
from bot.packs.roles import Role
from bot.scheduling.due import DueState, due
from bot.simulator import SimMessage
from tests.features.test_announcements import (
    NADA,
    WORDS,
    Office,
    arrives,
    begin_sending,
    fills_in,
    office,
)
from tests.reading import readable
from tests.town import Phone, town

__all__ = ["office", "town"]

TITLE = "لقاء المدرسة"
SEND, YES_SEND = "إرسال الآن", "نعم، إرسال الآن"


def button(message: SimMessage, label: str) -> str:
    (data,) = [b["callback_data"] for b in message.buttons() if label in b["text"]]
    return str(data)


async def opens(phone: Phone, title: str = TITLE) -> None:
    """The author's own page of an announcement."""
    await phone.says("/announcements")
    await phone.taps("إعلاناتي")
    await phone.taps(title)


async def state_of(office: Office) -> AnnouncementState:
    (row,) = await office.town.rows(announcements)
    return AnnouncementState(row.state)


async def drafts(office: Office, unit: str = NADA) -> int:
    async with office.town.app.database.transaction() as tx:
        return await office.writes(tx, unit=unit)


async def presses(office: Office, data: str) -> None:
    """A button of the author's that has been on the phone before, whatever stands there now."""
    amal = office.amal
    act = office.town.simulator.press(amal.id, amal.last().message_id, data, forged=True)
    await amal._act(act)


async def presses_old(office: Office, route: str, number: int) -> None:
    """A button that was delivered before anything was asked once more."""
    person = await office.town.person_id(office.amal)
    seal = Seal(load_secret_key(office.town.settings))
    await presses(office, seal.close(person, route, (str(number),)))


# Sending


async def test_the_preview_says_what_to_whom_and_how_many_and_one_tap_sends_it(
    office: Office,
) -> None:
    await fills_in(office.amal, NADA)
    await office.amal.taps("تخطّي السؤال")
    office.amal.sees(
        "تعميم مهم", WORDS, f"إلى: {NADA}", "سيصل إلى شخصين", "لا يمكن سحبه", "هكذا سيظهر"
    )
    assert office.amal.buttons() == [
        "📤 إرسال الآن", "🕓 إرسال لاحقًا", "✏️ تعديل الإعلان", "🗑 حذف المسودة",
    ]  # fmt: skip
    office.huda.sees_nothing()
    assert await state_of(office) is AnnouncementState.DRAFT
    await office.amal.taps(SEND)
    office.huda.sees("تعميم مهم", WORDS)
    office.amal.sees("الإعلان في طريقه إلى شخصين")


async def test_a_narrowed_audience_is_said_as_one_group(office: Office) -> None:
    amal = office.amal
    await amal.says("/announcements")
    for label in ("إعلان جديد", f"بعض منسوبي {NADA}", "معلمة", "الرياضيات", "كل المراحل", "متابعة"):
        await amal.taps(label)
    await amal.says("تعميم مهم")
    await amal.says(WORDS)
    await amal.taps("تخطّي السؤال")
    [whom] = [line for line in readable(amal.last().shown_text).splitlines() if "إلى:" in line]
    assert whom.startswith(f"إلى: {NADA}")
    assert whom.endswith(" · معلمة · الرياضيات")


async def test_the_way_back_leaves_the_draft_as_it_was(office: Office) -> None:
    number = await drafts(office)
    await opens(office.amal)
    before = office.amal.last().shown_text
    await presses_old(office, "announce.send", number)
    office.amal.sees(TITLE, "هل أبدأ الإرسال الآن؟", "لا يمكن سحبه")
    assert office.amal.buttons() == [YES_SEND, "لا، رجوع"]
    await office.amal.taps("لا، رجوع")
    assert office.amal.last().shown_text == before
    office.amal.sees_button(SEND)
    assert await state_of(office) is AnnouncementState.DRAFT


async def test_two_presses_on_the_confirmation_send_once(office: Office) -> None:
    await drafts(office)
    await opens(office.amal)
    page = office.amal.last()
    yes = button(page, SEND)
    town = office.town
    for _ in range(2):
        await town.simulator.press(office.amal.id, page.message_id, yes, forged=True)
    await town.settles()
    office.amal.sees("بدأ إرسال هذا الإعلان من قبل")
    got = [m for m in office.huda.messages() if WORDS in m.text]
    assert len(got) == 1
    await town.moves(timedelta(seconds=20))
    await presses(office, yes)
    office.amal.sees("أُرسل هذا الإعلان من قبل")
    assert len([m for m in office.huda.messages() if WORDS in m.text]) == 1


async def test_a_scheduled_one_is_asked_about_with_its_moment(office: Office) -> None:
    await office.announces(after=timedelta(days=1))
    await opens(office.amal)
    office.amal.sees("سيصل إلى شخصين", "موعد الإرسال")
    await office.amal.taps(SEND)
    office.amal.sees(TITLE, "سيصل إلى شخصين", "موعد الإرسال: الاثنين 23 نوفمبر", "قبل موعده")
    office.huda.sees_nothing()
    assert await state_of(office) is AnnouncementState.SCHEDULED
    await office.amal.taps("لا، رجوع")
    office.amal.sees("الحالة: مجدول")
    await office.amal.taps(SEND)
    await office.amal.taps(YES_SEND)
    office.huda.sees(WORDS)
    await office.town.moves(timedelta(days=1, hours=1))
    assert len([m for m in office.huda.messages() if WORDS in m.text]) == 1


async def test_a_moment_is_confirmed_with_what_to_whom_and_how_many(office: Office) -> None:
    await drafts(office)
    await opens(office.amal)
    await office.amal.taps("إرسال لاحقًا")
    await office.amal.says("غدا الساعة 10 صباحا")
    office.amal.sees(TITLE, f"إلى: {NADA}", "سيصل إلى شخصين", "الموعد: الاثنين 23 نوفمبر")
    assert await state_of(office) is AnnouncementState.DRAFT
    await office.amal.taps("جدولة الإرسال")
    assert await state_of(office) is AnnouncementState.SCHEDULED


async def test_what_is_under_way_gets_no_other_moment(office: Office) -> None:
    number = await drafts(office)
    await opens(office.amal)
    await office.amal.taps("إرسال لاحقًا")
    await office.amal.says("غدا الساعة 10 صباحا")
    async with office.town.app.database.transaction() as tx:
        await announcement_actions.send(tx, office.people["أمل"], number)
    await office.town.settles()
    await office.amal.taps("جدولة الإرسال")
    office.amal.sees("بدأ إرسال هذا الإعلان من قبل", "ينتهي هذا النموذج هنا")
    assert await state_of(office) is AnnouncementState.SENDING
    await presses_old(office, "announce.later", number)
    office.amal.sees("بدأ إرسال هذا الإعلان من قبل")


async def test_a_right_that_is_lost_between_sends_nothing(office: Office) -> None:
    number = await drafts(office)
    await opens(office.amal)
    await presses_old(office, "announce.send", number)
    await office.loses("أمل", Role.PRINCIPAL)
    await office.amal.taps(YES_SEND)
    office.amal.sees("صلاحياتك لا تشمل هذه الفئة")
    office.huda.sees_nothing()
    assert await state_of(office) is AnnouncementState.DRAFT


async def test_who_has_no_right_is_not_even_asked(office: Office) -> None:
    await drafts(office)
    await opens(office.amal)
    await office.loses("أمل", Role.PRINCIPAL)
    await office.amal.taps(SEND)
    office.amal.sees("صلاحياتك لا تشمل هذه الفئة")
    office.amal.sees_no_button(YES_SEND)


async def test_an_audience_that_has_grown_is_asked_about_anew(office: Office) -> None:
    await drafts(office)
    await opens(office.amal)
    await office.department.person("نورة", NADA, number=77)
    await office.amal.taps(SEND)
    office.amal.sees("زاد عدد هذه الفئة", "سيصل إلى 3 أشخاص")
    office.huda.sees_nothing()
    await office.amal.taps(YES_SEND)
    office.huda.sees(WORDS)


async def test_the_oldest_buttons_ask_and_do_nothing_else(office: Office) -> None:
    number = await drafts(office)
    await opens(office.amal)
    await presses_old(office, "announce.send", number)
    office.amal.sees_button(YES_SEND)
    office.huda.sees_nothing()
    await presses_old(office, "announce.stop", number)
    office.amal.sees_button("نعم، حذف المسودة")
    assert await state_of(office) is AnnouncementState.DRAFT


# Discarding, calling off, stopping


async def test_a_draft_goes_only_when_that_is_confirmed(office: Office) -> None:
    number = await drafts(office)
    await opens(office.amal)
    await office.amal.taps("حذف المسودة")
    office.amal.sees(TITLE, "هل أحذف هذه المسودة؟", "لا يمكن استرجاعها")
    assert office.amal.buttons() == ["نعم، حذف المسودة", "لا، رجوع"]
    await office.amal.taps("لا، رجوع")
    office.amal.sees(WORDS)
    await office.amal.taps("حذف المسودة")
    await office.amal.taps("نعم، حذف المسودة")
    office.amal.sees("حُذفت المسودة، ولم يرها أحد")
    assert await state_of(office) is AnnouncementState.DISCARDED
    await presses_old(office, "announce.send", number)
    office.amal.sees("أُلغي هذا الإعلان")


async def test_what_was_to_be_a_draft_is_not_stopped_on_its_way(office: Office) -> None:
    """The same draft on two devices: discarded on one, scheduled and then sent on the other."""
    number = await drafts(office)
    await opens(office.amal)
    await office.amal.taps("حذف المسودة")
    yes = button(office.amal.last(), "نعم، حذف المسودة")
    async with office.town.app.database.transaction() as tx:
        await announcement_actions.send(
            tx, office.people["أمل"], number, tx.now + timedelta(days=1)
        )
    await presses(office, yes)
    office.amal.sees("حُدّد موعد إرساله في هذه الأثناء", "هل ألغي هذا الإعلان؟")
    assert await state_of(office) is AnnouncementState.SCHEDULED
    async with office.town.app.database.transaction() as tx:
        await announcement_actions.send(tx, office.people["أمل"], number)
    await presses(office, yes)
    office.amal.sees("بدأ إرسال هذا الإعلان من قبل", "هل أوقف الإرسال؟")
    assert await state_of(office) is AnnouncementState.SENDING
    await office.town.moves(timedelta(seconds=20))
    await presses(office, yes)
    office.amal.sees("أُرسل هذا الإعلان، ولم يعد إيقافه أو سحبه ممكنًا")


async def test_a_scheduled_one_is_called_off_only_when_that_is_confirmed(office: Office) -> None:
    await office.announces(after=timedelta(days=1))
    await opens(office.amal)
    await office.amal.taps("إلغاء الإعلان")
    office.amal.sees(TITLE, "سيصل إلى شخصين", "موعد الإرسال: الاثنين 23 نوفمبر")
    await office.amal.taps("لا، رجوع")
    office.amal.sees("الحالة: مجدول")
    await office.amal.taps("إلغاء الإعلان")
    await office.amal.taps("نعم، إلغاء الإعلان")
    office.amal.sees("أُلغي الإعلان، ولن يصل إلى أحد")
    await office.town.moves(timedelta(days=2))
    office.huda.sees_nothing()


async def test_stopping_tells_first_who_has_it_and_who_will_not(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcement_jobs, "PIECE", 2)
    await office.department.person("نورة", NADA, number=77)
    async with office.town.app.database.transaction() as tx:
        number = await begin_sending(tx, office)
        await arrives(tx, number, office.people["هدى"])
        # The second piece comes later than the question.
        waiting = due.c.job == SEND_JOB, due.c.state == DueState.WAITING
        await tx.execute(update(due).where(*waiting).values(due_at=tx.now + timedelta(hours=1)))
    await presses_old(office, "announce.stop", number)
    office.amal.sees(TITLE, "وصل إلى شخص واحد", "بقي شخصان لن يصلهما إذا أُوقف الإرسال")
    office.amal.sees("لا يمكن استئنافه")
    assert await state_of(office) is AnnouncementState.SENDING
    await office.amal.taps("نعم، إيقاف الإرسال")
    office.amal.sees("أُوقف الإرسال، وبقي شخصان لن يصلهما الإعلان")
    assert await state_of(office) is AnnouncementState.CANCELLED


async def test_the_message_that_counts_along_does_not_take_the_question_away(
    office: Office,
) -> None:
    number = await office.announces()
    counting = office.amal.last()
    await office.amal.presses(counting, button(counting, "إيقاف الإرسال"))
    question = office.amal.last()
    assert question.message_id != counting.message_id
    await office.town.moves(timedelta(seconds=20))
    assert "نعم، إيقاف الإرسال" in str(question.keyboard)
    await office.amal.taps("نعم، إيقاف الإرسال")
    office.amal.sees("أُرسل هذا الإعلان، ولم يعد إيقافه أو سحبه ممكنًا")
    async with office.town.app.database.reading() as tx:
        assert (await report_queries.report(tx, number)).delivered == 2


async def test_whoever_stops_it_too_late_is_not_told_that_it_reached_those_in_doubt(
    office: Office,
) -> None:
    number = await office.announces()
    counting = office.amal.last()
    await office.amal.presses(counting, button(counting, "إيقاف الإرسال"))
    yes = button(office.amal.last(), "نعم، إيقاف الإرسال")
    async with office.town.app.database.transaction() as tx:
        doubtful = outbox.c.person_id == office.people["هدى"].id
        await tx.execute(
            update(outbox)
            .where(outbox.c.topic == announcement_queries.topic_of(number), doubtful)
            .values(state=MessageState.UNKNOWN)
        )
    await office.town.moves(timedelta(seconds=20))
    await presses(office, yes)
    office.amal.sees("أُرسل هذا الإعلان، ولم يعد إيقافه أو سحبه ممكنًا")
    assert "الجميع" not in office.town.simulator.toasts(office.amal.id)[-1]


async def test_those_in_doubt_are_counted_before_they_are_written_to_again(
    office: Office,
) -> None:
    number = await office.announces()
    async with office.town.app.database.transaction() as tx:
        doubtful = outbox.c.person_id == office.people["هدى"].id
        await tx.execute(
            update(outbox)
            .where(outbox.c.topic == announcement_queries.topic_of(number), doubtful)
            .values(state=MessageState.UNKNOWN)
        )
    await office.town.moves(timedelta(seconds=20))
    await opens(office.amal)
    await office.amal.taps("إعادة الإرسال")
    office.amal.sees(TITLE, "شخص واحد ربما لم يصله الإعلان", "فسيراه مرتين")
    office.huda.sees_nothing()
    yes = button(office.amal.last(), "نعم، إعادة الإرسال")
    await presses(office, yes)
    office.huda.sees(WORDS)
    office.amal.sees("أُعيد الإرسال إلى شخص واحد")
    await office.town.moves(timedelta(seconds=20))
    await presses(office, yes)
    office.amal.sees("لا أحد يحتاج إلى إعادة الإرسال")
    office.huda.sees_nothing()
