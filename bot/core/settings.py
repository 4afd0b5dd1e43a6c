"""Typed settings from the environment (`HALQA_…`), each documented where it stands."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, get_args, get_type_hints
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

import msgspec
from msgspec import Meta

from bot.core.country import COUNTRIES
from bot.core.errors import SettingsError

PREFIX = "HALQA_"
DATABASE_FILE = "halqa.sqlite3"
"""Its name in the data directory, where no other database is named."""
_DATABASES = ("sqlite", "postgresql", "postgres")
_FLAGS = dict.fromkeys(("t", "yes", "y", "on"), True) | dict.fromkeys(
    ("f", "no", "n", "off"), False
)
_RESERVED = "!#$%&'()*+,/:;=?@[]~"
_DRIVERS = {"", "aiosqlite", "asyncpg"}
_OPTIONS = {
    "host",
    "passfile",
    "port",
    "prepared_statement_cache_size",
    "ssl",
    "target_session_attrs",
}
"""What an address of PostgreSQL may say behind its `?`, besides `sslmode`: what the driver takes as
it is written."""
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_INSTEAD = {"sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}
"""Variables of the environment that say what an address cannot."""
_TLS = re.compile(r"([?&])sslmode=")
"""As libpq calls it, and everybody's address; the driver calls it `ssl`."""
_ADDRESS = r"^([a-z]+:[^\s:,]+|[0-9]+)$"
SECRET_ENDINGS = ("_token", "_secret", "_key", "_password")
"""How the name of every secret ends that a channel declares: the log keeps them to itself before
any channel is there."""


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


