"""The steps of every form, counted on every way that somebody can take through it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any

import pytest

from bot.app import build_router
from bot.chat.forms.drawing import asked_fields, step_of
from bot.chat.forms.form import Condition, Form, FormState

FORMS = build_router().forms
WAYS = 1024
"""Ways that are taken through one form, at most."""


def _met(on: bool | None) -> Condition | None:
    return None if on is None else lambda answers: bool(on)


def ways_through(form: Form[Any]) -> Iterator[Form[Any]]:
    """The form with each of its conditions met or not."""
    unsure = [each.name for each in form.fields if each.when]
    for met in islice(product((True, False), repeat=len(unsure)), WAYS):
        here = dict(zip(unsure, met, strict=True))
        fields = (replace(each, when=_met(here.get(each.name))) for each in form.fields)
        yield replace(form, fields=tuple(fields))


def walked(form: Form[Any], known: frozenset[str]) -> list[tuple[int, int]]:
    """The steps that are shown, where what is `known` answers itself."""
    state = FormState(form.name, form.version, "f", known=[each.name for each in form.known])
    shown = []
    for field in form.fields:
        if not field.applies(state.told) or field.name in state.known or field.unasked:
            continue
        state.answers[field.name] = None
        if field.name in known:
            state.filled.append(field.name)
            continue
        del state.answers[field.name]
        state.at = field.name
        shown.append(step_of(form, state, [each.name for each in asked_fields(form, state)]))
        state.answers[field.name] = None
    return shown


@pytest.mark.parametrize("name", sorted(FORMS))
def test_the_number_of_steps_never_grows_and_the_step_never_goes_back(name: str) -> None:
    for form in ways_through(FORMS[name]):
        preset = [each.name for each in form.fields if each.preset or each.along]
        for met in islice(product((True, False), repeat=len(preset)), WAYS):
            known = frozenset(name for name, on in zip(preset, met, strict=True) if on)
            shown = walked(form, known)
            assert len({steps for _, steps in shown}) <= 1, (known, shown)
            assert shown == sorted(shown), (known, shown)
            assert all(1 <= step <= steps for step, steps in shown), (known, shown)
