"""The words of an entry and of a query, and the tokens by which one finds the other.

Texts are read by stems and roots (`stemming`), names of people as names (`names`); which of the
two goes by the kind of entry. Weights say how sure a match by a token is.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.arabic.search.folding import clean, find_written_words, fold, split_words
from bot.arabic.search.names import (
    JOINING_WORDS,
    NAME_KINDS,
    analyse_name,
    is_latin,
    sounds_of,
    split_latin_name,
)
from bot.arabic.search.stemming import Analysis, analyse
from bot.arabic.search.tables import root_token, stem_token

STEM, GUESSED_STEM, SYNONYM = 1.0, 0.8, 0.8
ROOT, SHORT_ROOT, GUESSED_ROOT = 0.65, 0.4, 0.4
SAME_SOUND, OTHER_SOUND = 0.75, 0.6
LONGEST_WORD = 32
_SHORTEST_SPELLED = 3
_SHORTEST_AS_SAID = 5
_OF_LATIN = "x"

_STOP_WORDS = frozenset(
    split_words(
        "في من على إلى عن مع أن إن أو ثم هذا هذه ذلك التي الذي ما لا لم لن كان كانت هو هي قد كل "
        "بعد قبل عند بين حول حتى غير و يا له لها لهم به بها بهم فيه فيها "
        "كيف هل ماذا لماذا متى أين أي أريد نريد أحتاج نحتاج شيء "
        # the same, as people of the Gulf, of Egypt and of the Maghreb say it
        "وش ايش شنو اشنو شلون كيفاش ازاي واش علاش ليش فين وين ابغى ابي ابا ودي بغيت نبغي نبغى نبي "
        "اسوي نسوي سوي ندير نديرو دير اعمل نعمل اللي ديال ديالي ديالنا معاهم معهم معاه عندي عندنا "
        "عندهم عشان علشان باش شي حاجة كاين هاذ هاد هذي مو مب ماشي مش الحين دابا عاوز عايز ممكن لو "
        "سمحت"
    )
)
_FUSED_NAME = "عبدال"


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
            words += split_latin_name(word)
    return words


def stop_words(kind: str) -> frozenset[str]:
    """Words by which an entry of this kind is not found, unless nothing else is asked for."""
    return JOINING_WORDS if kind in NAME_KINDS else _STOP_WORDS


def leave_out_stop_words(kind: str, words: Sequence[str]) -> list[str]:
    """The words that carry meaning, or all of them where none does."""
    return [word for word in words if word not in stop_words(kind)] or list(words)


def analyse_word(kind: str, word: str) -> Analysis:
    """What a folded word of an entry of this kind is found by."""
    return analyse_name(word) if kind in NAME_KINDS else analyse(word)


def tokens_of(kind: str, words: Iterable[str]) -> set[str]:
    """Every token an entry of these folded words is found by."""
    tokens = set()
    for word in set(words) - stop_words(kind):
        for token, _ in weigh_word(kind, word):
            tokens.add(token)
    return tokens


@lru_cache(maxsize=1 << 16)
def weigh_word(kind: str, word: str) -> tuple[tuple[str, float], ...]:
    """The tokens of one word of an entry, each with how surely it stands for the word."""
    found = analyse_word(kind, word)
    weighed = [(stem_token(kind, found.stem), STEM)]
    if kind in NAME_KINDS:
        script = _OF_LATIN if is_latin(word) else ""
        weighed += _weigh_sounds(kind, found.stem, script)
        return tuple(weighed)
    root = root_token(kind, found.root)
    weighed.append((root, ROOT if len(found.root) > 2 else SHORT_ROOT))
    for stem, root in found.guesses:
        weighed.append((stem_token(kind, stem), GUESSED_STEM))
        if len(root) > 2 and len(stem) > 3:
            weighed.append((root_token(kind, root), GUESSED_ROOT))
    return tuple(weighed)


def weigh_asked(kind: str, word: str) -> Sequence[tuple[str, float]]:
    """The tokens that would grant one word of a query. Names in two scripts meet by their sound,
    and so do two names in Latin letters; in Arabic letters their spelling tells them apart."""
    if kind not in NAME_KINDS:
        meant = [(stem_token(kind, analyse(each).stem), GUESSED_STEM) for each in meant_by(word)]
        return (*weigh_word(kind, word), *meant)
    found = analyse_name(word)
    weighed = [(stem_token(kind, found.stem), STEM)]
    for script in ("", _OF_LATIN) if is_latin(word) else (_OF_LATIN,):
        weighed += _weigh_sounds(kind, found.stem, script)
    return tuple(weighed)


def meant_by(word: str) -> list[str]:
    """What a folded word of a text may be meant for that is written as it is said: ت for ة, and
    و for the وا of "they" and, in the Maghreb, of "we"."""
    if len(word) < _SHORTEST_AS_SAID:
        return []
    if word.endswith("ت"):
        return [word[:-1] + "ه"]
    return [word + "ا"] if word.endswith("و") else []


def _weigh_sounds(kind: str, name: str, script: str) -> list[tuple[str, float]]:
    """The tokens of what a plain name sounds like, to those who write it in a script."""
    tokens = [root_token(kind, script + sound) for sound in sounds_of(name) if sound]
    worth = (SAME_SOUND, *[OTHER_SOUND] * len(tokens))
    return list(zip(tokens, worth, strict=False))


@lru_cache(maxsize=1 << 14)
def spelled_words(kind: str, text: str, most: int) -> dict[str, str]:
    """The words of a text whose spellings are worth knowing: for each stem, how it is written."""
    shown: dict[str, str] = {}
    for start, end in find_written_words(text)[:most]:
        written = clean(text[start:end])[:LONGEST_WORD]
        for word in read_words(written):
            stem = analyse_word(kind, word).stem
            if len(stem) < _SHORTEST_SPELLED or word in stop_words(kind):
                continue
            shown.setdefault(stem, find_stem(written, stem))
    return shown


def find_stem(word: str, stem: str) -> str:
    """The stem as it is written in a word that is clean but not folded; or the stem itself."""
    folded = fold(word)
    start = folded.find(stem)
    if start < 0 or len(folded) != len(word):
        return stem
    return word[start : start + len(stem)]
