"""Forms as people fill them in: forwards, backwards, interrupted, corrected and given up."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.forms import engine, sessions
from bot.chat.forms.agreement import ConsentField
from bot.chat.forms.answers import Answers
from bot.chat.forms.fields import (
    ChoiceField,
    EvidenceField,
    EvidencePiece,
    NameField,
    TextField,
)
from bot.chat.forms.form import Form, FormState
from bot.chat.forms.reading import Option
from bot.chat.incoming import IncomingFile
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core.errors import Refused
from bot.files.kinds import FileKind
from tests.chat.form_runner import FormRunner


async def colours(turn: Turn, answers: Answers) -> list[Option]:
    return [Option("red", "Red"), Option("green", "Green")]


@dataclass(frozen=True, kw_only=True)
class Draft:
    consent: bool
    name: str
    colour: str
    shade: str
    why: str | None = None
    proof: tuple[EvidencePiece, ...] = ()


FINISHED: list[Draft] = []


async def finish(turn: Turn, draft: Draft) -> Screen:
    if draft.name == "refuse me":
        raise Refused("test.refused", "Not this name.")
    FINISHED.append(draft)
    return Screen(text="Done.")


async def shade(turn: Turn, answers: Answers) -> str | None:
    colour = answers.need(COLOUR)
    return f"dark {colour}" if colour == "red" else None


async def about(turn: Turn, draft: Draft) -> str:
    return f"Of {draft.name}."


COLOUR = ChoiceField(
    name="colour", label="Colour", question="Which colour?", options=colours, of=str
)
FORM = Form(
    name="test.form",
    version=1,
    title="A test",
    send="Send",
    draft=Draft,
    finish=finish,
    about=about,
    fields=(
        ConsentField(name="consent", label="Consent", text="Do you agree?", agree="I agree"),
        NameField(name="name", label="Name", question="Your name?"),
        COLOUR,
        TextField(name="shade", label="Shade", question="Which shade?", preset=shade),
        TextField(
            name="why",
            label="Reason",
            question="Why green?",
            optional=True,
            when=lambda answers: answers.of(COLOUR) == "green",
        ),
        EvidenceField(name="proof", label="Proof", question="Show it.", optional=True, most=3),
    ),
)


@pytest.fixture
def runner() -> FormRunner:
    FINISHED.clear()
    return FormRunner(FORM)


def test_a_form_asks_one_thing_after_the_other_and_ends_in_a_review(runner: FormRunner) -> None:
    runner.begins()
    assert "Do you agree?" in runner.screen.text
    runner.presses("I agree")
    assert "2" in runner.screen.title
    runner.answers("  Maryam\u202e  \u200bB ")
    runner.presses("Red")
    assert "Show it." in runner.screen.text
    runner.presses("Skip")
    assert "dark red" in runner.screen.text
    assert FINISHED == []
    runner.presses("Send")
    assert [
        Draft(consent=True, name="Maryam B", colour="red", shade="dark red", why=None, proof=())
    ] == FINISHED
    assert runner.contact.forms == []


def test_a_bad_answer_is_explained_and_the_question_stays(runner: FormRunner) -> None:
    runner.begins()
    runner.answers("what?")
    assert "button of agreement" in runner.screen.text
    runner.presses("I agree")
    for bad, reason in [("", "too short"), ("!!", "too short"), ("x" * 400, "400 characters"),
                        ("مرyam", "mixes")]:  # fmt: skip
        runner.answers(bad)
        assert reason in runner.screen.text
        assert "Your name?" in runner.screen.text
    runner.answers("Maryam", file=IncomingFile(FileKind.PHOTO, "ref"))
    assert "file does not fit" in runner.screen.text


def test_going_back_keeps_what_was_answered(runner: FormRunner) -> None:
    runner.begins()
    runner.presses("I agree")
    runner.answers("Maryam")
    runner.presses("Back")
    assert "Your name?" in runner.screen.text
    runner.presses("Keep my answer")
    assert "Which colour?" in runner.screen.text
    runner.presses("Back")
    runner.answers("Salma")
    runner.presses("Red")
    runner.presses("Skip")
    assert "Salma" in runner.screen.text


def test_an_edit_changes_one_answer_and_what_followed_from_it(runner: FormRunner) -> None:
    runner.begins()
    runner.presses("I agree")
    runner.answers("Maryam")
    runner.presses("Red")
    runner.presses("Skip")
    runner.presses("✏️ Colour")
    runner.presses("Green")
    assert "Which shade?" in runner.screen.text, "what red had filled in is asked now"
    runner.answers("light")
    runner.answers("It calms.")
    assert "light" in runner.screen.text
    assert "It calms." in runner.screen.text
    runner.presses("✏️ Name")
    runner.presses("Back")
    runner.presses("Send")
    assert FINISHED[0].why == "It calms."


def test_evidence_is_collected_piece_by_piece(runner: FormRunner) -> None:
    runner.begins()
    runner.presses("I agree")
    runner.answers("Maryam")
    runner.presses("Red")
    runner.answers("A first note")
    photo = IncomingFile(FileKind.PHOTO, "ref-1", size=1000)
    runner.answers("with a caption", file=photo)
    huge = IncomingFile(FileKind.VIDEO, "ref-2", size=21 * 1024 * 1024)
    runner.answers(file=huge)
    assert "larger than 20 MB" in runner.screen.text
    runner.answers("third")
    runner.answers("fourth")
    assert "3 pieces are the most" in runner.screen.text
    assert "No more than these fit here." in runner.screen.text
    assert "Send another one" not in runner.screen.text
    runner.presses("Remove the last one")
    runner.presses("That is all")
    assert "2 pieces" in runner.screen.text
    runner.presses("Send")
    assert [piece.kind for piece in FINISHED[0].proof] == ["text", "photo"]


def test_an_old_button_shows_where_the_form_stands(runner: FormRunner) -> None:
    runner.begins()
    first = runner.screen
    runner.presses("I agree")
    runner.answers("Maryam")
    runner.presses_old(first, "I agree")
    assert "Which colour?" in runner.screen.text
    assert "earlier question" in runner.screen.toast
    runner.presses("Cancel")
    runner.presses_old(first, "I agree")
    assert "ended already" in runner.screen.toast


def test_a_refused_ending_keeps_the_form(runner: FormRunner) -> None:
    runner.begins()
    runner.presses("I agree")
    runner.answers("refuse me")
    runner.presses("Red")
    runner.presses("Skip")
    before = runner.contact.forms
    saved = [dict(form) for form in before]
    with pytest.raises(Refused):
        runner.presses("Send")
    # The dialogue rolls the turn back, so what is stored is what was there before.
    assert saved[0]["at"] == "review"


def test_a_form_of_an_older_version_starts_again_and_says_so(runner: FormRunner) -> None:
    runner.begins()
    runner.presses("I agree")
    runner.contact.forms[0]["version"] = 0
    runner.answers("Maryam")
    assert "improved since you began" in runner.screen.text
    assert "Do you agree?" in runner.screen.text
    assert len(runner.contact.forms) == 1


def test_a_form_that_is_begun_again_goes_on(runner: FormRunner) -> None:
    runner.begins()
    runner.presses("I agree")
    runner.begins()
    assert "we go on where you stopped" in runner.screen.text
    assert "Your name?" in runner.screen.text


def test_a_waiting_form_is_offered_after_another_one(runner: FormRunner) -> None:
    runner.begins(name="First")
    runner.begins(name="Second")
    assert [state["paused"] for state in runner.contact.forms] == [True, False]
    runner.presses("I agree")
    runner.presses("Red")
    runner.presses("Skip")
    runner.presses("Send")
    runner.presses("Continue the form")
    runner.presses("I agree")
    runner.presses("Red")
    runner.presses("Skip")
    runner.presses("Send")
    assert [draft.name for draft in FINISHED] == ["Second", "First"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("press"), st.integers(0, 8)),
        st.tuples(st.just("old"), st.integers(0, 8)),
        st.tuples(st.just("text"), st.text(max_size=40)),
        st.tuples(st.just("file"), st.integers(0, 30 * 1024 * 1024)),
        st.tuples(st.just("begin"), st.just(0)),
        st.tuples(st.just("pause"), st.just(0)),
    ),
    max_size=40,
)


@settings(max_examples=150)
@given(STEPS)
def test_whatever_a_person_does_the_form_stays_whole(steps: list[tuple[str, Any]]) -> None:
    """Every sequence leaves a screen that says something, a state that can be saved, and an
    ending only with answers that were accepted."""
    FINISHED.clear()
    runner = FormRunner(FORM)
    runner.begins()
    seen = [runner.screen]
    for kind, value in steps:
        screen = seen[value % len(seen)] if kind == "old" else runner.screen
        buttons = [c for c in screen.choices if c.route == sessions.ROUTE]
        if kind in ("press", "old") and buttons:
            args = buttons[value % len(buttons)].args
            runner.screen = asyncio.run(engine.press(runner.turn(), *args))
        elif kind == "begin":
            runner.begins()
        elif kind == "pause":
            sessions.pause(runner.turn())
        elif sessions.current(runner.turn()) is None:
            continue
        elif kind == "text":
            runner.answers(value)
        elif kind == "file":
            runner.answers(file=IncomingFile(FileKind.DOCUMENT, "ref", size=value))
        seen.append(runner.screen)
        assert runner.screen.text or runner.screen.toast
        assert len(runner.contact.forms) <= sessions.OPEN_FORMS
        for saved in runner.contact.forms:
            state = FormState.from_json(saved)
            assert state.at in {"review", *(f.name for f in FORM.fields)}
    for draft in FINISHED:
        assert draft.consent is True
        assert len(draft.name) >= 2
        assert draft.colour in ("red", "green")


def test_what_stands_twice_is_answered_in_both_places() -> None:
    """A press on an old button shows the question again, in another message than the newest."""
    runner = FormRunner(FORM)
    runner.begins()
    consent = runner.screen
    runner.presses("I agree")
    runner.answers("Nour Aldeen")
    newest = runner.screen
    runner.presses_old(consent, "I agree")
    assert "That button belongs to an earlier question." in runner.screen.footer
    runner.presses_old(newest, "Green")
    assert "earlier question" not in runner.screen.footer
    assert runner.contact.forms[-1]["answers"]["colour"] == "green"
