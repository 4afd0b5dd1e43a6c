"""What is read or made for a turn while it holds no transaction: one at a time, since each may take
much memory."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.chat.forms.reading import ContentWanted
from bot.chat.incoming import Incoming, Unfetched
from bot.chat.turn import WorkApart
from bot.storage.database import Database

Fetch = Callable[[str, str, int], Awaitable[bytes]]
"""The content of a channel's file, of at most so many bytes."""


class Aside:
    """Does it for one dialogue."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._one = asyncio.Semaphore(1)

    async def make(self, incoming: Incoming, apart: WorkApart) -> Incoming:
        """The update with what its turn wanted made."""
        async with self._one:
            return replace(incoming, made=await apart.work(self._database))

    async def read(self, incoming: Incoming, wanted: ContentWanted, fetch: Fetch) -> Incoming:
        """The update with what its turn wanted read from its file, in a thread; or why it could not
        be fetched."""
        file = incoming.file
        assert file is not None
        content: object
        try:
            async with self._one:
                data = await fetch(incoming.address.channel, file.ref, wanted.limit)
                content = await asyncio.to_thread(wanted.read, data)
        except Unfetched as failure:
            content = failure
        return replace(incoming, file=replace(file, content=content))
