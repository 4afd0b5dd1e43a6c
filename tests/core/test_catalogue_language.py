"""The texts themselves: every form of every count, one way of address, the words of each country.

These walk through all catalogues, so a message that is added later is held to the same.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.spoken import VOICES
from bot.core.catalogues import PLURAL_FORMS
from bot.core.catalogues.checks import list_complete, read_locales
from bot.core.catalogues.files import CatalogueEntry
from bot.core.i18n import GENDERS, LANGUAGES, Voice, load_messages
from tests.core.test_catalogues import Project

ROOT = Path(__file__).resolve().parents[2]
LOCALES = read_locales(ROOT)
ARABIC = [name for name in LOCALES if name.startswith("ar")]
COUNTS = (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111, 1000)
LETTER = "[\u0621-\u064a\u064b-\u0652\u0670]"


def entries(locale: str) -> Iterator[tuple[str, CatalogueEntry]]:
    for po in LOCALES[locale]:
        for entry in po.entries:
            yield f"{po.place}: {entry.msgid}", entry


def texts(locale: str) -> Iterator[tuple[str, str]]:
    for place, entry in entries(locale):
        for form in entry.forms:
            yield place, form


def resolved(locale: str) -> Iterator[tuple[str, str]]:
    """Every Arabic text that somebody of the locale may read: msgid and text."""
    own, base = load_messages(locale), load_messages("ar")
    overlaid = {msgid for _, msgid in own}
    rest = [(key, entry) for key, entry in base.items() if key[1] not in overlaid]
    for (_, msgid), entry in [*own.items(), *rest]:
        for text in [entry] if isinstance(entry, str) else entry:
            yield msgid, text


def plurals() -> Iterator[tuple[str, CatalogueEntry]]:
    for locale in ARABIC:
        for place, entry in entries(locale):
            if entry.plural is not None:
                yield place, entry


@pytest.mark.parametrize("locale", ["ar_SA", "ar_MA"])
@pytest.mark.parametrize("n", COUNTS)
def test_every_count_is_said_in_every_number(locale: str, n: int) -> None:
    """No form is empty; from three on the figure is shown, except «tomorrow» and the like."""
    for place, entry in plurals():
        for gender in GENDERS:
            voice = Voice(locale, gender, "latn")
            values: dict[str, Any] = dict.fromkeys(
                re.findall(r"\{(\w+)\}", entry.forms[3]), "س"
            ) | {"n": n}
            said = voice.count(entry.msgid, entry.plural or "", n, **values)
            assert said.strip(), f"{place} at {n}"
            if n >= 3:
                assert str(n) in said, f"{place} at {n}: {said}"
            assert "{" not in said, place


def test_one_and_two_are_words_not_figures() -> None:
    faults = [place for place, entry in plurals() for i in (1, 2) if "{n}" in entry.forms[i]]
    assert faults == []


def test_the_counted_noun_takes_the_form_of_its_number() -> None:
    """After 3–10 a plural, after 11–99 an accusative singular, after 100 a bare singular."""
    faults = []
    for place, entry in plurals():
        few, many, hundreds = (_counted(entry.forms[i]) for i in (3, 4, 5))
        if not many or many == few == hundreds:  # «and {n} others» does not count a noun
            continue
        if not many.endswith(("\u064b\u0627", "\u0621\u064b", "ة", "اء", "ى")):
            faults.append(f"{place}: {many}")
        if hundreds not in (many, many.removesuffix("\u064b\u0627"), _bare(many)):
            faults.append(f"{place}: {many}, {hundreds}")
        if few == many:
            faults.append(f"{place}: {few}")
    assert faults == []


def _counted(form: str) -> str:
    found = re.search(rf"\{{n\}}[ \u00a0]({LETTER}+)", form)
    return found[1] if found else ""


def _bare(word: str) -> str:
    return word.removesuffix("\u0627").removesuffix("\u064b")


@pytest.mark.parametrize("locale", ARABIC)
@pytest.mark.parametrize(
    ("fault", "pattern"),
    [
        ("tanwin stands before its alef", "\u0627\u064b"),
        ("the kaf of address is not vocalised", "ك\u0650(?![\u0621-\u064a])"),
        ("a Latin mark", rf"{LETTER}[,;?]"),
        ("a space before a mark", rf"{LETTER} [،؛؟.:!]"),
        ("two spaces", "  "),
        ("a tatweel", "\u0640(?![\u0640 ]|\\{|$)"),
        ("a Persian letter", "[\u06a9\u06cc\u06c1\u067e\u0686\u06af]"),
        ("an Arabic-Indic digit: figures take the reader's own", "[٠-٩]"),
        ("a hyphen in place of a dash", " - "),
        ("a bidi control", "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"),
        ("an unfinished sentence", r"\.\.\.|\.\.$"),
    ],
)  # fmt: skip
def test_spelling_and_marks(locale: str, fault: str, pattern: str) -> None:
    assert [place for place, text in texts(locale) if re.search(pattern, text)] == []


def one_of(words: str) -> re.Pattern[str]:
    """The words by themselves, after «and», «for», «in» and the article; vowels do not matter."""
    heads = "(?:[وفبلك]?(?:ال)?|لل)"
    return re.compile(rf"(?<![\u0621-\u064a]){heads}(?:{words})(?![\u0621-\u064a])")


MOROCCO_NEVER_SAYS = one_of(
    "معلم(?:ة|ات|ون|ين|و|ي|ك|تك)?|طالب(?:ة|ات|اتك|ك)?|طلاب(?:ك|ه|ها)?|مدرست(?:ك|ه|ها)|مدرسة|مدارس"
    "|مشرف(?:ة|ون|ين|ات)?|تعميم|فصل(?:ك|ه|ها)?|فصول|منسوب(?:ي|و|يها|ين|ون)|شاهد(?:ان|ين)?|شواهد"
    "|إدارت(?:كم)|مجتمع التعلم المهني|مجتمعات التعلم|قائد(?:ة|ه|ته|ها)?|قادة|قيادة"
    "|إجازة|إجازات|اختبارات|نوفمبر|ديسمبر|جه(?:ة|ات|تك|اتك|تان|تين)|نموذج(?:ك)?|نماذج(?:ك)?|قادم"
    "|وظيفي"
)
SAUDI_NEVER_SAYS = one_of(
    "تلميذ(?:ة|ات)?|تلاميذ(?:ك|ه|ها)?|أستاذ(?:ة|ات)?|أساتذة|مفتش(?:ة|ون|ين)?|مؤسست(?:ك|ه)"
    "|مديريت(?:ك|ه)|مديرية|سلك|أسلاك|جماعة الممارسات المهنية|مؤسسة|أطر|تكوين|يوليوز|غشت|دجنبر"
)
ALLOWED: dict[str, set[str]] = {
    "ar_MA": {"A school"},
    "ar_SA": {"A provincial directorate", "An educational institution"},
}
"""Texts by msgid that may use a word of the other country. Those here name kinds of units that a
country does not have, and that are offered nowhere in it."""


@pytest.mark.parametrize(
    ("locale", "never"), [("ar_MA", MOROCCO_NEVER_SAYS), ("ar_SA", SAUDI_NEVER_SAYS)]
)
def test_a_country_hears_its_own_words(locale: str, never: re.Pattern[str]) -> None:
    bare = re.compile("[\u064b-\u0652]")
    faults = [
        f"{found[0]}: {text}"
        for msgid, text in resolved(locale)
        if msgid not in ALLOWED[locale] and (found := never.search(bare.sub("", text)))
    ]
    assert faults == [], f"say these in locales/{locale} as the country says them"


def test_a_list_has_the_word_of_morocco() -> None:
    """What is not a list of names is a menu, or something to choose from."""
    listed = re.compile(r"\blists?\b", re.IGNORECASE)
    faults = [
        text
        for msgid, text in resolved("ar_MA")
        if listed.search(msgid) and re.search("قائم|قوائم", text)
    ]
    assert faults == []


def test_each_country_has_its_own_terms() -> None:
    saudi, moroccan = Voice("ar_SA", "f"), Voice("ar_MA", "f")
    notice = next(m for _, m in load_messages("ar") if m.startswith("How your data is treated"))
    assert "مجتمع التعلم المهني" in saudi.say(notice)
    assert "جماعة الممارسات المهنية" in moroccan.say(notice)


def test_every_language_is_whole() -> None:
    assert set(LANGUAGES) == set(PLURAL_FORMS) == set(list_complete(LOCALES))
    assert {voice.language for voice in VOICES} == set(LANGUAGES)
    english = {entry.msgid for _, entry in entries("en")}
    for language in LANGUAGES:
        assert {entry.msgid for _, entry in entries(language)} == english


def test_french_is_french() -> None:
    """High marks have their space, and nothing was left in English."""
    english = re.compile(r"\b(the|your|you|please|meeting|team)\b", re.IGNORECASE)
    for place, text in texts("fr"):
        words = re.sub(r"https?://\S*|\{\w+\}", "x", text)
        assert not re.search(r"\w[?!;]|\w»|«\w|'", words), f"{place}: {text}"
        assert not english.search(words), place


ADDRESS = "اختر\nأرسل\n-أرسلها\nانضم إلى\n"
PLAIN = 'msgid "Welcome, {name}"\nmsgstr "%s {name}"\n'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.code('voice.say("Welcome, {name}", name="x")')
    words = tmp_path / "locales" / "ar" / "address.txt"
    words.parent.mkdir(parents=True)
    words.write_text(ADDRESS, "utf-8")
    return made


@pytest.mark.parametrize("text", ["اختر", "فاختره يا", "وأرسلها", "ثم أرسل", "وانضم إلى"])
def test_a_text_that_speaks_to_a_man_only_is_found(project: Project, text: str) -> None:
    project.po("ar", PLAIN % text)
    assert any("speaks to a man only" in line for line in project.problems())


TO_NOBODY = ["أُرسل إلى", "أرسلها", "اختيار", "أرسلي إلى", "انضم", "انضم كل من"]


@pytest.mark.parametrize("text", TO_NOBODY)
def test_a_text_that_speaks_to_nobody_needs_one_form(project: Project, text: str) -> None:
    project.po("ar", PLAIN % text)
    assert not any("speaks to a man" in line for line in project.problems())


def test_a_form_that_speaks_to_somebody_else_is_found(project: Project) -> None:
    forms = {"m": "اختر", "f": "اختاري", "neutral": "اختر"}
    project.po("ar", "\n".join(f'msgctxt "{g}"\n{PLAIN % t}' for g, t in forms.items()))
    assert [line for line in project.problems() if "man" in line] == [
        "Welcome, {name}: speaks to a man (اختر), said to neutral"
    ]


def test_a_count_without_plural_forms_is_found(project: Project) -> None:
    project.code('voice.say("{n} words", n=3)\nvoice.say("{limit} MB", limit=3)')
    project.po(
        "ar",
        'msgid "{n} words"\nmsgstr "{n} كلمات"\n\nmsgid "{limit} MB"\nmsgstr "{limit} ميغابايت"\n',
    )
    assert [line for line in project.problems() if "counts" in line] == [
        "{n} words: counts without plural forms ({n} كلمات)"
    ]
