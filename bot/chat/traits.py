"""What a channel can do, in words that are no channel's own.

The conversation and the features ask these, and never for a channel's name. A channel holds one
`Traits` (`delivery/channel.py: Channel.traits`); a turn knows those of the channel that it came by
(`Turn.traits`).
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Traits:
    """Sizes are in characters as the channel counts them."""

    edits: bool = True
    """A sent message can be changed, so a screen takes the place of the one it was opened from."""
    toasts: bool = True
    """A press can be answered by a short word that stays nowhere."""
    menu: bool = True
    """A menu stays below the chat."""
    choices: int = 100
    """Choices that one message holds, turning pages included."""
    list_size: int = 24
    """Items of a list on one page where each is its button alone."""
    entries_size: int = 8
    """Items of a list on one page where each has a text above the buttons."""
    text: int = 4096
    """A text without choices."""
    text_with_choices: int = 4096
    caption: int = 1024
    """A text with a file."""
    toast: int = 180
    token: int = 64
    """The token of a choice, in bytes."""
    start: int = 64
    """What a link that opens the bot may carry, in characters of A-Z a-z 0-9 _ -."""
    window: timedelta | None = None
    """How long after somebody's last message they may be written to freely; outside of it only
    kinds of notices with a headline go. None: always."""
