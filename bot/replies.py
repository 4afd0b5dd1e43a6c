"""How the dialogue's answers leave: through the outbox, at once; and how files come in."""

import logging
from collections.abc import Mapping

from bot.channels.plugin import OpenChannel
from bot.chat.conversation import Contact
from bot.chat.incoming import Address, DeliveryStatus, Unfetched
from bot.chat.screen import Screen
from bot.chat.traits import Traits
from bot.delivery import outbox, statuses
from bot.delivery.channel import Ambiguous, FileTooLarge, Rejected, Undelivered, Unreachable
from bot.delivery.headlines import Headlines
from bot.delivery.message import Message
from bot.delivery.sender import Sender
from bot.features.people.actions import floods as flood_actions
from bot.storage.transaction import Tx

log = logging.getLogger(__name__)


class OutboxReplies(Headlines):
    """What `chat.dialogue.Replies` promises; `worker` is the name of this process."""

    def __init__(self, sender: Sender, channels: Mapping[str, OpenChannel], worker: str) -> None:
        super().__init__(sender.drawing)
        self._sender = sender
        self._channels = channels
        self._worker = worker

    async def reply(
        self,
        tx: Tx,
        contact: Contact,
        screen: Screen,
        *,
        edit: str = "",
        press: str = "",
        save_forms: bool = False,
    ) -> object:
        return await outbox.reply(
            tx, contact, screen,
            edit=edit, press=press, press_life=self.traits(contact.address.channel).press_life,
            worker=self._worker, save_forms=save_forms,
        )  # fmt: skip

    def traits(self, channel: str) -> Traits:
        return self._channels[channel].traits

    def send(self, message: object) -> None:
        assert isinstance(message, Message)
        if log.isEnabledFor(logging.DEBUG):
            log.debug("answered", extra={"action": "turn.answered", "parcel": message.id})
        self._sender.hand_over(message)

    def acknowledge(self, address: Address, press: str, toast: str, alert: bool) -> None:
        self._sender.acknowledge(address, press, toast, alert)

    def introduce(self, address: Address, screen: Screen) -> None:
        self._sender.introduce(address, screen)

    async def note_unread(self, tx: Tx, contact: Contact, update_id: int) -> bool:
        return await flood_actions.note(tx, contact, update_id)

    async def note_status(self, tx: Tx, address: Address, status: DeliveryStatus) -> None:
        await statuses.note_status(tx, address, status)

    async def fetch(self, channel: str, ref: str, limit: int) -> bytes:
        try:
            return await self._channels[channel].fetch_file(ref, limit)
        except FileTooLarge as error:
            raise Unfetched(too_large=True) from error
        except (Undelivered, Unreachable, Rejected, Ambiguous) as error:
            log.warning("%s", error, extra={"action": "app.file_not_fetched"})
            raise Unfetched(too_large=False) from error
