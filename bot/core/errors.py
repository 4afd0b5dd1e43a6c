"""Errors that are part of the conversation, apart from our own faults."""

import secrets


class Refused(Exception):
    """An action that the rules refuse: expected, and shown to the person as it stands.

    `code` is stable and goes to the log; `text` is ready for the person: it is in their language
    and says what to do next.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


class SettingsError(Exception):
    """A setting is missing or wrong. The message is one line that names the setting."""


def new_reference() -> str:
    """A short reference (six characters) that joins an apology with its line in the log."""
    return secrets.token_hex(3).upper()
