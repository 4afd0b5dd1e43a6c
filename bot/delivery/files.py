"""Files of ours on their way out: each becomes a reference that the channel has given us, or is
uploaded once while whoever else shows it waits.

A reference is a cache, of our own uploads alone. One that the channel refuses is dropped, and the
bytes are uploaded again.
"""

import asyncio
import logging
import mimetypes
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path, PurePath

from bot.chat.screen import Attachment, Screen
from bot.delivery.channel import Channel, Receipt, RefusedForm, RefusedPart
from bot.delivery.message import Message
from bot.files.arrivals import WANTED
from bot.files.kinds import Anew, FileKind, FileState
from bot.files.store import BlobStore
from bot.files.wanted import FetchGone, FetchLater, Wanted
from bot.storage.columns import to_millis
from bot.storage.database import Database
from bot.storage.transaction import Tx

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=150)
"""Longer than any upload: another process may try after it."""
WAITS_SECONDS = 20.0
"""How long one process waits for what another uploads, in real time; then it uploads as well."""
LOOK_SECONDS = 0.2
REFUSED_SECONDS = 600.0
"""For how long an upload is not tried again that the channel has refused, in real time."""

Put = Callable[[Screen], Awaitable[Receipt]]
"""Makes the request with a screen whose file has a reference or a path."""


@dataclass(frozen=True, slots=True)
class UploadKey:
    """What a reference is for."""

    blob: str
    kind: FileKind
    channel: str
    account: str

    def values(self) -> tuple[str, str, str, str]:
        return self.blob, self.kind.value, self.channel, self.account


@dataclass(frozen=True, slots=True)
class _Found:
    blob: str
    kind: FileKind
    size: int
    mime: str
    name: str


_FIND = (
    "SELECT files.blob, files.kind, blobs.size, blobs.mime, files.name FROM files"
    " JOIN blobs ON blobs.sha256 = files.blob WHERE files.id = ?"
    " AND (files.state = ? OR files.state = ? AND files.owner_id = ?)"
)
_WHICH = "blob = ? AND kind = ? AND channel = ? AND account = ?"
_CLAIM = (
    "INSERT INTO file_references (blob, kind, channel, account, worker, lease_until)"
    " SELECT sha256, ?, ?, ?, ?, CAST(? AS BIGINT) FROM blobs WHERE sha256 = ?"
    " ON CONFLICT (blob, kind, channel, account) DO UPDATE SET worker = excluded.worker,"
    " lease_until = excluded.lease_until WHERE file_references.reference IS NULL"
    " AND (file_references.lease_until <= ? OR file_references.worker = excluded.worker)"
    " RETURNING worker"
)


