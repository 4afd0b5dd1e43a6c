"""Counts the table of rights: who was let try what, and what came of it.

    python -m tests.rights.figures [--short]

Everybody of the cast tries every way on every thing, on SQLite, and a line of JSON says how many
pairs that were, and how many of them came out otherwise than the rules say. `--short` tries one
pair of each line and thing.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

from bot.storage.migrations import migrate
from tests.rights.building import build
from tests.rights.cast import CAST
from tests.rights.completeness import TABLES
from tests.rights.engine import GATE, WITHOUT, Hall, Rule, Table, came_of, hall


@dataclass
class Figures:
    """What was tried, in numbers. A pair is somebody of the cast with a thing on one way."""

    people: int = len(CAST)
    ways: int = 0
    pairs: int = 0
    closed: int = 0
    """Pairs of whom the rules say that it is refused, or that the page is without the thing."""
    let_through: int = 0
    """Of those, how many were not."""
    shut_out: int = 0
    """Pairs that the rules allow, and that were refused."""


async def count(*, short: bool) -> Figures:
    """Try the whole table in a world of its own."""
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="halqa-rights-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'world.sqlite3'}"
        await asyncio.to_thread(migrate, url)
        world = await build(url)
        async with hall(url, world) as open_hall:
            for name in TABLES:
                table: Table = import_module(f"tests.rights.{name}_ways").TABLE
                for rule, way in table.rows():
                    figures.ways += 1
                    await _try(open_hall, table, rule, way, figures, short=short)
    return figures


async def _try(
    hall: Hall, table: Table, rule: Rule, way: str, figures: Figures, *, short: bool
) -> None:
    tried = set[tuple[int, str]]()
    for one, thing in rule.cells(way):
        line = rule.expected(way, one, thing)
        assert line is not None, f"{way}: no line for {one.key} and {thing.key}"
        if short and (id(line), thing.key) in tried:
            continue
        tried.add((id(line), thing.key))
        closed = "." in line.outcome or line.outcome in (GATE, WITHOUT)
        as_said = came_of(way, line.outcome) in await hall.came(table, way, one, thing)
        figures.pairs += 1
        figures.closed += closed
        figures.let_through += closed and not as_said
        figures.shut_out += not closed and not as_said


def main() -> int:
    """0 when every pair came out as the rules say, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.rights.figures", description=__doc__)
    parser.add_argument("--short", action="store_true")
    figures = asyncio.run(count(short=parser.parse_args().short))
    sys.stdout.write(json.dumps(asdict(figures)) + "\n")
    return 1 if figures.let_through or figures.shut_out else 0


if __name__ == "__main__":
    sys.exit(main())
