"""The log: an action in every line, and one thread from an update to the delivery of its answer."""

import ast
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.intake.inbox import updates
from bot.chat.screen import Screen
from bot.core.log import NOISY, LineFormatter
from bot.delivery import message as outbox_tables
from bot.simulator import FaultRule
from bot.storage.migrations import migrate
from tests.delivery import former
from tests.town import Town

ROOT = Path(__file__).resolve().parents[1]
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")


class Lines(logging.Handler):
    """Our lines, as objects."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(LineFormatter(as_json=True))
        self.entries: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.entries.append(json.loads(self.format(record)))

    def of(self, *actions: str) -> list[dict[str, Any]]:
        return [entry for entry in self.entries if entry.get("action") in actions]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    lines = Lines()
    ours = logging.getLogger("bot")
    level = ours.level
    ours.setLevel(logging.DEBUG)
    ours.addHandler(lines)
    yield lines
    ours.removeHandler(lines)
    ours.setLevel(level)


async def test_an_answer_is_followed_from_the_update_to_its_delivery(
    town: Town, lines: Lines
) -> None:
    maryam = town.person("مريم")
    town.simulator.faults.rules.append(FaultRule("sendMessage", "429", retry_after=0))
    await maryam.says("/start")
    (update,) = await town.rows(updates)
    (message,) = await town.rows(outbox_tables.outbox)
    way = lines.of("turn.answered", "turn.done", "delivery.wait", "delivery.sent")
    assert {entry["action"] for entry in way} == {
        "turn.answered", "turn.done", "delivery.wait", "delivery.sent",
    }  # fmt: skip
    assert {entry["correlation"] for entry in way} == {f"u{update.id}"}
    assert {entry["parcel"] for entry in way if "parcel" in entry} == {message.id}


async def test_a_message_from_the_outbox_has_a_thread_of_its_own(town: Town, lines: Lines) -> None:
    maryam = town.person("مريم")
    await maryam.says("/start")
    person = await town.person_id(maryam)
    async with town.app.database.transaction() as tx:
        await former.notify(tx, person, Screen(text="خبر"))
    await town.app.idle()
    sent = lines.of("delivery.sent")[-1]
    assert sent["correlation"] == f"m{sent['parcel']}"


def test_migrating_says_what_it_did_and_nothing_else(
    empty_sqlite_url: str, lines: Lines, caplog: pytest.LogCaptureFixture
) -> None:
    assert "alembic" in NOISY
    migrate(empty_sqlite_url, "0002")
    steps = lines.of("database.migrated")
    assert [entry["event"] for entry in steps] == ["up to revision 0001", "up to revision 0002"]
    assert {entry["logger"] for entry in lines.entries} == {"bot.storage.migrations"}
    lines.entries.clear()
    migrate(empty_sqlite_url, "0002")
    assert lines.entries == []


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a logger in the bot."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        if "simulator" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("log", "logger")
                and node.func.attr
                in ("debug", "info", "warning", "error", "exception", "critical", "log")
            ):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def action_of(call: ast.Call) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == "extra" and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "action":
                    return value
    return None


def test_every_line_of_the_log_has_an_action() -> None:
    calls = list(log_calls())
    assert len(calls) > 30
    assert [place for place, call in calls if action_of(call) is None] == []


def test_every_documented_action_exists() -> None:
    table = OPERATIONS[OPERATIONS.index("| action | level |") :]
    documented = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`", table))
    source = "\n".join(
        path.read_text("utf-8")
        for folder in ("bot", "migrations")
        for path in (ROOT / folder).rglob("*.py")
    )
    assert documented
    assert {action for action in documented if f'"{action}"' not in source} == set()
