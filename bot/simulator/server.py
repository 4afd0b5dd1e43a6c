"""The HTTP server: Bot API, files, and the page's own routes on one port."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from bot.simulator.botapi import BotApi
from bot.simulator.control import BODY_SECONDS, Control
from bot.simulator.files import MAX_UPLOAD, SimUpload
from bot.simulator.refusals import Refusal, mistake, too_large, unauthorized
from bot.simulator.world import SimWorld

# a request may carry the largest file and its form around it
MAX_BODY = MAX_UPLOAD + 1024 * 1024
HANG_STEP = 0.05
LINGERS_SECONDS = 3.0
"""How long the rest of a request may still come after it was answered."""
SILENT_SECONDS = 75.0
"""How long a connection may be open without a whole request."""

Params = dict[str, Any]


def write_json(body: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"),
        status=status,
        content_type="application/json",
    )


def cut_off() -> web.Response:
    """The answer to half a request, whose other half never came."""
    answer = write_json({"ok": False, "error_code": 408, "description": "Request Timeout"}, 408)
    answer.force_close()
    return answer


class HttpServer:
    """Serves one world under one token, on aiohttp's bare server: no router on the way."""

    def __init__(self, world: SimWorld, api: BotApi, control: Control, token: str) -> None:
        self._world = world
        self._api = api
        self._control = control
        self._methods = f"/bot{token}/"
        self._files = f"/file/bot{token}/"
        self._runner: web.ServerRunner | None = None
        self._stopping = False

    async def start(self, host: str, port: int) -> int:
        """Listens; gives the port, which the system chose where it was 0."""
        loop = asyncio.get_running_loop()

        def make_request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> Any:
            return web.BaseRequest(
                message, payload, protocol, writer, task, loop, client_max_size=MAX_BODY
            )

        server = web.Server(
            self._handle,
            request_factory=make_request,
            access_log=None,
            keepalive_timeout=SILENT_SECONDS,
            lingering_time=LINGERS_SECONDS,
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port, backlog=1024).start()
        bound: int = self._runner.addresses[0][1]
        return bound

    async def stop(self) -> None:
        self._stopping = True
        self._world.events.close()
        self._world.updates.release()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(self._methods):
            return await self._call(request, path[len(self._methods) :])
        if path.startswith(self._files):
            return await self._send_file(request, path[len(self._files) :])
        if path.startswith(("/bot", "/file/bot")):
            return write_json(unauthorized().body(), 401)
        return await self._control.handle(request)

    async def _call(self, request: web.BaseRequest, called: str) -> web.StreamResponse:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                given, parts = await read_params(request)
        except Refusal as refusal:
            return write_json(refusal.body(), refusal.code)
        except TimeoutError:
            return cut_off()
        if parts and (seconds := self._world.faults.transfer_seconds):
            await asyncio.sleep(seconds)

        def gone_away() -> bool:
            return request.transport is None or request.transport.is_closing()

        status, body, fault = await self._api.answer(called, given, parts, gone_away)
        if delay := self._world.faults.delay():
            await asyncio.sleep(delay)
        if fault:
            broken = await self._break(request, fault)
            if broken is not None:
                return broken
        return write_json(body, status)

    async def _break(self, request: web.BaseRequest, fault: str) -> web.StreamResponse | None:
        if fault == "500_after":
            return write_json(Refusal(500, "Internal Server Error").body(), 500)
        if fault == "timeout_after":
            while request.transport is not None and not request.transport.is_closing():
                if self._stopping:
                    break
                await asyncio.sleep(HANG_STEP)
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _send_file(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        stored = self._world.files.by_path(path)
        if stored is None:
            return write_json({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        seconds = self._world.faults.transfer_seconds
        if not seconds:
            return web.Response(body=stored.data, content_type="application/octet-stream")
        answer = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        answer.content_length = len(stored.data)
        await answer.prepare(request)
        half = len(stored.data) // 2
        with suppress(ConnectionError):
            await answer.write(stored.data[:half])
            await asyncio.sleep(seconds)
            await answer.write(stored.data[half:])
        return answer


async def read_params(request: web.BaseRequest) -> tuple[Params, dict[str, SimUpload]]:
    """Parameters from the address and the body (JSON, form, multipart), and uploaded files."""
    given: Params = dict(request.query) if request.query_string else {}
    if (request.content_length or 0) > MAX_BODY:
        raise too_large()
    if not request.body_exists:
        return given, {}
    kind = request.content_type
    try:
        if kind == "multipart/form-data":
            fields, parts = await _read_multipart(request)
            return {**given, **fields}, parts
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise too_large() from None
    if not body:
        return given, {}
    if kind == "application/json":
        return {**given, **_read_json(body)}, {}
    return {**given, **dict(parse_qsl(body.decode(), keep_blank_values=True))}, {}


def _read_json(body: bytes) -> Params:
    try:
        params = json.loads(body)
    except ValueError:
        raise mistake("can't parse JSON object") from None
    if not isinstance(params, dict):
        raise mistake("object expected")
    return params


async def _read_multipart(request: web.BaseRequest) -> tuple[Params, dict[str, SimUpload]]:
    fields: Params = {}
    parts: dict[str, SimUpload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read(decode=True))
        if part.filename is None:
            fields[part.name] = data.decode()
        else:
            mime = part.headers.get("Content-Type", "")
            parts[part.name] = SimUpload(data, part.filename, mime)
        if len(data) > MAX_BODY:
            raise too_large()
    return fields, parts
