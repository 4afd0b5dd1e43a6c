"""Searching practices: what is indexed, who may find it, and where the words were found."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.arabic import search
from bot.arabic.folding import clean, find_written_words, fold
from bot.arabic.search_query import read_words
from bot.arabic.stemming import analyse
from bot.chat.person import Person
from bot.core.i18n import Voice
from bot.features.people import queries as people_queries
from bot.features.people.queries import Unit, UnitGender
from bot.features.practices import queries
from bot.features.practices.models import searches
from bot.features.practices.queries import PAGE, Card, Page, Practice
from bot.features.teams import queries as teams_queries
from bot.features.teams.queries import OVERSEERS
from bot.storage.transaction import Tx

KIND = "practice"
MOST_FOUND = 120
"""Hits that are looked at, the best first: fifteen pages."""
MOST_SCOPES = 200
"""Beyond so many teams a wide reach is searched as a whole, and narrowed afterwards."""
MOST_WORDS = 4
_AROUND = 45
"""Characters of the text shown before and after the first word that matched."""

_ARABIC = Voice()


@dataclass(frozen=True, slots=True)
class Finding:
    """A practice found: the words that matched as they are written in it, and a passage around
    the first of them outside the title, if there is one."""

    card: Card
    words: tuple[str, ...]
    passage: str


@dataclass(frozen=True, slots=True)
class Findings:
    """A page of findings for `words`; `offer` is a nearer spelling when nothing was found."""

    words: str
    page: Page
    found: tuple[Finding, ...]
    offer: str = ""


async def index_practice(tx: Tx, practice: Practice) -> None:
    """Make a shared practice findable as it stands; any other one unfindable."""
    if not practice.is_shared:
        await search.forget(tx, KIND, practice.id)
        return
    title, *texts = (await queries.texts_of(tx, [practice.id]))[practice.id]
    # The subject is found by its Arabic name too.
    texts.append(people_queries.subject_label(_ARABIC, practice.subject))
    scope = await _scope(tx, practice)
    text = "\n".join(texts)
    await search.index(tx, search.Entry(KIND, practice.id, title, text, scope))


async def forget_practice(tx: Tx, practice_id: int) -> None:
    """Make a practice unfindable that is about to go."""
    await search.forget(tx, KIND, practice_id)


async def _scope(tx: Tx, practice: Practice) -> str:
    if practice.team is not None:
        return _team_scope(practice.team.id)
    return _unit_scope(await queries.audience_unit(tx, practice.unit), practice.unit.gender)


def _team_scope(team_id: int) -> str:
    return f"team {team_id}"


def _unit_scope(district: Unit, gender: UnitGender) -> str:
    return f"district {district.id} {gender}"


async def _scopes(tx: Tx, reader: Person) -> list[str] | None:
    """The scopes that hold everything the reader may find; None for all of them."""
    scopes = {_team_scope(team.id) for team in await teams_queries.teams_of(tx, reader.id)}
    if sight := await people_queries.sight_of(tx, reader.id):
        scopes |= {_unit_scope(sight.district, gender) for gender in sight.genders}
    for top in await people_queries.reach_of(tx, reader.id, OVERSEERS):
        district = await queries.audience_unit(tx, top)
        teams = await queries.teams_with_practices(tx, top, MOST_SCOPES + 1)
        if len(teams) > MOST_SCOPES or not _is_district(district):
            return None
        scopes |= {_team_scope(number) for number in teams}
        scopes |= {_unit_scope(district, gender) for gender in UnitGender}
    return sorted(scopes)


def _is_district(place: Unit) -> bool:
    """A root above several districts is not: each district below has its own scope."""
    return place.kind in people_queries.DISTRICT_KINDS


async def find(tx: Tx, reader: Person, words: str, number: int = 1) -> Findings:
    """A page of the practices that answer `words`, best first, among those the reader may find."""
    scopes = await _scopes(tx, reader)
    hits = await search.find(tx, KIND, words, limit=MOST_FOUND, scopes=scopes)
    cards = await queries.find_cards(tx, reader, [hit.ref for hit in hits])
    if not cards:
        offer = await _offer(tx, reader, words, scopes)
        return Findings(words, Page((), 1, 0), (), offer)
    page = Page((), max(1, min(number, -(-len(cards) // PAGE))), len(cards))
    shown = cards[(page.number - 1) * PAGE : page.number * PAGE]
    matched = {hit.ref: hit.words for hit in hits}
    texts = await queries.texts_of(tx, [card.id for card in shown])
    found = tuple(_finding(card, texts[card.id], matched[card.id]) for card in shown)
    return Findings(words, Page(shown, page.number, page.total), found)


async def _offer(tx: Tx, reader: Person, words: str, scopes: Sequence[str] | None) -> str:
    """The nearest spelling, if it leads to something that this very reader may find."""
    offer = await search.nearest_spelling(tx, KIND, words, scopes=scopes)
    if not offer:
        return ""
    hits = await search.find(tx, KIND, offer, limit=MOST_FOUND, scopes=scopes)
    cards = await queries.find_cards(tx, reader, [hit.ref for hit in hits])
    if not cards:
        return ""
    texts = await queries.texts_of(tx, [cards[0].id])
    matched = next(hit.words for hit in hits if hit.ref == cards[0].id)
    return _as_written(offer, words, _finding(cards[0], texts[cards[0].id], matched))


def _as_written(offer: str, asked: str, finding: Finding) -> str:
    """The offer with each word that it puts right in the form in which it was found."""
    kept = set(asked.split())
    forms = {analyse(fold(word)).stem: word for word in reversed(finding.words)}
    return " ".join(
        word if word in kept else forms.get(analyse(fold(word)).stem, word)
        for word in offer.split()
    )


def _finding(card: Card, texts: Sequence[str], matched: Sequence[str]) -> Finding:
    wanted = set(matched)
    words: dict[str, str] = {}
    for text in (*texts, people_queries.subject_label(_ARABIC, card.subject)):
        for start, end in find_written_words(text):
            for folded in wanted.intersection(read_words(text[start:end])):
                words.setdefault(folded, clean(text[start:end]))
    passages = (_passage(text, wanted) for text in texts[1:])
    passage = next((found for found in passages if found), "")
    return Finding(card, tuple(dict.fromkeys(words.values()))[:MOST_WORDS], passage)


def _passage(text: str, wanted: set[str]) -> str:
    """One line of `text` around the first wanted word, or nothing."""
    for start, end in find_written_words(text):
        if not wanted.isdisjoint(read_words(text[start:end])):
            break
    else:
        return ""
    first = text.rfind(" ", 0, max(0, start - _AROUND) + 1) + 1 if start > _AROUND else 0
    last = text.find(" ", min(len(text), end + _AROUND))
    last = len(text) if last < 0 else last
    piece = " ".join(text[first:last].split())
    return f"{'…' if first else ''}{piece}{'…' if last < len(text) else ''}"


async def searched_words(tx: Tx, person: Person, search_id: int) -> str:
    """The words of one of the person's own searches; empty when it is no longer kept."""
    words = await tx.scalar(
        select(searches.c.words).where(
            searches.c.id == search_id, searches.c.person_id == person.id
        )
    )
    return str(words or "")
