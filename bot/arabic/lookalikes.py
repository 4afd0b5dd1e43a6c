"""Names that look alike: what a hasty reader takes for the same name has the same skeleton.

Confusable letters follow Unicode's UTS 39 in spirit, with what Arabic adds: hamza seats, the two
endings written ha, the two written ya, Persian letters, and digits that pass for letters.
"""

import re
import unicodedata
from itertools import groupby

from bot.core.text import clean_name

# Letters of one skeleton, the first standing for all; read before capitals are folded, since some
# pairs look alike in one case only.
_ARABIC = (
    "\u0647\u0629\u06c0\u06c1\u06c2\u06c3\u06d5\u06be\u0665\u06f5",  # ha, with the digit five
    "\u064a\u0649\u06cc\u06cd\u06d0\u06d2\u0678",  # ya without and with its dots
    "\u0643\u06a9\u06aa\u06af\u06ad",  # kaf and gaf
    "\u0648\u06c4\u06c6\u06c7\u06cb\u06e5",  # waw and its Turkic sisters
    "\u0628\u067e\u066e",
    "\u062c\u0686",
    "\u0632\u0698",
    "\u0642\u06a8\u066f",
    "\u0641\u06a4\u06a1",
    "\u0646\u06ba\u06bb",
    "\u0627\u0671\u0661\u06f1|",  # alef, with the digit one
)
_LATIN = (
    "aαАа", "bВвΒβ", "cСсϲ", "dԁ", "eЕеΕεЁё", "hНнΗһ", "jЈј", "kКкΚκ", "mМмΜ", "nΝ",
    "oОоΟο0", "pРрΡρ", "qԛ", "sЅѕ5", "tТтΤτ", "uυ", "vνѵ", "wԝω", "xХхΧχ", "yУуΥγ", "z2Ζ",
    "lI1iІіΙιı",
)  # fmt: skip
_TABLE = {ord(other): group[0] for group in (*_ARABIC, *_LATIN) for other in group[1:]}
_SILENT = "\u0621\u0640"  # a hamza on its own line, and tatweel


_TITLES = (
    "أستاذ أستاذة دكتور دكتورة معلم معلمة مدير مديرة مدرسة مؤسسة ثانوية إعدادية مشرف مشرفة"
    " مفتش مفتشة مهندس مهندسة أ د م Mr Mrs Ms Dr Prof Mme Mlle Monsieur Madame Docteur"
    " السيد السيدة الشيخ الشيخة"
)
_ARTICLE = "ال"
_KINSHIP = "بن ابن بنت bin ibn bint ben"
"""Between a name and the father's, and as often left out."""
_FIRST_HALVES = "عبد أبو ابو أم ام آل بو"
"""Written apart from what follows, or together with it."""


def skeleton(name: str) -> str:
    """What a hasty reader sees of a name: one letter for all that look like it, in no case, without
    marks, spaces, punctuation and doublings; a skeleton is for comparing, never for showing."""
    plain = unicodedata.normalize("NFD", clean_name(name)).translate(_TABLE)
    letters = (char for char in plain if unicodedata.category(char)[0] in "LN")
    folded = "".join(char for char in letters if char not in _SILENT).casefold()
    shape = folded.translate(_TABLE).replace("rn", "m").replace("vv", "w")
    return "".join(char for char, _ in groupby(shape))


def resemble(name: str, other: str) -> bool:
    """Whether one name could be taken for the other: letter for letter, without a title before it
    or a «son of» within it, or with the family name in another place. Names without letters
    resemble nothing; a name with more names in it is another one."""
    return not _shapes(name).isdisjoint(_shapes(other))


def _shapes(name: str) -> set[str]:
    words = [word for word in map(skeleton, _WORD_ENDS.split(clean_name(name))) if word]
    own = _without_titles(words)
    shapes = {skeleton(name), "".join(own), "".join(word for word in own if word not in _KIN)}
    whole = _joined(own)
    if len(whole) > 1 and any(_may_stand_first(word) for word in whole):
        shapes.add(" ".join(sorted(whole)))
    return shapes - {""}


def _without_titles(words: list[str]) -> list[str]:
    """The words after the titles, of which one stays where there is nothing else."""
    start = 0
    while start < len(words) - 1 and words[start] in _TITLE_SHAPES:
        start += 1
    return words[start:]


def _joined(words: list[str]) -> list[str]:
    """The words as names: «Abd» and what follows it are one, and kinship is none."""
    found: list[str] = []
    half = ""
    for word in words:
        if word in _KIN:
            continue
        if word in _HALVES:
            half += word
        else:
            found.append(half + word)
            half = ""
    return [*found, half] if half else found


def _may_stand_first(word: str) -> bool:
    """A family name by its article, or Latin letters, of which offices put the family name first;
    two given names in the other order are another person."""
    return word.startswith(_ARTICLE) or word.isascii()


_WORD_ENDS = re.compile(r"[\s./_-]+")
_KIN = {skeleton(word) for word in _KINSHIP.split()}
_HALVES = {skeleton(word) for word in _FIRST_HALVES.split()}
_TITLE_SHAPES = {skeleton(start + word) for word in _TITLES.split() for start in ("", _ARTICLE)}
