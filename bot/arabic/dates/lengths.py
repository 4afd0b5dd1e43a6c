"""Lengths of time as people say them, in minutes."""

from datetime import datetime, timedelta

from bot.arabic.dates.model import Understood
from bot.arabic.dates.understand import understand
from bot.core.text import clean_line, western


def read_minutes(text: str, locale: str) -> int | None:
    """A length in words or figures («ساعة ونصف», «50 دقيقة», «90»), in minutes; a figure alone
    counts minutes. None when it is not understood."""
    words = western(clean_line(text)).removeprefix("لمدة").strip()
    if words.isdigit():
        return int(words) if len(words) < 5 else None
    # Any day and hour do: only the distance to the end counts.
    said = understand(f"2030-01-07 الساعة 8 صباحا لمدة {words}", datetime(2030, 1, 1), locale)  # noqa: DTZ001
    if isinstance(said, Understood) and said.start and said.end:
        return (said.end - said.start) // timedelta(minutes=1)
    return None
