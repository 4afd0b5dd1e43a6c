"""The guide shows and quotes what the bot says today."""

import re
from difflib import unified_diff
from pathlib import Path

from tests.guide.keeping import PICTURES, QUOTES, lost, quoted_today, texts
from tests.guide.quoting import DOCS, pages
from tests.guide.stories import tell
from tests.guide.telling import Guide, department

RENEW = "read its pages in docs/ over, then run `make guide`"
MOST_PICTURES = 25
HEAVIEST = 80_000
"""A picture of the guide comes over a phone's line."""
PICTURE = re.compile(r'<img src="([^"]+)" width="(\d+)" alt="([^"]+)">')
START = DOCS / "guide-ar.md"
COMMAND = re.compile(r"/([a-z]+)")


async def test_the_guide_shows_what_the_bot_says_today(sqlite_url: str, tmp_path: Path) -> None:
    """Every story is told to its end, without a browser."""
    async with department(sqlite_url, tmp_path) as town:
        guide = Guide(town)
        await tell(guide)
        commands = set(town.app.router.commands)
    today = texts(guide)
    kept = {path: path.read_text("utf-8") for path in PICTURES.glob("*.txt")}
    changed: list[str] = []
    for path in sorted(today.keys() | kept.keys()):
        before, after = kept.get(path, ""), today.get(path, "")
        changed += unified_diff(before.splitlines(), after.splitlines(), path.name, "today", n=0)
    assert not changed, "\n".join([f"The guide is out of date: {RENEW}", *changed])
    assert commands_told() == commands


def commands_told() -> set[str]:
    """Those in the table of the first page."""
    lines = START.read_text("utf-8").splitlines()
    cells = [line.split("|")[1] for line in lines if line.startswith("|")]
    return {found[1] for cell in cells if (found := COMMAND.search(cell))}


def test_the_pages_quote_what_the_bot_says_today() -> None:
    assert lost() == [], f"The bot does not say what the guide quotes: {RENEW}"
    assert QUOTES.read_text("utf-8") == quoted_today(), f"Quotes have changed: {RENEW}"


def test_every_picture_is_on_a_page_and_light() -> None:
    used: set[Path] = set()
    for page in pages():
        for address, width, words in PICTURE.findall(page.read_text("utf-8")):
            used.add((page.parent / address).resolve())
            assert int(width) <= 360, f"{page.name}: {address}"
            assert len(words) > 15, f"{page.name}: {address}"
    taken = {path for path in PICTURES.iterdir() if path.suffix == ".png"}
    assert used == taken
    assert {path.stem for path in taken} == {path.stem for path in PICTURES.glob("*.txt")} - {
        QUOTES.stem
    }
    assert len(taken) <= MOST_PICTURES
    heavy = [path.name for path in taken if path.stat().st_size > HEAVIEST]
    assert not heavy


def test_every_page_is_found_and_leads_back() -> None:
    for page in pages():
        text = page.read_text("utf-8")
        if page != START:
            assert f"](guide/{page.name})" in START.read_text("utf-8"), page.name
            assert "](../guide-ar.md)" in text, page.name
        for address in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (page.parent / address).exists(), f"{page.name}: {address}"
