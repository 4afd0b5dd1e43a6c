"""Logs tell what happened, and never a secret."""

import json
import logging

import pytest

from bot.core.log import LineFormatter, correlation

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("bot.test", logging.INFO, __file__, 1, message, (), None)
    vars(made).update(extra)
    return made


def test_a_token_never_reaches_a_line() -> None:
    formatter = LineFormatter(as_json=False, secrets=frozenset({"hush-hush"}))
    line = formatter.format(record(f"POST /bot{TOKEN}/getMe", url=f"/bot{TOKEN}", key="hush-hush"))
    assert TOKEN not in line
    assert "hush-hush" not in line
    assert "[token]" in line


def test_a_token_never_reaches_a_traceback() -> None:
    try:
        raise ValueError(f"bad url /bot{TOKEN}/getMe")
    except ValueError as error:
        made = record("failed")
        made.exc_info = (type(error), error, error.__traceback__)
    for as_json in (False, True):
        assert TOKEN not in LineFormatter(as_json=as_json).format(made)


@pytest.mark.parametrize("as_json", [False, True])
def test_half_a_pair_loses_no_line(as_json: bool) -> None:
    line = LineFormatter(as_json=as_json).format(record("half a pair: \ud83d"))
    assert b"half a pair: " in line.encode()


def test_machines_get_one_object_with_action_and_correlation() -> None:
    token = correlation.set("u7")
    line = LineFormatter(as_json=True).format(record("handled", action="turn.done"))
    correlation.reset(token)
    assert json.loads(line) | {"time": ""} == {
        "time": "",
        "level": "INFO",
        "logger": "bot.test",
        "event": "handled",
        "action": "turn.done",
        "correlation": "u7",
    }
