"""How a form is drawn: a question with its buttons, the review, the answers to edit.

Drawing counts the question (`serial`) and saves the form, so that buttons of earlier screens are
known as such.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.chat.forms.along import ALONG, BRINGS, came_along
from bot.chat.forms.drafts import draft_of, sent_answers
from bot.chat.forms.form import NOTED, REVIEW, TOLD, Field, Form, FormState
from bot.chat.forms.needless import LEAP, next_asked, passed_over
from bot.chat.forms.reading import Question
from bot.chat.forms.sessions import ROUTE, keep
from bot.chat.lists import Page
from bot.chat.screen import Choice, Listing, Screen, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.core.text import isolate, shorten, strong

REVIEW_CHARACTERS = 300
REVIEW_TITLE = 80
EDITS_AT_ONCE = 14
"""Buttons of a review, where each answer has its own; of a longer form they stand on a page."""
QUESTIONS_KEPT = 40
"""Questions of a form to which a reply is known as one."""


def draw_question(
    turn: Turn,
    form: Form[Any],
    state: FormState,
    field: Field[Any],
    question: Question,
    *,
    anew: bool = True,
) -> Screen:
    """A question with its options, and the buttons that lead on from it. Options for which the
    channel has no room in one message stand on pages. Where it is not asked `anew`, and offers what
    it did, its buttons are those of the last time."""
    offered = [option.value for option in question.options]
    if anew or offered != state.offered:
        state.serial += 1
    state.offered = offered
    asked = [each.name for each in asked_fields(form, state)]
    below = _choices_below(turn, form, state, field, asked)
    labels = [option.label for option in question.options]
    is_long = len(labels) + len(below) > turn.traits.choices
    state.questions[str(state.serial)] = field.name
    kept = {name: _newest(state.noted(name)) for name in NOTED}
    brief = {TOLD: state.asked[TOLD]} if state.is_brief else {}
    along = {ALONG: state.asked[ALONG]} if state.asked.get(ALONG) else {}
    state.asked = {**kept, **brief, **along, "labels": labels}
    if any(option.also for option in question.options):
        brings = {str(n): dict(each.also) for n, each in enumerate(question.options) if each.also}
        state.asked[BRINGS] = brings
    if any(option.hint for option in question.options):
        state.asked["hints"] = [option.hint for option in question.options]
    if is_long:
        state.asked["text"] = question.text
    keep(turn, state)
    title = _title(turn, form, state, asked)
    if is_long:
        screen = _draw_page(turn, state, title, below, 0)
        return replace(screen, attachment=question.attachment)
    options = tuple(
        [
            replace(
                _button(option.label, state, f"o{number}", primary=option.primary),
                hint=option.hint,
            )
            for number, option in enumerate(question.options)
        ]
    )
    return Screen(
        title=title,
        text=question.text,
        actions=below,
        listing=Listing(options) if options else None,
        attachment=question.attachment,
        again=_again(state),
    )


def _newest(noted: dict[str, str]) -> dict[str, str]:
    return dict(list(noted.items())[-QUESTIONS_KEPT:])


def draw_page(
    turn: Turn, form: Form[Any], state: FormState, field: Field[Any], number: int
) -> Screen:
    """Another page of the options of the question that was asked last. It is the same question, so
    what stands on the other pages is pressed there as before."""
    keep(turn, state)
    asked = [each.name for each in asked_fields(form, state)]
    below = _choices_below(turn, form, state, field, asked)
    return _draw_page(turn, state, _title(turn, form, state, asked), below, number)


def _draw_page(
    turn: Turn, state: FormState, title: str, below: tuple[Choice, ...], number: int
) -> Screen:
    hints = state.asked.get("hints") or [""] * len(state.asked["labels"])
    options = [
        replace(_button(label, state, f"o{i}"), hint=hint)
        for i, (label, hint) in enumerate(zip(state.asked["labels"], hints, strict=True))
    ]
    room = turn.traits.choices - len(below)
    page = Page(number, len(options) if len(options) <= room else max(1, room - 2))
    earlier = _button(turn.say("Previous page"), state, f"p{number - 1}")
    later = _button(turn.say("Next page"), state, f"p{number + 1}")
    screen = Screen(title=title, text=state.asked["text"], actions=below, again=_again(state))
    return screen.with_list(
        page.of(options),
        earlier if number else None,
        later if page.precedes(len(options)) else None,
    )


def _choices_below(
    turn: Turn, form: Form[Any], state: FormState, field: Field[Any], asked: Sequence[str]
) -> tuple[Choice, ...]:
    choices = []
    if state.editing or (state.at in asked and asked.index(state.at) > 0):
        choices.append(_button(turn.say("Back"), state, "back"))
    if field.name in state.answers and not field.collects and not state.editing:
        choices.append(_button(turn.say("Keep my answer"), state, "keep"))
    if field.optional and not state.answers.get(field.name):
        choices.append(_button(turn.say("Skip"), state, "skip"))
    elif field.optional and not field.collects:
        choices.append(_button(turn.say("Remove"), state, "skip"))
    if len(passed_over(form, state)) > 1:
        choices.append(_button(_passing(turn, form, state), state, LEAP))
    choices.append(_button(turn.voice.text(form.leave), state, "cancel"))
    return tuple(choices)


def _passing(turn: Turn, form: Form[Any], state: FormState) -> str:
    """The label of the button that leaves out all that is passed over: where it leads."""
    if follows := next_asked(form, state):
        return turn.say("Go on to: {label}", label=Phrase(turn.voice.text(follows.label)))
    return turn.say("Go on to the review")


def _title(turn: Turn, form: Form[Any], state: FormState, asked: Sequence[str]) -> str:
    title = Phrase(turn.voice.text(form.title))
    if state.editing or state.is_brief or state.at not in asked:
        return title
    step, steps = step_of(form, state, asked)
    if steps < 2:
        return title
    return turn.say("{form} ({step} of {steps})", form=title, step=step, steps=steps)


def step_of(form: Form[Any], state: FormState, asked: Sequence[str]) -> tuple[int, int]:
    """At which step of how many the form stands, of those it is `asked`. Whether a step is asked
    does not depend on what is said on the way: a number of steps that grew would promise an end
    that moves away. What is asked besides belongs to the step before."""
    sure = [
        each.name
        for each in form.fields
        if each.name == asked[0] or (each.name not in state.known and each.is_sure)
    ]
    order = [each.name for each in form.fields]
    step = sum(order.index(name) <= order.index(state.at) for name in sure)
    return max(1, step), len(sure)


async def draw_review(
    turn: Turn, form: Form[Any], state: FormState, *, anew: bool = True
) -> Screen:
    """All answers, to be sent or corrected."""
    state.serial += anew
    state.offered = []
    draft = draft_of(form, sent_answers(form, state))
    if form.sends:
        state.asked["send"] = await form.sends(turn, draft)
    keep(turn, state)
    shown = []
    for field in _shown(form, state):
        saved = state.answers.get(field.name)
        skipped = saved in (None, [])
        # Of an edit it is told what was emptied; what was skipped needs no word.
        if skipped and not form.changes_only:
            continue
        text = "—" if skipped else await field.show(turn, state.told, field.load(saved))
        label = turn.voice.text(field.label)
        short = Phrase(shorten(text, REVIEW_CHARACTERS))
        # «Stage: primary stage» says a word twice.
        said_already = short.startswith(f"{label} ")
        said = turn.say("{label}: {value}", label=Phrase(strong(label)), value=short)
        shown.append(short if said_already else said)
    about = await form.about(turn, draft) if form.about else ""
    intro = turn.say("Please check before it is sent:")
    text = paragraphs(about, intro, lines(*shown), *await _waiting(turn, form, state))
    screen = Screen(title=_review_title(turn, form, state), text=text, again=_again(state))
    send = replace(_button(_sends(turn, form, state), state, "send"), primary=True)
    leave = _button(turn.voice.text(form.leave), state, "cancel")
    edits = _edits(turn, form, state)
    if len(edits) + 2 > min(turn.traits.choices, EDITS_AT_ONCE):
        return screen.with_actions(send, _button(turn.say("Edit"), state, "edit"), leave)
    return screen.with_list(edits).with_actions(send, leave)


def _shown(form: Form[Any], state: FormState) -> list[Field[Any]]:
    """What the review shows, and lets be changed."""
    fields = form.applicable(state.told)
    return [each for each in fields if each.name not in state.known and each.reviewed]


async def _waiting(turn: Turn, form: Form[Any], state: FormState) -> list[str]:
    """What is asked by the review itself, of what nobody has been asked before."""
    waiting = [f for f in _shown(form, state) if f.unasked and not state.answers.get(f.name)]
    return [(await field.ask(turn, state.told)).text for field in waiting]


def _review_title(turn: Turn, form: Form[Any], state: FormState) -> str:
    name = state.answers.get(form.named_by) or turn.voice.text(form.title)
    shown = Phrase(isolate(shorten(str(name), REVIEW_TITLE)))
    return turn.voice.text(form.reviews, name=shown)


def _edits(turn: Turn, form: Form[Any], state: FormState) -> list[Choice]:
    """For each answer the button that changes it; what was skipped can be given after all."""
    edits = []
    for field in _shown(form, state):
        label = Phrase(turn.voice.text(field.label))
        is_given = state.answers.get(field.name) not in (None, [])
        text = (
            turn.say("✏️ {label}", label=label) if is_given else turn.say("➕ {label}", label=label)
        )
        edits.append(_button(text, state, f"e{form.fields.index(field)}"))
    return edits


def _sends(turn: Turn, form: Form[Any], state: FormState) -> str:
    said: str = state.asked.get("send", "") if form.sends else ""
    return said or turn.voice.text(form.send)


def buttons_of(turn: Turn, form: Form[Any], state: FormState) -> dict[str, str]:
    """The labels of the buttons of the question, or the review, that was asked last, by what they
    do."""
    if state.at == REVIEW:
        edits = [f"e{form.fields.index(field)}" for field in _shown(form, state)]
        named = [turn.voice.text(field.label) for field in _shown(form, state)]
        return {
            "send": _sends(turn, form, state),
            "edit": turn.say("Edit"),
            "cancel": turn.voice.text(form.leave),
            **dict(zip(edits, named, strict=True)),
        }
    labels = {f"o{number}": label for number, label in enumerate(state.asked.get("labels", ()))}
    asked = [each.name for each in asked_fields(form, state)]
    below = _choices_below(turn, form, state, form.field(state.at), asked)
    return labels | {each.args[2]: each.label for each in below}


def draw_edits(turn: Turn, form: Form[Any], state: FormState, *, anew: bool = True) -> Screen:
    """Which answer to change."""
    state.serial += anew
    keep(turn, state)
    fields = _edits(turn, form, state)
    text = turn.say("Which answer would you like to change?")
    again = _button("", state, "edits")
    screen = Screen(title=turn.voice.text(form.title), text=text, again=again)
    return screen.with_list(fields).with_actions(_button(turn.say("Back"), state, "review"))


def asked_fields(form: Form[Any], state: FormState) -> list[Field[Any]]:
    """Fields that the person is asked themselves, in their order. One that a preset is expected
    to answer counts only once it turns out to be asked after all."""

    def is_filled(field: Field[Any]) -> bool:
        expected = field.preset is not None or field.along or field.unasked
        unasked = expected and field.name not in state.answers
        known = field.name in state.filled or field.name in came_along(state)
        return (unasked or known) and field.name != state.at

    return [
        field
        for field in form.applicable(state.told)
        if field.name not in state.known and not is_filled(field)
    ]


def _button(label: str, state: FormState, word: str, *, primary: bool = False) -> Choice:
    return Choice(label, ROUTE, (state.id, str(state.serial), word), primary=primary)


def _again(state: FormState) -> Choice:
    """Draws anew where the form stands."""
    return _button("", state, "again")
