"""How the bot presents itself: commands, name, descriptions, menu button."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.simulator.entities import count_units
from bot.simulator.refusals import mistake

_COMMAND = re.compile(r"[a-z0-9_]{1,32}\Z")
_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_DEFAULT = {"type": "default"}

Command = dict[str, str]


class SimProfile:
    """Commands are kept by scope and language; "" is the language of everybody else."""

    def __init__(self) -> None:
        self._commands: dict[tuple[str, str], list[Command]] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int | None, dict[str, Any]] = {}

    def set_commands(
        self, commands: list[Command], scope: dict[str, Any] | None, language: str
    ) -> None:
        """400 `BOT_COMMAND_INVALID` or `BOT_COMMAND_DESCRIPTION_INVALID` for a bad one."""
        if len(commands) > 100:
            raise mistake("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not _COMMAND.match(command["command"].removeprefix("/")):
                raise mistake("BOT_COMMAND_INVALID")
            if not 1 <= count_units(command["description"]) <= 256:
                raise mistake("BOT_COMMAND_DESCRIPTION_INVALID")
        self._commands[_key(scope), _checked(language)] = [
            {**command, "command": command["command"].removeprefix("/")} for command in commands
        ]

    def commands(self, scope: dict[str, Any] | None, language: str) -> list[Command]:
        return self._commands.get((_key(scope), language), [])

    def delete_commands(self, scope: dict[str, Any] | None, language: str) -> None:
        self._commands.pop((_key(scope), language), None)

    def commands_for(self, chat_id: int, language: str) -> list[Command]:
        """What the menu of one private chat shows: the narrowest scope that has commands."""
        for scope in ({"type": "chat", "chat_id": chat_id}, {"type": "all_private_chats"}, None):
            for tongue in (language, ""):
                if found := self.commands(scope, tongue):
                    return found
        return []

    def commands_by_language(self) -> dict[str, list[Command]]:
        """Commands of private chats by language; the narrower scope wins."""
        shown: dict[str, list[Command]] = {}
        for scope in (_key(None), _key({"type": "all_private_chats"})):
            for (owner, language), commands in self._commands.items():
                if owner == scope and commands:
                    shown[language] = commands
        return shown

    def set_text(self, field: str, value: str, language: str) -> None:
        """`field` is name, description or short_description; 400 where it is too long."""
        if count_units(value) > _LIMITS[field]:
            raise mistake(f"BOT_{field.upper()}_TOO_LONG")
        self._texts[field, _checked(language)] = value

    def text(self, field: str, language: str = "") -> str:
        return self._texts.get((field, language)) or self._texts.get((field, ""), "")


def _key(scope: dict[str, Any] | None) -> str:
    return json.dumps(scope or _DEFAULT, sort_keys=True)


def _checked(language: str) -> str:
    if language and not (len(language) == 2 and language.isalpha() and language.islower()):
        raise mistake("LANGUAGE_CODE_INVALID")
    return language
