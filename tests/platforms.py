"""What a platform of the tests must be able to do for people with phones."""

from collections.abc import Sequence
from typing import Any, Protocol

from bot.simulator import SimMessage, SimUser


class Platform(Protocol):
    """What people reach the bot by."""

    @property
    def refused(self) -> Sequence[Any]:
        """The requests that broke a rule, each with method, description and params."""
        ...

    def add_user(self, user: SimUser) -> object: ...

    def messages(self, user_id: int, /) -> list[SimMessage]: ...

    def toasts(self, user_id: int, /) -> list[str]: ...

    def reply_keyboard(self, user_id: int, /) -> list[list[str]] | None: ...

    async def send_text(self, user_id: int, text: str) -> object: ...

    async def edit_text(self, user_id: int, message_id: int, text: str) -> object: ...

    async def send_file(
        self,
        user_id: int,
        kind: str,
        data: bytes,
        *,
        name: str = "",
        mime: str = "",
        caption: str = "",
        size: int | None = None,
    ) -> object: ...

    async def send_location(self, user_id: int, latitude: float, longitude: float) -> object: ...

    async def press(
        self, user_id: int, message_id: int, data: str, *, forged: bool = False
    ) -> object: ...

    async def block(self, user_id: int) -> object: ...

    async def unblock(self, user_id: int) -> object: ...

    async def confirmed(self) -> object: ...
