"""Units to choose from: those that one's roles reach, asked alike in every slice."""

from collections.abc import Collection, Sequence

from bot.chat.forms.answers import Answers
from bot.chat.forms.fields import SearchField
from bot.chat.forms.form import Preset
from bot.chat.forms.reading import Option
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.core.text import isolate
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import search as people_search
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role

SUGGESTED = 8
"""Units offered at once; further ones are found by their name."""


def unit_field(
    wanted: Collection[Role], *, label: str, question: str, preset: Preset[int] | None = None
) -> SearchField:
    """The field `unit`: one at or below those where the person holds one of the roles `wanted`.
    Offered are the top ones, and what lies right below them."""

    async def suggest(turn: Turn, answers: Answers) -> Sequence[Option]:
        found = await role_queries.reach_of(turn.tx, turn.person.id, wanted)
        for top in tuple(found):
            if len(found) < SUGGESTED:
                below, _ = await unit_queries.children_of(
                    turn.tx, top.id, offset=0, limit=SUGGESTED
                )
                found += below
        return await unit_options(turn, found, SUGGESTED, whole=True)

    async def search(turn: Turn, answers: Answers, words: str) -> Sequence[Option]:
        tops = await role_queries.reach_of(turn.tx, turn.person.id, wanted)
        found = await people_search.find_units_within(turn.tx, tops, words, SUGGESTED + 1)
        return await unit_options(turn, found, SUGGESTED)

    return SearchField(
        name="unit",
        label=label,
        question=question,
        search=search,
        describe=describe_unit,
        suggest=suggest,
        preset=preset,
    )


async def unit_options(
    turn: Turn, found: Sequence[Unit], most: int, *, whole: bool = False
) -> list[Option]:
    """The first `most` of these units to choose from, each with the unit above it, or without it
    where all lie right below the same one. Those beyond `most` count as lying elsewhere, unless
    `whole` says that nothing else is meant."""
    shown = found[:most]
    above = {place.parent_id for place in shown}
    parents = {place.parent_id for place in shown if place.id not in above}
    if len(shown) > 1 and len(parents) == 1 and (whole or len(found) <= most):
        return [Option(place.id, Phrase(isolate(place.name))) for place in shown]
    return [Option(u.id, await unit_queries.unit_line(turn.tx, turn.voice, u)) for u in shown]


async def describe_unit(turn: Turn, unit_id: int) -> str:
    found = await unit_queries.unit(turn.tx, unit_id)
    return await unit_queries.unit_line(turn.tx, turn.voice, found) if found else "—"
