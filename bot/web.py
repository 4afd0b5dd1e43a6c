"""The bot's web server: `/health`, `/metrics`, and whatever else is mounted on it (the webhook).

It shows numbers and states, never a name, a text or a secret; still it is for the machine's own
network, and a proxy in front of it passes on the webhook's path alone.
"""

import asyncio
import errno
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from math import nan
from typing import Any, Protocol

from aiohttp import web

from bot.chat.intake import inbox
from bot.core import metrics
from bot.core.clock import Clock
from bot.core.errors import SettingsError
from bot.delivery.backlog import outbox_backlog
from bot.scheduling import due
from bot.storage.database import Database

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
"""How long the database may take to answer before it counts as down."""
LATE_SECONDS = 120.0
LINGERS_SECONDS = 3.0
"""How long the rest of a request may still come after it was answered."""
SILENT_SECONDS = 75.0
"""How long a connection may be open without a whole request: longer than a proxy keeps one."""
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Mount = Callable[[web.Application], None]


class Part(Protocol):
    """Something without which the bot does not do its work."""

    @property
    def runs(self) -> bool: ...


class Arrivals(Part, Protocol):
    """How the updates of a channel come in."""

    mode: str
    connected: bool

    @property
    def stands_by(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the database still has before it; ages in seconds."""

    inbox_waiting: int
    inbox_oldest_seconds: float
    outbox_queued: int
    outbox_later: int
    outbox_sending: int
    outbox_oldest_seconds: float
    due_waiting: int
    due_overdue: int
    due_overdue_seconds: float

    @property
    def is_late(self) -> bool:
        oldest = max(
            self.inbox_oldest_seconds, self.outbox_oldest_seconds, self.due_overdue_seconds
        )
        return oldest > LATE_SECONDS


async def read_backlog(database: Database) -> Backlog:
    async with database.reading() as tx:
        waiting, oldest = await inbox.backlog(tx)
        outbox = await outbox_backlog(tx)
        rows, overdue, earliest = await due.backlog(tx)
        return Backlog(
            waiting,
            _age(oldest, tx.now),
            outbox.queued,
            outbox.later,
            outbox.sending,
            _age(outbox.oldest_personal, tx.now),
            rows,
            overdue,
            _age(earliest, tx.now),
        )


def cannot_listen(host: str, port: int, error: OSError) -> SettingsError:
    """What is said where nobody can listen at an address, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return SettingsError(
            f"HALQA_LISTEN_PORT: {host}:{port} is taken by another program: end that one, or set"
            f" another port, as HALQA_LISTEN_PORT={port + 1 if port < 65535 else 8080}"
        )
    if error.errno == errno.EACCES:
        return SettingsError(f"HALQA_LISTEN_PORT: {port} is for root alone: set one above 1023")
    return SettingsError(
        f"HALQA_LISTEN_HOST: cannot listen on {host}:{port} ({error.strerror}): name an address of"
        " this machine"
    )


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, round((now - since).total_seconds(), 3))


class WebServer:
    """Listens from `start` to `stop`. `arrivals` are by channel; `parts` are the bot's own, by the
    names that `/health` shows."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        arrivals: Mapping[str, Arrivals],
        parts: Mapping[str, Part],
    ) -> None:
        self._database = database
        self._clock = clock
        self._arrivals = arrivals
        self._parts: dict[str, Part] = {}
        for channel, each in arrivals.items():
            alone = [other.mode for other in arrivals.values()].count(each.mode) == 1
            self._parts[each.mode if alone else f"{channel} {each.mode}"] = each
        self._parts |= parts
        self._runner: web.AppRunner | None = None
        self.port = 0
        """Where it listens, once it does."""

    async def start(self, host: str, port: int, *mounts: Mount) -> None:
        """:raises SettingsError: nobody can listen there."""
        application = web.Application()
        application.router.add_get("/health", self.health)
        application.router.add_get("/metrics", self.metrics)
        for mount in mounts:
            mount(application)
        self._runner = web.AppRunner(
            application,
            access_log=None,
            keepalive_timeout=SILENT_SECONDS,
            lingering_time=LINGERS_SECONDS,
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self.stop()
            raise cannot_listen(host, port, error) from None
        self.port = self._runner.addresses[0][1]
        log.info("listening", extra={"action": "web.started", "host": host, "port": self.port})

    async def stop(self) -> None:
        if self._runner:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def health(self, request: web.Request) -> web.Response:
        """200 while a restart would mend nothing: `ok`, `late` (something has waited for more than
        `LATE_SECONDS`) or `offline` (a channel is out of reach, which one that only stands by for
        another process does not know). 503 with `down` when the database cannot be read or a part
        of the bot has ended."""
        backlog = await self._read_backlog()
        parts = {name: part.runs for name, part in self._parts.items()}
        if backlog is None or not all(parts.values()):
            status = "down"
        elif not all(each.connected or each.stands_by for each in self._arrivals.values()):
            status = "offline"
        else:
            status = "late" if backlog.is_late else "ok"
        answer: dict[str, Any] = {
            "status": status,
            "database": "ok" if backlog else "down",
            "updates": ", ".join(dict.fromkeys(each.mode for each in self._arrivals.values())),
            "connected": all(each.connected for each in self._arrivals.values()),
            "stands_by": any(each.stands_by for each in self._arrivals.values()),
            "channels": {
                channel: {
                    "updates": each.mode,
                    "connected": each.connected,
                    "stands_by": each.stands_by,
                }
                for channel, each in self._arrivals.items()
            },
            "parts": {name: "runs" if runs else "ended" for name, runs in parts.items()},
            "backlog": asdict(backlog) if backlog else None,
        }
        return web.json_response(answer, status=503 if status == "down" else 200)

    async def metrics(self, request: web.Request) -> web.Response:
        """Everything in the text format of Prometheus; the gauges are read when they are asked
        for."""
        _show(await self._read_backlog())
        for channel, each in self._arrivals.items():
            metrics.CONNECTED.labels(channel).set(each.connected)
            metrics.STANDS_BY.labels(channel).set(each.stands_by)
        return web.Response(body=metrics.write_metrics(), headers={"Content-Type": METRICS_TYPE})

    async def _read_backlog(self) -> Backlog | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await read_backlog(self._database)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer says so
            log.warning(
                "database unreadable",
                extra={"action": "web.database_down", "error": type(error).__name__},
            )
            return None


def _show(backlog: Backlog | None) -> None:
    """Set the gauges; those of a database that cannot be read have no value."""
    metrics.DATABASE_UP.set(backlog is not None)
    for gauge, name in (
        (metrics.INBOX_WAITING, "inbox_waiting"),
        (metrics.INBOX_OLDEST_SECONDS, "inbox_oldest_seconds"),
        (metrics.OUTBOX.labels("queued"), "outbox_queued"),
        (metrics.OUTBOX.labels("later"), "outbox_later"),
        (metrics.OUTBOX.labels("sending"), "outbox_sending"),
        (metrics.OUTBOX_OLDEST_SECONDS, "outbox_oldest_seconds"),
        (metrics.DUE_ROWS.labels("waiting"), "due_waiting"),
        (metrics.DUE_ROWS.labels("overdue"), "due_overdue"),
        (metrics.DUE_OVERDUE_SECONDS, "due_overdue_seconds"),
    ):
        gauge.set(nan if backlog is None else getattr(backlog, name))
