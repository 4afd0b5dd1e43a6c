"""Telling numbers by which the state knows people, which are never kept, from those of their
employer.

A Saudi one proves itself by its last digit. A Moroccan one is a letter or two and some digits, as
many staff numbers are; but its letters tell where the card was first made, so those of a staff
begin differently, and staff numbers alike.
"""

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from bot.core.text import western

MOSTLY = 0.6
"""The share of a column from which on the whole of it is taken for identity numbers."""
_ALIKE = 0.95
_FEW = 8
"""Moroccan numbers that begin alike, below which they may be those of neighbours."""
_CARD = re.compile(r"([A-Za-z]{1,2})\d{5,7}\Z")


class Identity(StrEnum):
    """A kind of identity number."""

    SAUDI = "saudi"
    CARD = "card"


def identity_of(value: str) -> Identity | None:
    """Which kind of identity number a cell may hold."""
    text = western(value).strip()
    if _is_saudi(text):
        return Identity.SAUDI
    return Identity.CARD if _CARD.match(text) else None


def _is_saudi(value: str) -> bool:
    if len(value) != 10 or not value.isdecimal() or value[0] not in "12":
        return False
    total = 0
    for at, digit in enumerate(value):
        doubled = int(digit) * 2 if at % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def holds_identities(values: Sequence[str]) -> bool:
    """Whether most of the filled cells of a column, whatever it is called, could be such."""
    return bool(values) and sum(map(bool, map(identity_of, values))) / len(values) >= MOSTLY


def holds_other_identities(values: Sequence[str], country: str, *, has_own: bool) -> bool:
    """The same of a column that is headed as staff numbers. `has_own`: another column is headed as
    identity numbers, and does not hold these."""
    if not holds_identities(values):
        return False
    cards = [match[1].upper() for value in values if (match := _CARD.match(western(value).strip()))]
    if len(cards) / len(values) < MOSTLY:
        return True
    if has_own:
        return False
    alike = Counter(cards).most_common(1)[0][1] / len(cards)
    return alike < _ALIKE or (country == "MA" and len(cards) < _FEW)


def strays_among(values: Sequence[str], country: str) -> frozenset[Identity]:
    """The kinds of which a single one, among these staff numbers, is taken for an identity
    number: others do not look like it."""
    texts = [western(value).strip() for value in values]
    strays = set()
    if sum(len(text) == 10 and text.isdecimal() for text in texts) <= len(texts) / 2:
        strays.add(Identity.SAUDI)
    if country == "MA" and sum(bool(_CARD.match(text)) for text in texts) <= len(texts) / 2:
        strays.add(Identity.CARD)
    return frozenset(strays)
