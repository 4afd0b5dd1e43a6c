"""What whoever runs the bot sees: health, metrics, what was set aside; all of it written down."""

import asyncio
import configparser
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import upkeep
from bot.app import App, run_on_channels
from bot.channels.telegram.updates import arrival
from bot.chat.intake import dispatcher, inbox
from bot.chat.intake.inbox import UpdateState, updates
from bot.chat.screen import Screen
from bot.core import metrics
from bot.core.clock import Clock
from bot.core.errors import Refused, SettingsError
from bot.core.settings import Settings
from bot.delivery.sender import GRACE_SECONDS, Sender
from bot.simulator import FaultRule, Simulator
from tests.delivery import former
from tests.town import Town, poller_of, telegram_of
from tests.variables import variables

ROOT = Path(__file__).resolve().parents[1]
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")


async def ask(town: Town, path: str) -> tuple[int, Any]:
    """What the bot's own web server answers: the status, and the JSON or the text."""
    web = town.app.web
    if not web.port:
        await web.start("127.0.0.1", 0)
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{web.port}{path}") as answer,
    ):
        is_json = answer.content_type == "application/json"
        return answer.status, await (answer.json() if is_json else answer.text())


async def measure(town: Town) -> dict[str, float]:
    """Every sample of `/metrics`."""
    status, text = await ask(town, "/metrics")
    assert status == 200
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


# Health


async def test_a_healthy_bot_says_so(town: Town) -> None:
    maryam = town.person("مريم")
    await maryam.says("/start")
    status, health = await ask(town, "/health")
    assert status == 200
    assert health["status"] == "ok"
    assert health["database"] == "ok"
    assert health["updates"] == "polling"
    assert health["connected"] is True
    assert set(health["parts"].values()) == {"runs"}
    assert set(health["parts"]) == {"polling", "dispatcher", "postman", "ticker", "files"}
    assert health["backlog"]["inbox_waiting"] == 0
    assert health["backlog"]["outbox_queued"] == 0


async def test_what_waits_too_long_makes_it_late(town: Town) -> None:
    maryam = town.person("مريم")
    await maryam.says("/start")
    person = await town.person_id(maryam)
    await town.app.sender.stop()
    async with town.app.database.transaction() as tx:
        await former.notify(tx, person, Screen(text="خبر"))
    await town.app.dispatcher.idle()
    town.clock.advance(timedelta(minutes=3))
    status, health = await ask(town, "/health")
    assert health["backlog"]["outbox_queued"] == 1
    assert health["backlog"]["outbox_oldest_seconds"] == 180
    # The sender has ended as well, which is worse.
    assert (status, health["status"]) == (503, "down")
    assert health["parts"]["postman"] == "ended"
    town.app.web._parts.pop("postman")
    status, health = await ask(town, "/health")
    assert (status, health["status"]) == (200, "late")


async def test_without_telegram_it_is_offline_and_need_not_be_restarted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asyncio.Event()

    async def pause(seconds: float) -> None:
        failed.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(poller_of(town.app), "_pause", pause)
    maryam = town.person("مريم")
    town.simulator.faults.rules.append(FaultRule("getUpdates", "500", times=None))
    await town.simulator.send_text(maryam.id, "/start")
    await failed.wait()
    status, health = await ask(town, "/health")
    assert (status, health["status"], health["connected"]) == (200, "offline", False)
    assert (await measure(town))["halqa_telegram_connected"] == 0


