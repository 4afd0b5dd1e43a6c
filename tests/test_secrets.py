"""A canary in the mine: whatever goes wrong, no secret comes out anywhere."""

import asyncio
import io
import logging
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.app import App
from bot.channels.telegram import Telegram, rates
from bot.channels.telegram.checkup import examine
from bot.channels.telegram.settings import TelegramSettings
from bot.chat.intake.flood import FloodGate
from bot.chat.screen import Attachment, Screen
from bot.chat.seal import Seal
from bot.core.clock import Clock, FrozenClock
from bot.core.errors import SettingsError
from bot.core.log import LineFormatter
from bot.core.settings import Settings
from bot.delivery.channel import Ambiguous, Rejected, Undelivered
from bot.files.kinds import FileKind
from bot.simulator import FaultRule, Simulator, SimUser
from bot.storage.backup import back_up
from tests.town import MORNING, Town, poller_of, telegram_of

TOKEN = "987654321:CANARYtokenCANARYtokenCANARY"
KEY = "CANARY-key-that-seals-all-the-buttons"
HOOK_SECRET = "CANARY_webhook_secret"
STRANGER = "123123123:CANARYstrangerCANARY"
PASSWORD = "CANARY-password"
HIDDEN = ("CANARY", TOKEN.partition(":")[2])


@dataclass
class SecretCollector(logging.Handler):
    """Every record of every logger, as our lines show them and as they came."""

    formatters: list[LineFormatter]
    lines: list[str] = field(default_factory=list)
    ours: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [formatter.format(record) for formatter in self.formatters]
        if record.name.startswith("bot."):
            plain = logging.Formatter().format(record)
            self.ours.append(f"{plain} {vars(record)}")


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings.of(
        {
            "telegram_token": TOKEN,
            "telegram_webhook_secret": HOOK_SECRET,
            "secret_key": KEY,
            "database_url": sqlite_url,
            "data_dir": tmp_path,
        }
    )


@pytest.fixture
def recorder(settings: Settings) -> Iterator[SecretCollector]:
    """Listens at DEBUG to everything, including libraries that `set_up_logging` keeps quiet."""
    formatters = [
        LineFormatter(as_json=as_json, secrets=settings.secrets()) for as_json in (True, False)
    ]
    recorder = SecretCollector(formatters)
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in list(root.manager.loggerDict))]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    root.addHandler(recorder)
    yield recorder
    root.removeHandler(recorder)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
async def town(settings: Settings, recorder: SecretCollector) -> AsyncIterator[Town]:
    clock = FrozenClock(MORNING)
    simulator = Simulator(token=TOKEN, now=clock.now)
    await simulator.start()
    here = settings.but(telegram_api_url=simulator.url)
    limits = rates(overall=None, per_chat=None, per_group_minute=None)
    app = await App.build(here, clock, limits=limits, flood=FloodGate(burst=1e6))
    poller_of(app)._pause = telegram_of(app).connection._pause = hurry
    await app.start()
    await app.web.start("127.0.0.1", 0)
    yield Town(app, simulator, clock, here, expects_trouble=True)
    await app.stop()
    await simulator.stop()


async def hurry(seconds: float) -> None:
    """Stands for sleeping."""
    await asyncio.sleep(0)


def shown(error: BaseException) -> str:
    """An error as a traceback shows it, with everything that it was raised from."""
    handle = io.StringIO()
    logging.getLogger("elsewhere").error("it failed", exc_info=error)
    traceback = logging.Formatter().formatException((type(error), error, error.__traceback__))
    handle.write(f"{traceback}\n{error!r}\n{error}\n{vars(error)}")
    return handle.getvalue()


def assert_silent(*texts: str) -> None:
    for text in texts:
        for secret in HIDDEN:
            at = text.find(secret)
            assert at < 0, f"…{text[max(0, at - 200) : at + 60]}…"


