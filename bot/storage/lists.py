"""Lists of any length as one value of a statement.

A statement that names each value grows with what a person holds, until the database no longer
accepts it (SQLite nests a thousand conditions, PostgreSQL takes 32,767 values), and is compiled
anew for every length. A list travels as one value instead: as JSON to SQLite, as an array to
PostgreSQL."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    String,
    Text,
    bindparam,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.storage.columns import encode
from bot.storage.transaction import Tx

_LISTED = {
    "sqlite": "(SELECT value FROM json_each(?))",
    "postgresql": "(SELECT unnest(?::bigint[]))",
}


# PostgreSQL may join with the whole table otherwise.
_FIRST = {
    "sqlite": "({key}) IN (SELECT {key} {rest})",
    "postgresql": "ctid = ANY(ARRAY(SELECT ctid {rest}))",
}


def first_of(tx: Tx, key: str, rest: str) -> str:
    """The condition, for the driver, that a row is among those which a query finds first: `rest`
    is `FROM table WHERE … ORDER BY … LIMIT ?`, and `key` the columns of the table's key. However
    large the table is, only these rows are touched."""
    return _FIRST[tx.dialect].format(key=key, rest=rest)


def with_ids(tx: Tx, sql: str) -> str:
    """`sql` for the driver with `(ids)` written so that one `?` takes the whole list of
    `as_list`."""
    return sql.replace("(ids)", _LISTED[tx.dialect])


def as_list(tx: Tx, ids: Iterable[int]) -> object:
    """Many ids as the one value that the driver takes for them."""
    return encode(list(ids)) if tx.dialect == "sqlite" else list(ids)


class _List(TypeDecorator[list[Any]]):
    """Values of one type as one value."""

    impl = Text
    of: TypeEngine[Any]

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(self.of))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return list(value) if dialect.name == "postgresql" else encode(list(value))


class Ids(_List):
    """Whole numbers."""

    cache_ok = True
    of = BigInteger()


class Texts(_List):
    cache_ok = True
    of = Text()


class _Listed(FunctionElement[Any]):
    """The rows of a list, in a column `value`."""

    name = "listed"
    inherit_cache = True


@compiles(_Listed, "sqlite")
def _as_json(element: _Listed, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **more)})"


@compiles(_Listed, "postgresql")
def _as_array(element: _Listed, compiler: SQLCompiler, **more: Any) -> str:
    (values,) = element.clauses
    array = "TEXT[]" if isinstance(values.type, Texts) else "BIGINT[]"
    taken = compiler.process(element.clauses, **more)
    return f"(SELECT unnest(CAST({taken} AS {array})) AS value)"


def ids_named(name: str) -> BindParameter[Any]:
    """A parameter that takes a list of ids, for a statement that is built once."""
    return bindparam(name, type_=Ids())


def texts_named(name: str) -> BindParameter[Any]:
    """The same for a list of texts."""
    return bindparam(name, type_=Texts())


def texts_of(values: Iterable[str]) -> BindParameter[Any]:
    """A list of texts as the one value that `rows_of` takes."""
    return bindparam(None, list(values), type_=Texts())


def rows_of(values: BindParameter[Any]) -> Any:
    """What to select from: a row for each value of the list, in the column `value`."""
    return _Listed(values).table_valued("value")


def among(
    column: ColumnElement[Any], values: Iterable[int] | Iterable[str] | BindParameter[Any]
) -> ColumnElement[bool]:
    """The condition that the column holds one of the values, of which there may be any number;
    ids, or texts for a column of texts."""
    if not isinstance(values, BindParameter):
        some = list(values)
        # An empty list tells nothing, and PostgreSQL compares no text with numbers.
        of_texts = isinstance(column.type, String) or (bool(some) and isinstance(some[0], str))
        values = bindparam(None, some, type_=Texts() if of_texts else Ids())
    listed: Select[Any] = select(rows_of(values).c.value)
    return column.in_(listed)
