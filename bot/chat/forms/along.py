"""Answers that came along with another one: an option may answer several questions at once
(`Option.also`), and what it has answered goes with it."""

from collections.abc import Mapping
from typing import Any

from bot.chat.forms.form import FormState

Also = Mapping[str, Any] | None
ALONG = "along"
"""The fields that were answered along with a field, by its name."""
BRINGS = "brings"
"""What the options of the question answer besides, by their number."""


def came_along(state: FormState) -> set[str]:
    """The fields that were answered along with another one."""
    return {name for names in state.asked.get(ALONG, {}).values() for name in names}


def brought_by(state: FormState, number: int) -> Mapping[str, Any]:
    """What an option of the question answers besides, by the field's name, as it is saved."""
    found: Mapping[str, Any] = state.asked.get(BRINGS, {}).get(str(number), {})
    return found


def settle(state: FormState, name: str, also: Also = None) -> None:
    """The field is answered, and `also` along with it: what came along with its former answer is
    asked again, unless it was answered by itself since. The field itself is on its own now."""
    also = also or {}
    along: dict[str, list[str]] = state.asked.pop(ALONG, {})
    for lost in along.pop(name, []):
        state.answers.pop(lost, None)
    alone = {name, *also}
    bound = {of: [each for each in names if each not in alone] for of, names in along.items()}
    bound[name] = list(also)
    state.answers |= also
    state.filled = [each for each in state.filled if each not in also]
    if bound := {of: names for of, names in bound.items() if names}:
        state.asked[ALONG] = bound
