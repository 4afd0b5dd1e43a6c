"""Names that look alike: what a hasty eye takes for the same name has the same skeleton.

Confusable letters follow Unicode's UTS 39 in spirit, with what Arabic adds: hamza seats, the two
endings written ha, the two written ya, Persian letters, and digits that pass for letters.
"""

import unicodedata

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


def skeleton(name: str) -> str:
    """What is left of a name for the hasty eye: one letter for all that look like it, in no case,
    without marks, spaces and punctuation. Names of equal skeletons resemble one another; a
    skeleton is for comparing, never for showing."""
    plain = unicodedata.normalize("NFD", clean_name(name)).translate(_TABLE)
    letters = (char for char in plain if unicodedata.category(char)[0] in "LN")
    folded = "".join(char for char in letters if char not in _SILENT).casefold()
    return folded.translate(_TABLE).replace("rn", "m").replace("vv", "w")


def resemble(name: str, other: str) -> bool:
    """Whether one name could be taken for the other; names without letters resemble nothing."""
    return bool(shape := skeleton(name)) and shape == skeleton(other)
