"""Time that passes inside one transaction, so that a past can be told by what happened in it."""

import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from sqlalchemy import func, select, update

from bot.chat.person import Person
from bot.delivery import message as outbox_tables
from bot.features import due_work
from bot.scheduling import work
from bot.scheduling.due import DueState, due
from bot.scheduling.ticker import Holding, Together
from bot.storage.transaction import Tx

Event = Callable[[], Awaitable[None]]


class Timeline:
    """Events in the order of their time; between two of them falls due what is due, and what was
    written is delivered. Nothing happens after `present`, the transaction's own moment."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._jobs = due_work().jobs
        self._events: list[tuple[datetime, int, Event]] = []
        self._numbers = count()
        self._foreign = 0
        self.present = tx.now

    def ago(self, days: float) -> datetime:
        """The moment that lies so many days before the present."""
        return self.present - timedelta(days=days)

    def plan(self, moment: datetime, event: Callable[..., Awaitable[None]], *args: object) -> None:
        """Let it happen at its moment, or at the present if that comes first; what is planned for
        the same moment happens in the order of planning. Events may plan others."""
        happen: Event = partial(event, *args)
        heapq.heappush(self._events, (min(moment, self.present), next(self._numbers), happen))

    async def play(self) -> None:
        """Let everything happen, up to the present."""
        self._foreign = await self._tx.scalar(select(func.max(outbox_tables.outbox.c.id))) or 0
        while self._events:
            moment, _, happen = heapq.heappop(self._events)
            await self._pass_time(moment)
            await happen()
        await self._pass_time(self.present)

    async def deliver(self, to: Person | None = None, topic: str = "") -> None:
        """Count as delivered what is queued; only what one person was written about a topic, if
        they are given."""
        columns = outbox_tables.outbox.c
        queued = update(outbox_tables.outbox).where(
            columns.state == outbox_tables.MessageState.QUEUED, columns.id > self._foreign
        )
        if to is not None:
            queued = queued.where(columns.person_id == to.id, columns.topic == topic)
        sent = {"state": outbox_tables.MessageState.SENT, "finished_at": self._tx.now}
        await self._tx.execute(queued.values(sent))

    async def _pass_time(self, until: datetime) -> None:
        if until == self._tx.now:
            return
        earliest = (
            select(due.c.id, due.c.due_at)
            .where(
                due.c.state == DueState.WAITING,
                due.c.due_at < until,
                due.c.job.in_(self._jobs),
            )
            .order_by(due.c.due_at, due.c.id)
            .limit(1)
        )
        while row := await self._tx.first(earliest):
            self._tx.now = row.due_at
            await self.deliver()
            await self._do(row.id)
        await self.deliver()
        self._tx.now = until

    async def _do(self, row_id: int) -> None:
        rows = await work.claim(self._tx, 1, row_id)
        await work.finish(self._tx, rows, DueState.DONE)
        for row in rows:
            known = self._jobs[row.job]
            job = known.work if isinstance(known, Holding) else known
            if isinstance(job, Together):
                await job.function(self._tx, [row])
            else:
                await job(self._tx, row)
