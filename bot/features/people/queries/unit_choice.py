"""Choosing a unit among those that one's roles reach: asked alike in every slice."""

from collections.abc import Collection, Sequence

from bot.chat.forms.fields import SearchField
from bot.chat.forms.form import Answers, Option, Preset
from bot.chat.turn import Turn
from bot.features.people.forms.fields import describe_unit, unit_options
from bot.features.people.models import Role
from bot.features.people.queries import people as people_queries

SUGGESTED = 8
"""Units offered at once; further ones are found by their name."""


def unit_field(
    wanted: Collection[Role], *, label: str, question: str, preset: Preset | None = None
) -> SearchField:
    """The field `unit`: one at or below those where the person holds one of the roles `wanted`.
    Offered are the top ones, and what lies right below them."""

    async def suggest(turn: Turn, answers: Answers) -> Sequence[Option]:
        found = await people_queries.reach_of(turn.tx, turn.person.id, wanted)
        for top in tuple(found):
            if len(found) < SUGGESTED:
                found += (await people_queries.children_of(turn.tx, top.id, limit=SUGGESTED))[0]
        return await unit_options(turn, found, SUGGESTED, whole=True)

    async def search(turn: Turn, answers: Answers, words: str) -> Sequence[Option]:
        tops = await people_queries.reach_of(turn.tx, turn.person.id, wanted)
        found = await people_queries.find_units_within(turn.tx, tops, words, SUGGESTED + 1)
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
