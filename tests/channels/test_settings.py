"""What is set for Telegram: read when it is needed, and as carefully as everything else."""

from typing import Any, get_type_hints

import pytest
from rich.pretty import pretty_repr

from bot.app import PLUGINS
from bot.channels.plugin import ChannelPlugin
from bot.channels.telegram.settings import TelegramSettings
from bot.core.errors import SettingsError
from bot.core.settings import SECRET_ENDINGS, Secret, Settings, SettingsPart

SAID: dict[str, tuple[str, object]] = {
    "telegram_token": ("123456:hush-hush", Secret("123456:hush-hush")),
    "telegram_api_url": ("http://host:8081", "http://host:8081"),
    "telegram_webhook_url": ("https://host/hook", "https://host/hook"),
    "telegram_webhook_secret": ("null", Secret("null")),
    "telegram_paid_broadcast": ("on", True),
}


def telegram(**given: object) -> TelegramSettings:
    return Settings.of(given).part(TelegramSettings)


def refusal(name: str, text: str) -> str | None:
    """What is said against it; None if it is taken."""
    try:
        telegram(**{name: text})
    except SettingsError as error:
        return str(error)
    return None


def test_every_setting_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.chdir(tmp_path)
    variables = TelegramSettings.variables()
    assert variables.keys() == SAID.keys()
    for name, (text, _) in SAID.items():
        monkeypatch.setenv(variables[name], text)
    settings = Settings.of({})
    for read in (settings.part(TelegramSettings), settings.but().part(TelegramSettings)):
        assert {name: getattr(read, name) for name in SAID} == {
            name: meant for name, (_, meant) in SAID.items()
        }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("telegram_token", "not-a-token"),
        ("telegram_api_url", "nonsense"),
        ("telegram_api_url", "ftp://api.example.org"),
        ("telegram_api_url", "http:///path"),
        ("telegram_api_url", "http://host:port"),
        ("telegram_api_url", "http://api.example .org"),
        ("telegram_api_url", ""),
        ("telegram_webhook_url", "http://[::1"),
        ("telegram_paid_broadcast", "perhaps"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    said = refusal(name, value) or ""
    variable = f"HALQA_{name.upper()}"
    assert said.startswith(f"{variable}: ")
    assert "\n" not in said
    assert value not in said.removeprefix(variable) or len(value) < 3


def test_what_is_wanted_is_said() -> None:
    wanted = "HALQA_TELEGRAM_PAID_BROADCAST: Expected `bool`"
    assert refusal("telegram_paid_broadcast", "perhaps") == wanted


@pytest.mark.parametrize("name", SAID)
def test_no_setting_repeats_a_secret_that_was_meant_for_another(name: str) -> None:
    for secret in ("hush", "123:hush", "hush,hush", "http://[hush", "hush - at `$.HALQA_X`\nhush"):
        if said := refusal(name, secret):
            assert said.startswith(f"HALQA_{name.upper()}: ")
            assert "hush" not in said
            assert "\n" not in said


def test_no_secret_is_shown() -> None:
    shown = telegram(telegram_token="123456:hush-hush")
    texts = (repr(shown), str(shown), pretty_repr(shown), f"{shown.telegram_token}")
    assert not [text for text in texts if "hush" in text]


def test_an_empty_token_counts_as_missing() -> None:
    assert telegram(telegram_token="").telegram_token is None


def test_a_token_is_kept_or_taken_back() -> None:
    settings = Settings.of({"telegram_token": "123456:hush-hush"})
    assert settings.but(country="MA").part(TelegramSettings).telegram_token is not None
    assert settings.but(telegram_token=None).part(TelegramSettings).telegram_token is None


@pytest.mark.parametrize("part", [plugin.settings for plugin in PLUGINS])
def test_the_log_knows_every_secret_of_a_channel_by_its_name(part: type[SettingsPart]) -> None:
    kinds = get_type_hints(part)
    secrets = [name for name in part.variables() if kinds[name] in (Secret, Secret | None)]
    assert secrets == [name for name in part.variables() if name.endswith(SECRET_ENDINGS)]
    assert secrets


def test_an_address_goes_over_the_wire_in_ascii() -> None:
    def address(given: str) -> str | None:
        return telegram(telegram_webhook_url=given).telegram_webhook_url

    assert (
        address("https://Bot.Example.org:8443/Hook?a=1") == "https://bot.example.org:8443/Hook?a=1"
    )
    assert address(" http://127.0.0.1:8081/ ") == "http://127.0.0.1:8081/"
    assert address("http://[::1]:8081") == "http://[::1]:8081"
    assert address("https://حلقة.example/بوت") == ("https://xn--ogbh7dh.example/%D8%A8%D9%88%D8%AA")
    assert address("https://u:p@bot.example.org/a%20b") == "https://u:p@bot.example.org/a%20b"


@pytest.mark.parametrize(("said", "meant"), [("true", True), ("0", False), ("Yes", True)])
def test_a_setting_is_on_or_off(said: str, meant: bool) -> None:
    assert telegram(telegram_paid_broadcast=said).telegram_paid_broadcast is meant


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_the_settings_of_a_channel_bear_its_name(plugin: ChannelPlugin) -> None:
    """So that no two channels, and no channel and the bot, read the same variable."""
    assert all(name.startswith(f"{plugin.name}_") for name in plugin.settings.variables())
    assert not plugin.settings.variables().keys() & Settings.variables().keys()
