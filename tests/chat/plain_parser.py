"""A channel's parser that knows one kind of update: a text whose sender is what it says."""

from bot.chat.incoming import Address, Incoming, IncomingKind

CHANNEL = "test"


class PlainParser:
    def parse(self, body: str) -> Incoming:
        """Read any body."""
        return Incoming(Address(CHANNEL, body), IncomingKind.TEXT, text=body)
