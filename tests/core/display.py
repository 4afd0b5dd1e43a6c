"""Lines as a reader sees them, by the Unicode bidi algorithm of python-bidi.

Its display text holds the characters from left to right and leaves brackets unmirrored, so what
runs from the right appears exactly reversed.
"""

import re
import unicodedata

from bidi import get_display  # type: ignore[import-untyped]

_UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def base_direction(line: str) -> str:
    """What a client takes for the direction of a line: its first strong character outside
    isolates (rules P2 and P3); "L" where there is none."""
    depth = 0
    for char in line:
        if char in "\u2066\u2067\u2068":
            depth += 1
        elif char == "\u2069":
            depth = max(0, depth - 1)
        elif depth == 0 and (direction := unicodedata.bidirectional(char)) in ("L", "R", "AL"):
            return "L" if direction == "L" else "R"
    return "L"


def display(line: str) -> str:
    """One line from the left edge to the right edge of the screen, without invisible marks."""
    shown = get_display(line, base_dir=base_direction(line))
    assert isinstance(shown, str)
    return _UNSEEN.sub("", shown)


def display_from_right(line: str) -> str:
    """The same seen by whoever begins at the right edge: Arabic reads as written, Latin
    backwards."""
    return display(line)[::-1]
