"""Times written by machines, with their distance from UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.arabic.dates.read.facts import Instant, ReadingContext
from bot.core.country import country


def read_moment(numbers: Sequence[int], context: ReadingContext) -> Instant:
    """The moment of year, month, day, hour, minute and the minutes from UTC, in the reader's time:
    that of `now`, or where `now` is naive that of the country. Raises ValueError for a moment that
    no calendar has."""
    *moment, distance = numbers
    at = datetime(*moment, tzinfo=UTC) - timedelta(minutes=distance)  # type: ignore[misc,arg-type]
    zone = context.now.tzinfo
    if zone is not None:
        return Instant(at.astimezone(zone))
    return Instant(at.astimezone(ZoneInfo(country(context.country).timezone)).replace(tzinfo=None))
