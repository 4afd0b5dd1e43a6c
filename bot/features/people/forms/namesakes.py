"""Names that could be taken for an officer's: the person is asked.

Two people may well share a name, so nothing is refused. But whoever reads «the principal writes»
must not be misled by a name in other letters, or without its dots.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat.forms.fields import NameField
from bot.chat.forms.form import Answers, Given, Option, Question
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.core.text import isolate
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.people import find_namesakes


@dataclass(frozen=True, kw_only=True)
class NamesakeField(NameField):
    """Asked only of whoever bears an officer's name: the whole name, or the same one confirmed.

    The value remembers for which name it was given: `{"for": …, "name": …}`; "" where nothing had
    to be asked.
    """

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        keep = Option(answers["name"], turn.say("It is my name as it is"))
        return Question(turn.voice.text(self.question), [keep])

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Any:
        name = given.value if given.chosen else await super().read(turn, answers, given)
        return {"for": answers["name"], "name": name}

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        return isolate(settled_name(answers))


async def _nothing_to_ask(turn: Turn, answers: Answers) -> str | None:
    place = answers.get("unit")
    if place is None:
        profile = await people_queries.profile(turn.tx, turn.person.id)
        place = profile.unit.id if profile else None
    if place is None:
        return ""
    found = await find_namesakes(turn.tx, answers["name"], place, turn.person.id)
    return None if found else ""


def settled_name(answers: Mapping[str, Any]) -> str:
    """The name of a form's answers: the whole one, where it was given for this very name."""
    whole = answers.get("namesake") or {}
    name = whole["name"] if whole.get("for") == answers["name"] else answers["name"]
    return str(name)


NAMESAKE = NamesakeField(
    name="namesake",
    label=N_("Whole name"),
    question=N_(
        "Somebody who leads here has a very similar name. So that colleagues can tell you apart,"
        " write your name with your father's or family name, or confirm it as it is."
    ),
    preset=_nothing_to_ask,
    when=lambda answers: answers.get("namesake") != "",
)
