"""The forms of searching: anything by words, a team, a colleague."""

from dataclasses import dataclass

from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import TextField
from bot.chat.forms.form import Form
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.people.actions import search as people_index
from bot.features.people.queries.search import LONGEST_SEARCH
from bot.features.search import rights
from bot.features.search.screens.others import colleagues_found, teams_found
from bot.features.search.screens.practices import show_found

UNIT = Known("unit", int)
"""The unit at which colleagues are looked for; 0 for all that one may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDraft:
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueDraft:
    words: str
    unit: int


async def _finish_searching(turn: Turn, draft: SearchDraft) -> Screen:
    return await show_found(turn, draft.words)


SEARCH = Form(
    name="practices.search",
    version=1,
    title=N_("Search"),
    draft=SearchDraft,
    fields=(
        TextField(
            name="words",
            label=N_("Words to look for"),
            question=N_(
                "What are you looking for? A practice, a team, a school or a colleague; never mind"
                " the spelling."
            ),
            most=LONGEST_SEARCH,
        ),
    ),
    finish=_finish_searching,
    send=N_("Search"),
    review=False,
)


async def _may_look(turn: Turn, answers: Answers) -> None:
    if unit_id := answers.of(UNIT):
        await rights.access_searched_unit(turn.tx, turn.person, unit_id)


async def _finish_teams(turn: Turn, draft: SearchDraft) -> Screen:
    number = await people_index.remember_search(turn.tx, turn.person, draft.words)
    return await teams_found(turn, str(number))


async def _finish_colleague(turn: Turn, draft: ColleagueDraft) -> Screen:
    number = await people_index.remember_search(turn.tx, turn.person, draft.words)
    return await colleagues_found(turn, str(number), "0", str(draft.unit))


TEAM = Form(
    name="teams.search",
    version=1,
    title=N_("Search for a team"),
    draft=SearchDraft,
    fields=(
        TextField(
            name="words",
            label=N_("Words"),
            question=N_("What are you looking for? A name, a theme or a difficulty."),
            most=LONGEST_SEARCH,
        ),
    ),
    finish=_finish_teams,
    send=N_("Search"),
    review=False,
)
COLLEAGUE = Form(
    name="teams.colleague",
    version=1,
    title=N_("Search for a colleague"),
    draft=ColleagueDraft,
    known=(UNIT,),
    fields=(
        TextField(
            name="words",
            label=N_("Name"),
            question=N_(
                "Whom are you looking for? Write a name or a part of it, as you remember it."
            ),
            most=LONGEST_SEARCH,
        ),
    ),
    finish=_finish_colleague,
    send=N_("Search"),
    permit=_may_look,
    review=False,
)
