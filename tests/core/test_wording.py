"""What a machine can hold of how Halqa speaks; `docs/wording.md` has the whole."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.test_catalogue_language import ARABIC, entries, texts

ROOT = Path(__file__).resolve().parents[2]
LETTERS = "\u0621-\u064a"
BUTTONS = {"choice", "Choice", "_button"}
"""Calls whose first argument is the label of a button."""
LABELS = {"label", "send"}
"""Arguments that are one, wherever they stand."""
SAYS = {"say", "N_"}
READER = re.compile(rf"(?<![{LETTERS}])(?:ما|من لا|يمكنك أن|أنك|إن كنت|كنت لا) ت(?!غي)[{LETTERS}]")
"""A verb after which it shows whether the reader is a man or a woman."""


def called(call: ast.Call) -> str:
    """The name of what is called, without what it is an attribute of."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def said_in(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and called(call) in SAYS and call.args:
            said = call.args[0]
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value


def labels() -> set[str]:
    """What stands on buttons, as the code says it."""
    found: set[str] = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            if called(call) in BUTTONS and call.args:
                found |= set(said_in(call.args[0]))
            for keyword in call.keywords:
                if keyword.arg in LABELS:
                    found |= set(said_in(keyword.value))
    return found


def said_of_somebody() -> set[str]:
    """Texts whose gender is that of whom they speak of, and not their reader's."""
    found: set[str] = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and any(each.arg == "about" for each in call.keywords):
                said = call.args[0] if call.args else None
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    found.add(said.value)
    return found


@pytest.mark.parametrize("locale", ARABIC)
def test_a_text_without_the_gender_of_its_reader_does_not_show_one(locale: str) -> None:
    """«ما كتبته» is said to everybody, «ما تكتبه» to a man alone."""
    about = said_of_somebody()
    assert len(about) > 40, "they are found"
    bare = re.compile("[\u064b-\u0652]")
    faults = [
        (place, form)
        for place, entry in entries(locale)
        if not entry.context or entry.msgid in about
        for form in entry.forms
        if READER.search(bare.sub("", form))
    ]
    assert faults == []


def test_a_row_of_a_list_is_no_class() -> None:
    """صف is a class of pupils."""
    row = rf"(?<![{LETTERS}])[ولب]?(?:ال)?صف(?:وف|ان|ين|ا)?(?![{LETTERS}])"
    bare = re.compile("[\u064b-\u0652]")
    read = [(p, t) for locale in ARABIC for p, t in texts(locale) if "/imports" in p]
    assert [(p, t) for p, t in read if re.search(row, bare.sub("", t))] == []


