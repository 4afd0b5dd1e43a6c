"""Column types that mean the same on SQLite and PostgreSQL, and the one table registry.

Stored forms are plain integers and text, so that the hot statements that go to the driver directly
read and write the same values as SQLAlchemy does.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TextClause,
    event,
    func,
    literal,
    or_,
    type_coerce,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Identifier = BigInteger().with_variant(Integer(), "sqlite")
"""Type of every id: SQLite numbers rows by itself only for INTEGER."""


def to_millis(moment: datetime) -> int:
    """An aware moment as milliseconds since 1970 in UTC, the form in which it is stored."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return round(moment.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    """The aware UTC moment of a stored value."""
    return datetime.fromtimestamp(millis / 1000, UTC)


def encode(value: object) -> str:
    """JSON text as it is stored; keys may be any scalar."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def decode(text: str) -> Any:
    return orjson.loads(text)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_millis(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_millis(value)


class Json(TypeDecorator[Any]):
    """A JSON value, stored as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else encode(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else decode(value)


E = TypeVar("E", bound=StrEnum)


class Enumerated(TypeDecorator[E], Generic[E]):
    """A state or kind, stored as its word."""

    impl = String(32)
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: E | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.kind(value)


MOST_CODES_TEXT = 200
"""Characters that a set of codes may take in its column."""


def codes_text(codes: Iterable[str]) -> str:
    """A set of codes as it is stored: in the order of the alphabet, so that a set has one text."""
    return ",".join(sorted(set(codes)))


def codes_of(text: str | None) -> tuple[str, ...]:
    """The codes of a stored text; an empty column holds none."""
    return tuple(text.split(",")) if text else ()


class Codes(TypeDecorator[tuple[str, ...]]):
    """A set of codes, stored as one text; none at all as NULL. One code alone is its own text."""

    impl = String(MOST_CODES_TEXT)
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | str | None, dialect: Dialect) -> str | None:
        return codes_text(codes_of(value) if isinstance(value, str) else value or ()) or None

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return codes_of(value)


def holds_any(column: ColumnElement[Any], codes: Iterable[str]) -> ColumnElement[bool]:
    """The condition that a column of `Codes` holds one of these."""
    text = type_coerce(column, String())
    wanted = sorted(set(codes))
    conditions = [text == code for code in wanted]
    for code in wanted:
        # The column itself is compared: of an expression PostgreSQL would know no frequencies.
        conditions += [text.like(f"{code},%"), text.like(f"%,{code},%"), text.like(f"%,{code}")]
    return or_(*conditions)


def holds_only(column: ColumnElement[Any], codes: Iterable[str]) -> ColumnElement[bool]:
    """The condition that a column of `Codes` holds some of these, and nothing else."""
    left: ColumnElement[str] = literal(",").concat(type_coerce(column, String())).concat(",")
    for code in sorted(set(codes)):
        left = func.replace(left, f",{code},", ",")
    return left == ","


def id_column(name: str = "id") -> Column[int]:
    """The primary key that the database numbers by itself."""
    return Column(name, Identifier, primary_key=True, autoincrement=True)


_ON_POSTGRESQL = "where on postgresql"


def partial_index(
    name: str,
    *columns: str,
    where: TextClause,
    on_postgresql: TextClause | None = None,
    unique: bool = False,
) -> Index:
    """An index of the rows that meet a condition; of others on PostgreSQL, where it says so."""
    known = {_ON_POSTGRESQL: where if on_postgresql is None else on_postgresql}
    return Index(name, *columns, unique=unique, sqlite_where=where, info=known)


def complete_indexes(tables: MetaData) -> None:
    """Tell the partial indexes what they are on PostgreSQL, before they are made or drafted.

    An index that names a database loads all that SQLAlchemy knows of it, which a bot on SQLite
    never needs.
    """
    for table in tables.tables.values():
        for index in table.indexes:
            if (where := index.info.get(_ON_POSTGRESQL)) is not None:
                index.dialect_options["postgresql"]["where"] = where


@event.listens_for(metadata, "before_create")
def _complete(target: MetaData, connection: Connection, **_: Any) -> None:
    if connection.dialect.name == "postgresql":
        complete_indexes(target)
