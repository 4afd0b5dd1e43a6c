"""Whether the folder of a process is the one in which the files of its database lie."""

import asyncio
import secrets

from sqlalchemy import delete, exists, select

from bot.core.errors import SettingsError
from bot.files.store import BlobStore
from bot.files.tables import blobs, folders
from bot.storage.database import Database
from bot.storage.transaction import Tx


async def open_folder(database: Database, store: BlobStore) -> None:
    """Make the folder, and see by its mark that it is the one of this database.

    The first start writes the mark. Without bytes a single process on SQLite writes it anew where
    it is gone; several, or one with bytes somewhere else, are not to go on.

    :raises SettingsError: the folder cannot be used, or is another one.
    """
    try:
        await asyncio.to_thread(store.prepare)
        async with database.transaction() as tx:
            await tx.lock("files folder", 1)
            mark = await mark_of(tx)
            found = await asyncio.to_thread(store.read_mark)
            alone = tx.dialect == "sqlite" and not await tx.scalar(select(exists(select(blobs))))
            if mark and found == mark:
                return
            if mark and not alone:
                raise SettingsError(
                    f"HALQA_FILES_DIR: {store.folder} is not the folder in which the files of this"
                    " database lie; if it is to be from now on, `halqa files here` says so"
                )
            await _set_mark(tx, store)
    except OSError as error:
        raise SettingsError(f"HALQA_FILES_DIR: cannot be used ({error.strerror})") from None


async def mark_of(tx: Tx) -> str:
    """The mark that the folder of this database bears; empty before the first start."""
    return str(await tx.scalar(select(folders.c.mark)) or "")


async def take_folder(database: Database, store: BlobStore) -> None:
    """From now on the files of this database lie here, whatever lay elsewhere."""
    await asyncio.to_thread(store.prepare)
    async with database.transaction() as tx:
        await tx.lock("files folder", 1)
        await _set_mark(tx, store)


async def _set_mark(tx: Tx, store: BlobStore) -> None:
    # A folder that bears a mark keeps it: a backup of the database belongs to it as well.
    mark = await asyncio.to_thread(store.read_mark) or secrets.token_hex(16)
    await asyncio.to_thread(store.write_mark, mark)
    await tx.execute(delete(folders))
    await tx.execute(folders.insert().values(id=1, mark=mark, made_at=tx.now))
