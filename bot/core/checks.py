"""What `halqa doctor` finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line: what was looked at, whether it is fine, and what there is to say or to do."""

    what: str
    fine: bool
    text: str

    def __str__(self) -> str:
        return f"{'✔' if self.fine else '✘'} {self.what}: {self.text}"
