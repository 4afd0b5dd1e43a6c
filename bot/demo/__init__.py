"""A small fictional department, so that a newcomer meets a living community at once."""

from bot.demo.seed import DemoPerson, fill

__all__ = ["DemoPerson", "fill"]
