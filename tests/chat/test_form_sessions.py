"""Many half-filled forms beside each other, whatever a person does with them: no answer goes
without a word, and what is done to one form is done to no other."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.chat import menu
from bot.chat.forms import engine, sessions
from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import ChoiceField, TextField
from bot.chat.forms.form import REVIEW, Form, FormState
from bot.chat.forms.reading import Given, Option
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core.changes import UNCHANGED, Unchanged
from bot.core.errors import Refused
from bot.core.i18n import Gender, Voice
from bot.core.text import with_strong
from tests.chat.form_runner import FormRunner

TITLES = ("Amber", "Birch", "Cedar", "Daisy", "Elder", "Fern", "Grape", "Hazel")
ONE_QUESTION = ("Elder", "Fern")
CHANGING = ("Cedar", "Daisy", "Fern")


@dataclass(frozen=True, kw_only=True)
class Draft:
    name: str
    shade: str
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Changes:
    name: str | Unchanged = UNCHANGED
    shade: str | Unchanged = UNCHANGED
    note: str | Unchanged | None = UNCHANGED


@dataclass
class FormFacts:
    """What forms are about: which of them are permitted, and what presets know."""

    shade: str = "shade 0"

    def __post_init__(self) -> None:
        self.forbidden: set[str] = set()
        self.finished: list[tuple[str, dict[str, Any]]] = []

    def form(self, title: str) -> Form[Any]:
        async def permit(turn: Turn, answers: Answers) -> None:
            if title in self.forbidden:
                raise Refused("test.no", f"{title} is over.")

        async def finish(turn: Turn, draft: Draft | Changes) -> Screen:
            told = {n: v for n, v in asdict(draft).items() if v is not UNCHANGED}
            self.finished.append((title, told))
            return Screen(text="Done.")

        async def preset(turn: Turn, answers: Answers) -> str | None:
            return self.shade or None

        shade = TextField(name="shade", label="Shade", question="Which shade?", preset=preset)
        name = TextField(name="name", label="Name", question="Which name?")
        note = TextField(name="note", label="Note", question="Which note?", optional=True)
        drafts: dict[bool, type[Any]] = {False: Draft, True: Changes}
        return Form(
            name=title.casefold(),
            version=1,
            title=title,
            draft=drafts[title in CHANGING],
            fields=(shade, name) if title in ONE_QUESTION else (name, shade, note),
            finish=finish,
            send="Send",
            permit=permit,
            review=title not in ONE_QUESTION,
            changes_only=title in CHANGING,
        )


class Forms(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.facts = FormFacts()
        first, *others = (self.facts.form(title) for title in TITLES)
        self.runner = FormRunner(first, others=tuple(others))
        self.seen: list[Screen] = []

    @initialize(titles=st.permutations(TITLES), number=st.integers(0, 8))
    def has_begun_some_already(self, titles: list[str], number: int) -> None:
        for title in titles[:number]:
            self.begins(title)
            self.answers("Salma")

    # What a person does

    @rule(title=st.sampled_from(TITLES))
    def begins(self, title: str) -> None:
        own = {s.id for s in self.states() if s.form == title.casefold()}
        try:
            self.does(self.runner.turn().begin(title.casefold()), touched=own)
        except Refused:
            assert title in self.facts.forbidden

    @precondition(lambda self: self.current())
    @rule(words=st.sampled_from(["Salma", "Noor", "x", "light"]))
    def answers(self, words: str) -> None:
        state = self.current()
        assert state is not None
        may_end = state.form.capitalize() in ONE_QUESTION
        step = engine.answer(self.runner.turn(), Given(text=words))
        self.does(step, touched={state.id}, may_go={state.id} if may_end else set())

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def presses(self, data: st.DataObject) -> None:
        """A button of the newest screen, or of any that was ever shown."""
        recent = data.draw(st.booleans(), label="recent")
        screens = self.seen[-1:] if recent else self.seen
        buttons = [c for s in screens for c in s.choices if c.route == sessions.ROUTE]
        if not buttons:
            return
        form_id, serial, word = data.draw(st.sampled_from(buttons), label="button").args
        ends = word in ("cancel", "send", "keep", "skip") or word.startswith("o")
        step = engine.press(self.runner.turn(), form_id, serial, word)
        self.does(step, touched={form_id}, may_go={form_id} if ends else set())

    @rule()
    def goes_elsewhere(self) -> None:
        sessions.pause(self.runner.turn())
        self.does(menu.menu(self.runner.turn()), touched=set())

    @rule()
    def cancels_by_command(self) -> None:
        newest = {state.id for state in self.states()[-1:]}
        self.does(menu.cancel(self.runner.turn()), touched=newest, may_go=newest)

    # What happens around them

    @rule(title=st.sampled_from(TITLES), forbid=st.booleans())
    def rights_change(self, title: str, forbid: bool) -> None:
        if forbid:
            self.facts.forbidden.add(title)
        else:
            self.facts.forbidden.discard(title)

    @rule(number=st.integers(0, 3))
    def knowledge_changes(self, number: int) -> None:
        self.facts.shade = f"shade {number}" if number else ""

    # What must hold

    def does(self, step: Any, *, touched: set[str], may_go: set[str] | None = None) -> None:
        before = {state.id: state for state in self.states()}
        ended = len(self.facts.finished)
        kept = [dict(data) for data in self.runner.contact.forms]
        try:
            screen: Screen = asyncio.run(step)
        except Refused:
            # The dialogue undoes the whole turn.
            self.runner.contact.forms = kept
            raise
        self.seen.append(screen)
        after = {state.id: state for state in self.states()}
        for number, state in before.items():
            own = {n: v for n, v in state.answers.items() if n not in state.filled and v}
            if number in after:
                if number not in touched:
                    assert after[number].answers == state.answers
                continue
            named = state.form.capitalize() in screen.text
            assert number in (may_go or ()) or not own or named, "gone without a word"
            if len(self.facts.finished) > ended and number in touched:
                self.check_what_was_sent(state, own)
        self.check_what_is_shown(screen)

    def check_what_was_sent(self, state: FormState, own: dict[str, Any]) -> None:
        title, answers = self.facts.finished[-1]
        assert title.casefold() == state.form
        if state.at == REVIEW:
            assert own.items() <= answers.items()
        if title in CHANGING:
            assert not answers.keys() & set(state.filled)

    def check_what_is_shown(self, screen: Screen) -> None:
        """Whoever resumes a form sees what is known by now."""
        state = self.current()
        going_on = state and state.at == REVIEW and "Please check" in screen.text
        if going_on and state and "shade" in state.filled and not state.editing:
            shown = f"Shade: \u2068{state.answers['shade']}\u2069"
            assert shown in with_strong(screen.text)

    @invariant()
    def only_the_last_one_is_being_filled_in(self) -> None:
        states = self.states()
        assert len(states) <= sessions.OPEN_FORMS
        assert len({state.id for state in states}) == len(states)
        assert all(state.paused for state in states[:-1])

    def states(self) -> list[FormState]:
        return [FormState.from_json(data) for data in self.runner.contact.forms]

    def current(self) -> FormState | None:
        return sessions.current(self.runner.turn())


TestForms = Forms.TestCase
TestForms.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@pytest.fixture
def facts() -> FormFacts:
    return FormFacts()


@pytest.fixture
def runner(facts: FormFacts) -> FormRunner:
    first, *others = (facts.form(title) for title in TITLES)
    return FormRunner(first, others=tuple(others))


def start(runner: FormRunner, title: str, *answers: str) -> None:
    runner.screen = asyncio.run(runner.turn().begin(title.casefold()))
    for answer in answers:
        runner.answers(answer)


def waiting(runner: FormRunner) -> list[str]:
    return [state.form for state in sessions.saved(runner.turn())]


def test_forms_without_answers_give_way_first(runner: FormRunner) -> None:
    start(runner, "Amber", "Salma")
    for title in ("Birch", "Cedar", "Daisy", "Elder", "Fern", "Grape"):
        start(runner, title)
        assert "give way" not in runner.screen.text
    assert waiting(runner) == ["amber", "daisy", "elder", "fern", "grape"]


def test_a_form_with_answers_that_gives_way_is_named(runner: FormRunner) -> None:
    for title in ("Amber", "Birch", "Cedar", "Daisy", "Grape"):
        start(runner, title, "Salma")
    start(runner, "Elder")
    assert "the oldest had to give way: Amber" in runner.screen.text
    assert "Which" in runner.screen.text
    assert waiting(runner) == ["birch", "cedar", "daisy", "grape", "elder"]


def test_a_filled_in_answer_is_worked_out_again(runner: FormRunner, facts: FormFacts) -> None:
    start(runner, "Cedar", "Salma")
    runner.presses("Skip")
    facts.shade = "shade 7"
    start(runner, "Cedar")
    assert "shade 7" in runner.screen.text
    facts.shade = ""
    start(runner, "Cedar")
    assert "Which shade?" in runner.screen.text, "what is no longer known is asked"
    runner.answers("pale")
    runner.presses("Send")
    assert facts.finished == [("Cedar", {"name": "Salma", "shade": "pale", "note": None})]


def test_a_waiting_form_is_gone_on_with_from_another_one(runner: FormRunner) -> None:
    start(runner, "Amber", "Salma")
    start(runner, "Birch", "Noor")
    amber = sessions.saved(runner.turn())[0]
    runner.screen = asyncio.run(engine.resume(runner.turn(), amber.id))
    assert [state.paused for state in sessions.saved(runner.turn())] == [True, False]
    runner.presses("Cancel")
    runner.presses("Continue the form")
    assert "Which note?" in runner.screen.text


def test_a_form_that_is_no_longer_permitted_ends_after_an_update_too(
    runner: FormRunner, facts: FormFacts
) -> None:
    start(runner, "Amber", "Salma")
    runner.contact.forms[0]["version"] = 0
    facts.forbidden.add("Amber")
    runner.answers("a note")
    assert "Amber is over." in runner.screen.text
    assert waiting(runner) == []


@dataclass(frozen=True, kw_only=True)
class Introduction:
    page: int
    gender: Gender
    name: str


def _gender(code: Any) -> Gender:
    return "f" if code == "f" else "m"


def _addressed(voice: Voice, gender: Gender) -> Voice:
    return replace(voice, gender=gender)


def test_the_form_that_is_resumed_says_how_to_speak_from_its_first_screen_on() -> None:
    async def options(turn: Turn, answers: Answers) -> list[Option]:
        return [Option("f", "Her"), Option("m", "Him")]

    async def finish(turn: Turn, draft: Introduction) -> Screen:
        return Screen(text="Done.")

    gender = ChoiceField(
        name="gender", label="G", question="How?", options=options, of=_gender, attune=_addressed
    )
    name = TextField(name="name", label="Name", question="Which name?")
    runner = FormRunner(
        Form(
            name="introduction", version=1, title="Introduction", draft=Introduction,
            known=(Known("page", int),), fields=(gender, name), finish=finish, send="Send",
        )
    )  # fmt: skip
    spoken: list[str] = []
    for page, answer in ((1, "Her"), (2, "Him"), (1, "")):
        runner.begins(page=page)
        spoken.append(runner.contact.person.voice.gender)
        if answer:
            runner.presses(answer)
    assert spoken == ["neutral", "f", "f"]


@dataclass(frozen=True, kw_only=True)
class Proof:
    word: str


def test_a_form_that_goes_on_in_another_offers_no_way_to_where_one_is() -> None:
    """The second form is being filled in: only one that waits behind it can be gone back to."""
    word = TextField(name="word", label="Word", question="Which word?")

    async def begins_the_other(turn: Turn, draft: Proof) -> Screen:
        return await turn.begin("other")

    async def finish(turn: Turn, draft: Proof) -> Screen:
        return Screen(text="Done.")

    def form(name: str, end: Callable[[Turn, Proof], Awaitable[Screen]]) -> Form[Proof]:
        return Form(
            name=name, version=1, title=name, draft=Proof, fields=(word,), finish=end, send="",
            review=False,
        )  # fmt: skip

    runner = FormRunner(form("first", begins_the_other), others=(form("other", finish),))
    runner.begins()
    runner.answers("a proof")
    assert "Which word?" in runner.screen.text
    assert not any("Continue" in label for label in runner.labels())
    runner.answers("another")
    assert runner.screen.text == "Done."
