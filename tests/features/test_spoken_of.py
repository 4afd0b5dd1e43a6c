"""How several people are spoken of together: one rule, for every text that counts or names them."""

import re
from pathlib import Path

import pytest

from bot.core.i18n import Gender
from bot.features.people.queries.units import Unit, spoken_of
from bot.packs.organisation import UnitGender

ROOT = Path(__file__).resolve().parents[2]
GIRLS, BOYS, MIXED = UnitGender.GIRLS, UnitGender.BOYS, UnitGender.MIXED


@pytest.mark.parametrize(
    ("genders", "there", "together"),
    [
        (("f", "f"), BOYS, "f"),
        (("f", "m"), GIRLS, "m"),
        (("m", "neutral"), GIRLS, "m"),
        (("f", "neutral"), GIRLS, "f"),
        (("f", "neutral"), BOYS, "m"),
        (("f", "neutral"), MIXED, "neutral"),
        (("neutral",), GIRLS, "f"),
        (("neutral",), MIXED, "neutral"),
        ((), GIRLS, "f"),
    ],
)
def test_a_group_is_spoken_of_as_grammar_has_it(
    genders: tuple[Gender, ...], there: UnitGender, together: Gender
) -> None:
    place = Unit(1, None, "school", "مدرسة الندى", "SA", "Asia/Riyadh", there, "/1/")
    assert spoken_of(genders, place) == together


def test_nobody_else_decides_it() -> None:
    decides = re.compile(r"""[=!]= \{"[fm]"\}|"[fm]" (?:not )?in (?:said|genders)""")
    assert [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "bot").rglob("*.py"))
        if decides.search(path.read_text("utf-8"))
    ] == ["bot/features/people/queries/units.py"]