class FileDelivery:
    """The files of one process's messages."""

    def __init__(self, database: Database, store: BlobStore, worker: str) -> None:
        self._database = database
        self._store = store
        self._worker = worker
        self._uploads: dict[UploadKey, asyncio.Future[None]] = {}
        self._carriers: dict[tuple[str, int], int] = {}
        """(Channel, file) that no broadcast has shown there yet → the message that is to."""
        self._carried: dict[int, tuple[str, int]] = {}
        self._refused: dict[UploadKey, float] = {}
        """Uploads that the channel does not take → until when that is not tried again."""
        self._shown: set[tuple[str, int]] = set()

    async def start(self) -> None:
        """Forget what the only process was uploading when it died."""
        if self._database.dialect == "sqlite":
            async with self._database.transaction() as tx:
                await tx.run("DELETE FROM file_references WHERE reference IS NULL")

    async def send(self, channel: Channel, message: Message, put: Put) -> Receipt:
        """Make the request of a message that shows a file of ours.

        :raises RefusedForm: the file is not there, or is no longer to be shown to this reader.
        :raises Exception: of the channel.
        """
        attachment = message.screen.attachment
        assert attachment is not None
        found = await self._find(attachment.file, message.person_id)
        if found is None:
            raise RefusedForm("the file is not there", RefusedPart.FILE)
        kind = channel.shown_as(found.kind, found.size, found.mime)
        key = UploadKey(found.blob, kind, channel.name, channel.account)
        shown = replace(attachment, kind=kind, name=_name_of(attachment, found))
        while True:
            if reference := await self._reference(key):
                try:
                    receipt = await put(_with(message.screen, shown, ref=reference))
                    return replace(receipt, blob=found.blob)
                except RefusedForm as error:
                    if error.part is not RefusedPart.FILE:
                        raise
                    await self._drop(key, reference)
            elif under_way := self._uploads.get(key):
                await asyncio.shield(under_way)
            elif self._refused.get(key, 0.0) > asyncio.get_running_loop().time():
                raise RefusedForm("the channel does not take the file", RefusedPart.FILE)
            elif await self._may_upload(key):
                path = str(self._store.place(found.blob))
                screen = _with(message.screen, shown, path=path)
                try:
                    return replace(await self._upload(key, screen, put), blob=found.blob)
                except RefusedForm as error:
                    if error.part is RefusedPart.FILE:
                        self._refuse(key, (message.channel, attachment.file))
                    raise

    async def hold_back(self, messages: Iterable[Message]) -> set[int]:
        """The ids of broadcasts that would show a file which another one is just taking to the
        channel: they wait in the queue, where a crash cannot put them in doubt."""
        early: set[int] = set()
        for message in messages:
            file = message.screen.attachment
            if not message.is_bulk or file is None or not file.file:
                continue
            about = message.channel, file.file
            if about in self._shown:
                continue
            if self._carriers.setdefault(about, message.id) != message.id:
                early.add(message.id)
            else:
                self._carried[message.id] = about
        return early

    def note_end(self, message: Message, *, sent: bool) -> bool:
        """A message has its end for now. True: others have waited for that."""
        file = message.screen.attachment
        if sent and file is not None and file.file:
            self._shown.add((message.channel, file.file))
        # It may have given up its file meanwhile.
        about = self._carried.pop(message.id, None)
        if about is None:
            return False
        del self._carriers[about]
        return True

    # Uploading

    def _refuse(self, key: UploadKey, about: tuple[str, int]) -> None:
        """Whoever else shows it need not try for a while, nor wait."""
        self._refused[key] = asyncio.get_running_loop().time() + REFUSED_SECONDS
        self._shown.add(about)

    async def _upload(self, key: UploadKey, screen: Screen, put: Put) -> Receipt:
        under_way = self._uploads[key] = asyncio.get_running_loop().create_future()
        reference = ""
        try:
            receipt = await put(screen)
            reference = receipt.file_ref
            return receipt
        finally:
            try:
                await self._note(key, reference)
            except Exception:
                # The message has its end already; what could not be noted is uploaded once more.
                logger.exception("upload not noted", extra={"action": "delivery.reference"})
            finally:
                del self._uploads[key]
                under_way.set_result(None)

    async def _may_upload(self, key: UploadKey) -> bool:
        """Whether it is ours to upload; False: somebody has, or is just beginning to here."""
        loop = asyncio.get_running_loop()
        until = loop.time() + WAITS_SECONDS
        while True:
            async with self._database.transaction() as tx:
                if key in self._uploads:
                    return False
                now = to_millis(tx.now)
                lease = to_millis(tx.now + LEASE)
                rows = await tx.fetch(
                    _CLAIM, key.kind.value, key.channel, key.account, self._worker, lease,
                    key.blob, now,
                )  # fmt: skip
            if rows:
                return key not in self._uploads
            if await self._reference(key):
                return False
            if loop.time() >= until:
                # Two uploads by two processes do no harm: the later reference holds.
                return key not in self._uploads
            await asyncio.sleep(LOOK_SECONDS)

    async def _note(self, key: UploadKey, reference: str) -> None:
        async with self._database.transaction() as tx:
            if reference:
                await tx.run(
                    f"UPDATE file_references SET reference = ? WHERE {_WHICH}",  # noqa: S608
                    reference, *key.values(),
                )  # fmt: skip
            else:
                await tx.run(
                    f"DELETE FROM file_references WHERE {_WHICH}"  # noqa: S608
                    " AND reference IS NULL AND worker = ?",
                    *key.values(), self._worker,
                )  # fmt: skip

    async def _drop(self, key: UploadKey, reference: str) -> None:
        logger.warning(
            "reference refused",
            extra={"action": "delivery.reference", "channel": key.channel, "file": key.kind.value},
        )
        async with self._database.transaction() as tx:
            await tx.run(
                f"DELETE FROM file_references WHERE {_WHICH} AND reference = ?",  # noqa: S608
                *key.values(), reference,
            )  # fmt: skip

    # Reading

    async def _find(self, file_id: int, reader_id: int) -> _Found | None:
        async with self._database.reading() as tx:
            rows = await tx.touch(
                _FIND, file_id, FileState.KEPT.value, FileState.CONCEALED.value, reader_id
            )
        if not rows:
            return None
        blob, kind, size, mime, name = rows[0]
        return _Found(blob, FileKind(kind), size, mime, name)

    async def _reference(self, key: UploadKey) -> str:
        async with self._database.reading() as tx:
            rows = await tx.touch(
                f"SELECT reference FROM file_references WHERE {_WHICH}",  # noqa: S608
                *key.values(),
            )
        return str(rows[0][0] or "") if rows else ""


