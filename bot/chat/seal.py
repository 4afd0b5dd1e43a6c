"""Buttons that cannot be forged, read or pressed by somebody else.

A choice becomes a short opaque token: route and arguments, encrypted and authenticated (AES-SIV,
RFC 5297) for one person. Nothing that comes back from a client is trusted before it opens, and
rights are checked again after that. What hangs on a screen of the conversation is sealed apart from
what hangs on a delivered message, so that a press tells which of the two it comes from.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import blake2b
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_SEPARATOR = "\x1f"
_OF_SCREEN = b"screen"
TAG_BYTES = 16
TOKEN_BYTES = 64
"""What Telegram allows for `callback_data`; base64 makes 48 bytes of it."""
PAYLOAD_BYTES = TOKEN_BYTES // 4 * 3 - TAG_BYTES


class TokenTooLong(Exception):
    """A route with its arguments does not fit a button: shorten the arguments (use ids)."""


class Unsealed(NamedTuple):
    """What a token says. `of_screen`: it hangs on a screen of the conversation, not on a delivered
    message."""

    route: str
    args: tuple[str, ...]
    of_screen: bool


class Seal:
    """Closes and opens tokens with the installation's key."""

    def __init__(self, key: str) -> None:
        self._cipher = AESSIV(
            blake2b(key.encode(), digest_size=64, person=b"halqa.choice").digest()
        )

    def close(
        self, person_id: int, route: str, args: tuple[str, ...], *, of_screen: bool = False
    ) -> str:
        """The token of a choice for one person: at most 64 bytes; `of_screen` where it hangs on a
        screen of the conversation.

        :raises TokenTooLong: when route and arguments take more than 32 bytes.
        """
        payload = _SEPARATOR.join((route, *args)).encode()
        if len(payload) > PAYLOAD_BYTES:
            raise TokenTooLong(f"{route} with its arguments takes {len(payload)} bytes")
        sealed = self._cipher.encrypt(payload, _bound_to(person_id, of_screen))
        return urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, person_id: int, token: str) -> tuple[str, tuple[str, ...]] | None:
        """Route and arguments of a token made for this person; None for anything else."""
        found = self.unseal(person_id, token)
        return (found.route, found.args) if found else None

    def unseal(self, person_id: int, token: str) -> Unsealed | None:
        """The same, with where the token hangs. One that a version before this distinction sealed
        counts as delivered: to answer it below its message destroys nothing."""
        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (Base64Error, ValueError):
            return None
        for of_screen in (True, False):
            try:
                payload = self._cipher.decrypt(sealed, _bound_to(person_id, of_screen))
            except (InvalidTag, ValueError):
                continue
            route, *args = payload.decode().split(_SEPARATOR)
            return Unsealed(route, tuple(args), of_screen)
        return None


def _bound_to(person_id: int, of_screen: bool) -> list[bytes]:
    """What is authenticated with a token and takes no room in it."""
    person = str(person_id).encode()
    return [person, _OF_SCREEN] if of_screen else [person]
