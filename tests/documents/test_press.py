"""What is printed reads as its fields do, in their order and direction, whatever people wrote."""

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.i18n import Voice
from bot.core.text import unmarked
from bot.documents import press, printing
from bot.documents.press import (
    Document,
    FromLeft,
    PageSetting,
    PressTrouble,
    Square,
    UnprintableDocument,
    print_pdf,
    print_pictures,
)
from bot.documents.slips import PrintedSlip, SlipPile, SlipSheet
from tests.documents.printed import fonts_in, lines_of, opened_by, pages_in, pieces_of

SAUDI = Voice(locale="ar_SA")
MOROCCAN = Voice(locale="ar_MA", numerals="latn", country="MA")
FRENCH = Voice(locale="fr", numerals="latn", country="MA", calendar="gregorian")
LINK = "https://t.me/halqa_bot?start=s1234567890"
DAY = datetime(2026, 12, 23, 6, tzinfo=UTC)
ARABIC = ("سارة بنت عبد الله اللاحم", "معلمة · لغتي", "مدرسة ضياء السدر الابتدائية للبنات")
FRANCE = ("Zahra Benœuvré Çaïd", "Enseignante · Français", "Collège de l’Île d’Août")


def sheet(
    voice: Voice, name: str, about: str, unit: str, how: str = "", times: int = 1
) -> SlipSheet:
    code = [FromLeft(voice.digits(group)) for group in ("123", "456", "7890")]
    slip = PrintedSlip(name, about, code, how, FromLeft(LINK), Square(LINK))
    return SlipSheet(PageSetting.of(voice, unit), [SlipPile(unit, "1", [slip] * times)])


@pytest.mark.parametrize(
    ("voice", "fields", "code", "day"),
    [
        (SAUDI, ARABIC, "١٢٣٤٥٦٧٨٩٠", "١٤٤٨"),
        (MOROCCAN, ARABIC, "1234567890", "2026"),
        (FRENCH, FRANCE, "1234567890", "2026"),
    ],
)
async def test_a_page_reads_as_its_fields(
    voice: Voice, fields: tuple[str, str, str], code: str, day: str
) -> None:
    until = str(voice.date(DAY.date()))
    pdf = await print_pdf(sheet(voice, *fields, how=until))
    rtl = voice.language == "ar"
    name, about, unit = fields
    [page] = [lines_of(pdf, rtl=rtl)]
    counted = str(voice.digits("1"))
    assert page == [unit, "1", name, unit, about, code, unmarked(until), LINK, counted]
    assert day in page[6]
    assert fonts_in(pdf) == {"IBMPlexSansArabic-Bold", "IBMPlexSansArabic-Regular"}


async def test_the_square_on_paper_opens_what_is_written_below_it() -> None:
    first, *others = await print_pictures(sheet(SAUDI, *ARABIC, times=12))
    assert opened_by(first) == {LINK}
    assert len(others) == 1


async def test_letters_of_typst_are_letters() -> None:
    wrote = '#panic() $x$ *b* _i_ `c` @a <l> \\n // /* = - + ~ "'
    lines = lines_of(await print_pdf(sheet(FRENCH, "ا", wrote, FRANCE[2])), rtl=False)
    assert "".join(wrote.split()) in "".join("".join(lines).split())


HOSTILE = (
    "#panic()", "#eval(\"1\")", "$ sum $", "#import \"/etc/passwd\"", "\u202eabc", "\u2067\u2067",
    "\u2069\u2069", "\u2068" * 9_000, "\0",
    "\ud800", "\ufeff", "\ufdd0", "👩‍👩‍👧", "🕌", "م" * 10_000, "x" * 10_000,
    "\u0651" * 300, "ⴰⵣⵓⵍ", "漢字", "\r\n\n\n", "\u2028", "{{}}", "&amp;<svg>", "\U000e0041",
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=40), min_size=1, max_size=4))
def test_nothing_that_people_write_harms_a_page(parts: list[str]) -> None:
    name, about, unit = ARABIC
    wrote = " ".join(parts)
    hostile = sheet(SAUDI, wrote, wrote, wrote, wrote).piles[0]
    good = sheet(SAUDI, *ARABIC).piles[0]
    pdf = asyncio.run(print_pdf(SlipSheet(PageSetting.of(SAUDI, wrote), [hostile, good])))
    assert pages_in(pdf) == 2
    assert lines_of(pdf, rtl=True, page=1)[2:6] == [name, unit, about, "١٢٣٤٥٦٧٨٩٠"]
    assert {"١٢٣", "٤٥٦", "٧٨٩٠", LINK} <= set(pieces_of(pdf))


@dataclass(frozen=True, slots=True)
class NoPage(Document):
    template: ClassVar[str] = "nothing"


async def test_what_cannot_be_printed_is_said_and_the_next_page_is_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(PressTrouble, match="there is no template nothing"):
        await print_pdf(NoPage(PageSetting.of(SAUDI, "")))
    for many in (sheet(SAUDI, "م" * 20_001, "", ""), sheet(SAUDI, "م" * 10_000, "", "", "", 500)):
        with pytest.raises(UnprintableDocument, match="too much"):
            await print_pdf(many)
    with monkeypatch.context() as patched:
        patched.setattr(press, "LONGEST_SECONDS", 0.001)
        with pytest.raises(UnprintableDocument, match="died"):
            await print_pdf(sheet(SAUDI, *ARABIC))
    assert pages_in(await print_pdf(sheet(SAUDI, *ARABIC, times=11))) == 2


async def test_a_press_that_has_ended_begins_again() -> None:
    await print_pdf(sheet(SAUDI, *ARABIC))
    process = press._press._process
    assert process is not None
    process.kill()
    assert pages_in(await print_pdf(sheet(SAUDI, *ARABIC))) == 1
    assert press._press._process is not process


@pytest.fixture
def order() -> Iterator[int]:
    """The end of a pipe at which an order lies, and none after it for now."""
    reading, writing = os.pipe()
    asked = json.dumps({"template": "nothing", "data": {}, "form": "pdf", "seconds": 9}).encode()
    os.write(writing, printing.LENGTH.pack(len(asked)) + asked)
    yield reading
    os.close(writing)


@pytest.mark.parametrize(("idle", "memory"), [(0.0, 1 << 40), (3600.0, 0)])
def test_the_process_ends_when_it_is_idle_or_has_taken_much(
    order: int, monkeypatch: pytest.MonkeyPatch, idle: float, memory: int
) -> None:
    monkeypatch.setattr(printing, "IDLE_SECONDS", idle)
    monkeypatch.setattr(printing, "MUCH_MEMORY", memory)
    reading, writing = os.pipe()
    with os.fdopen(order, "rb") as orders, os.fdopen(writing, "wb") as answers:
        printing.serve(orders, answers)
    with os.fdopen(reading, "rb") as said:
        assert said.read().startswith(printing.TROUBLE)
