"""What an edit leaves alone, told apart from what it empties."""

from dataclasses import fields
from enum import Enum
from typing import Any, Final, Literal, TypeVar

T = TypeVar("T")
B = TypeVar("B")


class Unchanged(Enum):
    """The type of `UNCHANGED`."""

    UNCHANGED = "unchanged"

    def __bool__(self) -> Literal[False]:
        return False


UNCHANGED: Final = Unchanged.UNCHANGED
"""Stands in the draft of an edit for what the person left alone; None stands there for what they
emptied."""


def or_before(value: T | Unchanged, before: B) -> T | B:
    """What an edit makes of `before`."""
    return before if isinstance(value, Unchanged) else value


def changed(draft: object, of: type) -> dict[str, Any]:
    """By name, what a draft changes of the attributes that the dataclass `of` declares."""
    values = {attribute.name: getattr(draft, attribute.name) for attribute in fields(of)}
    return {name: value for name, value in values.items() if value is not UNCHANGED}
