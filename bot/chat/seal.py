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


def token_bytes(route: str, args: tuple[str, ...]) -> int:
    """How long the token of a choice is."""
    sealed = len(_payload(route, args)) + TAG_BYTES
    return (sealed * 4 + 2) // 3


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
        self._secret = blake2b(key.encode(), digest_size=32, person=b"halqa.code").digest()

    def digest(self, text: str) -> str:
        """What stands for a short secret in the database: nobody finds the one by the other
        without the installation's key."""
        return blake2b(text.encode(), key=self._secret, digest_size=32).hexdigest()

    def close(
        self, person_id: int, route: str, args: tuple[str, ...], *, of_screen: bool = False
    ) -> str:
        """The token of a choice for one person, of `token_bytes`; `of_screen` where it hangs on a
        screen of the conversation."""
        sealed = self._cipher.encrypt(_payload(route, args), _bound_to(person_id, of_screen))
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


def _payload(route: str, args: tuple[str, ...]) -> bytes:
    return _SEPARATOR.join((route, *args)).encode()


def _bound_to(person_id: int, of_screen: bool) -> list[bytes]:
    """What is authenticated with a token and takes no room in it."""
    person = str(person_id).encode()
    return [person, _OF_SCREEN] if of_screen else [person]
