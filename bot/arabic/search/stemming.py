"""From a folded Arabic word to what its relatives share: a light stem and a root.

A stem loses the article and the endings that grammar adds; a root also loses the letters that
word patterns (أوزان) add, so that a broken plural meets its singular: أسئلة and سؤال, سلالم and
سلّم. Nothing here knows a dictionary: two unrelated words may share a root, so a caller must
trust a root less than a stem. Input is folded text (see `folding`).
"""

import re
from functools import lru_cache
from typing import NamedTuple

_ARTICLES = ("وبال", "فبال", "وكال", "فكال", "وال", "فال", "بال", "كال", "ولل", "فلل", "لل", "ال")
_ENDINGS = (
    *("اتهما", "اتها", "اتهم", "اتنا", "اتكم", "اتي", "اته"),
    *("هما", "يات", "تها", "تهم", "تنا", "ها", "هم", "هن", "كم", "نا"),
    *("ات", "ون", "ين", "ان", "وا", "يه", "تي", "ته", "ه", "ي", "ا"),
)
_ENDINGS_BY_LAST_LETTER = {
    last: tuple(ending for ending in _ENDINGS if ending[-1] == last)
    for last in {ending[-1] for ending in _ENDINGS}
}
_MAY_BE_OF_THE_WORD = frozenset({"ون", "ان", "ين", "نا"})
_GOD = "الله"
_SHORTEST_STEM = 3
# of school subjects, what is no form of its stem: رياضيات is not رياضة, قسمة not قسم
_WHOLE = frozenset({"رياضيات", "اجتماعيات", "معلوميات", "اسلاميات", "قسمه"})
# three ي in a row are good Arabic once the hamza of ئ is folded (بيئية)
_LENGTHENED = re.compile(r"([^ي\d])\1{2,}")
_IS_ARABIC = re.compile(r"[ء-ي]")
_JOINED = frozenset("وفبكل")
_JOINED_PAIRS = frozenset({"وب", "وك", "ول", "فب", "فك", "فل"})
_PLURAL_WITH_OWNER = re.compile(r"(?<=...)ت(?:ي|ه|ها|هم|نا|كم)\Z")
# أفعلاء is a plural of people (أولياء, أصدقاء); with a ت or ن after the ا it is a deed (ابتداء)
_PLURAL_OF_PEOPLE = re.compile(r"ا([^ن][^ت].)ا\Z")
_PLURAL_LIKE_THE_ARTICLE = re.compile(r"ال.ا.\Z")

# C stands for a letter of the root; any other letter must be there. The first that fits wins.
_PATTERNS = (
    *("استCCاC", "مستCCC", "استCCC", "متCاCC", "مCاCيC", "انCCاC", "اCتCاC", "CواCيC"),
    *("تCاCيC", "اCاCيC", "يCتCC", "يتCاCC", "يستCCC", "نستCCC", "تستCCC"),
    *("مCCوC", "تCاCC", "مCاCC", "CواCC", "CCايC", "CCاCيC", "تCCيC", "اCاCC"),
    *("متCCC", "مCتCC", "منCCC", "اCتCC", "انCCC", "اCCاC", "CاCوC", "تCCاC", "مCCاC"),
    *("اCCCه", "CCاCC", "CCCاC", "يCاCC", "نCاCC", "يتCCC", "تتCCC", "نتCCC"),
    *("CاCC", "CCاC", "CCوC", "CCيC", "مCCC", "تCCC", "اCCC", "يCCC", "نCCC", "CوCC"),
)
_BY_LENGTH: dict[int, list[re.Pattern[str]]] = {}
for _pattern in _PATTERNS:
    _BY_LENGTH.setdefault(len(_pattern), []).append(
        re.compile(_pattern.replace("C", "(.)") + r"\Z")
    )
_LAST_LETTER_IS_ROOT = re.compile(r"(?:تCاCC|متCاCC|استCCاC|مCتCC|متCCC)\Z".replace("C", "."))
_FORMS = [
    (form, re.compile(rf"(?:{patterns})\Z".replace("C", ".")))
    for form, patterns in (
        ("ست", "استCCاC|مستCCC|استCCC|[ينت]ستCCC"),
        ("ا", "اCتCاC|مCتCC|اCتCC|[ينت]CتCC"),
        ("ن", "انCCاC|منCCC|انCCC"),
        ("ت", "م?تCاCC|م?تCCC|[ينت]تCاCC|[ينت]تCCC"),
        ("تي", "تCCيC|تCCاC"),
        ("م", "مCCوC|مCاCC|مCاCيC|مCCاC|مCCC|مCCيC"),
    )
]
_WEAK = str.maketrans("اوي", "ااا")


