"""A phone whose taps and texts are counted."""

from dataclasses import dataclass

from tests.town import Phone


@dataclass
class Counted:
    """What somebody does on their phone, counted; the start is a tap, as it is on the phone."""

    phone: Phone
    taps_made: int = 0
    texts_written: int = 0

    async def starts(self, payload: str = "") -> None:
        self.taps_made += 1
        await self.phone.says(f"/start {payload}".strip())

    async def taps(self, *labels: str) -> None:
        for label in labels:
            self.taps_made += 1
            await self.phone.taps(label)

    async def chooses(self, word: str) -> None:
        """Press this word of the menu, whatever stands in the messages above it."""
        self.taps_made += 1
        await self.phone.says(next(each for each in self.phone.menu() if word in each))

    async def says(self, *texts: str) -> None:
        for text in texts:
            self.texts_written += 1
            await self.phone.says(text)

    def sees(self, *texts: str) -> None:
        self.phone.sees(*texts)

    def counts(self) -> tuple[int, int]:
        """The taps and texts since this was asked last."""
        counts = self.taps_made, self.texts_written
        self.taps_made = self.texts_written = 0
        return counts
