"""What several attacks need: chance that can be repeated, sizes, and tokens that are spoilt."""

import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass


@dataclass(frozen=True)
class Tools:
    """The seed of a run, and whether it is the short one."""

    seed: int
    short: bool

    def dice(self, name: str) -> random.Random:
        """Chance of its own for each attack: the same seed gives the same tries."""
        return random.Random(f"{self.seed} {name}")

    def size(self, full: int, short: int) -> int:
        return short if self.short else full

    def base64(self, data: bytes) -> str:
        """Bytes as a button carries them."""
        return urlsafe_b64encode(data).decode().rstrip("=")


def turned(token: str) -> bytes:
    """The bytes of a token."""
    return urlsafe_b64decode(token + "=" * (-len(token) % 4))


def altered(token: str, bit: int) -> str:
    """The token with one of its bits turned."""
    data = bytearray(turned(token))
    data[bit // 8] ^= 1 << bit % 8
    return urlsafe_b64encode(bytes(data)).decode().rstrip("=")
