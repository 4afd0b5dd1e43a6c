"""What nobody may be called, and who may still be called what they are."""

import pytest

from bot.arabic.naming import NameFault, find_name_fault, find_title_fault


@pytest.mark.parametrize(
    "name",
    [
        "سارة العتيبي", "د.سارة", "أ. نورة", "رسمية محمد", "عبد الله بن الوزير", "خالد حلق",
        "M.Ali", "Fatima Zahra", "Jean-Pierre", "O'Neil", "N’Golo", "نورة (أم محمد)",
        "سارة.السالم", "سارة ٢",
    ],
)  # fmt: skip
def test_people_are_called_what_they_are(name: str) -> None:
    assert find_name_fault(name) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("t.me/halqa", NameFault.ADDRESS),
        ("زوروا sara.com", NameFault.ADDRESS),
        ("https://x", NameFault.ADDRESS),
        ("سارة @sara", NameFault.ADDRESS),
        ("سارة ٠٥٠١٢٣٤٥٦٧", NameFault.ADDRESS),
        ("سارة /delete", NameFault.ADDRESS),
        ("سارة ✅", NameFault.SEAL),
        ("👑 نورة", NameFault.SEAL),
        ("مريم ®", NameFault.SEAL),
        ("حلقة – رسالة رسمية", NameFault.OFFICIAL),
        ("حـلـقـة", NameFault.OFFICIAL),
        ("ح ل ق ة", NameFault.OFFICIAL),
        ("Нalqa", NameFault.OFFICIAL),
        ("إدارة التعليم", NameFault.OFFICIAL),
        ("ادارة التعليم بالوادي", NameFault.OFFICIAL),
        ("الوزارة", NameFault.OFFICIAL),
        ("Ministère de l’éducation", NameFault.OFFICIAL),
        ("الدعم الفني", NameFault.OFFICIAL),
    ],
)
def test_nobody_passes_for_an_office(name: str, fault: NameFault) -> None:
    assert find_name_fault(name) is fault


@pytest.mark.parametrize(
    "title", ["حلقة القراءة", "فريق إدارة التعليم", "نحو الأفضل 🌱", "الصف 5/2"]
)
def test_a_team_may_speak_of_an_office_and_be_adorned(title: str) -> None:
    assert find_title_fault(title) is None


@pytest.mark.parametrize("title", ["فريق ✅", "t.me/team", "رسالة رسمية", "👑 القيادة", "@team"])
def test_a_team_gives_no_confirmation_either(title: str) -> None:
    assert find_title_fault(title) is not None
