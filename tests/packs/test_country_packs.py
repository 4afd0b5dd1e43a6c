"""Packs: what each country calls things, and every fault of a file with its line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.country import COUNTRIES
from bot.core.errors import SettingsError
from bot.core.i18n import GENDERS, Voice
from bot.packs.countries import OURS, find_faults, pack_of, packs, use_packs
from bot.packs.organisation import (
    kind_label,
    offered_kinds,
    offered_stages,
    offered_subjects,
    role_label,
    stage_label,
    stage_labels,
    subject_label,
    subject_labels,
)
from bot.packs.roles import Role

NURSERY = """[stages.nursery]
ar = "الحضانة"
fr = "Crèche"
en = "Nursery"

"""
RIYADH = Voice()
FES = RIYADH.living_in("MA")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of one's own with a copy of the Saudi pack; ours hold again afterwards."""
    (tmp_path / "sa.toml").write_text((OURS / "sa.toml").read_text("utf-8"), "utf-8")
    yield tmp_path
    use_packs(None)


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "sa.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def line_of(folder: Path, text: str) -> int:
    lines = (folder / "sa.toml").read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_ours_are_sound_and_every_country_has_one() -> None:
    assert find_faults(None) == []
    assert packs().keys() == COUNTRIES.keys()


def test_a_thing_is_called_what_its_readers_country_calls_it() -> None:
    assert stage_label(RIYADH, "middle") == "المرحلة المتوسطة"
    assert stage_label(FES, "middle") == "الثانوي الإعدادي"
    assert subject_label(FES, "computing") == "المعلوميات"
    assert role_label(FES, Role.SUPERVISOR, "f") == "مفتشة تربوية"
    assert role_label(RIYADH, Role.SUPERVISOR, "m") == "مشرف تربوي"
    french = Voice(locale="fr", country="MA")
    assert (
        subject_labels(french, ["art", "social"]) == "Histoire-géographie et Éducation artistique"
    )


def test_what_another_country_has_is_known_by_its_name() -> None:
    assert kind_label(RIYADH, "academy") == "أكاديمية جهوية"
    assert "academy" not in offered_kinds("SA")
    assert "academy" in offered_kinds(None)
    assert subject_label(RIYADH, "amazigh") == "اللغة الأمازيغية"
    assert "amazigh" not in offered_subjects(RIYADH)
    assert "amazigh" in offered_subjects(FES)


def test_a_code_that_nobody_names_has_words_as_well() -> None:
    assert subject_label(RIYADH, "alchemy") == "مجال آخر"
    assert subject_labels(RIYADH, ["art", "alchemy"]) == "التربية الفنية ومجال آخر"
    assert stage_label(FES, "all") == "أكثر من سلك"
    assert stage_labels(FES, ["primary", "all"]) == "أكثر من سلك"
    assert stage_labels(FES, offered_stages(FES)) == "أكثر من سلك"


def test_a_role_is_said_of_everybody() -> None:
    for pack in packs().values():
        for role in pack.roles.values():
            said = {str(role.said(RIYADH, about)) for about in GENDERS}
            assert len(said) == len(GENDERS), role.code


def test_a_folder_of_ones_own_takes_the_place_of_ours(folder: Path) -> None:
    change(folder, 'ar = "الرياضيات"', 'ar = "الرياضيات والحساب"')
    change(folder, "[subjects.physics]", "[subjects.physics]\noffered = false")
    change(folder, "[stages.early]", f"{NURSERY}[stages.early]")
    use_packs(folder)
    assert subject_label(RIYADH, "mathematics") == "الرياضيات والحساب"
    assert subject_label(FES, "mathematics") == "الرياضيات"
    assert "physics" not in offered_subjects(RIYADH)
    assert subject_label(RIYADH, "physics") == "الفيزياء"
    assert offered_stages(RIYADH)[0] == "nursery"
    assert stage_label(FES, "nursery") == "الحضانة"


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ("[subjects.arabic]", "[subjects.arabic", "[subjects.arabic", "not TOML"),
        ('fr = "Arabe"\n', "", "[subjects.arabic]", "subjects.arabic has no name in fr"),
        ('fr = "Arabe"', 'fr = ""', 'fr = ""', "the name is empty"),
        ('fr = "Arabe"', f'fr = "{"x" * 61}"', "xxx", "longer than 60"),
        ('fr = "Arabe"', 'fr = "A\\nB"', "A\\nB", "line breaks"),
        ('fr = "Arabe"', "fr = 7", "fr = 7", "a text in quotes"),
        ('fr = "Arabe"', 'fr = { m = "A", f = "A", neutral = "A" }', "neutral = \"A\"", "a text"),
        ('fr = "Arabe"', 'fr = "Arabe"\nde = "Arabisch"', "de =", "de is not known: ar, fr, en"),
        ('fr = "Arabe"', 'fr = "Arabe"\noffered = "no"', "offered = \"no\"", "true or false"),
        ('fr = "Physique"', 'fr = "Arabe"', "[subjects.physics]", "the name of another one"),
        ("[subjects.arabic]", "[subjects.Arabic-1]", "[subjects.Arabic-1]", "small Latin letters"),
        ("[subjects.other]", "[subjects.another]", "[subjects.arabic]", "other is missing"),
        ("[roles.lead]", "[roles.leader]", "[roles.leader]", "leader is not known"),
        ("[roles.lead]", "[roles.leader]", "[roles.teacher]", "roles.lead is missing"),
        ("[units.office]", "[offices.office]", "[offices.office]", "offices is not known here"),
    ],
)  # fmt: skip
def test_each_fault_has_its_line(folder: Path, old: str, new: str, where: str, said: str) -> None:
    change(folder, old, new)
    found = [fault for fault in find_faults(folder) if said in fault.what]
    assert len(found) == 1
    expected = line_of(folder, where)
    # The second of two with one name is the one that is named, by its own line.
    assert found[0].line in (expected, *([expected + 2] if "another one" in said else []))
    assert found[0].file == "sa.toml"


def test_a_folder_with_faults_changes_nothing(folder: Path) -> None:
    before = pack_of("SA")
    change(folder, 'ar = "الرياضيات"', 'ar = ""')
    change(folder, 'fr = "Physique"\n', "")
    with pytest.raises(SettingsError) as caught:
        use_packs(folder)
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    empty = line_of(folder, 'ar = ""')
    assert lines[0].startswith(f"HALQA_PACKS_DIR: sa.toml:{empty}: ")
    assert pack_of("SA") is before


def test_files_that_are_no_packs_are_told(folder: Path, tmp_path: Path) -> None:
    (folder / "tn.toml").write_text("", "utf-8")
    (folder / "ma.toml").write_bytes(b'[subjects.arabic]\nar = "\xff"\n')
    (folder / "notes.txt").write_text("ours", "utf-8")
    told = [str(fault) for fault in find_faults(folder)]
    assert told == [
        "tn.toml:1: no pack has this name: ma.toml, sa.toml",
        "ma.toml:1: the file is not UTF-8",
    ]
    assert "cannot be read" in find_faults(tmp_path / "elsewhere")[0].what
