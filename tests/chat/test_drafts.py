"""A form and the draft that it names: what fits, what is refused at the start, what is left out."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from bot.app import build_router
from bot.chat.forms import engine
from bot.chat.forms.answers import Answers, Known, Source
from bot.chat.forms.drafts import check_draft, draft_of
from bot.chat.forms.fields import ChoiceField, EvidenceField, EvidencePiece, TextField
from bot.chat.forms.form import Field, Form
from bot.chat.forms.moments import DayField, MomentField
from bot.chat.forms.reading import Accepted, ContentWanted, Given, Option, Question, Reading
from bot.chat.forms.times import GivenTime
from bot.chat.incoming import IncomingFile
from bot.chat.router import Router, Slice
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core.changes import UNCHANGED, Unchanged, changed, or_before
from bot.core.i18n import Gender
from bot.files.kinds import FileKind
from tests.chat.form_runner import FormRunner

SEEN: list[Any] = []


async def finish(turn: Turn, draft: object) -> Screen:
    SEEN.append(draft)
    return Screen(text="Done.")


def form(draft: type[Any], *fields: Field[Any], **more: Any) -> Form[Any]:
    return Form(
        name="test", version=1, title="Test", send="Send", draft=draft, fields=fields,
        finish=finish, **more,
    )  # fmt: skip


async def _options(turn: Turn, answers: Answers) -> list[Option]:
    return [Option("f", "Her"), Option("m", "Him")]


def _gender(code: Any) -> Gender:
    return "f" if code == "f" else "m"


TEAM = Known("team", int)
PAGE = Known("page", int, optional=True)
NAME = TextField(name="name", label="Name", question="Which name?")
NOTE = TextField(name="note", label="Note", question="Which note?", optional=True)
DAY = DayField(name="day", label="Day", question="Which day?")
STARTS = MomentField(name="starts", label="Start", question="When?")
PROOF = EvidenceField(name="proof", label="Proof", question="Show it.", optional=True)
GENDER = ChoiceField(name="gender", label="G", question="How?", options=_options, of=_gender)
GREEN = TextField(
    name="green", label="Green", question="Why green?", when=lambda answers: not answers.of(NOTE)
)


@dataclass(frozen=True, kw_only=True)
class Whole:
    team: int
    page: int = 0
    name: str
    note: str = "none"
    green: str | None = None
    day: date
    starts: GivenTime
    proof: tuple[EvidencePiece, ...] = ()
    gender: Gender
    besides: bool = False


@dataclass(frozen=True, kw_only=True)
class Edit:
    team: int
    name: str | Unchanged = UNCHANGED
    note: str | Unchanged | None = UNCHANGED
    proof: tuple[EvidencePiece, ...] | Unchanged | None = UNCHANGED


@dataclass(frozen=True, kw_only=True)
class OnlyName:
    name: str


@dataclass(frozen=True, kw_only=True)
class NoteWithoutDefault:
    note: str


@dataclass(frozen=True, kw_only=True)
class NumberedName:
    name: int


@dataclass(frozen=True, kw_only=True)
class MaybeNumbered:
    name: str | int


@dataclass(frozen=True, kw_only=True)
class Day:
    day: str


@dataclass(frozen=True, kw_only=True)
class Strange:
    name: str
    nobody_asks: str


@dataclass(frozen=True, kw_only=True)
class PageWithoutDefault:
    name: str
    page: int


@dataclass(frozen=True, kw_only=True)
class EditWithDefault:
    name: str | Unchanged = ""


@dataclass(frozen=True, kw_only=True)
class EditNeverEmptied:
    note: str | Unchanged = UNCHANGED


@dataclass(kw_only=True)
class Mutable:
    name: str


WHOLE = form(Whole, NAME, NOTE, GREEN, DAY, STARTS, PROOF, GENDER, known=(TEAM, PAGE))
EDIT = form(Edit, NAME, NOTE, PROOF, known=(TEAM,), changes_only=True)


@pytest.mark.parametrize("fits", [WHOLE, EDIT, form(OnlyName, NAME, known=(TEAM,))])
def test_what_fits_is_let_through(fits: Form[Any]) -> None:
    check_draft(fits)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (form(OnlyName, NAME, NOTE), "OnlyName has no note"),
        (form(OnlyName, NOTE), "nothing answers name"),
        (form(Strange, NAME), "nothing answers nobody_asks"),
        (form(NumberedName, NAME), "name gives <class 'str'> and not <class 'int'>"),
        (form(MaybeNumbered, NAME), "name gives <class 'str'> and not str | int"),
        (form(Day, DAY), "day gives <class 'datetime.date'> and not <class 'str'>"),
        (form(NoteWithoutDefault, NOTE), "note may be left out and has no default"),
        (form(PageWithoutDefault, NAME, known=(PAGE,)), "page is not always known"),
        (form(OnlyName, NAME, NAME), "two answers have one name"),
        (form(Mutable, NAME), "Mutable is no frozen dataclass"),
        (form(EditWithDefault, NAME, changes_only=True), "its default is UNCHANGED"),
        (form(EditNeverEmptied, NOTE, changes_only=True), "note may be emptied"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_is_a_fault_at_the_start(wrong: Form[Any], said: str) -> None:
    with pytest.raises(ValueError, match="form test: ") as fault:
        Router.of([Slice(forms=[wrong])])
    assert said in str(fault.value)


def test_every_form_of_the_bot_fits_its_draft() -> None:
    for each in build_router().forms.values():
        check_draft(each)


def test_a_form_is_begun_with_what_it_has_to_know_and_with_nothing_else() -> None:
    runner = FormRunner(WHOLE)
    runner.begins(team=1)
    runner.begins(team=1, page=2)
    runner.begins(team=1, name="Salma")
    for wrong in ({}, {"team": 1, "room": 2}, {"page": 2}):
        with pytest.raises(ValueError, match="wrong names"):
            runner.begins(**wrong)


SAVED: dict[str, Any] = {
    "team": 7, "name": "Salma", "day": "2026-11-29", "gender": "f",
    "starts": "2026-11-29T16:00+03:00/2026-11-29T17:00+03:00",
}  # fmt: skip


def test_answers_have_their_types_and_what_is_missing_has_its_default() -> None:
    draft = draft_of(WHOLE, SAVED | {"note": None})
    assert isinstance(draft, Whole)
    assert (draft.team, draft.page, draft.name, draft.gender) == (7, 0, "Salma", "f")
    assert draft.day == date(2026, 11, 29)
    assert draft.starts.ends_at is not None
    assert (draft.note, draft.green, draft.proof, draft.besides) == ("none", None, (), False)
    proof = [{"kind": "text", "text": "Look"}]
    assert draft_of(WHOLE, SAVED | {"proof": proof}).proof == (EvidencePiece("text", "Look"),)


def test_an_answer_so_far_is_none_until_it_is_given() -> None:
    answers = Answers({"name": "Salma", "note": None})
    assert answers.of(NAME) == "Salma"
    assert answers.need(NAME) == "Salma"
    assert answers.of(NOTE) is None
    assert answers.of(DAY) is None
    not_there: list[Source[Any]] = [NOTE, DAY, TEAM]
    for missing in not_there:
        with pytest.raises(LookupError, match=missing.name):
            answers.need(missing)


def test_an_edit_tells_what_was_left_alone_from_what_was_emptied() -> None:
    assert draft_of(EDIT, {"team": 7}) == Edit(team=7)
    emptied = draft_of(EDIT, {"team": 7, "note": None, "proof": []})
    assert emptied == Edit(team=7, note=None, proof=())
    assert changed(emptied, Edit) == {"team": 7, "note": None, "proof": ()}
    assert or_before(emptied.name, "Salma") == "Salma"
    assert or_before(emptied.note, "a note") is None


def test_an_edit_sends_what_was_set_and_emptied_and_nothing_else() -> None:
    async def present(turn: Turn, answers: Answers) -> str:
        assert answers.need(TEAM) == 7
        return "what stands"

    SEEN.clear()
    name = TextField(name="name", label="Name", question="Which name?", preset=present)
    note = TextField(
        name="note", label="Note", question="Which note?", optional=True, preset=present
    )
    proof = EvidenceField(name="proof", label="Proof", question="Show it.", optional=True)
    runner = FormRunner(form(Edit, name, note, proof, known=(TEAM,), changes_only=True))
    runner.begins(team=7)
    runner.presses("Skip")
    runner.presses("✏️ Note")
    runner.presses("Remove")
    runner.presses("Send")
    assert [Edit(team=7, note=None, proof=None)] == SEEN


@dataclass(frozen=True, kw_only=True)
class ContentField(Field[str]):
    """The first line of a file."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        return Question("Which file?")

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[str]:
        assert given.file
        if given.file.content is None:
            return ContentWanted(100, bytes.decode)
        return Accepted(str(given.file.content))

    async def show(self, turn: Turn, answers: Answers, value: str) -> str:
        return value

    def load(self, data: Any) -> str:
        return str(data)


def test_a_field_that_wants_the_content_is_left_as_it_was() -> None:
    SEEN.clear()
    runner = FormRunner(form(OnlyName, ContentField(name="name", label="File"), review=False))
    runner.begins()
    before = [dict(saved) for saved in runner.contact.forms]
    file = IncomingFile(FileKind.DOCUMENT, "ref")
    wanted = asyncio.run(engine.answer(runner.turn(), Given(file=file)))
    assert wanted == ContentWanted(100, bytes.decode)
    assert runner.contact.forms == before
    runner.answers(file=IncomingFile(FileKind.DOCUMENT, "ref", content="Salma"))
    assert [OnlyName(name="Salma")] == SEEN
