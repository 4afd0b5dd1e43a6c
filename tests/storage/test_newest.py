"""A start with nothing to migrate leaves Alembic alone, and only then."""

from typing import Any

import pytest
from alembic import command

from bot.storage import migrations
from bot.storage.migrations import migrate, migrate_back, newest_revision
from tests.databases import run_apart


class Called(Exception):
    """Alembic was asked to upgrade."""


@pytest.fixture
def no_upgrade(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise Called

    monkeypatch.setattr(command, "upgrade", refuse)


def test_the_scripts_name_the_same_newest_revision_as_alembic() -> None:
    assert migrations._heads() == {newest_revision()}


@pytest.mark.usefixtures("no_upgrade")
def test_what_is_newest_already_is_left_alone(sqlite_url: str) -> None:
    migrate(sqlite_url)


@pytest.mark.usefixtures("no_upgrade")
def test_an_older_or_empty_database_is_upgraded(sqlite_url: str, empty_sqlite_url: str) -> None:
    run_apart(migrate_back, sqlite_url, "-1")
    for url in (sqlite_url, empty_sqlite_url):
        with pytest.raises(Called):
            migrate(url)
