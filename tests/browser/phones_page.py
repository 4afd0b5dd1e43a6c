"""Phones on the simulator's page, as a person in front of the screen uses them.

Nothing is waited for by time: each act ends when the bot has answered on that phone.
"""

import asyncio
import re
from dataclasses import dataclass, field

from playwright.async_api import Browser, ConsoleMessage, FilePayload, Locator, Page, expect
from playwright.async_api import TimeoutError as Overdue

from bench.crowd import look_around
from tests.reading import SINGLE, readable

PATIENCE_MS = 30_000
ARRIVAL_MS = 1_000
"""The server has sent whatever fell due when the button is free again; the page draws it soon."""
MOST_REMINDERS = 20
"""More than are due in the demonstration department before any story's own."""
MARKS = "[\u200e\u200f\u2066-\u2069]*"

_ANSWERED = """([root, before]) => {
  const shown = [...root.querySelectorAll('.line.theirs, .toast, .alert')];
  return shown.map((node) => node.innerText + (node.dataset.message ?? '')).join('|') !== before
    && !root.querySelector('.inline [aria-busy]');
}"""
_SHOWN = """(root) => [...root.querySelectorAll('.line.theirs, .toast, .alert')]
  .map((node) => node.innerText + (node.dataset.message ?? '')).join('|')"""


def wording(text: str) -> re.Pattern[str]:
    """`text` as it may stand on a screen: with direction marks, in any digits and spaces."""
    parts = []
    for char in text:
        if char.isspace():
            parts.append(r"\s+")
        elif char.isdigit():
            parts.append(f"[{char}{chr(0x660 + int(char))}]")
        else:
            parts.append(re.escape(char))
    return re.compile(MARKS.join(parts))


@dataclass
class Handset:
    """One phone on the page."""

    page: Page
    root: Locator
    name: str
    hand: asyncio.Lock
    """There is one mouse and one keyboard for all the phones: two acts at once would mix."""

    async def starts(self) -> None:
        """Press «ابدأ» on a phone that has never written to the bot."""
        await self._answered(self.root.get_by_test_id("start"))

    async def says(self, text: str) -> None:
        await self._answered(self.root.get_by_test_id("send"), text)

    async def sends_photo(self, photo: FilePayload, caption: str) -> None:
        await self._answered(self.root.get_by_test_id("send"), caption, photo)

    async def taps(self, label: str) -> None:
        """Press the newest button under a message, or else of the menu, that says `label`, or that
        is the number before it in the newest message, or opens the only item there."""
        said = await self._beside(label) or wording(label)
        inline = self.root.get_by_test_id("inline-button").filter(has_text=said).last
        menu = self.root.get_by_test_id("reply-button").filter(has_text=said).first
        try:
            await expect(inline.or_(menu).last).to_be_attached()
        except AssertionError:
            raise AssertionError(
                f"«{label}»: {self.name} sees\n{await self.transcript()}"
            ) from None
        await self._answered(inline if await inline.count() else menu)

    async def _beside(self, label: str) -> re.Pattern[str] | None:
        """What the button of `label` says if that is an item in a list of the newest message."""
        newest = self.root.get_by_test_id("bubble").and_(self.page.locator("[data-from=bot]")).last
        if not await newest.count():
            return None
        items = re.findall(r"^(\d+)\. (.+)$", readable(await newest.inner_text()), re.MULTILINE)
        number = next((number for number, title in items if readable(label) in title), "")
        if len(items) == 1 and number:
            return re.compile("|".join([*map(re.escape, SINGLE), wording(label).pattern]))
        return wording(number) if number else None

    async def sees(self, *texts: str) -> None:
        """Each text stands, or will stand soon, in a message or toast on the phone."""
        shown = self.root.locator("[data-testid=bubble], [data-testid=toast]")
        for text in texts:
            try:
                await expect(shown.filter(has_text=wording(text)).last).to_be_attached()
            except AssertionError:
                raise AssertionError(
                    f"«{text}»: {self.name} sees\n{await self.transcript()}"
                ) from None

    async def sees_in_newest(self, *texts: str) -> None:
        """Each text stands, or will stand soon, in the bot's newest message."""
        newest = self.root.locator("[data-testid=bubble][data-from=bot]").last
        for text in texts:
            await expect(newest).to_contain_text(wording(text))

    async def has_heard(self, text: str) -> bool:
        """Whether a message says this already."""
        bubbles = self.root.get_by_test_id("bubble")
        return await bubbles.filter(has_text=wording(text)).count() > 0

    async def number(self) -> str:
        """The person's id in the simulator."""
        return await self.root.get_attribute("data-person") or ""

    def message(self, text: str) -> "ShownMessage":
        """The one message that says this, now or soon; it stays the same when it is edited."""
        return ShownMessage(self, text)

    async def transcript(self) -> str:
        return readable("\n———\n".join(await self.root.locator(".line").all_inner_texts()))

    async def _answered(
        self, pressed: Locator, text: str = "", photo: FilePayload | None = None
    ) -> None:
        """Attach the photo and type the text if there are any, press, and wait until the bot shows
        something else than before."""
        root = await self.root.element_handle()
        before = await self.root.evaluate(_SHOWN)
        async with self.hand:
            if photo:
                await self.root.get_by_test_id("attach-photo").set_input_files(photo)
            if text:
                await self.root.get_by_test_id("composer").fill(text)
            await pressed.click()
        try:
            await self.page.wait_for_function(_ANSWERED, arg=[root, before])
        except Overdue:
            raise AssertionError(f"no answer to {self.name}:\n{await self.transcript()}") from None


