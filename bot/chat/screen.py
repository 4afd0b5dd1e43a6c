"""What a person sees: a text with choices, in words that every channel shares.

A screen holds finished texts in the reader's language; it is stored as JSON in the outbox until it
is sent. Choices are sealed for their reader only when the channel draws them, and which stand side
by side, or on a page of their own, is the channel's to say.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Self

from bot.core.text import unmarked
from bot.files.kinds import FileKind


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. It leads to `route` with `args`, or to `url`. `hint` is the longer word for it,
    where there is room; `primary` is what most people are here for, which stands out where a
    channel can let it; `joined` is one more answer to the question of the choice before it
    (`alternatives`). One that `shares` hands `url` on with these words, to whom the reader chooses,
    where the channel has a way to it. One of the menu that `shares_contact` hands the reader's own
    telephone number over, where the channel asks them first (`Traits.contacts`)."""

    label: str
    route: str = ""
    args: tuple[str, ...] = ()
    url: str = ""
    hint: str = ""
    primary: bool = False
    joined: bool = False
    shares_contact: bool = False
    shares: str = ""


def alternatives(*answers: Choice) -> tuple[Choice, ...]:
    """Answers to one question, which stand side by side where there is room."""
    return tuple(replace(each, joined=number > 0) for number, each in enumerate(answers))


def choice(label: str, route: str, *args: object, hint: str = "", primary: bool = False) -> Choice:
    """A button that leads to `route`; arguments are ids or short words."""
    return Choice(label, route, tuple(str(arg) for arg in args), hint=hint, primary=primary)


def sharing(label: str, link: str, words: str) -> Choice:
    """A button that hands a link on, with words for whoever gets it. The link stands in the text as
    well, for where a channel has no such button."""
    return Choice(label, url=link, shares=unmarked(words))


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An item of a list with what matters about it besides its title, in lines of its own. `opens`
    leads to it, for whom it opens; its label is of no account, since the title stands for it, but
    where the item is the only one: there it says what the press does, if that is not to open it."""

    title: str
    about: str = ""
    opens: Choice | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The list of a screen: one page of its items, and the choices that turn the pages.

    `entries` are the items about which something is to be said, of which the first has the place
    `first` in the whole list. Nobody but `chat/entries.py` puts them into words, so that each title
    stands in the text or on a button, as the channel has it, and not on both.
    """

    items: tuple[Choice, ...]
    earlier: Choice | None = None
    later: Choice | None = None
    entries: tuple[ListEntry, ...] = ()
    first: int = 1

    @property
    def choices(self) -> tuple[Choice, ...]:
        turning = (each for each in (self.earlier, self.later) if each)
        return (*self.items, *turning)

    def opening(self, most: int) -> "Listing":
        """The same list without what turns its pages; of its items so many open at most."""
        entries, left = [], most
        for each in self.entries:
            entries.append(each if left > 0 else replace(each, opens=None))
            left -= each.opens is not None
        return Listing(self.items[:most], entries=tuple(entries), first=self.first)

    def without_last(self) -> "Listing":
        """The same list without the last of its entries, and without what turns its pages."""
        *entries, last = self.entries
        items = self.items[:-1] if last.opens else self.items
        return Listing(items, entries=tuple(entries), first=self.first)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to show: one of ours by its id, which becomes a reference or a path when it leaves;
    by the channel's reference, as former versions kept it; or by the path of a file we made.
    `opens` leads to the file alone, for where the words do not fit beside it."""

    kind: FileKind
    ref: str = ""
    path: str = ""
    name: str = ""
    file: int = 0
    opens: Choice | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """One message.

    `title` is set apart (bold) above `text`; `quote` is what somebody wrote, shown as a quotation
    below it; `footer` stands last. `actions` are what can be done here, at most ten, in the order
    of their weight; `listing` is the one list, above them. `menu` puts the persistent menu under
    the chat, and `menu_ends` takes it away. `toast` is a short word in answer to a press, which may
    be lost: what it says stands on the screen too (`with_result`).
    """

    text: str = ""
    title: str = ""
    quote: str = ""
    footer: str = ""
    actions: tuple[Choice, ...] = ()
    listing: Listing | None = None
    attachment: Attachment | None = None
    menu: tuple[Choice, ...] = ()
    menu_ends: bool = False
    toast: str = ""
    alert: bool = False
    """The toast waits for the person to close it."""
    of_conversation: bool = False
    """What its buttons lead to takes its place. Any other message has been delivered: it stays,
    and what its buttons open comes below it. The dialogue sets this."""
    marks: bool = False
    """The answer to a press that records something: the delivered message itself, with its mark."""
    headline_of: str = ""
    """The kind of notice of which this is no more than the headline, for whoever may not be written
    to freely just now."""
    again: Choice | None = None
    """Where this very screen is drawn anew, without any effect: what does not fit one message of
    the channel is read on there, part by part (`chat/parts.py`)."""
    silent: bool = False
    """It comes without a sound, where the channel can."""
    words_stay: bool = False
    """An edit changes the buttons alone. The text is for where nothing can be edited."""
    beside_file: bool = False
    """An edit of a message that shows a file changes the words beside it; the file stays."""
    rtl: bool = True
    plain: bool = False
    """Without any formatting, since the channel refused it."""
    takes_back: bool = False
    """It takes the place of a message or, without a word, takes the message away; where it cannot,
    nothing is sent instead."""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Every choice, in the order in which they are read."""
        return (*self.listing.choices, *self.actions) if self.listing else self.actions

    def with_actions(self, *actions: Choice | Iterable[Choice]) -> "Screen":
        """The same screen with more actions, each given by itself or as one of several."""
        more: list[Choice] = []
        for each in actions:
            if isinstance(each, Choice):
                more.append(each)
            else:
                more.extend(each)
        return replace(self, actions=(*self.actions, *more))

    def with_list(
        self,
        items: Iterable[Choice],
        earlier: Choice | None = None,
        later: Choice | None = None,
        again: Choice | None = None,
    ) -> "Screen":
        """The same screen with its list, where there is anything in it; `again` is where the page
        is drawn anew, unless the screen says so itself."""
        listing = Listing(tuple(items), earlier, later)
        again = self.again or again
        return replace(self, listing=listing if listing.choices else None, again=again)

    def with_entries(
        self,
        entries: Iterable[ListEntry],
        earlier: Choice | None = None,
        later: Choice | None = None,
        again: Choice | None = None,
        *,
        first: int = 1,
    ) -> "Screen":
        """The same screen with a list of entries below its text, the first of them in this place of
        the whole list."""
        found = tuple(entries)
        items = (replace(each.opens, label=each.title) for each in found if each.opens)
        screen = self.with_list(items, earlier, later, again)
        listing = screen.listing or Listing(())
        return replace(
            screen, listing=replace(listing, entries=found, first=first) if found else None
        )

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
        the text, each once. `footer` takes the place of the footer, where it is not empty."""
        lost = [c for c in self.choices if c.url and not keeps(c) and c.url not in self.text]
        listing = self.listing
        if listing is not None:
            kept = tuple(filter(keeps, listing.items))
            listing = replace(
                listing,
                items=kept,
                earlier=earlier if (earlier := listing.earlier) and keeps(earlier) else None,
                later=later if (later := listing.later) and keeps(later) else None,
            )
        text = paragraphs(self.text, lines(*(f"{c.label}: {c.url}" for c in lost)))
        return replace(
            self,
            actions=tuple(filter(keeps, self.actions)),
            listing=listing if listing and (listing.choices or listing.entries) else None,
            text=text,
            footer=footer or self.footer,
        )

    def to_json(self) -> dict[str, Any]:
        """A compact form: what is empty is left out."""
        compact: dict[str, Any] = {
            name: value
            for name in ("text", "title", "quote", "footer")
            if (value := getattr(self, name))
        }
        for key, found in (("actions", self.actions), ("below", self.menu)):
            if found:
                compact[key] = [_choice_json(each) for each in found]
        if listing := self.listing:
            turning = (listing.earlier, listing.later)
            compact["list"] = [
                [_choice_json(each) for each in listing.items],
                *(each and _choice_json(each) for each in turning),
            ]
        if self.attachment:
            file = self.attachment
            compact["file"] = [file.kind.value, file.ref, file.path, file.name]
            compact["file"] += [file.file] if file.file else []
        if not self.rtl:
            compact["rtl"] = False
        for name in ("alert", "of_conversation", "words_stay", "menu_ends", "beside_file"):
            if getattr(self, name):
                compact[name] = True
        return compact

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The screen of `to_json`; a toast is not kept, since it belongs to one press. One that
        is all that the press gets is the text of a screen of its own. Choices that a former
        version laid out in rows are actions."""
        file = data.get("file")
        return cls(
            text=data.get("text", ""),
            title=data.get("title", ""),
            quote=data.get("quote", ""),
            footer=data.get("footer", ""),
            menu=_choices(data.get("below", ())) or _words(data.get("menu", ())),
            actions=_choices(data.get("actions", ())) + _choices(chain(*data.get("rows", ()))),
            listing=_listing(data.get("list")),
            attachment=Attachment(FileKind(file[0]), *file[1:]) if file else None,
            alert=data.get("alert", False),
            of_conversation=data.get("of_conversation", False),
            words_stay=data.get("words_stay", False),
            menu_ends=data.get("menu_ends", False),
            beside_file=data.get("beside_file", False),
            rtl=data.get("rtl", True),
        )


