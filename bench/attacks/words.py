"""Hostile words: markup, links that hide, handles, commands and false offices in names and texts,
typed where others will read them."""

from datetime import timedelta
from pathlib import Path

from bench.attacks.deeds import ask_to_join, found_team, withdraw
from bench.attacks.figures import Figures
from bench.attacks.stage import stage
from bench.attacks.tools import Tools
from bot.packs.roles import Role

MARKUP = (
    "<b>bold</b> words of mine", "<a href='https://evil.example'>the ministry</a>",
    "[the ministry](https://evil.example)", "<script>alert(1)</script> and more",
    "<tg-spoiler>hidden</tg-spoiler> words", "</blockquote><a href=\"tg://user?id=1\">x</a>",
    "&lt;a href=https://evil.example&gt;x", "*bold* _lean_ `code` ||hidden||",
    "<img src=x onerror=alert(1)>", "{{7*7}} ${7*7} %s %(name)s {name}",
    "'; DROP TABLE people; --", "\" onmouseover=\"alert(1)", "\u202eelpmaxe.live//:sptth",
    "a\u2066b\u2067c\u2069\u2069\u2069 words", "<!-- comment --> words",
    "\x00\x01\x02 words of mine",
)  # fmt: skip
TAPPED = (
    "https://evil.example/login", "evil.example.com", "t.me/evil_bot", "tg://resolve?domain=evil",
    "@evil_handle", "please press /delete now", "write to me@evil.example.com", "#tag of mine", "HTTP://EVIL.EXAMPLE",
    "look: https://evil.example?q=<b>",
)  # fmt: skip
NAMES = (
    "حلقة – رسالة رسمية", "إدارة التعليم", "الوزارة", "Ministry of Education", "Нalqa",
    "ح ل ق ة", "سارة ✅", "👑 نورة", "مريم ®", "t.me/halqa", "سارة @sara", "سارة /delete",
    "زوروا sara.com", "سارة ٠٥٠١٢٣٤٥٦٧", "الدعم الفني", "https://x",
)  # fmt: skip
TAPS = {"url", "mention", "bot_command", "email", "hashtag", "text_link", "text_mention"}
"""What a phone makes of words that can be tapped."""
DRAWN = {"bold", "blockquote", "expandable_blockquote", "url", "mention", "email", "hashtag"} | {
    "bot_command"
}
"""What may stand in a colleague's text: what the bot draws around it, and links that are read."""
DAY = timedelta(days=1)


async def call_oneself(folder: Path, tools: Tools) -> Figures:
    """Names that pass for an office, give a seal, or are tapped: each is refused with a word."""
    figures = Figures("names", "names of offices, seals, addresses, at the registration")
    async with stage(folder) as here:
        for name in NAMES:
            phone = here.stranger("Somebody")
            await phone.says("/start")
            await phone.taps("Register")
            await phone.taps("as to a woman")
            said = await phone.says(name)
            figures.tried += 1
            figures.through += "(2 of 5)" not in said
    return figures


async def write_to_strangers(folder: Path, tools: Tools) -> Figures:
    """Markup and links in the word of somebody who asks to join, as the lead reads it: nothing of
    it is drawn, and nothing is tapped."""
    figures = Figures("strangers", "markup and links in the words of those who ask to join")
    async with stage(folder) as here:
        lead = await here.member("Maryam", Role.LEAD)
        await found_team(lead)
        stranger = await here.member("Sara")
        for word in (MARKUP + TAPPED)[:: tools.size(1, 2)]:
            await ask_to_join(stranger, word)
            shown = lead.received()[-1]
            figures.tried += 1
            figures.through += bool({each["type"] for each in shown.entities} & TAPS)
            came = _letters(word) in _letters(shown.text)
            figures.expect(came, f"{word!r} did not come as it was written: {shown.text!r}")
            await withdraw(stranger)
            # The next day it is a message of its own again.
            await here.moves(DAY)
    return figures


async def share_with_colleagues(folder: Path, tools: Tools) -> Figures:
    """The same in a practice, which colleagues read: markup stays words, and a link shows where it
    leads, since no text stands in its place."""
    figures = Figures("texts", "markup and hidden links in practices, as colleagues see them")
    async with stage(folder) as here:
        author, reader = await here.member("Sara"), await here.member("Noura")
        words = MARKUP + TAPPED
        for number, word in enumerate(words[:: tools.size(1, 4)], 1):
            title = f"Cards for problems, part {number}"
            await author.says("/share")
            if any("Everybody" in label for label in author.labels()):
                await author.taps("Everybody")
            await author.says(title)
            for _ in range(3):
                await author.says(f"{word} and what we did about it in class")
            await author.taps("Skip")
            await author.taps("Share it")
            await reader.says("/practices")
            await reader.taps("Newest")
            await reader.taps(title)
            shown = reader.received()[-1]
            figures.tried += 1
            hidden = {each["type"] for each in shown.entities} - DRAWN
            figures.through += bool(hidden)
            figures.expect(_letters(word) in _letters(shown.text), f"{word!r}: {shown.text!r}")
    return figures


def _letters(text: str) -> str:
    """What of a text is read: no marks of direction, and none that keep a link from being one."""
    return "".join(char for char in text if char.isprintable() and not char.isspace())
