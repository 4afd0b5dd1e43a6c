"""What no screen does: say one thing twice, name an item of its list in the text and on a button,
offer two choices of one name, or begin at the left in Arabic. Screens are as a channel shows them.
"""

import re
from collections import Counter
from collections.abc import Iterator

from bot.chat.screen import Screen
from bot.core.text import RLM, lay_out
from tests.reading import readable

_ITEM = re.compile(r"(\d+\. |• )?(.*)", re.DOTALL)
_NUMBERED = re.compile(r"^[\u200e-\u2069]*\d+\. ", re.MULTILINE)
ARABIC = re.compile("[\u2066-\u2069]*[\u0621-\u064a]")


def faults_of(screen: Screen, *, arabic: bool) -> Iterator[tuple[str, str]]:
    """Each fault with the words in which it is."""
    labels = Counter(readable(each.label) for each in screen.choices)
    yield from (("two choices of one name", label) for label, n in labels.items() if n > 1)
    title = _bare(screen.title)
    first = _bare((screen.text or screen.quote).partition("\n")[0])
    if title and title in (first, *map(_bare, labels)):
        yield "the title again", title
    alone = [readable(each.label) for each in screen.listing.choices] if screen.listing else []
    if len(alone) == 1 and alone[0].isdecimal() and len(_NUMBERED.findall(screen.text)) == 1:
        yield "a bare number where there is but one item", alone[0]
    for each in screen.listing.items if screen.listing else ():
        if any(_names(line, readable(each.label)) for line in readable(screen.text).split("\n")):
            yield "an item's title in the text and on its button", readable(each.label)
    for line in readable(screen.text).split("\n"):
        label, colon, value = line.partition(": ")
        if colon and value.startswith(f"{label} "):
            yield "the label again", line
    for part in (screen.title, screen.text, screen.quote, screen.footer):
        line = lay_out(part, rtl=True).partition("\n")[0]
        if arabic and line and not line.startswith(RLM) and not ARABIC.match(line):
            yield "the first line begins at the left", line


def _names(line: str, label: str) -> bool:
    """Whether a line of the text begins with what a button of the list says besides its number.
    What only labels an answer («Stage: …») is no item, nor is one of another number."""
    number, title = _ITEM.match(label).groups()  # type: ignore[union-attr]
    place, said = _ITEM.match(line).groups()  # type: ignore[union-attr]
    labels = place is None and ": " in said
    changes = title.startswith("✏️") or not re.search(r"[^\W\d]{3}", title)
    if labels or changes or (number and place and number != place):
        return False
    return f"{_bare(said)} ".startswith(f"{_bare(title)} ")


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", readable(text)))
