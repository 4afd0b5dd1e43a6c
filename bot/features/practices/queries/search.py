"""Searching practices: who may find what, and where the words were found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.arabic.search.matching import Matches, SearchRequest, cut_passage, look_up, written_words
from bot.chat.person import Person
from bot.core.i18n import Voice
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import OVERSEERS
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.people import Sight
from bot.features.people.queries.units import Unit
from bot.features.practices.queries import lists as practice_lists
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries.lists import PracticeCard, PracticePage
from bot.features.practices.queries.practices import Practice
from bot.packs import organisation
from bot.packs.organisation import UnitGender
from bot.storage.transaction import Tx

KIND = "practice"
MOST_FOUND = 120
"""Hits that are looked at, the best first: fifteen pages."""
MOST_SCOPES = 200
"""Beyond this many teams a wide reach is searched as a whole, and narrowed afterwards."""

ARABIC = Voice()


@dataclass(frozen=True, slots=True)
class FoundPractice:
    """A practice found: the words that matched as they are written in it, and a passage around
    the first of them outside the title, if there is one."""

    card: PracticeCard
    words: tuple[str, ...]
    passage: str


@dataclass(frozen=True, slots=True)
class FoundPractices:
    """A page of findings for `words`; `offer` is a nearer spelling when nothing was found."""

    words: str
    page: PracticePage
    found: tuple[FoundPractice, ...]
    offer: str = ""


async def scope_of(tx: Tx, practice: Practice) -> str:
    if practice.team is not None:
        return team_scope(practice.team.id)
    return unit_scope(await practice_queries.audience_unit(tx, practice.unit), practice.unit.gender)


def team_scope(team_id: int) -> str:
    return f"team {team_id}"


def unit_scope(district: Unit, gender: UnitGender) -> str:
    return f"district {district.id} {gender}"


async def _scopes(tx: Tx, reader: Person) -> list[str] | None:
    """The scopes that hold everything the reader may find; None for all of them."""
    scopes = {team_scope(team.id) for team in await team_queries.readable_teams_of(tx, reader.id)}
    sight = await people_queries.sight_of(tx, reader.id)
    if sight is not None:
        scopes |= {unit_scope(district, gender) for district, gender in sight.views}
    scopes |= await _own_scopes(tx, reader, sight)
    overseen = await role_queries.reach_of(tx, reader.id, OVERSEERS)
    teams = await practice_lists.teams_with_practices(tx, overseen, MOST_SCOPES + 1)
    districts = await unit_queries.districts_of(tx, overseen)
    if len(teams) > MOST_SCOPES or not all(map(_is_district, districts)):
        return None
    scopes |= {team_scope(number) for number in teams}
    scopes |= {unit_scope(district, gender) for district in districts for gender in UnitGender}
    return sorted(scopes)


async def _own_scopes(tx: Tx, reader: Person, sight: Sight | None) -> set[str]:
    """The scopes of what the reader shared themselves: also in teams that they have left, and
    where they worked before."""
    teams, unit_ids = await practice_lists.own_places(tx, reader)
    places = (await unit_queries.units_by_id(tx, unit_ids)).values()
    return {team_scope(number) for number in teams} | {
        unit_scope(await practice_queries.audience_unit(tx, place), place.gender)
        for place in places
        if sight is None or not sight.shows(place)
    }


def _is_district(place: Unit) -> bool:
    """A root above several districts is not: each district below has its own scope."""
    return place.kind in unit_queries.DISTRICT_KINDS


async def look_up_practices(tx: Tx, reader: Person, words: str) -> Matches[PracticeCard]:
    """Every practice that answers `words`, best first, among those the reader may find."""

    async def load(refs: list[int]) -> Mapping[int, PracticeCard]:
        return {card.id: card for card in await practice_lists.find_cards(tx, reader, refs)}

    async def texts(found: Mapping[int, PracticeCard]) -> Mapping[int, Sequence[str]]:
        return await practice_queries.texts_of(tx, list(found))

    return await look_up(
        tx, SearchRequest(KIND, words, await _scopes(tx, reader), load, texts, MOST_FOUND)
    )


async def find(tx: Tx, reader: Person, words: str, number: int, size: int) -> FoundPractices:
    """A page of the practices that answer `words`, best first, among those the reader may find."""
    matches = await look_up_practices(tx, reader, words)
    total = len(matches.found)
    if not total:
        return FoundPractices(words, PracticePage((), 1, size, 0), (), matches.offer)
    place = max(1, min(number, -(-total // size)))
    shown = matches.found[(place - 1) * size : place * size]
    texts = await practice_queries.texts_of(tx, [each.ref for each in shown])
    found = tuple(_finding(each.item, texts[each.ref], each.words) for each in shown)
    return FoundPractices(
        words, PracticePage(tuple(each.item for each in shown), place, size, total), found
    )


def _finding(card: PracticeCard, texts: Sequence[str], matched: Sequence[str]) -> FoundPractice:
    subject = organisation.subject_label(ARABIC, card.subject)
    passages = (cut_passage(text, matched) for text in texts[1:])
    passage = next((found for found in passages if found), "")
    return FoundPractice(card, written_words((*texts, subject), matched), passage)
