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

    edits: bool
    """A sent message can be changed, so a screen takes the place of the one it was opened from."""
    toasts: bool
    """A press can be answered by a short word that stays nowhere."""
    press_life: timedelta
    """For how long after it a press can be answered."""
    menu: bool
    """A menu stays below the chat."""
    links: bool
    """A choice can lead to a web address; elsewhere the address stands in the text."""
    choices: int
    """Choices that one message holds, turning pages included."""
    list_size: int
    """Items of a list on one page where each is its button alone."""
    entries_size: int
    """Items of a list on one page where each has a text above the buttons."""
    numbers: bool
    """Many short choices stand side by side below a text, so those of a list may be the numbers of
    its items; elsewhere each is a row with its title."""
    title: int
    """Of an item's title so many characters stand whole on its choice, whichever phone shows it."""
    text: int
    """A text without choices."""
    text_with_choices: int
    caption: int
    """A text with a file."""
    toast: int
    token: int
    """The token of a choice, in bytes."""
    start: int
    """What a link that opens the bot may carry, in characters of A-Z a-z 0-9 _ -."""
    contacts: bool
    """A button below the chat shares one's own telephone number, which the channel vouches for."""
    silence: bool
    """A message can come without a sound."""
    window: timedelta | None = None
    """How long after somebody's last message they may be written to freely; outside of it only
    kinds of notices with a headline go. None: always."""
