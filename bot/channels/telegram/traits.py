"""What Telegram can do, and how much of it it takes."""

from datetime import timedelta

from bot.chat.traits import Traits
from bot.delivery.limits import Limits, Pace

TELEGRAM = Traits(
    edits=True,
    toasts=True,
    # Measured: the Bot API gives no figure. Where the press was made earlier, or Telegram is less
    # patient, it says "query is too old", which is final whatever this says.
    press_life=timedelta(seconds=150),
    menu=True,
    links=True,
    choices=100,
    list_size=24,
    entries_size=8,
    numbers=True,
    title=38,
    text=4096,
    text_with_choices=4096,
    caption=1024,
    # Telegram shows 200; the rest leaves room for direction marks.
    toast=180,
    token=64,
    start=64,
    contacts=True,
    silence=True,
    window=None,
)
OVERALL = 30
PAID_OVERALL = 1000
"""Messages a second, all chats together; without and with payment for what goes beyond."""
A_CHAT = 1
"""Messages a second to one person."""
A_GROUP = 20
"""Messages a minute to one group."""


def is_group(chat: str) -> bool:
    """The number of a group is below 0."""
    return chat.startswith("-")


def rates(
    overall: int | None = OVERALL,
    per_chat: int | None = A_CHAT,
    per_group_minute: int | None = A_GROUP,
) -> Limits:
    """The rates at which Telegram takes messages; None switches one off."""
    person = Pace(1, 1 / per_chat) if per_chat else None
    group = Pace(per_group_minute, 60.0) if per_group_minute else None

    # One call for each message, so it does not ask `is_group`.
    def pace(chat: str) -> Pace | None:
        return group if chat[:1] == "-" else person

    return Limits(overall, pace)
