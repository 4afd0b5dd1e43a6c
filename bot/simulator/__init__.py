"""A Telegram on this machine: Bot API server, phone page, faults, rates and a fast clock.

It imports nothing of the bot and can run as a process of its own: `python -m bot.simulator`.
"""

from bot.simulator.chats import SimMessage, SimUser
from bot.simulator.clocks import ClockControl, OffsetClock
from bot.simulator.faults import FaultRule, Faults
from bot.simulator.files import SimFile
from bot.simulator.ledger import BotRequest
from bot.simulator.memory import Memory
from bot.simulator.rates import Rates
from bot.simulator.simulator import DEFAULT_TOKEN, Recording, Simulator

__all__ = [
    "DEFAULT_TOKEN",
    "BotRequest",
    "ClockControl",
    "FaultRule",
    "Faults",
    "Memory",
    "OffsetClock",
    "Rates",
    "Recording",
    "SimFile",
    "SimMessage",
    "SimUser",
    "Simulator",
]
