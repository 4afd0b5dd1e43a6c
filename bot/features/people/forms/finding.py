"""What else is offered to whoever does not find their place of work: by its department, step by
step."""

from typing import Any

from bot.chat.forms.answers import Answers
from bot.chat.forms.reading import Option, Question
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.core.text import isolate
from bot.features.people.forms.fields import COUNTRY, MOST_UNITS
from bot.features.people.queries import search as people_search
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.search import SHARED_KINDS
from bot.features.people.queries.unit_choice import unit_options
from bot.features.people.queries.units import Unit

MOST_BELOW = 90
"""Units offered below another one; whoever has more of them writes a part of the name."""
BELOW, MISSING, ABROAD = "below", "missing", "abroad"


async def further_choices(turn: Turn, answers: Answers, given: Any) -> Question:
    """What is asked after words that found nothing, or after one of these choices was pressed."""
    # A button of a former version said first that the school is missing.
    opened = given.get(BELOW, given.get(MISSING)) if isinstance(given, dict) else None
    if (place := await _place(turn, opened)) is not None:
        below, total = await unit_queries.children_of(turn.tx, place.id, offset=0, limit=MOST_BELOW)
        text = turn.say("Which one at {unit}?", unit=place.name)
        if total > len(below):
            text = turn.say(
                "These are the first of many at {unit}. If yours is not among them, write a part"
                " of its name.",
                unit=place.name,
            )
        missing = Option(place.id, turn.say("My school is not listed"))
        return Question(text, [*map(_option, below), missing])
    words = given if isinstance(given, str) else ""
    tops = await unit_queries.root_units(turn.tx)
    abroad = [top for top in tops if top.country != turn.voice.country]
    if isinstance(given, dict) and isinstance(given.get(ABROAD), str):
        words = given[ABROAD]
        there = await people_search.find_units(turn.tx, words, MOST_UNITS, abroad)
        if there:
            asked = turn.say("Is it one of these? If not, write it again.")
            return Question(asked, await unit_options(turn, there, MOST_UNITS, whole=True))
        abroad = []
    text = turn.say(
        "I found nothing like {words}. Write another part of the name, or look for it by its"
        " department:",
        words=words,
    )
    found = await unit_queries.districts_in(turn.tx, turn.voice.country, MOST_BELOW)
    options = [Option({BELOW: each.id}, _name(each)) for each in found]
    # Whoever registers has said in which country they work.
    if words and abroad and answers.of(COUNTRY) is None:
        options.append(Option({ABROAD: words}, turn.say("In another country")))
    return Question(text, options)


async def _place(turn: Turn, number: Any) -> Unit | None:
    found = await unit_queries.unit(turn.tx, number) if isinstance(number, int) else None
    return found if found is not None and found.is_active else None


def _option(place: Unit) -> Option:
    """A place of work itself, or what lies below it."""
    is_last = place.kind in SHARED_KINDS
    return Option(place.id if is_last else {BELOW: place.id}, _name(place))


def _name(place: Unit) -> str:
    return Phrase(isolate(place.name))
