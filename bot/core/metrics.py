"""What is counted and timed, for `/metrics`. Every metric stands in docs/operations.md.

Counts live in the process and begin at 0 with it; the gauges are read from the database when
somebody asks. Counts and times are ours, because all of them change in the loop's own thread: the
library's take a lock, and five to ten times as long (0.45 and 0.8 instead of 0.05 and 0.15 µs).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from functools import partial
from itertools import accumulate
from time import perf_counter

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

SHORT_TIMES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LATENESS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 3600.0)


class Count:
    """A number that only grows."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0

    def inc(self, by: float = 1.0) -> None:
        self.value += by


class Counts(dict[tuple[str, ...], Count]):
    """Counts by the values of their labels, made when they are first asked for, or from the start
    where they are `known`, so that a rate has its zero to begin from."""

    def __init__(
        self, name: str, text: str, *labels: str, known: Sequence[tuple[str, ...]] = ()
    ) -> None:
        super().__init__({values: Count() for values in known})
        REGISTRY.register(_Shown(CounterMetricFamily(name, text, labels=labels), self))

    def __missing__(self, values: tuple[str, ...]) -> Count:
        count = self[values] = Count()
        return count


class _Shown(Collector):
    """Counts as the registry asks for them."""

    def __init__(self, empty: CounterMetricFamily, counts: Counts) -> None:
        self._empty, self._counts = empty, counts

    def collect(self) -> Iterator[Metric]:
        family = copy(self._empty)
        family.samples = []
        for values, count in self._counts.items():
            family.add_metric([str(value) for value in values], count.value)
        yield family


class Times(Collector):
    """How many times fell below each bound, in seconds."""

    def __init__(self, name: str, text: str, bounds: Sequence[float]) -> None:
        self._name, self._text, self._bounds = name, text, bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0
        REGISTRY.register(self)

    def observe(self, seconds: float) -> None:
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._sum += seconds

    def begin(self) -> Callable[[], None]:
        """The function to call when what begins now has ended."""
        return partial(self._observe_since, perf_counter())

    def _observe_since(self, began: float) -> None:
        self.observe(perf_counter() - began)

    def collect(self) -> Iterator[Metric]:
        bounds = [*map(str, self._bounds), "+Inf"]
        family = HistogramMetricFamily(self._name, self._text)
        family.add_metric([], list(zip(bounds, accumulate(self._counts), strict=True)), self._sum)
        yield family


def _count(name: str, text: str) -> Count:
    return Counts(name, text, known=[()])[()]


def gauge(name: str, text: str, *labels: str) -> Gauge:
    """One that `/metrics` shows; a channel may have its own."""
    return Gauge(name, text, labels, registry=REGISTRY)


UPDATES_STORED = _count(
    "halqa_updates_stored_total", "Updates stored as they came; one that came twice counts twice."
)
UPDATES_NOT_STORED = _count(
    "halqa_updates_not_stored_total", "Batches of updates that could not be stored."
)
UPDATES = Counts(
    "halqa_updates_total",
    "Updates that came to their end.",
    "outcome",
    known=[("done",), ("set_aside",), ("skipped",)],
)
TURN_SECONDS = Times(
    "halqa_turn_seconds", "From taking up an update to its durable answer.", SHORT_TIMES
)
MESSAGES = Counts(
    "halqa_messages_total", "Messages that the sender has finished.", "kind", "outcome"
)
STATUSES = Counts(
    "halqa_delivery_statuses_total",
    "What channels told of messages after they were sent, where it was news.",
    "state",
)
RETRIES = Counts(
    "halqa_delivery_retries_total",
    "Requests without success, to be repeated.",
    "reason",
    known=[("undelivered",), ("ambiguous",)],
)
OTHER_FORMS = Counts(
    "halqa_other_forms_total",
    "Messages that were refused and gave something up.",
    "given_up",
    known=[(each,) for each in ("file", "link", "links", "buttons", "format", "length", "answer")],
)
RATE_WAITS = _count("halqa_rate_waits_total", "Times that the platform asked to wait (429).")
RATE_WAIT_SECONDS = _count(
    "halqa_rate_wait_seconds_total", "Seconds that the platform asked to wait for."
)
DUE = Counts(
    "halqa_due_total",
    "Due work that came to its end.",
    "outcome",
    known=[("done",), ("expired",), ("failed",)],
)
DUE_LATENESS_SECONDS = Times(
    "halqa_due_lateness_seconds", "How late due work was taken up.", LATENESS
)
COMMIT_SECONDS = Times(
    "halqa_commit_seconds", "From the end of a turn's work until it is durable.", SHORT_TIMES
)

DATABASE_UP = gauge("halqa_database_up", "1: the database can be read.")
CONNECTED = gauge("halqa_channel_connected", "1: updates of the channel come.", "channel")
STANDS_BY = gauge(
    "halqa_channel_stands_by", "1: they come to another process, which this one would replace.",
    "channel",
)  # fmt: skip
INBOX_WAITING = gauge("halqa_inbox_waiting", "Updates stored and not handled yet.")
INBOX_OLDEST_SECONDS = gauge(
    "halqa_inbox_oldest_seconds", "How long the oldest of them has waited."
)
OUTBOX = gauge(
    "halqa_outbox", "Messages that are not finished: queued, later (not yet due), sending.", "state"
)
OUTBOX_OLDEST_SECONDS = gauge(
    "halqa_outbox_oldest_seconds", "Age of the oldest queued message that is no broadcast."
)
DUE_ROWS = gauge("halqa_due_rows", "Due work that waits: all of it, overdue.", "state")
DUE_OVERDUE_SECONDS = gauge("halqa_due_overdue_seconds", "How late the latest due work is.")


def write_metrics() -> bytes:
    """All metrics in the text format of Prometheus."""
    return generate_latest(REGISTRY)
