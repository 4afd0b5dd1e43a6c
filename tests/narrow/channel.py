"""The narrow channel as the bot is put together with it: nothing that is shown is cut or left out,
but for the label of a list's entry, which stands whole in its hint."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.plugin import ChannelPlugin, Intake, Receiver
from bot.chat.incoming import (
    Address,
    DeliveryState,
    DeliveryStatus,
    Incoming,
    IncomingFile,
    IncomingKind,
)
from bot.chat.intake.inbox import Arrival, store
from bot.chat.profile import BotProfile
from bot.chat.screen import Choice, Screen
from bot.chat.seal import Seal
from bot.chat.traits import Traits
from bot.core.checks import CheckResult
from bot.core.clock import Clock
from bot.core.settings import Secret, Settings, SettingsPart
from bot.core.text import count_units, lay_out, shorten, with_strong
from bot.delivery.channel import CannotEdit, FileTooLarge, Receipt, Rejected
from bot.delivery.limits import Limits
from bot.files.kinds import FileKind
from bot.files.wanted import FetchGone, FetchTooLarge
from tests.narrow import platform as rules
from tests.narrow.platform import NarrowPlatform, NotTaken, Wire

CHANNEL = "narrow"
TOKEN = "narrow"
LINK = "https://narrow.example.org/halqa?text="
NARROW = Traits(
    edits=False,
    toasts=False,
    press_life=timedelta(0),
    menu=False,
    links=False,
    choices=rules.ENTRIES,
    # Beside them two that turn pages, and two actions.
    list_size=6,
    entries_size=4,
    numbers=False,
    # What the label cuts off stands in the hint; a number goes before it.
    title=rules.ENTRY_HINT - 5,
    text=rules.TEXT,
    text_with_choices=rules.TEXT_WITH_CHOICES,
    caption=rules.CAPTION,
    toast=0,
    token=rules.TOKEN_BYTES,
    start=64,
    contacts=False,
    silence=False,
    window=rules.WINDOW,
)


class NarrowSettings(SettingsPart, frozen=True, kw_only=True):
    narrow_token: Secret | None = None


@dataclass
class NarrowReceiver:
    """Updates are stored as soon as something is done on the platform."""

    platform: NarrowPlatform
    intake: Intake
    mode: str = "webhook"
    connected: bool = False
    runs: bool = False
    stands_by: bool = False
    mount: Callable[[web.Application], None] | None = None

    async def start(self) -> None:
        self.runs = self.connected = True
        self.platform.takes = self._take

    async def stop(self) -> None:
        self.runs = self.connected = False

    async def _take(self, key: str, sender: str, said: Wire) -> None:
        body = json.dumps({"from": sender, **said}, ensure_ascii=False)
        async with self.intake.database.transaction() as tx:
            await store(tx, CHANNEL, [Arrival(key, sender, body)])
        self.intake.on_stored()


class NarrowChannel:
    """The channel `narrow`, before a platform."""

    name = CHANNEL
    reports_status = True
    traits = NARROW

    def __init__(
        self, platform: NarrowPlatform, settings: Settings, seal: Seal, *, limits: Limits | None
    ) -> None:
        self.platform = platform
        self.limits = limits or Limits()
        self._seal = seal

    @property
    def account(self) -> str:
        return "1"

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def announce(self, profile: BotProfile) -> None:
        """There is no place for them."""

    def link(self, payload: str) -> str:
        return LINK + (f"/start%20{payload}" if payload else "/start")

    def receiver(self, intake: Intake) -> Receiver:
        return NarrowReceiver(self.platform, intake)

    def parse(self, body: str) -> Incoming:
        return read(json.loads(body))

    async def fetch_file(self, ref: str, limit: int) -> bytes:
        file = self.platform.files.get(ref)
        if file is None:
            raise Rejected("no such file")
        if len(file.data) > limit:
            raise FileTooLarge(f"{len(file.data)} bytes")
        return file.data

    async def send(self, chat: str, person_id: int, screen: Screen, reference: str = "") -> Receipt:
        try:
            request = write(screen, partial(self._token, person_id, screen.of_conversation))
            number, file = self.platform.send(chat, request | {"reference": reference})
        except NotTaken as error:
            raise Rejected(str(error)) from error
        return Receipt(number, file)

    async def bring(self, reference: str, target: Path, limit: int) -> None:
        file = self.platform.files.get(reference)
        if file is None:
            raise FetchGone("no such file")
        if len(file.data) > limit:
            raise FetchTooLarge(f"{len(file.data)} bytes")
        await asyncio.to_thread(target.write_bytes, file.data)

    def shown_as(self, kind: FileKind, size: int, mime: str) -> FileKind:
        return kind

    async def edit(self, chat: str, person_id: int, message: str, screen: Screen) -> Receipt:
        self._never("edit")
        raise AssertionError

    async def delete(self, chat: str, message: str) -> None:
        raise CannotEdit

    async def acknowledge(self, press: str, toast: str, alert: bool) -> None:
        self._never("acknowledgement")

    def _never(self, method: str) -> None:
        try:
            self.platform.refuse(method)
        except NotTaken as error:
            raise Rejected(str(error)) from error

    def _token(self, person_id: int, of_screen: bool, choice: Choice) -> str:
        return self._seal.close(person_id, choice.route, choice.args, of_screen=of_screen)


def write(screen: Screen, token: Callable[[Choice], str]) -> Wire:
    """The request that shows a screen; `token` seals a choice.

    :raises NotTaken: a choice leads to a web address.
    """
    request: Wire = {"text": _text(screen)}
    if file := screen.attachment:
        request["file"] = {"kind": file.kind.value, "ref": file.ref, "name": file.name}
        if not file.ref:
            request["file"]["data"] = Path(file.path).read_bytes()
    if screen.headline_of:
        request["headline"] = screen.headline_of
    items = screen.listing.choices if screen.listing else ()
    labels = [each.label for each in screen.actions]
    fitting = all(count_units(label) <= rules.BUTTON_LABEL for label in labels)
    if not items and len(labels) <= rules.BUTTONS and fitting:
        buttons = [{"label": c.label, "token": _sealed(c, token)} for c in screen.actions]
        return request | {"buttons": buttons}
    request["list"] = [
        *(_entry(each, token, shortened=True) for each in items),
        *(_entry(each, token, shortened=False) for each in screen.actions),
    ]
    return request


def _entry(choice: Choice, token: Callable[[Choice], str], *, shortened: bool) -> Wire:
    label, hint = choice.label, choice.hint
    if shortened and count_units(label) > rules.ENTRY_LABEL:
        label, hint = _cut(label, rules.ENTRY_LABEL), hint or label
    hint = "" if hint == label else _cut(hint, rules.ENTRY_HINT)
    return {"label": label, "hint": hint, "token": _sealed(choice, token)}


def _cut(text: str, most: int) -> str:
    room = most
    while count_units(text) > most:
        text, room = shorten(text, room), room - 1
    return text


def _sealed(choice: Choice, token: Callable[[Choice], str]) -> str:
    if choice.url:
        raise NotTaken(f"a choice that leads to {choice.url}")
    return token(choice)


def _text(screen: Screen) -> str:
    title = f"*{screen.title}*" if screen.title else ""
    parts: Sequence[str] = (title, screen.text, screen.quote, screen.footer)
    return with_strong("\n\n".join(lay_out(part, rtl=screen.rtl) for part in parts if part))


def read(said: Wire) -> Incoming:
    """An update as the conversation knows it."""
    about: dict[str, Any] = {
        "address": Address(CHANNEL, said["from"]),
        "name": said.get("name", ""),
        "language": said.get("language", ""),
        "message": said.get("message", ""),
    }
    if "status" in said:
        return Incoming(about["address"], IncomingKind.STATUS, status=_status(said["status"]))
    if "press" in said:
        return Incoming(kind=IncomingKind.CHOICE, choice=said["press"], **about)
    if "unreadable" in said:
        return Incoming(kind=IncomingKind.UNREADABLE, written=said["at"], **about)
    text = said["text"]
    if file := said.get("file"):
        if file["kind"] not in set(FileKind):
            return Incoming(kind=IncomingKind.UNREADABLE, written=said["at"], **about)
        taken = IncomingFile(
            FileKind(file["kind"]), file["ref"], file["name"], file["mime"], file["size"]
        )
        return Incoming(kind=IncomingKind.FILE, text=text, file=taken, written=said["at"], **about)
    return Incoming(kind=IncomingKind.TEXT, text=text, written=said["at"], **about)


def _status(told: Wire) -> DeliveryStatus:
    state = DeliveryState(told["state"])
    return DeliveryStatus(
        told["message"], state, told["reference"], told.get("reason", ""), told.get("closes", False)
    )


async def _examine(settings: Settings, clock: Clock) -> list[CheckResult]:
    return [CheckResult(CHANNEL, True, "works")]


def plugin(platform: NarrowPlatform) -> ChannelPlugin:
    """The channel before this platform."""

    def is_set(settings: Settings) -> bool:
        return settings.part(NarrowSettings).narrow_token is not None

    def opened(settings: Settings, seal: Seal, *, limits: Limits | None = None) -> NarrowChannel:
        return NarrowChannel(platform, settings, seal, limits=limits)

    return ChannelPlugin(
        CHANNEL, "", NarrowSettings, is_set, "HALQA_NARROW_TOKEN: is missing", opened, _examine
    )
