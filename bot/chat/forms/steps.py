"""Where a form stands: the first question without an answer, what was filled in by itself, and the
screen of it.
"""

from typing import Any

from bot.chat.forms.answers import picks_name
from bot.chat.forms.drawing import draw_question, draw_review
from bot.chat.forms.form import REVIEW, TOLD, Field, Form, FormState
from bot.chat.screen import Screen
from bot.chat.turn import Turn


async def first_open(turn: Turn, form: Form[Any], state: FormState) -> Field[Any] | None:
    """The first question without an answer, after those that answer themselves."""
    for field in form.fields:
        if field.name in state.answers or not field.applies(state.told):
            continue
        if field.unasked:
            state.answers[field.name] = None
            state.filled.append(field.name)
            continue
        value = await field.preset(turn, state.told) if field.preset else None
        defaults = state.is_brief and field.name not in state.asked[TOLD]
        if value is None and defaults and field.default:
            value = await field.default(turn, state.told)
        if value is None and not (defaults and field.optional):
            return field
        state.answers[field.name] = None if value is None else field.dump(value)
        if field.name not in state.filled:
            state.filled.append(field.name)
    return None


def forget_filled(state: FormState) -> None:
    """Drop what nobody said, to be worked out anew."""
    for name in state.filled:
        state.answers.pop(name, None)


def forget_picks(state: FormState) -> None:
    """Drop what was picked of a set that is not whole yet."""
    state.answers.pop(picks_name(state.at), None)


async def present(
    turn: Turn, form: Form[Any], state: FormState, notice: str = "", *, anew: bool = True
) -> Screen:
    """Where the form stands. Unless it is drawn `anew`, the buttons of the same question that stand
    elsewhere stay good."""
    if state.at == REVIEW:
        screen = await draw_review(turn, form, state, anew=anew)
    else:
        field = form.field(state.at)
        question = await field.ask(turn, state.told)
        screen = draw_question(turn, form, state, field, question, anew=anew)
    return screen.with_notice(notice) if notice else screen
