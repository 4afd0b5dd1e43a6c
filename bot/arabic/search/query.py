"""What a person asked for, as tokens with weights; and how well an entry's words answer it.

Pure functions: no database, no clock. Weights say how sure a match is; how rare a token is
multiplies them (`Query.value`), so that in "التعلم التعاوني" the second word decides.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import NamedTuple

from bot.arabic.search.names import NAME_KINDS, name_begun
from bot.arabic.search.nearness import sort_by_nearness
from bot.arabic.search.synonyms import find_synonyms
from bot.arabic.search.tables import root_token, stem_token
from bot.arabic.search.words import (
    GUESSED_STEM,
    STEM,
    analyse_word,
    leave_out_stop_words,
    read_words,
    stop_words,
    weigh_asked,
    weigh_word,
)

NEAR, FAR, BEGINNING = 0.6, 0.35, 0.7
UNKNOWN = {NEAR: 0.7, FAR: 0.45, BEGINNING: BEGINNING}
"""What the nearest spellings are worth where nothing else grants the word."""
EXACT_WORD_BONUS = 1.03
SAME_FORM_BONUS = 1.4
SURE = 0.7
TITLE_BONUS = 1.3
NEIGHBOURS_BONUS, REVERSED_BONUS, REPEATED_BONUS = 0.4, 0.15, 0.08
LENGTH_COST = 0.01
LEAST_COVERAGE = 0.5
SHORTEST_BEGINNING = 3
MOST_WORDS = 12
MOST_READ = 2 * MOST_WORDS
"""Words that are looked up in the lexicon, with those that say nothing alone."""
_TIMES_RARER = 8
_MOST_SLIPS = 2
_MOST_PATTERNS = 40
"""Beyond so many, looking for all of them takes longer than reading the word."""
_WEAK_LETTERS = frozenset("اويهء")
_AFTER_DIGIT = re.compile(r"^[a-z]+\d")


class _Held(NamedTuple):
    """A phrase of which entries hold all the words."""

    words: tuple[str, ...]
    news: tuple[tuple[int, float], ...]
    """The wishes it grants, each with what it is worth there."""


class QueryPhrase(NamedTuple):
    """Words that say together what some words of the query say; one alone says nothing."""

    words: tuple[str, ...]
    """The token of each word: its stem alone, since the root of one word in several says little,
    and each token has to be counted."""
    wishes: tuple[int, ...]
    weight: float
    """How surely it answers them."""

    @property
    def tokens(self) -> set[str]:
        return set(self.words)


Granted = tuple[tuple[int, float], ...]
"""The wishes that a word grants, each with what it is worth there."""


_NOTHING: tuple[Granted, list[str]] = ((), [])
"""What a word says that grants nothing and belongs to no phrase."""


class _Seen(dict[str, tuple[Granted, list[str]]]):
    """What each word of an entry says, read when it is first met."""

    def __init__(self, read: Callable[[str], tuple[Granted, list[str]]]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, word: str) -> tuple[Granted, list[str]]:
        said = self[word] = self._read(word)
        return said


class Score(NamedTuple):
    """How well an entry answers: `value` is 0.0 for not at all, `granted` counts the wishes."""

    value: float
    words: tuple[str, ...] = ()
    granted: int = 0


@dataclass
class QueryWord:
    """One word of the query and the tokens that would grant it, each with its weight."""

    word: str
    stem: str
    form: str
    terms: dict[str, float] = field(default_factory=dict)
    near: dict[str, float] = field(default_factory=dict)
    """Tokens of words spelled nearly so; `Query.settle` keeps those that make sense."""

    def add(self, token: str, weight: float) -> None:
        self.terms[token] = max(weight, self.terms.get(token, 0.0))


class Query:
    """A query read for one kind of entry. First `settle` it with counts, then ask for values."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        self.words = list(dict.fromkeys(leave_out_stop_words(kind, read_words(text))))[:MOST_WORDS]
        found = [(word, analyse_word(kind, word)) for word in self.words]
        self.wishes = [QueryWord(word, each.stem, each.form) for word, each in found]
        for wish in self.wishes:
            for token, weight in weigh_asked(kind, wish.word):
                wish.add(token, weight)
        self.phrases: list[QueryPhrase] = []
        if kind not in NAME_KINDS:
            self._add_synonyms(text)
        self.values: dict[str, list[tuple[int, float]]] = {}
        """For each token, the wishes it grants and what it is worth there."""
        self.leads: dict[str, float] = {}
        """Tokens that lead to a phrase, each the rarest of its own, and the phrase's worth."""
        self._phrases: list[_Held] = []
        self._by_lead: dict[str, list[int]] = {}
        """For each token of the rarest word of a phrase, which phrases that may be."""
        self.worth: list[float] = []
        """What each wish is worth when granted in full."""
        self._whole_worth = 0.0
        self._may_match = re.compile("")
        self._wanted: set[str] = set()
        self._parts: set[str] = set()
        self._seen = _Seen(self._read)

    def _add_synonyms(self, text: str) -> None:
        ignored = stop_words(self.kind)
        words = list(dict.fromkeys(read_words(text)))[:MOST_READ]
        wishes = {word: number for number, word in enumerate(self.words)}
        for run in find_synonyms(words, ignored):
            asked = tuple(wishes[words[n]] for n in run.places if words[n] in wishes)
            for phrase, weight in run.alternatives if asked else ():
                if len(phrase) > 1:
                    tokens = tuple(stem_token(self.kind, stem) for stem in phrase)
                    self.phrases.append(QueryPhrase(tokens, asked, weight))
                    continue
                for number in asked:
                    self.wishes[number].add(stem_token(self.kind, phrase[0]), weight)

    def add_neighbours(self, spellings: Iterable[str]) -> None:
        """Learn words of the index that are spelled nearly like a word of the query, or, of
        names, that begin like one."""
        known = set(spellings)
        for wish in self.wishes:
            for mistakes, word in sort_by_nearness(wish.stem, known):
                if mistakes == 2 and len(wish.stem) < 6:
                    continue
                token = stem_token(self.kind, word)
                if token not in wish.terms:
                    wish.near[token] = NEAR if mistakes == 1 else FAR
            for word in known:
                token = stem_token(self.kind, word)
                if word.startswith(self.beginnings(wish)) and token not in wish.terms:
                    wish.near[token] = BEGINNING

    def beginnings(self, wish: QueryWord) -> tuple[str, ...]:
        """What the names begin with of which the wish may be the beginning; none of texts."""
        if self.kind not in NAME_KINDS or len(wish.stem) < SHORTEST_BEGINNING:
            return ()
        # a ه that ends a beginning may be a letter inside the name (جواهر)
        return tuple({wish.stem, name_begun(wish.word)})

    def tokens(self) -> list[str]:
        """Every token whose count matters."""
        asked = {token for wish in self.wishes for token in (*wish.terms, *wish.near)}
        return sorted(asked.union(*(phrase.tokens for phrase in self.phrases)))

    def settle(self, counts: Mapping[str, int], total: int) -> None:
        """Weigh everything by how many of `total` entries hold each token.

        A near spelling counts only if one of the two is a slip of the pen.
        """
        for wish in self.wishes:
            own = max((counts.get(token, 0) for token, w in wish.terms.items() if w == STEM))
            unknown = not any(counts.get(token) for token in wish.terms)
            nearest = max((w for t, w in wish.near.items() if counts.get(t)), default=0.0)
            for token, weight in wish.near.items():
                other = counts.get(token, 0)
                if own == 0:
                    sure = unknown and weight == nearest
                    wish.add(token, UNKNOWN[weight] if sure else weight)
                elif len(wish.stem) > 3 and weight != BEGINNING and _is_slip(own, other):
                    wish.add(token, weight)
        rarities = {t: log((total + 1) / (n + 0.5)) + 0.1 for t, n in counts.items() if n}
        for number, wish in enumerate(self.wishes):
            held = {t: w for t, w in wish.terms.items() if t in rarities}
            surest = max(held, key=lambda t: (held[t], counts[t]), default=None)
            most = rarities[surest] if surest else log(total + 2)
            self.worth.append(most)
            for token, weight in held.items():
                worth = weight * max(0.05, min(rarities[token], most))
                self.values.setdefault(token, []).append((number, worth))
        self._whole_worth = sum(self.worth)
        for phrase in self.phrases:
            if rarities.keys() >= phrase.tokens:
                rarest = max(phrase.words, key=lambda token: rarities[token])
                self._by_lead.setdefault(rarest, []).append(len(self._phrases))
                whole = phrase.weight * rarities[rarest]
                news = ((n, min(whole, phrase.weight * self.worth[n])) for n in phrase.wishes)
                self._phrases.append(_Held(phrase.words, tuple(news)))
                granted = min(rarities[rarest], sum(self.worth[n] for n in phrase.wishes))
                self.leads[rarest] = max(phrase.weight * granted, self.leads.get(rarest, 0.0))
        # most words of a candidate share no letters with the query: they need no analysis
        self._parts = {token for held in self._phrases for token in held.words}
        self._wanted = self._parts.union(self.values)
        if self.kind not in NAME_KINDS and len(self._wanted) <= _MOST_PATTERNS:
            patterns = map(_letters_in_order, sorted(self._wanted))
            self._may_match = re.compile("|".join(patterns) or "(?!)")

    def value(self, token: str) -> float:
        """The worth of a token, all wishes together, or as the lead to a phrase."""
        own = sum(worth for _, worth in self.values.get(token, ()))
        return max(own, self.leads.get(token, 0.0))

    def score(self, title: Sequence[str], words: Sequence[str]) -> Score:
        """How well an entry answers, and which of its folded words do.

        Every wish counts once at its best match, a little more when repeated; sure matches that
        stand side by side as in the query count more; so does the title.
        """
        best = [0.0] * len(self.wishes)
        times = [0] * len(self.wishes)
        extra, matched = 0.0, []
        last_number, last_place, last_worth = -2, -9, 0.0
        entry = (*title, *words)
        places: dict[str, list[int]] = {}
        for place, said in enumerate(map(self._seen.__getitem__, entry)):
            if said is _NOTHING:
                continue
            granted, parts = said
            for token in parts:
                places.setdefault(token, []).append(place)
            if not granted:
                continue
            matched.append(entry[place])
            bonus = TITLE_BONUS if place < len(title) else 1.0
            number, worth = granted[0]
            for other, its_worth in granted:
                if its_worth * bonus > best[other]:
                    best[other] = its_worth * bonus
                if its_worth > worth:
                    number, worth = other, its_worth
            if worth < SURE * self.worth[number]:
                continue
            times[number] += 1
            if place - last_place <= 2 and number != last_number:
                beside = NEIGHBOURS_BONUS if number == last_number + 1 else REVERSED_BONUS
                extra += beside * min(worth, last_worth)
            last_number, last_place, last_worth = number, place, worth
        for news, found in self._find_phrases(places, best) if len(places) > 1 else ():
            matched += [entry[n] for n in found]
            extra += _credit(news, best, TITLE_BONUS if found[-1] < len(title) else 1.0)
        return self._sum_up(best, times, extra, matched, len(entry))

    def _sum_up(
        self, best: list[float], times: list[int], extra: float, matched: list[str], length: int
    ) -> Score:
        value = granted_worth = 0.0
        granted = 0
        for number, held in enumerate(best):
            if held:
                granted += 1
                value += held
                granted_worth += self.worth[number]
                if times[number] > 1:
                    extra += REPEATED_BONUS * min(times[number] - 1, 2) * held
        if not granted_worth:
            return Score(0.0)
        coverage = LEAST_COVERAGE + (1 - LEAST_COVERAGE) * granted_worth / self._whole_worth
        value = (value + extra) * coverage / (1 + LENGTH_COST * length)
        return Score(value, tuple(dict.fromkeys(matched)), granted)

    def _read(self, word: str) -> tuple[Granted, list[str]]:
        """The wishes that a word of an entry grants, and the words of phrases that it is."""
        ignored = stop_words(self.kind)
        if not self._may_match.match(word) or (word in ignored and word not in self.words):
            return _NOTHING
        tokens = [pair for pair in weigh_word(self.kind, word) if pair[0] in self._wanted]
        if not tokens:
            return _NOTHING
        return self._grant(word, tokens), [token for token, _ in tokens if token in self._parts]

    def _grant(self, word: str, tokens: Iterable[tuple[str, float]]) -> Granted:
        found = analyse_word(self.kind, word)
        root = root_token(self.kind, found.root)
        best: dict[int, float] = {}
        for token, sureness in tokens:
            guessed = GUESSED_STEM if sureness == GUESSED_STEM else 1.0
            for number, worth in self.values.get(token, ()):
                wish = self.wishes[number]
                if word == wish.word:
                    worth *= EXACT_WORD_BONUS
                elif token == root and found.form == wish.form:
                    worth *= SAME_FORM_BONUS
                best[number] = max(best.get(number, 0.0), worth * guessed)
        return tuple(best.items())

    def _find_phrases(
        self, places: Mapping[str, Sequence[int]], best: Sequence[float]
    ) -> Iterator[tuple[tuple[tuple[int, float], ...], list[int]]]:
        """The phrases that stand whole in an entry and grant more than is granted: what they
        grant, and the places of their words."""
        led = {n for token in places if token in self._by_lead for n in self._by_lead[token]}
        for number in sorted(led):
            words, news = self._phrases[number]
            if any(token not in places for token in words):
                continue
            if all(best[n] >= worth for n, worth in news):
                continue
            spots = [places[token] for token in words]
            for start in spots[0]:
                found = _follow(start, spots[1:])
                if found:
                    yield news, found
                    break


