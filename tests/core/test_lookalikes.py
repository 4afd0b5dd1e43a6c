"""Names that a hasty eye takes for one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.lookalikes import resemble, skeleton


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("سارة الأحمدي", "ساره الاحمدى"),
        ("مؤمن عبد الله", "مومن عبدالله"),
        ("آمنة إبراهيم", "امنه ابراهيم"),
        ("رائد العتيبي", "رايد العتيبى"),
        ("علي كريم", "علی کریم"),
        ("مَرْيَم", "مريم"),
        ("سميـــة", "سميه"),
        ("سناء", "سنا"),
        ("نورا ٥١", "نورا ها"),
        ("Salma Idrissi", "Ѕаlmа Іdrіѕѕі"),
        ("NOURA", "ΝΟURΑ"),
        ("Imane", "lmane"),
        ("Rachid B0uzid", "rachid bouzid"),
        ("Karima", "Karirna"),
        ("Al-Nada", "Al Nada"),
    ],
)
def test_a_disguise_has_the_same_skeleton(name: str, other: str) -> None:
    assert resemble(name, other)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("فاطمة", "فاطمة الزهراء"),
        ("بشار", "بشائر"),
        ("هدى", "هادي"),
        ("نورة", "نوال"),
        ("Salma", "Selma"),
        ("٥٥٥", "..."),
        ("", ""),
        ("!!", "؟؟"),
    ],
)
def test_other_names_stay_others(name: str, other: str) -> None:
    assert not resemble(name, other)


@given(st.text(max_size=40))
def test_a_skeleton_is_the_skeleton_of_itself(name: str) -> None:
    assert skeleton(skeleton(name)) == skeleton(name)