class HttpAddress(str):
    """An http address as it goes over the wire: in ASCII, its host in small letters.

    :raises ValueError: says what is wrong and never repeats the text.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "HttpAddress":
        try:
            url = urlsplit(text.strip())
            host = (url.hostname or "").encode("idna").decode()
            port = url.port
        except ValueError:
            host, port, url = "", None, urlsplit("")
        if (
            url.scheme not in ("http", "https")
            or not host
            or any(letter.isspace() for letter in url.geturl())
        ):
            raise ValueError("must be an address that begins with http:// or https://")
        host = f"[{host}]" if ":" in host else host
        user = f"{url.netloc.rpartition('@')[0]}@" if "@" in url.netloc else ""
        place = f"{user}{host}" + (f":{port}" if port is not None else "")
        parts = (quote(part, safe=_RESERVED) for part in (url.path, url.query, url.fragment))
        return super().__new__(cls, urlunsplit((url.scheme, place, *parts)))


def _wrong_options(kind: str, address: str) -> str:
    """What is wrong with the address of a database beyond its beginning; "" where nothing is."""
    if kind == "sqlite":
        if "?" in address:
            return "a ? in the name of a file is written %3F, a % is written %25"
        return ""
    try:
        parts = urlsplit(address)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        _ = parts.port
    except ValueError:
        return (
            "must be postgresql://user:password@host:port/name, with / : @ in a password as"
            " %2F %3A %40"
        )
    for name, value in options.items():
        if name == "sslmode" and value not in _SSL_MODES:
            return f"?sslmode must be one of {', '.join(_SSL_MODES)}"
        if name in _INSTEAD:
            return f"?{name} is said by the variable {_INSTEAD[name]} instead"
        if name != "sslmode" and name not in _OPTIONS:
            return f"?{name} is not known here: leave it out"
    return ""


def read_flag(text: str) -> object:
    """A switch as people write it; what is none stays as it is."""
    return _FLAGS.get(text.strip().lower(), text.strip())


def _variable(name: str) -> str:
    return f"{PREFIX}{name}".upper()


class SettingsPart(msgspec.Struct, frozen=True, kw_only=True, rename=_variable):
    """Settings that are read together. The environment variable is `HALQA_` and the name in
    capitals.

    msgspec reads and checks what the types say; `__post_init__` checks what no library knows.
    """

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in self.variables()]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({shown})"

    @classmethod
    def variables(cls) -> dict[str, str]:
        """The environment variable of each, by its name."""
        return dict(zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True))

    @classmethod
    def plain(cls, name: str, given: str) -> object:
        """What people may write more freely than msgspec reads it; None counts as not given."""
        return given

    @classmethod
    def read(cls, said: Mapping[str, object]) -> Self:
        """The settings that are said, by name; whatever is not, or is None, has its default.

        :raises SettingsError: one line that names a setting that is missing or wrong; the value
            itself is never repeated, since it may be a secret.
        """
        values = {}
        for name, variable in cls.variables().items():
            value = said.get(name)
            value = cls.plain(name, value) if isinstance(value, str) else value
            if value is not None:
                values[variable] = value
        try:
            return msgspec.convert(values, cls, strict=False, dec_hook=_read)
        except msgspec.ValidationError as error:
            raise SettingsError(_line(cls, error)) from None

    def wrong(self, name: str, wanted: str) -> SettingsError:
        """What is said where a setting is wrong."""
        return SettingsError(f"{_variable(name)}: {wanted}")


Part = TypeVar("Part", bound=SettingsPart)


class Settings(SettingsPart, frozen=True, kw_only=True):
    """What can be set, whichever channels there are. What is set beside it is kept as it was given,
    for the part that a channel declares."""

    beside: dict[str, object] = {}
    database_url: str | None = None
    """Where the state lives; default: an SQLite file in the data directory."""
    data_dir: Path = Path("var")
    """Folder of the database, keys and files."""
    files_dir: Path | None = None
    """Folder of the files that people send, which every process has to see; default: `files` in the
    data directory."""
    secret_key: Secret | None = None
    """Key that seals buttons and links (32 characters or more); default: made once and kept in the
    data directory."""
    listen_host: str = "127.0.0.1"
    """Address that the web server listens on."""
    listen_port: Annotated[int, Meta(ge=0, le=65535)] = 8080
    """Port of the web server (health, metrics, webhook, simulator); 0 picks one."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""
    log_format: Literal["text", "json"] = "text"
    """text for people, json for machines."""
    country: str = "SA"
    """Country pack for people not yet registered: SA or MA."""
    lexicon_file: Path | None = None
    """Words that the search takes for one another, beside those of Halqa; default: none."""
    packs_dir: Path | None = None
    """Folder of country packs of one's own, each in place of that of Halqa; default: none."""
    max_file_mb: Annotated[int, Meta(ge=1, le=2000)] = 20
    """Largest file accepted, in MB, as far as its channel hands it over."""
    keep_set_aside_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    """Days for which an update that could not be handled stays for whoever looks into it."""
    keep_begun_forms_days: Annotated[int, Meta(ge=1, le=3650)] = 182
    """Days for which a half-filled form of a registered person waits."""
    keep_visitor_forms_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    """The same for whoever has not registered."""
    keep_visitors_days: Annotated[int, Meta(ge=1, le=3650)] = 365
    """Days after which whoever has written and never registered is forgotten."""
    keep_searches_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    """Days for which the last ten searches of a person stay."""
    keep_views_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    """Days for which it is kept who has looked at whose data."""
    keep_audit_days: Annotated[int, Meta(ge=1, le=36500)] = 1095
    """Days after which the details of an act are erased; that it happened stays."""
    keep_unit_requests_days: Annotated[int, Meta(ge=1, le=3650)] = 365
    """Days for which it stays what was asked to be added to the tree, once that is answered."""
    keep_erasures_days: Annotated[int, Meta(ge=1, le=3650)] = 400
    """Days for which the list of erasures stays: longer than any backup."""
    administrators: list[Annotated[str, Meta(pattern=_ADDRESS)]] = []
    """Addresses, separated by commas, that administer the installation: `channel:id`, or the id
    alone on the first channel."""

    def __post_init__(self) -> None:
        key, database = self.secret_key, self.database_url
        kind, _, driver = (database or "").partition(":")[0].partition("+")
        for name, fine, wanted in (
            (
                "secret_key",
                key is None or len(key.reveal()) >= 32,
                "must have 32 characters or more",
            ),
            (
                "database_url",
                database is None or (kind in _DATABASES and driver in _DRIVERS),
                "must start with sqlite: or postgresql:",
            ),
            ("database_url", not (wrong := _wrong_options(kind, database or "")), wrong),
            ("country", self.country in COUNTRIES, f"must be one of {', '.join(COUNTRIES)}"),
        ):
            if not fine:
                raise self.wrong(name, wanted)

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """All but the database's address, which may hold a password, and what is read elsewhere."""
        return [(name, value) for name, value in super().__rich_repr__() if name != "database_url"]

    @classmethod
    def variables(cls) -> dict[str, str]:
        every = super().variables()
        del every["beside"]
        return every

    @classmethod
    def plain(cls, name: str, given: str) -> object:
        text = given.strip()
        match name:
            case "database_url":
                return given or None
            case "lexicon_file" | "packs_dir":
                return text or None
            case "log_level":
                return given.upper()
            case "listen_port" | "max_file_mb":
                return text
            case _ if name.startswith("keep_"):
                return text
            case "administrators":
                return [part.strip() for part in text.split(",") if part.strip()]
        return given

    @classmethod
    def of(cls, given: Mapping[str, object]) -> "Settings":
        """What is given by name, as the environment would say it or as it is kept; everything else
        from the environment, the file `.env`, or its default.

        :raises SettingsError: as `read`.
        """
        said = _read_environment() | dict(given)
        own = cls.read(said)
        beside = {name: value for name, value in said.items() if name not in cls.variables()}
        return msgspec.structs.replace(own, beside=beside)

    def but(self, **changes: object) -> "Settings":
        """The same settings but for these, each as for `of`; None is the default."""
        kept = {name: getattr(self, name) for name in self.variables()}
        return Settings.of(kept | self.beside | changes)

    def part(self, kind: type[Part]) -> Part:
        """The settings of a part that somebody else declares.

        :raises SettingsError: as `SettingsPart.read`.
        """
        return kind.read(self.beside)

    def secrets(self) -> frozenset[str]:
        """Everything in the settings that nobody may read in a log: including the half of a token
        behind its colon, and the database's password as it is written and as it is meant. Of what
        a channel declares, everything whose name says so."""
        found = {self.secret_key.reveal()} if self.secret_key else set()
        for name, value in self.beside.items():
            if name.endswith(SECRET_ENDINGS) and value is not None:
                text = value.reveal() if isinstance(value, Secret) else str(value)
                found |= {text, text.partition(":")[2]}
        if self.database_url and (password := urlsplit(self.database_url).password):
            found |= {password, unquote(password)}
        return frozenset(found - {""})

    def resolved_files_dir(self) -> Path:
        """The folder in which files lie."""
        return self.files_dir or self.data_dir / "files"

    def resolved_database_url(self) -> str:
        """The database's SQLAlchemy URL with its async driver."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{quote(str(self.data_dir / DATABASE_FILE))}"
        given = _TLS.sub(r"\1ssl=", self.database_url)
        for plain, driver in (
            ("sqlite:", "sqlite+aiosqlite:"),
            ("postgresql:", "postgresql+asyncpg:"),
            ("postgres:", "postgresql+asyncpg:"),
        ):
            if given.startswith(plain):
                return driver + given.removeprefix(plain)
        return given


def load_settings(**otherwise: object) -> Settings:
    """The settings of this environment; `otherwise` are those that it says nothing about.

    :raises SettingsError: as `Settings.of`.
    """
    said = _read_environment()
    return Settings.of({name: value for name, value in otherwise.items() if name not in said})


def _read_environment() -> dict[str, object]:
    """The environment's own words before those of `.env`, by name in small letters."""
    written: Mapping[str, str | None] = {}
    if Path(".env").is_file():
        # Services have none: theirs is set by whoever runs them.
        from dotenv import dotenv_values

        written = dotenv_values(".env", encoding="utf-8")
    return {
        name.upper().removeprefix(PREFIX).lower(): value
        for name, value in (*written.items(), *os.environ.items())
        if value is not None and name.upper().startswith(PREFIX)
    }


def _read(kind: type[Any], given: object) -> object:
    """A value of a type that msgspec does not know: a secret, an address, a path."""
    return given if isinstance(given, kind) else kind(str(given))


def _line(cls: type[SettingsPart], error: msgspec.ValidationError) -> str:
    """The variable and what is wrong with it, in one line and without the value."""
    wrong, _, place = str(error).rpartition(" - at `$.")
    variable = place.rstrip("`").partition("[")[0]
    if wrong.startswith("Invalid enum value"):  # msgspec repeats it
        name = variable.removeprefix(PREFIX).lower()
        *others, last = get_args(get_type_hints(cls)[name])
        wrong = f"must be {', '.join(others)} or {last}"
    # All that the environment says is `str`: what is wanted says enough.
    if wrong.startswith("Expected `str` matching"):
        wrong = "must be ids, or addresses as channel:id"
    return f"{variable}: {wrong.partition(', got ')[0]}"
