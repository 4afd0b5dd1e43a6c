"""Files that people sent, brought over from Telegram or from a Bot API server beside us."""

import asyncio
from pathlib import Path
from typing import BinaryIO

from telegram.error import TelegramError

from bot.channels.telegram.connection import Connection
from bot.channels.telegram.outcomes import translate
from bot.channels.telegram.transport import Answered, TooLarge
from bot.delivery.channel import (
    Ambiguous,
    FileTooLarge,
    Rejected,
    RetryLater,
    Undelivered,
)
from bot.files.wanted import FetchGone, FetchLater, FetchTooLarge

CHUNK = 2**20


async def download(connection: Connection, ref: str, target: BinaryIO, limit: int) -> None:
    """Write the file that Telegram knows as `ref`, of at most `limit` bytes, to `target`.

    :raises FileTooLarge: before anything is downloaded, where Telegram gave the size.
    :raises Undelivered, RetryLater, Rejected, Ambiguous:
    """
    try:
        file = await connection.call("getFile", {"file_id": ref})
        size, path = file.get("file_size"), file.get("file_path")
        if isinstance(size, int) and size > limit:
            raise TooLarge(limit, size)
        if not isinstance(path, str):
            raise Rejected("Telegram keeps no such file")
        if path.startswith("/") and connection.is_own:
            await asyncio.to_thread(_copy, Path(path), target, limit)
        else:
            await connection.download(path, target, limit)
    except TelegramError as error:
        if isinstance(error, TooLarge) or (
            isinstance(error, Answered) and "file is too big" in error.description.lower()
        ):
            failure: Exception = FileTooLarge(str(error))
        else:
            failure = translate(error)
    else:
        return
    raise failure


async def bring(connection: Connection, ref: str, target: Path, limit: int) -> None:
    """`download` into a file that is made or replaced; what breaks off leaves a part of it.

    :raises NotFetched:
    """
    try:
        with target.open("wb") as file:
            await download(connection, ref, file, limit)
    except FileTooLarge as error:
        raise FetchTooLarge(str(error)) from error
    except RetryLater as error:
        raise FetchLater(error.after) from error
    except (Undelivered, Ambiguous) as error:
        raise FetchLater from error
    except Rejected as error:
        # Of a file that it will have again Telegram says the same as of one that is gone.
        raise FetchGone(str(error)) from error


def _copy(source: Path, target: BinaryIO, limit: int) -> None:
    """What a server with `--local` names is a file of this machine."""
    try:
        with source.open("rb") as file:
            size = 0
            while piece := file.read(CHUNK):
                size += len(piece)
                if size > limit:
                    raise TooLarge(limit)
                target.write(piece)
    except OSError as error:
        raise Undelivered(f"the file beside us cannot be read: {error.strerror}") from error
