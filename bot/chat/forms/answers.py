"""Typed access to what a form has been told: each answer is read through what it comes from.

Saved answers are JSON by name. Whoever needs one names its source, a field of the form or a
`Known`, and is given the value in the type that this source declares.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints

T = TypeVar("T")

Loader = Callable[[Any], T]
"""Makes a value of saved JSON: a type, or a function whose annotation names what it returns."""


class Source(ABC, Generic[T]):
    """Where an answer comes from. `name` is the one that it is saved under, so it stays."""

    name: str

    @abstractmethod
    def load(self, data: Any) -> T:
        """The value of saved JSON, which is not None."""

    @property
    def gives(self) -> Any:
        """The type of its values, as the draft of a form has to annotate it."""
        return get_type_hints(type(self).load)["return"]


def loaded_type(of: Loader[Any]) -> Any:
    """The type that a loader returns."""
    return of if isinstance(of, type) else get_type_hints(of)["return"]


@dataclass(frozen=True, slots=True)
class Known(Source[T]):
    """Something that a form is given from the start and never asks, such as the team that it is
    about; the JSON of it is a number or a text. One that is `optional` is not always given."""

    name: str
    of: Loader[T]
    optional: bool = False

    def load(self, data: Any) -> T:
        return self.of(data)

    @property
    def gives(self) -> Any:
        return loaded_type(self.of)


def picks_name(name: str) -> str:
    """Under what it is saved what was picked so far for an answer; no source has such a name."""
    return f"{name}+"


class Answers:
    """What a form has been told so far, which may be nothing yet."""

    def __init__(self, saved: Mapping[str, Any]) -> None:
        self._saved = saved

    def of(self, source: Source[T]) -> T | None:
        """The answer from this source; None when there is none yet, or it was skipped."""
        data = self._saved.get(source.name)
        return None if data is None else source.load(data)

    def picks_of(self, source: Source[T]) -> list[str] | None:
        """What was picked so far of an answer that is a set; None where nobody is picking."""
        picks = self._saved.get(picks_name(source.name))
        return None if picks is None else list(picks)

    def need(self, source: Source[T]) -> T:
        """The answer from this source, which the form cannot have come here without.

        :raises LookupError: when there is none: the form asks for it too late, or not at all.
        """
        data = self._saved.get(source.name)
        if data is None:
            raise LookupError(f"no answer from {source.name} yet")
        return source.load(data)
