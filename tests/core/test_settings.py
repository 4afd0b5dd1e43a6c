"""A missing or wrong setting is one line that names it, and never repeats a secret."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from bot.core.errors import SettingsError
from bot.core.settings import Settings, load_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HALQA_TELEGRAM_TOKEN", "not-a-token"),
        ("HALQA_TELEGRAM_API_URL", "nonsense"),
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


def test_the_database_goes_over_async_drivers() -> None:
    def url(given: str | None) -> str:
        return Settings.model_validate({"database_url": given}).resolved_database_url()

    assert url(None) == "sqlite+aiosqlite:///var/halqa.sqlite3"
    assert url("sqlite:///a.sqlite3") == "sqlite+aiosqlite:///a.sqlite3"
    assert url("postgresql://u@h/d") == "postgresql+asyncpg://u@h/d"
    assert url("postgres://u@h/d") == "postgresql+asyncpg://u@h/d"
    assert url("postgresql+asyncpg://u@h/d") == "postgresql+asyncpg://u@h/d"


def test_administrators_are_a_list_of_numbers() -> None:
    assert Settings.model_validate({"administrators": "12, 34,"}).administrators == [12, 34]


def test_an_empty_token_counts_as_missing() -> None:
    assert Settings.model_validate({"telegram_token": ""}).telegram_token is None


def test_the_web_server_listens_to_this_machine_alone() -> None:
    """`/metrics`, `/health` and the simulator's people are for nobody else, unless it is set."""
    assert ip_address(Settings.model_fields["listen_host"].get_default()).is_loopback
