"""Runs forms: the next question, back, skip, cancel, review and edit, resume, stale buttons.

It works on saved state only, and returns the next screen; what it changed stands in
`turn.contact.forms`, which the dialogue saves in the same transaction.
"""

import secrets
from collections.abc import Mapping
from typing import Any, assert_never

from bot.arabic import courtesy
from bot.chat import spoken
from bot.chat.forms import answered, ending, sessions
from bot.chat.forms.along import Also, brought_by, settle
from bot.chat.forms.answers import Answers, picks_name
from bot.chat.forms.drafts import draft_of, sent_answers
from bot.chat.forms.drawing import (
    asked_fields,
    buttons_of,
    draw_edits,
    draw_page,
    draw_question,
)
from bot.chat.forms.form import REVIEW, TOLD, Field, Form, FormState
from bot.chat.forms.needless import LEAP, answered_in_review, passed_over
from bot.chat.forms.reading import (
    Accepted,
    AskAgain,
    Collected,
    ContentWanted,
    Given,
    NotAccepted,
    Picking,
    Reading,
    Told,
)
from bot.chat.forms.sessions import (
    current,
    form_named,
    form_of,
    has_answers,
    known_of,
    speak_as_asked,
)
from bot.chat.forms.steps import first_open, forget_filled, forget_picks, present
from bot.chat.screen import Screen, paragraphs
from bot.chat.turn import Turn
from bot.core.errors import Refused
from bot.core.text import shorten

HELD = "held"
"""The word of the button that says that held words are the answer."""


async def begin(turn: Turn, form: Form[Any], known: dict[str, Any]) -> Screen:
    """Start the form, or resume the same one about the same thing. Where another unfinished form
    with answers has to give way, the screen says so.

    :raises Refused: from the form's `permit`.
    """
    if form.permit:
        await form.permit(turn, Answers(known))
    for saved in sessions.saved(turn):
        if saved.form == form.name and saved.version == form.version and known_of(saved) == known:
            await form_of(turn, saved)
            sessions.bring_forward(turn, saved)
            resumed = saved.at != "" and has_answers(saved)
            notice = _welcome_back(turn) if resumed else ""
            return await _continue(turn, form, saved, notice)
    number = secrets.token_hex(3)
    state = FormState(form.name, form.version, number, answers=dict(known), known=sorted(known))
    sessions.bring_forward(turn, state)
    lost = sessions.make_room(turn)
    screen = await _go_on(turn, form, state)
    return screen.with_notice(_displaced(turn, lost)) if lost else screen


def _welcome_back(turn: Turn) -> str:
    return turn.say("Welcome back: we go on where you stopped.")


def _displaced(turn: Turn, lost: FormState) -> str:
    form = form_named(turn, lost.form)
    if form is None:
        return turn.say("That form is no longer offered. Thank you.")
    return turn.say(
        "Many unfinished forms were waiting, so the oldest had to give way: {form}. You can begin"
        " it again at any time.",
        form=turn.voice.text(form.title),
    )


async def resume(turn: Turn, form_id: str, notice: str = "") -> Screen:
    """Resume a waiting form. One that is gone says so and shows the menu; one that is no longer
    permitted ends with the reason."""
    state = sessions.find(turn, form_id)
    if state is None:
        said = turn.say("This form has ended already.")
        return (await turn.show(turn.router.home)).with_result(said)
    form = await form_of(turn, state)
    sessions.bring_forward(turn, state)
    if form is None:
        return await _start_over(turn, state)
    if ended := await ending.ended_by_permit(turn, form, state, before=notice):
        return ended
    return await _continue(turn, form, state, notice)


async def _continue(turn: Turn, form: Form[Any], state: FormState, notice: str) -> Screen:
    """Where the form stands, with what was filled in as it is now."""
    forget_filled(state)
    is_open = await first_open(turn, form, state) is not None
    applies = state.at != REVIEW and form.field(state.at).applies(state.told)
    if applies and not (is_open and state.editing):
        return await present(turn, form, state, notice)
    state.editing = False
    if state.at == REVIEW and not is_open:
        # Also one of a form that has no review any more: nothing is sent by coming back to it.
        return await present(turn, form, state, notice)
    screen = await _go_on(turn, form, state)
    return screen.with_notice(notice) if notice else screen


def cancel(turn: Turn) -> bool:
    """Drop the newest form, being filled in or waiting. False: there was none."""
    if not turn.contact.forms:
        return False
    turn.contact.forms.pop()
    return True


async def answer(turn: Turn, given: Given) -> Screen | ContentWanted:
    """Take what the person typed or sent as the answer to the current question. `ContentWanted`:
    nothing was taken, and what was given is to come again with its content."""
    state = current(turn)
    assert state is not None
    form = await form_of(turn, state)
    if form is None:
        return await _start_over(turn, state)
    if pressed := await _as_pressed(turn, form, state, given):
        return pressed
    added = await answered_in_review(turn, form, state, given)
    if state.at == REVIEW and added is None:
        notice = turn.say("Please check the card below, then press a button.")
        return await present(turn, form, state, notice)
    typed = "" if given.chosen else given.text
    if ended := await ending.ended_by_permit(turn, form, state, typed):
        return ended
    if added is not None:
        state.at, state.editing, given = added.name, True, given.at_review()
    return await take(turn, form, state, given)


