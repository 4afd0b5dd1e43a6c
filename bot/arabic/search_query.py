"""What a person asked for, as tokens with weights; and how well an entry's words answer it.

Pure functions: no database, no clock. Weights say how sure a match is; how rare a token is
multiplies them (`Query.value`), so that in "التعلم التعاوني" the second word decides.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log

from bot.arabic.folding import split_words
from bot.arabic.search_tables import root_token, stem_token
from bot.arabic.spelling import sort_by_nearness
from bot.arabic.stemming import analyse
from bot.arabic.synonyms import find_synonyms

STEM, GUESSED_STEM, SYNONYM, NEAR, FAR = 1.0, 0.8, 0.8, 0.6, 0.35
ROOT, SHORT_ROOT, GUESSED_ROOT, PART_OF_SYNONYM = 0.65, 0.4, 0.4, 0.4
EXACT_WORD_BONUS = 1.03
SAME_FORM_BONUS = 1.4
SURE = 0.7
TITLE_BONUS = 1.3
NEIGHBOURS_BONUS, REVERSED_BONUS, REPEATED_BONUS = 0.4, 0.15, 0.08
LENGTH_COST = 0.01
LEAST_COVERAGE = 0.5
MOST_WORDS = 12
LONGEST_WORD = 32
_TIMES_RARER = 8
_MOST_SLIPS = 2

_STOP_WORDS = frozenset(
    split_words(
        "في من على إلى عن مع أن إن أو ثم هذا هذه ذلك التي الذي ما لا لم لن كان كانت هو هي قد كل "
        "بعد قبل عند بين حول حتى غير و يا له لها لهم به بها بهم فيه فيها"
    )
)
_FUSED_NAME = "عبدال"
_WEAK_LETTERS = frozenset("اويهء")
_AFTER_DIGIT = re.compile(r"^[a-z]+\d")


def read_words(text: str) -> list[str]:
    """The folded words of a text; a name written in one word (عبدالله) becomes its two.

    Of a longer word the first 32 letters count: no one looks for more, and keys grow with it.
    """
    words = []
    for whole in split_words(text):
        word = whole[:LONGEST_WORD]
        if word.startswith(_FUSED_NAME) and len(word) > len(_FUSED_NAME) + 1:
            words += [word[:3], word[3:]]
        else:
            words.append(word)
    return words


def leave_out_stop_words(words: Sequence[str]) -> list[str]:
    """The words that carry meaning, or all of them where none does."""
    return [word for word in words if word not in _STOP_WORDS] or list(words)


def tokens_of(kind: str, words: Iterable[str]) -> set[str]:
    """Every token an entry of these folded words is found by."""
    tokens = set()
    for word in set(words) - _STOP_WORDS:
        for token, _ in weigh_word(kind, word):
            tokens.add(token)
    return tokens


@lru_cache(maxsize=1 << 16)
def weigh_word(kind: str, word: str) -> tuple[tuple[str, float], ...]:
    """The tokens of one word, each with how surely it stands for the word."""
    found = analyse(word)
    weighed = [
        (stem_token(kind, found.stem), STEM),
        (root_token(kind, found.root), ROOT if len(found.root) > 2 else SHORT_ROOT),
    ]
    for stem, root in found.guesses:
        weighed.append((stem_token(kind, stem), GUESSED_STEM))
        if len(root) > 2 and len(stem) > 3:
            weighed.append((root_token(kind, root), GUESSED_ROOT))
    return tuple(weighed)


@dataclass
class Wish:
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
        words = leave_out_stop_words(read_words(text))[:MOST_WORDS]
        self.words = list(dict.fromkeys(words))
        self.wishes = [Wish(w, analyse(w).stem, analyse(w).form) for w in self.words]
        for wish in self.wishes:
            for token, weight in weigh_word(kind, wish.word):
                wish.add(token, weight)
        self._add_synonyms()
        self.values: dict[str, list[tuple[int, float]]] = {}
        """For each token, the wishes it grants and what it is worth there."""
        self.worth: list[float] = []
        """What each wish is worth when granted in full."""
        self._may_match = re.compile("")
        self._seen: dict[str, tuple[tuple[int, float], ...]] = {}

    def _add_synonyms(self) -> None:
        for meeting in find_synonyms(self.words):
            wishes = self.wishes[meeting.first : meeting.last + 1]
            for phrase in meeting.alternatives:
                if len(phrase) == 1:
                    targets = [(wish, phrase[0], SYNONYM) for wish in wishes]
                elif len(phrase) == len(wishes):
                    pairs = zip(wishes, phrase, strict=True)
                    targets = [(wish, stem, SYNONYM) for wish, stem in pairs]
                else:
                    targets = [(w, stem, PART_OF_SYNONYM) for w in wishes for stem in phrase]
                for wish, stem, weight in targets:
                    wish.add(stem_token(self.kind, stem), weight)

    def add_neighbours(self, spellings: Iterable[str]) -> None:
        """Learn words of the index that are spelled nearly like a word of the query."""
        known = set(spellings)
        for wish in self.wishes:
            for mistakes, word in sort_by_nearness(wish.stem, known):
                if mistakes == 2 and len(wish.stem) < 6:
                    continue
                token = stem_token(self.kind, word)
                if token not in wish.terms:
                    wish.near[token] = NEAR if mistakes == 1 else FAR

    def tokens(self) -> list[str]:
        """Every token whose count matters."""
        return sorted({token for wish in self.wishes for token in (*wish.terms, *wish.near)})

    def settle(self, counts: Mapping[str, int], total: int) -> None:
        """Weigh everything by how many of `total` entries hold each token.

        A near spelling counts only if one of the two is a slip of the pen.
        """
        for wish in self.wishes:
            own = max((counts.get(token, 0) for token, w in wish.terms.items() if w == STEM))
            for token, weight in wish.near.items():
                other = counts.get(token, 0)
                if own == 0 or (len(wish.stem) > 3 and _is_slip(own, other)):
                    wish.add(token, weight)
        for number, wish in enumerate(self.wishes):
            held = {t: w for t, w in wish.terms.items() if counts.get(t, 0)}
            rarities = {t: log((total + 1) / (counts[t] + 0.5)) + 0.1 for t in held}
            surest = max(held, key=lambda t: (held[t], counts[t]), default=None)
            most = rarities[surest] if surest else log(total + 2)
            self.worth.append(most)
            for token, weight in held.items():
                worth = weight * max(0.05, min(rarities[token], most))
                self.values.setdefault(token, []).append((number, worth))
        # most words of a candidate share no letters with the query: they need no analysis
        self._may_match = re.compile("|".join(map(_letters_in_order, self.values)) or "(?!)")

    def value(self, token: str) -> float:
        """The worth of a token, all wishes together."""
        return sum(worth for _, worth in self.values.get(token, ()))

    def score(self, title: Sequence[str], words: Sequence[str]) -> tuple[float, list[str]]:
        """How well an entry answers, and which of its folded words do; 0.0 for not at all.

        Every wish counts once at its best match, a little more when repeated; sure matches that
        stand side by side as in the query count more; so does the title.
        """
        best = [0.0] * len(self.wishes)
        times = [0] * len(self.wishes)
        extra, matched = 0.0, []
        last_number, last_place, last_worth = -2, -9, 0.0
        for place, word in enumerate((*title, *words)):
            granted = self._seen.get(word)
            if granted is None:
                granted = self._seen[word] = self._grant(word)
            if not granted:
                continue
            matched.append(word)
            bonus = TITLE_BONUS if place < len(title) else 1.0
            for number, worth in granted:
                best[number] = max(best[number], worth * bonus)
            number, worth = max(granted, key=lambda pair: pair[1])
            if worth < SURE * self.worth[number]:
                continue
            times[number] += 1
            if place - last_place <= 2 and number != last_number:
                beside = NEIGHBOURS_BONUS if number == last_number + 1 else REVERSED_BONUS
                extra += beside * min(worth, last_worth)
            last_number, last_place, last_worth = number, place, worth
        granted_worth = sum(most for most, held in zip(self.worth, best, strict=True) if held)
        if not granted_worth:
            return 0.0, []
        for count, held in zip(times, best, strict=True):
            extra += REPEATED_BONUS * min(max(count - 1, 0), 2) * held
        coverage = LEAST_COVERAGE + (1 - LEAST_COVERAGE) * granted_worth / sum(self.worth)
        length = 1 + LENGTH_COST * (len(title) + len(words))
        return (sum(best) + extra) * coverage / length, matched

    def _grant(self, word: str) -> tuple[tuple[int, float], ...]:
        if not self._may_match.match(word) or (word in _STOP_WORDS and word not in self.words):
            return ()
        found = analyse(word)
        root = root_token(self.kind, found.root)
        best: dict[int, float] = {}
        for token, sureness in weigh_word(self.kind, word):
            guessed = GUESSED_STEM if sureness == GUESSED_STEM else 1.0
            for number, worth in self.values.get(token, ()):
                wish = self.wishes[number]
                if word == wish.word:
                    worth *= EXACT_WORD_BONUS
                elif token == root and found.form == wish.form:
                    worth *= SAME_FORM_BONUS
                best[number] = max(best.get(number, 0.0), worth * guessed)
        return tuple(best.items())


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
