"""A small fictional department, so that a newcomer meets a living community at once."""

from bot.demo.platform import LentClock, begin_anew, continued, examine
from bot.demo.seed import DemoPerson, fill, others

__all__ = ["DemoPerson", "LentClock", "begin_anew", "continued", "examine", "fill", "others"]
