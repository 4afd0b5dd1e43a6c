"""Structured logs: one event a line, each with a stable `action`, secrets redacted at the handler.

The token appears in library messages and exception texts (platform notes), so it is removed from
the finished line, whatever wrote it.
"""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

correlation: ContextVar[str] = ContextVar("correlation", default="")
"""Joins the lines of one update, from its arrival to the delivery of its answer."""

NOISY = (
    "httpx", "httpcore", "apscheduler", "aiosqlite", "telegram", "aiohttp.access", "alembic",
)  # fmt: skip
"""Loggers of libraries that say below WARNING what we say ourselves, with an action, or nothing
that anybody needs."""

_TOKEN = re.compile(r"\d{5,20}:[A-Za-z0-9_-]{8,}")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def redact(text: str, secrets: frozenset[str] = frozenset()) -> str:
    """`text` without anything that looks like a bot token, and without the given secrets."""
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return _TOKEN.sub("[token]", text)


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
        error = self.formatException(record.exc_info) if record.exc_info else ""
        if self._as_json:
            entry = {"time": when, "level": record.levelname, "logger": record.name}
            entry |= {"event": record.getMessage(), **fields}
            if error:
                entry["error"] = error
            line = json.dumps(entry, ensure_ascii=False, default=str)
        else:
            extra = " ".join(f"{key}={value}" for key, value in fields.items())
            line = f"{when} {record.levelname:<7} {record.name} {record.getMessage()} {extra}"
            line = line.rstrip() + (f"\n{error}" if error else "")
        # What people write may hold half a pair, which no stream takes: the line would be lost.
        line = line.encode("utf-8", "backslashreplace").decode()
        return redact(line, self._secrets)


def set_up_logging(level: str, form: str, secrets: frozenset[str] = frozenset()) -> None:
    """Send every log line to standard error, redacted. Replaces earlier handlers."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(as_json=form == "json", secrets=secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
