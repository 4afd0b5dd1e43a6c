"""Runs forms: the next question, back, skip, cancel, review and edit, resume, stale buttons.

It works on saved state only. What it returns is the next screen; what it changed stands in
`turn.contact.forms`, which the dialogue saves in the same transaction.
"""

import secrets
from typing import Any

from bot.chat.form import (
    REVIEW,
    AskAgain,
    Collected,
    Field,
    Form,
    FormState,
    Given,
    NotAccepted,
    Question,
)
from bot.chat.screen import Choice, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.core.text import shorten

ROUTE = "f"
"""Route of every button of a form; its arguments are form id, serial and a word."""

OPEN_FORMS = 5
"""Half-filled forms kept for one person; the oldest gives way."""

REVIEW_CHARACTERS = 300


async def begin(turn: Turn, form: Form, known: dict[str, Any]) -> Screen:
    """Start the form, or go on with the same one about the same thing.

    :raises Refused: from the form's `permit`.
    """
    if form.permit:
        await form.permit(turn, known)
    for saved in _saved(turn):
        if (
            saved.form == form.name
            and saved.version == form.version
            and {name: saved.answers.get(name) for name in saved.known} == known
        ):
            resumed = saved.at != "" and _has_answers(saved)
            notice = turn.say("Welcome back: we go on where you stopped.") if resumed else ""
            return await resume(turn, saved.id, notice)
    state = FormState(
        form.name, form.version, secrets.token_hex(3), answers=dict(known), known=sorted(known)
    )
    for other in _saved(turn):
        _keep(turn, other, paused=True)
    turn.contact.forms.append(state.to_json())
    del turn.contact.forms[:-OPEN_FORMS]
    return await _go_on(turn, form, state)


def current(turn: Turn) -> FormState | None:
    """The form that the person is filling in, if any; a paused one does not count."""
    states = _saved(turn)
    return states[-1] if states and not states[-1].paused else None


def paused(turn: Turn) -> FormState | None:
    """The newest form that waits to be gone on with."""
    states = _saved(turn)
    return states[-1] if states and states[-1].paused else None


def pause(turn: Turn) -> None:
    """The person went elsewhere: their form waits."""
    if state := current(turn):
        _keep(turn, state, paused=True)


async def resume(turn: Turn, form_id: str, notice: str = "") -> Screen:
    """Go on with a waiting form; one that is gone says so and shows the menu."""
    state = next((s for s in _saved(turn) if s.id == form_id), None)
    if state is None:
        screen = await turn.show(turn.router.home)
        return screen.with_toast(turn.say("This form has ended already."))
    turn.contact.forms[:] = [f for f in turn.contact.forms if f["id"] != form_id]
    state.paused = False
    turn.contact.forms.append(state.to_json())
    form = turn.router.forms.get(state.form)
    if form is None or form.version != state.version:
        return await _start_over(turn, form, state)
    return await _present(turn, form, state, notice)


def resume_choice(turn: Turn, state: FormState) -> Choice:
    """The button that goes on with a waiting form."""
    form = turn.router.forms.get(state.form)
    title = turn.voice.text(form.title) if form else ""
    return choice(turn.say("Continue: {form}", form=Phrase(title)), ROUTE, state.id, 0, "resume")


def cancel(turn: Turn) -> bool:
    """Drop the newest form, being filled in or waiting. False: there was none."""
    if not turn.contact.forms:
        return False
    turn.contact.forms.pop()
    return True


async def answer(turn: Turn, given: Given) -> Screen:
    """Take what the person typed or sent as the answer to the current question."""
    state = current(turn)
    assert state is not None
    form = turn.router.forms.get(state.form)
    if form is None or form.version != state.version:
        return await _start_over(turn, form, state)
    if state.at == REVIEW:
        notice = turn.say("Please check the card below, then press a button.")
        return await _present(turn, form, state, notice)
    return await _take(turn, form, state, given)


async def press(turn: Turn, form_id: str, serial: str, word: str) -> Screen:
    """A button of a form. One of an earlier question shows where the form stands now."""
    if word == "resume":
        return await resume(turn, form_id)
    state = next((s for s in _saved(turn) if s.id == form_id), None)
    if state is None:
        ended = turn.say("This form has ended already.")
        return Screen(text=ended).with_toast(ended).with_rows(_menu_row(turn))
    form = turn.router.forms.get(state.form)
    if form is None or form.version != state.version or state.paused:
        return await resume(turn, form_id)
    if serial != str(state.serial):
        screen = await _present(turn, form, state)
        return screen.with_toast(turn.say("That button belongs to an earlier question."))
    return await _follow(turn, form, state, word)


