"""The reading of dates for the command line: one JSON object for each text."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from bot.arabic.dates.model import Understood
from bot.arabic.dates.reasons import reason_text
from bot.arabic.dates.understand import country_of, understand
from bot.core.country import country
from bot.core.i18n import Voice

ASK = "ASK"


class Description(TypedDict):
    """`kind` is `date`, `datetime`, `range`, `rrule`, `prayer` or `ask`.

    `value` is the reading in one line, `ASK` for a question; `reason` the code of a question and
    `text` its sentence; `readings` the values that a form would offer, the likelier first.
    """

    kind: str
    value: str
    reason: str | None
    text: str | None
    readings: list[str]


def describe(text: str, now: datetime, locale: str) -> Description:
    """What `understand` makes of a text, ready for JSON. Never raises."""
    answer = understand(text, now, locale)
    if isinstance(answer, Understood):
        return Description(
            kind=answer.kind.value,
            value=answer.value,
            reason=None,
            text=None,
            readings=[answer.value],
        )
    pack = country(country_of(locale))
    voice = Voice(
        locale=pack.locale, numerals=pack.numerals, timezone=pack.timezone, country=pack.code
    )
    return Description(
        kind="ask",
        value=ASK,
        reason=answer.reason.value,
        text=str(reason_text(answer, voice)),
        readings=[reading.value for reading in answer.candidates],
    )
