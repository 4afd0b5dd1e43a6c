"""Alembic's environment: migrates over the same async drivers that the bot uses."""

import asyncio
import logging
from typing import Any

from alembic import context
from sqlalchemy import Connection, make_url, pool
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.whereabouts import CONNECT_SECONDS

URL = context.config.get_main_option("sqlalchemy.url") or ""

logger = logging.getLogger("bot.storage.migrations")


def note_step(*, step: Any, **_: Any) -> None:
    """Log a step; Alembic's own lines have no action and are kept out of the log."""
    logger.info(
        "%s to revision %s",
        "up" if step.is_upgrade else "down",
        step.destination_revision_ids[0] if step.destination_revision_ids else "base",
        extra={"action": "database.migrated"},
    )


def migrate(connection: Connection) -> None:
    """Run the asked migrations on an open connection, all of them or none.

    SQLite changes columns by copying tables, so foreign keys rest meanwhile. Its driver begins no
    transaction before tables are made or changed: without one of our own, a bot that was killed
    while it migrated would leave half a revision behind, and never start again.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
    context.configure(
        connection=connection,
        render_as_batch=is_sqlite,
        transactional_ddl=True,
        on_version_apply=note_step,
    )
    with context.begin_transaction():
        if is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Several bots may start at once; one migrates, the others wait and find it done.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4208675)")
        context.run_migrations()


async def connect_and_migrate() -> None:
    url = make_url(URL)
    arguments = {} if url.get_backend_name() == "sqlite" else {"timeout": CONNECT_SECONDS}
    engine = create_async_engine(
        url, connect_args=arguments, poolclass=pool.NullPool, hide_parameters=True
    )
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


asyncio.run(connect_and_migrate())
