"""What a case found, as a table for people and as JSON for machines."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass
class CaseOutcome:
    """The figures of one case. `lost`, `doubled`, `late` and `unlabelled` are to be nought; what
    else must hold stands in `broken` once it does not."""

    injected: dict[str, Any] = field(default_factory=dict)
    """What was done to the bot, in numbers."""
    lost: int = 0
    """Updates, effects or messages that never came."""
    doubled: int = 0
    """Effects that came twice, or messages without an excuse for it."""
    late: int = 0
    """What came after its limit."""
    unlabelled: int = 0
    """Recipients, updates or reminders that no named state tells the end of."""
    measured: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note what does not hold; `otherwise` says what was found instead."""
        if not holds:
            self.broken.append(otherwise)

    @property
    def ok(self) -> bool:
        return not (self.lost or self.doubled or self.late or self.unlabelled or self.broken)

    def to_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "lost": self.lost,
            "doubled": self.doubled,
            "late": self.late,
            "unlabelled": self.unlabelled,
            "injected": self.injected,
            "measured": self.measured,
            "broken": self.broken,
            "seconds": round(self.seconds, 1),
        }


@dataclass(frozen=True)
class Finished:
    """A case that was run: its key, its name, and whether it was to turn red."""

    key: str
    name: str
    outcome: CaseOutcome
    sabotaged: bool = False
    """The bot was spoilt on purpose: the case is right when it turns red."""

    @property
    def ok(self) -> bool:
        return self.outcome.ok != self.sabotaged

    def to_json(self) -> dict[str, Any]:
        found = self.outcome.to_json() | {"ok": self.ok}
        return {"case": self.key, "name": self.name, "sabotaged": self.sabotaged} | found


def show(finished: Iterable[Finished], console: Console) -> None:
    """Print the table, and below it what went wrong."""
    listed = list(finished)
    table = Table("case", "what goes wrong", "lost", "doubled", "late", "unlabelled", "s", "")
    for one in listed:
        found = one.outcome
        numbers = [found.lost, found.doubled, found.late, found.unlabelled, round(found.seconds)]
        verdict = "[green]ok[/]" if one.ok else "[red]FAILS[/]"
        if one.sabotaged:
            verdict = "[green]turns red[/]" if one.ok else "[red]STAYS GREEN[/]"
        table.add_row(one.key, one.name, *map(str, numbers), verdict)
    console.print(table)
    for one in listed:
        console.print(f"[bold]{one.key}[/] injected {_listed(one.outcome.injected)}")
        console.print(f"  measured {_listed(one.outcome.measured)}", highlight=False)
        for line in one.outcome.broken:
            console.print(f"  {'found' if one.sabotaged else '[red]broken[/]'}: {line}")


def _listed(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items()) or "nothing"
