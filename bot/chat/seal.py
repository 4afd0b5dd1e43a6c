"""Buttons that cannot be forged, read or pressed by somebody else.

A choice becomes a short opaque token: route and arguments, encrypted and authenticated (AES-SIV,
RFC 5297) for one person. Nothing that comes back from a client is trusted before it opens, and
rights are checked again after that.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_SEPARATOR = "\x1f"
TAG_BYTES = 16
TOKEN_BYTES = 64
"""What Telegram allows for `callback_data`; base64 makes 48 bytes of it."""
PAYLOAD_BYTES = TOKEN_BYTES // 4 * 3 - TAG_BYTES


class TokenTooLong(Exception):
    """A route with its arguments does not fit a button: shorten the arguments (use ids)."""


class Seal:
    """Closes and opens tokens with the installation's key."""

    def __init__(self, key: str) -> None:
        self._cipher = AESSIV(
            blake2b(key.encode(), digest_size=64, person=b"halqa.choice").digest()
        )

    def close(self, person_id: int, route: str, args: tuple[str, ...]) -> str:
        """The token of a choice for one person: at most 64 bytes.

        :raises TokenTooLong: when route and arguments take more than 32 bytes.
        """
        payload = _SEPARATOR.join((route, *args)).encode()
        if len(payload) > PAYLOAD_BYTES:
            raise TokenTooLong(f"{route} with its arguments takes {len(payload)} bytes")
        sealed = self._cipher.encrypt(payload, [str(person_id).encode()])
        return urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, person_id: int, token: str) -> tuple[str, tuple[str, ...]] | None:
        """Route and arguments of a token made for this person; None for anything else."""
        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            payload = self._cipher.decrypt(sealed, [str(person_id).encode()])
        except (InvalidTag, Base64Error, ValueError):
            return None
        route, *args = payload.decode().split(_SEPARATOR)
        return route, tuple(args)
