"""A missing or wrong setting is one line that names it, and never repeats a secret."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from bot.core import settings
from bot.core.errors import SettingsError
from bot.core.settings import Secret, Settings, load_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HALQA_TELEGRAM_TOKEN", "not-a-token"),
        ("HALQA_TELEGRAM_API_URL", "nonsense"),
        ("HALQA_TELEGRAM_API_URL", "ftp://api.example.org"),
        ("HALQA_TELEGRAM_API_URL", "http:///path"),
        ("HALQA_TELEGRAM_API_URL", "http://host:port"),
        ("HALQA_TELEGRAM_API_URL", "http://api.example .org"),
        ("HALQA_TELEGRAM_API_URL", ""),
        ("HALQA_TELEGRAM_WEBHOOK_URL", "http://[::1"),
        ("HALQA_TELEGRAM_PAID_BROADCAST", "perhaps"),
        ("HALQA_LISTEN_PORT", "many"),
        ("HALQA_LISTEN_PORT", "-1"),
        ("HALQA_LISTEN_PORT", "99999"),
        ("HALQA_COUNTRY", "XX"),
        ("HALQA_LOG_LEVEL", "LOUD"),
        ("HALQA_LOG_FORMAT", "xml"),
        ("HALQA_SECRET_KEY", "short"),
        ("HALQA_MAX_FILE_MB", "500"),
        ("HALQA_ADMINISTRATORS", "12,x"),
        ("HALQA_DATABASE_URL", "mysql://somewhere"),
    ],
)
def test_a_wrong_setting_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert "\n" not in message
    assert value not in message.removeprefix(name) or len(value) < 3


def test_what_the_environment_says_comes_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    written = "HALQA_COUNTRY=MA\nHALQA_LISTEN_HOST='0.0.0.0' # all\nHALQA_NO_SETTING=1\nPATH=x\n"
    Path(".env").write_text(written, "utf-8")
    assert load_settings() == Settings(country="MA", listen_host="0.0.0.0")  # noqa: S104
    monkeypatch.setenv("HALQA_COUNTRY", "SA")
    monkeypatch.setenv("halqa_log_level", "debug")
    assert load_settings() == Settings(listen_host="0.0.0.0", log_level="DEBUG")  # noqa: S104
    given = Settings.of({"country": "MA", "listen_host": None})
    assert given == Settings(country="MA", log_level="DEBUG")
    assert given.but(country="SA", log_level=None) == Settings()


def test_an_address_goes_over_the_wire_in_ascii() -> None:
    def address(given: str) -> str | None:
        return Settings.of({"telegram_webhook_url": given}).telegram_webhook_url

    assert (
        address("https://Bot.Example.org:8443/Hook?a=1") == "https://bot.example.org:8443/Hook?a=1"
    )
    assert address(" http://127.0.0.1:8081/ ") == "http://127.0.0.1:8081/"
    assert address("http://[::1]:8081") == "http://[::1]:8081"
    assert address("https://حلقة.example/بوت") == ("https://xn--ogbh7dh.example/%D8%A8%D9%88%D8%AA")
    assert address("https://u:p@bot.example.org/a%20b") == "https://u:p@bot.example.org/a%20b"


@pytest.mark.parametrize(("said", "meant"), [("true", True), ("0", False), ("Yes", True)])
def test_a_setting_is_on_or_off(said: str, meant: bool) -> None:
    assert Settings.of({"telegram_paid_broadcast": said}).telegram_paid_broadcast is meant


def test_every_setting_is_read() -> None:
    assert Settings.variables().keys() == settings._READERS.keys()


def test_no_secret_is_shown() -> None:
    token, key = "123456:hush-hush", "a key of more than thirty-two letters"
    shown = Settings.of({"telegram_token": token, "secret_key": key, "database_url": "sqlite:a"})
    for text in (repr(shown), str(shown), f"{shown.telegram_token}", repr(shown.secret_key)):
        assert not [word for word in ("hush", "thirty", "sqlite:a") if word in text]
    assert shown.but(country="MA").telegram_token == Secret(token)


def test_the_database_goes_over_async_drivers() -> None:
    def url(given: str | None) -> str:
        return Settings.of({"database_url": given}).resolved_database_url()

    assert url(None) == "sqlite+aiosqlite:///var/halqa.sqlite3"
    assert url("sqlite:///a.sqlite3") == "sqlite+aiosqlite:///a.sqlite3"
    assert url("postgresql://u@h/d") == "postgresql+asyncpg://u@h/d"
    assert url("postgres://u@h/d") == "postgresql+asyncpg://u@h/d"
    assert url("postgresql+asyncpg://u@h/d") == "postgresql+asyncpg://u@h/d"


def test_administrators_are_a_list_of_numbers() -> None:
    assert Settings.of({"administrators": "12, 34,"}).administrators == [12, 34]


def test_an_empty_token_counts_as_missing() -> None:
    assert Settings.of({"telegram_token": ""}).telegram_token is None


def test_the_web_server_listens_to_this_machine_alone() -> None:
    """`/metrics`, `/health` and the simulator's people are for nobody else, unless it is set."""
    assert ip_address(Settings().listen_host).is_loopback
