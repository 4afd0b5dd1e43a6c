"""Codes that open something, kept so that whoever finds the database, or a backup, opens nothing.

A row keeps the digest of a code, by which it is found, and the code itself sealed with the
installation's key, so that whoever gave it out is shown it again. The codes are long and made at
random: by their digest alone nobody guesses one.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

CODE_BYTES = 9
_OF_THIS_PROCESS = secrets.token_urlsafe(32)


def digest_of(code: str) -> str:
    """By which the row of a code is found: 64 characters."""
    return blake2b(code.encode(), digest_size=32).hexdigest()


def new_code(prefix: str) -> str:
    """A code of 72 random bits after what tells its kind."""
    return prefix + secrets.token_urlsafe(CODE_BYTES)


class SecretCodes:
    """Seals codes, and opens what it sealed, with the installation's key. Without one the key is
    this process's alone: what it seals is shown for as long as it lives."""

    def __init__(self, key: str = "") -> None:
        secret = (key or _OF_THIS_PROCESS).encode()
        self._cipher = AESSIV(blake2b(secret, digest_size=64, person=b"halqa.codes").digest())

    def seal(self, code: str) -> str:
        """What a row keeps of the code, to show it again."""
        return urlsafe_b64encode(self._cipher.encrypt(code.encode(), None)).decode()

    def open(self, sealed: str) -> str:
        """The code that was sealed; "" where that cannot be known any more: it was made by a former
        version, or with another key."""
        if not sealed:
            return ""
        try:
            return self._cipher.decrypt(urlsafe_b64decode(sealed), None).decode()
        except (InvalidTag, Base64Error, ValueError):
            return ""
