"""What is said of an error: its kind and place, and nothing of what people wrote."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asyncpg.exceptions import DataError, UniqueViolationError
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.core.log import LineFormatter
from bot.core.redaction import describe, format_error
from bot.delivery.channel import Rejected

WORDS = "كلام سرّي"


def full_text_search() -> None:
    with sqlite3.connect(":memory:") as raw:
        raw.execute("CREATE VIRTUAL TABLE found USING fts5(words)")
        raw.execute("SELECT * FROM found WHERE found MATCH ?", (f'"{WORDS}',))


def refused_by_a_trigger() -> None:
    with sqlite3.connect(":memory:") as raw:
        raw.execute("CREATE TABLE notes (text TEXT CHECK (text <> ?))".replace("?", f"'{WORDS}'"))
        raw.execute("INSERT INTO notes VALUES (?)", (WORDS,))


def raises(error: Exception) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def wrapped() -> None:
    try:
        int(WORDS)
    except ValueError as error:
        raise Rejected(f'Bad Request: wrong URL "{WORDS}" in https://{WORDS}.example') from error


QUOTING: dict[str, Callable[[], object]] = {
    "a conversion": lambda: int(WORDS),
    "a key": lambda: os.environ[WORDS],
    "a list": lambda: list[str]().remove(WORDS),
    "an attribute": lambda: getattr(object(), WORDS),
    "an error of our own making": raises(ValueError(WORDS)),
    "a file": lambda: Path(WORDS).read_text("utf-8"),
    "a full text search": full_text_search,
    "a check": refused_by_a_trigger,
    "a statement with its values": raises(
        IntegrityError("INSERT INTO people (name) VALUES (?)", (WORDS,), Exception(WORDS))
    ),
    "a value for PostgreSQL": raises(DataError(f"invalid input for query argument $1: '{WORDS}'")),
    "a row of PostgreSQL": raises(UniqueViolationError(f"duplicate key\nKey (name)=({WORDS})")),
    "a platform": wrapped,
    "half a pair": raises(Rejected('wrong "\ud83d"')),
}


@pytest.mark.parametrize("what", QUOTING)
@pytest.mark.parametrize("as_json", [False, True])
def test_what_people_wrote_never_reaches_a_line(what: str, as_json: bool) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        QUOTING[what]()
    record = logging.LogRecord("bot.test", logging.ERROR, __file__, 1, "failed", (), None)
    record.exc_info = (type(caught.value), caught.value, caught.value.__traceback__)
    for said in (LineFormatter(as_json=as_json).format(record), describe(caught.value)):
        assert "سر" not in said
        assert "كلام" not in said
        assert type(caught.value).__name__ in said


def test_what_helps_is_told() -> None:
    error = OperationalError("SELECT 1\nFROM units", {}, sqlite3.OperationalError("refused"))
    error.orig.sqlite_errorname = "SQLITE_FULL"  # type: ignore[union-attr]
    assert describe(error) == (
        "OperationalError: OperationalError: SQLITE_FULL; SELECT 1 FROM units"
    )
    assert describe(Rejected("400 Bad Request: chat not found")) == (
        "Rejected: 400 Bad Request: chat not found"
    )
    assert describe(FileNotFoundError(2, "No such file or directory", WORDS)) == (
        "FileNotFoundError: No such file or directory"
    )


def test_a_chain_is_told_from_its_cause_on() -> None:
    with pytest.raises(Rejected) as caught:
        wrapped()
    told = format_error(caught.value)
    assert told.index("ValueError") < told.index("which caused:") < told.index("Rejected")
    assert "test_redaction.py" in told


def test_a_chain_that_turns_in_a_circle_ends() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert format_error(one).count("Traceback") == 2


async def test_the_loops_own_lines_show_no_words() -> None:
    """A task that nobody waits for, and a callback that fails: asyncio shows their errors and the
    arguments of the callback."""
    shown: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            shown.append(LineFormatter(as_json=False).format(record))

    handler = Handler()
    logging.getLogger("asyncio").addHandler(handler)
    loop = asyncio.get_running_loop()
    usual = loop.get_exception_handler()
    loop.set_exception_handler(None)

    async def fail() -> None:
        raise ValueError(WORDS)

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    del task
    loop.call_soon(int, WORDS)
    await asyncio.sleep(0.01)
    loop.set_exception_handler(usual)
    logging.getLogger("asyncio").removeHandler(handler)
    assert len(shown) == 2
    assert all(WORDS not in line and "ValueError" in line for line in shown)


BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x1b[2K", "\0"]


def line_with(text: str, *, as_json: bool, **extra: Any) -> str:
    record = logging.LogRecord("bot.test", logging.INFO, __file__, 1, text, (), None)
    vars(record).update(extra)
    return LineFormatter(as_json=as_json).format(record)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("found", BREAKS, ids=ascii)
def test_no_line_can_be_forged(as_json: bool, found: str) -> None:
    forged = f"a name{found}2026-11-22T07:00:00.000+00:00 INFO    bot.app started"
    for line in (
        line_with(forged, as_json=as_json),
        line_with("x", as_json=as_json, name_of=forged),
    ):
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line
        assert "\0" not in line


@given(st.text())
def test_any_text_is_one_line(text: str) -> None:
    for as_json in (False, True):
        assert len(line_with(f"x{text}", as_json=as_json, more=text).splitlines()) == 1


def test_a_traceback_is_set_in() -> None:
    class Odd(Exception):
        __module__ = "bot.odd"

    record = logging.LogRecord("bot.test", logging.ERROR, __file__, 1, "failed", (), None)
    error = Odd("it failed\n2026-11-22T07:00:00.000+00:00 INFO    bot.app started")
    record.exc_info = (Odd, error, None)
    first, *more = LineFormatter(as_json=False).format(record).splitlines()
    assert first.endswith("failed")
    assert more
    assert all(line.startswith("    ") for line in more)
