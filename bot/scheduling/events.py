"""What happens in one slice and matters to others: a due row for each listener, in its transaction.

A slice publishes an event and does not know who listens. Who does is gathered from the slices by
whoever puts the bot together, and comes to the publisher with the transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.scheduling.ticker import Holding, Holds, Job, JobFunction, Together
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens in a slice, by its name as `slice.verb`. It stands beside the action
    that publishes it. The name is stored: it stays as it is."""

    name: str

    @property
    def verb(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class DueJob:
    """A slice's work by the name that its due rows bear. The name is stored: it stays. Where the
    slice's actions hold something while they set, move or cancel those rows, `holds` says what."""

    name: str
    work: JobFunction | Together
    holds: Holds | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """What a slice does when another one publishes the event: a job as any other, which is due at
    once, as often as its row needs to be tried, and apart from what other listeners do."""

    event: Event
    work: JobFunction | Together


@dataclass(frozen=True, slots=True)
class SliceWork:
    """What one slice, by its name, adds to the due work."""

    name: str
    jobs: Sequence[DueJob] = ()
    listeners: Sequence[Listener] = ()


@dataclass(frozen=True, slots=True)
class DueWork:
    """Everything that can fall due, by the name that its rows bear, and who hears of what: the
    slices by the name of the event."""

    jobs: Mapping[str, Job]
    listeners: Mapping[str, tuple[str, ...]]


async def publish(tx: Tx, event: Event, topic: str, payload: Any) -> None:
    """Let every listener do what the event means to it; `topic` is what it happened to. What
    happens again before a listener has come to it is one piece of work, with the later payload.

    A database that was opened without listeners keeps what happened under the event's own name,
    and whoever does due work deals it out.
    """
    if tx.listeners is None:
        await due.set_due(tx, event.name, topic, event.verb, anchor=tx.now, payload=payload)
        return
    for slice_ in tx.listeners.get(event.name, ()):
        await due.set_due(
            tx,
            _job(event, slice_),
            topic,
            _slot(event, slice_),
            anchor=tx.now,
            payload=payload,
        )


def _job(event: Event, slice_: str) -> str:
    return f"{event.name}:{slice_}"


def _slot(event: Event, slice_: str) -> str:
    return f"{event.verb}:{slice_}"


def join(parts: Iterable[SliceWork]) -> DueWork:
    """The due work of these slices.

    :raises ValueError: when two jobs share a name, one slice listens twice to one event, or the
        name of a row would be too long to be stored.
    """
    jobs: dict[str, Job] = {}
    owners: dict[str, str] = {}
    heard: dict[Event, list[str]] = {}

    def add(name: str, work: Job, owner: str) -> None:
        if name in jobs:
            raise ValueError(f"due job {name}: defined by {owners[name]} and by {owner}")
        if len(name) > due.LONGEST_JOB:
            raise ValueError(f"due job {name}: longer than {due.LONGEST_JOB} characters")
        jobs[name], owners[name] = work, owner

    for part in parts:
        for job in part.jobs:
            work = Holding(job.work, job.holds) if job.holds else job.work
            add(job.name, work, _names(part, job.work))
        for listener in part.listeners:
            add(_job(listener.event, part.name), listener.work, _names(part, listener.work))
            if len(slot := _slot(listener.event, part.name)) > due.LONGEST_SLOT:
                raise ValueError(f"event {slot}: longer than {due.LONGEST_SLOT} characters")
            heard.setdefault(listener.event, []).append(part.name)
    for event, slices in heard.items():
        add(event.name, _deal_out(event, tuple(slices)), "its listeners")
    return DueWork(jobs, {event.name: tuple(slices) for event, slices in heard.items()})


def _names(part: SliceWork, work: JobFunction | Together) -> str:
    function: Any = work.function if isinstance(work, Together) else work
    return f"{part.name} ({function.__module__}.{function.__qualname__})"


def _deal_out(event: Event, slices: Sequence[str]) -> JobFunction:
    """The job of a row that bears the event's own name, as a version that knew of one listener
    wrote it: it becomes a row for each."""

    async def deal_out(tx: Tx, row: DueRow) -> None:
        for slice_ in slices:
            slot = _slot(event, slice_)
            if await due.is_waiting(tx, row.topic, [slot]):
                # It has happened again since, and the later payload counts.
                continue
            await due.set_due(
                tx,
                _job(event, slice_),
                row.topic,
                slot,
                # Due now; but listeners are told when it happened.
                anchor=row.anchor_at,
                offset=row.anchor_at - tx.now,
                payload=row.payload,
            )

    return deal_out
