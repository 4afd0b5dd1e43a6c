"""Brings a database to the newest shape, or back to an earlier one.

Alembic is loaded only where there is something to do: it would cost every start half a second and
the process some 15 MB.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.errors import SettingsError
from bot.storage.whereabouts import close_to_others, sqlite_file, why_unusable

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"
_REVISION = re.compile(r"""^(down_)?revision\b[^=\n]*=\s*["'](\w+)["']""", re.MULTILINE)


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    # Alembic reads the value as a template in which % has a meaning.
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(url: str, to: str = "head") -> None:
    """Bring the database of `url` up to a revision. Blocking: it runs a loop of its own, so
    call it outside of one.

    :raises SettingsError: the database cannot be used; in one line, what to do.
    """
    with _told_in_a_line(url):
        if (file := sqlite_file(url)) is not None:
            close_to_others(file)
        if to == "head" and _is_newest(url):
            return
        from alembic import command

        command.upgrade(_config(url), to)


def migrate_back(url: str, to: str) -> None:
    """Bring the database of `url` down to a revision (`base` empties it). Blocking.

    :raises SettingsError: as `migrate`.
    """
    with _told_in_a_line(url):
        from alembic import command

        command.downgrade(_config(url), to)


@contextmanager
def _told_in_a_line(url: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        told = why_unusable(url, error)
        if type(error).__module__.startswith("alembic") and "revision" in str(error):
            told = "there is no such revision, or the database is a newer version's: upgrade Halqa"
        if not told:
            raise
        raise SettingsError(f"HALQA_DATABASE_URL: {told}") from error


def newest_revision() -> str:
    """The revision that the code needs."""
    return _scripts().get_current_head() or ""


def known_revisions() -> frozenset[str]:
    """Every revision that this version can bring up to date."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config(""))


def _is_newest(url: str) -> bool:
    """Whether an SQLite file stands at the newest revision; False where that is not certain."""
    path = sqlite_file(url)
    if path is None:
        return False
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error:
        return False
    return [row[0] for row in rows] == list(_heads())


def _heads() -> set[str]:
    """Revisions that no other one follows, read from the scripts without loading them."""
    own: set[str] = set()
    before: set[str] = set()
    for script in (SCRIPTS / "versions").glob("*.py"):
        for down, revision in _REVISION.findall(script.read_text("utf-8")):
            (before if down else own).add(revision)
    return own - before
