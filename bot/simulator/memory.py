"""What the platform remembers from one run to the next: phones, chats, files, waiting updates.

One JSON file tells of everything but the bytes of files, which lie beside it, each written once.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.simulator.chats import Chat, SimMessage, SimUser
from bot.simulator.files import SimFile
from bot.simulator.updates import Pending
from bot.simulator.world import SimWorld

VERSION = 1
STATE = "state.json"
SAVE_SECONDS = 1.0
"""How soon what happens is written down: so much a kill may cost."""
NUMBERS_AHEAD = 10_000
"""By how much the numbers of messages and updates go on after those that were written down, since
a kill may have cost some: no number is given twice."""
_MESSAGE = tuple(
    field.name
    for field in fields(SimMessage)
    if field.name not in ("date", "edit_date", "sender", "media")
)
_CHAT = (
    "id", "kind", "title", "started", "blocked", "migrated_to", "toasts", "reply_keyboard",
    "reply_keyboard_once", "pinned", "delivered", "unread",
)  # fmt: skip
_PERSON = tuple(field.name for field in fields(SimUser))
_FILE = tuple(field.name for field in fields(SimFile) if field.name != "data")

Json = dict[str, Any]


class Memory:
    """A folder, for one simulator at a time. All functions but `keep` block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._written = -1

    def recall(self, world: SimWorld) -> datetime | None:
        """Give a new world what was remembered, and its numbers a start beyond all earlier ones;
        returns the platform's moment then. None: nothing is remembered, or it cannot be read."""
        try:
            told = json.loads((self.folder / STATE).read_text("utf-8"))
            if told["version"] != VERSION:
                return None
            now = datetime.fromisoformat(told["now"])
            self._read(world, told)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError):
            # Cut off or of another make: kept for whoever wants to look, and begun anew.
            with suppress(OSError):
                (self.folder / STATE).replace(self.folder / f"{STATE}.unreadable")
            return None
        return now

    def phones(self) -> frozenset[int]:
        """The numbers of the people whose phones are remembered."""
        try:
            told = json.loads((self.folder / STATE).read_text("utf-8"))
            return frozenset(int(each["id"]) for each in told["people"])
        except (OSError, ValueError, LookupError, TypeError):
            return frozenset()

    def forget(self) -> None:
        """Remember nothing any more."""
        shutil.rmtree(self.folder, ignore_errors=True)

    async def keep(self, world: SimWorld) -> None:
        """Write down what happens, soon after it has, until cancelled."""
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            # A disk that is full may have room a little later.
            with suppress(OSError):
                self.save(world)

    def save(self, world: SimWorld) -> None:
        """Write down how everything stands, if anything has happened since the last time."""
        if self._written == (happened := world.happened):
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for stored in world.files:
            self._write(self.folder / stored.unique_id, stored.data, anew=False)
        told = json.dumps(_tell(world), ensure_ascii=False, separators=(",", ":"))
        self._write(self.folder / STATE, told.encode("utf-8", "surrogatepass"))
        self._written = happened

    def _write(self, path: Path, data: bytes, *, anew: bool = True) -> None:
        if not anew and path.exists():
            return
        draft = path.with_name(f".{path.name}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        draft.replace(path)

    def _read(self, world: SimWorld, told: Json) -> None:
        people = {each["id"]: SimUser(**each) for each in told["people"]}
        files = {}
        for each in told["files"]:
            stored = SimFile(data=(self.folder / each["unique_id"]).read_bytes(), **each)
            files[stored.unique_id] = stored
        chats = [_read_chat(each, people, files) for each in told["chats"]]
        waiting = [
            Pending(each["update"]["update_id"], each["update"], _moment(each["expires"]))
            for each in told["waiting"]
        ]
        for stored in files.values():
            world.files.add(stored)
        world.files.resume(told["file_numbers"])
        for chat in chats:
            world.chats.put_back(chat)
        world.chats.resume_after(told["last_number"] + NUMBERS_AHEAD)
        world.updates.resume(waiting, told["next_update"] + NUMBERS_AHEAD)


def _tell(world: SimWorld) -> Json:
    people = {user.id: user for chat in world.chats for user in chat.members.values()}
    return {
        "version": VERSION,
        "now": world.now().isoformat(),
        "people": [_fields(user, _PERSON) for user in people.values()],
        "chats": [_tell_chat(chat) for chat in world.chats],
        "files": [_fields(stored, _FILE) for stored in world.files],
        "file_numbers": world.files.numbers,
        "last_number": world.chats.last_number,
        "next_update": world.updates.next_number,
        "waiting": list(_tell_waiting(world)),
    }


def _tell_waiting(world: SimWorld) -> Iterator[Json]:
    for pending in world.updates:
        yield {"update": pending.update, "expires": pending.expires.isoformat()}


def _tell_chat(chat: Chat) -> Json:
    return {
        **_fields(chat, _CHAT),
        "user": chat.user.id if chat.user else None,
        "members": list(chat.members),
        "contact_keys": sorted(chat.contact_keys),
        "messages": [_tell_message(message) for message in chat.messages.values()],
    }


def _tell_message(message: SimMessage) -> Json:
    return {
        **_fields(message, _MESSAGE),
        "date": message.date.isoformat(),
        "edit_date": message.edit_date.isoformat() if message.edit_date else None,
        "sender": message.sender.id if message.sender else None,
        "media": message.media.unique_id if message.media else None,
    }


def _read_chat(told: Json, people: dict[int, SimUser], files: dict[str, SimFile]) -> Chat:
    chat = Chat(**{name: told[name] for name in _CHAT})
    chat.user = people[told["user"]] if told["user"] is not None else None
    chat.members = {number: people[number] for number in told["members"]}
    chat.contact_keys = frozenset(told["contact_keys"])
    for each in told["messages"]:
        message = SimMessage(
            date=_moment(each["date"]),
            edit_date=_moment(each["edit_date"]) if each["edit_date"] else None,
            sender=people[each["sender"]] if each["sender"] is not None else None,
            media=files[each["media"]] if each["media"] is not None else None,
            **{name: each[name] for name in _MESSAGE},
        )
        chat.messages[message.message_id] = message
    return chat


def _fields(thing: Any, names: tuple[str, ...]) -> Json:
    return {name: getattr(thing, name) for name in names}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
