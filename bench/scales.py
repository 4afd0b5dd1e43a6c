"""A turn and the main screens as the installation grows: they must not take longer for it."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median

from bench.children import ROOT, Child, cores
from bench.picture import draw_lines
from bench.population import Size, fill_ministry
from bench.report import Measure, Spread
from bench.turns import talk

PEOPLE = (1_000, 10_000, 100_000, 1_000_000)
PICTURE = ROOT / "bench" / "results" / "scales.svg"
MOST_RATIO, MOST_MILLISECONDS = 1.2, 0.5
"""What the largest may take at most beside the smallest: so many times as long, or so much more."""
SCREENS = {
    "my_meetings": "my meetings",
    "my_teams": "my teams",
    "team_page": "a team's page",
    "practice_list": "the newest practices",
    "practices_of_teams": "the practices of one's teams",
    "announcements": "the announcements to a teacher",
    "settings": "one's settings",
}
"""By the order's name; see `stacks.screens_halqa`."""


def measure(directory: Path, *, quick: bool) -> Iterator[Measure]:
    """What a turn and each screen take at the largest size, beside the smallest."""
    sizes = [_size(people) for people in (PEOPLE[:2] if quick else PEOPLE)]
    paths = [_fill(directory, size) for size in sizes]
    rounds, tries, people = (2, 20, 40) if quick else (5, 60, 120)
    found = {"a turn": _turns(directory, paths, rounds, people)}
    found |= _screens(paths, sizes, rounds, tries)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    points = [size.people for size in sizes]
    medians = {what: [median(taken) for taken in each] for what, each in found.items()}
    PICTURE.write_text(draw_lines(points, medians, "people", "ms of CPU"), "utf-8")
    for number, (what, each) in enumerate(found.items()):
        name = "turn" if number == 0 else list(SCREENS)[number - 1]
        yield _compared(f"scale_{name}", what, points, each)


def _size(people: int) -> Size:
    """A ministry of so many people: more schools and teams, not larger ones."""
    schools = max(people * 3 // 50, 12)
    districts = max(schools // 50, 2)
    regions = min(max(districts // 50, 1), 12)
    return Size(
        people, regions, districts, schools, teams=2 * schools, practices=max(people * 2 // 5, 200)
    )


def _fill(directory: Path, size: Size) -> Path:
    path = directory / f"people-{size.people}.sqlite3"
    fill_ministry(path, size)
    return path


def _turns(directory: Path, paths: Sequence[Path], rounds: int, people: int) -> list[list[float]]:
    """CPU of a turn at each size, round by round."""
    spent: list[list[float]] = [[] for _ in paths]
    for _ in range(rounds):
        for path, figures in zip(paths, spent, strict=True):
            database = directory / "talk.sqlite3"
            shutil.copy(path, database)
            # What was copied is not to be written to the disk while the turns wait for it.
            os.sync()
            cpu, _answer = talk("halqa", database, 0.0, people, at_once=min(people, 50))
            figures.append(cpu)
            for left in directory.glob("talk.sqlite3*"):
                left.unlink()
    return spent


def _screens(
    paths: Sequence[Path], sizes: Sequence[Size], rounds: int, tries: int
) -> dict[str, list[list[float]]]:
    """Median CPU of each screen's statements at each size, round by round."""
    own, _ = cores()
    found: dict[str, list[list[float]]] = {what: [[] for _ in paths] for what in SCREENS.values()}
    with ExitStack() as stack:
        bots = [
            stack.enter_context(
                Child(
                    "stacks.screens_halqa",
                    own,
                    {"url": "http://127.0.0.1:9", "database": str(path), "size": _facts(size)},
                )
            )
            for path, size in zip(paths, sizes, strict=True)
        ]
        for _ in range(rounds):
            for name, what in SCREENS.items():
                for bot, figures in zip(bots, found[what], strict=True):
                    figures.append(bot.ask("show", screen=name, tries=tries)["median_of_cpu"])
    return found


def _facts(size: Size) -> dict[str, int]:
    return asdict(size) | {
        "first_school": size.first_school, "first_district": size.first_district,
    }  # fmt: skip


def _compared(
    name: str, what: str, points: Sequence[int], each: Sequence[Sequence[float]]
) -> Measure:
    smallest, largest = each[0], each[-1]
    ratio = Spread.of([most / least for least, most in zip(smallest, largest, strict=True)])
    goal = max(MOST_RATIO, 1 + MOST_MILLISECONDS / median(smallest))
    medians: Mapping[str, float] = {
        f"{people:,}": round(median(taken), 3) for people, taken in zip(points, each, strict=True)
    }
    return Measure(
        name,
        "ms",
        Spread.of(largest),
        Spread.of(smallest),
        ratio,
        round(goal, 2),
        ratio.median <= goal,
        f"{what}: CPU with {points[-1]:,} people, against {points[0]:,}",
        dict(medians),
    )
