"""Typed settings from the environment (`HALQA_…`), each documented where it stands."""

from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.core.country import COUNTRIES
from bot.core.errors import SettingsError

DATABASES = ("sqlite", "postgresql", "postgres")


class Settings(BaseSettings):
    """Everything that can be set. The environment variable is `HALQA_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix="HALQA_", env_file=".env", extra="ignore")

    telegram_token: SecretStr | None = Field(
        None, description="The bot's token from BotFather. Without it only the simulator runs."
    )
    telegram_api_url: HttpUrl | None = Field(
        None, description="A Bot API server of your own, as http://host:port."
    )
    telegram_webhook_url: HttpUrl | None = Field(
        None, description="Public https address for webhooks; without it the bot polls."
    )
    telegram_webhook_secret: SecretStr | None = Field(
        None, description="Secret that Telegram sends with each webhook (1–256 of A-Z a-z 0-9 _ -)."
    )
    telegram_paid_broadcast: bool = Field(
        False, description="Send broadcasts at the paid rate (1,000 a second)."
    )
    database_url: str | None = Field(
        None,
        description="Where the state lives; default: an SQLite file in the data directory.",
        repr=False,  # it may hold a password
    )
    data_dir: Path = Field(Path("var"), description="Folder of the database, keys and files.")
    secret_key: SecretStr | None = Field(
        None,
        description="Key that seals buttons and links (32 characters or more); default: made once "
        "and kept in the data directory.",
    )
    listen_host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    listen_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        8080,
        description="Port of the web server (health, metrics, webhook, simulator); 0 picks one.",
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: str = Field("text", description="text for people, json for machines.")
    country: str = Field("SA", description="Country pack for people not yet registered: SA or MA.")
    max_file_mb: Annotated[int, Field(ge=1, le=20)] = Field(
        20, description="Largest piece of evidence accepted, in MB; Telegram gives at most 20."
    )
    administrators: Annotated[list[int], NoDecode] = Field(
        default_factory=list,
        description="Telegram ids, separated by commas, that administer the installation.",
    )

    @field_validator("administrators", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str) -> str:
        if value not in COUNTRIES:
            raise ValueError(f"must be one of {', '.join(COUNTRIES)}")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value and value.split(":", 1)[0].split("+", 1)[0] not in DATABASES:
            raise ValueError("must start with sqlite: or postgresql:")
        return value or None

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in {"text", "json"}:
            raise ValueError("must be text or json")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _looks_like_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        number, _, secret = value.get_secret_value().partition(":")
        if not number.isdigit() or len(secret) < 8:
            raise ValueError("must look like 123456:ABC… as BotFather gives it")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("must have 32 characters or more")
        return value

    def secrets(self) -> frozenset[str]:
        """Everything in the settings that nobody may read in a log: including the secret half of
        the token, and the database's password as it is written and as it is meant."""
        hidden = (self.telegram_token, self.telegram_webhook_secret, self.secret_key)
        found = {secret.get_secret_value() for secret in hidden if secret is not None}
        if self.telegram_token:
            found.add(self.telegram_token.get_secret_value().partition(":")[2])
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

    :raises SettingsError: one line that names the first setting that is missing or wrong; the
        value itself is never repeated, since it may be a secret.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "HALQA_" + "_".join(str(part) for part in first["loc"][:1]).upper()
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise SettingsError(f"{name}: {reason}") from None
