"""Texts of several items, one a line, as people write lists: with bullets, with numbers, or plain.

A number is a bullet only where the lines count: «1. … 2. … 3. …», or each has the number of its
place. Times, decimals, ranges and percentages («10:30», «3.5», «10-15%») are part of what was
written.
"""

import re

_SIGN = re.compile(r"^(?:[•*·▪◦●]+|[-–—]+(?!\d))\s*")
_NUMBER = re.compile(r"^\(?(\d{1,2})\s*(?:[.):،]|[-–—])(?!\d)\s*")
_RANGE = re.compile(r"^\d{1,2}\s*[-–—]\s+\d")


def split_items(text: str) -> list[str]:
    """The items of a text without their bullets; empty lines are left out."""
    lines = [_SIGN.sub("", line.strip()) for line in text.split("\n")]
    lines = [line for line in lines if line]
    if _counts(lines):
        lines = [_NUMBER.sub("", line) for line in lines]
    return [line for line in lines if line]


def _counts(lines: list[str]) -> bool:
    """Whether the numbers that begin lines are 1, 2, 3… among themselves or among all lines; a
    lone «1 - 5 …» may be a range."""
    found = {i: int(n[1]) for i, line in enumerate(lines, 1) if (n := _NUMBER.match(line))}
    if len(found) == 1 and any(map(_RANGE.match, lines)):
        return False
    return list(found.values()) in (list(found), list(range(1, len(found) + 1)))
