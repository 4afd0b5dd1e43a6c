"""Questions that nobody needs to answer: several are passed over by one tap, and one that waits in
the review is answered by what is written there."""

from dataclasses import dataclass, replace

import pytest

from bot.chat.forms.fields import EvidenceField, EvidencePiece, TextField
from bot.chat.forms.form import Form
from bot.chat.incoming import IncomingFile
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.files.kinds import FileKind
from tests.chat.form_runner import FormRunner


@dataclass(frozen=True, kw_only=True)
class Draft:
    name: str
    aim: str = ""
    agenda: str = ""
    place: str
    result: str = ""
    proof: tuple[EvidencePiece, ...] = ()
    reason: str = ""


SENT: list[Draft] = []


async def finish(turn: Turn, draft: Draft) -> Screen:
    SENT.append(draft)
    return Screen(text="Done.")


def text(name: str, *, optional: bool = False, unasked: bool = False) -> TextField:
    return TextField(
        name=name, label=name.title(), question=f"Which {name}?", optional=optional, unasked=unasked
    )


FORM = Form(
    name="test.needless",
    version=1,
    title="A test",
    send="Send",
    draft=Draft,
    finish=finish,
    fields=(
        text("name"),
        text("aim", optional=True),
        text("agenda", optional=True),
        text("place"),
        text("result", optional=True),
        EvidenceField(name="proof", label="Proof", question="Show it.", optional=True, most=3),
        text("reason", optional=True, unasked=True),
    ),
)


@pytest.fixture
def runner() -> FormRunner:
    SENT.clear()
    return FormRunner(FORM)


def labels(runner: FormRunner) -> list[str]:
    return [each.label for each in runner.screen.choices]


def test_what_nobody_needs_to_answer_is_passed_over_by_one_tap(runner: FormRunner) -> None:
    runner.begins()
    assert not [label for label in labels(runner) if "Go on" in label]
    runner.answers("Reading")
    runner.presses("Go on to: Place")
    assert "Which place?" in runner.screen.text
    runner.answers("The lab")
    runner.presses("Go on to the review")
    # What was passed over has no line, and can be given all the same.
    assert "—" not in runner.screen.text
    runner.presses("➕ Aim")
    runner.answers("To read more")
    runner.presses("Send")
    assert [Draft(name="Reading", aim="To read more", place="The lab")] == SENT


def test_one_such_question_alone_is_skipped_as_ever(runner: FormRunner) -> None:
    runner.begins()
    runner.answers("Reading")
    runner.answers("To read more")
    assert "Which agenda?" in runner.screen.text
    assert [label for label in labels(runner) if "Go on" in label or label == "Skip"] == ["Skip"]
    runner.presses("Skip")
    runner.answers("The lab")
    runner.answers("Better")
    assert "Show it." in runner.screen.text
    assert "Go on to the review" not in labels(runner)


def test_what_was_answered_on_the_way_back_is_not_passed_over(runner: FormRunner) -> None:
    runner.begins()
    runner.answers("Reading")
    runner.presses("Go on to: Place")
    runner.answers("The lab")
    runner.answers("Better")
    runner.answers("", file=IncomingFile(FileKind.PHOTO, "ref", size=10))
    assert not [label for label in labels(runner) if "Go on" in label]
    runner.presses("Back")
    assert not [label for label in labels(runner) if "Go on" in label]
    runner.presses("Keep my answer")
    runner.presses("Send")
    assert (SENT[0].result, len(SENT[0].proof)) == ("Better", 1)


def test_the_words_of_the_button_do_what_it_does(runner: FormRunner) -> None:
    runner.begins()
    runner.answers("Reading")
    runner.answers("Go on to: Place")
    assert "Which place?" in runner.screen.text


def test_a_form_without_a_review_leads_to_none() -> None:
    runner = FormRunner(replace(FORM, review=False))
    runner.begins()
    runner.answers("Reading")
    assert not [label for label in labels(runner) if "Go on" in label]


def to_review(runner: FormRunner) -> None:
    runner.begins()
    runner.answers("Reading")
    runner.presses("Go on to: Place")
    runner.answers("The lab")
    runner.presses("Go on to the review")


def test_what_waits_in_the_review_is_asked_there_and_answered_by_writing(
    runner: FormRunner,
) -> None:
    to_review(runner)
    assert "Which reason?" in runner.screen.text
    runner.answers("x")
    assert "too short" in runner.screen.text
    runner.answers("The hall is taken")
    assert "The hall is taken" in runner.screen.text
    assert "Which reason?" not in runner.screen.text
    # It is said, so further words are none.
    runner.answers("And one thing more")
    assert "The hall is taken" in runner.screen.text
    assert "press a button" in runner.screen.text
    runner.presses("Send")
    assert SENT[0].reason == "The hall is taken"


@pytest.mark.parametrize("word", ["no", "thank you", "ok thanks a lot"])
def test_it_is_nobodys_answer_by_itself(runner: FormRunner, word: str) -> None:
    to_review(runner)
    runner.answers(word)
    is_said = word.startswith("ok")
    assert ("Which reason?" in runner.screen.text) is not is_said
    assert SENT == []


@pytest.mark.parametrize("word", ["Back", "رجوع", "skip", "Keep my answer"])
def test_the_word_of_a_step_is_no_answer_to_it(runner: FormRunner, word: str) -> None:
    to_review(runner)
    runner.answers(word)
    assert "Which reason?" in runner.screen.text
    assert "press a button" in runner.screen.text
    runner.presses("Send")
    assert SENT[0].reason == ""


def test_it_need_not_be_answered(runner: FormRunner) -> None:
    to_review(runner)
    runner.answers("yes")
    assert [Draft(name="Reading", place="The lab")] == SENT


def test_it_is_no_step_on_the_way(runner: FormRunner) -> None:
    runner.begins()
    assert "(1 of 6)" in runner.screen.title
    to_review(runner)
    runner.presses("➕ Reason")
    runner.presses("Back")
    assert "Which reason?" in runner.screen.text
