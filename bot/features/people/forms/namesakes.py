"""Names that could be taken for an officer's: the person is asked, and the principal is told.

Two people may well share a name, so nothing is refused. But whoever reads «the principal writes»
must not be misled by a name in other letters, or without its dots.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.arabic.lookalikes import resemble
from bot.chat.forms.fields import NameField
from bot.chat.forms.form import Answers, Given, Option, Question
from bot.chat.person import Person
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.core.text import isolate
from bot.delivery import outbox
from bot.features.people import notices
from bot.features.people.models import Role
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.people import GRANTERS, Unit
from bot.storage import audit
from bot.storage.transaction import Tx

OFFICERS = tuple(role for role in Role if role not in (Role.TEACHER, Role.PARTNER))


async def find_namesakes(tx: Tx, name: str, unit_id: int, person_id: int) -> list[Person]:
    """The officers whose reach includes the unit and for whom a person of this name could be
    taken, the nearest first."""
    officers = await people_queries.holders_of(tx, OFFICERS, unit_id)
    return [each for each in officers if each.id != person_id and resemble(each.name, name)]


async def report_namesake(tx: Tx, person: Person, place: Unit) -> None:
    """Where a person's name resembles an officer's, note it in the audit trail and tell the
    principal of the unit, or the officer where there is none."""
    namesakes = await find_namesakes(tx, person.name, place.id, person.id)
    if not namesakes:
        return
    officers = [each.id for each in namesakes]
    await audit.record(tx, person.id, "people.namesake", person.id, officers=officers)
    principals = await people_queries.holders_of(tx, [Role.PRINCIPAL], place.id)
    for told in [each for each in principals if each.id != person.id] or namesakes:
        notice = notices.namesake(told, person, namesakes[0], place)
        if await people_queries.reaches(tx, told.id, GRANTERS, place.id):
            notice = notices.with_people(told, notice, place)
        await outbox.notify(tx, told.id, notice)


@dataclass(frozen=True, kw_only=True)
class NamesakeField(NameField):
    """Asked only of who bears an officer's name: the whole name, or the same one confirmed.

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