def _choice_json(given: Choice) -> Any:
    if given.hint or given.primary or given.joined or given.shares_contact or given.shares:
        named: dict[str, Any] = {"l": given.label}
        if given.hint:
            named["h"] = given.hint
        if given.primary:
            named["p"] = True
        if given.joined:
            named["j"] = True
        if given.shares_contact:
            named["c"] = True
        if given.shares:
            named["s"] = given.shares
        return named | ({"url": given.url} if given.url else {"to": [given.route, *given.args]})
    if given.url:
        return {"url": given.url, "l": given.label}
    return [given.label, given.route, *given.args]


def _choice(data: Any) -> Choice:
    if isinstance(data, dict):
        route, *args = data.get("to", [""])
        url, hint = data.get("url", ""), data.get("h", "")
        marks = data.get("p", False), data.get("j", False), data.get("c", False)
        return Choice(data["l"], route, tuple(args), url, hint, *marks, data.get("s", ""))
    label, route, *args = data
    return Choice(label, route, tuple(args))


def _choices(data: Iterable[Any]) -> tuple[Choice, ...]:
    return tuple(map(_choice, data))


def _words(rows: Iterable[Iterable[str]]) -> tuple[Choice, ...]:
    """The menu of a former version: its words alone, row by row."""
    return tuple(map(Choice, chain(*rows)))


def _listing(data: Any) -> Listing | None:
    if not data:
        return None
    items, earlier, later = data
    turning = [_choice(each) if each else None for each in (earlier, later)]
    return Listing(_choices(items), turning[0], turning[1])


def lines(*parts: str) -> str:
    """The parts one below the other, leaving out the empty ones."""
    return "\n".join(part for part in parts if part)


def paragraphs(*parts: str) -> str:
    """The parts with an empty line between them, leaving out the empty ones."""
    return "\n\n".join(part for part in parts if part)
