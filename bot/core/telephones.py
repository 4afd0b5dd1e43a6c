"""Telephone numbers in their one form, for comparing."""

import re

from bot.core.text import western

_NUMBER = re.compile(r"\+?\d{8,15}\Z")
_BETWEEN = re.compile(r"[\s().\-/\u200e\u200f\u2066-\u2069\u202a-\u202e]")
_DIALLING = {"SA": "966", "MA": "212"}


def telephone_key(text: str, country: str = "") -> str:
    """A telephone number as +966501234567; "" for what is none. `country` is that of numbers
    without one."""
    digits = _BETWEEN.sub("", western(text))
    if not _NUMBER.match(digits):
        return ""
    if digits.startswith("+"):
        return digits
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    code = _DIALLING.get(country, "")
    if digits.startswith("0"):
        return f"+{code}{digits[1:]}"
    if digits.startswith(code) and len(digits) > 10:
        return f"+{digits}"
    # A spreadsheet takes the zero of 0501234567 away; channels tell a whole number bare.
    return f"+{code}{digits}" if len(digits) <= 9 else f"+{digits}"


def telephone_mark(number: str) -> str:
    """What of such a number is digested, by whoever keeps it and by whoever compares."""
    return f"phone:{number}"
