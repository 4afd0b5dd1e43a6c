"""The bot as a newcomer starts it, and a browser that looks at its page."""

import asyncio
import os
import re
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from playwright.async_api import Browser, async_playwright

from bench.crowd import look_around, patience, within
from tests.browser.phones_page import PhonesPage
from tests.browser.pictures import Camera

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY = re.compile(r"ready\. Open (http://\S+) in")
START_S = 60.0
END_S = 30.0


@dataclass
class Served:
    """A running `bot run --simulator`."""

    address: str
    process: Process


def find_chromium() -> str:
    """The path of Chromium; without one the test is skipped, or fails where it is required."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path:
        return path
    reason = "Chromium is not installed (apt-get install chromium)"
    if os.environ.get("HALQA_BROWSER_REQUIRED") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def read_end(log: Path) -> str:
    return log.read_text()[-3000:]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """`python -m bot run --simulator` in a process of its own, on a free port and with an empty
    data directory. It must end well when it is told to, without having logged an error."""
    find_chromium()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("HALQA_")
    } | {"HALQA_DATA_DIR": str(tmp_path / "var"), "HALQA_LISTEN_PORT": "0"}
    log = tmp_path / "log.txt"
    with log.open("wb") as errors:
        process = await _start(environment, errors)
        try:
            yield Served(await _address(process, log), process)
        finally:
            if process.returncode is None:
                process.terminate()
            try:
                await within(END_S, process.wait())
            except TimeoutError:
                process.kill()
                await process.wait()
    written = log.read_text()
    assert process.returncode == 0, read_end(log)
    faults = [
        line for line in written.splitlines() if re.search(r"\b(error|critical)\b|Traceback", line)
    ]
    assert not faults, "\n".join(faults)


async def _start(environment: dict[str, str], errors: IO[bytes]) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "run", "--simulator"),
        cwd=ROOT,
        env=environment,
        stdout=PIPE,
        stderr=errors,
    )


async def _address(process: Process, log: Path) -> str:
    """Where the page is, as the «ready» line tells."""
    assert process.stdout is not None
    async with patience(START_S):
        while line := (await process.stdout.readline()).decode():
            if found := READY.search(line):
                return found[1]
    pytest.fail(f"the bot ended before it was ready:\n{read_end(log)}")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = find_chromium()
    async with async_playwright() as playwright:
        patience_ms = START_S * 1000 * await look_around()
        opened = await playwright.chromium.launch(
            executable_path=path, args=CHROMIUM, timeout=patience_ms
        )
        try:
            yield opened
        finally:
            await opened.close()


@pytest.fixture
async def phones_page(served: Served, browser: Browser) -> AsyncIterator[PhonesPage]:
    """The page with its phones; at the end nothing may stand in the browser's console."""
    phones_page = await PhonesPage.open(browser, served.address)
    yield phones_page
    assert phones_page.complaints == []


@pytest.fixture
def camera(browser: Browser, served: Served) -> Camera:
    """Takes the pictures of the documentation when HALQA_PICTURES=1, and otherwise none."""
    folder = PICTURES if os.environ.get("HALQA_PICTURES") == "1" else None
    return Camera(browser, served.address, folder)
