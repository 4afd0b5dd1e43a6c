"""What notices said before they were drawn when they are sent: the screens of the former version,
for voices and states, stand in `tests/data/notices`."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.chat.person import Person, PersonState
from bot.chat.screen import Screen
from bot.core.i18n import Voice
from bot.features.communities.models import Mode, TeamState
from bot.features.communities.queries.teams import Team
from bot.features.people.queries.units import Unit
from bot.packs.organisation import UnitGender

DATA = Path(__file__).parents[1] / "data" / "notices"
NOW = datetime(2026, 12, 3, 13, tzinfo=UTC)
_NEUTRAL = Voice("ar_SA", "neutral")
VOICES = {
    "ar f SA": Voice("ar_SA", "f"),
    "ar m SA": Voice("ar_SA", "m"),
    "ar n SA": _NEUTRAL,
    "ar neutral SA": _NEUTRAL,
    "ar f MA": Voice("ar_MA", "f", "latn", "gregorian", "Africa/Casablanca", "MA"),
    "ar m MA": Voice("ar_MA", "m", "latn", "gregorian", "Africa/Casablanca", "MA"),
    "fr f MA": Voice("fr", "f", "latn", "gregorian", "Africa/Casablanca", "MA"),
    "en m SA": Voice("en", "m", "latn"),
}
"""Whom a notice is for, by the last three words of its record's name."""
BY = {
    "f": Person(4, PersonState.MEMBER, "هدى", Voice("ar_SA", "f")),
    "m": Person(5, PersonState.MEMBER, "سالم", Voice("ar_SA", "m")),
    "neutral": Person(6, PersonState.MEMBER, "نور", _NEUTRAL),
    "gone": Person(7, PersonState.GONE, "", _NEUTRAL),
}
"""Of whom it speaks."""
UNIT = Unit(1, None, "school", "مدرسة الندى", "SA", "Asia/Riyadh", UnitGender.GIRLS, "/1/")
TEAM = Team(
    2, UNIT, "فريق القراءة", "", (), (), "", Mode.MIXED, TeamState.ACTIVE, "code", "digest", 1, NOW
)  # fmt: skip


def recorded(*parts: str) -> list[tuple[str, dict[str, object]]]:
    """The records of these files: name and screen, as `said` has it."""
    return [
        (name, said(Screen.from_json(screen)))
        for part in parts
        for name, screen in json.loads((DATA / f"{part}.json").read_text()).items()
    ]


def said(screen: Screen) -> dict[str, object]:
    """What a screen says and offers, however its choices are laid out."""
    choices = (replace(each, joined=False, primary=False) for each in screen.choices)
    return replace(screen, actions=tuple(choices), listing=None).to_json()


def read(name: str) -> tuple[str, list[str], Voice]:
    """What a record's name says: the kind of notice, its state, and the voice of its reader."""
    kind, *state = name.split()
    return kind, state[:-3], VOICES[" ".join(state[-3:])]


def kinds_of(*parts: str) -> set[str]:
    """Of which kinds there are records in these files."""
    return {read(name)[0] for name, _ in recorded(*parts)}
