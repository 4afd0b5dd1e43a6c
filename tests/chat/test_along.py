"""An option that answers several questions at once."""

from dataclasses import dataclass

import pytest

from bot.chat.forms.answers import Answers
from bot.chat.forms.fields import ChoiceField, TextField
from bot.chat.forms.form import Form, FormState
from bot.chat.forms.reading import Option
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from tests.chat.form_runner import FormRunner


@dataclass(frozen=True, kw_only=True)
class Draft:
    place: int
    role: str
    stage: str
    text: str


SENT: list[Draft] = []


async def finish(turn: Turn, draft: Draft) -> Screen:
    SENT.append(draft)
    return Screen(text="Done.")


async def places(turn: Turn, answers: Answers) -> list[Option]:
    everybody = Option(7, "All of the school", also={"role": "all", "stage": "any"})
    return [everybody, Option(7, "Some of the school"), Option(8, "Some of another")]


async def roles(turn: Turn, answers: Answers) -> list[Option]:
    return [Option("all", "All roles"), Option("lead", "Leads")]


async def stages(turn: Turn, answers: Answers) -> list[Option]:
    return [Option("any", "Any stage"), Option("middle", "Middle")]


async def renew(turn: Turn, state: FormState) -> None:
    if state.answers.get("place") == "the school":
        state.answers["place"] = 7


FORM = Form(
    name="test.along",
    version=1,
    title="A test",
    send="Send",
    draft=Draft,
    finish=finish,
    renew=renew,
    fields=(
        ChoiceField(name="place", label="Place", question="Where?", options=places, of=int),
        ChoiceField(
            name="role", label="Role", question="Which role?", options=roles, of=str, along=True
        ),
        ChoiceField(
            name="stage", label="Stage", question="Which stage?", options=stages, of=str, along=True
        ),
        TextField(name="text", label="Text", question="Which text?"),
    ),
)


@pytest.fixture
def runner() -> FormRunner:
    SENT.clear()
    runner = FormRunner(FORM)
    runner.begins()
    return runner


def test_one_tap_answers_several_questions_and_the_review_shows_them(runner: FormRunner) -> None:
    assert "(1 of 2)" in runner.screen.title
    runner.presses("All of the school")
    assert "(2 of 2)" in runner.screen.title
    assert "Which text?" in runner.screen.text
    runner.answers("We meet")
    assert "All roles" in runner.screen.text
    assert "Any stage" in runner.screen.text
    runner.presses("Send")
    assert [Draft(place=7, role="all", stage="any", text="We meet")] == SENT


def test_the_way_back_passes_over_what_came_along(runner: FormRunner) -> None:
    runner.presses("All of the school")
    runner.presses("Back")
    assert "Where?" in runner.screen.text
    runner.presses("Keep my answer")
    assert "Which text?" in runner.screen.text


def test_another_choice_takes_back_what_came_along(runner: FormRunner) -> None:
    runner.presses("All of the school")
    runner.presses("Back")
    runner.presses("Some of the school")
    assert "Which role?" in runner.screen.text
    runner.presses("Leads")
    runner.presses("Middle")
    runner.answers("We meet")
    runner.presses("Send")
    assert [Draft(place=7, role="lead", stage="middle", text="We meet")] == SENT


def test_what_was_changed_by_itself_since_stays(runner: FormRunner) -> None:
    runner.presses("All of the school")
    runner.answers("We meet")
    runner.presses("✏️ Role")
    runner.presses("Leads")
    assert "Any stage" in runner.screen.text
    runner.presses("✏️ Place")
    runner.presses("Some of another")
    # Of what came along only the stage is left, which went with the former place.
    assert "Which stage?" in runner.screen.text
    runner.presses("Middle")
    runner.presses("Send")
    assert [Draft(place=8, role="lead", stage="middle", text="We meet")] == SENT


def test_what_was_answered_by_itself_gives_way_to_what_comes_along(runner: FormRunner) -> None:
    runner.presses("Some of the school")
    runner.presses("Leads")
    runner.presses("Middle")
    runner.answers("We meet")
    runner.presses("✏️ Place")
    runner.presses("All of the school")
    runner.presses("Send")
    assert [Draft(place=7, role="all", stage="any", text="We meet")] == SENT


def test_its_words_do_what_it_does(runner: FormRunner) -> None:
    runner.answers("All of the school")
    assert "Which text?" in runner.screen.text


def test_what_a_former_version_saved_is_said_as_today(runner: FormRunner) -> None:
    runner.presses("Some of another")
    (saved,) = runner.contact.forms
    saved["answers"]["place"] = "the school"
    runner.presses("Leads")
    runner.presses("Middle")
    runner.answers("We meet")
    runner.presses("Send")
    assert [Draft(place=7, role="lead", stage="middle", text="We meet")] == SENT
