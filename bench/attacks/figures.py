"""What an attack came to, as a table for people and as JSON for machines."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass
class Figures:
    """One attack: `tried` so often, and `through` so often; what else must hold stands in `broken`
    once it does not."""

    key: str
    what: str
    tried: int = 0
    through: int = 0
    measured: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note what does not hold; `otherwise` says what was found instead."""
        if not holds:
            self.broken.append(otherwise)

    @property
    def ok(self) -> bool:
        return bool(self.tried) and not self.through and not self.broken

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"ok": self.ok, "seconds": round(self.seconds, 1)}


def show(found: Iterable[Figures], console: Console) -> None:
    """Print the table, and below it the rest of what was measured and what does not hold."""
    listed = list(found)
    table = Table("attack", "what is tried", "tried", "through", "s", "")
    for one in listed:
        verdict = "[green]held[/]" if one.ok else "[red]DID NOT HOLD[/]"
        numbers = [f"{one.tried:,}", f"{one.through:,}", f"{one.seconds:.0f}"]
        table.add_row(one.key, one.what, *numbers, verdict)
    console.print(table)
    for one in listed:
        for name, value in one.measured.items():
            console.print(f"{one.key}: {name}: {value}", highlight=False, markup=False)
        for line in one.broken:
            console.print(f"[red]broken[/] {one.key}: {line}")
