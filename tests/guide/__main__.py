"""`make guide`: tells the stories before a browser, and keeps texts and the pictures of those that
have changed; with `--anew` all pictures."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from bot.storage.migrations import migrate
from tests.guide.camera import Camera
from tests.guide.keeping import keep, lost
from tests.guide.stories import tell
from tests.guide.telling import Guide, department

CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


async def make(folder: Path, url: str, chromium: str) -> tuple[Guide, Camera]:
    """Tell every story under the eyes of a camera."""
    async with (
        department(url, folder) as town,
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM) as browser,
    ):
        camera = Camera(browser, town.simulator.url)
        guide = Guide(town, camera)
        await tell(guide)
        return guide, camera


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        sys.exit("make guide takes pictures in Chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder / 'guide.sqlite3'}"
        migrate(url)
        guide, camera = asyncio.run(make(folder, url, chromium))
    written = keep(guide, camera.taken, anew="--anew" in sys.argv)
    weight = sum(map(len, camera.taken.values()))
    sys.stdout.write(
        f"{len(camera.taken)} pictures, {weight // 1000} kB, of which {written} are new\n"
    )
    if gone := lost():
        sys.exit("\n".join(["The guide quotes what the bot does not say:", *gone]))


main()