def test_a_button_reads_alike_for_everybody() -> None:
    """A verbal noun has no gender; what differs by it is an order."""
    found = labels()
    assert len(found) > 250, "the labels are found"
    faults = [
        place
        for locale in ARABIC
        for place, entry in entries(locale)
        if entry.msgid in found and entry.context
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("better", "pattern"),
    [
        ("say حذف of a thing and إنهاء of a membership", rf"(?<![{LETTERS}])(?:ال)?إزالة"),
        ("say حذف", rf"(?<![{LETTERS}])[تي]ُ?محى"),
        ("leave it out", rf"بالفعل(?![{LETTERS}])"),
        ("say رد to a request", rf"(?<![{LETTERS}])(?:ب?ال)?جواب(?:ك|ي|ًا)?(?! عند)"),
        ("use the verb itself", rf"(?<![{LETTERS}])تمّ?ت? (?:ال)?[{LETTERS}]+"),
        ("اطّلاع with its shadda", rf"اطل(?:اع|عت|ع)(?![{LETTERS}])"),
        ("اطّلاع with its shadda", rf"(?<![{LETTERS}])[يتن]ُ?طلع(?![{LETTERS}])"),
        ("say بكلمات قليلة", r"في كلمات"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("locale", [*ARABIC, "guide"])
def test_one_word_is_one_thing(locale: str, better: str, pattern: str) -> None:
    read = guide() if locale == "guide" else texts(locale)
    assert [(place, text) for place, text in read if re.search(pattern, text)] == []


def guide() -> Iterator[tuple[str, str]]:
    """The Arabic pages of the guide, line by line."""
    for page in [ROOT / "docs" / "guide-ar.md", *(ROOT / "docs" / "guide").glob("*-ar.md")]:
        for line in page.read_text("utf-8").splitlines():
            yield page.name, line


@pytest.mark.parametrize("locale", ARABIC)
def test_an_invitation_is_answered_by_one_word(locale: str) -> None:
    """رد is given to a request; whoever is invited to a meeting gives an إجابة."""
    reply = rf"(?<![{LETTERS}])[ولبف]?(?:ال|لل)?(?:رد|ردود)(?:ك|ه|ها)?(?![{LETTERS}])"
    assert [p for p, text in texts(locale) if "/meetings" in p and re.search(reply, text)] == []


@pytest.mark.parametrize("locale", ARABIC)
def test_what_people_wrote_stands_out_of_the_sentence(locale: str) -> None:
    """A title or searched words between other words are set off by guillemets."""
    bare = rf"[{LETTERS}\u064b-\u0652] \{{(?:title|words|offer)\}}"
    assert [(place, text) for place, text in texts(locale) if re.search(bare, text)] == []


def test_what_is_counted_agrees_with_its_number() -> None:
    """«{most} characters» is right for some numbers alone: whatever is counted anywhere is said in
    all its plural forms, and only then put into a sentence."""
    found = [entry for _, entry in entries("en")]
    counted = {
        word for entry in found for word in re.findall(r"\{n\} (\w+s|people)\b", entry.plural or "")
    }
    assert {"people", "teams", "files", "characters", "days"} <= counted
    nouns = re.compile(rf"\{{\w+\}} (?:more |other )?(?:{'|'.join(sorted(counted))})\b")
    assert [each.msgid for each in found if not each.plural and nouns.search(each.msgid)] == []


@pytest.mark.parametrize(
    ("better", "pattern"),
    [
        ("a no-break space before a high mark", r" [:;?!»](?:\s|$)|\w[;?!»]"),
        ("a no-break space after the guillemet", r"«[^\u00a0]"),
        ("the plain imperative", r"(?i)\bveuillez\b"),
        ("établissement", r"(?i)\bécoles?\b"),
        ("« : {unit} » or « ({unit}) »", r"(?i)\b(?:à|de) \{(?:unit|left|other|below)\}"),
        ("guillemets around what was searched", r"(?:à|pour|sur|de) \{words\}"),
        ("coordonnateur", r"(?i)\bcoordinat(?:eur|rice)"),
        ("structure", r"(?i)\bunités?\b"),
        ("fonction", r"(?i)\brôles?\b"),
        ("supprimer", r"(?i)\beffac"),
        ("refuser", r"(?i)\bdéclin"),
        ("destinataires", r"(?i)\bpublics?\b"),
        ("événement, or ligne of a table", r"(?i)\bentrées?\b"),
        ("périmètre", r"(?i)\bressort\b"),
        ("where it is, by its name", r"(?i)là-bas"),
        ("a noun that is the same for everybody", r"\w\(e\)"),
        ("the bare infinitive", r"(?:^|[.!?] )Dois-je"),
        ("a no-break space before a unit", r"(?:\d|\}) (?:Mo|h)\b|n° "),
        ("guillemets around a title", r"[a-zéè] \{(?:title|words|offer)\}"),
    ],
)
def test_french_has_its_manners(better: str, pattern: str) -> None:
    kinds = {"A school"}
    """The name of a kind of unit that Morocco does not offer."""
    words = [(p, re.sub(r"https?://\S*", "x", t)) for p, t in texts("fr")]
    faults = [
        (p, t) for p, t in words if re.search(pattern, t) and p.rpartition(": ")[2] not in kinds
    ]
    assert faults == []
