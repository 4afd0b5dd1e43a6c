"""Half-filled forms that a former version of the bot has saved, before drafts were typed, go on.

`former_forms.json` holds what that version saved in its own tests: of every form the fullest state
that occurred, some half filled, and some with skipped or edited answers.
"""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.app import build_router
from bot.arabic.calendar.school_days import DayKind
from bot.chat.conversation import load_contact, save_forms
from bot.chat.forms.answers import Source
from bot.chat.forms.drafts import draft_of, sent_answers
from bot.chat.forms.fields import EvidencePiece
from bot.chat.forms.form import REVIEW, Form, FormState
from bot.chat.forms.times import GivenTime
from bot.chat.incoming import Address
from bot.core.changes import UNCHANGED, changed
from bot.features.announcements.forms.announcements import WritingAnswers
from bot.features.announcements.forms.fields import Reached
from bot.features.calendars.forms.days import NewDays
from bot.features.communities.forms.team import TeamEdit
from bot.features.meetings.forms.meetings import MeetingAnswers
from bot.features.meetings.models import Venue
from bot.features.people.forms.namesakes import WholeName
from bot.features.people.forms.registration import RegistrationAnswers
from bot.features.practices.forms.practices import PracticeEdit
from tests.features.test_announcements import NADA, Office, office
from tests.features.test_practices import Story, story
from tests.town import Phone
from tests.upgraded import former_names

__all__ = ["office", "story"]

SAVED: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("former_forms.json").read_text("utf-8")
)
ROUTER = build_router()


def states(name: str, at: str = REVIEW) -> list[FormState]:
    return [FormState.from_json(s) for s in SAVED if s["form"] == name and s["at"] == at]


def drafts(name: str) -> list[Any]:
    form = ROUTER.forms[name]
    return [draft_of(form, sent_answers(form, state)) for state in states(name)]


def source_of(form: Form[Any], name: str) -> Source[Any]:
    return next(source for source in (*form.fields, *form.known) if source.name == name)


def test_every_form_is_among_them() -> None:
    """Of every form that the former version had; what came later has nothing to take over."""
    assert {saved["form"] for saved in SAVED} == set(former_names()["forms"])


@pytest.mark.parametrize("saved", SAVED, ids=lambda saved: f"{saved['form']}-{saved['at']}")
def test_it_is_read_as_it_was_saved(saved: dict[str, Any]) -> None:
    state = FormState.from_json(saved)
    assert state.to_json() == saved
    form = ROUTER.forms[state.form]
    assert form.version == state.version
    assert state.at in {REVIEW, *(field.name for field in form.fields)}
    for name, data in state.answers.items():
        source = source_of(form, name)
        if data is not None:
            value = source.load(data)
            dumped = form.field(name).dump(value) if source in form.fields else value
            assert dumped == data
    if state.at == REVIEW:
        assert isinstance(draft_of(form, sent_answers(form, state)), form.draft)


def test_a_meeting_with_an_end_that_was_typed() -> None:
    [draft] = drafts("meetings.new")
    start, end = datetime(2026, 11, 23, 13, tzinfo=UTC), datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert draft == MeetingAnswers(
        team_id=1, title="تخطيط الفصل", purpose="",
        agenda=("مراجعة الخطة", "توزيع الدروس", "ما يستجد"),
        starts=GivenTime(start, end), minutes=90, where=Venue("قاعة ٣"),
    )  # fmt: skip


def test_days_of_a_calendar() -> None:
    [draft] = drafts("manners.add")
    first, last = date(2026, 11, 29), date(2026, 12, 3)
    assert draft == NewDays(
        kind=DayKind.HOLIDAY, first=first, last=last, title="إجازة الخريف", unit_id=4
    )


def test_an_announcement_to_everybody_with_a_file_or_without() -> None:
    words: dict[str, Any] = {"title": "تعميم مهم", "text": "نلتقي يوم الأحد في قاعة المدرسة"}
    everybody: dict[str, Any] = {"unit": 2, "role": "all", "subject": (), "stage": ()}
    piece = EvidencePiece(
        "photo", "في الصورة خريطة الوصول", "AgACAgQAAxU-QyQphJLrPCx0SJemyX1ivfXGIugPz0sZiqPhrT",
        mime="image/jpeg", size=13,
    )  # fmt: skip
    assert drafts("announce.new") == [
        WritingAnswers(**everybody, **words, count=Reached(2), file=(piece,)),
        WritingAnswers(**everybody, **words, count=Reached(2)),
    ]


