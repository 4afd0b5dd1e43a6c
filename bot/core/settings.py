"""Typed settings from the environment (`HALQA_…`), each documented where it stands."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from bot.core.country import COUNTRIES
from bot.core.errors import SettingsError

PREFIX = "HALQA_"
DATABASES = ("sqlite", "postgresql", "postgres")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_YES, _NO = ("1", "true", "t", "yes", "y", "on"), ("0", "false", "f", "no", "n", "off")
_RESERVED = "!#$%&'()*+,/:;=?@[]~"


class Secret:
    """A text that nobody sees who prints it or what holds it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(**********)"


# How each is read; a ValueError says what is wrong and never repeats the value.


def _flag(given: object) -> bool:
    word = str(given).strip().lower()
    if word not in (*_YES, *_NO):
        raise ValueError("must be true or false")
    return word in _YES


def _number(least: int, most: int) -> Callable[[object], int]:
    def read(given: object) -> int:
        try:
            number = int(str(given))
        except ValueError:
            raise ValueError("must be a whole number") from None
        if not least <= number <= most:
            raise ValueError(f"must be {least} to {most}")
        return number

    return read


def _numbers(given: object) -> list[int]:
    parts = given.split(",") if isinstance(given, str) else given
    assert isinstance(parts, list | tuple)
    try:
        return [int(part) for part in parts if str(part).strip()]
    except ValueError:
        raise ValueError("must be whole numbers, separated by commas") from None


def _secret(given: object) -> Secret:
    return given if isinstance(given, Secret) else Secret(str(given))


def _address(given: object) -> str:
    """An address as it goes over the wire: in ASCII, its host in small letters."""
    try:
        url = urlsplit(str(given).strip())
        host = (url.hostname or "").encode("idna").decode()
        port = url.port
    except ValueError:
        host, port, url = "", None, urlsplit("")
    if url.scheme not in ("http", "https") or not host or any(c.isspace() for c in url.geturl()):
        raise ValueError("must be an address that begins with http:// or https://")
    host = f"[{host}]" if ":" in host else host
    user = f"{url.netloc.rpartition('@')[0]}@" if "@" in url.netloc else ""
    place = f"{user}{host}" + (f":{port}" if port is not None else "")
    parts = (quote(part, safe=_RESERVED) for part in (url.path, url.query, url.fragment))
    return urlunsplit((url.scheme, place, *parts))


def _word(*known: str) -> Callable[[object], str]:
    *others, last = known

    def read(given: object) -> str:
        if given not in known:
            raise ValueError(f"must be {', '.join(others)} or {last}")
        return str(given)

    return read


def _country(given: object) -> str:
    if given not in COUNTRIES:
        raise ValueError(f"must be one of {', '.join(COUNTRIES)}")
    return str(given)


def _log_level(given: object) -> str:
    return _word(*LOG_LEVELS)(str(given).upper())


def _database(given: object) -> str | None:
    url = str(given)
    if url and url.split(":", 1)[0].split("+", 1)[0] not in DATABASES:
        raise ValueError("must start with sqlite: or postgresql:")
    return url or None


def _token(given: object) -> Secret | None:
    token = _secret(given)
    if not token:
        return None
    number, _, secret = token.reveal().partition(":")
    if not number.isdigit() or len(secret) < 8:
        raise ValueError("must look like 123456:ABC… as BotFather gives it")
    return token


def _key(given: object) -> Secret:
    key = _secret(given)
    if len(key.reveal()) < 32:
        raise ValueError("must have 32 characters or more")
    return key


