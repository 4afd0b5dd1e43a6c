"""Answers to questions that were asked before: a reply to one, a message that was written anew,
words that came while the form waited."""

from typing import Any

from bot.chat.forms import answered, ending, engine, sessions, steps
from bot.chat.forms.form import REVIEW, Form, FormState
from bot.chat.forms.reading import ContentWanted, Given
from bot.chat.forms.sessions import form_named, form_of
from bot.chat.screen import Choice, Screen, choice
from bot.chat.turn import Turn


async def answer(
    turn: Turn, form_id: str, serial: str, given: Given
) -> Screen | ContentWanted | None:
    """Take the reply to a question, whichever it is; the form goes on where it stood. None: the
    form has ended, or nobody knows the question any more."""
    state = sessions.find(turn, form_id)
    form = await form_of(turn, state) if state else None
    if state is None or form is None:
        return None
    sessions.bring_forward(turn, state)
    if serial == str(state.serial):
        return await engine.answer(turn, given)
    name = state.questions.get(serial, "")
    if name not in state.answers:
        return await engine.answer(turn, given) if name == state.at else None
    return await _take_again(turn, form, state, name, given)


async def change(turn: Turn, message: str, text: str) -> Screen | ContentWanted | None:
    """Take the new wording of a message as the answer that the message was; of a form that was sent
    offer to correct what it has made. An empty screen: the message reads as it did. None: it was
    the answer to no form that is known."""
    for state in sessions.saved(turn):
        form = await form_of(turn, state)
        name = state.said.get(message, "")
        if form is None:
            continue
        if name and (name in state.answers or name == state.at):
            if answered.is_unchanged(state, message, text):
                return Screen()
            sessions.bring_forward(turn, state)
            return await _take_again(turn, form, state, name, Given(text=text))
    return await _correct(turn, message, text)


async def _correct(turn: Turn, message: str, text: str) -> Screen | ContentWanted | None:
    """Fill in the form that corrects what was sent, up to its last button. A form that is open
    stays where it is, and the other one waits behind it.

    :raises Refused: what was sent can no longer be changed.
    """
    found = answered.sent_answer(turn, message)
    if found is None or found.reads(text):
        return None if found is None else Screen()
    busy = sessions.current(turn)
    correction = found.made.corrections.get(found.field)
    if correction is None:
        said = turn.say("What you edited was sent already, and this part of it stays as it is.")
        if busy:
            return await engine.resume(turn, busy.id, said)
        return (await turn.show(*found.made.page)).with_notice(said)
    name, known = correction
    await turn.begin(name, **known)
    state = sessions.current(turn)
    form = form_named(turn, name)
    assert state is not None
    assert form is not None
    answered.note_correction(turn, message, text)
    label = turn.voice.text(form.field(found.field).label)
    said = turn.say("You edited what was sent already: {label}.", label=label)
    state.at, state.editing = found.field, state.at == REVIEW
    screen = await engine.take(turn, form, state, Given(text=text))
    sessions.keep(turn, state)
    if not isinstance(screen, Screen):
        return screen
    if busy is None or busy.id == state.id:
        return screen.with_notice(said)
    sessions.bring_forward(turn, busy)
    shown = await engine.resume(turn, busy.id, said)
    waiting = turn.say("Correct it")
    return shown.with_actions(sessions.resume_choice(turn, state, waiting))


async def _take_again(
    turn: Turn, form: Form[Any], state: FormState, name: str, given: Given
) -> Screen | ContentWanted:
    if ended := await ending.ended_by_permit(turn, form, state, given.text):
        return ended
    state.at, state.editing = name, False
    steps.forget_picks(state)
    taken = await engine.take(turn, form, state, given)
    if isinstance(taken, Screen) and state.at != name:
        label = turn.voice.text(form.field(name).label)
        return taken.with_notice(turn.say("Changed: {label}.", label=label))
    return taken


def hold(turn: Turn, state: FormState, text: str) -> Choice | None:
    """Keep words that may be the answer to a form that waits; the button that says they are."""
    if state.at in ("", REVIEW):
        return None
    state.asked["held"] = text
    sessions.keep(turn, state)
    whole = turn.say("It answers: {form}", form=sessions.title_of(turn, state))
    label = turn.say("It is my answer")
    return choice(label, sessions.ROUTE, state.id, state.serial, engine.HELD, hint=whole)
