"""What was measured, beside its goal: kept as JSON and shown as a table."""

import json
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.children import cores

PEERS = ("aiogram", "python-telegram-bot")


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with the least and the most that was seen."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(*(round(v, 4) for v in (statistics.median(values), min(values), max(values))))

    def shown(self) -> str:
        if self.least == self.most:
            return f"{self.median:,g}"
        return f"{self.median:,g} ({self.least:,g} to {self.most:,g})"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure and its goal.

    With a peer the goal is the most that `ours / peer` may be, and the ratio is the median of the
    rounds' own ratios. Without one, the goal is a figure of our own: the most, or with
    `more_is_better` the least; `ratio` is then ours to the goal.
    """

    name: str
    unit: str
    ours: Spread
    peer: Spread | None
    ratio: Spread
    goal: float
    ok: bool
    what: str
    details: dict[str, Any] = field(default_factory=dict)


def against_peer(
    name: str, what: str, unit: str, ours: Sequence[float], peer: Sequence[float], goal: float
) -> Measure:
    """Rounds of ours and of a peer, taken alternately; `goal` is the most the ratio may be."""
    ratio = Spread.of([own / other for own, other in zip(ours, peer, strict=True)])
    ok = ratio.median <= goal
    return Measure(name, unit, Spread.of(ours), Spread.of(peer), ratio, goal, ok, what)


def against_goal(
    name: str,
    what: str,
    unit: str,
    ours: Sequence[float],
    goal: float,
    *,
    more_is_better: bool = False,
    sound: bool = True,
    **details: Any,
) -> Measure:
    """Rounds of ours; not `sound` where something else that was promised did not hold."""
    spread = Spread.of(ours)
    ratio = Spread.of([value / goal for value in ours])
    ok = sound and (spread.median >= goal if more_is_better else spread.median <= goal)
    return Measure(name, unit, spread, None, ratio, goal, ok, what, details)


def write_json(path: Path, measures: Sequence[Measure], *, quick: bool) -> None:
    """Keep the figures by name. Measures of an earlier run that were not taken now stay as they
    are, each with its own time."""
    taken = datetime.now(UTC).isoformat(timespec="seconds")
    kept: dict[str, Any] = {}
    if path.exists():
        kept = json.loads(path.read_text("utf-8")).get("measures", {})
    for measure in measures:
        entry = asdict(measure)
        name = entry.pop("name")
        entry |= {side: _plain(entry[side]) for side in ("ours", "peer", "ratio")}
        entry["ranges"] = {
            side: [spread.least, spread.most]
            for side, spread in (
                ("ours", measure.ours), ("peer", measure.peer), ("ratio", measure.ratio),
            )
            if spread is not None
        }  # fmt: skip
        kept[name] = entry | {"taken_at": taken, "quick": quick}
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": describe_machine(), "measures": kept}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _plain(spread: dict[str, float] | None) -> float | None:
    return None if spread is None else spread["median"]


def describe_peers() -> str:
    """The bots that ours is compared with, and their versions."""
    return ", ".join(f"{name} {version(name)}" for name in PEERS)


def describe_machine() -> dict[str, Any]:
    """What the figures depend on."""
    own, other = cores()
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "cpu": model,
        "cores": {"measured": own, "servers": other},
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "peers": describe_peers(),
        "load_at_end": Path("/proc/loadavg").read_text().split()[0],
    }


def show(measure: Measure) -> None:
    """One paragraph on the terminal."""
    verdict = "met   " if measure.ok else "MISSED"
    print(f"{verdict} {measure.name}: {measure.what}")
    print(f"       ours {measure.ours.shown()} {measure.unit}", end="")
    if measure.peer is not None:
        print(f"; peer {measure.peer.shown()}; ratio {measure.ratio.shown()}", end="")
    print(f"; goal {measure.goal:,g}")
    if measure.details:
        print(f"       {', '.join(f'{key} {value}' for key, value in measure.details.items())}")