async def test_without_its_database_it_is_down(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise OSError("the disk is gone")

    await ask(town, "/health")
    monkeypatch.setattr(town.app.database._store, "reading", broken)
    status, health = await ask(town, "/health")
    assert (status, health["status"], health["database"]) == (503, "down", "down")
    assert health["backlog"] is None
    samples = await measure(town)
    assert samples["halqa_database_up"] == 0
    assert samples["halqa_inbox_waiting"] != samples["halqa_inbox_waiting"], "not a number"
    monkeypatch.undo()
    assert (await measure(town))["halqa_database_up"] == 1


async def test_a_part_that_ended_is_named(town: Town) -> None:
    await town.app.ticker.stop()
    status, health = await ask(town, "/health")
    assert status == 503
    assert health["parts"]["ticker"] == "ended"


async def test_it_answers_whenever_the_bot_runs_on_telegram(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    simulator = Simulator()
    await simulator.start()
    settings = Settings.of(
        {
            "telegram_token": simulator.token,
            "telegram_api_url": simulator.url,
            "database_url": sqlite_url,
            "data_dir": tmp_path,
            "listen_port": 0,
        }
    )
    stopped, told = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(run_on_channels(settings, stopped, lambda line: told.set()))
    await told.wait()
    (started,) = [r for r in caplog.records if getattr(r, "action", "") == "web.started"]
    url = f"http://127.0.0.1:{vars(started)['port']}/health"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200
        assert set((await answer.json())["parts"].values()) == {"runs"}
    stopped.set()
    await running
    await simulator.stop()


async def test_a_port_that_is_taken_stops_the_start_with_one_line(town: Town) -> None:
    await ask(town, "/health")
    taken = town.app.web.port
    with pytest.raises(SettingsError, match="HALQA_LISTEN_PORT"):
        await type(town.app.web)(town.app.database, town.clock, town.app.receivers, {}).start(
            "127.0.0.1", taken
        )


async def test_a_second_bot_on_the_same_file_is_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = await App.build(town.settings, Clock())
    started: list[str] = []
    monkeypatch.setattr(Sender, "start", lambda self: started.append("sender"))
    try:
        if town.app.database.dialect == "sqlite":
            with pytest.raises(SettingsError, match="another bot runs"):
                await second.start()
            assert started == []
    finally:
        monkeypatch.undo()
        await second.database.close()


# Metrics


async def test_a_conversation_is_counted(town: Town) -> None:
    before = await measure(town)
    maryam = town.person("مريم")
    await maryam.says("/start")
    await maryam.says("/help")
    after = await measure(town)

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert grown("halqa_updates_stored_total") == 2
    assert grown('halqa_updates_total{outcome="done"}') == 2
    assert grown('halqa_updates_total{outcome="set_aside"}') == 0
    assert grown("halqa_turn_seconds_count") == 2
    assert grown("halqa_commit_seconds_count") == 2
    assert 0 < grown("halqa_commit_seconds_sum") <= grown("halqa_turn_seconds_sum")
    assert 0 < grown("halqa_turn_seconds_sum") < 20
    assert grown('halqa_messages_total{kind="reply",outcome="sent"}') == 2
    assert after["halqa_inbox_waiting"] == 0
    assert after['halqa_outbox{state="queued"}'] == 0
    assert after['halqa_due_rows{state="waiting"}'] >= 1, "the tidying waits for its turn"


async def test_trouble_is_counted(town: Town) -> None:
    maryam = town.person("مريم")
    await maryam.says("/start")
    before = await measure(town)
    town.simulator.faults.rules += [
        FaultRule("sendMessage", "429", retry_after=7),
        # As it is, and without its formatting: what comes then is the apology.
        FaultRule("sendMessage", "error", 2, description="Bad Request: surprise", skip=1),
    ]
    await maryam.says("/help")
    await town.moves(timedelta(seconds=8))
    await maryam.says("/help")
    town.simulator.faults.blocked.add(maryam.id)
    await maryam.says("/help")
    after = await measure(town)

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert grown("halqa_rate_waits_total") == 1
    assert grown("halqa_rate_wait_seconds_total") == 7
    assert grown('halqa_messages_total{kind="reply",outcome="sent"}') == 1
    assert grown('halqa_messages_total{kind="reply",outcome="failed"}') == 1
    assert grown('halqa_other_forms_total{given_up="format"}') == 1
    assert grown('halqa_other_forms_total{given_up="answer"}') == 1
    assert grown('halqa_messages_total{kind="reply",outcome="unreachable"}') == 1


async def test_an_effect_that_was_undone_is_not_counted(town: Town) -> None:
    before = (await measure(town))['halqa_updates_total{outcome="done"}']

    async def fail() -> None:
        async with town.app.database.transaction() as tx:
            await inbox.store(tx, "telegram", [inbox.Arrival("x", "1", "{}")])
            (update,) = await inbox.waiting(tx, [], 10)
            assert await inbox.mark_done(tx, update.id)
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await fail()
    assert (await measure(town))['halqa_updates_total{outcome="done"}'] == before


def test_every_metric_is_documented_and_exists() -> None:
    documented = set(re.findall(r"^\| `(halqa_\w+)(?:\{[\w,]+\})?` \|", OPERATIONS, re.MULTILINE))
    kinds = {"counter": "_total", "gauge": "", "histogram": ""}
    existing = {
        metric.name + kinds[metric.type]
        for metric in metrics.REGISTRY.collect()
        if metric.name.startswith("halqa_")
    }
    assert documented == existing


def test_labels_and_alerts_name_what_exists() -> None:
    labels = {
        metric.name: {name for sample in metric.samples for name in sample.labels} - {"le"}
        for metric in metrics.REGISTRY.collect()
        if metric.samples
    }
    for name, written in re.findall(r"^\| `(halqa_\w+)\{([\w,]+)\}`", OPERATIONS, re.MULTILINE):
        known = labels.get(name.removesuffix("_total"))
        assert known is None or known == set(written.split(",")), name
    names = {metric.name for metric in metrics.REGISTRY.collect()}
    for name in re.findall(r"\bhalqa_\w+", OPERATIONS):
        assert re.sub(r"_(total|bucket)$", "", name) in names, name


# What was set aside


async def test_an_update_that_failed_is_listed_and_tried_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.expects_trouble = True
    maryam = town.person("مريم")
    await maryam.says("/start")
    assert await upkeep.list_set_aside(town.settings) == []

    def fail(body: str) -> Any:
        raise ValueError("a field\nthat nobody knows")

    monkeypatch.setattr(telegram_of(town.app), "parse", fail)
    await maryam.says("/help")
    maryam.sees_nothing()
    (row,) = await town.rows(updates, state=UpdateState.SET_ASIDE)
    (line,) = await upkeep.list_set_aside(town.settings)
    assert line.startswith(f"{row.id}  2026-11-22 07:00:00Z  telegram  from {maryam.id}")
    assert re.search(r"  ValueError \(bot/chat/intake/attempts\.py:\d+\)$", line), line
    assert "/help" not in line, "what people wrote is not shown"
    assert "nobody" not in line, "nor the error's own text, which may quote it"

    monkeypatch.undo()
    await upkeep.retry_set_aside(town.settings, row.id)
    town.app.dispatcher.wake()
    await town.settles()
    maryam.sees("/menu")
    assert await upkeep.list_set_aside(town.settings) == []
    with pytest.raises(Refused):
        await upkeep.retry_set_aside(town.settings, row.id)


async def test_a_bot_looks_into_its_inbox_by_itself(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process stored an update and died; nobody wakes us about it."""
    maryam = town.person("مريم")
    await maryam.says("/start")
    private = {"id": maryam.id, "type": "private"}
    sender = {"id": maryam.id, "is_bot": False, "first_name": "مريم"}
    message = {"message_id": 99, "date": 0, "chat": private, "from": sender, "text": "/help"}
    left = arrival({"update_id": 990, "message": message})
    town.look()
    monkeypatch.setattr(dispatcher, "LOOK_AGAIN_SECONDS", 0.01)
    town.app.dispatcher.wake()
    await town.app.idle()
    async with town.app.database.transaction() as tx:
        await tx.run(
            "INSERT INTO updates (channel, key, sender, body, state, received_at)"
            " VALUES ('telegram', 'left', ?, ?, 'waiting', 0)",
            left.sender,
            left.body,
        )
    while not await town.rows(updates, key="left", state=UpdateState.DONE):
        await town.app.idle()
    await town.settles()
    maryam.sees("/menu")


# What is written down


@pytest.mark.parametrize("name", ["halqa.service", "compose.yaml", "Dockerfile"])
def test_what_is_deployed_sets_what_exists(name: str) -> None:
    known = set(variables().values())
    named = set(re.findall(r"\bHALQA_[A-Z_]+\b", (ROOT / "docs/deploy" / name).read_text("utf-8")))
    assert named
    assert named - known == set()


def test_the_image_takes_what_the_bot_needs_and_no_more() -> None:
    dockerfile = (ROOT / "docs/deploy/Dockerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert {"bot", "locales", "migrations", "pyproject.toml", "requirements.lock"} <= names
    assert [name for name in names if not (ROOT / name).exists()] == []
    assert names.isdisjoint({".", "var", ".env"})


def test_the_unit_gives_a_stop_the_time_that_it_needs() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(ROOT / "docs/deploy/halqa.service", "utf-8")
    service = unit["Service"]
    assert service["ExecStart"].endswith("/halqa run")
    assert float(service["TimeoutStopSec"]) > GRACE_SECONDS
    assert service["StateDirectoryMode"] == "0700"


def test_the_service_finds_everything_compiled() -> None:
    """It may not write beside its code, and would compile it at each start."""
    unit = (ROOT / "docs/deploy/halqa.service").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (folder,) = re.findall(r"^Environment=.*PYCACHEPREFIX=/opt/halqa/(\S+)", unit, re.MULTILINE)
    (recipe,) = re.findall(r"^service: .*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert folder.replace(".venv", "$(VENV)") in recipe
    assert "PYTHONOPTIMIZE=2" in unit
    assert "-OO" in recipe
    assert OPERATIONS.count("make -C /opt/halqa service") == 2
    image = (ROOT / "docs/deploy/Dockerfile").read_text("utf-8")
    assert re.search(r"PYTHONOPTIMIZE=2.*compileall", image, re.DOTALL)
