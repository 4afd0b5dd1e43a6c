"""The form of the first unit of all, for whoever runs an installation in which nothing is yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.chat.forms.answers import Answers
from bot.chat.forms.fields import ChoiceField
from bot.chat.forms.form import Form
from bot.chat.forms.reading import Option
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core.country import country
from bot.core.i18n import N_, Voice
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.units import UnitDraft
from bot.features.people.forms.fields import COUNTRY
from bot.features.people.forms.units import GENDER, NAME
from bot.features.people.queries.search import SHARED_KINDS
from bot.features.people.rights import units as unit_rights
from bot.packs.organisation import UnitGender, kind_label, offered_kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstUnit:
    """What stands at the top, as whoever runs the installation enters it."""

    country: str
    kind: str
    name: str
    gender: UnitGender


def runs_it(turn: Turn) -> bool:
    """Whether the settings name whoever writes as one of those who run the installation."""
    return turn.contact.address in turn.installation.administrators


async def _may(turn: Turn, answers: Answers) -> None:
    await unit_rights.access_first_unit(turn.tx, turn.person, named=runs_it(turn))


async def _kinds(turn: Turn, answers: Answers) -> Sequence[Option]:
    offered = offered_kinds(answers.need(COUNTRY))
    # Whatever holds others comes first: the schools are added below it.
    ordered = sorted(offered, key=lambda kind: kind in SHARED_KINDS)
    return [Option(code, kind_label(turn.voice, code)) for code in ordered]


async def _of_both(turn: Turn, answers: Answers) -> UnitGender | None:
    """What looks after schools is for all of them."""
    return None if answers.need(KIND) in SHARED_KINDS else UnitGender.MIXED


async def _add(turn: Turn, draft: FirstUnit) -> Screen:
    place = await unit_actions.add_first_unit(
        turn.tx,
        turn.person,
        UnitDraft(
            draft.kind, draft.name, draft.country, country(draft.country).timezone, draft.gender
        ),
        named=runs_it(turn),
    )
    known = {"unit": place.id, "country": place.country}
    screen = await turn.begin("people.register", link="", **known)
    return screen.with_notice(
        turn.say("{unit} is added. Now you register there, and then you add its schools.",
                 unit=place.name)
    )  # fmt: skip


KIND = ChoiceField(
    name="kind",
    label=N_("Kind"),
    question=N_("What stands at the top of all?"),
    options=_kinds,
    of=str,
)
FIRST_UNIT = Form(
    name="people.first_unit",
    version=1,
    title=N_("The first unit"),
    draft=FirstUnit,
    fields=(
        replace(COUNTRY, attune=Voice.living_in),
        KIND,
        NAME,
        replace(GENDER, preset=_of_both),
    ),
    finish=_add,
    send=N_("Yes, add it"),
    permit=_may,
    open=True,
    review=False,
)
