"""Pictures of a phone's newest messages, small and sharp."""

import io
from dataclasses import dataclass, field

from PIL import Image
from playwright.async_api import Browser, FloatRect, Locator, Page, expect

from bot.simulator import SimMessage
from tests.town import Phone

WIDTH, HEIGHT = 360, 2_400
"""As wide as a phone, and as high as no screen is, so that nothing has to be scrolled."""
EDGE = 8
SCALE = 2
COLOURS = 64
PLAIN = """
.talk::before { display: none !important; }
.talk { background: var(--wall) !important; }
.line:not(.pictured), .day-chip { visibility: hidden !important; }
.line.fresh, .line.changed .bubble { animation: none !important; }
"""
"""Without the pattern on the wall, which is most of what a picture would weigh."""


@dataclass
class Camera:
    """Takes pictures of phones on the page at `address`; `taken` has them by their names."""

    browser: Browser
    address: str
    taken: dict[str, bytes] = field(default_factory=dict)

    async def takes(self, name: str, phone: Phone, shown: list[SimMessage], *, menu: bool) -> None:
        """One picture of messages that follow each other, and of the menu below."""
        page = await self.browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            device_scale_factor=SCALE,
            reduced_motion="reduce",
            bypass_csp=True,
            locale="ar",
        )
        await page.goto(f"{self.address}/#people={phone.id}")
        await page.add_style_tag(content=PLAIN)
        for message in shown:
            await expect(self._line(page, message)).to_be_attached()
            # What stands around it would look in at the edges.
            await self._line(page, message).evaluate("each => each.classList.add('pictured')")
        await page.wait_for_function("[...document.images].every((image) => image.complete)")
        if not menu and await (fold := page.get_by_test_id("fold-keyboard")).is_visible():
            await fold.click()
            await expect(page.get_by_test_id("reply-button").first).to_be_hidden()
        await expect(page.locator(".log.moving")).to_have_count(0)
        await page.mouse.move(0, 0)
        first = await self._line(page, shown[0]).bounding_box()
        last = await self._line(page, shown[-1]).bounding_box()
        assert first
        assert last
        top = max(0, first["y"] - EDGE)
        end = HEIGHT if menu else last["y"] + last["height"] + EDGE
        clip: FloatRect = {"x": 0, "y": top, "width": WIDTH, "height": end - top}
        png = await page.screenshot(clip=clip, animations="disabled")
        await page.close()
        self.taken[name] = lighten(png)

    @staticmethod
    def _line(page: Page, message: SimMessage) -> Locator:
        return page.locator(f".line[data-message='{message.message_id}']")


def lighten(png: bytes) -> bytes:
    """The same picture in few colours: a screen has no more."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()
