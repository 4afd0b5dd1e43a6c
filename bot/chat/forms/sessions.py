"""The half-filled forms of one conversation: the one being filled in, and those that wait.

They stand in `turn.contact.forms`, the newest last; only the last one can be the current one.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.chat.forms.form import Form, FormState
from bot.chat.screen import Choice, choice
from bot.chat.turn import Turn
from bot.core.i18n import Phrase

ROUTE = "f"
"""Route of every button of a form; its arguments are form id, serial and a word."""

OPEN_FORMS = 5
"""Half-filled forms kept for one person."""


def saved(turn: Turn) -> list[FormState]:
    """All of them, the newest last."""
    return [FormState.from_json(data) for data in turn.contact.forms]


def find(turn: Turn, form_id: str) -> FormState | None:
    return next((state for state in saved(turn) if state.id == form_id), None)


def newest(turn: Turn) -> FormState | None:
    """The one that was filled in last, whether it waits or not."""
    states = saved(turn)
    return states[-1] if states else None


def current(turn: Turn) -> FormState | None:
    """The form that the person is filling in, if any; a paused one does not count."""
    state = newest(turn)
    return state if state and not state.paused else None


def paused(turn: Turn) -> FormState | None:
    """The newest form that waits to be resumed."""
    state = newest(turn)
    return state if state and state.paused else None


def pause(turn: Turn) -> None:
    """The person went elsewhere: their form waits."""
    for state in saved(turn):
        if not state.paused:
            state.paused = True
            keep(turn, state)


def keep(turn: Turn, state: FormState) -> None:
    """Save what became of a form that stands here already."""
    for i, data in enumerate(turn.contact.forms):
        if data["id"] == state.id:
            turn.contact.forms[i] = state.to_json()


def bring_forward(turn: Turn, state: FormState) -> None:
    """Make a form, new or waiting, the current one, and speak as it asks for; every other waits."""
    drop(turn, state.id)
    pause(turn)
    state.paused = False
    turn.contact.forms.append(state.to_json())
    attune(turn)


def drop(turn: Turn, form_id: str) -> None:
    """Take one form away, and no other."""
    turn.contact.forms[:] = [data for data in turn.contact.forms if data["id"] != form_id]


def drop_named(turn: Turn, name: str) -> None:
    """Take away every form of this name, which no longer has a purpose."""
    turn.contact.forms[:] = [data for data in turn.contact.forms if data["form"] != name]


def make_room(turn: Turn) -> FormState | None:
    """Let one form go where more than `OPEN_FORMS` stand, never the newest: the oldest without an
    answer, else the oldest of all. In the second case it is returned, so that the person can be
    told."""
    *waiting, _ = saved(turn)
    if len(waiting) < OPEN_FORMS:
        return None
    empty = next((state for state in waiting if not has_answers(state)), None)
    drop(turn, (empty or waiting[0]).id)
    return None if empty else waiting[0]


def has_answers(state: FormState) -> bool:
    """Whether the person has put something into it; what was known or filled in does not count."""
    own = set(state.answers) - {*state.known, *state.filled}
    return any(state.answers[name] not in (None, []) for name in own)


def known_of(state: FormState) -> Mapping[str, Any]:
    """The answers that were given from the start."""
    return {name: state.answers.get(name) for name in state.known}


def form_named(turn: Turn, name: str) -> Form[Any] | None:
    """The form of this name; None when it is no longer offered."""
    found = turn.router.forms.get(name)
    assert found is None or isinstance(found, Form)
    return found


async def form_of(turn: Turn, state: FormState) -> Form[Any] | None:
    """The form of which this one is half filled, with what a former version saved of it said as it
    is said today; None where it is no longer offered, or has another meaning by now."""
    form = form_named(turn, state.form)
    if form is None or form.version != state.version:
        return None
    if form.renew:
        await form.renew(turn, state)
    return form


def is_reviewed(turn: Turn) -> bool:
    """Whether what is answered now is shown once more before the form is sent."""
    state = current(turn)
    form = form_named(turn, state.form) if state else None
    return form is not None and form.review


def title_of(turn: Turn, state: FormState) -> Phrase:
    """What the form is called; a dash for one that is no longer offered."""
    form = form_named(turn, state.form)
    return Phrase(turn.voice.text(form.title) if form else "—")


def resume_choice(turn: Turn, state: FormState, label: str = "") -> Choice:
    """The button that resumes a waiting form."""
    whole = turn.say("Continue: {form}", form=title_of(turn, state))
    if label:
        return choice(label, ROUTE, state.id, 0, "resume")
    return choice(turn.say("Continue the form"), ROUTE, state.id, 0, "resume", hint=whole)


def leave_choice(turn: Turn, state: FormState) -> Choice:
    """The button that drops this very form; once the form has been resumed, it is an old one."""
    return choice(turn.say("Leave it"), ROUTE, state.id, state.serial, "cancel")


def attune(turn: Turn) -> None:
    """Speak as the person asked for in a form that is still open."""
    for state in saved(turn):
        form = form_named(turn, state.form)
        if form is not None and form.version == state.version:
            speak_as_asked(turn, form, state)


def speak_as_asked(turn: Turn, form: Form[Any], state: FormState) -> None:
    """Speak from now on as the answers to this form ask for."""
    for field in form.fields:
        if field.attune and (value := state.told.of(field)) is not None:
            voice = field.attune(turn.voice, value)
            turn.person = replace(turn.person, voice=voice)
