"""Requests to the Bot API over aiohttp, with every failure named by what it means.

What matters to whoever sends is not which exception a client raised but whether the request left.
python-telegram-bot passes exceptions of its own family through untouched, so this transport raises
its own three and reads refusals itself; the library would turn any 404 into `InvalidToken`, print
the token with it, and round `retry_after`. No text of these exceptions holds a URL, since the URL
holds the token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

import aiohttp
import orjson
from aiohttp import BytesPayload
from aiohttp.client_exceptions import (
    ClientConnectorError,
    ClientHttpProxyError,
    ConnectionTimeoutError,
    InvalidURL,
)
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.core.redaction import redact

POOL_SIZE = 256
CONNECT_SECONDS = 5.0
"""For a free connection and for opening one, each."""
READ_SECONDS = 20.0
UPLOAD_SECONDS = 120.0
# Shorter than any server keeps an idle connection, so that none closes under a request.
IDLE_SECONDS = 15.0
DNS_SECONDS = 300


class Unsent(NetworkError):
    """Nothing reached the Bot API: no connection, none free in time, or a middlebox refused."""


class Unanswered(NetworkError):
    """The request left, and no answer of the Bot API came back: it may have taken effect."""


class Answered(TelegramError):
    """The Bot API refused: `status` and `description` are its own words.

    `retry_after` is in seconds and `moved_to` a chat id, where it gave them.
    """

    def __init__(self, status: int, description: str, parameters: dict[str, Any]) -> None:
        super().__init__(f"{status} {redact(description)}")
        self.status = status
        self.description = redact(description)
        after, moved_to = parameters.get("retry_after"), parameters.get("migrate_to_chat_id")
        self.retry_after = float(after) if isinstance(after, int | float) else None
        self.moved_to = moved_to if isinstance(moved_to, int) else None


class TooLarge(TelegramError):
    """A file has more bytes than the caller takes; `size` is None where only the limit is known."""

    def __init__(self, limit: int, size: int | None = None) -> None:
        super().__init__(f"the file is larger than {limit} bytes")
        self.limit = limit
        self.size = size


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send along; `field` is the parameter, or the name after `attach://`."""

    field: str
    name: str
    content: bytes


