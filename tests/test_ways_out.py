"""The way out of a form is never taken for what the form does.

«Cancel» below a form that suspends, hides, ends or declines something could mean that this is done
or that it is not; so could it below a form about a meeting or an announcement, which are themselves
cancelled. There the button says what does not happen.
"""

import re

import pytest

from bot.app import build_router
from bot.chat import spoken
from bot.chat.forms.form import Form
from bot.core.i18n import Voice

FORMS = list(build_router().forms.values())
CANCELLED_THEMSELVES = {"meeting_id", "announcement"}
"""What a form is about where its thing has a button «Cancel» of its own."""
ARABIC = r"\b(?:ال)?(?:إلغاء|إنهاء|إيقاف|حذف|سحب|إخفاء|اعتذار|رفض|نهاية|دمج|نقل|إغلاق|فصل)\b"
FRENCH = r"(?i)\b(?:annul|suppr|susp|retir|masqu|refus|mettre fin|fin d|fusion|mut|déplac|clôt)"
TAKES_AWAY = {
    "ar_SA": ARABIC,
    "ar_MA": ARABIC,
    "fr": FRENCH,
    "en": r"(?i)\b(?:cancel|delet|remov|suspend|withdraw|hid|declin|end\b|merg|mov|clos)",
}
NEGATED = {
    "ar_SA": r"\b(?:دون|لا)\b",
    "ar_MA": r"\b(?:دون|لا)\b",
    "fr": r"\b(?:Ne pas|Non|sans|La laisser)\b",
    "en": r"\b(?:Do not|No|unchanged|Keep|Leave it visible)\b",
}


def takes_away(form: Form[object], voice: Voice) -> bool:
    said = f"{voice.text(form.title)} {voice.text(form.send)}"
    about = {each.name for each in form.known}
    return bool(CANCELLED_THEMSELVES & about or re.search(TAKES_AWAY[voice.locale], said))


@pytest.mark.parametrize("locale", TAKES_AWAY)
def test_a_form_that_takes_away_says_what_its_way_out_leaves_be(locale: str) -> None:
    voice = Voice(locale=locale)
    taking = [form for form in FORMS if takes_away(form, voice)]
    assert len(taking) > 10, "the words of such forms are known"
    assert [
        (form.name, label)
        for form in taking
        if spoken.step_word(spoken.key(label := voice.text(form.leave)))
        or not re.search(NEGATED[locale], label)
    ] == []


def test_a_form_takes_away_in_every_language_alike() -> None:
    """So that none is missed where one language has another word for it."""
    own = {form.name for form in FORMS if form.leave != "Cancel"}
    for locale in TAKES_AWAY:
        found = {form.name for form in FORMS if takes_away(form, Voice(locale=locale))}
        assert found <= own, locale


def test_cancel_is_no_answer_to_what_cancels() -> None:
    """Typed, it leaves every other form whatever its button says."""
    assert spoken.means_step("cancel", "خروج دون إيقاف", "إيقاف")
    assert not spoken.means_step("cancel", "لا، يبقى الاجتماع", "نعم، إلغاء الاجتماع")
    assert spoken.means_step("skip", "تخطّي السؤال", "إرسال")
