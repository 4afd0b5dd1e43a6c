"""The table of the Bot API's methods, and the check of every request against it.

Telegram ignores a parameter that it does not know; this server refuses it, because a bot that
sends one has a spelling mistake that nobody would notice.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.simulator.files import SimUpload
from bot.simulator.refusals import Refusal, mistake, not_found

Check = Callable[[Any, str], Any]
# the check of every field, and the names of those that must be there
Fields = tuple[dict[str, Check], tuple[str, ...]]

_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "voice": "there is no voice in the request",
    "audio": "there is no audio in the request",
    "video": "there is no video in the request",
    "question": "poll question must be non-empty",
    "url": "URL is not specified",
    "file_id": "file_id is not specified",
}
# objects that the Bot API also takes as a bare string
_PLAIN = ("KeyboardButton", "InputPollOption")


def wrong_type(name: str, expected: str) -> Refusal:
    return mistake(f'field "{name}" must be of type {expected}')


def _integer(value: Any, name: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        digits = value.removeprefix("-")
        if digits.isascii() and digits.isdigit():
            return int(value)
    raise wrong_type(name, "Number")


def _number(value: Any, name: str) -> float:
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return float(value)
        except ValueError:
            pass
    raise wrong_type(name, "Number")


def _string(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    raise wrong_type(name, "String")


_BOOLEANS = {"true": True, "false": False, "True": True, "False": False, "1": True, "0": False}


def _boolean(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _BOOLEANS:
        return _BOOLEANS[value]
    raise wrong_type(name, "Boolean")


def _chat(value: Any, name: str) -> int | str:
    if isinstance(value, str) and value.startswith("@"):
        username: str = value
        return username
    if isinstance(value, str) and not value:
        raise mistake(f"{name} is empty")
    return _integer(value, name)


def _file(value: Any, name: str) -> str | SimUpload:
    if isinstance(value, str | SimUpload):
        return value
    raise wrong_type(name, "InputFile")


def _unpacked(value: Any, name: str) -> Any:
    """The JSON inside a form field; values of a JSON body come as they are."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise mistake(f"can't parse {name} JSON object") from None


def _object(value: Any, name: str) -> dict[str, Any]:
    value = _unpacked(value, name)
    if not isinstance(value, dict):
        raise wrong_type(name, "Object")
    return value


class ApiSchema:
    """Methods and objects of the Bot API, compiled to checks once."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self._types: dict[str, dict[str, str]] = facts["types"]
        self._unions: dict[str, dict[str, str]] = facts["unions"]
        self._compiled: dict[str, Check] = {
            "int": _integer,
            "float": _number,
            "str": _string,
            "bool": _boolean,
            "chat": _chat,
            "file": _file,
            "object": _object,
        }
        self._fields: dict[str, Fields] = {}
        self.methods: dict[str, Fields] = {
            name: self._table(fields) for name, fields in facts["methods"].items()
        }
        self._names = {name.lower(): name for name in self.methods}

    def name_method(self, called: str) -> str:
        """Telegram's spelling of a method, whose case does not matter; 404 if there is none."""
        if called in self.methods:
            return called
        name = self._names.get(called.lower())
        if name is None:
            raise not_found()
        return name

    def check(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        """The parameters in their own types; a `Refusal` (400) for a wrong or unknown one."""
        checks, required = self.methods[method]
        checked: dict[str, Any] = {}
        for name, value in given.items():
            check = checks.get(name)
            if check is None:
                raise mistake(f'unknown parameter "{name}"')
            if value is not None:
                checked[name] = check(value, name)
        for name in required:
            if name not in checked:
                raise mistake(_MISSING.get(name, f'parameter "{name}" is required'))
        return checked

    def _table(self, fields: dict[str, str]) -> Fields:
        checks = {name.rstrip("!"): self._check_for(kind) for name, kind in fields.items()}
        return checks, tuple(name[:-1] for name in fields if name.endswith("!"))

    def _check_for(self, kind: str) -> Check:
        known = self._compiled.get(kind)
        if known is None:
            if kind.startswith("["):
                known = self._list_of(self._check_for(kind[1:-1]))
            elif kind in self._unions:
                known = self._union(kind)
            else:
                known = self._structure(kind)
            self._compiled[kind] = known
        return known

    def _list_of(self, check: Check) -> Check:
        def check_list(value: Any, name: str) -> list[Any]:
            value = _unpacked(value, name)
            if not isinstance(value, list):
                raise wrong_type(name, "Array")
            return [check(item, name) for item in value]

        return check_list

    def _structure(self, kind: str) -> Check:
        def check_structure(value: Any, name: str) -> dict[str, Any]:
            if kind in _PLAIN and isinstance(value, str):
                value = {"text": value}
            value = _object(value, name)
            # compiled at first use: objects may contain each other
            table = self._fields.get(kind)
            if table is None:
                table = self._fields[kind] = self._table(self._types[kind])
            checks, required = table
            checked = {}
            for key, item in value.items():
                check = checks.get(key)
                if check is None:
                    raise mistake(f'can\'t parse {kind}: unknown field "{key}"')
                if item is not None:
                    checked[key] = check(item, key)
            for key in required:
                if key not in checked:
                    raise mistake(f'can\'t parse {kind}: field "{key}" is required')
            return checked

        return check_structure

    def _union(self, kind: str) -> Check:
        members = self._unions[kind]

        def check_union(value: Any, name: str) -> dict[str, Any]:
            value = _object(value, name)
            if "type" in value and value["type"] in members:
                return self._typed(members[value["type"]], value, name)
            for key, member in members.items():
                if kind == "ReplyMarkup" and key in value:
                    return self._typed(member, value, name)
            raise mistake(f"can't parse {name}: unknown kind of object")

        return check_union

    def _typed(self, member: str, value: Any, name: str) -> dict[str, Any]:
        checked: dict[str, Any] = self._check_for(member)(value, name)
        return checked


def load_table() -> ApiSchema:
    facts = json.loads(Path(__file__).with_name("api.json").read_text(encoding="utf-8"))
    return ApiSchema(facts)