class Transport(BaseRequest):
    """One session with a pool of connections, for every request of a bot.

    `proxied` takes the proxy from the environment (HTTPS_PROXY); a Bot API server of one's own is
    asked directly.
    """

    def __init__(self, *, proxied: bool = False, pool_size: int = POOL_SIZE) -> None:
        self._proxied = proxied
        self._pool_size = pool_size
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}

    @property
    def read_timeout(self) -> float:
        return READ_SECONDS

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._pool_size,
                    keepalive_timeout=IDLE_SECONDS,
                    ttl_dns_cache=DNS_SECONDS,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT, "Accept-Encoding": "identity"},
                skip_auto_headers=("Accept",),
                trust_env=self._proxied,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    # The time-outs for writing, connecting and waiting for a connection are the transport's own.
    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_positional: Any,
        **named: Any,
    ) -> tuple[int, bytes]:
        """The status, always 2xx, and the body of an answer.

        :raises Unsent, Unanswered, Answered:
        """
        read_seconds = named.get("read_timeout")
        if request_data is None:
            return await self._exchange(method, url, None, read_seconds)
        if request_data.contains_files:
            seconds = read_seconds if isinstance(read_seconds, int | float) else UPLOAD_SECONDS
            return await self._exchange(method, url, _library_form(request_data), seconds)
        body = orjson.dumps(request_data.parameters)
        return await self._exchange(method, url, body, read_seconds)

    async def ask(
        self, url: str, parameters: Mapping[str, Any], read_seconds: float = READ_SECONDS
    ) -> bytes:
        """The body of the answer to a call, as it came.

        :raises Unsent, Unanswered, Answered:
        """
        _, body = await self._exchange("POST", url, orjson.dumps(parameters), read_seconds)
        return body

    async def upload(self, url: str, parameters: Mapping[str, Any], file: Upload) -> bytes:
        """The same for a call that carries a file."""
        form = _new_form()
        for name, value in parameters.items():
            form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
        form.add_field(
            file.field,
            BytesIO(file.content),
            filename=file.name,
            content_type="application/octet-stream",
        )
        _, body = await self._exchange("POST", url, form, UPLOAD_SECONDS)
        return body

    async def download(self, url: str, target: BinaryIO, limit: int) -> None:
        """Write a file of at most `limit` bytes to `target`; more is refused before or while it
        comes.

        :raises TooLarge, Unsent, Answered:
        """
        failure = ""
        try:
            async with self._open("GET", url, None, READ_SECONDS) as response:
                if response.status != 200:
                    raise _refusal(response.status, await response.read())
                if (response.content_length or 0) > limit:
                    raise TooLarge(limit, response.content_length)
                size = 0
                async for piece in response.content.iter_any():
                    size += len(piece)
                    if size > limit:
                        raise TooLarge(limit)
                    target.write(piece)
                return
        except (aiohttp.ClientError, OSError) as error:
            failure = _name(error)
        raise Unsent(failure)

    async def _exchange(
        self, method: str, url: str, body: bytes | aiohttp.FormData | None, read_seconds: Any
    ) -> tuple[int, bytes]:
        # Raised outside of the handlers: aiohttp's own texts, kept as context, hold the URL.
        failure: TelegramError
        try:
            async with self._open(method, url, body, read_seconds) as response:
                payload = await response.read()
                if 200 <= response.status <= 299:
                    return response.status, payload
                failure = _refusal(response.status, payload)
        except _NEVER_LEFT as error:
            failure = Unsent(_name(error))
        except (aiohttp.ClientError, OSError) as error:
            failure = Unanswered(_name(error))
        raise failure

    def _open(
        self, method: str, url: str, body: bytes | aiohttp.FormData | None, read_seconds: Any
    ) -> Any:
        if self._session is None:
            raise Unsent("the connection to Telegram is closed")
        return self._session.request(
            method,
            self._url(url) if method == "POST" else URL(url),
            # Said here what it is: aiohttp would look for it among all kinds of payload.
            data=BytesPayload(body, content_type=_JSON) if isinstance(body, bytes) else body,
            timeout=self._timeout(read_seconds),
            allow_redirects=False,
        )

    def _url(self, url: str) -> URL:
        # One for each method that is called, so there are few.
        known = self._urls.get(url)
        if known is None:
            known = self._urls[url] = URL(url)
        return known

    def _timeout(self, read_seconds: Any) -> aiohttp.ClientTimeout:
        seconds = float(read_seconds) if isinstance(read_seconds, int | float) else READ_SECONDS
        known = self._timeouts.get(seconds)
        if known is None:
            known = self._timeouts[seconds] = aiohttp.ClientTimeout(
                total=None,
                connect=CONNECT_SECONDS * 2,
                sock_connect=CONNECT_SECONDS,
                sock_read=seconds,
            )
        return known

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer to an accepted call.

        :raises Unanswered: when it is not one of the Bot API.
        """
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError:
            answer = None
        if not isinstance(answer, dict) or "result" not in answer:
            raise Unanswered("the answer is not one of the Bot API")
        return answer


_NEVER_LEFT = (ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError, InvalidURL)
_JSON = "application/json"


# Contents go in as streams: aiohttp warns of plain bytes over 1 MiB, whose copy holds up the loop.
def _new_form() -> aiohttp.FormData:
    # Unquoted, since Telegram shows a percent-encoded file name as it stands.
    return aiohttp.FormData(quote_fields=False, default_to_multipart=True)


def _library_form(data: RequestData) -> aiohttp.FormData:
    form = _new_form()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(
            name,
            BytesIO(content) if isinstance(content, bytes) else content,
            filename=filename,
            content_type=mime,
        )
    return form


def _refusal(status: int, payload: bytes) -> TelegramError:
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict) or "description" not in answer:
        # A gateway or filter on the way answered: its 403 says nothing of the person.
        text = f"status {status} without an answer of the Bot API"
        return Unanswered(text) if status >= 500 else Unsent(text)
    parameters = answer.get("parameters")
    return Answered(
        status, str(answer["description"]), parameters if isinstance(parameters, dict) else {}
    )


def _name(error: BaseException) -> str:
    reason = getattr(error, "strerror", None)
    return redact(f"{type(error).__name__}: {reason}" if reason else type(error).__name__)
