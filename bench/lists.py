"""Lists of a hundred thousand people and units: looked through, added and taken back, as the
command line does it."""

import asyncio
import hashlib
import shutil
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.on_postgresql import new_database
from bench.postgresql import start_server
from bench.report import Measure, against_goal
from bot.core.clock import Clock
from bot.core.i18n import Voice
from bot.documents.sheets.writing import write_workbook
from bot.features.imports.actions import staging, working
from bot.features.imports.models import ImportKind
from bot.features.imports.queries import exports
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.queries.reading import read_list
from bot.storage.database import Database, open_database
from bot.storage.migrations import migrate

LONGEST_PIECE = 0.1
"""Seconds for which anybody else may wait to write."""
SECONDS = 60.0
"""For all of a hundred thousand rows, read, looked through and added; and to take them back."""
NAMES = {"dry": "dry_run", "export": "exported", "undo": "taken_back"}
Round = dict[str, float]


def measure(directory: Path, *, quick: bool) -> Iterator[Measure]:
    """Seconds, CPU and the longest piece of each step, on SQLite and on PostgreSQL. `directory` is
    to lie on a real disk."""
    rounds, rows = (1, 2_000) if quick else (3, 100_000)
    template = directory / "empty.sqlite3"
    migrate(f"sqlite+aiosqlite:///{template}")
    found: dict[ImportKind, list[Round]] = {kind: [] for kind in ImportKind}
    for number in range(rounds):
        place = directory / f"lists-{number}.sqlite3"
        shutil.copy(template, place)
        url = f"sqlite+aiosqlite:///{place}"
        for kind, taken in asyncio.run(_round(url, rows)).items():
            found[kind].append(taken)
    for kind, each_round in found.items():
        yield from _told(kind, each_round, rows)
    server = start_server(directory / "postgresql")
    try:
        url = new_database(server.get_uri(), directory, "lists")
        for kind, taken in asyncio.run(_round(url, rows)).items():
            yield from _told(kind, [taken], rows, "_postgresql", " on PostgreSQL")
    finally:
        server.cleanup()


def _told(
    kind: ImportKind, each_round: list[Round], rows: int, ending: str = "", where: str = ""
) -> Iterator[Measure]:
    details: dict[str, Any] = {step: [each[step] for each in each_round] for step in each_round[0]}
    goal = SECONDS * max(rows / 100_000, 0.02)
    yield against_goal(
        f"{kind}_added{ending}",
        f"seconds to read a list of {rows:,} {kind}, look through it and add it{where}",
        "s",
        [each["read"] + each["check"] + each["add"] for each in each_round],
        goal,
        **details,
    )
    for step, what in {
        "dry": "to read it and look through it", "export": "to write them as a workbook",
        "undo": "to take it back",
    }.items():  # fmt: skip
        yield against_goal(
            f"{kind}_{NAMES[step]}{ending}",
            f"seconds {what}{where}",
            "s",
            [each.get(step, each["read"] + each["check"]) for each in each_round],
            goal,
        )
    yield against_goal(
        f"{kind}_piece{ending}",
        f"milliseconds for which its transactions hold the writer{where}, the 99th percentile",
        "ms",
        [each["piece"] * 1000 for each in each_round],
        LONGEST_PIECE * 1000,
        longest=[each["longest"] * 1000 for each in each_round],
    )


async def _round(url: str, rows: int) -> dict[ImportKind, Round]:
    database = await open_database(url, Clock())
    try:
        # The schools stay for the people, and another list of them is taken back.
        await _take(database, ImportKind.UNITS, _units(min(1_000, rows), "Alpha"), undoes=False)
        return {
            ImportKind.PEOPLE: await _take(database, ImportKind.PEOPLE, _people(rows)),
            ImportKind.UNITS: await _take(database, ImportKind.UNITS, _units(rows, "Beta")),
        }
    finally:
        await database.close()


FIRST = ("مريم", "نورة", "سارة", "هند", "ليلى")
LAST = ("الزهراني", "القحطاني", "الحربي", "العتيبي")


def _people(rows: int) -> bytes:
    # The first unit of that list is the department itself.
    schools = min(1_000, rows) - 1
    lines = ["الاسم;المدرسة;الإدارة;الوظيفة;التخصص;المرحلة;الرقم الوظيفي;الجوال"]
    for n in range(rows):
        name = f"{FIRST[n % 5]} {FIRST[n // 5 % 5]} {LAST[n % 4]}"
        school = f"المدرسة الابتدائية {n % schools + 1};Alpha"
        lines.append(f"{name};{school};معلمة;رياضيات;الابتدائي;{n:07};05{n:08}")
    return "\n".join(lines).encode("utf-8-sig")


def _units(rows: int, top: str) -> bytes:
    lines = ["الاسم;النوع;الإدارة;الدولة;الجنس", f"{top};إدارة;;السعودية;"]
    lines += [f"المدرسة الابتدائية {n + 1};مدرسة;{top};;بنات" for n in range(rows - 1)]
    return "\n".join(lines).encode("utf-8-sig")


async def _take(database: Database, kind: ImportKind, data: bytes, *, undoes: bool = True) -> Round:
    taken: Round = {}
    pieces: list[float] = []
    began, cpu = time.perf_counter(), time.process_time()
    table = read_list(data, kind, lambda text: hashlib.sha256(text.encode()).hexdigest(), "SA")
    taken["read"] = time.perf_counter() - began
    async with database.transaction() as tx:
        found = await staging.stage(tx, None, kind, "list.csv", table)
    steps: dict[str, Any] = {
        "check": None,
        "add": partial(staging.confirm, actor=None, import_id=found.id),
        "undo": partial(staging.undo, actor=None, import_id=found.id),
    }
    for step, begin in steps.items():
        if step == "undo":
            if not undoes:
                break
            began = time.perf_counter()
            async with database.reading() as tx:
                sheet = await exports.sheet_of(tx, kind, 0, Voice("en", numerals="latn"))
            assert len(sheet.rows) >= table.rows, "not all of the list has left"
            write_workbook(sheet)
            taken["export"] = time.perf_counter() - began
        began = time.perf_counter()
        if begin is not None:
            async with database.transaction() as tx:
                await begin(tx)
        await _settle(database, found.id, pieces)
        taken[step] = time.perf_counter() - began
    taken["cpu"] = time.process_time() - cpu
    async with database.reading() as tx:
        done = await import_queries.import_by_id(tx, found.id)
    assert done is not None
    assert done.added == table.rows, "not all of the list was added"
    pieces.sort()
    taken["piece"], taken["longest"] = pieces[int(len(pieces) * 0.99)], pieces[-1]
    return taken


async def _settle(database: Database, number: int, pieces: list[float]) -> None:
    while True:
        async with database.transaction() as tx:
            began = time.perf_counter()
            found = await working.advance(tx, number)
            pieces.append(time.perf_counter() - began)
        if found is None or found.rests:
            return
