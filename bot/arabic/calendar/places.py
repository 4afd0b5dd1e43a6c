"""The towns and provinces by whose sun prayers are reckoned, and how people write them.

They stand in `places.tsv`, for each country the capital first. What a unit or a person writes is
compared without marks and articles of spelling, with the letters that Arabic joins to a name
(«بجدة»), and in three languages.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, hypot, radians
from pathlib import Path

from bot.arabic.calendar.prayer import Location
from bot.arabic.search.folding import split_words
from bot.arabic.search.nearness import count_mistakes

_OWN = Path(__file__).with_name("places.tsv")
_LANGUAGES = ("ar", "fr", "en")
_DEGREE = 111.2
"""Kilometres."""
_SHORTEST_MENDED = 4
"""Letters of a spelling below which a slip makes it another one."""

_JOINED = ("ب", "ل", "و")
_SHORTEST_JOINED = 4
"""Letters of a word from which the first may be one that is joined to a name."""
_ARTICLE = "ال"
# Folded words after which a name is surely one of a place.
_BEFORE = frozenset(
    split_words(
        "في بمدينة لمدينة مدينة بمحافظة لمحافظة محافظة بمنطقة لمنطقة منطقة بإقليم لإقليم إقليم"
        " بعمالة لعمالة عمالة بجهة لجهة جهة à in ville province préfecture région city governorate"
    )
)
_APART = re.compile(r"[-–—()\[\],،/|]")


@dataclass(frozen=True, slots=True)
class Place:
    """A town or province: a short code, where it lies, and its name by language."""

    code: str
    location: Location
    names: Mapping[str, str]

    @property
    def country(self) -> str:
        return self.location.country

    def name(self, language: str) -> str:
        """The name as readers of that language write it."""
        return self.names.get(language, self.names["en"])

    def distance(self, other: "Place") -> float:
        """Kilometres, as the crow flies."""
        one, two = self.location, other.location
        east = (one.longitude - two.longitude) * cos(radians((one.latitude + two.latitude) / 2))
        return hypot(one.latitude - two.latitude, east) * _DEGREE

    # A mapping cannot be hashed, and the code says it all.
    def __hash__(self) -> int:
        return hash(self.code)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a name; `sure` where the words around it say that it is one: a school may be
    called after a town that lies elsewhere."""

    place: Place
    sure: bool


@cache
def _places() -> tuple[tuple[Place, tuple[str, ...]], ...]:
    """Every place with the ways to write it."""
    found = []
    for line in _OWN.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        country, code, north, east, *names, others = line.split("\t")
        by_language = dict(zip(_LANGUAGES, names, strict=True))
        place = Place(code, Location(country, float(north), float(east)), by_language)
        found.append((place, (*names, *filter(None, others.split("|")))))
    return tuple(found)


@cache
def _by_code() -> Mapping[str, Place]:
    return {place.code: place for place, _ in _places()}


@cache
def _spelled(country: str) -> Mapping[tuple[str, ...], Place]:
    """By the folded words of each way to write it."""
    found: dict[tuple[str, ...], Place] = {}
    for place, spellings in _places():
        if place.country == country:
            for each in spellings:
                found.setdefault(tuple(split_words(each)), place)
    return found


@cache
def _beginning(country: str) -> Mapping[str, Sequence[tuple[str, ...]]]:
    """The spellings by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted(_spelled(country), key=len, reverse=True):
        found.setdefault(words[0], []).append(words)
    return found


def place_of(code: str | None) -> Place | None:
    """The place of a code; None for a code that is empty or not known any more."""
    return _by_code().get(code or "")


def main_places(country: str, most: int) -> list[Place]:
    """The capital and the main towns of a country's regions."""
    return [place for place, _ in _places() if place.country == country][:most]


def places_near(place: Place, most: int) -> list[Place]:
    """The place itself and those of its country around it, the nearest first."""
    own = main_places(place.country, len(_places()))
    return sorted(own, key=place.distance)[:most]


def mentions(name: str, country: str) -> tuple[Mention, ...]:
    """The places that are named in what somebody calls a unit of that country, in their order."""
    words = split_words(name)
    found: list[Mention] = []
    start = 0
    while start < len(words):
        met = _met_at(words, start, country)
        if met is None:
            start += 1
            continue
        place, length, joined = met
        sure = joined or (start > 0 and words[start - 1] in _BEFORE)
        part = tuple(words[start : start + length])
        found.append(Mention(place, sure or part in _set_apart(name)))
        start += length
    return tuple(found)


def _met_at(words: Sequence[str], start: int, country: str) -> tuple[Place, int, bool] | None:
    """The place named from this word on, in how many words, and whether a letter is joined on."""
    for first, joined in _first_words(words[start]):
        for spelling in _beginning(country).get(first, ()):
            if tuple(words[start + 1 : start + len(spelling)]) == spelling[1:]:
                return _spelled(country)[spelling], len(spelling), joined
    return None


def _first_words(word: str) -> Iterable[tuple[str, bool]]:
    """A word as it stands, and without a letter that may be joined to it."""
    yield word, False
    if word[:1] in _JOINED and len(word) >= _SHORTEST_JOINED:
        yield word[1:], True
        if word.startswith("لل"):
            yield _ARTICLE + word[2:], True


def _set_apart(name: str) -> set[tuple[str, ...]]:
    """What stands behind a comma, a stroke or in brackets."""
    return {tuple(split_words(part)) for part in _APART.split(name)[1:]}


def place_named(text: str, country: str) -> Place | None:
    """The place of a country that somebody has written, with or without «مدينة» before it."""
    words = tuple(split_words(text))
    if not words:
        return None
    known = _spelled(country)
    if exact := known.get(words) or known.get((_ARTICLE + words[0], *words[1:])):
        return exact
    return next((met.place for met in mentions(text, country)), None)


def places_like(text: str, country: str, most: int) -> list[Place]:
    """The places that begin so, or else those that are a slip or two away; none for what nobody
    knows."""
    known, typed = _spelled(country), " ".join(split_words(text))
    begun = [place for words, place in known.items() if _begins(words, typed)]
    near = begun or _nearest(known, typed)
    return list(dict.fromkeys(near))[:most]


def _begins(words: tuple[str, ...], typed: str) -> bool:
    said = " ".join(words)
    return len(typed) > 1 and said.startswith((typed, _ARTICLE + typed))


def _nearest(known: Mapping[tuple[str, ...], Place], typed: str) -> list[Place]:
    if len(typed) < _SHORTEST_MENDED:
        return []
    most = 1 if len(typed) < 2 * _SHORTEST_MENDED else 2
    scored = [(count_mistakes(typed, " ".join(words), most), n) for n, words in enumerate(known)]
    places = list(known.values())
    return [places[n] for mistakes, n in sorted(scored) if mistakes <= most]
