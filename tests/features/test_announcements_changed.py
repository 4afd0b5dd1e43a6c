"""Until it goes everything of a circular can be changed, and its words can be read at any time; an
empty audience leads to one that holds somebody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.i18n import Voice
from bot.features.announcements import notices as announcement_notices
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions.announcements import AnnouncementDraft
from bot.features.announcements.models import AnnouncementState
from bot.features.announcements.queries.reports import Report
from bot.features.people.actions.roles import hold
from bot.features.people.queries.audiences import Audience
from bot.packs.roles import Role
from tests.features.test_announcements import NADA, WADI, WORDS, Office, office
from tests.features.test_notice_texts import announcement
from tests.reading import readable
from tests.town import Phone

__all__ = ["office"]

TITLE = "لقاء المدرسة"
CHANGE, SAVE = "✏️ تعديل", "حفظ"


async def opens(amal: Phone, title: str = TITLE) -> None:
    await amal.says("/announcements")
    await amal.taps("إعلاناتي")
    await amal.taps(title)


async def changes(amal: Phone, field: str, *answers: str) -> None:
    """One field of what is open; an answer that begins with a dot is a button."""
    await amal.taps(CHANGE)
    await amal.corrects(field)
    for answer in answers:
        if answer.startswith("."):
            await amal.taps(answer[1:])
        else:
            await amal.says(answer)
    await amal.taps(SAVE)


@pytest.mark.every_channel
async def test_everything_is_changed_until_it_goes(office: Office) -> None:
    amal = office.amal
    async with office.town.app.database.transaction() as tx:
        await office.writes(tx)
    await opens(amal)
    await changes(amal, "النص", "نلتقي يوم الاثنين في المكتبة " * 40)
    amal.sees("حُفظت تعديلاتك", "نلتقي يوم الاثنين")
    await amal.taps("إرسال لاحقًا")
    await amal.says("غدا الساعة 10 صباحا")
    await amal.taps("جدولة الإرسال")
    # Its words stand on the scheduled page, the beginning of them, and all of them a tap away.
    amal.sees("الحالة: مجدول", "نلتقي يوم الاثنين", "…")
    await amal.taps("النص كاملًا")
    amal.sees("نلتقي يوم الاثنين")
    await amal.taps("رجوع")
    await changes(amal, "العنوان", "لقاء المكتبة")
    await changes(amal, "تأكيد", ".لا")
    amal.sees("لقاء المكتبة", "لا يُطلب من القراء", "موعد الإرسال")
    await office.town.moves(timedelta(days=1, hours=3))
    if office.town.is_narrow:
        await office.huda.reads_on()
    office.huda.sees("لقاء المكتبة", "نلتقي يوم الاثنين")
    office.huda.sees_no_button("اطّلعت")
    for _ in range(2):
        await office.town.moves(timedelta(seconds=20))
    await opens(amal, "لقاء المكتبة")
    amal.sees(office.town.arrived(2), "نلتقي يوم الاثنين")
    assert "اطّلع:" not in readable(amal.last().shown_text)
    amal.sees_no_button(CHANGE)


@pytest.mark.every_channel
async def test_an_empty_audience_leads_to_one_that_holds_somebody(office: Office) -> None:
    amal = office.amal
    await amal.says("/announcements")
    for label in ("إعلان جديد", f"بعض منسوبي {NADA}", "معلمة", "الفيزياء", "كل المراحل"):
        await amal.taps(label)
    amal.sees("لم يسجّل أحد من هذه الفئة بعد")
    await amal.taps(f"{NADA} – {WADI} · معلمة: شخصان")
    await amal.says("تعميم مهم")
    await amal.says(WORDS)
    await amal.taps("تخطّي السؤال")
    amal.sees("سيصل إلى شخصين")
    # A draft whose audience has emptied since offers the same, and takes it in one tap.
    async with office.town.app.database.transaction() as tx:
        nobody = Audience(office.department.units[NADA].id, subjects=("physics",))
        draft = AnnouncementDraft(nobody, "تعميم الفيزياء", WORDS)
        await announcement_actions.write_draft(tx, office.people["أمل"], draft)
    await opens(amal, "تعميم الفيزياء")
    amal.sees("لم يسجّل أحد من هذه الفئة بعد", "لن يصل إلى أحد")
    amal.sees_no_button("إرسال الآن")
    await amal.taps(f"{NADA} – {WADI}: شخصان")
    amal.sees("سيصل إلى شخصين")
    await amal.taps("إرسال الآن")
    office.huda.sees(WORDS)


@pytest.mark.every_channel
async def test_where_nobody_is_registered_it_is_said_plainly(office: Office) -> None:
    """Noura heads a school of which she is the only one."""
    noura = office.town.person("نورة")
    office.people["نورة"] = await office.department.person(
        "نورة", "مدرسة الأمل", number=noura.id, role=Role.PRINCIPAL
    )
    await noura.says("/announcements")
    await noura.taps("إعلان جديد")
    await noura.taps("مدرسة الأمل")
    for label in ("الجميع", "كل المواد", "كل المراحل"):
        await noura.taps(label)
    noura.sees("لم يسجّل أحد من هذه الفئة بعد، ولا من فئة أوسع ضمن نطاقك")
    await noura.taps("متابعة")
    noura.sees("ما العنوان")


async def test_a_supervisor_of_one_subject_is_offered_no_other(office: Office) -> None:
    """Nor told how many an audience holds that her role does not reach."""
    sahar = office.town.person("سحر")
    person = await office.department.person("سحر", WADI, number=sahar.id)
    async with office.town.app.database.transaction() as tx:
        place = office.department.units[WADI].id
        await hold(tx, None, person.id, Role.SUPERVISOR, place, ("arabic",))
    await sahar.says("/announcements")
    for label in ("إعلان جديد", NADA, "الجميع", "كل المراحل"):
        await sahar.taps(label)
    await sahar.says("تعميم اللغة العربية")
    await sahar.says(WORDS)
    await sahar.taps("تخطّي السؤال")
    sahar.sees("إلى: ", "اللغة العربية")
    await sahar.taps(CHANGE)
    await sahar.corrects("المادة")
    sahar.sees_no_button("العلوم")
    # «Every subject» is every one of hers.
    await sahar.taps("كل المواد")
    sahar.sees("المادة: اللغة العربية")
    await sahar.taps(SAVE)
    sahar.sees("حُفظت تعديلاتك")


async def test_an_audience_out_of_reach_tells_no_number(office: Office) -> None:
    """What a form still says of an audience whose role has ended meanwhile."""
    amal = office.amal
    await amal.says("/announcements")
    for label in ("إعلان جديد", f"بعض منسوبي {NADA}", "معلمة", "كل المواد"):
        await amal.taps(label)
    amal.sees_button("الابتدائية (2)")
    await office.loses("أمل", Role.PRINCIPAL)
    await amal.taps("كل المراحل")
    assert "شخص" not in readable(amal.last().shown_text)


def test_noughts_are_no_figures_and_reading_stands_in_the_report() -> None:
    voice = Voice("ar_SA", "f", "latn")
    begun = replace(announcement("f"), total=0)
    nobody, some = Report(0, 0, 0, 0, 0, 0, 0), Report(3, 6, 0, 0, 0, 0, 0)
    assert announcement_notices.how_far(voice, begun, nobody) == ""
    assert announcement_notices.counts(voice, begun, nobody) == ""
    assert "اطّلع: 0" in readable(announcement_notices.counts(voice, begun, some))
    # Whoever reads it later is counted in this message as well, but where nothing that was sent
    # can be changed: there a nought would stay for good.
    assert "اطّلع: 0" in readable(announcement_notices.progress(voice, begun, some).text)
    stays = announcement_notices.progress(voice, begun, some, stays=True)
    assert "اطّلع" not in readable(stays.text)


PEOPLE = {
    0: "", 1: "شخص واحد", 2: "شخصين|شخصان", 3: "3 أشخاص", 10: "10 أشخاص", 11: "11 شخصًا",
    99: "99 شخصًا", 100: "100 شخص", 101: "101 شخص", 103: "103 أشخاص", 111: "111 شخصًا",
    200: "200 شخص",
}  # fmt: skip


@pytest.mark.parametrize(("n", "said"), PEOPLE.items())
def test_people_are_counted_as_arabic_counts_them(n: int, said: str) -> None:
    voice = Voice("ar_SA", "f", "latn")
    sent = announcement("f", state=AnnouncementState.SENT)
    stopped = announcement("f", state=AnnouncementState.CANCELLED)
    reached = Report(0, n, 0, 1, 0, 0, 0)
    missed = Report(0, 30, 0, 0, 0, n, 0)
    for text in (
        announcement_notices.how_far(voice, sent, reached),
        announcement_notices.has_reached(voice, reached),
        announcement_notices.how_far(voice, stopped, missed),
    ):
        text = readable(text)
        assert (
            any(each in text for each in said.split("|"))
            if said
            else not any(each.isdigit() for each in text)
        )
