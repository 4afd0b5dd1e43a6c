"""From saved answers to the draft that a form names: a frozen dataclass, by the fields' names.

An attribute without an answer, because the question was skipped or did not apply, has its default.
In the draft of an edit (`changes_only`) an attribute is `UNCHANGED` for what the person left alone,
and None for what they emptied.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from dataclasses import Field as Attribute
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.chat.forms.answers import Known, Source
from bot.chat.forms.form import Field, Form, FormState
from bot.core.changes import UNCHANGED, Unchanged

D = TypeVar("D")


def sent_answers(form: Form[Any], state: FormState) -> dict[str, Any]:
    """The saved answers that count: of questions that apply and of what was known; where only
    changes are sent, without what was filled in."""
    sent = {field.name for field in form.applicable(state.told)} | set(state.known)
    if form.changes_only:
        sent -= set(state.filled)
    return {name: data for name, data in state.answers.items() if name in sent}


def draft_of(form: Form[D], answers: Mapping[str, Any]) -> D:
    """The draft that these saved answers make."""
    draft: Any = form.draft
    wanted = {attribute.name for attribute in fields(draft)}
    values: dict[str, Any] = {}
    for name, source in _sources(form).items():
        if name not in wanted or name not in answers:
            continue
        if (data := answers[name]) is not None:
            values[name] = source.load(data)
        elif form.changes_only:
            values[name] = None
    return form.draft(**values)


def check_draft(form: Form[Any]) -> None:
    """That the answers of the form fit its draft, by name and by type.

    :raises ValueError: saying each thing that does not fit.
    """
    if faults := list(_faults(form)):
        raise ValueError(f"form {form.name}: " + "; ".join(faults))


def check_known(form: Form[Any], known: Mapping[str, Any]) -> None:
    """That the form is begun with what it has to know, and with nothing else.

    :raises ValueError:
    """
    asked = {field.name for field in form.fields}
    declared = {source.name for source in form.known}
    needed = {source.name for source in form.known if not source.optional}
    if wrong := (known.keys() - declared - asked) | (needed - known.keys()):
        raise ValueError(f"form {form.name} is begun with the wrong names: {sorted(wrong)}")


def _sources(form: Form[Any]) -> dict[str, Source[Any]]:
    known: dict[str, Source[Any]] = {source.name: source for source in form.known}
    return known | {field.name: field for field in form.fields}


def _faults(form: Form[Any]) -> Iterator[str]:
    draft = form.draft
    if not is_dataclass(draft) or not draft.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        yield f"{draft.__name__} is no frozen dataclass"
        return
    sources = _sources(form)
    if len(sources) < len(form.fields) + len(form.known):
        yield "two answers have one name"
    hints = get_type_hints(draft)
    attributes = {attribute.name: attribute for attribute in fields(draft)}
    for name, attribute in attributes.items():
        if name in sources:
            yield from _misfits(form, sources[name], hints[name], _default(attribute))
        elif _default(attribute) is MISSING:
            yield f"nothing answers {name}"
    # What is known may be there for the questions alone.
    yield from (
        f"{draft.__name__} has no {f.name}" for f in form.fields if f.name not in attributes
    )


def _misfits(form: Form[Any], source: Source[Any], hint: Any, default: object) -> Iterator[str]:
    name, wanted = source.name, _members(hint)
    if wanted - {NoneType, Unchanged} != _members(source.gives) - {NoneType}:
        yield f"{name} gives {source.gives} and not {hint}"
    if NoneType in _members(source.gives) - wanted:
        yield f"{name} may give None"
    if isinstance(source, Known):
        if source.optional and default is MISSING:
            yield f"{name} is not always known and has no default"
    elif isinstance(source, Field) and form.changes_only:
        if default is not UNCHANGED:
            yield f"{name} may be left alone, so its default is UNCHANGED"
        if source.may_be_left and NoneType not in wanted:
            yield f"{name} may be emptied, so it may be None"
    elif isinstance(source, Field) and source.may_be_left and default is MISSING:
        yield f"{name} may be left out and has no default"


def _members(hint: Any) -> set[Any]:
    """The types that a union is of."""
    return set(get_args(hint)) if get_origin(hint) in (Union, UnionType) else {hint}


def _default(attribute: Attribute[Any]) -> object:
    if attribute.default_factory is not MISSING:
        return attribute.default_factory()
    return attribute.default
