"""What people do in the chat on the way to an attack."""

import re

from bench.attacks.stage import Phone

TEAM = "Circle of Maths"


async def found_team(lead: Phone) -> None:
    """Found the team from the menu."""
    await lead.says("/teams")
    await lead.taps("Found a team")
    for words in (TEAM, "Word problems are hard for our pupils", "Look at the mistakes together"):
        await lead.says(words)
    for label in ("Take the usual ones", "Peer coaching", "Online", "Found the team"):
        await lead.taps(label)


async def ask_to_join(phone: Phone, word: str = "") -> None:
    """Ask to join it, with a word."""
    await phone.says("/teams")
    await phone.taps("Find a team")
    await phone.taps(TEAM)
    await phone.taps("Ask to join")
    await (phone.says(word) if word else phone.taps("Skip"))


async def withdraw(phone: Phone) -> None:
    """Take the request back."""
    await phone.says("/teams")
    await phone.taps(TEAM)
    await phone.taps("Withdraw my request")


async def link_of(lead: Phone) -> str:
    """The code in the team's link."""
    await lead.says("/teams")
    for label in (TEAM, "Lead the team", "Invitation link"):
        await lead.taps(label)
    shown = lead.received()[-1].text
    found = re.search(r"[?]start=([\w-]+)", shown)
    assert found, shown
    return found[1]
