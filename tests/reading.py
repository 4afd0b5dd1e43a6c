"""Texts as stories compare them."""

import re

_UNSEEN = re.compile("[\u200e\u200f\u2066-\u2069]")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


def readable(text: str) -> str:
    """`text` without direction marks, digits as 0–9."""
    return _UNSEEN.sub("", text).translate(_DIGITS)
