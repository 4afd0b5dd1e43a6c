"""Every column that could hold a person, their words or their addresses is declared.

A slice declares in its models what it keeps of people; what the conversation, the delivery and the
search keep is declared in `people/queries/personal.py`. Whether it is so: `test_personal.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    inspect,
)
from sqlalchemy.ext.asyncio import create_async_engine

from bot.chat.personal import PersonalTable
from bot.features import personal
from bot.features.people.forms.fields import PRIVACY
from bot.storage.columns import Enumerated, Json, Moment, metadata


def by_name() -> dict[str, PersonalTable]:
    return {each.name: each for part in personal() for each in part.tables}


def says(names: Iterable[str]) -> set[str]:
    """The columns that are named, with a space between two."""
    return {column for each in names for column in each.split()}


def of_people(table: Table, told: PersonalTable | None) -> bool:
    """Whether its rows belong to people: by a foreign key, or as the declaration says."""
    tables = {key.column.table.name for key in table.foreign_keys}
    return bool(tables & {"people", "addresses"}) or bool(told and told.owned)


def could_hold_people(column: Column[Any], *, whole_rows: bool) -> bool:
    """Everything in the rows of people but a row's own number; elsewhere words, JSON, numbers that
    nothing says the meaning of, and whatever else is no state, moment, count or known number."""
    if column.primary_key and column.name == "id":
        return False
    if whole_rows:
        return True
    if isinstance(column.type, Enumerated | Moment):
        return False
    plain = isinstance(column.type, Integer) and not isinstance(column.type, BigInteger)
    return not (plain or column.foreign_keys)


def gaps(tables: Iterable[Table], told: Mapping[str, PersonalTable]) -> list[str]:
    """What of these tables is declared nowhere, or declared and not there."""
    found = []
    for table in tables:
        declared = told.get(table.name)
        whole = of_people(table, declared)
        wanted = {c.name for c in table.columns if could_hold_people(c, whole_rows=whole)}
        if declared is None:
            found += [f"{table.name}.{name} is declared nowhere" for name in sorted(wanted)]
            continue
        fates = says([declared.erased, *declared.kept])
        given = says([declared.exported, *declared.withheld])
        found += [f"{table.name}.{name}: erased or kept?" for name in sorted(wanted - fates)]
        if whole:
            found += [f"{table.name}.{name}: exported or not?" for name in sorted(wanted - given)]
        if whole and declared.owned is None:
            found.append(f"{table.name}: whose rows are they?")
        for name in sorted((fates | given) - {c.name for c in table.columns}):
            found.append(f"{table.name}.{name} is no column")
    return found


def test_every_column_that_could_hold_a_person_is_declared() -> None:
    assert gaps(metadata.sorted_tables, by_name()) == []


def test_each_table_is_declared_once_and_each_reason_says_something() -> None:
    told = [each for part in personal() for each in part.tables]
    names = [each.name for each in told]
    assert sorted(names) == sorted(set(names))
    for each in told:
        assert not says([each.exported]) & says(each.withheld), f"{each.name}: exported or not?"
        for reason in (*each.kept.values(), *each.withheld.values()):
            assert len(reason.split()) > 2, f"{each.name}: “{reason}” is no reason"


PLANTED: Mapping[str, Callable[[], Column[Any]]] = {
    "text": lambda: Column("remark", String(20)),
    "json": lambda: Column("answers", Json),
    "person": lambda: Column("reviewer", ForeignKey("people.id")),
    "number": lambda: Column("reviewer_number", BigInteger),
}


@pytest.mark.parametrize("what", PLANTED)
@pytest.mark.parametrize("where", ["units", "memberships", "reading_counts", "planted"])
def test_a_column_that_nobody_declared_is_found(what: str, where: str) -> None:
    copy = MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(copy)
    column = PLANTED[what]()
    if where == "planted":
        Table(where, copy, column)
    else:
        copy.tables[where].append_column(column)
    found = gaps(copy.tables.values(), by_name())
    assert any(column.name in each for each in found), found


def test_a_declaration_of_what_is_no_more_is_found() -> None:
    told = by_name()
    told["units"] = replace(told["units"], erased="motto")
    assert gaps(metadata.sorted_tables, told) == ["units.motto is no column"]


SEARCH = ("search_entries", "search_tokens", "search_spellings")
"""Tables that are no part of the metadata: each database has its own."""
SHADOWS = ("search_tokens_", "search_counts")
"""What SQLite keeps below the tokens."""


async def test_no_table_of_the_database_is_beyond_the_walk(database_url: str) -> None:
    def ask(connection: Connection) -> dict[str, set[str]]:
        looked = inspect(connection)
        names = set(looked.get_table_names()) - {"alembic_version", *metadata.tables}
        return {
            name: {column["name"] for column in looked.get_columns(name)}
            for name in names
            if not name.startswith(SHADOWS)
        }

    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        found = await connection.run_sync(ask)
    await engine.dispose()
    assert set(found) <= set(SEARCH)
    told = by_name()
    for name, columns in found.items():
        fates = says([told[name].erased, *told[name].kept])
        assert columns - {"id"} <= fates, f"{name}: what becomes of {columns - fates}?"


KINDS = {
    "requests": {"memberships", "placements"},
    "answers": {"meeting_answers", "receipts"},
    "practices": {"practices", "practice_evidence"},
    "meetings": {"meetings"},
    "announcements": {"announcements"},
}
"""The kinds of data that the privacy notice names as what people confirm, by where they lie."""


def test_the_notice_names_what_there_is_today() -> None:
    """And nothing that is only planned."""
    _, found, rest = PRIVACY.partition("what you confirm here: ")
    assert found
    named = rest.partition(".")[0].replace(" and ", ", ").split(", ")
    assert named == list(KINDS)
    told = by_name()
    for tables in KINDS.values():
        assert tables <= metadata.tables.keys()
        assert tables <= told.keys()