async def _as_pressed(turn: Turn, form: Form[Any], state: FormState, given: Given) -> Screen | None:
    """What the button does whose own words were typed. The word of a step that is not offered here
    is told, as it is no answer; None for whatever else may be one."""
    if given.file or given.chosen or not 0 < len(given.text) <= spoken.LONGEST:
        return None
    word = spoken.key(given.text)
    buttons = buttons_of(turn, form, state)
    step = spoken.step_word(word)
    does = spoken.button_word(word, buttons)
    sends = turn.voice.text(form.send)
    if not does and step in buttons and spoken.means_step(step, buttons[step], sends):
        does = step
    if not does and courtesy.is_yes(word) and state.at == REVIEW:
        does = "send"
    if not does and state.at == REVIEW and word == spoken.key(buttons["edit"]).split(" ")[0]:
        does = "edit"
    if not does and courtesy.is_no(word) and "skip" in buttons:
        does = "skip"
    if does:
        return await press(turn, state.id, str(state.serial), does)
    if state.at != REVIEW and (step or (courtesy.is_yes(word) and not state.offered)):
        notice = turn.say("“{word}” is not taken as an answer.", word=shorten(given.text, 20))
        return await present(turn, form, state, notice)
    return None


async def press(turn: Turn, form_id: str, serial: str, word: str) -> Screen:
    """A button of a form. One of an earlier question shows where the form stands now; what any of
    them cancels is its own form."""
    if word == "resume":
        return await resume(turn, form_id)
    state = sessions.find(turn, form_id)
    if state is None:
        # Of two presses on the last button the first has put its result into this message.
        return Screen().with_toast(turn.say("This form has ended already."))
    if word == "cancel" and serial == str(state.serial):
        sessions.drop(turn, state.id)
        return ending.after(turn, Screen(text=turn.say("Cancelled. Nothing was saved.")))
    form = await form_of(turn, state)
    if form is None:
        return await resume(turn, form_id)
    if state.paused and serial != str(state.serial):
        # The question may stand there as it did: without a word the press would seem lost.
        return await resume(turn, form_id, _welcome_back(turn))
    if state.paused:
        sessions.bring_forward(turn, state)
    if ended := await ending.ended_by_permit(turn, form, state):
        return ended
    if word == "again":
        return await present(turn, form, state, anew=False)
    if word == "edits" and state.at == REVIEW:
        return draw_edits(turn, form, state, anew=False)
    if serial != str(state.serial):
        # The same question stands elsewhere as well, and is answered there as before.
        screen = await present(turn, form, state, anew=False)
        return screen.with_result(turn.say("That button belongs to an earlier question."))
    return await _follow(turn, form, state, word)


async def _follow(turn: Turn, form: Form[Any], state: FormState, word: str) -> Screen:
    if word == "back":
        return await _back(turn, form, state)
    if word == HELD and state.at != REVIEW and (text := state.asked.pop("held", "")):
        screen = await take(turn, form, state, Given(text=text))
        assert isinstance(screen, Screen)  # no file came with the words
        return screen
    if word == "send" and state.at == REVIEW:
        return await _finish(turn, form, state)
    if word == "edit" and state.at == REVIEW:
        return draw_edits(turn, form, state)
    if word.startswith("e") and state.at == REVIEW:
        return await _edit(turn, form, state, form.fields[int(word[1:])])
    if word == "keep" and state.at in state.answers:
        state.editing = False
        forget_picks(state)
        return await _go_on(turn, form, state)
    if word == "skip" and state.at != REVIEW and form.field(state.at).optional:
        return await _store(turn, form, state, None)
    if word == LEAP and state.at != REVIEW and (passed := passed_over(form, state)):
        state.answers |= {field.name: None for field in passed}
        return await _store(turn, form, state, None)
    if word.startswith("o") and state.at != REVIEW:
        number = int(word[1:])
        given = Given(chosen=True, value=state.offered[number], also=brought_by(state, number))
        screen = await take(turn, form, state, given)
        assert isinstance(screen, Screen)  # no file came with the press
        return screen
    if word.startswith("p") and "text" in state.asked:
        return draw_page(turn, form, state, form.field(state.at), int(word[1:]))
    return await present(turn, form, state)


async def take(
    turn: Turn, form: Form[Any], state: FormState, given: Given
) -> Screen | ContentWanted:
    """Take something as the answer to the question at which the form stands."""
    field = form.field(state.at)
    if not field.collects:
        answered.note(turn.incoming, state)
    match await field.read(turn, state.told, given):
        case Accepted(value, notice, echo):
            screen = await _store(turn, form, state, field.dump(value), given.also)
            notice = paragraphs(notice, "" if state.at == REVIEW else echo)
            return screen.with_notice(notice) if notice else screen
        case NotAccepted(text):
            return await present(turn, form, state, text)
        case AskAgain(question):
            return draw_question(turn, form, state, field, question)
        case Collected(value, notice, question):
            state.filled = [name for name in state.filled if name != field.name]
            state.answers[field.name] = field.dump(value)
            if question is None:
                return await present(turn, form, state, notice)
            screen = draw_question(turn, form, state, field, question)
            return screen.with_notice(notice) if notice else screen
        case Told(parts):
            return await _take_parts(turn, form, state, parts)
        case Picking(picks):
            state.answers[picks_name(field.name)] = picks
            return await present(turn, form, state)
        case ContentWanted() as wanted:
            return wanted
        case never:
            assert_never(never)