def _with(screen: Screen, shown: Attachment, *, ref: str = "", path: str = "") -> Screen:
    return replace(screen, attachment=replace(shown, ref=ref, path=path, file=0))


def _name_of(attachment: Attachment, found: _Found) -> str:
    """What whoever saves it finds: its owner's name for it, or our word for its kind. A picture was
    drawn anew, and ends as it is by now."""
    ending = mimetypes.guess_extension(found.mime) or ""
    name = attachment.name or found.name or f"{found.kind.value}{ending}"
    if found.mime.startswith("image/") and mimetypes.guess_type(name)[0] != found.mime:
        stem, old = PurePath(name).stem, PurePath(name).suffix[1:]
        # A number after a dot is part of the name, as in «lesson 1.2».
        is_ending = old.isascii() and old.isalnum() and not old.isdigit()
        return f"{stem if is_ending else name}{ending}"
    return name


async def bring(channels: Mapping[str, Channel], wanted: Wanted, target: Path, limit: int) -> None:
    """Fetch a wanted file by the channel that it came by.

    :raises NotFetched: also where it was sent to another account of ours, or by a channel that
        this process does not have.
    """
    channel = channels.get(wanted.channel)
    if channel is None:
        raise FetchLater
    if channel.account != wanted.account:
        raise FetchGone("it was sent to another account", for_good=True)
    await channel.bring(wanted.reference, target, limit)


@dataclass(frozen=True, slots=True)
class Copy:
    """A message that shows a file of ours; `message` is the channel's id, `blob` the bytes, empty
    where that is not known."""

    address_id: int
    message: str
    file: int
    blob: str = ""


_OTHERS = "addresses.person_id <> files.owner_id"
_NOTE = (
    "INSERT INTO file_copies (address_id, message, file_id, hidden)"  # noqa: S608
    " SELECT addresses.id, CAST(? AS TEXT), files.id, CASE WHEN files.state = 'kept'"
    f" AND files.blob <> COALESCE(CAST(? AS TEXT), files.blob) AND {_OTHERS} THEN 1 ELSE 0 END"
    " FROM addresses, files WHERE addresses.id = ? AND files.id = ?"
    " ON CONFLICT (address_id, message) DO UPDATE"
    " SET file_id = excluded.file_id, hidden = excluded.hidden"
)
_STALE = (
    f"UPDATE files SET anew = {Anew.SOME:d} WHERE id = ?"  # noqa: S608
    f" AND anew IN ({Anew.NONE:d}, {Anew.OVER:d})"
    " AND (state = 'withdrawn' OR EXISTS (SELECT 1 FROM file_copies JOIN addresses"
    f" ON addresses.id = address_id WHERE file_id = files.id AND {_OTHERS}"
    " AND (files.state = 'concealed' AND hidden = 0 OR files.state = 'kept' AND hidden = 1)))"
    " RETURNING id"
)


async def note_copies(tx: Tx, shown: Iterable[Copy]) -> None:
    """Remember which messages show which files. A file may have been withdrawn, hidden or drawn
    again while it was on its way: then they are soon brought in line."""
    noted = list(shown)
    await tx.run_many(
        _NOTE, [(each.message, each.blob or None, each.address_id, each.file) for each in noted]
    )
    for number in sorted({each.file for each in noted}):
        if await tx.fetch(_STALE, number):
            tx.signal_after_commit(WANTED)
