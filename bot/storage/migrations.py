"""Brings a database to the newest shape, or back to an earlier one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    # Alembic reads the value as a template in which % has a meaning.
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(url: str, to: str = "head") -> None:
    """Bring the database of `url` up to a revision. Blocking: it runs a loop of its own, so
    call it outside of one."""
    command.upgrade(_config(url), to)


def migrate_back(url: str, to: str) -> None:
    """Bring the database of `url` down to a revision (`base` empties it). Blocking."""
    command.downgrade(_config(url), to)


def newest_revision() -> str:
    """The revision that the code needs."""
    return ScriptDirectory.from_config(_config("")).get_current_head() or ""
