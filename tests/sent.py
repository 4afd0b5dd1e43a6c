"""Files as phones send them."""

from pathlib import Path

SENT = Path(__file__).resolve().parent / "data" / "sent"


def sent_file(kind: str) -> bytes:
    """A small sound file of a kind, as a phone would send it."""
    found = sorted(SENT.glob(f"{kind}.*"))
    return found[0].read_bytes() if found else b"of no kind"