_READERS: dict[str, Callable[[Any], object]] = {
    "telegram_token": _token,
    "telegram_api_url": _address,
    "telegram_webhook_url": _address,
    "telegram_webhook_secret": _secret,
    "telegram_paid_broadcast": _flag,
    "database_url": _database,
    "data_dir": Path,
    "secret_key": _key,
    "listen_host": str,
    "listen_port": _number(0, 65535),
    "log_level": _log_level,
    "log_format": _word("text", "json"),
    "country": _country,
    "max_file_mb": _number(1, 20),
    "administrators": _numbers,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. The environment variable is `HALQA_` and the name in capitals.

    It is read here by hand: pydantic, which reads as much, takes 9 MB and an eighth of a second of
    every start (docs/decisions/0021).
    """

    telegram_token: Secret | None = None
    """The bot's token from BotFather. Without it only the simulator runs."""
    telegram_api_url: str | None = None
    """A Bot API server of your own, as http://host:port."""
    telegram_webhook_url: str | None = None
    """Public https address for webhooks; without it the bot polls."""
    telegram_webhook_secret: Secret | None = None
    """Secret that Telegram sends with each webhook (1–256 of A-Z a-z 0-9 _ -)."""
    telegram_paid_broadcast: bool = False
    """Send broadcasts at the paid rate (1,000 a second)."""
    database_url: str | None = field(default=None, repr=False)  # it may hold a password
    """Where the state lives; default: an SQLite file in the data directory."""
    data_dir: Path = Path("var")
    """Folder of the database, keys and files."""
    secret_key: Secret | None = None
    """Key that seals buttons and links (32 characters or more); default: made once and kept in the
    data directory."""
    listen_host: str = "127.0.0.1"
    """Address that the web server listens on."""
    listen_port: int = 8080
    """Port of the web server (health, metrics, webhook, simulator); 0 picks one."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""
    log_format: str = "text"
    """text for people, json for machines."""
    country: str = "SA"
    """Country pack for people not yet registered: SA or MA."""
    max_file_mb: int = 20
    """Largest piece of evidence accepted, in MB; Telegram gives at most 20."""
    administrators: list[int] = field(default_factory=list)
    """Telegram ids, separated by commas, that administer the installation."""

    @classmethod
    def variables(cls) -> dict[str, str]:
        """The environment variable of each, by its name."""
        return {each.name: f"{PREFIX}{each.name}".upper() for each in fields(cls)}

    @classmethod
    def of(cls, given: Mapping[str, object]) -> "Settings":
        """What is given by name, as the environment would say it or as it is kept; everything else
        from the environment, the file `.env`, or its default.

        :raises SettingsError: one line that names the first setting that is missing or wrong; the
            value itself is never repeated, since it may be a secret.
        """
        environment = _read_environment()
        variables = cls.variables()
        read: dict[str, Any] = {}
        for each in fields(cls):
            variable = variables[each.name]
            value = given[each.name] if each.name in given else environment.get(variable)
            if value is None:
                continue
            try:
                read[each.name] = _READERS[each.name](value)
            except ValueError as error:
                raise SettingsError(f"{variable}: {error}") from None
        return cls(**read)

    def but(self, **changes: object) -> "Settings":
        """The same settings but for these, each as for `of`; None is the default."""
        return Settings.of({each.name: getattr(self, each.name) for each in fields(self)} | changes)

    def secrets(self) -> frozenset[str]:
        """Everything in the settings that nobody may read in a log: including the secret half of
        the token, and the database's password as it is written and as it is meant."""
        hidden = (self.telegram_token, self.telegram_webhook_secret, self.secret_key)
        found = {secret.reveal() for secret in hidden if secret is not None}
        if self.telegram_token:
            found.add(self.telegram_token.reveal().partition(":")[2])
        if self.database_url and (password := urlsplit(self.database_url).password):
            found |= {password, unquote(password)}
        return frozenset(found - {""})

    def resolved_database_url(self) -> str:
        """The database's SQLAlchemy URL with its async driver."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{self.data_dir / 'halqa.sqlite3'}"
        for plain, driver in (
            ("sqlite:", "sqlite+aiosqlite:"),
            ("postgresql:", "postgresql+asyncpg:"),
            ("postgres:", "postgresql+asyncpg:"),
        ):
            if self.database_url.startswith(plain):
                return driver + self.database_url.removeprefix(plain)
        return self.database_url


def load_settings() -> Settings:
    """The settings of this environment.

    :raises SettingsError: as `Settings.of`.
    """
    return Settings.of({})


def _read_environment() -> dict[str, str]:
    """The environment's own words before those of `.env`; names are known in small letters too."""
    written: Mapping[str, str | None] = {}
    if Path(".env").is_file():
        # Services have none: theirs is set by whoever runs them.
        from dotenv import dotenv_values

        written = dotenv_values(".env", encoding="utf-8")
    return {
        name.upper(): value
        for name, value in (*written.items(), *os.environ.items())
        if value is not None and name.upper().startswith(PREFIX)
    }
