"""What a person sees: a text with choices, in words that every channel shares.

A screen holds finished texts in the reader's language; it is stored as JSON in the outbox until it
is sent. Choices are sealed for their reader only when the channel draws them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from bot.chat.incoming import FileKind


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. It leads to `route` with `args`, or to `url`."""

    label: str
    route: str = ""
    args: tuple[str, ...] = ()
    url: str = ""


def choice(label: str, route: str, *args: object) -> Choice:
    """A button that leads to `route`; arguments are ids or short words."""
    return Choice(label, route, tuple(str(arg) for arg in args))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to show: by the channel's reference, or by the path of a file we made."""

    kind: FileKind
    ref: str = ""
    path: str = ""
    name: str = ""


Rows = tuple[tuple[Choice, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One message.

    `title` is set apart (bold) above `text`; `quote` is what somebody wrote, shown as a quotation
    below it; `footer` stands last. `menu` puts the persistent menu under the chat, row by row.
    `toast` is a short word (up to 200 characters) in answer to a press, which may be lost: what it
    says stands on the screen too (`with_result`). The first choice of a row is the one read first:
    the channel sees to the direction.
    """

    text: str = ""
    title: str = ""
    quote: str = ""
    footer: str = ""
    rows: Rows = ()
    attachment: Attachment | None = None
    menu: tuple[tuple[str, ...], ...] = ()
    toast: str = ""
    alert: bool = False
    """The toast waits for the person to close it."""
    of_conversation: bool = False
    """What its buttons lead to takes its place. Any other message has been delivered: it stays,
    and what its buttons open comes below it. The dialogue sets this."""
    marks: bool = False
    """The answer to a press that records something: the delivered message itself, with its mark."""
    words_stay: bool = False
    """An edit changes the buttons alone. The text is for where nothing can be edited."""
    rtl: bool = True
    plain: bool = False
    """Without any formatting, since the channel refused it."""

    def with_rows(self, *rows: Sequence[Choice]) -> "Screen":
        """The same screen with more rows of choices below; empty rows are left out."""
        return replace(self, rows=self.rows + tuple(tuple(row) for row in rows if row))

    def with_toast(self, toast: str, *, alert: bool = False) -> "Screen":
        """The same screen with an echo of what it says already."""
        return replace(self, toast=toast, alert=alert)

    def with_result(self, result: str, *, alert: bool = False) -> "Screen":
        """The same screen with what a press has done, as the last line above the buttons and as a
        toast."""
        footer = paragraphs(self.footer, result)
        return replace(self, footer=footer, toast=result, alert=alert)

    def with_notice(self, notice: str) -> "Screen":
        """The same screen with a line of news above its text."""
        return replace(self, text=f"{notice}\n\n{self.text}" if self.text else notice)

    def without_file(self, footer: str) -> "Screen":
        """The same screen without its file, and with another footer."""
        return replace(self, attachment=None, footer=footer)

    def without_buttons(self, keeps: Callable[[Choice], bool], footer: str = "") -> "Screen":
        """The same screen with the choices that `keeps` says; the addresses of the others stand in
        the text. `footer` takes the place of the footer, where it is not empty."""
        rows = tuple(kept for row in self.rows if (kept := tuple(c for c in row if keeps(c))))
        lost = [c for row in self.rows for c in row if c.url and not keeps(c)]
        text = paragraphs(self.text, lines(*(f"{c.label}: {c.url}" for c in lost)))
        return replace(self, rows=rows, text=text, footer=footer or self.footer)

    def to_json(self) -> dict[str, Any]:
        """A compact form: what is empty is left out."""
        compact: dict[str, Any] = {
            name: value
            for name in ("text", "title", "quote", "footer", "menu")
            if (value := getattr(self, name))
        }
        if self.rows:
            compact["rows"] = [
                [{"url": c.url, "l": c.label} if c.url else [c.label, c.route, *c.args] for c in r]
                for r in self.rows
            ]
        if self.attachment:
            file = self.attachment
            compact["file"] = [file.kind.value, file.ref, file.path, file.name]
        if not self.rtl:
            compact["rtl"] = False
        for name in ("alert", "of_conversation", "words_stay"):
            if getattr(self, name):
                compact[name] = True
        return compact

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The screen of `to_json`; a toast is not kept, since it belongs to one press. One that
        is all that the press gets is the text of a screen of its own."""
        file = data.get("file")
        return cls(
            text=data.get("text", ""),
            title=data.get("title", ""),
            quote=data.get("quote", ""),
            footer=data.get("footer", ""),
            menu=tuple(tuple(row) for row in data.get("menu", ())),
            rows=tuple(tuple(_choice(c) for c in row) for row in data.get("rows", ())),
            attachment=Attachment(FileKind(file[0]), *file[1:]) if file else None,
            alert=data.get("alert", False),
            of_conversation=data.get("of_conversation", False),
            words_stay=data.get("words_stay", False),
            rtl=data.get("rtl", True),
        )


def _choice(data: Any) -> Choice:
    if isinstance(data, dict):
        return Choice(data["l"], url=data["url"])
    label, route, *args = data
    return Choice(label, route, tuple(args))


def lines(*parts: str) -> str:
    """The parts one below the other, leaving out the empty ones."""
    return "\n".join(part for part in parts if part)


def paragraphs(*parts: str) -> str:
    """The parts with an empty line between them, leaving out the empty ones."""
    return "\n\n".join(part for part in parts if part)
