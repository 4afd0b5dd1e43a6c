"""Reads about wider audiences than one that holds nobody."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.chat.person import Person
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.audiences import Audience
from bot.storage.transaction import Tx

MOST = 4
"""Wider audiences that are offered at most."""
_PARTS = {"r": "role", "t": "stages", "s": "subjects"}
"""What narrows an audience, by the letter that says it is left out."""
_NONE: dict[str, Any] = {"r": None, "t": (), "s": ()}


@dataclass(frozen=True, slots=True)
class Wider:
    """An audience that holds somebody. `code` says how it comes of the narrower one: how many units
    higher, and what is left out."""

    code: str
    audience: Audience
    total: int


async def wider_audiences(tx: Tx, author: Person, audience: Audience) -> list[Wider]:
    """The nearest wider audiences that hold somebody besides the author, and that their roles
    reach, at most `MOST`; none where nobody is registered within their reach."""
    place = await unit_queries.unit(tx, audience.unit_id)
    if place is None:
        return []
    found: dict[Audience, Wider] = {}
    for level, unit_id in enumerate(reversed(place.lineage)):
        for left_out in _narrower_parts(audience, at_once=level > 0):
            wider = replace(
                audience, unit_id=unit_id, **{_PARTS[each]: _NONE[each] for each in left_out}
            )
            if wider == audience or wider in found:
                continue
            if not await announcement_queries.may_address(tx, author.id, wider):
                continue
            if total := await announcement_queries.count_recipients(tx, author, wider):
                found[wider] = Wider(f"{level}{left_out}", wider, total)
            if len(found) == MOST:
                return list(found.values())
    return list(found.values())


def _narrower_parts(audience: Audience, *, at_once: bool) -> Iterator[str]:
    """What may be left out of what narrows the audience: nothing, one after the other unless all
    `at_once`, everything."""
    narrowing = [letter for letter, name in _PARTS.items() if getattr(audience, name)]
    yield ""
    if not at_once:
        yield from narrowing
    yield "".join(narrowing)
