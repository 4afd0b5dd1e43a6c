"""Structured logs: one event a line, each with a stable `action`, secrets redacted at the handler.

The token appears in library messages and exception texts (platform notes), so it is removed from
the finished line, whatever wrote it. What people wrote appears in exception texts, so none is
written (`redaction.describe`). Nothing that is logged can end a line and forge another one.
"""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from bot.core.redaction import escape_breaks, escape_breaks_in_json, format_error, redact

correlation: ContextVar[str] = ContextVar("correlation", default="")
"""Joins the lines of one update, from its arrival to the delivery of its answer."""

NOISY = (
    "httpx", "httpcore", "apscheduler", "aiosqlite", "aiohttp.access", "alembic",
)  # fmt: skip
"""Loggers of libraries that say below WARNING what we say ourselves, with an action, or nothing
that anybody needs."""

_SHOWN_BY_THE_LOOP = re.compile(r"[\n<(]")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class LineFormatter(logging.Formatter):
    """Writes `time level logger action key=value …` for people, or one JSON object."""

    def __init__(self, *, as_json: bool, secrets: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._as_json = as_json
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            key: value for key, value in vars(record).items() if key not in _STANDARD
        }
        if identifier := correlation.get():
            fields.setdefault("correlation", identifier)
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        failure = record.exc_info[1] if record.exc_info else None
        error = format_error(failure) if failure else ""
        if self._as_json:
            entry = {"time": when, "level": record.levelname, "logger": record.name}
            entry |= {"event": _event(record), **fields}
            if error:
                entry["error"] = error
            line = escape_breaks_in_json(json.dumps(entry, ensure_ascii=False, default=str))
        else:
            extra = " ".join(f"{key}={value}" for key, value in fields.items())
            line = f"{when} {record.levelname:<7} {record.name} {_event(record)} {extra}"
            line = escape_breaks(line.rstrip())
            # What belongs to a line is set in, so that every line that begins one is ours.
            line += "".join(f"\n    {part}" for part in error.splitlines())
        # What people write may hold half a pair, which no stream takes: the line would be lost.
        line = line.encode("utf-8", "backslashreplace").decode()
        return redact(line, self._secrets)


def _event(record: logging.LogRecord) -> str:
    """What happened. The loop's own lines show the arguments of what failed, and its error."""
    said = record.getMessage()
    return _SHOWN_BY_THE_LOOP.split(said, 1)[0].rstrip() if record.name == "asyncio" else said


def set_up_logging(level: str, form: str, secrets: frozenset[str] = frozenset()) -> None:
    """Send every log line to standard error, redacted. Replaces earlier handlers."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(as_json=form == "json", secrets=secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
