"""The platforms on which people are reached."""

import sys

# python-telegram-bot brings httpx, whose requests are not ours, and that its own command line, with
# everything that prints in colours. A module that is None is not found, which httpx provides for.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
