"""What stands in the audit trail, in the words of whoever reads it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act: its name in the trail, and what it is called, as a noun that suits whoever
    did it.

    :param own: it is nobody's but their own: no head and no administrator reads of it.
    :param of_person: its subject is a person.
    """

    name: str
    label: str
    own: bool = False
    of_person: bool = False


def by_name(acts: Iterable[Act]) -> dict[str, Act]:
    """The acts by their names.

    :raises ValueError: two are called the same.
    """
    found: dict[str, Act] = {}
    for act in acts:
        if act.name in found:
            raise ValueError(f"the act {act.name} is declared twice")
        found[act.name] = act
    return found
