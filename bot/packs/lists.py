"""How people write in their lists what Halqa has a code for, beside what the catalogues say."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

WORDS = Path(__file__).with_name("lists.tsv")


@cache
def _groups() -> Mapping[str, Mapping[str, Sequence[str]]]:
    found: dict[str, dict[str, Sequence[str]]] = {}
    for line in WORDS.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            group, code, words = line.split("\t")
            found.setdefault(group, {})[code] = words.split("|")
    return found


def written(group: str) -> Mapping[str, Sequence[str]]:
    """The words of a group (`heading`, `role`, `subject` …) by their codes."""
    return _groups()[group]
