"""The short form of the tests on PostgreSQL, and how it is found anew.

Most tests are told twice, on SQLite and on PostgreSQL. In the short form (`--short`, what `make
test` runs) a test is left out on PostgreSQL if everything it asks that database is asked there by
at least two others that stay; on SQLite it always runs, and `make test-all` runs every one on both.
Left out are the names in `tests/data/short-form.txt`, so a new test runs on both at first.

`make short-form` runs every test on PostgreSQL and notes what each asks: the texts of its
statements and the kinds of errors that came of them. What a child process asks is not seen, so a
test that starts one stays.
"""

import os
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import ExceptionContext

from bot.storage.connection import PostgresConnection

Ask = Callable[[PostgresConnection, str, Iterable[Any]], Awaitable[Any]]

LEFT_OUT = Path(__file__).parent / "data" / "short-form.txt"
ASKED_BY = 2
"""How many of the tests that stay ask for each statement, where as many do."""
_HEAD = """\
# Tests that the short form leaves out on PostgreSQL (tests/short_form.py): what each asks of it,
# others that stay ask as well. Made by `make short-form`; not written by hand.
"""
_VALUE = re.compile(r"\$\d+(::[A-Z][A-Z ]*(\[\])?)?|%\(\w+\)s")
_VALUES = re.compile(r"\?(, ?\?)+")
_ROWS = re.compile(r"\(\?\)(, ?\(\?\))+")
_SAVEPOINT = re.compile(r"\b(sa_savepoint|sp)_?\d+")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("halqa")
    group.addoption(
        "--short", action="store_true", help="the short form of the tests on PostgreSQL"
    )
    group.addoption("--asked-in", help="the folder in which to note what each asks of PostgreSQL")


def pytest_configure(config: pytest.Config) -> None:
    if folder := config.getoption("asked_in"):
        config.pluginmanager.register(Notes(Path(folder)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("asked_in"):
        _keep(config, items, {item.nodeid for item in items if _is_on_postgresql(item)})
    elif config.getoption("short"):
        out = read(LEFT_OUT)
        names = {item.nodeid for item in items}
        # One that is told on PostgreSQL alone, without a twin on SQLite, always runs.
        out = {name for name in out if name.replace("postgresql", "sqlite") in names}
        _keep(config, items, names - out)


def _keep(config: pytest.Config, items: list[pytest.Item], names: set[str]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in names])
    items[:] = [item for item in items if item.nodeid in names]


def _is_on_postgresql(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "postgresql" in item.name


class Notes:
    """Writes, for each test, its seconds of processor time and what it asked of PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}.tsv"
        self._asked: set[str] = set()
        event.listen(Engine, "before_cursor_execute", lambda _, __, text, *___: self._note(text))
        event.listen(Engine, "handle_error", self._note_error)
        # What is asked often goes to the driver past SQLAlchemy.
        for name in ("fetch", "touch", "run_many"):
            setattr(PostgresConnection, name, self._noting(getattr(PostgresConnection, name)))

    def _note(self, statement: str, error: BaseException | None = None) -> None:
        self._asked.add(("" if error is None else f"{type(error).__name__}: ") + shape(statement))

    def _note_error(self, context: ExceptionContext) -> None:
        self._note(context.statement or "", context.original_exception)

    def _noting(self, ask: Ask) -> Ask:
        async def noted(connection: PostgresConnection, sql: str, rows: Iterable[Any]) -> Any:
            self._note(sql)
            try:
                return await ask(connection, sql, rows)
            except Exception as error:
                self._note(sql, error)
                raise

        return noted

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._asked.clear()
        began, before = time.process_time(), os.times()
        result = yield
        after = os.times()
        alone = after.children_user + after.children_system == (
            before.children_user + before.children_system
        )
        asked = sorted(self._asked) if alone else [f"a child process of {item.nodeid}"]
        with self._path.open("a") as file:
            seconds = time.process_time() - began
            file.write("\t".join([item.nodeid, f"{seconds:.3f}", *asked]) + "\n")
        return result


def shape(statement: str) -> str:
    """A statement without what differs from one call to the next: how many values there are."""
    text = _VALUE.sub("?", " ".join(statement.split()))
    return _SAVEPOINT.sub("savepoint", _ROWS.sub("(?)", _VALUES.sub("?", text)))


def choose(asked: dict[str, frozenset[str]], seconds: dict[str, float]) -> set[str]:
    """The tests that may be left out: all others together ask everything `ASKED_BY` times, if as
    many tests do. The dearest are left out first."""
    times = Counter(what for each in asked.values() for what in each)
    out: set[str] = set()
    for name in sorted(asked, key=lambda name: -seconds[name]):
        if asked[name] and all(times[what] > ASKED_BY for what in asked[name]):
            times.subtract(asked[name])
            out.add(name)
    return out


def read(path: Path) -> set[str]:
    """The names in a list, each below its file."""
    names: set[str] = set()
    file = ""
    for line in path.read_text().splitlines():
        if line.startswith("    "):
            names.add(f"{file}::{line.strip()}")
        elif not line.startswith("#"):
            file = line
    return names


def write(path: Path, names: set[str]) -> None:
    files: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        file, _, test = name.partition("::")
        files[file].append(f"    {test}\n")
    path.write_text(_HEAD + "".join(f"{file}\n{''.join(files[file])}" for file in sorted(files)))


def main(folder: Path) -> None:
    asked: dict[str, frozenset[str]] = {}
    seconds: dict[str, float] = {}
    for notes in folder.glob("*.tsv"):
        for line in notes.read_text().splitlines():
            name, took, *rest = line.split("\t")
            asked[name], seconds[name] = frozenset(rest), float(took)
    out = choose(asked, seconds)
    write(LEFT_OUT, out)
    sys.stdout.write(
        f"{len(out)} of {len(asked)} tests are left out on PostgreSQL in the short form, "
        f"{sum(seconds[name] for name in out):.0f} of {sum(seconds.values()):.0f} seconds.\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
