"""What is printed: a page, a sheet of slips and a thousand of them, by a press that is warm."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

from bench.report import Measure, against_goal
from bot.core.i18n import Voice
from bot.documents.press import FromLeft, PageSetting, Square, print_pdf
from bot.documents.slips import PrintedSlip, SlipPile, SlipSheet

PAGE_SECONDS = 0.010
SHEET_SECONDS = 0.050
THOUSAND_SECONDS = 10.0
LONGEST_GAP = 0.050
"""Seconds for which the event loop may do nothing else."""
VOICE = Voice()
NAME = "سارة بنت عبد الله الشهري"
UNIT = "مدرسة ضياء السدر الابتدائية للبنات"
HOW = (
    "تُفتح «حلقة» بتصوير المربع، أو يُكتب لها هذا الرمز، ثم تسأل عن اسم العائلة."
    " يُستعمل مرة واحدة حتى ٢٣ ديسمبر."
)


def measure(_directory: Path, *, quick: bool) -> Iterator[Measure]:
    """Seconds from the typed data to the bytes of the PDF, and the longest time for which the event
    loop stood still meanwhile."""
    rounds = 5 if quick else 50
    gaps: list[float] = []
    for name, what, slips, goal, times in (
        ("page", "seconds to print a page with a square", 1, PAGE_SECONDS, rounds),
        ("sheet", "seconds to print a page of ten slips, each with its square", 10,
         SHEET_SECONDS, rounds),
        ("slips", "seconds to print a thousand slips", 100 if quick else 1_000,
         THOUSAND_SECONDS, 1 if quick else 3),
    ):  # fmt: skip
        taken, gaps = asyncio.run(_printed(slips, times))
        yield against_goal(f"printed_{name}", what, "s", taken, goal)
    yield against_goal(
        "printing_gap", "seconds for which the event loop does nothing else", "s", gaps, LONGEST_GAP
    )


async def _printed(slips: int, times: int) -> tuple[list[float], list[float]]:
    """Each time other slips, so that nothing of the last ones is used again."""
    taken: list[float] = []
    longest = 0.0
    gaps: list[float] = []
    watch = asyncio.create_task(_watched(gaps))
    for number in range(-2, times):
        sheet = _sheet(slips, number)
        # What making the sheet has taken is no part of it.
        await asyncio.sleep(0.01)
        gaps.clear()
        began = time.perf_counter()
        await print_pdf(sheet)
        # The first ones warm it.
        if number >= 0:
            taken.append(time.perf_counter() - began)
            longest = max([longest, *gaps])
    watch.cancel()
    return taken, [longest]


async def _watched(gaps: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        gaps.append(time.perf_counter() - began - 0.001)


def _sheet(slips: int, number: int) -> SlipSheet:
    made = []
    for at in range(slips):
        code = f"{(number + 3) * 10_000 + at:010}"
        link = f"https://t.me/halqa_bot?start=s{code}"
        groups = [FromLeft(VOICE.digits(part)) for part in (code[:3], code[3:6], code[6:])]
        name = f"{NAME} {VOICE.digits(code)}"
        made.append(PrintedSlip(name, "معلمة", groups, HOW, FromLeft(link), Square(link)))
    return SlipSheet(PageSetting.of(VOICE, UNIT), [SlipPile(UNIT, str(slips), made)])
