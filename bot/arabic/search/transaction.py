"""What the search asks of a transaction."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from bot.arabic.search.common_tokens import CommonTokens


class Transaction(Protocol):
    """What the search needs of an open transaction: `?` for each value, integers or text."""

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]: ...

    @property
    def common_tokens(self) -> CommonTokens:
        """What is known of its database's tokens."""

    async def fetch(self, sql: str, *params: Any) -> list[Sequence[Any]]: ...

    async def run(self, sql: str, *params: Any) -> None: ...

    async def lock(self, kind: str, number: int) -> None: ...