class Analysis(NamedTuple):
    """What one folded word may be found by."""

    stem: str
    root: str
    form: str
    """What the pattern added to the root (م, ت, ست, ن, ا for a ت inside, or nothing): a broken
    plural keeps it, another derivation of the root seldom does."""
    guesses: tuple[tuple[str, str], ...]
    """Other (stem, root) pairs: if the first letters were و ف ب ك ل joined to the word, or if
    its ال were not the article (ألعاب)."""


@lru_cache(maxsize=1 << 16)
def analyse(word: str) -> Analysis:
    """The stem, the root and the guesses for one folded word; digits and Latin stay whole."""
    if not _IS_ARABIC.match(word):
        return Analysis(word, word, "", ())
    # a hamza without a carrier is left out as often as it is written
    plain = _LENGTHENED.sub(r"\1", word.replace("ء", "")) or word
    core = _without_article(plain)
    people = _PLURAL_OF_PEOPLE.match(core)
    stem = people[1] if people and word.endswith("اء") else _without_endings(core)
    others = _joined_forms(plain) if core == plain else []
    if _PLURAL_LIKE_THE_ARTICLE.match(plain):
        others.append(plain)
    pairs = [
        (other_stem, find_root(other, other_stem))
        for other, other_stem in ((other, _without_endings(other)) for other in others)
    ]
    if people:
        # its hamza may have been left out
        pairs.append((people[1], find_root(people[1], people[1])))
    return Analysis(
        stem,
        find_root(core, stem),
        find_form(stem),
        tuple(dict.fromkeys(pair for pair in pairs if pair[0] != stem)),
    )


def find_root(core: str, stem: str) -> str:
    """The likely root: three letters as a rule, weak ones all written ا, a doubled one once.

    `core` is the word without its article, `stem` the same without its endings: a plural such
    as أسئلة shows its pattern only with the ending.
    """
    with_ending = _PLURAL_WITH_OWNER.sub("ه", core)
    letters = ""
    if len(with_ending) == 5 and with_ending[0] == "ا" and with_ending[-1] == "ه":
        letters = _fit_pattern(with_ending)
    letters = letters or _fit_pattern(stem)
    if not letters and len(stem) > _SHORTEST_STEM and stem.endswith("ت"):
        # the ت of "I" or "she" on a verb
        letters = _fit_pattern(stem[:-1]) or stem[:-1]
    return _even_out(letters or stem)


def find_form(stem: str) -> str:
    """The letters a pattern added in front of the root, or ا where it put a ت inside."""
    for form, pattern in _FORMS:
        if pattern.match(stem):
            return form
    return ""


def _fit_pattern(form: str) -> str:
    for pattern in _BY_LENGTH.get(len(form), ()):
        found = pattern.match(form)
        if found:
            return "".join(found.groups())
    return ""


def _even_out(letters: str) -> str:
    root = letters.translate(_WEAK)
    if len(root) == 3 and root.endswith("ه"):
        root = root[:2]
    if len(root) > 3:
        consonants = root[0] + root[1:].replace("ا", "")
        root = consonants if len(consonants) > 1 else root
    evened = root[:1]
    for letter in root[1:]:
        evened += "" if letter == evened[-1] else letter
    return evened


def _without_article(word: str) -> str:
    if word == _GOD:
        return word
    for article in _ARTICLES:
        shortest = 2 if article == "ال" else _SHORTEST_STEM
        if word.startswith(article) and len(word) - len(article) >= shortest:
            return word[len(article) :]
    return word


def _without_endings(word: str) -> str:
    if word in _WHOLE:
        return word
    while True:
        for ending in _ENDINGS_BY_LAST_LETTER.get(word[-1:], ()):
            left = len(word) - len(ending)
            if left < _SHORTEST_STEM or not word.endswith(ending):
                continue
            if ending in _MAY_BE_OF_THE_WORD and (
                left == _SHORTEST_STEM or _LAST_LETTER_IS_ROOT.match(word)
            ):
                continue
            word = word[:left]
            break
        else:
            return word


def _joined_forms(word: str) -> list[str]:
    forms = []
    if word[:1] in _JOINED and len(word) > _SHORTEST_STEM:
        forms.append(word[1:])
    if word[:2] in _JOINED_PAIRS and len(word) > _SHORTEST_STEM + 1:
        forms.append(word[2:])
    return forms
