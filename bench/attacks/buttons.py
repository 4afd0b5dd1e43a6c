"""Forged, altered and stolen buttons: at the seal itself, and through the whole bot."""

from pathlib import Path

from bench.attacks.figures import Figures
from bench.attacks.stage import stage
from bench.attacks.tools import Tools, altered, turned
from bot.app import build_router
from bot.chat.seal import Seal
from bot.packs.roles import Role
from bot.storage.audit import audit_trail

REFUSED = "not yours"
"""What everybody reads who presses what was not made for them."""


async def forge_tokens(folder: Path, tools: Tools) -> Figures:
    """Tokens with one bit turned, cut, lengthened, sealed with another key, or of pure chance."""
    figures = Figures("tokens", "buttons altered bit by bit, cut, lengthened, made up")
    dice, routes = tools.dice("tokens"), sorted(build_router().routes)
    seal, other = Seal("k" * 32), Seal("q" * 32)
    opened = dict.fromkeys(("one bit turned", "cut or lengthened", "another key", "made up"), 0)

    def tries(kind: str, person: int, token: str) -> None:
        figures.tried += 1
        opened[kind] += seal.unseal(person, token) is not None

    for _ in range(tools.size(200, 15)):
        person, of_screen = dice.randrange(1, 500_000), dice.random() < 0.5
        args = tuple(str(dice.randrange(10**6)) for _ in range(dice.randrange(3)))
        token = seal.close(person, dice.choice(routes), args, of_screen=of_screen)
        figures.expect(seal.unseal(person, token) is not None, "a sound button does not open")
        for bit in range(len(turned(token)) * 8):
            tries("one bit turned", person, altered(token, bit))
        for cut in range(1, len(token)):
            tries("cut or lengthened", person, token[:cut])
        for more in ("A", "AAAA", token):
            tries("cut or lengthened", person, token + more)
        foreign = other.close(person, dice.choice(routes), args, of_screen=of_screen)
        tries("another key", person, foreign)
    for _ in range(tools.size(100_000, 5_000)):
        made_up = dice.randbytes(dice.randrange(1, 48))
        tries("made up", dice.randrange(1, 500_000), tools.base64(made_up))
    figures.through = sum(opened.values())
    figures.measured = {
        "opened": opened,
        "what finds one by chance": "a tag of 128 bits: 2^127 presses on average, and two a second"
        " are taken of one person",
    }
    return figures


async def steal_tokens(folder: Path, tools: Tools) -> Figures:
    """Every button of a lead's chat, pressed by a colleague and by a stranger, as it is and with a
    bit turned; the lead's own, pressed once more, still open."""
    figures = Figures("stolen", "another person's buttons, pressed through the whole bot")
    dice = tools.dice("stolen")
    async with stage(folder) as here:
        lead = await here.member("Maryam", Role.LEAD, Role.PRINCIPAL)
        colleague, stranger = await here.member("Sara"), here.stranger()
        await stranger.says("/start")
        for word in ("/profile", "/teams", "/announcements", "/practices", "/meetings", "/privacy"):
            await lead.says(word)
        await lead.says("/profile")
        await lead.taps("People")
        tokens = list(dict.fromkeys(lead.tokens()))[:: tools.size(1, 3)]
        before = await here.count(audit_trail)
        for _ in range(tools.size(10, 1)):
            for token in tokens:
                changed = altered(token, dice.randrange(len(turned(token)) * 8))
                for thief in (colleague, stranger):
                    for pressed in (token, changed):
                        figures.tried += 1
                        figures.through += REFUSED not in await thief.forges(pressed)
        written = await here.count(audit_trail) - before
        figures.expect(written == 0, f"{written} acts were written down")
        own = [REFUSED in await lead.forges(token) for token in tokens]
        figures.expect(not any(own), f"{sum(own)} of the lead's own buttons did not open")
        figures.measured = {"buttons stolen": len(tokens), "acts that came of it": written}
    return figures