async def _follow(turn: Turn, form: Form, state: FormState, word: str) -> Screen:
    if word == "cancel":
        turn.contact.forms[:] = [f for f in turn.contact.forms if f["id"] != state.id]
        return _after(turn, Screen(text=turn.say("Cancelled. Nothing was saved.")))
    if word == "back":
        return await _back(turn, form, state)
    if word == "send" and state.at == REVIEW:
        return await _finish(turn, form, state)
    if word == "edit" and state.at == REVIEW:
        return await _choose_edit(turn, form, state)
    if word.startswith("e") and state.at == REVIEW:
        return await _edit(turn, form, state, form.fields[int(word[1:])])
    if word == "keep" and state.at in state.answers:
        state.editing = False
        return await _go_on(turn, form, state)
    if word == "skip" and state.at != REVIEW and form.field(state.at).optional:
        return await _store(turn, form, state, None)
    if word.startswith("o") and state.at != REVIEW:
        value = state.offered[int(word[1:])]
        return await _take(turn, form, state, Given(chosen=True, value=value))
    return await _present(turn, form, state)


async def _take(turn: Turn, form: Form, state: FormState, given: Given) -> Screen:
    field = form.field(state.at)
    try:
        value = await field.read(turn, state.answers, given)
    except NotAccepted as refusal:
        return await _present(turn, form, state, refusal.text)
    except AskAgain as again:
        return _ask(turn, form, state, field, again.question)
    except Collected as piece:
        state.filled = [name for name in state.filled if name != field.name]
        state.answers[field.name] = piece.value
        return await _present(turn, form, state, piece.notice)
    return await _store(turn, form, state, value)


async def _store(turn: Turn, form: Form, state: FormState, value: Any) -> Screen:
    # What followed from the old answers is worked out again, unless the person set it.
    state.filled = [name for name in state.filled if name != state.at]
    for name in state.filled:
        state.answers.pop(name, None)
    state.answers[state.at] = value
    state.editing = False
    return await _go_on(turn, form, state)


async def _go_on(turn: Turn, form: Form, state: FormState) -> Screen:
    """To the first question without an answer; then to the review, or to the end."""
    for field in form.applicable(state.answers):
        if field.name in state.answers:
            continue
        if field.preset:
            value = await field.preset(turn, state.answers)
            if value is not None:
                state.answers[field.name] = value
                if field.name not in state.filled:
                    state.filled.append(field.name)
                continue
        state.at = field.name
        return await _present(turn, form, state)
    state.at = REVIEW
    if not form.review:
        return await _finish(turn, form, state)
    return await _present(turn, form, state)


async def _finish(turn: Turn, form: Form, state: FormState) -> Screen:
    shown = {field.name for field in form.applicable(state.answers)} | set(state.known)
    answers = {name: value for name, value in state.answers.items() if name in shown}
    # The form is taken away first: when the action refuses, the whole turn is rolled back and
    # the form stands where it was.
    turn.contact.forms[:] = [f for f in turn.contact.forms if f["id"] != state.id]
    return _after(turn, await form.finish(turn, answers))


def _after(turn: Turn, screen: Screen) -> Screen:
    """The last screen of a form, with a way back to the form that waited behind it."""
    if waiting := paused(turn):
        return screen.with_rows([resume_choice(turn, waiting)])
    return screen if screen.rows or screen.menu else screen.with_rows(_menu_row(turn))


async def _back(turn: Turn, form: Form, state: FormState) -> Screen:
    if state.editing:
        state.editing = False
        state.at = REVIEW
        return await _present(turn, form, state)
    asked = _asked(form, state)
    names = [field.name for field in asked]
    position = names.index(state.at) if state.at in names else len(names)
    if position > 0:
        # Answers stay: the person may keep the one they came back to.
        state.at = names[position - 1]
    return await _present(turn, form, state)


async def _choose_edit(turn: Turn, form: Form, state: FormState) -> Screen:
    state.serial += 1
    _keep(turn, state)
    rows = [
        [choice(turn.voice.text(f.label), ROUTE, state.id, state.serial, f"e{i}")]
        for i, f in enumerate(form.fields)
        if f.applies(state.answers) and f.name not in state.known and f.reviewed
    ]
    text = turn.say("Which answer would you like to change?")
    screen = Screen(title=turn.voice.text(form.title), text=text)
    return screen.with_rows(*rows, [_button(turn.say("Back"), state, "review")])


async def _edit(turn: Turn, form: Form, state: FormState, field: Field) -> Screen:
    state.at = field.name
    state.editing = True
    return await _present(turn, form, state)


