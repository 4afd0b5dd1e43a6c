"""Who the bot is, and what Telegram shows of it."""

import asyncio

import pytest

from bot.app import build_router
from bot.channels.telegram import Telegram
from bot.channels.telegram.backoff import Backoff
from bot.chat.profile import BotProfile, profile_of
from bot.chat.seal import Seal
from bot.core.errors import SettingsError
from bot.core.settings import Settings
from bot.core.text import count_units
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
    telegram.announce(BotProfile(COMMANDS))
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
    telegram.announce(profile)
    await settle(telegram)
    methods = [request.method for request in simulator.requests if request.ok]
    shown = simulator.world.profile
    assert [shown.text("short_description", each) for each in ("", "ar")] == ["حلقة", "حلقة"]
    assert "setMyDescription" not in methods
    assert {getattr(record, "action", "") for record in caplog.records} == {"telegram.announce"}
    assert DEFAULT_TOKEN not in caplog.text


def changes(simulator: Simulator) -> list[str]:
    return [each.method for each in simulator.requests if each.method.startswith("setMy")]


async def test_whoever_has_not_written_yet_reads_who_the_bot_is(
    simulator: Simulator, telegram: Telegram
) -> None:
    """In each language, and in that of the country where the phone speaks none of them; at the
    next start only what has changed is sent."""
    telegram.announce(profile_of(build_router(), "SA"))
    await settle(telegram)
    shown = simulator.world.profile
    for field, most in (("description", 512), ("short_description", 120)):
        said = {language: shown.text(field, language) for language in ("", "ar", "fr", "en")}
        assert all(0 < count_units(text) <= most for text in said.values())
        assert said[""] == said["ar"]
        assert len(set(said.values())) == 3, "each language has words of its own"
    assert "المعلمون" in shown.text("description")
    assert {c["command"] for c in shown.commands(None, "fr")} >= {"start", "help", "menu"}

    before = changes(simulator)
    telegram.announce(profile_of(build_router(), "SA"))
    await settle(telegram)
    assert changes(simulator) == before, "what stands there is not sent again"

    telegram.announce(profile_of(build_router(), "MA"))
    await settle(telegram)
    assert "الأساتذة" in shown.text("description", "ar")
    again = changes(simulator)[len(before) :]
    assert "setMyDescription" in again


async def test_a_start_waits_for_no_refusal(
    simulator: Simulator, telegram: Telegram, hurry: Hurry
) -> None:
    simulator.faults.rules += [
        FaultRule("setMyDescription", "429", retry_after=3600),
        FaultRule("getMyShortDescription", "500"),
        FaultRule("setMyShortDescription", "error"),
    ]
    telegram.announce(profile_of(build_router(), "SA"))
    assert telegram.link("x"), "and goes on at once"
    await settle(telegram)
    assert any(each.method == "setMyDescription" for each in simulator.requests)
    assert max(hurry.pauses) >= 3600
    assert simulator.world.profile.text("description", "fr")


def test_pauses_grow_to_a_cap_and_start_again() -> None:
    backoff = Backoff(first=1, cap=60)
    delays = [backoff.fail() for _ in range(50)]
    for delay, whole in zip(delays, [1, 2, 4, 8, 16, 32, 60, 60], strict=False):
        assert whole / 2 <= delay <= whole
    assert backoff.fail(at_least=90) == 90
    backoff.succeed()
    assert backoff.fail() <= 1