def test_an_edit_tells_what_was_left_alone_from_what_was_changed_or_emptied() -> None:
    results = [(draft.result, draft.subject) for draft in drafts("practices.edit")]
    assert results == [
        (UNCHANGED, UNCHANGED),
        (None, UNCHANGED),
        (UNCHANGED, UNCHANGED),
        ("تحسنت الطلاقة كثيرًا", UNCHANGED),
    ]
    assert [len(d.evidence or ()) for d in drafts("practices.edit")] == [0, 0, 2, 0]
    edits = [changed(draft, TeamEdit) for draft in drafts("teams.edit")]
    assert edits == [{"team": 1}, {"team": 1, "goals": ("رفع نسبة الإتقان",)}]
    assert changed(drafts("practices.edit")[0], PracticeEdit) == {"practice": 1}


def test_a_registration_of_somebody_with_an_officers_name() -> None:
    asked = [draft for draft in drafts("people.register") if draft.namesake]
    assert asked == [
        RegistrationAnswers(
            consent=True, gender="f", name="هدي الاحمدى", unit=4,
            namesake=WholeName("هدي الاحمدى", "هدي الاحمدى"), subject=("mathematics",),
            stage=("primary",), country="SA", timezone="Asia/Riyadh", numerals="arab", link="",
        )
    ]  # fmt: skip


async def leaves(phone: Phone, state: FormState) -> None:
    """What the former version has left of a form."""
    async with phone.town.app.database.transaction() as tx:
        contact = await load_contact(tx, Address("telegram", str(phone.id)))
        assert contact is not None
        contact.forms = [state.to_json()]
        await save_forms(tx, contact)


async def test_what_was_begun_before_the_update_is_shared_after_it(story: Story) -> None:
    [state] = states("practices.share", "difficulty")
    state.answers["audience"] = story.team.id
    maryam = story.maryam
    await leaves(maryam, state)
    await maryam.says("تتعثر الطالبات في الكلمات الطويلة")
    await maryam.says("قسمنا الفصل إلى مجموعات صغيرة\nتقرأ كل منها فقرة")
    await maryam.taps("تخطّي السؤال")
    await maryam.taps("تخطّي السؤال")
    maryam.sees("المادة: اللغة العربية", "لمن: فريقي «فريق القراءة»", "القراءة الجهرية المتدرجة")
    await maryam.taps("نشر الممارسة")
    maryam.sees("نُشرت ممارستك «القراءة الجهرية المتدرجة»")
    story.huda.sees("شاركت مريم ممارسة مع فريق القراءة")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_everybody_of_a_unit_was_its_negative_number(office: Office) -> None:
    """It still is everybody, of whom nobody is told apart any further."""
    amal, nada = office.amal, office.department.units[NADA].id
    [told] = states("announce.new", "title")
    await leaves(amal, replace(told, answers=told.answers | {"unit": -nada}))
    await amal.says("لقاء المعلمات")
    await amal.says("نلتقي يوم الأحد في قاعة المدرسة.")
    await amal.taps("رجوع")
    await amal.taps("رجوع")
    await amal.taps("رجوع")
    amal.sees("لمن هذا الإعلان؟")
    await amal.taps("إبقاء إجابتي")
    await amal.taps("تخطّي السؤال")
    amal.sees("لقاء المعلمات", f"إلى: {NADA}", "سيصل إلى شخصين")
    # The button of that version asks no further either.
    await amal.says("/announcements")
    await amal.taps("إعلان جديد")
    async with office.town.app.database.transaction() as tx:
        contact = await load_contact(tx, Address("telegram", str(amal.id)))
        assert contact is not None
        contact.forms[-1]["offered"] = [-nada, nada]
        del contact.forms[-1]["asked"]["brings"]
        await save_forms(tx, contact)
    await amal.taps("جميع منسوبي")
    await amal.says("لقاء آخر")
    await amal.says("نلتقي يوم الاثنين في قاعة المدرسة.")
    await amal.taps("تخطّي السؤال")
    amal.sees("لقاء آخر", f"إلى: {NADA}", "سيصل إلى شخصين")