async def _start_over(turn: Turn, form: Form | None, state: FormState) -> Screen:
    """A form that was saved by an older version of the bot: say so, and begin again politely."""
    turn.contact.forms[:] = [f for f in turn.contact.forms if f["id"] != state.id]
    if form is None:
        screen = await turn.show(turn.router.home)
        return screen.with_notice(turn.say("That form is no longer offered. Thank you."))
    known = {name: state.answers[name] for name in state.known if name in state.answers}
    screen = await begin(turn, form, known)
    return screen.with_notice(
        turn.say("This form has been improved since you began, so we start it again. Sorry!")
    )


async def _present(turn: Turn, form: Form, state: FormState, notice: str = "") -> Screen:
    if state.at == REVIEW:
        screen = await _review(turn, form, state)
    else:
        field = form.field(state.at)
        question = await field.ask(turn, state.answers)
        screen = _ask(turn, form, state, field, question)
    return screen.with_notice(notice) if notice else screen


def _ask(turn: Turn, form: Form, state: FormState, field: Field, question: Question) -> Screen:
    state.serial += 1
    state.offered = [option.value for option in question.options]
    _keep(turn, state)
    buttons = [_button(o.label, state, f"o{i}") for i, o in enumerate(question.options)]
    columns = question.columns
    rows = [buttons[i : i + columns] for i in range(0, len(buttons), columns)]
    ways = []
    asked = [f.name for f in _asked(form, state)]
    if state.editing or (state.at in asked and asked.index(state.at) > 0):
        ways.append(_button(turn.say("Back"), state, "back"))
    if field.name in state.answers and not field.collects and not state.editing:
        ways.append(_button(turn.say("Keep my answer"), state, "keep"))
    if field.optional and not state.answers.get(field.name):
        ways.append(_button(turn.say("Skip"), state, "skip"))
    ways.append(_button(turn.say("Cancel"), state, "cancel"))
    return Screen(title=_title(turn, form, state), text=question.text).with_rows(*rows, ways)


def _title(turn: Turn, form: Form, state: FormState) -> str:
    names = [field.name for field in _asked(form, state)]
    title = Phrase(turn.voice.text(form.title))
    if state.editing or state.at not in names or len(names) < 2:
        return title
    step = names.index(state.at) + 1
    return turn.say("{form} ({step} of {steps})", form=title, step=step, steps=len(names))


async def _review(turn: Turn, form: Form, state: FormState) -> Screen:
    state.serial += 1
    state.offered = []
    _keep(turn, state)
    shown = []
    for field in form.applicable(state.answers):
        if field.name in state.known or not field.reviewed:
            continue
        value = state.answers.get(field.name)
        text = await field.show(turn, state.answers, value) if value not in (None, []) else "—"
        label = Phrase(turn.voice.text(field.label))
        short = Phrase(shorten(text, REVIEW_CHARACTERS))
        shown.append(turn.say("{label}: {value}", label=label, value=short))
    intro = turn.say("Please check before it is sent:")
    screen = Screen(title=turn.voice.text(form.title), text=paragraphs(intro, lines(*shown)))
    return screen.with_rows(
        [_button(turn.voice.text(form.send), state, "send")],
        [_button(turn.say("Edit"), state, "edit"), _button(turn.say("Cancel"), state, "cancel")],
    )


def _asked(form: Form, state: FormState) -> list[Field]:
    """Fields that the person is asked themselves, in their order. One that a preset is expected
    to answer counts only once it turns out to be asked after all."""

    def is_filled(field: Field) -> bool:
        unasked = field.name in state.filled or field.name not in state.answers
        return field.preset is not None and unasked and field.name != state.at

    return [
        field
        for field in form.applicable(state.answers)
        if field.name not in state.known and not is_filled(field)
    ]


def _button(label: str, state: FormState, word: str) -> Choice:
    return choice(label, ROUTE, state.id, state.serial, word)


def _menu_row(turn: Turn) -> list[Choice]:
    return [choice(turn.say("Main menu"), turn.router.home)]


def _saved(turn: Turn) -> list[FormState]:
    return [FormState.from_json(data) for data in turn.contact.forms]


def _keep(turn: Turn, state: FormState, *, paused: bool | None = None) -> None:
    if paused is not None:
        state.paused = paused
    for i, data in enumerate(turn.contact.forms):
        if data["id"] == state.id:
            turn.contact.forms[i] = state.to_json()


def _has_answers(state: FormState) -> bool:
    return any(name not in state.known for name in state.answers)
