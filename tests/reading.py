"""Texts as stories compare them."""

import re

_UNSEEN = re.compile("[\u200e\u200f\u2066-\u2069]")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


_NUMBERED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)


SINGLE = ("فتح", "Ouvrir", "Open", "طلب الانضمام", "حذف من التقويم")
"""What the button of a list says that has but one item."""


def as_read(label: str, text: str) -> str:
    """What a button says, for whoever reads beside its number in the text above it what it opens:
    «1. title»; or above a button for the only item."""
    label = readable(label)
    titles = dict(reversed(_NUMBERED.findall(readable(text))))
    if label in SINGLE and list(titles) == ["1"]:
        return f"1. {titles['1']} ({label})"
    if not label.isdecimal():
        return label
    return f"{label}. {titles[label]}" if label in titles else label


def readable(text: str) -> str:
    """`text` without direction marks, digits as 0–9."""
    return _UNSEEN.sub("", text).translate(_DIGITS)
