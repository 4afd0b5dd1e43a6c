"""Names that a hasty reader takes for one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arabic.lookalikes import resemble, skeleton


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
        ("أحمد العلي", "احمد  العلی"),
        ("أحمد العلي", "أحمد\u200c العلي."),
        ("أحمد العلي", "أ\u200bحمد ال\u200dعلي"),
        ("أحمد العلي", "أحممد العليي"),
        ("أحمد العلي", "العلي أحمد"),
        ("أحمد العلي", "الأستاذ أحمد العلي"),
        ("أحمد العلي", "أ. أحمد العلي"),
        ("أحمد العلي", "السيد أحمد العلي"),
        ("أحمد العلي", "أ/ أحمد العلي"),
        ("هدى الأحمدي", "مديرة المدرسة هدى الأحمدي"),
        ("هدى الأحمدي", "الدكتورة هدى الأحمدى"),
        ("سعد محمد العلي", "سعد بن محمد العلي"),
        ("عبد الله الأحمد", "الأحمد عبدالله"),
        ("Salma Idrissi", "IDRISSI Salma"),
        ("Salma Idrissi", "Mme. Salma Idrissi"),
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
        ("أحمد محمد", "محمد أحمد"),
        ("أحمد العلي", "أحمد علي"),
        ("أحمد العلي", "أحمد محمد العلي"),
        ("أحمد العلي", "أحمد الغلي"),
        ("سامي الأحمد", "سامي المحمد"),
        ("الأستاذ", "الدكتور"),
        ("مدير المدرسة", "هدى الأحمدي"),
        ("سيد أحمد", "أحمد"),
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


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_goes_both_ways_and_begins_with_oneself(name: str, other: str) -> None:
    assert resemble(name, other) == resemble(other, name)
    assert resemble(name, name) == bool(skeleton(name))


@given(st.permutations(["سارة", "سعد", "الحسن"]), st.sampled_from(["", "الأستاذة ", "د. "]))
def test_a_title_and_the_order_change_nothing(words: list[str], title: str) -> None:
    assert resemble("سارة سعد الحسن", title + " ".join(words))
