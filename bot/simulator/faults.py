"""What goes wrong on purpose: slowness, refusals, broken connections, unreachable people."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.refusals import Refusal, forbidden, gone, moved, too_many

# what happens to the connection instead of an answer
BREAKS = ("reset_before", "reset_after", "timeout_after", "500_after")


@dataclass
class FaultRule:
    """One scripted fault: `fault` hits the next `times` requests of `method` (`*`: any).

    `fault` is "429", "500", "502", "500_after", "reset_before", "reset_after", "timeout_after" or
    "error", which answers `code` and `description`. `chat` narrows it to one chat, `holds` to
    requests with this text in one of their parameters; `skip` lets so many matching requests pass
    first, `times=None` never ends.
    """

    method: str
    fault: str
    times: int | None = 1
    chat: int | None = None
    skip: int = 0
    retry_after: int = 1
    code: int = 400
    description: str = "Bad Request"
    holds: str = ""

    def hits(self, method: str, given: dict[str, Any]) -> bool:
        if self.times == 0 or self.method not in ("*", method):
            return False
        if self.chat is not None and self.chat != given.get("chat_id"):
            return False
        if self.holds and not any(_stands(self.holds, value) for value in given.values()):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class Faults:
    """Random faults (probabilities 0..1, times in seconds), people out of reach, and rules.

    `…_after` means that the request took effect before the answer was lost. `methods` narrows
    the random faults to some methods; None is all. `no_voices` are people whose privacy settings
    refuse recordings, `lost_files` references that lead nowhere any more, and a press can be
    answered for `press_seconds` where that is shorter than usual. The bytes of a file take
    `transfer_seconds` in either direction. Everything may change while running.
    """

    seed: int = 1
    latency: float = 0.0
    jitter: float = 0.0
    rate_429: float = 0.0
    retry_after: int = 1
    rate_500: float = 0.0
    rate_500_after: float = 0.0
    rate_reset_before: float = 0.0
    rate_reset_after: float = 0.0
    rate_timeout_after: float = 0.0
    duplicate_updates: int = 0
    blocked: set[int] = field(default_factory=set)
    deactivated: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    no_voices: set[int] = field(default_factory=set)
    lost_files: set[str] = field(default_factory=set)
    press_seconds: float | None = None
    transfer_seconds: float = 0.0
    migrate: dict[int, int] = field(default_factory=dict)
    methods: set[str] | None = None
    rules: list[FaultRule] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def change(self, values: dict[str, Any]) -> None:
        """Sets fields from JSON; `ValueError` for a name that is no fault."""
        for name, value in values.items():
            if name not in self.__dataclass_fields__:
                raise ValueError(f"no fault is called {name}")
            if name in ("blocked", "deactivated", "unknown", "no_voices", "lost_files"):
                value = set(value)
            elif name == "methods":
                value = None if value is None else set(value)
            elif name == "migrate":
                value = {int(old): int(new) for old, new in value.items()}
            elif name == "rules":
                value = [FaultRule(**rule) for rule in value]
            setattr(self, name, value)
            if name == "seed":
                self._random.seed(value)

    def delay(self) -> float:
        """Seconds to hold back the next answer."""
        if not self.latency and not self.jitter:
            return 0.0
        return max(0.0, self.latency + self._random.uniform(-self.jitter, self.jitter))

    def draw(self, method: str, given: dict[str, Any]) -> str | Refusal | None:
        """The fault of the next request, with the parameters that it gives: a refusal, one of
        BREAKS, or None."""
        for rule in self.rules:
            if rule.hits(method, given):
                return _refusal_of(rule)
        if self.methods is not None and method not in self.methods:
            return None
        return self._draw_random()

    def _draw_random(self) -> str | Refusal | None:
        chances = (
            ("429", self.rate_429),
            ("500", self.rate_500),
            ("500_after", self.rate_500_after),
            ("reset_before", self.rate_reset_before),
            ("reset_after", self.rate_reset_after),
            ("timeout_after", self.rate_timeout_after),
        )
        if not any(chance for _, chance in chances):
            return None
        dice = self._random.random()
        for name, chance in chances:
            if dice < chance:
                return _refusal_of(FaultRule("*", name, retry_after=self.retry_after))
            dice -= chance
        return None

    def check_file(self, kind: str, chat: int, file: object) -> None:
        """Raises Telegram's refusal of a file that these faults keep from a chat."""
        if isinstance(file, str) and file in self.lost_files:
            raise gone("wrong file identifier/HTTP URL specified")
        if kind == "voice" and chat in self.no_voices:
            raise gone("VOICE_MESSAGES_FORBIDDEN")

    def check_reach(self, chat: object) -> None:
        """Raises Telegram's refusal for a chat that these faults put out of reach."""
        if chat in self.blocked:
            raise forbidden("bot was blocked by the user")
        if chat in self.deactivated:
            raise forbidden("user is deactivated")
        if chat in self.unknown:
            raise gone("chat not found")
        if isinstance(chat, int) and chat in self.migrate:
            raise moved(self.migrate[chat])


def _stands(text: str, value: object) -> bool:
    return text in (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _refusal_of(rule: FaultRule) -> str | Refusal:
    if rule.fault in BREAKS:
        return rule.fault
    if rule.fault == "429":
        return too_many(rule.retry_after)
    if rule.fault == "500":
        return Refusal(500, "Internal Server Error")
    if rule.fault == "502":
        return Refusal(502, "Bad Gateway")
    if rule.fault == "error":
        return Refusal(rule.code, rule.description)
    raise ValueError(f"no fault is called {rule.fault}")