async def _store(
    turn: Turn, form: Form[Any], state: FormState, saved: Any, also: Also = None
) -> Screen:
    # What followed from the old answers is worked out again, unless the person set it.
    state.filled = [name for name in state.filled if name != state.at]
    forget_filled(state)
    forget_picks(state)
    state.answers[state.at] = saved
    settle(state, state.at, also)
    state.editing = False
    speak_as_asked(turn, form, state)
    return await _go_on(turn, form, state)


async def _take_parts(
    turn: Turn, form: Form[Any], state: FormState, parts: Mapping[str, str]
) -> Screen:
    """What one text says to several questions; the first of those that could not take it is asked
    with what it says to that."""
    forget_filled(state)
    state.editing = False
    said: list[str] = []
    open_: list[tuple[str, Reading[Any]]] = []
    for name, text in parts.items():
        reading = await form.field(name).read(turn, state.told, Given(text=text, part=True))
        state.filled = [each for each in state.filled if each != name]
        settle(state, name)
        if isinstance(reading, Accepted):
            state.answers[name] = form.field(name).dump(reading.value)
            said.append(reading.notice)
        else:
            state.answers.pop(name, None)
            open_.append((name, reading))
    state.asked[TOLD] = [name for name, _ in open_]
    speak_as_asked(turn, form, state)
    notice = paragraphs(*said)
    if not open_:
        screen = await _go_on(turn, form, state)
        return screen.with_notice(notice) if notice else screen
    state.at, reading = open_[0]
    if isinstance(reading, AskAgain):
        screen = draw_question(turn, form, state, form.field(state.at), reading.question)
    else:
        refused = reading.text if isinstance(reading, NotAccepted) else ""
        screen = await present(turn, form, state, refused)
    return screen.with_notice(notice) if notice else screen


async def tell(turn: Turn, form: Form[Any], known: dict[str, Any], text: str) -> Screen:
    """Begin the form with a text for all of it, which its first question reads; where the same one
    stands half filled, the text is given to that.

    :raises Refused: from the form's `permit`.
    """
    await begin(turn, form, known)
    state = current(turn)
    assert state is not None
    state.at, state.editing = form.fields[0].name, False
    screen = await take(turn, form, state, Given(text=text))
    assert isinstance(screen, Screen)  # no file came with the text
    return screen


async def _go_on(turn: Turn, form: Form[Any], state: FormState) -> Screen:
    """Go to the first question without an answer; then to the review, or to the end."""
    field = await first_open(turn, form, state)
    state.at = field.name if field else REVIEW
    if field is None and not form.review:
        return await _finish(turn, form, state)
    return await present(turn, form, state)


async def _finish(turn: Turn, form: Form[Any], state: FormState) -> Screen:
    for field in form.applicable(state.told):
        if state.answers.get(field.name) and not await field.is_settled(turn, state.told):
            return await _edit(turn, form, state, field)
    draft = draft_of(form, sent_answers(form, state))
    # The form is taken away first: when the action refuses, the whole turn is rolled back and
    # the form stands where it was.
    sessions.drop(turn, state.id)
    screen = await form.finish(turn, draft)
    if turn.made:
        answered.keep(turn, state, turn.made)
    return ending.after(turn, screen)


async def _back(turn: Turn, form: Form[Any], state: FormState) -> Screen:
    forget_picks(state)
    if state.editing:
        state.editing = False
        state.at = REVIEW
        return await present(turn, form, state)
    names = [field.name for field in asked_fields(form, state)]
    position = names.index(state.at) if state.at in names else len(names)
    if position > 0:
        # Answers stay: the person may keep the one they came back to.
        state.at = names[position - 1]
    return await present(turn, form, state)


async def _edit(turn: Turn, form: Form[Any], state: FormState, field: Field[Any]) -> Screen:
    state.at = field.name
    state.editing = True
    return await present(turn, form, state)


async def _start_over(turn: Turn, state: FormState) -> Screen:
    """A form that was saved by an older version of the bot: say so, and begin again politely."""
    form = form_named(turn, state.form)
    sessions.drop(turn, state.id)
    if form is None:
        gone = turn.say("That form is no longer offered. Thank you.")
        return (await turn.show(turn.router.home)).with_notice(gone)
    known = {name: state.answers[name] for name in state.known if name in state.answers}
    try:
        screen = await begin(turn, form, known)
    except Refused as refusal:
        return ending.end(turn, form, state, refusal.text)
    return screen.with_notice(
        turn.say("This form has been improved since you began, so we start it again. Sorry!")
    )
