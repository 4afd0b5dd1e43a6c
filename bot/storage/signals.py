"""What has become durable, told at once to whoever waits for it in this process.

Each open database has signals of its own, so that two bots in one process never wake each other.
"""

from collections import defaultdict
from collections.abc import Callable

Waiter = Callable[[int | None], None]


class Signals:
    """The signals of one open database, by name. They only save waiting: whoever needs to hear of
    everything looks at the rows as well."""

    def __init__(self) -> None:
        self._waiters = defaultdict[str, list[Waiter]](list)

    def connect(self, name: str, waiter: Waiter) -> Callable[[], None]:
        """Call `waiter` with the value of each signal of this name. Returns the function that ends
        this."""
        self._waiters[name].append(waiter)
        return lambda: self._waiters[name].remove(waiter)

    def send(self, name: str, value: int | None = None) -> None:
        """Call everybody who waits for the name, in the order in which they came."""
        for waiter in tuple(self._waiters[name]):
            waiter(value)
