"""A strict platform for a narrow channel: what it is sent is refused as soon as it breaks a rule,
and nothing of it is shown.

A message is text, or a file with a caption, with choices: up to three buttons, or one list of up to
ten entries. Nothing is changed afterwards, a press is answered by a message or by nothing, and
there is no menu. Whoever has not written for a day is reached by headlines alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bot.core.text import count_units
from bot.simulator import SimFile, SimMessage, SimUser

TEXT = 4096
TEXT_WITH_CHOICES = 1024
CAPTION = 1024
BUTTONS = 3
BUTTON_LABEL = 20
ENTRIES = 10
ENTRY_LABEL = 24
ENTRY_HINT = 72
TOKEN_BYTES = 256
HEADLINE = 200
WINDOW = timedelta(hours=24)

Wire = dict[str, Any]


class NotTaken(Exception):
    """The platform refuses a message; `reason` is the rule that it breaks."""


@dataclass(slots=True)
class NarrowChat:
    user: SimUser
    messages: list[SimMessage] = field(default_factory=list)
    heard_at: datetime | None = None
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """A request that broke a rule."""

    method: str
    description: str
    params: Wire


@dataclass
class NarrowPlatform:
    """`now` is its clock. Whoever takes its updates sets `takes`: each is a key, whose it is, and
    what it says."""

    now: Callable[[], datetime]
    takes: Callable[[str, str, Wire], Any] | None = None
    chats: dict[str, NarrowChat] = field(default_factory=dict)
    refused: list[RefusedRequest] = field(default_factory=list)
    files: dict[str, SimFile] = field(default_factory=dict)
    news: list[tuple[str, Wire]] = field(default_factory=list)
    """Statuses that the bot has not been told of yet, with whose they are."""
    _numbers: Any = field(default_factory=lambda: count(1))

    # What people do

    def add_user(self, user: SimUser) -> None:
        self.chats[str(user.id)] = NarrowChat(user)

    async def send_text(self, user_id: int, text: str) -> SimMessage:
        shown = self._write(user_id, text=text)
        await self._tell(user_id, {"text": text, "message": str(shown.message_id)})
        return shown

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
    ) -> SimMessage:
        """`size` (bytes) is what the platform should claim, so that a huge file costs nothing."""
        file = self._keep(kind, data, name, mime, size)
        shown = self._write(user_id, caption=caption, media=file)
        told = {"kind": kind, "ref": file.file_id, "name": name, "mime": mime, "size": file.size}
        said = {"file": told, "text": caption, "message": str(shown.message_id)}
        await self._tell(user_id, said)
        return shown

    async def edit_text(self, user_id: int, message_id: int, text: str) -> SimMessage:
        raise NotImplementedError("nothing is changed here")

    async def send_location(self, user_id: int, latitude: float, longitude: float) -> SimMessage:
        shown = self._write(user_id, text=f"{latitude}, {longitude}")
        await self._tell(user_id, {"unreadable": True, "message": str(shown.message_id)})
        return shown

    async def press(
        self, user_id: int, message_id: int, data: str, *, forged: bool = False
    ) -> None:
        """What is pressed stands in the chat as the person's own message."""
        message = next(m for m in self.messages(user_id) if m.message_id == message_id)
        pressed = [b for b in message.buttons() if b["callback_data"] == data]
        assert forged or pressed, "no such button"
        self._write(user_id, text=pressed[0]["text"] if pressed else "")
        await self._tell(user_id, {"press": data, "message": str(message_id)})

    async def block(self, user_id: int) -> None:
        """Nobody is told; what is sent from now on is refused later."""
        self.chats[str(user_id)].blocked = True

    async def unblock(self, user_id: int) -> None:
        self.chats[str(user_id)].blocked = False

    def _write(self, user_id: int, **what: Any) -> SimMessage:
        chat = self.chats[str(user_id)]
        chat.blocked, chat.heard_at = False, self.now()
        shown = SimMessage(next(self._numbers), user_id, False, self.now(), chat.user, **what)
        chat.messages.append(shown)
        return shown

    async def _tell(self, user_id: int, said: Wire) -> None:
        assert self.takes is not None
        user = self.chats[str(user_id)].user
        about = {"name": user.name, "language": user.language_code}
        at = int(self.now().timestamp())
        await self.takes(f"u{next(self._numbers)}", str(user_id), {**said, **about, "at": at})

    # What people see

    def messages(self, user_id: int) -> list[SimMessage]:
        return list(self.chats[str(user_id)].messages)

    def toasts(self, user_id: int) -> list[str]:
        return []

    def reply_keyboard(self, user_id: int) -> list[list[str]] | None:
        return None

    # What the bot does

    def send(self, chat_id: str, request: Wire) -> tuple[str, str]:
        """Take a message; returns its id, and that of its file, if it has one.

        :raises NotTaken: it breaks a rule.
        """
        try:
            chat = self._check(chat_id, request)
        except NotTaken as error:
            self.refused.append(RefusedRequest("send", str(error), {"to": chat_id, **request}))
            raise
        file = self._file(request)
        entries = request.get("buttons") or request.get("list") or ()
        shown = SimMessage(
            next(self._numbers),
            chat.user.id,
            True,
            self.now(),
            text="" if file else request.get("text", ""),
            caption=request.get("text", "") if file else "",
            media=file,
            keyboard=[[_button(each)] for each in entries] or None,
            details={"headline": request["headline"]} if "headline" in request else {},
        )
        number = str(shown.message_id)
        about = {"message": number, "reference": request.get("reference", "")}
        if chat.blocked:
            refusal = {"state": "refused", "reason": "131026", "closes": True}
            self.news.append((chat_id, {"status": {**about, **refusal}}))
        else:
            chat.messages.append(shown)
            for state in ("sent", "delivered"):
                self.news.append((chat_id, {"status": {**about, "state": state}}))
        return number, file.file_id if file else ""

    def refuse(self, method: str) -> None:
        """Something was asked that there is not."""
        self.refused.append(RefusedRequest(method, "there is no such thing", {}))
        raise NotTaken(f"there is no {method}")

    async def tells(self) -> bool:
        """Tell the bot what became of its messages; whether there was anything to tell."""
        told, self.news = self.news, []
        assert self.takes is not None
        for chat_id, said in told:
            await self.takes(f"s{next(self._numbers)}", chat_id, said)
        return bool(told)

    async def confirmed(self) -> None:
        """Every update is taken at once."""

    def _keep(
        self, kind: str, data: bytes, name: str, mime: str = "", size: int | None = None
    ) -> SimFile:
        ref = f"file-{next(self._numbers)}"
        file = SimFile(ref, ref, kind, data, name, mime, len(data) if size is None else size, "")
        self.files[ref] = file
        return file

    def _file(self, request: Wire) -> SimFile | None:
        given = request.get("file")
        if not given:
            return None
        if ref := given.get("ref"):
            return self.files[ref]
        return self._keep(given["kind"], given["data"], given.get("name", ""))

    def _check(self, chat_id: str, request: Wire) -> NarrowChat:
        _require(chat_id in self.chats, "nobody is there")
        chat = self.chats[chat_id]
        text = request.get("text", "")
        buttons, entries = request.get("buttons") or (), request.get("list") or ()
        file = request.get("file")
        _require(bool(text.strip() or file), "an empty message")
        _require(not (buttons and entries), "buttons and a list in one message")
        room = CAPTION if file else TEXT_WITH_CHOICES if buttons or entries else TEXT
        _require(count_units(text) <= room, f"a text of {count_units(text)} where {room} are taken")
        _check_choices(buttons, BUTTONS, BUTTON_LABEL)
        _check_choices(entries, ENTRIES, ENTRY_LABEL)
        for each in entries:
            _require(count_units(each.get("hint", "")) <= ENTRY_HINT, f"a hint too long: {each}")
        for each in buttons:
            _require("hint" not in each, "a button with a hint")
        if file and file.get("ref"):
            _require(file["ref"] in self.files, "no such file")
            _require(self.files[file["ref"]].kind == file["kind"], "a file of another kind")
        if request.get("headline"):
            _require("\n" not in text and count_units(text) <= HEADLINE, "a headline is one line")
            _require(len(buttons) == 1 and not file, "a headline has one button and nothing else")
        else:
            heard = chat.heard_at
            _require(
                heard is not None and self.now() - heard < WINDOW,
                f"more than 24 hours after the person's last message: {text[:40]}",
            )
        return chat


def _check_choices(choices: Sequence[Wire], most: int, label: int) -> None:
    _require(len(choices) <= most, f"{len(choices)} choices where {most} are taken")
    for each in choices:
        _require(bool(each["label"].strip()), "a choice without a label")
        _require(count_units(each["label"]) <= label, f"a label too long: {each['label']}")
        _require(0 < len(each["token"].encode()) <= TOKEN_BYTES, f"a token too long: {each}")
    tokens = {each["token"] for each in choices}
    _require(len(tokens) == len(choices), f"two choices are one: {[c['label'] for c in choices]}")


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise NotTaken(reason)


def _button(entry: Wire) -> Wire:
    """What a person reads: the label, and below it the hint."""
    shown = "\n".join(filter(None, (entry["label"], entry.get("hint", ""))))
    return {"text": shown, "callback_data": entry["token"]}
