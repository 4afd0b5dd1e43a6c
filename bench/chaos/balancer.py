"""What stands before several bots: each connection goes to the next one that takes it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle

PIECE = 65536


class Balancer:
    """Listens on a port of 127.0.0.1 and passes connections on, in turn."""

    def __init__(self, port: int, behind: Sequence[int]) -> None:
        self._port = port
        self._behind = cycle(behind)
        self._number = len(behind)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in self._open:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        for _ in range(self._number):
            with suppress(OSError):
                there = await asyncio.open_connection("127.0.0.1", next(self._behind))
                self._open.add(there[1])
                await asyncio.gather(_pass_on(reader, there[1]), _pass_on(there[0], writer))
                self._open.discard(there[1])
                break
        writer.close()
        self._open.discard(writer)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()
