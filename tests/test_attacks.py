"""The attacks of `make attacks` in their short form: nothing gets through, and every one of them
would notice if it did."""

import asyncio
from pathlib import Path

import pytest

from bench.attacks.__main__ import ATTACKS, ELSEWHERE
from bench.attacks.figures import Figures
from bench.attacks.tools import Tools
from tests.databases import run_apart

HERE = [name for name in ATTACKS if name not in ELSEWHERE]
PAGE = Path(__file__).resolve().parents[1] / "docs" / "security.md"


@pytest.mark.parametrize("name", HERE)
def test_nothing_gets_through(name: str, tmp_path: Path) -> None:
    figures = run_apart(_attack, name, tmp_path / name)
    assert figures.ok, figures.to_json()
    assert figures.key == name


def _attack(name: str, folder: Path) -> Figures:
    async def attack() -> Figures:
        return await ATTACKS[name](folder, Tools(1, short=True))

    return asyncio.run(attack())


def test_the_page_tells_of_every_attack() -> None:
    page = PAGE.read_text("utf-8")
    assert [name for name in ATTACKS if f"`{name}`" not in page] == []