def _credit(news: Sequence[tuple[int, float]], best: list[float], bonus: float) -> float:
    """Grant the wishes of a phrase that stands in an entry; what its words are worth together
    comes on top, as for words that stand side by side."""
    extra = 0.0
    if len(news) > 1 and any(best[number] < worth for number, worth in news):
        extra = NEIGHBOURS_BONUS * min(worth for _, worth in news)
    for number, worth in news:
        best[number] = max(best[number], worth * bonus)
    return extra


def _follow(start: int, spots: Sequence[Sequence[int]]) -> list[int]:
    """Places in this order, at most one word between two of them; or nothing."""
    found = [start]
    for some in spots:
        place = next((n for n in some if 0 < n - found[-1] <= 2), None)
        if place is None:
            return []
        found.append(place)
    return found


def _is_slip(own: int, other: int) -> bool:
    """Whether, of two spellings held by so many entries, one is rare enough to be a mistake."""
    few, many = sorted((own, other))
    if own > other:
        return many >= _TIMES_RARER * few
    return few <= _MOST_SLIPS and many >= _TIMES_RARER * few


def _letters_in_order(token: str) -> str:
    """A pattern of the letters that every word with this token has, weak ones left aside."""
    word = _AFTER_DIGIT.sub("", token)
    if word.startswith("0"):
        return ""
    letters = [re.escape(letter) for letter in word if letter not in _WEAK_LETTERS]
    # possessive, so that a long word costs no more than its length
    return "".join(f"[^{letter}]*+{letter}" for letter in letters)
