"""Which words of a text answer a query, in the text as it was written.

For showing a reader why a result was found. Needs no index: it looks at the two texts alone.
"""

from bot.arabic.folding import find_written_words
from bot.arabic.search_query import SYNONYM, Query, read_words
from bot.arabic.search_tables import root_token, stem_token
from bot.arabic.spelling import count_mistakes
from bot.arabic.stemming import analyse

_KIND = "text"
_SHORTEST_MISTAKEN = 5


def find_matches(text: str, query: str) -> list[tuple[int, int]]:
    """The (start, end) of every word of the text that a word of the query means, in order.

    The same word however spelled, inflected or put by colleagues elsewhere, or one slip of the
    pen away. Words that only share a root with the query count where nothing nearer is found.
    """
    wanted = Query(_KIND, query)
    near, far = [], []
    for span in find_written_words(text):
        closeness = max(_compare(word, wanted) for word in read_words(text[slice(*span)]) or [""])
        if closeness == 2:
            near.append(span)
        elif closeness == 1:
            far.append(span)
    return near or far


def matched_words(text: str, query: str) -> list[str]:
    """The words of `find_matches` as they stand in the text, each once."""
    return list(dict.fromkeys(text[start:end] for start, end in find_matches(text, query)))


def _compare(word: str, wanted: Query) -> int:
    """2 for a word that is meant, 1 for one that shares a root, 0 for any other."""
    found = analyse(word)
    stems = [stem_token(_KIND, stem) for stem in (found.stem, *(g[0] for g in found.guesses))]
    guessed_roots = {root_token(_KIND, root) for stem, root in found.guesses if len(stem) > 3}
    root = root_token(_KIND, found.root)
    closeness = 0
    for wish in wanted.wishes:
        if word == wish.word or any(wish.terms.get(stem, 0) >= SYNONYM for stem in stems):
            return 2
        if len(wish.stem) >= _SHORTEST_MISTAKEN and count_mistakes(wish.stem, found.stem, 1) == 1:
            return 2
        if len(found.root) > 2 and root in wish.terms and found.form == wish.form:
            return 2
        if (len(found.root) > 2 and root in wish.terms) or guessed_roots & wish.terms.keys():
            closeness = 1
    return closeness
