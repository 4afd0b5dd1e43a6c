"""A missing or wrong setting is one line that names it, and never repeats a secret."""

from ipaddress import ip_address
from pathlib import Path

import pytest
from rich.pretty import pretty_repr

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


def test_every_setting_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    said: dict[str, tuple[str, object]] = {
        "telegram_token": ("123456:hush-hush", Secret("123456:hush-hush")),
        "telegram_api_url": ("http://host:8081", "http://host:8081"),
        "telegram_webhook_url": ("https://host/hook", "https://host/hook"),
        "telegram_webhook_secret": ("null", Secret("null")),
        "telegram_paid_broadcast": ("on", True),
        "database_url": ("sqlite:///a", "sqlite:///a"),
        "data_dir": ("/srv/halqa", Path("/srv/halqa")),
        "secret_key": (f" {'key' * 11} ", Secret(f" {'key' * 11} ")),
        "listen_host": ("::1", "::1"),
        "listen_port": ("0", 0),
        "log_level": ("warning", "WARNING"),
        "log_format": ("json", "json"),
        "country": ("MA", "MA"),
        "max_file_mb": (" 1 ", 1),
        "administrators": ("7", [7]),
    }
    assert said.keys() == Settings.variables().keys()
    for name, (text, _) in said.items():
        monkeypatch.setenv(Settings.variables()[name], text)
    read = load_settings()
    for name, (_, meant) in said.items():
        assert getattr(read, name) == meant, name
        assert type(getattr(read.but(), name)) is type(getattr(read, name)), name
    assert read.but() == read


def refusal(name: str, text: str) -> str | None:
    """What is said against it; None if it is taken."""
    try:
        Settings.of({name: text})
    except SettingsError as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", Settings.variables())
def test_no_setting_repeats_a_secret_that_was_meant_for_another(name: str) -> None:
    for secret in ("hush", "123:hush", "hush,hush", "http://[hush", "hush - at `$.HALQA_X`\nhush"):
        if said := refusal(name, secret):
            assert said.startswith(f"{Settings.variables()[name]}: ")
            assert "hush" not in said
            assert "\n" not in said


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("listen_port", "many", "Expected `int`"),
        ("listen_port", "-1", "Expected `int` >= 0"),
        ("max_file_mb", "21", "Expected `int` <= 20"),
        ("administrators", "1,x", "Expected `int`"),
        ("telegram_paid_broadcast", "perhaps", "Expected `bool`"),
        ("log_level", "loud", "must be DEBUG, INFO, WARNING or ERROR"),
        ("log_format", "xml", "must be text or json"),
        ("country", "XX", "must be one of SA, MA"),
    ],
)
def test_what_is_wanted_is_said(name: str, value: str, wanted: str) -> None:
    assert refusal(name, value) == f"{Settings.variables()[name]}: {wanted}"


def test_no_secret_is_shown() -> None:
    token, key = "123456:hush-hush", "a key of more than thirty-two letters"
    shown = Settings.of({"telegram_token": token, "secret_key": key, "database_url": "sqlite:a"})
    texts = (repr(shown), str(shown), pretty_repr(shown), f"{shown.telegram_token}")
    for text in (*texts, repr(shown.secret_key)):
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
