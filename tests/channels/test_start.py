"""Who the bot is, and what Telegram shows of it."""

import asyncio

import pytest

from bot.channels.telegram import BotProfile, Telegram
from bot.channels.telegram.backoff import Backoff
from bot.chat.seal import Seal
from bot.core.errors import SettingsError
from bot.core.settings import Settings
from bot.simulator import DEFAULT_TOKEN, FaultRule, Simulator
from tests.channels.conftest import Hurry, settings_for

COMMANDS = {"ar": [("start", "البداية"), ("help", "مساعدة")], "en": [("start", "Start")]}


async def settle(telegram: Telegram) -> None:
    while telegram.connection._tasks:
        await asyncio.gather(*telegram.connection._tasks)


async def test_the_bot_knows_its_links(telegram: Telegram) -> None:
    assert telegram.link("team-5") == "https://t.me/halqa_bot?start=team-5"
    assert telegram.link("") == "https://t.me/halqa_bot"


async def test_a_wrong_token_ends_the_start_with_one_line(simulator: Simulator, seal: Seal) -> None:
    stranger = "654321:SOMEBODYELSE"
    telegram = Telegram(settings_for(simulator.url, telegram_token=stranger), seal)
    with pytest.raises(SettingsError) as refused:
        await telegram.start()
    assert "HALQA_TELEGRAM_TOKEN" in str(refused.value)
    assert stranger not in str(refused.value)


def test_no_token_no_bot(seal: Seal) -> None:
    with pytest.raises(SettingsError):
        Telegram(Settings(), seal)


async def test_a_start_without_telegram_goes_on_and_learns_its_name_later(
    simulator: Simulator, seal: Seal, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.faults.rules.append(FaultRule("getMe", "500", times=2))
    tries = asyncio.Event()

    async def pause(seconds: float) -> None:
        await tries.wait()

    telegram = Telegram(settings_for(simulator.url), seal, pause=pause)
    await telegram.start(patience=0.01)
    assert "telegram.start.offline" in [getattr(record, "action", "") for record in caplog.records]
    assert telegram.link("") == "tg://user?id=123456"
    with pytest.raises(RuntimeError):
        telegram.link("team-5")

    tries.set()
    await settle(telegram)
    assert telegram.link("") == "https://t.me/halqa_bot"
    await telegram.stop()


async def test_commands_are_published_for_both_languages_until_it_works(
    simulator: Simulator, telegram: Telegram, hurry: Hurry
) -> None:
    simulator.faults.rules += [
        FaultRule("setMyCommands", "429", retry_after=30),
        FaultRule("setMyCommands", "reset_before"),
    ]
    telegram.announce_commands(COMMANDS)
    await settle(telegram)
    profile = simulator.world.profile
    assert [c["command"] for c in profile.commands(None, "")] == ["start", "help"]
    assert [c["command"] for c in profile.commands(None, "ar")] == ["start", "help"]
    assert [c["description"] for c in profile.commands(None, "en")] == ["Start"]
    assert hurry.pauses[0] >= 30
    assert simulator.refused == []


async def test_a_refused_text_does_not_keep_the_others_from_being_shown(
    simulator: Simulator, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    profile = BotProfile(COMMANDS, descriptions={"ar": "ط" * 600}, about={"ar": "حلقة"})
    telegram.connection.announce(profile)
    await settle(telegram)
    methods = [request.method for request in simulator.requests if request.ok]
    assert methods.count("setMyShortDescription") == 2
    assert "setMyDescription" not in methods
    assert {getattr(record, "action", "") for record in caplog.records} == {"telegram.announce"}
    assert DEFAULT_TOKEN not in caplog.text


def test_pauses_grow_to_a_cap_and_start_again() -> None:
    backoff = Backoff(first=1, cap=60)
    delays = [backoff.fail() for _ in range(50)]
    for delay, whole in zip(delays, [1, 2, 4, 8, 16, 32, 60, 60], strict=False):
        assert whole / 2 <= delay <= whole
    assert backoff.fail(at_least=90) == 90
    backoff.succeed()
    assert backoff.fail() <= 1
