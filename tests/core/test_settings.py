"""A missing or wrong setting is one line that names it, and never repeats a secret."""

import os
from ipaddress import ip_address
from pathlib import Path

import pytest
from rich.pretty import pretty_repr

from bot.core.errors import SettingsError
from bot.core.settings import Secret, Settings, load_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is set here, whatever the tests are told by their environment."""
    for name in [name for name in os.environ if name.upper().startswith("HALQA_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HALQA_LISTEN_PORT", "many"),
        ("HALQA_LISTEN_PORT", "-1"),
        ("HALQA_LISTEN_PORT", "99999"),
        ("HALQA_COUNTRY", "XX"),
        ("HALQA_LOG_LEVEL", "LOUD"),
        ("HALQA_LOG_FORMAT", "xml"),
        ("HALQA_SECRET_KEY", "short"),
        ("HALQA_MAX_FILE_MB", "5000"),
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
    beside: dict[str, object] = {"no_setting": "1"}
    everywhere = "0.0.0.0"  # noqa: S104
    assert load_settings() == Settings(country="MA", listen_host=everywhere, beside=beside)
    monkeypatch.setenv("HALQA_COUNTRY", "SA")
    monkeypatch.setenv("halqa_log_level", "debug")
    assert load_settings() == Settings(listen_host=everywhere, log_level="DEBUG", beside=beside)
    given = Settings.of({"country": "MA", "listen_host": None})
    assert given == Settings(country="MA", log_level="DEBUG", beside=beside)
    assert given.but(country="SA", log_level=None, no_setting=None).beside == {"no_setting": None}
    assert given.but(country="SA", log_level=None) == Settings(beside=beside)


def test_every_setting_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    said: dict[str, tuple[str, object]] = {
        "database_url": ("sqlite:///a", "sqlite:///a"),
        "data_dir": ("/srv/halqa", Path("/srv/halqa")),
        "files_dir": ("/srv/files", Path("/srv/files")),
        "secret_key": (f" {'key' * 11} ", Secret(f" {'key' * 11} ")),
        "listen_host": ("::1", "::1"),
        "listen_port": ("0", 0),
        "log_level": ("warning", "WARNING"),
        "log_format": ("json", "json"),
        "country": ("MA", "MA"),
        "lexicon_file": (" /srv/words.tsv ", Path("/srv/words.tsv")),
        "packs_dir": (" /srv/packs ", Path("/srv/packs")),
        "max_file_mb": (" 1 ", 1),
        **{name: (" 7 ", 7) for name in Settings.variables() if name.startswith("keep_")},
        "administrators": ("7", ["7"]),
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
        ("max_file_mb", "2001", "Expected `int` <= 2000"),
        ("administrators", "1,x", "must be ids, or addresses as channel:id"),
        ("log_level", "loud", "must be DEBUG, INFO, WARNING or ERROR"),
        ("log_format", "xml", "must be text or json"),
        ("country", "XX", "must be one of SA, MA"),
    ],
)
def test_what_is_wanted_is_said(name: str, value: str, wanted: str) -> None:
    assert refusal(name, value) == f"{Settings.variables()[name]}: {wanted}"


def test_no_secret_is_shown() -> None:
    key = "a key of more than thirty-two letters"
    shown = Settings.of({"a_channels_token": "hush", "secret_key": key, "database_url": "sqlite:a"})
    for text in (repr(shown), str(shown), pretty_repr(shown), repr(shown.secret_key)):
        assert not [word for word in ("hush", "thirty", "sqlite:a") if word in text]


def test_what_is_set_for_a_channel_is_kept_for_it_and_its_secrets_are_known() -> None:
    given = {"slow_token": "7:hush", "slow_secret": Secret("quiet"), "slow_url": "http://a"}
    settings = Settings.of(given).but(country="MA", slow_secret=Secret("still"))
    assert settings.beside == given | {"slow_secret": Secret("still")}
    assert settings.secrets() == {"7:hush", "hush", "still"}


def test_the_database_goes_over_async_drivers() -> None:
    def url(given: str | None) -> str:
        return Settings.of({"database_url": given}).resolved_database_url()

    assert url(None) == "sqlite+aiosqlite:///var/halqa.sqlite3"
    assert url("sqlite:///a.sqlite3") == "sqlite+aiosqlite:///a.sqlite3"
    assert url("postgresql://u@h/d") == "postgresql+asyncpg://u@h/d"
    assert url("postgres://u@h/d") == "postgresql+asyncpg://u@h/d"
    assert url("postgresql+asyncpg://u@h/d") == "postgresql+asyncpg://u@h/d"


def test_administrators_are_a_list_of_addresses() -> None:
    said = Settings.of({"administrators": "12, telegram:34,"})
    assert said.administrators == ["12", "telegram:34"]


def test_the_web_server_listens_to_this_machine_alone() -> None:
    """`/metrics`, `/health` and the simulator's people are for nobody else, unless it is set."""
    assert ip_address(Settings().listen_host).is_loopback
