"""A voice speaks in the right gender, number, numerals, calendar and time zone."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from bot.core import i18n
from bot.core.i18n import LANGUAGES, Phrase, Voice, load_messages
from bot.core.text import FSI, PDI
from tests.reading import readable

SAUDI = Voice("ar_SA", "m")
MOROCCAN = Voice("ar_MA", "f", "latn", "gregorian", "Africa/Casablanca", "MA")
ENGLISH = Voice("en", "neutral", "latn", "gregorian", "Asia/Riyadh", "SA")
MOMENT = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)


def test_the_form_of_address_chooses_the_words() -> None:
    message = "Please choose one of the buttons below."
    assert SAUDI.say(message).startswith("اختر ")
    assert MOROCCAN.say(message).startswith("اختاري ")
    assert Voice("ar_SA", "neutral").say(message).startswith("يرجى ")
    assert ENGLISH.say(message) == message


def test_who_is_spoken_of_may_differ_from_who_is_spoken_to() -> None:
    message = "Please choose one of the buttons below."
    assert SAUDI.say(message, about="f").startswith("اختاري ")


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "اليوم"),
        (1, "غدًا"),
        (2, "بعد يومين"),
        (3, "بعد 3 أيام"),
        (10, "بعد 10 أيام"),
        (11, "بعد 11 يومًا"),
        (99, "بعد 99 يومًا"),
        (100, "بعد 100 يوم"),
        (101, "بعد 101 يوم"),
        (102, "بعد 102 يوم"),
        (103, "بعد 103 أيام"),
        (111, "بعد 111 يومًا"),
        (1000, "بعد 1000 يوم"),
    ],
)
def test_six_plural_forms(n: int, said: str) -> None:
    assert readable(SAUDI.count("in {n} day", "in {n} days", n)) == said


def test_numerals_are_the_persons_own() -> None:
    assert SAUDI.number(2026) == "٢٠٢٦"
    assert MOROCCAN.number(2026) == "2026"


def test_a_moment_is_local_with_month_names_of_the_country() -> None:
    assert readable(SAUDI.moment(MOMENT)) == (
        "الأحد 22 نوفمبر 2026م الموافق 12 جمادى الآخرة 1448هـ، الساعة 4:30 عصرًا"
    )
    assert readable(MOROCCAN.moment(MOMENT)) == "الأحد 22 نونبر 2026، على الساعة 1:30 بعد الزوال"
    assert readable(ENGLISH.moment(MOMENT)).startswith("Sunday 22 November 2026")


@pytest.mark.parametrize(
    ("hour", "said"),
    [(0, "12:00 ليلًا"), (7, "7:00 صباحًا"), (12, "12:00 زوالًا"), (14, "2:00 بعد الزوال"),
     (16, "4:00 بعد الزوال"), (18, "6:00 مساءً"), (22, "10:00 ليلًا")],
)  # fmt: skip
def test_parts_of_the_day_have_words(hour: int, said: str) -> None:
    voice = Voice("ar_MA", "m", "latn", "gregorian", "UTC", "MA")
    assert readable(voice.time(datetime(2026, 11, 22, hour, tzinfo=UTC))) == said


def test_morocco_has_kept_universal_time_since_september_2026() -> None:
    at_ten = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert MOROCCAN.local(at_ten).hour == 10
    assert SAUDI.local(at_ten).hour == 13


def test_relative_time_has_duals() -> None:
    now = datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert SAUDI.relative(now + timedelta(minutes=10), now) == "بعد ١٠ دقائق"
    assert SAUDI.relative(now + timedelta(hours=2), now) == "بعد ساعتين"
    assert SAUDI.relative(now + timedelta(days=2), now) == "بعد يومين"


def test_relative_time_makes_nobody_late() -> None:
    now = datetime(2026, 11, 22, 7, tzinfo=UTC)
    said = {60: "بعد ساعة", 90: "بعد ٩٠ دقيقة", 150: "بعد ساعتين", 151: "بعد ٣ ساعات"}
    for minutes, words in said.items():
        assert SAUDI.relative(now + timedelta(minutes=minutes), now) == words


def test_only_the_package_says_what_the_time_is() -> None:
    """Wherever the system keeps its own database, and whatever it says there."""
    code = (
        "from datetime import UTC, datetime; import zoneinfo; from bot.core.zones import zone;"
        "at = datetime(2026, 11, 22, 10, tzinfo=UTC);"
        "print(zoneinfo.TZPATH, *(at.astimezone(zone(name)).hour for name in"
        " ('Africa/Casablanca', 'Asia/Riyadh')))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONTZPATH": "/usr/share/zoneinfo"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["()", "10", "13"]


def test_plain_values_are_isolated_and_finished_ones_are_not() -> None:
    said = SAUDI.say("{first} and {last}", first="Salma", last=Phrase("مريم"))
    assert said == f"{FSI}Salma{PDI} ومريم"


def test_other_languages_have_a_clock_of_twenty_four_hours() -> None:
    french = Voice("fr", "f", "latn", "both", "Africa/Casablanca", "MA")
    at = datetime(2026, 11, 1, 16, 30, tzinfo=UTC)
    assert readable(french.time(at)) == "16\u00a0h\u00a030"
    assert readable(french.moment(at)) == (
        "dimanche 1er novembre 2026 (20 joumada I 1448\u00a0H) à 16\u00a0h\u00a030"
    )
    assert readable(replace(ENGLISH, timezone="UTC").time(at)) == "16:30"
    assert french.relative(at + timedelta(days=2), at) == "dans 2 jours"
    assert french.count("{n} day", "{n} days", 0) == "0 jour"


@pytest.mark.parametrize(
    ("locale", "months"),
    [
        (
            "ar_SA",
            "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
        ),
        (
            "ar_MA",
            "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
        ),
        (
            "fr",
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        ),
    ],
)
def test_months_have_the_names_of_the_country(locale: str, months: str) -> None:
    voice = Voice(locale, numerals="latn")
    assert [voice.month(date(2026, n, 1)) for n in range(1, 13)] == months.split()


def test_the_hijri_day_is_the_countrys_or_the_persons_own() -> None:
    day = date(2026, 11, 22)
    assert readable(SAUDI.hijri(day)) == "12 جمادى الآخرة 1448هـ"
    assert readable(MOROCCAN.hijri(day)) == "11 جمادى الآخرة 1448هـ"
    assert readable(replace(MOROCCAN, hijri_shift=-2).hijri(day)) == "10 جمادى الآخرة 1448هـ"
    assert readable(replace(SAUDI, hijri_shift=1).hijri(day)) == "13 جمادى الآخرة 1448هـ"
    both = replace(MOROCCAN, calendar="both")
    assert readable(both.date(day)).endswith("نونبر 2026م الموافق 11 جمادى الآخرة 1448هـ")


def test_a_moment_that_is_here_is_now() -> None:
    now = datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert SAUDI.relative(now, now) == "الآن"
    assert ENGLISH.relative(now - timedelta(hours=1), now) == "now"


def test_a_list_reads_as_a_sentence() -> None:
    assert readable(SAUDI.join(["مريم", "سلمى", "نورة"])) == "مريم، سلمى ونورة"
    assert readable(SAUDI.join(["مريم"])) == "مريم"
    assert SAUDI.join([]) == ""


def test_a_value_that_cannot_be_said_is_our_fault() -> None:
    with pytest.raises(TypeError):
        SAUDI.say("{label}: {value}", label="x", value=1.5)


def test_a_date_alone() -> None:
    assert readable(MOROCCAN.date(date(2026, 8, 1))) == "السبت 1 غشت 2026"


@pytest.mark.parametrize("locale", ["ar", "ar_MA", "fr"])
def test_nothing_is_said_otherwise_where_a_catalogue_was_not_compiled(
    locale: str, tmp_path: Path
) -> None:
    """Neither where it is missing nor where its source has changed since."""
    folder = Path("LC_MESSAGES")
    sources = sorted((i18n.LOCALES_DIR / locale / folder).glob("*.po"))
    assert sources
    (tmp_path / locale / folder).mkdir(parents=True)
    for source in sources:
        shutil.copy(source, tmp_path / locale / folder)
    older = tmp_path / locale / folder / sources[0].with_suffix(".mo").name
    with older.open("wb") as file:
        write_mo(file, Catalog(locale=locale))
    os.utime(older, ns=(0, 0))
    assert load_messages(locale, tmp_path) == load_messages(locale)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_without_catalogues_is_a_fault_and_no_english(
    language: str, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        load_messages(language, tmp_path)


def test_an_installation_is_whole() -> None:
    """What `make install` does includes the translations."""
    root = i18n.LOCALES_DIR.parent
    done = subprocess.run(
        ["make", "--dry-run", "install"], cwd=root, capture_output=True, text=True, check=True
    )
    assert "bot.core.catalogues compile" in done.stdout


def test_an_overlay_wins_over_its_language(tmp_path: object, monkeypatch: object) -> None:
    root = Path(str(tmp_path))
    for locale, text in (("ar", "معلم"), ("ar_MA", "أستاذ")):
        catalog = Catalog(locale=locale)
        catalog.add("teacher", text)
        folder = root / locale / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with (folder / "people.mo").open("wb") as file:
            write_mo(file, catalog)
    assert load_messages("ar_MA", root)[None, "teacher"] == "أستاذ"
    assert load_messages("ar", root)[None, "teacher"] == "معلم"
    assert i18n._chain("ar_MA") == ("ar_MA", "ar")


@pytest.mark.parametrize(
    ("name", "said"),
    [("Amina", "d’Amina"), ("Éric", "d’Éric"), ("Karima", "de Karima"), ("أمل", "de أمل")],
)
def test_french_de_loses_its_vowel_before_another(name: str, said: str) -> None:
    request = Voice("fr").say("The request of {name} is over.", name=name)
    assert f"La demande {said} n’est" in readable(request)
