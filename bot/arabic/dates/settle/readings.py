"""A part of an answer: settled, or up to two readings and the reason to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Generic, TypeVar

from bot.arabic.calendar.prayer import Prayer
from bot.arabic.dates.model import DoubtReason

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Readings(Generic[T]):
    """Readings, the likelier first. Without a reason there is exactly one, and it holds."""

    options: tuple[T, ...]
    reason: DoubtReason | None = None
    values: Mapping[str, str] = field(default_factory=dict)


def settled(option: T) -> Readings[T]:
    """The one reading."""
    return Readings((option,))


def doubted(reason: DoubtReason, *options: T, **values: str) -> Readings[T]:
    """Readings to offer, equal ones once, at most two."""
    return Readings(tuple(dict.fromkeys(options))[:2], reason, values)


@dataclass(frozen=True, slots=True)
class TimePoint:
    """A time of the day that is meant, or of a day `shift` days later; or tied to a prayer."""

    at: time | None = None
    prayer: Prayer | None = None
    minutes: int = 0
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """When within a day; `first` is None for the whole day."""

    first: TimePoint | None = None
    last: TimePoint | None = None
