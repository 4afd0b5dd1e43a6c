"""The files of one bot: fetched from its channels, kept in its folder, swept when nobody needs
them. `app` knows the parts; here they are joined."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from bot.core.clock import Clock
from bot.core.settings import Settings
from bot.delivery.channel import Channel
from bot.delivery.files import bring
from bot.features.people.actions import files as file_actions
from bot.files.fetching import Fetcher
from bot.files.preparing import prepare
from bot.files.store import BlobStore
from bot.files.sweeping import forget_erased, sweep_drafts, sweep_idle
from bot.scheduling.due import DueRow
from bot.scheduling.ticker import Repeating
from bot.storage.database import Database
from bot.storage.transaction import Tx

SWEEP_EVERY = timedelta(hours=1)


def store_of(settings: Settings) -> BlobStore:
    return BlobStore(settings.resolved_files_dir())


def make_fetcher(
    database: Database,
    settings: Settings,
    clock: Clock,
    channels: Mapping[str, Channel],
    worker: str,
    *,
    alone: bool = True,
) -> Fetcher:
    """What brings wanted files over from these channels."""
    return Fetcher(
        database,
        store_of(settings),
        clock,
        partial(bring, channels),
        prepare,
        file_actions.tell_not_taken,
        file_actions.hide_copies,
        file_actions.bring_in_line,
        worker=worker,
        limit=settings.max_file_mb * 2**20,
        alone=alone,
    )


def sweeping(settings: Settings) -> Repeating:
    """The work that removes bytes of nobody."""

    async def sweep(tx: Tx, row: DueRow) -> None:
        await forget_erased(tx)
        await sweep_idle(tx, store_of(settings))
        await sweep_drafts(tx, store_of(settings), old=True)

    return Repeating("files", SWEEP_EVERY, sweep)