async def test_a_session_with_faults(town: Town, recorder: SecretCollector, tmp_path: Path) -> None:
    maryam = town.person("مريم")
    await maryam.says("/start")
    rules = town.simulator.faults.rules
    for fault in ("500", "500_after", "reset_before", "reset_after", "429"):
        rules.append(FaultRule("sendMessage", fault))
        await maryam.says("/help")
        for _ in range(3):
            await town.moves(timedelta(minutes=1))
    for code, description in ((401, "Unauthorized"), (404, "Not Found"), (400, f"bad {TOKEN}")):
        rules.append(FaultRule("sendMessage", "error", code=code, description=description))
        await maryam.says("/help")
        await town.moves(timedelta(minutes=1))
    for fault in ("500", "reset_before", "429"):
        rules.append(FaultRule("getUpdates", fault))
        await maryam.says("/menu")
    rules.append(FaultRule("getUpdates", "error", code=401, description="Unauthorized"))
    await maryam.says("/menu")

    said = []
    async with aiohttp.ClientSession() as session:
        for path in ("/health", "/metrics", "/nothing"):
            async with session.get(f"http://127.0.0.1:{town.app.web.port}{path}") as answer:
                said.append(await answer.text())
    copy = back_up(town.settings.resolved_database_url(), tmp_path / "copy").path
    said.append(copy.read_bytes().decode("latin-1"))
    findings = await examine(town.settings, Clock())
    said += [str(finding) for finding in findings]

    actions = " ".join(recorder.lines)
    for expected in ("delivery.retry", "delivery.wait", "delivery.failed", "telegram.poll.failed",
                     "telegram.unauthorized", "turn.answered", "delivery.sent"):  # fmt: skip
        assert expected in actions
    assert_silent(*recorder.lines, *recorder.ours, *said)


async def test_requests_that_fail_in_every_way(
    settings: Settings, town: Town, recorder: SecretCollector
) -> None:
    channel = telegram_of(town.app)
    town.simulator.add_user(SimUser(77, "مريم"), started=True)
    page = Screen(text="خبر")
    said = []

    async def fails(work: object, *kinds: type[Exception]) -> None:
        try:
            await work  # type: ignore[misc]
        except kinds as error:
            said.append(shown(error))
        else:
            raise AssertionError("it did not fail")

    rules = town.simulator.faults.rules
    rules.append(FaultRule("sendMessage", "timeout_after"))
    parameters = {"chat_id": 77, "text": "خبر"}
    await fails(channel.connection.call("sendMessage", parameters, read_seconds=0.05), Exception)
    for fault, kind in (("500", Ambiguous), ("reset_after", Ambiguous)):
        rules.append(FaultRule("sendMessage", fault))
        await fails(channel.send("77", 1, page), kind)
    rules.append(FaultRule("sendMessage", "error", code=404, description="Not Found"))
    await fails(channel.send("77", 1, page), Rejected)
    await fails(channel.fetch_file("no such file"), Exception)
    picture = Attachment(FileKind.PHOTO, path="no such picture")
    await fails(channel.send("77", 1, Screen(text="خبر", attachment=picture)), Rejected)
    await fails(channel.connection.bot.get_chat(78), Exception)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    nowhere = settings.but(telegram_api_url=f"http://127.0.0.1:{port}")
    offline = Telegram(nowhere, Seal(KEY), pause=hurry)
    await offline.start(patience=0.05)
    await fails(offline.send("77", 1, page), Undelivered)
    await fails(offline.connection.bot.get_me(), Exception)
    await offline.stop()
    said += [str(finding) for finding in await examine(nowhere, Clock())]

    url = town.simulator.url
    wrong = settings.but(telegram_api_url=url, telegram_token=STRANGER)
    stranger = Telegram(wrong, Seal(KEY))
    await fails(stranger.start(), SettingsError)
    said += [str(finding) for finding in await examine(wrong, Clock())]

    assert len(said) >= 10
    assert_silent(*recorder.lines, *recorder.ours, *said)


async def test_nothing_shows_it_when_printed(town: Town, settings: Settings) -> None:
    app = town.app
    telegram, poller = telegram_of(app), poller_of(app)
    connection, own = telegram.connection, app.settings.part(TelegramSettings)
    things = (
        app, app.settings, own, telegram, connection, connection.bot, poller, app.web,
    )  # fmt: skip
    far = settings.but(database_url=f"postgresql://halqa:{PASSWORD}@host/halqa")
    assert_silent(*(f"{thing!r} {thing}" for thing in (*things, far)))
    assert PASSWORD in far.secrets()


def test_a_crash_of_a_library_is_silent_in_the_log(settings: Settings) -> None:
    """The canary sings where nothing is removed, so this mine has air in it."""
    said = (TOKEN, TOKEN.partition(":")[2], KEY)
    record = logging.LogRecord(
        "aiohttp", logging.ERROR, __file__, 1, "POST /bot%s, half %s, key %s", said, None
    )
    try:
        raise OSError(f"cannot reach /bot{TOKEN}/getMe, half {TOKEN[10:]}, key {KEY}")
    except OSError:
        record.exc_info = sys.exc_info()
    with pytest.raises(AssertionError):
        assert_silent(logging.Formatter().format(record))
    for as_json in (True, False):
        assert_silent(LineFormatter(as_json=as_json, secrets=settings.secrets()).format(record))
