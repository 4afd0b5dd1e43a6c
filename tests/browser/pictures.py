"""The picture of the documentation, and the photo that a teacher takes in a story."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, FilePayload, Locator, Page, ViewportSize, expect

from tests.browser.phones_page import Handset, PhonesPage

RIYADH = ZoneInfo("Asia/Riyadh")
SCHOOL_DAYS = (6, 0, 1)
"""Sunday to Tuesday: two days later the schools are still open."""
WIDE: ViewportSize = {"width": 1440, "height": 900}

CARDS = """<!doctype html><html lang="ar" dir="rtl"><style>
body { margin: 0; width: 880px; height: 560px; background: #e9dfcb; position: relative;
       font: 700 34px "IBM Plex Sans Arabic", "Noto Sans Arabic", sans-serif; color: #23423d; }
div { position: absolute; width: 330px; height: 190px; border-radius: 18px; background: #fffdf7;
      box-shadow: 0 10px 26px rgb(60 40 10 / .28); padding: 26px; box-sizing: border-box; }
p { margin: 0 0 20px; } i { display: inline-block; width: 40px; height: 40px;
    border-radius: 50%; margin-left: 9px; background: #d95d4c; } i.b { background: #2f7fb8; }
</style><div style="right:70px;top:56px;transform:rotate(-4deg)"><p>باعت ٣ من ٧</p>
<i></i><i></i><i></i></div>
<div style="left:80px;top:80px;transform:rotate(5deg)"><p>اشترت ٤ أخرى</p>
<i class=b></i><i class=b></i><i class=b></i><i class=b></i></div>
<div style="right:190px;bottom:60px;transform:rotate(2deg)"><p>كم بقي معها؟</p>
<i></i><i></i><i class=b></i><i class=b></i><i class=b></i></div></html>"""


async def photograph_cards(browser: Browser) -> FilePayload:
    """A photo of coloured cards on a table."""
    page = await browser.new_page(viewport={"width": 880, "height": 560})
    await page.set_content(CARDS)
    photo = await page.screenshot(type="jpeg", quality=82)
    await page.close()
    return {"name": "cards.jpg", "mimeType": "image/jpeg", "buffer": photo}


def deflate_well(png: bytes) -> bytes:
    """The same picture in fewer bytes: a browser compresses for speed."""
    head, place, chunks = png[:8], 8, dict[bytes, bytes]()
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, start = png[place + 4 : place + 8], place + 8
        chunks[kind] = chunks.get(kind, b"") + png[start : start + length]
        place = start + length + 4
    press = zlib.compressobj(9, zlib.DEFLATED, 15, 9, zlib.Z_FILTERED)
    chunks[b"IDAT"] = press.compress(zlib.decompress(chunks[b"IDAT"])) + press.flush()
    return head + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks.items()
    )


async def _fold_keyboards(phones: Locator) -> None:
    """Leave the room to the messages."""
    for phone in await phones.all():
        if await (fold := phone.get_by_test_id("fold-keyboard")).is_visible():
            await fold.click()
            await expect(phone.get_by_test_id("reply-button").first).to_be_hidden()
    # The day above the chat hides when the scrolling has come to rest.
    await expect(phones.page.locator(".log.moving")).to_have_count(0)


@dataclass
class Camera:
    """Looks at the page from outside; without a folder it takes no picture."""

    browser: Browser
    address: str
    folder: Path | None

    async def waits_for_daylight(self, phones_page: PhonesPage) -> None:
        """Move the clock to a morning on which schools are open: in the quiet hours of the evening
        whoever takes part would be told of some of it in the morning only."""
        state = await (await phones_page.page.request.get(f"{self.address}/sim/state")).json()
        now = datetime.fromisoformat(state["now"]).astimezone(RIYADH)
        morning = now.replace(hour=9, minute=5, second=0, microsecond=0)
        while morning < now or morning.weekday() not in SCHOOL_DAYS:
            morning += timedelta(days=1)
        data = {"to": morning.isoformat()}
        await phones_page.page.request.post(f"{self.address}/sim/clock", data=data)

    async def takes_the_phones(self, name: str, *phones: Handset) -> None:
        """The whole page with these phones; the last one keeps its menu open."""
        if self.folder is None:
            return
        page = await self._open(phones)
        await _fold_keyboards(page.locator("[data-testid=phone]:not(:last-child)"))
        await self._keep(name, page.locator("body"))

    async def _keep(self, name: str, what: Locator) -> None:
        assert self.folder is not None
        await what.page.mouse.move(0, 0)
        picture = deflate_well(await what.screenshot())
        (self.folder / f"{name}.png").write_bytes(picture)
        await what.page.close()

    async def _open(self, phones: Sequence[Handset]) -> Page:
        assert self.folder is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        people = ",".join([await phone.number() for phone in phones])
        page = await self.browser.new_page(
            viewport=WIDE, color_scheme="light", reduced_motion="reduce", locale="ar"
        )
        await page.goto(f"{self.address}/#people={people}")
        await expect(page.get_by_test_id("phone")).to_have_count(len(phones))
        for shown in await page.get_by_test_id("phone").all():
            await expect(shown.get_by_test_id("bubble").last).to_be_visible()
        await page.wait_for_function("[...document.images].every((image) => image.complete)")
        # The day above the chat hides when the scrolling has come to rest.
        await expect(page.locator(".log.moving")).to_have_count(0)
        return page
