"""Names that could be taken for an officer's: the person is asked.

Two people may well share a name, so nothing is refused. But whoever reads «the principal writes»
must not be misled by a name in other letters, or without its dots.
"""

from dataclasses import dataclass
from typing import Any

from bot.chat.forms.answers import Answers
from bot.chat.forms.form import Field
from bot.chat.forms.reading import Accepted, Given, NotAccepted, Option, Question, Reading
from bot.chat.turn import Turn
from bot.core.changes import Unchanged
from bot.core.i18n import N_
from bot.core.text import isolate
from bot.features.people.forms.fields import NAME, UNIT
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.people import find_namesakes


@dataclass(frozen=True, slots=True)
class WholeName:
    """The whole name of somebody, and for which name it was given."""

    given_for: str
    name: str


NOTHING_TO_ASK = WholeName("", "")


@dataclass(frozen=True, kw_only=True)
class NamesakeField(Field[WholeName]):
    """Asked only of whoever bears an officer's name: the whole name, or the same one confirmed.

    What is saved remembers for which name it was given: `{"for": …, "name": …}`; "" where nothing
    had to be asked.
    """

    question: str

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        keep = Option(answers.need(NAME), turn.say("It is my name as it is"))
        return Question(turn.voice.text(self.question), [keep])

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[WholeName]:
        name = answers.need(NAME)
        if given.chosen:
            return Accepted(WholeName(name, str(given.value)))
        written = NAME.accept(turn, given)
        if isinstance(written, NotAccepted):
            return written
        return Accepted(WholeName(name, written.value))

    async def show(self, turn: Turn, answers: Answers, value: WholeName) -> str:
        return isolate(settled_name(answers.need(NAME), value))

    def load(self, data: Any) -> WholeName:
        return WholeName(data["for"], data["name"]) if data else NOTHING_TO_ASK

    def dump(self, value: WholeName) -> Any:
        nothing = value == NOTHING_TO_ASK
        return "" if nothing else {"for": value.given_for, "name": value.name}


async def _nothing_to_ask(turn: Turn, answers: Answers) -> WholeName | None:
    place = answers.of(UNIT)
    if place is None:
        profile = await people_queries.profile(turn.tx, turn.person.id)
        place = profile.unit.id if profile else None
    if place is None:
        return NOTHING_TO_ASK
    found = await find_namesakes(turn.tx, answers.need(NAME), place, turn.person.id)
    return None if found else NOTHING_TO_ASK


def settled_name(name: str, whole: WholeName | Unchanged | None) -> str:
    """The name of a form's answers: the whole one, where it was given for this very name."""
    return whole.name if whole and whole.given_for == name else name


NAMESAKE: NamesakeField = NamesakeField(
    name="namesake",
    label=N_("Whole name"),
    question=N_(
        "Somebody who leads here has a very similar name. So that colleagues can tell you apart,"
        " write your name with your father's or family name, or confirm it as it is."
    ),
    preset=_nothing_to_ask,
    when=lambda answers: answers.of(NAMESAKE) != NOTHING_TO_ASK,
)