@dataclass
class ShownMessage:
    """One message on a phone, known by its number once it was found by its words."""

    phone: Handset
    words: str
    number: str = ""

    async def shows(self, *texts: str) -> None:
        """Each text stands, or will stand soon, in it."""
        if not self.number:
            await self.phone.sees(self.words)
            bubbles = self.phone.root.get_by_test_id("bubble")
            found = bubbles.filter(has_text=wording(self.words)).last
            self.number = await found.get_attribute("data-message-id") or ""
        bubble = self.phone.root.locator(f"[data-testid=bubble][data-message-id='{self.number}']")
        for text in texts:
            await expect(bubble).to_contain_text(wording(text))


@dataclass
class PhonesPage:
    """The page. `complaints`: what the browser's console said, and failed requests; `busy`: how
    many times as long everything takes."""

    page: Page
    busy: float = 1.0
    complaints: list[str] = field(default_factory=list)
    hand: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    async def open(cls, browser: Browser, address: str) -> "PhonesPage":
        busy = await look_around()
        expect.set_options(timeout=PATIENCE_MS * busy)
        page = await browser.new_page(
            viewport={"width": 1440, "height": 900}, locale="ar", reduced_motion="reduce"
        )
        page.set_default_timeout(PATIENCE_MS * busy)
        phones_page = cls(page, busy)
        page.on("console", phones_page._hear)
        page.on("pageerror", lambda error: phones_page.complaints.append(str(error)))
        await page.goto(address)
        await expect(page.get_by_test_id("phone")).to_have_count(3)
        return phones_page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    async def phone(self, name: str) -> Handset:
        """The phone of this person: one that lies there, or else the last one, handed over."""
        phones = self.page.get_by_test_id("phone")
        theirs = phones.filter(has=self.page.locator(".who b", has_text=name))
        if not await theirs.count():
            select = phones.last.get_by_test_id("person-select")
            options = select.locator("option")
            value = await options.filter(has_text=name).first.get_attribute("value")
            assert value, f"nobody is called {name}"
            await select.select_option(value)
        number = await theirs.first.get_attribute("data-person")
        root = self.page.locator(f"[data-testid=phone][data-person='{number}']")
        return Handset(self.page, root, name, self.hand)

    async def new_person(self, first: str, last: str, note: str) -> Handset:
        """Somebody who has never written to the bot, with a phone of their own on the page."""
        await self.page.get_by_test_id("add-person").click()
        form = self.page.get_by_test_id("person-form")
        for name, value in (("first_name", first), ("last_name", last), ("note", note)):
            await form.locator(f"[name={name}]").fill(value)
        await form.get_by_test_id("person-add").click()
        await expect(form).to_have_count(0)
        return await self.phone(f"{first} {last}")

    async def moves_a_day(self) -> None:
        """Press «+ يوم», and let everything happen that falls due."""
        await self._move(self.page.get_by_test_id("clock-day"))

    async def moves_on_until(self, hearer: Handset, text: str) -> None:
        """Press «إلى التذكير التالي» until the phone has heard it."""
        for _ in range(MOST_REMINDERS):
            await self._move(self.page.get_by_test_id("clock-next"))
            heard = hearer.root.get_by_test_id("bubble").filter(has_text=wording(text))
            try:
                await expect(heard.last).to_be_attached(timeout=ARRIVAL_MS * self.busy)
            except AssertionError:
                continue
            return
        raise AssertionError(f"«{text}»: {hearer.name} sees\n{await hearer.transcript()}")

    async def _move(self, button: Locator) -> None:
        await expect(button).to_be_enabled()
        await button.click()
        await expect(button).not_to_have_attribute("aria-busy", "true")
