"""The page's own routes under /sim/, its files, and its stream of events."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, web

from bot.simulator.chats import Chat, SimUser
from bot.simulator.clocks import ClockControl
from bot.simulator.persons import Persons
from bot.simulator.suite import Suite
from bot.simulator.wire import page_message

PAGE = Path(__file__).with_name("page")
HEARTBEAT = 15.0
BODY_SECONDS = 120.0
"""How long a request may take to come, the largest file included."""
GONE_MILLIS = 45_000
"""How long a page may leave what was sent to it unacknowledged before it counts as gone."""
# only these are shown inside the page; anything else is a download
_INLINE = ("image/jpeg", "image/png", "image/gif", "image/webp", "audio/", "video/")

Json = dict[str, Any]
Route = Callable[[web.BaseRequest, list[str]], Awaitable[web.StreamResponse]]


class Control:
    def __init__(self, persons: Persons, suite: Suite, clock: ClockControl | None) -> None:
        self._persons = persons
        self._world = persons.world
        self._suite = suite
        self._clock = clock
        self._chat_acts: dict[str, Callable[[int, Json], Awaitable[Any]]] = {
            "text": self._act_text,
            "key": self._act_key,
            "press": self._act_press,
            "edit": self._act_edit,
            "block": lambda user_id, _: persons.block(user_id),
            "unblock": lambda user_id, _: persons.unblock(user_id),
            "location": self._act_location,
            "contact": self._act_contact,
            "vote": self._act_vote,
        }

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        parts = request.path.strip("/").split("/")
        try:
            if parts[0] != "sim":
                return self._page_file(request.path)
            _check_origin(request)
            return await self._route(request, parts[1:])
        except PermissionError as error:
            return _json({"error": str(error)}, 403)
        except TimeoutError:
            cut_off = _json({"error": "the rest of the request never came"}, 408)
            cut_off.force_close()
            return cut_off
        except KeyError as error:
            return _json({"error": f"{error} is missing"}, 400)
        except LookupError as error:
            return _json({"error": str(error)}, 404)
        except (ValueError, TypeError, AssertionError) as error:
            return _json({"error": str(error)}, 400)

    async def _route(self, request: web.BaseRequest, parts: list[str]) -> web.StreamResponse:
        match (request.method, *parts):
            case ("GET", "state"):
                return _json(await self._state())
            case ("GET", "events"):
                return await self._events(request)
            case ("GET", "files", unique_id):
                return self._file(unique_id)
            case ("GET", "chats", chat_id):
                return _json(self._chat(int(chat_id)))
            case ("POST", "chats", chat_id, "file"):
                return _json(await self._receive_file(request, int(chat_id)))
            case ("POST", "chats", chat_id, act) if act in self._chat_acts:
                made = await self._chat_acts[act](int(chat_id), await _body(request))
                return _json({"ok": True, "made": made if isinstance(made, int | str) else None})
            case ("POST", "users"):
                return _json(self._add_users(await _body(request)))
            case ("POST", "clock"):
                return _json(await self._move_clock(await _body(request)))
            case ("GET", *_):
                return _json(self._suite.read(parts, dict(request.query)))
            case ("POST", *_):
                return _json(await self._suite.change(parts, await _body(request)))
        raise LookupError(f"no route {request.method} {request.path}")

    async def _state(self) -> Json:
        world = self._world
        return {
            "now": world.now().isoformat(),
            "bot": {"username": world.bot["username"], "name": world.bot["first_name"]},
            "users": [_user(chat) for chat in world.chats if chat.user is not None],
            "groups": [
                {"id": chat.id, "title": chat.title, "members": list(chat.members)}
                for chat in world.chats
                if chat.user is None
            ],
            "clock": {"movable": self._clock is not None, "next": await self._next()},
            "commands": world.profile.commands_by_language(),
            "description": world.profile.text("description"),
        }

    def _chat(self, chat_id: int) -> Json:
        chat = self._world.chats.chat(chat_id)
        chat.unread = 0
        language = chat.user.language_code if chat.user else ""
        return {
            "messages": [page_message(message) for message in chat.messages.values()],
            "reply_keyboard": chat.reply_keyboard,
            "commands": self._world.profile.commands_for(chat_id, language),
            "blocked": chat.blocked,
        }

    def _add_users(self, body: Any) -> Any:
        """One person or a list; without an id a person gets the next free one."""
        if isinstance(body, list):
            return [self._add_users(one) for one in body]
        started = bool(body.pop("started", False))
        if "id" not in body:
            taken = [chat.id for chat in self._world.chats if chat.id > 0]
            body["id"] = max(taken, default=1000) + 1
        user = SimUser(**body)
        self._persons.add_user(user, started=started)
        return _user(self._world.chats.chat(user.id))

    async def _act_text(self, user_id: int, body: Json) -> int:
        message = await self._persons.send_text(
            user_id, body["text"], reply_to=body.get("reply_to")
        )
        return message.message_id

    async def _act_key(self, user_id: int, body: Json) -> int:
        message = await self._persons.press_key(user_id, body["text"])
        return message.message_id

    async def _act_press(self, user_id: int, body: Json) -> str:
        return await self._persons.press(user_id, body["message_id"], body["data"])

    async def _act_edit(self, user_id: int, body: Json) -> int:
        message = await self._persons.edit_text(user_id, body["message_id"], body["text"])
        return message.message_id

    async def _act_location(self, user_id: int, body: Json) -> int:
        message = await self._persons.send_location(user_id, body["latitude"], body["longitude"])
        return message.message_id

    async def _act_contact(self, user_id: int, body: Json) -> int:
        message = await self._persons.send_contact(user_id, body["phone"])
        return message.message_id

    async def _act_vote(self, user_id: int, body: Json) -> int:
        return await self._persons.vote(user_id, body["message_id"], body["choices"])

    async def _receive_file(self, request: web.BaseRequest, user_id: int) -> Json:
        fields: dict[str, str] = {}
        data, name, mime = b"", "", ""
        async with asyncio.timeout(BODY_SECONDS):
            async for part in await request.multipart():
                if not isinstance(part, BodyPartReader):
                    continue
                if part.name == "file":
                    data, name = bytes(await part.read()), part.filename or ""
                    mime = part.headers.get("Content-Type", "")
                elif part.name is not None:
                    fields[part.name] = await part.text()
        message = await self._persons.send_file(
            user_id,
            fields.get("kind", "document"),
            data,
            name=name,
            mime=mime,
            caption=fields.get("caption", ""),
        )
        return {"ok": True, "made": message.message_id}

    async def _next(self) -> str | None:
        due = await self._clock.next_event() if self._clock is not None else None
        return due.isoformat() if due is not None else None

    async def _move_clock(self, body: Json) -> Json:
        """`{to}`, `{advance: seconds}`, which stops at the first reminder on its way, or
        `{next: true}`; 400 where the clock is fixed."""
        if self._clock is None:
            raise ValueError("this clock cannot be moved")
        stopped = False
        if "to" in body:
            goal: datetime | None = datetime.fromisoformat(body["to"])
        elif "advance" in body:
            now = self._clock.now()
            goal = now + timedelta(seconds=float(body["advance"]))
            due = await self._clock.next_event()
            stopped = due is not None and now < due < goal
            goal = due if stopped else goal
        else:
            goal = await self._clock.next_event()
        if goal is not None:
            if goal.tzinfo is None:
                goal = goal.replace(tzinfo=UTC)
            await self._clock.move_to(goal)
        moved: Json = {
            "now": self._world.now().isoformat(),
            "next": await self._next(),
            "stopped": stopped,
        }
        self._world.events.publish("clock", **moved)
        return moved

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        stream = web.StreamResponse(headers=headers)
        await stream.prepare(request)
        _end_when_gone(request)
        queue = self._world.events.listen()
        try:
            await stream.write(b": welcome\n\n")
            while (event := await self._world.events.wait(queue, HEARTBEAT)) is not None:
                await stream.write(_event_bytes(event))
        except ConnectionError:
            pass
        finally:
            self._world.events.leave(queue)
        return stream

    def _file(self, unique_id: str) -> web.Response:
        stored = self._world.files.by_unique(unique_id)
        if stored is None:
            raise LookupError("no such file")
        inline = stored.mime.startswith(_INLINE)
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline" if inline else "attachment",
            "Cache-Control": "private, max-age=3600",
        }
        mime = stored.mime if inline else "application/octet-stream"
        return web.Response(body=stored.data, headers=headers, content_type=mime)

    def _page_file(self, path: str) -> web.StreamResponse:
        name = "index.html" if path == "/" else path.removeprefix("/page/")
        if path not in ("/", "/favicon.ico") and not path.startswith("/page/"):
            raise LookupError("no such page")
        wanted = (PAGE / name).resolve()
        if not wanted.is_relative_to(PAGE.resolve()) or not wanted.is_file():
            raise LookupError("no such page")
        return web.FileResponse(wanted, headers={"Cache-Control": "no-cache"})


def _check_origin(request: web.BaseRequest) -> None:
    """Another site that is open in the same browser may not act here."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise PermissionError("requests from other sites are refused")


def _end_when_gone(request: web.BaseRequest) -> None:
    """Let the system end a connection whose other end has vanished without a word, which a stream
    that only writes a few bytes now and then would take for a quarter of an hour to learn."""
    opened = request.transport.get_extra_info("socket") if request.transport else None
    if opened is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_MILLIS)


def _user(chat: Chat) -> Json:
    user = chat.user
    assert user is not None
    return {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "language": user.language_code,
        "note": user.note,
        "unread": chat.unread,
        "blocked": chat.blocked,
        "started": chat.started,
    }


def _event_bytes(event: Json) -> bytes:
    if not event:
        return b": still here\n\n"
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"


async def _body(request: web.BaseRequest) -> Any:
    async with asyncio.timeout(BODY_SECONDS):
        raw = await request.read()
    return json.loads(raw) if raw else {}


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body, ensure_ascii=False, default=_plain).encode(),
        status=status,
        content_type="application/json",
    )


def _plain(value: Any) -> Any:
    if isinstance(value, set):
        return sorted(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return repr(value)
