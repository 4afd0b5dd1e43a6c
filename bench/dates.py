"""Scores the reading of dates: `python -m bench.dates --cases FILE [--json FILE]`.

FILE has the tab-separated columns `expression`, `locale`, `expected` and `kind`; where expected is
`ASK`, asking is right. Recurrences are equal when their rules say the same in another order.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from bot.arabic.dates.model import Understood
from bot.arabic.dates.understand import understand

NOW = datetime(2026, 11, 22, 10, 0)  # noqa: DTZ001 - the cases are local everywhere
ASK = "ASK"


@dataclass
class Tally:
    """Counts, and the texts that were not answered as expected."""

    right: int = 0
    asked: int = 0
    wrong: int = 0
    total: int = 0
    milliseconds_a_text: float = 0.0
    slowest_milliseconds: float = 0.0
    misses: list[dict[str, str]] = field(default_factory=list)


def score_cases(cases: Sequence[dict[str, str]], now: datetime = NOW) -> Tally:
    """Reads every case once, in order; the first reading of the process counts too."""
    score = Tally(total=len(cases))
    spent: list[float] = []
    for case in cases:
        started = time.perf_counter()
        answer = understand(case["expression"], now, case["locale"])
        spent.append((time.perf_counter() - started) * 1000)
        value = answer.value if isinstance(answer, Understood) else ASK
        expected = case["expected"]
        if same_value(value, expected):
            score.right += 1
            continue
        if value == ASK:
            score.asked += 1
        else:
            score.wrong += 1
        shown = value if isinstance(answer, Understood) else f"{ASK} {answer.reason}"
        score.misses.append(
            {"expression": case["expression"], "expected": expected, "answer": shown}
        )
    score.milliseconds_a_text = round(sum(spent) / max(1, len(spent)), 4)
    score.slowest_milliseconds = round(max(spent, default=0.0), 4)
    return score


def same_value(value: str, expected: str) -> bool:
    """Whether two values of the `expected` column mean the same."""
    if value == expected:
        return True
    return "RRULE:" in value and "RRULE:" in expected and _rule(value) == _rule(expected)


def _rule(value: str) -> dict[str, frozenset[str]]:
    parts: dict[str, frozenset[str]] = {"INTERVAL": frozenset({"1"})}
    for part in value.replace("RRULE:", "").split(";"):
        name, _, content = part.replace("DTSTART:", "DTSTART=").partition("=")
        if name == "UNTIL":
            content = content.replace("-", "")[:8]
        parts[name] = frozenset(content.split(","))
    if "DAILY" in parts.get("FREQ", frozenset()) and "BYDAY" in parts:
        parts["FREQ"] = frozenset({"WEEKLY"})
    return parts


def read_cases(path: Path) -> list[dict[str, str]]:
    """The cases of a file with a header line."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--now", type=datetime.fromisoformat, default=NOW)
    options = parser.parse_args(arguments)
    score = score_cases(read_cases(options.cases), options.now)
    for miss in score.misses:
        print(f"{miss['expression']}\n    expected {miss['expected']}, got {miss['answer']}")
    print(
        f"right {score.right}, asked {score.asked}, wrong {score.wrong} of {score.total}; "
        f"{score.milliseconds_a_text} ms a text, slowest {score.slowest_milliseconds} ms"
    )
    if options.json:
        options.json.write_text(
            json.dumps(asdict(score), ensure_ascii=False, indent=1), encoding="utf-8"
        )
    return 1 if score.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
