"""What messages that are edited in place read by now, so that an edit finds them, and one that
would change nothing is not sent."""

from collections import OrderedDict

from bot.chat.screen import Screen
from bot.delivery.channel import Receipt
from bot.delivery.message import Message, MessageKind

KEPT = 512


class ShownProgress:
    """The counting messages of one channel, the latest of them."""

    def __init__(self) -> None:
        self._shown: OrderedDict[int, tuple[str, Screen]] = OrderedDict()

    def aim(self, edit: Message) -> Receipt | None:
        """Let an edit find its message; its receipt, if that reads as it would."""
        shown = self._shown.get(edit.edit_outbox_id or 0)
        if shown is None:
            return None
        edit.edit_message, screen = shown
        return Receipt(edit.edit_message) if screen == edit.screen else None

    def note(self, sent: Message, receipt: Receipt) -> tuple[str, int] | None:
        """What it reads now. Where a new message had to stand in for the one that was to be
        edited: the channel's id of the new one, and our id of that one."""
        if sent.kind is not MessageKind.PROGRESS:
            return None
        first = sent.edit_outbox_id or sent.id
        self._shown[first] = receipt.message, sent.screen
        self._shown.move_to_end(first)
        if len(self._shown) > KEPT:
            self._shown.popitem(last=False)
        if sent.edit_outbox_id is None or sent.edit_message:
            return None
        return receipt.message, sent.edit_outbox_id
